"""The form in which an organizer writes a question, in each of the campaign's languages."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, SelectField, SelectMultipleField

from campaign.domain.errors import Refused
from campaign.domain.event import CAPACITY_LIMIT
from campaign.domain.question import (
    BOUNDS,
    CHOICES,
    DECIDES,
    LINE_LIMIT,
    NUMBER_LIMIT,
    OPTION_LIMIT,
    Draft,
    Kind,
    parse_option,
)
from campaign.domain.sensitive import Category
from campaign.domain.text import tidy_line
from campaign.i18n import OWN_NAMES
from campaign.models import Event, Question
from campaign.services import questions
from campaign.web import filters
from campaign.web.errors import sentence
from campaign.web.fields import LineField, NumberField, ProseField, texts_of
from campaign.web.question_fields import option_text

TYPED_LIMIT = 100_000
"""Of all options as they are typed: their number, and the length of each, have limits and sentences of their own."""
TEXTS = {
    "label": (LineField, LINE_LIMIT),
    "help": (LineField, 300),
    "section": (LineField, 120),
    "options": (ProseField, TYPED_LIMIT),
}
OF_LIMITS = {"limits-out-of-range", "limits-crossed"}
OF_OPTIONS = {"question-needs-options", "option-twice", "limit-below-taken"}


class QuestionForm(FlaskForm):
    """One question; its texts have one field for each language of the campaign."""

    kind = SelectField(_l("Kind of answer"))
    is_required = BooleanField(_l("Everybody must answer"))
    low = NumberField(_l("At least"), low=-NUMBER_LIMIT, high=NUMBER_LIMIT)
    high = NumberField(_l("At most"), low=-NUMBER_LIMIT, high=NUMBER_LIMIT)
    shown_if = SelectMultipleField(_l("Ask only after one of these answers"), validate_choice=False)
    is_sensitive = BooleanField(_l("We need this, and may ask for it. Keep the question."))

    def __init__(self, event: Event, question: Question | None = None) -> None:
        super().__init__()
        campaign = event.edition.campaign
        self.codes = [campaign.default_language] + [
            code for code in campaign.languages if code != campaign.default_language
        ]
        self.kind.choices = list(kind_names().items())
        self.shown_if.choices = _conditions(event, question)
        self.category: Category | None = None
        """What it seems to ask for, where that is specially protected."""
        if question and not self.is_submitted():
            self._show(questions.draft_of(question))

    def text_fields(self, name: str) -> list[Field]:
        """Return the fields of one text, the campaign's main language first."""
        return [self[f"{name}_{code}"] for code in self.codes]

    def _show(self, draft: Draft) -> None:
        self.kind.data, self.is_required.data = draft.kind, draft.is_required
        self.shown_if.data = [f"{draft.shown_if}:{number}" for number in draft.shown_if_options]
        self.low.data, self.high.data = draft.low, draft.high
        self.is_sensitive.data = draft.is_sensitive
        self.category = questions.category_of(draft) if draft.is_sensitive else None
        for code in self.codes:
            for name in ("label", "help", "section"):
                self[f"{name}_{code}"].data = getattr(draft, name).get(code)
            lines = [option.get(code, "") for option in draft.options]
            if code == self.codes[0]:
                lines = [_with_seats(line, draft.seats.get(number)) for number, line in enumerate(lines)]
            self[f"options_{code}"].data = "\n".join(lines) if any(lines) else None

    def validate(self, extra_validators: Mapping[str, object] | None = None) -> bool:
        """Check the fields: a question in the main language, options that match, one deciding question."""
        valid = super().validate(extra_validators)
        main = self[f"label_{self.codes[0]}"]
        if not main.data and not main.errors:
            main.errors = [_("Please fill this in.")]
        if self.kind.data in CHOICES:
            self._check_options()
        if len({value.partition(":")[0] for value in self.shown_if.data or ()}) > 1:
            self.shown_if.errors = [_("Choose answers of one question only.")]
        elif not set(self.shown_if.data or ()) <= {value for value, _label in self.shown_if.choices}:
            self.shown_if.errors = [_("Choose answers to a question that is asked earlier.")]
        return valid and not self.errors

    def _check_options(self) -> None:
        """Blame each language's options that are too long, too many for a choice, or not as many as the main ones."""
        count = len(self._lines(self.codes[0]))
        for code in self.codes:
            field, lines = self[f"options_{code}"], self._lines(code)
            if field.errors:
                continue
            if any(len(line) > LINE_LIMIT for line in lines):
                field.errors = [_("An option has at most %(limit)s characters.", limit=LINE_LIMIT)]
            elif code == self.codes[0] and not 2 <= count <= OPTION_LIMIT:
                field.errors = [sentence(Refused("question-needs-options", limit=OPTION_LIMIT))]
            elif lines and len(lines) != count:
                field.errors = [_("Write the same options in the same order: %(count)s lines.", count=count)]
        seats = [seats for _text, seats in map(parse_option, self._lines(self.codes[0])) if seats is not None]
        if any(not 1 <= limit <= CAPACITY_LIMIT for limit in seats):
            self[f"options_{self.codes[0]}"].errors = [
                _("Write the number of places as [1] to [%(limit)s].", limit=CAPACITY_LIMIT)
            ]

    def _lines(self, code: str) -> list[str]:
        typed = str(self[f"options_{code}"].data or "").split("\n")
        return [line for one in typed if (line := tidy_line(one))]

    def draft(self) -> Draft:
        """Return what was filled in."""
        kind = Kind(self.kind.data)
        parsed = [parse_option(line) for line in self._lines(self.codes[0])] if kind in CHOICES else []
        lines = {code: self._lines(code) for code in self.codes[1:]}
        options = tuple(
            {self.codes[0]: text} | {code: lines[code][number] for code in lines if lines[code]}
            for number, (text, _seats) in enumerate(parsed)
        )
        conditions = sorted(tuple(map(int, value.split(":"))) for value in self.shown_if.data or ())
        return Draft(
            kind=kind,
            label=texts_of(self, "label", self.codes),
            help=texts_of(self, "help", self.codes),
            section=texts_of(self, "section", self.codes),
            is_required=bool(self.is_required.data),
            options=options,
            seats={number: seats for number, (_text, seats) in enumerate(parsed) if seats},
            low=self.low.data if kind in BOUNDS else None,
            high=self.high.data if kind in BOUNDS else None,
            shown_if=conditions[0][0] if conditions else None,
            shown_if_options=tuple(number for _source, number in conditions),
            is_sensitive=bool(self.is_sensitive.data),
        )

    def blame(self, refused: Refused) -> None:
        """Put a refusal's sentence beside the field it is about."""
        if refused.code == "question-sensitive":
            self.category = Category(str(refused.facts["category"]))
            self.is_sensitive.errors = [sentence(refused)]
        elif refused.code in OF_OPTIONS:
            self[f"options_{self.codes[0]}"].errors = [sentence(refused)]
        elif refused.code in OF_LIMITS:
            self.high.errors = [sentence(refused)]
        elif refused.code == "party-size-twice":
            self.kind.errors = [sentence(refused)]
        elif refused.code.startswith(("condition-", "party-size-")):
            self.shown_if.errors = [sentence(refused)]
        else:
            self.form_errors.append(sentence(refused))


def _add_texts() -> None:
    for name, (kind, limit) in TEXTS.items():
        for code, own_name in OWN_NAMES.items():
            setattr(QuestionForm, f"{name}_{code}", kind(own_name, limit=limit))


_add_texts()


def kind_names() -> dict[str, str]:
    """Return what each kind is called."""
    return {
        Kind.TEXT: _("a short text"),
        Kind.LONG_TEXT: _("a long text"),
        Kind.NUMBER: _("a number"),
        Kind.ONE_CHOICE: _("one of several options"),
        Kind.SEVERAL_CHOICES: _("any of several options"),
        Kind.YES_NO: _("a box to tick"),
        Kind.DATE: _("a date"),
        Kind.EMAIL: _("a mail address"),
        Kind.PHONE: _("a telephone number"),
        Kind.COUNTRY: _("a country"),
        Kind.CONSENT: _("consent to a purpose"),
        Kind.PARTY_SIZE: _("how many people come together"),
    }


def category_name(category: Category) -> str:
    """Return what specially protected data are called."""
    return {
        Category.RELIGION: _("religion or belief"),
        Category.HEALTH: _("health"),
        Category.ETHNICITY: _("ethnic origin"),
        Category.POLITICS: _("political opinion"),
        Category.UNION: _("membership in a trade union"),
        Category.SEXUALITY: _("sexual life or orientation"),
        Category.BIOMETRY: _("biometric or genetic data"),
    }[category]


def _with_seats(line: str, seats: int | None) -> str:
    return f"{line} [{seats}]" if seats else line


def _conditions(event: Event, question: Question | None) -> list[tuple[str, str]]:
    """Return the answers that can decide: those to earlier questions, each as "question:option"."""
    order = event.questions
    earlier = order[: order.index(question)] if question else order
    return [
        (f"{one.id}:{number}", f"{filters.t_plain(one.label)}: {option_text(one, number)}")
        for one in earlier
        if one.kind in DECIDES
        for number in (range(len(one.options)) if one.kind in CHOICES else (1, 0))
    ]
