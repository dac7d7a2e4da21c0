"""What a host does with an event on their own page: change it, take a proposal back, open its door."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign import address
from campaign.db import unit_of_work
from campaign.domain import checkin as rules
from campaign.domain.errors import Refused
from campaign.models import Event, Host
from campaign.services import doors, hosted_events, proposals
from campaign.web import scope
from campaign.web.auth import public
from campaign.web.errors import sentence
from campaign.web.hosting_form import HostingForm
from campaign.web.manage.door import DoorForm
from campaign.web.registrations import ActForm

blueprint = Blueprint("hosted_events", __name__, url_prefix="/h/<token>/<int:year>/<event>")


@blueprint.route("/edit/", methods=["GET", "POST"])
@public
def edit(token: str, year: int, event: str) -> ResponseReturnValue:
    """Change the event, or ask the coordinators for other facts."""
    host = scope.own_host(token)
    found = scope.hosted_event(host, year, event)
    form = HostingForm(found.edition, found)
    form.kept = hosted_events.wanted(found)
    if not form.is_submitted():
        form.show(form.kept)
    if form.validate_on_submit():
        now = datetime.now(UTC)
        try:
            with unit_of_work():
                wish = hosted_events.change(found, form.draft(), host=host, note=form.note.data, now=now)
        except Refused as refused:
            form.blame(refused)
        else:
            flash(_("The coordinators look at it.") if wish else _("The change is saved."), "message")
            return redirect(url_for("hosts.show", token=token), 303)
    page = render_template(
        "hosts/edit.html",
        **_context(host, found),
        form=form,
        may_change=hosted_events.may_change(found, now=datetime.now(UTC)),
    )
    return (page, 422) if form.is_submitted() else page


@blueprint.post("/withdraw")
@public
def withdraw(token: str, year: int, event: str) -> ResponseReturnValue:
    """Take back what was proposed and nobody has decided yet."""
    found = scope.hosted_event(scope.own_host(token), year, event)
    pending = hosted_events.pending(found)
    try:
        if pending:
            with unit_of_work():
                proposals.withdraw(pending, now=datetime.now(UTC))
            flash(_("Your proposal is withdrawn."), "message")
    except Refused as refused:
        flash(sentence(refused), "error")
    return redirect(url_for("hosts.show", token=token), 303)


@blueprint.get("/door/")
@public
def door(token: str, year: int, event: str) -> str:
    """Show the links to the event's door."""
    host = scope.own_host(token)
    found = scope.hosted_event(host, year, event)
    form = DoorForm()
    form.day.data = found.starts.date() if found.starts else found.edition.first_day
    return _door_page(host, found, form)


@blueprint.post("/door/")
@public
def open_door(token: str, year: int, event: str) -> ResponseReturnValue:
    """Make a link to the door, and say its PIN this once."""
    host = scope.own_host(token)
    found, form = scope.hosted_event(host, year, event), DoorForm()
    if not form.validate() or form.day.data is None:
        return _door_page(host, found, form), 422
    try:
        with unit_of_work():
            _link, pin = doors.create(found, day=form.day.data, actor=None, now=datetime.now(UTC))
    except Refused as refused:
        form.day.errors = [sentence(refused)]
        return _door_page(host, found, form), 422
    flash(_("The PIN of the new link is %(pin)s. Note it now: nobody can read it again.", pin=pin), "message")
    return redirect(url_for("hosted_events.door", token=token, year=year, event=event), 303)


@blueprint.post("/door/<int:number>/close")
@public
def close_door(token: str, year: int, event: str, number: int) -> ResponseReturnValue:
    """Close a link for good."""
    link = scope.managed_door(scope.hosted_event(scope.own_host(token), year, event), number)
    with unit_of_work():
        doors.revoke(link, actor=None, now=datetime.now(UTC))
    flash(_("The link is closed. Devices that had it delete their list as soon as they are connected."), "message")
    return redirect(url_for("hosted_events.door", token=token, year=year, event=event), 303)


def _door_page(host: Host, event: Event, form: DoorForm) -> str:
    now = datetime.now(UTC)
    return render_template(
        "hosts/door.html",
        **_context(host, event),
        form=form,
        act=ActForm(),
        links=[(number, link, doors.state(link, now=now)) for number, link in enumerate(doors.of_event(event))],
        door_page=address.door_page,
        tries=rules.PIN_TRIES,
    )


def _context(host: Host, event: Event) -> dict[str, object]:
    edition = event.edition
    return {"host": host, "token": host.token, "event": event, "edition": edition, "campaign": edition.campaign}
