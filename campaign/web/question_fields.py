"""The fields in which people answer an event's own questions, `question-<id>` each."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import BooleanField, Field, RadioField, SelectField, SelectMultipleField
from wtforms.meta import DefaultMeta
from wtforms.widgets import DateInput

from campaign.domain.errors import Refused
from campaign.domain.question import BOXES, CHOICES, Answer, Kind
from campaign.domain.registration import PARTY_LIMIT
from campaign.models import Event, Question
from campaign.services import questions
from campaign.web import filters, language, phone
from campaign.web.errors import sentence
from campaign.web.fields import LineField, NumberField, ProseField, parse_email
from campaign.web.manage import choices

TYPED_LIMIT = 10_000
"""Of a text as a field takes it; the domain's rule knows the real limit, and says it."""


class AnswersForm(FlaskForm):
    """A form that asks an event's own questions beside its own fields; templates/registrations/_questions.html."""

    party_size: NumberField | None

    class Meta(FlaskForm.Meta):
        """The library's own words, read once for each language instead of for each form."""

        def get_translations(self, form: object) -> object:
            """Return what translates them into the reader's language."""
            self.locales = [language.current(), "en"]
            return DefaultMeta.get_translations(self, form)

    def __init__(self, event: Event, *, party: int = 1) -> None:
        super().__init__()
        self.event = event
        self.asked: list[Field] = []
        self.question_fields = self.ask(event)
        for question in event.questions:
            if question.kind is Kind.PARTY_SIZE:
                self._ask_for_party(question, party)

    def ask(self, event: Event) -> list[Field]:
        """Add a field for each question of an event; the event's own words for how many come are put to that field."""
        fields = [self._add(question) for question in event.questions if question.kind is not Kind.PARTY_SIZE]
        self.asked += fields
        return fields

    def _ask_for_party(self, question: Question, party: int) -> None:
        """Ask how many come in this question's words, at its place; of nobody where each comes alone.

        A party that is larger already may stay so.
        """
        field = self.party_size
        if field is None or max(party, question.high or PARTY_LIMIT) == 1:
            del self.party_size
            return
        field.label.text, field.description = filters.t(question.label), _help(question)
        field.high = max(party, question.high or PARTY_LIMIT)
        field.process(request.form if self.is_submitted() else None)
        field.question, field.condition = question, ""
        self.question_fields.insert(self.event.questions.index(question), field)

    def party(self) -> int:
        """Return how many come together."""
        return int(str(self.party_size.data)) if self.party_size else 1

    def _add(self, question: Question) -> Field:
        name = name_of(question.id)
        field = FIELDS[question.kind](question).bind(form=self, name=name)
        field.process(request.form if self.is_submitted() else None)
        field.question, field.condition = question, condition_text(question)
        self._fields[name] = field
        return field

    def validate(self, extra_validators: Mapping[str, object] | None = None) -> bool:
        """Check the fields, and each answer by the domain's rule; what isn't asked of this person can't be wrong."""
        valid = super().validate(extra_validators)
        answers = self.answers()
        refusals: dict[int, Refused] = {}
        for event in self.events():
            refusals |= questions.clean_answers(event, answers)[1]
        for field in self.asked:
            refused = refusals.get(field.question.id)
            field.errors = [sentence(refused)] if refused else []
        return not refusals and (valid or not self.errors)

    def events(self) -> list[Event]:
        """Return the events whose questions are answered."""
        return [self.event]

    def answers(self) -> dict[int, Sequence[str]]:
        """Return what was sent for each question, addresses and telephone numbers in the form that is stored."""
        return {field.question.id: self._sent(field.question) for field in self.asked}

    def _sent(self, question: Question) -> Sequence[str]:
        values = request.form.getlist(name_of(question.id))
        if question.kind is Kind.EMAIL:
            return [_email(value) for value in values]
        if question.kind is Kind.PHONE:
            return [phone.international(value, question.event.country) or value for value in values]
        return values

    def show_answers(self, answers: Mapping[int, Answer]) -> None:
        """Fill in stored answers, by question."""
        for field in self.asked:
            answer = answers.get(field.question.id)
            if answer is None:
                continue
            if isinstance(answer, list):
                chosen = [str(number) for number in answer]
                field.data = chosen if field.question.kind is Kind.SEVERAL_CHOICES else chosen[0]
            else:
                field.data = field.question.kind in BOXES or answer

    def blame(self, refused: Refused) -> None:
        """Put a refusal's sentence beside the question it names, else above the form."""
        name = name_of(refused.facts.get("question"))
        if name in self._fields:
            self[name].errors = [sentence(refused)]
        else:
            self.form_errors.append(sentence(refused))


def name_of(question_id: object) -> str:
    """Return the name of a question's field."""
    return f"question-{question_id}"


def answer_text(question: Question, answer: Answer) -> str:
    """Return an answer as people read it, in the words of the question's own version."""
    if isinstance(answer, list):
        return ", ".join(filters.t_plain(question.options[number]) for number in answer)
    if question.kind in BOXES:
        return _("Yes")
    return filters.country_name(answer) if question.kind is Kind.COUNTRY else answer


def condition_text(question: Question) -> str:
    """Return "Only if “Do you eat with us?” is: Yes", "" for a question that everybody is asked."""
    source = next((one for one in question.event.questions if one.id == question.shown_if_id), None)
    if source is None:
        return ""
    words = " / ".join(option_text(source, number) for number in question.shown_if_options)
    return _("Only if “%(question)s” is: %(answers)s", question=filters.t_plain(source.label), answers=words)


def option_text(question: Question, number: int) -> str:
    """Return the words of an option; a box that can be ticked has two."""
    if question.kind in CHOICES:
        return filters.t_plain(question.options[number])
    return _("Yes") if number else _("No")


def _email(value: str) -> str:
    try:
        return parse_email(value)
    except ValueError:
        return value


def _line(question: Question, **attributes: object) -> Field:
    return _field(LineField, question, attributes, limit=TYPED_LIMIT)


def _prose(question: Question) -> Field:
    return _field(ProseField, question, {}, limit=TYPED_LIMIT)


def _day(question: Question) -> Field:
    return _field(LineField, question, {}, limit=TYPED_LIMIT, widget=DateInput())


def _phone(question: Question) -> Field:
    field = _line(question, type="tel", autocomplete="tel", dir="ltr")
    field.kwargs["description"] = field.kwargs["description"] or _("Such as +49 30 901820.")
    return field


def _choice(question: Question) -> Field:
    kind = SelectMultipleField if question.kind is Kind.SEVERAL_CHOICES else RadioField
    left = {limit.option: limit.seats - limit.seats_taken for limit in question.limits}
    options = [
        (str(number), filters.t(option) + (_left(left[number]) if number in left else ""))
        for number, option in enumerate(question.options)
    ]
    return _field(kind, question, {}, choices=options, validate_choice=False)


def _left(places: int) -> str:
    if places <= 0:
        return " – " + _("all places taken")
    return " – " + ngettext("%(num)s place left", "%(num)s places left", places)


def _country(question: Question) -> Field:
    options = [("", _("Please choose")), *choices.countries()]
    return _field(SelectField, question, {"autocomplete": "country"}, choices=options, validate_choice=False)


def _box(question: Question) -> Field:
    return _field(BooleanField, question, {})


def _field(kind: Callable[..., Field], question: Question, attributes: dict[str, object], **settings: object) -> Field:
    return kind(
        label=filters.t(question.label),
        description=_help(question),
        render_kw=attributes | ({"required": True} if question.is_required else {}),
        **settings,
    )


def _help(question: Question) -> Markup:
    """Return a question's help, and the limits of its answer."""
    return Markup(" ").join(filter(None, (filters.t(question.help), limits_text(question))))


def limits_text(question: Question) -> str:
    """Return the limits of an answer in words, "" for none."""
    low, high = question.low, question.high
    if low is None and high is None:
        return ""
    if low is None:
        words = AT_MOST.get(question.kind, _l("At most %(high)s."))
    elif high is None:
        words = AT_LEAST.get(question.kind, _l("At least %(low)s."))
    else:
        words = FROM_TO.get(question.kind, _l("From %(low)s to %(high)s."))
    return str(words) % {"low": low, "high": high}


AT_LEAST = dict.fromkeys((Kind.TEXT, Kind.LONG_TEXT), _l("At least %(low)s characters."))
AT_MOST = dict.fromkeys((Kind.TEXT, Kind.LONG_TEXT), _l("At most %(high)s characters."))
FROM_TO = dict.fromkeys((Kind.TEXT, Kind.LONG_TEXT), _l("From %(low)s to %(high)s characters."))
FIELDS: dict[Kind, Callable[[Question], Field]] = {
    Kind.TEXT: _line,
    Kind.LONG_TEXT: _prose,
    Kind.NUMBER: partial(_line, inputmode="numeric"),
    Kind.ONE_CHOICE: _choice,
    Kind.SEVERAL_CHOICES: _choice,
    Kind.YES_NO: _box,
    Kind.DATE: _day,
    Kind.EMAIL: partial(_line, type="email", autocomplete="email", dir="ltr"),
    Kind.PHONE: _phone,
    Kind.COUNTRY: _country,
    Kind.CONSENT: _box,
}
