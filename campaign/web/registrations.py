"""The registration form, and a registrant's own page: GET only shows, POST acts."""

import json
import re
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

import segno
from email_validator import EmailNotValidError, validate_email
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, SelectMultipleField, StringField

from campaign import address
from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.question import Kind, clean_answer
from campaign.domain.registration import PARTY_LIMIT, Status, Window
from campaign.i18n import LANGUAGES, OWN_NAMES
from campaign.models import Event, Question, Registration
from campaign.services import consents, own_calendar, registrations
from campaign.services.registrations import Submission
from campaign.web import filters, language, scope
from campaign.web.auth import public
from campaign.web.errors import sentence
from campaign.web.fields import CleanField, LineField, Needed, NumberField, ProseField

blueprint = Blueprint("registrations", __name__)
LOOKS_LIKE_ADDRESS = re.compile(r"://|www\.|@|\.\w{2,}/", re.IGNORECASE)


class NameField(LineField):
    """A name or pseudonym; an address in it would make our mails somebody's advertisement."""

    def clean(self, value: str) -> str | None:
        """Return the name."""
        name = super().clean(value)
        if name and LOOKS_LIKE_ADDRESS.search(name):
            raise ValueError(_("Write a name without a web or mail address."))
        return name


class MailField(CleanField[str]):
    """A mail address, checked by its form alone: the mail itself will tell."""

    def clean(self, value: str) -> str:
        """Return the normalised address, its host as mail servers know it; ValueError with a sentence."""
        try:
            found = validate_email(value.strip(), check_deliverability=False)
        except EmailNotValidError as error:
            raise ValueError(_("Write a mail address such as name@example.org.")) from error
        if len(found.normalized) > 254:
            raise ValueError(_("This mail address is too long."))
        return found.ascii_email or found.normalized


class RegistrationForm(FlaskForm):
    """What every event asks; its own questions are added as fields `question-<id>`."""

    name = NameField(_l("Name"), limit=80, validators=[Needed()], description=_l("A pseudonym is enough."))
    email = MailField(_l("Mail address"), validators=[Needed()])
    party_size = NumberField(_l("How many people"), low=1, high=PARTY_LIMIT, default=1, validators=[Needed()])
    language = SelectField(_l("Language of our mails"))
    consent = BooleanField(_l("I agree"), validators=[Needed()])
    website = StringField(_l("Leave this empty"))
    submission = HiddenField()

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event
        self.language.choices = [(code, OWN_NAMES[code]) for code in LANGUAGES]
        self.question_fields = [self._add(question) for question in event.questions]
        if not self.is_submitted():
            self.language.data = language.current()
            self.submission.data = str(uuid.uuid4())

    def _add(self, question: Question) -> Field:
        name = f"question-{question.id}"
        field = FIELDS[question.kind](question).bind(form=self, name=name)
        field.process(request.form if self.is_submitted() else None)
        self._fields[name] = field
        return field

    def validate(self, extra_validators: Mapping[str, object] | None = None) -> bool:
        """Check the fields, and each answer by the domain's rule."""
        valid = super().validate(extra_validators)
        wrong = [question for question in self.event.questions if not self._check(question)]
        return valid and not wrong

    def _check(self, question: Question) -> bool:
        try:
            clean_answer(
                question.kind, _sent(question), option_count=len(question.options), is_required=question.is_required
            )
        except Refused as refused:
            self[f"question-{question.id}"].errors = [sentence(refused)]
            return False
        return True

    def submission_data(self) -> Submission:
        """Return what was sent, for the service."""
        return Submission(
            name=str(self.name.data),
            email=str(self.email.data),
            language=self.language.data,
            read_in=language.current(),
            party_size=int(str(self.party_size.data)),
            answers={question.id: _sent(question) for question in self.event.questions},
            submission=_submission_id(self.submission.data),
        )


def _sent(question: Question) -> list[str]:
    return request.form.getlist(f"question-{question.id}")


def _submission_id(sent: str | None) -> str:
    try:
        return str(uuid.UUID(sent or ""))
    except ValueError:
        return str(uuid.uuid4())


def _text(question: Question) -> Field:
    field = ProseField if question.kind is Kind.LONG_TEXT else LineField
    field_of = partial(field, limit=10_000)  # the domain's rule knows the real limit
    return field_of(**_asked(question))  # type: ignore[arg-type]  # label, description, attributes


def _choice(question: Question) -> Field:
    field = SelectMultipleField if question.kind is Kind.SEVERAL_CHOICES else RadioField
    choices = [(str(number), filters.t_plain(option)) for number, option in enumerate(question.options)]
    return field(**_asked(question), choices=choices, validate_choice=False)


def _yes_no(question: Question) -> Field:
    return BooleanField(**_asked(question))


def _asked(question: Question) -> dict[str, object]:
    flags = {"required": True} if question.is_required else {}
    return {
        "label": filters.t_plain(question.label),
        "description": filters.t_plain(question.help),
        "render_kw": flags,
    }


FIELDS: dict[Kind, Callable[[Question], Field]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.NUMBER: _text,
    Kind.ONE_CHOICE: _choice,
    Kind.SEVERAL_CHOICES: _choice,
    Kind.YES_NO: _yes_no,
}


class ActForm(FlaskForm):
    """A button that does something: nothing but the token against forged requests."""


@blueprint.get("/<campaign>/<int:year>/<event>/register")
@public
def form(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Show the form, or lead back to the event while it takes no registrations."""
    found = scope.public_event(campaign, year, event)
    if registrations.window(found, now=datetime.now(UTC)) is not Window.OPEN:
        return redirect(_event_page(found), 303)
    return _form_page(found, RegistrationForm(found))


@blueprint.post("/<campaign>/<int:year>/<event>/register")
@public
def register(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Hold a place and write to the registrant; the answer is the same whether we knew them or not."""
    found = scope.public_event(campaign, year, event)
    sent = RegistrationForm(found)
    if sent.website.data:
        return redirect(_sent_page(found), 303)
    if not sent.validate():
        return _form_page(found, sent), 422
    try:
        with unit_of_work():
            registrations.register(found, sent.submission_data(), now=datetime.now(UTC))
    except Refused as refused:
        sent.form_errors.append(sentence(refused))
        return _form_page(found, sent), 409
    return redirect(_sent_page(found), 303)


@blueprint.get("/<campaign>/<int:year>/<event>/register/sent")
@public
def sent(campaign: str, year: int, event: str) -> str:
    """Ask to look into the mail."""
    found = scope.public_event(campaign, year, event)
    return render_template(
        "registrations/sent.html", campaign=found.edition.campaign, edition=found.edition, event=found
    )


@blueprint.get("/r/<token>/")
@public
def mine(token: str) -> str:
    """Show a registrant what is stored about them; looking changes nothing."""
    registration = scope.own_registration(token)
    return render_template(
        "registrations/mine.html",
        registration=registration,
        event=registration.event,
        edition=registration.event.edition,
        campaign=registration.event.edition.campaign,
        token=token,
        own_calendar=_own_calendar(registration),
        answers=[
            (answer.question.label, _answer_text(answer.question, answer.value)) for answer in registration.answers
        ],
        consents=[(filters.t(one.consent_text.text), one.given_at) for one in registration.consents],
        can_confirm=registration.status is Status.PENDING,
        can_cancel=registration.status in (Status.PENDING, Status.CONFIRMED),
        confirm_form=ActForm(prefix="confirm"),
        cancel_form=ActForm(prefix="cancel"),
        ticket_svg=_ticket(registration) if registration.status is Status.CONFIRMED else None,
    )


@blueprint.get("/r/<token>/ticket")
@public
def ticket(token: str) -> str:
    """Show the ticket alone, to print."""
    registration = scope.own_registration(token)
    if registration.status is not Status.CONFIRMED:
        abort(404)
    return render_template(
        "registrations/ticket.html",
        registration=registration,
        event=registration.event,
        campaign=registration.event.edition.campaign,
        ticket_svg=_ticket(registration),
    )


@blueprint.post("/r/<token>/confirm")
@public
def confirm(token: str) -> ResponseReturnValue:
    """Confirm the place: the address is theirs, since the link came by mail."""
    return _act(token, registrations.confirm, _("Your place is confirmed. The ticket is on its way by mail."))


@blueprint.post("/r/<token>/cancel")
@public
def cancel(token: str) -> ResponseReturnValue:
    """Give the place back."""
    return _act(token, registrations.cancel, _("Your registration is cancelled. Thank you for telling us."))


def _act(token: str, service: Callable[..., None], done: str) -> ResponseReturnValue:
    registration = scope.own_registration(token)
    try:
        with unit_of_work():
            service(registration, now=datetime.now(UTC))
    except Refused as refused:
        flash(sentence(refused), "error")
    else:
        flash(done, "message")
    return redirect(url_for("registrations.mine", token=token), 303)


def _form_page(event: Event, sent: RegistrationForm) -> str:
    campaign = event.edition.campaign
    return render_template(
        "registrations/form.html",
        campaign=campaign,
        edition=event.edition,
        event=event,
        form=sent,
        consent_text=filters.t(consents.current(campaign).text),
    )


def _answer_text(question: Question, value: str) -> str:
    answer = json.loads(value)
    if isinstance(answer, list):
        return ", ".join(filters.t_plain(question.options[number]) for number in answer)
    return _("Yes") if question.kind is Kind.YES_NO else str(answer)


def _own_calendar(registration: Registration) -> str | None:
    """Return the secret address of the registrant's calendar, once they have a place."""
    if registration.status is not Status.CONFIRMED or registration.calendar_hash is None:
        return None
    return address.own_calendar(own_calendar.token_of(registration))


def _ticket(registration: Registration) -> Markup:
    code = segno.make(registration.ticket, error="m", micro=False)
    return Markup(code.svg_inline(scale=6, border=2, dark="#000", light="#fff", omitsize=True))


def _event_page(event: Event) -> str:
    return url_for("events.show", campaign=event.edition.campaign.slug, year=event.edition.year, event=event.slug)


def _sent_page(event: Event) -> str:
    return url_for(
        "registrations.sent", campaign=event.edition.campaign.slug, year=event.edition.year, event=event.slug
    )
