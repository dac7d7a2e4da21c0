"""The registration form, and what the link in its mail does: GET only shows, POST acts."""

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, SelectField, StringField

from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.registration import PARTY_LIMIT, Status, Window
from campaign.i18n import LANGUAGES, OWN_NAMES
from campaign.models import Event, Invitation, Registration
from campaign.services import consents, registrations, together, waiting
from campaign.services.submissions import Submission
from campaign.web import filters, language, limits, scope
from campaign.web.auth import public
from campaign.web.errors import sentence
from campaign.web.fields import LineField, MailField, Needed, NumberField
from campaign.web.question_fields import AnswersForm

blueprint = Blueprint("registrations", __name__)
ALSO = "also-"
LOOKS_LIKE_ADDRESS = re.compile(r"://|www\.|@|\.\w{2,}/", re.IGNORECASE)


class NameField(LineField):
    """A name or pseudonym; an address in it would make our mails somebody's advertisement."""

    def clean(self, value: str) -> str | None:
        """Return the name."""
        name = super().clean(value)
        if name and LOOKS_LIKE_ADDRESS.search(name):
            raise ValueError(_("Write a name without a web or mail address."))
        return name


@dataclass(frozen=True)
class Other:
    """Another event that one may come to by the same form, its box to tick and its own questions."""

    event: Event
    tick: Field
    question_fields: list[Field]
    condition: str


class RegistrationForm(AnswersForm):
    """What every event asks; its own questions are added as fields `question-<id>`, other events as `also-<slug>`."""

    name = NameField(_l("Name"), limit=80, validators=[Needed()], description=_l("A pseudonym is enough."))
    email = MailField(_l("Mail address"), validators=[Needed()])
    party_size = NumberField(_l("How many people"), low=1, high=PARTY_LIMIT, default=1, validators=[Needed()])
    language = SelectField(_l("Language of our mails"))
    consent = BooleanField(_l("I agree"), validators=[Needed()])
    agreed_to = HiddenField()
    website = StringField(_l("Leave this empty"))
    submission = HiddenField()

    def __init__(self, event: Event, others: Sequence[Event] = ()) -> None:
        super().__init__(event)
        self.others = [self._offer(one) for one in others]
        self.language.choices = [(code, OWN_NAMES[code]) for code in LANGUAGES]
        if not self.is_submitted():
            self.language.data = language.current()
            self.submission.data = str(uuid.uuid4())

    def _offer(self, event: Event) -> Other:
        name = f"{ALSO}{event.slug}"
        tick = BooleanField(filters.t(event.name)).bind(form=self, name=name)
        tick.process(request.form if self.is_submitted() else None)
        self._fields[name] = tick
        condition = _("Only if you come to “%(event)s”", event=filters.t_plain(event.name))
        return Other(event, tick, self.ask(event), condition)

    def validate(self, extra_validators: Mapping[str, object] | None = None) -> bool:
        """Check the fields, and that each event that was ticked can still be registered for."""
        valid = super().validate(extra_validators)
        if all(name in self._fields for name in request.form if name.startswith(ALSO)):
            return valid
        self.form_errors.append(_("An event that you ticked takes no registrations any more. Look at the list again."))
        return False

    def events(self) -> list[Event]:
        """Return the event and those that are ticked beside it."""
        return [self.event, *(other.event for other in self.others if other.tick.data)]

    def blame(self, refused: Refused) -> None:
        """Put a refusal's sentence beside the other event or the question it names, else above the form."""
        tick = self._fields.get(f"{ALSO}{refused.facts.get('beside')}")
        if refused.code == "consent-changed":
            self.consent.errors = [sentence(refused)]
        elif tick is None or "question" in refused.facts:
            super().blame(refused)
        else:
            tick.errors = [sentence(refused)]

    def ask_to_agree(self, words: str) -> None:
        """Note which words stand beside the box; a yes that was said to others counts no more."""
        shown = consents.fingerprint(words)
        if self.agreed_to.data not in (None, "", shown):
            self.consent.data = False
        self.agreed_to.data = shown

    def submission_data(self) -> Submission:
        """Return what was sent, for the service."""
        return Submission(
            name=str(self.name.data),
            email=str(self.email.data),
            language=self.language.data,
            read_in=language.current(),
            agreed_to=self.agreed_to.data or None,
            party_size=self.party(),
            answers=self.answers(),
            submission=submission_id(self.submission.data),
        )


def submission_id(sent: str | None) -> str:
    """Return what names one showing of a form; whatever else was sent is another showing."""
    try:
        return str(uuid.UUID(sent or ""))
    except ValueError:
        return str(uuid.uuid4())


class ActForm(FlaskForm):
    """A button that does something: nothing but the token against forged requests."""


@blueprint.get("/<campaign>/<int:year>/<event>/register")
@blueprint.get("/<campaign>/<int:year>/<event>/register/<token>")
@public
def form(campaign: str, year: int, event: str, token: str | None = None) -> ResponseReturnValue:
    """Show the form, also to whoever an invitation lets in; or lead back to the event while it takes nobody."""
    found = scope.public_event(campaign, year, event)
    invitation = scope.public_invitation(found, token) if token else None
    if _window(found, invitation) not in (Window.OPEN, Window.QUEUE):
        return redirect(_event_page(found), 303)
    return _form_page(found, RegistrationForm(found, _others(found, invitation)), invitation)


@blueprint.post("/<campaign>/<int:year>/<event>/register")
@blueprint.post("/<campaign>/<int:year>/<event>/register/<token>")
@public
def register(campaign: str, year: int, event: str, token: str | None = None) -> ResponseReturnValue:
    """Hold a place and write to the registrant; the answer is the same whether we knew them or not."""
    found = scope.public_event(campaign, year, event)
    invitation = scope.public_invitation(found, token) if token else None
    sent = RegistrationForm(found, _others(found, invitation))
    thanks = redirect(url_for("registrations.sent", campaign=campaign, year=year, event=event), 303)
    if sent.website.data:
        return thanks
    if not sent.validate():
        return _form_page(found, sent, invitation), 422
    given, others = sent.submission_data(), sent.events()[1:]
    try:
        with limits.registering(found, given.email, others=others):
            registrations.register(found, given, others=others, invitation=invitation, now=datetime.now(UTC))
    except Refused as refused:
        sent.blame(refused)
        return _form_page(found, sent, invitation), *limits.status(refused)
    return thanks


@blueprint.get("/<campaign>/<int:year>/<event>/register/sent")
@public
def sent(campaign: str, year: int, event: str) -> str:
    """Ask to look into the mail."""
    found = scope.public_event(campaign, year, event)
    return render_template(
        "registrations/sent.html", campaign=found.edition.campaign, edition=found.edition, event=found
    )


@blueprint.post("/r/<token>/confirm")
@public
def confirm(token: str) -> ResponseReturnValue:
    """Confirm what one form asked for: the address is theirs, since the link came by mail."""
    return act(scope.own_registration(token), together.confirm, _confirmed)


@blueprint.post("/r/<token>/accept")
@public
def accept(token: str) -> ResponseReturnValue:
    """Take the place that came free and is offered."""
    done = _("The place is yours. The ticket is on its way by mail.")
    return act(scope.own_registration(token), waiting.accept, done)


def act(
    registration: Registration, service: Callable[..., None], done: str | Callable[[Registration], str]
) -> ResponseReturnValue:
    """Do what a registrant asks for on their own page, and say there what came of it."""
    token = registration.token
    try:
        with unit_of_work():
            service(registration, now=datetime.now(UTC))
    except Refused as refused:
        flash(sentence(refused), "error")
    else:
        flash(done if isinstance(done, str) else done(registration), "message")
    return redirect(url_for("own_registration.mine", token=token), 303)


def _confirmed(registration: Registration) -> str:
    """Return what to say after confirming: the place is theirs, or what they wait for."""
    if registration.status is not Status.WAITING:
        return _("Your place is confirmed. The ticket is on its way by mail.")
    if waiting.is_ready(registration):
        return _("Your address is confirmed. We write to you as soon as a place comes free.")
    return _("Your address is confirmed. The organizers look at your registration and write to you.")


def _window(event: Event, invitation: Invitation | None) -> Window:
    now = datetime.now(UTC)
    return registrations.window(event, now=now) if invitation is None else registrations.invited_window(event, now=now)


def _others(event: Event, invitation: Invitation | None) -> list[Event]:
    """Return what else the form offers; an invitation is to one event."""
    return [] if invitation else together.others(event, now=datetime.now(UTC))


def _form_page(event: Event, sent: RegistrationForm, invitation: Invitation | None) -> str:
    campaign = event.edition.campaign
    consent_text = consents.current(campaign).text
    sent.ask_to_agree(filters.t_plain(consent_text))
    return render_template(
        "registrations/form.html",
        campaign=campaign,
        edition=event.edition,
        event=event,
        form=sent,
        notes=limits.form_notes(event),
        is_full=registrations.is_full(event),
        is_let_in=invitation is not None or not waiting.needs_approval(event),
        is_invited=invitation is not None,
        consent_text=filters.t(consent_text),
    )


def _event_page(event: Event) -> str:
    return url_for("events.show", campaign=event.edition.campaign.slug, year=event.edition.year, event=event.slug)
