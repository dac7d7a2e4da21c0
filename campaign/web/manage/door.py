"""A door for whoever's role includes it, its list on paper, and the links by which others come to it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm

from campaign import address
from campaign.db import unit_of_work
from campaign.domain import checkin as rules
from campaign.domain.collation import sort_key
from campaign.domain.errors import Refused
from campaign.domain.permission import Permission
from campaign.i18n import direction
from campaign.models import Event, Registration
from campaign.papers.door_list import DoorList, Row, draw
from campaign.papers.letters import legible
from campaign.services import checkin as service
from campaign.services import doors
from campaign.web import checkin, filters, language, scope
from campaign.web.auth import me, requires
from campaign.web.checkin import Door
from campaign.web.checkin_sync import sync as sync_door
from campaign.web.errors import sentence
from campaign.web.fields import DayField, Needed
from campaign.web.registrations import ActForm

blueprint = Blueprint("manage_door", __name__, url_prefix="/manage/<campaign>/<int:year>/events/<event>/door")


class DoorForm(FlaskForm):
    """For which day a link is."""

    day = DayField(_l("Day"), validators=[Needed()])


@blueprint.get("/")
@requires(Permission.CHECK_IN)
def show(campaign: str, year: int, event: str) -> str:
    """Show the door."""
    return checkin.show(_door(campaign, year, event))


@blueprint.post("/find")
@requires(Permission.CHECK_IN)
def find(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Look for a code or a name."""
    return checkin.find(_door(campaign, year, event))


@blueprint.get("/found/")
@requires(Permission.CHECK_IN)
def found(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Show whom the words mean."""
    return checkin.found(_door(campaign, year, event))


@blueprint.post("/let-in")
@requires(Permission.CHECK_IN)
def let_in(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Let so many of a party in."""
    return checkin.let_in(_door(campaign, year, event))


@blueprint.post("/undo")
@requires(Permission.CHECK_IN)
def undo(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Take the last showing back."""
    return checkin.undo(_door(campaign, year, event))


@blueprint.post("/sync")
@requires(Permission.CHECK_IN)
def sync(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Take what a device kept, and tell it the news."""
    return sync_door(_door(campaign, year, event))


@blueprint.post("/leave")
@requires(Permission.CHECK_IN)
def leave(campaign: str, year: int, event: str) -> Response:
    """Leave the door for the list of doors."""
    scope.managed_event(year, event)
    return checkin.leave(url_for("manage_doors.listing", campaign=campaign))


@blueprint.get("/worker.js")
@requires(Permission.CHECK_IN)
def worker(campaign: str, year: int, event: str) -> Response:
    """Answer with the script that keeps the page for when there is no network."""
    scope.managed_event(year, event)
    return checkin.worker()


@blueprint.get("/list.pdf")
@requires(Permission.CHECK_IN)
def paper(campaign: str, year: int, event: str) -> Response:
    """Answer with the list to print; that somebody took it is recorded."""
    found = scope.managed_event(year, event)
    now = datetime.now(UTC)
    with unit_of_work():
        service.note_look(found, way="print", actor=me(), now=now)
    response = Response(draw(_door_list(found, now=now)), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{found.slug}-{year}.pdf"'
    return response


@blueprint.get("/links/")
@requires(Permission.EDIT_EVENT)
def links(campaign: str, year: int, event: str) -> str:
    """Show the links to the door, and what came of them."""
    found = scope.managed_event(year, event)
    form = DoorForm()
    form.day.data = found.starts.date() if found.starts else found.edition.first_day
    return _links_page(found, form)


@blueprint.post("/links/")
@requires(Permission.EDIT_EVENT)
def open_link(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Make a link, and say its PIN this once."""
    found = scope.managed_event(year, event)
    form = DoorForm()
    if not form.validate() or form.day.data is None:
        return _links_page(found, form), 422
    try:
        with unit_of_work():
            _link, pin = doors.create(found, day=form.day.data, actor=me(), now=datetime.now(UTC))
    except Refused as refused:
        form.day.errors = [sentence(refused)]
        return _links_page(found, form), 422
    flash(_("The PIN of the new link is %(pin)s. Note it now: nobody can read it again.", pin=pin), "message")
    return redirect(url_for("manage_door.links", campaign=campaign, year=year, event=event), 303)


@blueprint.post("/links/<int:number>/close")
@requires(Permission.EDIT_EVENT)
def close_link(campaign: str, year: int, event: str, number: int) -> ResponseReturnValue:
    """Close a link for good."""
    link = scope.managed_door(scope.managed_event(year, event), number)
    with unit_of_work():
        doors.revoke(link, actor=me(), now=datetime.now(UTC))
    flash(_("The link is closed. Devices that had it delete their list as soon as they are connected."), "message")
    return redirect(url_for("manage_door.links", campaign=campaign, year=year, event=event), 303)


def _door(campaign: str, year: int, event: str) -> Door:
    where = {"campaign": campaign, "year": year, "event": event}
    return Door(scope.managed_event(year, event), "manage_door", where, actor=me())


def _links_page(event: Event, form: DoorForm) -> str:
    now = datetime.now(UTC)
    return render_template(
        "checkin/links.html",
        event=event,
        edition=event.edition,
        campaign=event.edition.campaign,
        form=form,
        act=ActForm(),
        links=[(number, link, doors.state(link, now=now)) for number, link in enumerate(doors.of_event(event))],
        door_page=address.door_page,
        tries=rules.PIN_TRIES,
    )


def _door_list(event: Event, *, now: datetime) -> DoorList:
    code = language.current()
    people = sorted(service.admitted(event), key=lambda one: sort_key(one.name, code))
    expected = sum(one.party_size for one in people)
    campaign = filters.t_plain(event.edition.campaign.name)
    day = filters.day(event.starts.date()) if event.starts else _("Date and time to be announced")
    return DoorList(
        title=f"{filters.t_plain(event.name)} – {campaign}",
        lines=(
            f"{day}, {filters.hours(event)}" if event.starts else day,
            ngettext("%(num)s person expected", "%(num)s people expected", expected),
        ),
        headings=(_("Name"), _("Code"), _("People"), _("Came")),
        rows=[Row(one.name, one.code or "", one.party_size) for one in people],
        note=" ".join(_notes(people)),
        is_right_to_left=direction(code) == "rtl",
        language=code,
        made_at=now,
    )


def _notes(people: Sequence[Registration]) -> Iterator[str]:
    """Yield what stands at the foot of the list."""
    yield _("Destroy this list after the event: who comes is nobody else's business.")
    if any(legible(one.name) != one.name for one in people):
        yield _("Three dots stand for letters that can't be printed here: look for the code.")
