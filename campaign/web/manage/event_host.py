"""Who carries out an event, as organizers enter it: a name and a mail address, no account."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField

from campaign.db import unit_of_work
from campaign.domain.permission import Permission
from campaign.i18n import LANGUAGES, OWN_NAMES
from campaign.models import Event, Host
from campaign.services import hosts
from campaign.web import language, scope
from campaign.web.auth import me, requires
from campaign.web.fields import MailField, Needed
from campaign.web.registrations import ActForm, NameField

blueprint = Blueprint("manage_event_host", __name__, url_prefix="/manage/<campaign>/<int:year>/events/<event>/host")
NAME_LIMIT = 80


class HostForm(FlaskForm):
    """Whoever carries out the event."""

    name = NameField(_l("Name"), limit=NAME_LIMIT, validators=[Needed()], description=_l("A person or a group."))
    email = MailField(_l("Mail address"), validators=[Needed()])
    language = SelectField(_l("Language of our mails"))
    is_trusted = BooleanField(
        _l("What they propose and change needs nobody's approval"),
        description=_l("Holds for all their events of this campaign."),
    )

    def __init__(self, host: Host | None) -> None:
        super().__init__()
        self.language.choices = [(code, OWN_NAMES[code]) for code in LANGUAGES]
        if not self.is_submitted():
            self.language.data = language.current()
            if host:
                self.name.data, self.email.data, self.language.data = host.name, host.email, host.language
                self.is_trusted.data = host.is_trusted


@blueprint.route("/", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def edit(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Enter who carries out the event; a new one gets a mail with a page of their own."""
    found = scope.managed_event(year, event)
    form = HostForm(found.host)
    if form.validate_on_submit():
        with unit_of_work():
            hosts.appoint(
                found,
                name=str(form.name.data),
                email=str(form.email.data),
                language=form.language.data,
                is_trusted=bool(form.is_trusted.data),
                actor=me(),
                now=datetime.now(UTC),
            )
        flash(_("The host is saved."), "message")
        return redirect(_page(found), 303)
    return _form_page(found, form)


@blueprint.post("/remove")
@requires(Permission.EDIT_EVENT)
def remove(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Let nobody but the organizers carry out the event."""
    found = scope.managed_event(year, event)
    with unit_of_work():
        hosts.entrust(found, None, actor=me(), now=datetime.now(UTC))
    flash(_("The event has no host any more."), "message")
    return redirect(_page(found), 303)


def _page(event: Event) -> str:
    edition = event.edition
    return url_for("manage_events.show", campaign=edition.campaign.slug, year=edition.year, event=event.slug)


def _form_page(event: Event, form: HostForm) -> ResponseReturnValue:
    page = render_template(
        "manage/events/host.html",
        campaign=event.edition.campaign,
        edition=event.edition,
        event=event,
        form=form,
        act=ActForm(),
    )
    return (page, 422) if form.is_submitted() else page
