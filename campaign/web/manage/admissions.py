"""Who comes in: letting people in or not where an event asks for it, and entering somebody by hand."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField

from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.permission import Permission
from campaign.domain.registration import PARTY_LIMIT
from campaign.i18n import LANGUAGES, OWN_NAMES
from campaign.models import Event, Registration
from campaign.services import consents, registrations
from campaign.services.submissions import Submission
from campaign.web import filters, language, scope
from campaign.web.auth import me, requires
from campaign.web.errors import sentence
from campaign.web.fields import MailField, Needed, NumberField
from campaign.web.manage.registrations import blueprint
from campaign.web.question_fields import AnswersForm
from campaign.web.registrations import NameField, submission_id


class EntryForm(AnswersForm):
    """Somebody who asked an organizer for a place, at a desk or on the telephone."""

    name = NameField(_l("Name"), limit=80, validators=[Needed()])
    email = MailField(_l("Mail address"), validators=[Needed()])
    party_size = NumberField(_l("How many people"), low=1, high=PARTY_LIMIT, default=1, validators=[Needed()])
    language = SelectField(_l("Language of our mails"))
    with_mail = BooleanField(_l("Send the ticket by mail"), default=True)
    consent = BooleanField(_l("The person agreed"), validators=[Needed()])
    submission = HiddenField()

    def __init__(self, event: Event) -> None:
        super().__init__(event)
        self.language.choices = [(code, OWN_NAMES[code]) for code in LANGUAGES]
        if not self.is_submitted():
            self.language.data = event.edition.campaign.default_language
            self.submission.data = str(uuid.uuid4())

    def entry(self) -> Submission:
        """Return what was filled in, for the service."""
        return Submission(
            name=str(self.name.data),
            email=str(self.email.data),
            language=self.language.data,
            read_in=language.current(),
            party_size=self.party(),
            answers=self.answers(),
            submission=submission_id(self.submission.data),
        )


@blueprint.route("/<campaign>/<int:year>/events/<event>/registrations/new/", methods=["GET", "POST"])
@requires(Permission.VIEW_REGISTRATIONS)
def enter(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Give somebody a confirmed place by hand."""
    found = scope.managed_event(year, event)
    form = EntryForm(found)
    if form.validate_on_submit():
        with_mail, now = bool(form.with_mail.data), datetime.now(UTC)
        try:
            with unit_of_work():
                registrations.enter(found, form.entry(), with_mail=with_mail, actor=me(), now=now)
        except Refused as refused:
            form.blame(refused)
        else:
            flash(_("The place is given. The ticket is on its way by mail.") if with_mail else _("The place is given."))
            return redirect(_listing(found), 303)
    page = render_template(
        "manage/registrations/enter.html",
        campaign=found.edition.campaign,
        edition=found.edition,
        event=found,
        form=form,
        consent_text=filters.t(consents.current(found.edition.campaign).text),
    )
    return (page, 422) if form.is_submitted() else page


@blueprint.post("/<campaign>/<int:year>/events/<event>/registrations/<code>/approve")
@requires(Permission.VIEW_REGISTRATIONS)
def approve(campaign: str, year: int, event: str, code: str) -> ResponseReturnValue:
    """Let somebody in who waits for it."""
    found = scope.managed_registration(year, event, code)
    return _decide(found, partial(registrations.approve, actor=me()), _("Let in. We write to them."))


@blueprint.post("/<campaign>/<int:year>/events/<event>/registrations/<code>/decline")
@requires(Permission.VIEW_REGISTRATIONS)
def decline(campaign: str, year: int, event: str, code: str) -> ResponseReturnValue:
    """Send somebody away who waits to be let in."""
    found = scope.managed_registration(year, event, code)
    return _decide(found, partial(registrations.decline, actor=me()), _("Declined. We write to them."))


def _decide(registration: Registration, service: Callable[..., None], done: str) -> ResponseReturnValue:
    event = registration.event
    try:
        with unit_of_work():
            service(registration, now=datetime.now(UTC))
    except Refused as refused:
        flash(sentence(refused), "error")
    else:
        flash(done, "message")
    return redirect(_listing(event), 303)


def _listing(event: Event) -> str:
    edition = event.edition
    return url_for("manage_registrations.listing", campaign=edition.campaign.slug, year=edition.year, event=event.slug)
