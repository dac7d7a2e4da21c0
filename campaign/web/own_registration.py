"""A registrant's own page, opened by the link in every mail: GET only shows, POST acts."""

import json
from datetime import UTC, datetime
from functools import partial

import segno
from flask import Blueprint, Response, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import BooleanField, SelectField

from campaign import address, erasure_list
from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.permission import Role
from campaign.domain.question import Kind
from campaign.domain.registration import ENDED, PARTY_LIMIT, Status
from campaign.i18n import LANGUAGES, OWN_NAMES
from campaign.models import Registration
from campaign.services import (
    consents,
    erasures,
    holdings,
    own_calendar,
    own_registration,
    registrations,
    together,
    waiting,
)
from campaign.services.own_registration import Correction, Look
from campaign.web import holding_words, scope
from campaign.web.auth import public
from campaign.web.fields import Needed, NumberField
from campaign.web.question_fields import AnswersForm, answer_text, name_of
from campaign.web.registrations import ActForm, NameField, act

blueprint = Blueprint("own_registration", __name__, url_prefix="/r/<token>")
HAS_TICKET = (Status.CONFIRMED, Status.ATTENDED)
HAS_PAST = (Status.ATTENDED, *ENDED)


class CorrectionForm(AnswersForm):
    """What can be changed of a registration: the same fields, by the same rules, as the form that it came by."""

    name = NameField(_l("Name"), limit=80, validators=[Needed()], description=_l("A pseudonym is enough."))
    party_size = NumberField(_l("How many people"), low=1, high=PARTY_LIMIT, validators=[Needed()])
    language = SelectField(_l("Language of our mails"))
    drops_earlier = BooleanField(_l("Delete my answers to questions that are no longer asked"))

    def __init__(self, registration: Registration) -> None:
        super().__init__(registration.event, party=registration.party_size)
        self.language.choices = [(code, OWN_NAMES[code]) for code in LANGUAGES]
        if not self.is_submitted():
            self.name.data, self.language.data = registration.name, registration.language
            if self.party_size:
                self.party_size.data = registration.party_size
            self.show_answers(own_registration.answers_of(registration))

    def correction(self) -> Correction:
        """Return what was sent, for the service."""
        return Correction(
            name=str(self.name.data),
            language=self.language.data,
            party_size=self.party(),
            answers=self.answers(),
            drops_earlier=bool(self.drops_earlier.data),
        )


class EraseForm(FlaskForm):
    """The one act that can't be undone asks for a tick."""

    is_meant = BooleanField(_l("Erase everything; I know that it can't be brought back"), validators=[Needed()])


@blueprint.get("/")
@public
def mine(token: str) -> str:
    """Show a registrant what is stored about them, and what they can do; looking changes nothing."""
    return _page(scope.own_registration(token), EraseForm())


@blueprint.get("/ticket")
@public
def ticket(token: str) -> ResponseReturnValue:
    """Show the ticket alone, to print; or lead to what is still missing for one."""
    registration = scope.own_registration(token)
    if registration.status not in HAS_TICKET:
        return redirect(url_for("own_registration.mine", token=token), 303)
    return render_template("registrations/ticket.html", **_context(registration), ticket_svg=_ticket(registration))


@blueprint.get("/change")
@public
def correct(token: str) -> ResponseReturnValue:
    """Show the form with what was given."""
    registration = scope.own_registration(token)
    if registration.status in ENDED:
        return redirect(url_for("own_registration.mine", token=token), 303)
    return _correction_page(registration, CorrectionForm(registration))


@blueprint.post("/change")
@public
def store(token: str) -> ResponseReturnValue:
    """Change name, answers, language and number of people."""
    registration = scope.own_registration(token)
    form = CorrectionForm(registration)
    if not form.validate():
        return _correction_page(registration, form), 422
    try:
        with unit_of_work():
            own_registration.correct(registration, form.correction(), now=datetime.now(UTC))
    except Refused as refused:
        form.blame(refused)
        return _correction_page(registration, form), 409
    flash(_("Your registration is changed."), "message")
    return redirect(url_for("own_registration.mine", token=token), 303)


@blueprint.post("/cancel")
@public
def cancel(token: str) -> ResponseReturnValue:
    """Give the place back."""
    done = _("Your registration is cancelled. Thank you for telling us.")
    return act(scope.own_registration(token), registrations.cancel, done)


@blueprint.post("/reminders-on")
@public
def remind(token: str) -> ResponseReturnValue:
    """Have reminders sent."""
    done = _("We remind you before the event.")
    return act(scope.own_registration(token), partial(own_registration.remind, wanted=True), done)


@blueprint.post("/reminders-off")
@public
def do_not_remind(token: str) -> ResponseReturnValue:
    """Have no reminders sent."""
    done = _("We send you no reminders.")
    return act(scope.own_registration(token), partial(own_registration.remind, wanted=False), done)


@blueprint.post("/consents/<purpose>/withdraw")
@public
def withdraw(token: str, purpose: str) -> ResponseReturnValue:
    """Take back one consent: the one that registering needs, or the answer to a question that asked for one."""
    registration = scope.own_registration(token)
    answer = next((one for one in registration.answers if name_of(one.question_id) == purpose), None)
    done = _("Your consent is withdrawn.")
    if answer is not None and answer.question.kind is Kind.CONSENT:
        return act(registration, partial(own_registration.withdraw_answer, number=answer.question_id), done)
    if not own_registration.given(registration, purpose):
        return redirect(url_for("own_registration.mine", token=token), 303)
    return act(registration, partial(own_registration.withdraw, purpose=purpose), done)


@blueprint.get("/export")
@public
def export(token: str) -> str:
    """Show everything that is stored, in words."""
    registration = scope.own_registration(token)
    sections = holding_words.sections(holdings.of(registration))
    return render_template("registrations/export.html", **_context(registration), held=sections)


@blueprint.get("/export.json")
@public
def export_json(token: str) -> Response:
    """Hand out everything that is stored, for programs."""
    held = holdings.of(scope.own_registration(token))
    body = json.dumps(vars(held), default=holdings.plain, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": 'attachment; filename="registration.json"'}
    return Response(body, mimetype="application/json", headers=headers)


@blueprint.post("/erase")
@public
def erase(token: str) -> ResponseReturnValue:
    """Delete everything, and note on the list that outlives the database that it must stay so."""
    registration = scope.own_registration(token)
    form = EraseForm()
    if not form.validate():
        return _page(registration, form), 422
    with unit_of_work():
        erased = erasures.erase(registration, now=datetime.now(UTC))
    erasure_list.append(current_app.config["SETTINGS"].instance, [erased])
    flash(_("Everything that was stored about you at this event is erased."), "message")
    return redirect(url_for("site.home"), 303)


@blueprint.app_template_filter()
def look_phrase(look: Look) -> str:
    """Return who did what with the list: a role, never a name."""
    known = {Role.OWNER: _("an owner"), Role.EDITOR: _("an editor"), Role.COORDINATOR: _("a coordinator")}
    who = known.get(look.role, _("an organizer")) if look.role else _("somebody")
    if look.way == "print":
        return _("%(who)s printed it", who=who)
    if look.way == "door":
        return _("%(who)s took it to the door", who=who)
    if look.action == "export-registrations":
        return _("%(who)s took it away as a file", who=who)
    return _("%(who)s opened it", who=who)


def _page(registration: Registration, erase_form: EraseForm) -> str:
    status, now = registration.status, datetime.now(UTC)
    can_confirm = status in (Status.PENDING, Status.WAITING) and registration.address_confirmed_at is None
    return render_template(
        "registrations/mine.html",
        **_context(registration),
        own_calendar=_own_calendar(registration),
        answers=[(one.question, answer_text(one.question, json.loads(one.value))) for one in registration.answers],
        registration_consents=own_registration.given(registration, consents.REGISTRATION),
        withdrawn=[one for one in registration.consents if one.withdrawn_at],
        agreed=[one.question for one in registration.answers if one.question.kind is Kind.CONSENT],
        looks=own_registration.looks(registration),
        kept_days=consents.kept_days(registration),
        position=waiting.position(registration),
        can_confirm=can_confirm,
        beside=together.unconfirmed(registration) if can_confirm else [],
        needs_approval=registration.approved_at is None and waiting.needs_approval(registration.event),
        is_over=waiting.is_over(registration, now=now),
        can_change=status not in ENDED,
        can_cancel=status not in HAS_PAST,
        act=ActForm(),
        erase_form=erase_form,
        ticket_svg=_ticket(registration) if status in HAS_TICKET else None,
    )


def _correction_page(registration: Registration, form: CorrectionForm) -> str:
    return render_template(
        "registrations/correct.html",
        **_context(registration),
        form=form,
        has_earlier=bool(own_registration.earlier(registration)),
        can_resize=own_registration.may_resize(registration, now=datetime.now(UTC)),
    )


def _context(registration: Registration) -> dict[str, object]:
    event = registration.event
    return {
        "registration": registration,
        "event": event,
        "edition": event.edition,
        "campaign": event.edition.campaign,
        "token": registration.token,
    }


def _own_calendar(registration: Registration) -> str | None:
    """Return the secret address of the registrant's calendar, once they have a place."""
    if registration.status not in HAS_TICKET or registration.calendar_hash is None:
        return None
    return address.own_calendar(own_calendar.token_of(registration))


def _ticket(registration: Registration) -> Markup:
    code = segno.make(registration.ticket, error="m", micro=False)
    return Markup(code.svg_inline(scale=6, border=2, dark="#000", light="#fff", omitsize=True))
