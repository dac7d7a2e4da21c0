"""The door: what its pages do, whether a link and PIN or a role leads there. `door.py` and `manage/door.py` route."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Response, current_app, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time

from campaign.db import unit_of_work
from campaign.domain import checkin as rules
from campaign.domain.checkin import Outcome
from campaign.domain.errors import Refused
from campaign.domain.moment import wall_clock
from campaign.domain.registration import PARTY_LIMIT
from campaign.domain.text import clean_line, tidy_line
from campaign.models import DoorLink, Event, Registration, User
from campaign.services import checkin
from campaign.services.checkin import Answer, Showing
from campaign.web import headers
from campaign.web.checkin_words import sentences

IN_SESSION, DEVICE = "door", "door_device"
"""What was last looked for and done at a door without scripts; and which device did it."""
WORDS_LIMIT = 120


@dataclass(frozen=True)
class Door:
    """An event's door, as whoever stands there came to it."""

    event: Event
    blueprint: str
    where: Mapping[str, object]
    """The arguments of its addresses."""
    actor: User | None = None
    link: DoorLink | None = None

    def url(self, page: str) -> str:
        """Return the address of one of the door's pages."""
        return url_for(f"{self.blueprint}.{page}", **dict(self.where))  # type: ignore[arg-type]  # options of its own

    @property
    def until(self) -> datetime:
        """When what a device holds of the list has to be gone."""
        zone = self.event.zone or "UTC"
        today = wall_clock(datetime.now(UTC), zone).date()
        return rules.opening(self.link.day if self.link else today, zone)[1]


@dataclass(frozen=True)
class Said:
    """What a page without scripts says of one registration, or of none."""

    outcome: str
    registration: Registration | None = None
    undo: str | None = None
    """The showing that can be taken back."""


def show(door: Door) -> str:
    """Show the door: no names, so that a device may keep the page."""
    headers.let_camera_in()
    return _page(door, "checkin/door.html")


def find(door: Door) -> ResponseReturnValue:
    """Remember what is looked for, then show what was found: names stay out of addresses and logs."""
    try:
        words = clean_line(request.form.get("words", ""), limit=WORDS_LIMIT)
    except Refused:
        words = ""
    session[IN_SESSION] = {"event": door.event.id, "words": words}
    return redirect(door.url("found"), 303)


def found(door: Door) -> ResponseReturnValue:
    """Show whom the words mean, and what can be done."""
    asked = session.get(IN_SESSION) or {}
    if asked.get("event") != door.event.id or not asked.get("words"):
        return redirect(door.url("show"), 303)
    words = str(asked["words"])
    done = asked.get("done")
    registrations = checkin.search(door.event, words)
    said = [_said(one, done) for one in registrations] or [Said(str(done or _why_nobody(door.event, words)))]
    return _page(door, "checkin/found.html", said=said, undo=asked.get("undo"), new_id=lambda: str(uuid.uuid4()))


def let_in(door: Door) -> ResponseReturnValue:
    """Let so many of a party in."""
    showing = _showing_of_form(people=_people(request.form.get("people")), undoes=None)
    answer = _take(door, showing)
    undo = showing.id if answer.outcome is Outcome.LET_IN else None
    return _then_found(door, showing.ticket, answer, undo=undo)


def undo(door: Door) -> ResponseReturnValue:
    """Take the last showing back."""
    showing = _showing_of_form(people=0, undoes=_uuid(request.form.get("undoes")))
    return _then_found(door, showing.ticket, _take(door, showing), undo=None)


def leave(to: str) -> Response:
    """Forget what was looked for here, and go; what the page itself keeps, its script has deleted."""
    session.pop(IN_SESSION, None)
    return make_response(redirect(to, 303))


def worker() -> Response:
    """Answer with the script that keeps a door's page; its address bounds what it may look after."""
    return current_app.send_static_file("js/door-worker.js")


def since_when(event: Event, registration: Registration) -> str:
    """Return since when a party is here, by the event's clock: "18:04"."""
    if registration.attended_at is None:
        return ""
    return format_time(wall_clock(registration.attended_at, event.zone or "UTC"), "short", rebase=False)


def _page(door: Door, template: str, **more: object) -> str:
    return render_template(
        template,
        door=door,
        event=door.event,
        edition=door.event.edition,
        campaign=door.event.edition.campaign,
        counts=checkin.counts(door.event),
        sentences=sentences(),
        alike=rules.ALIKE,
        since_when=since_when,
        **more,
    )


def _why_nobody(event: Event, words: str) -> str:
    """Return what to say where nobody was found: of a ticket more than of a name."""
    looked = checkin.look(event, words)
    is_ticket = looked.outcome is Outcome.OTHER_EVENT or any(letter.isdigit() for letter in words)
    return looked.outcome if is_ticket else "nobody"


def _said(registration: Registration, done: object) -> Said:
    if done:
        return Said(str(done), registration)
    if refused := rules.refusal(registration.status):
        return Said(refused, registration)
    if not registration.attended_size:
        return Said("may-come-in", registration)
    is_whole = registration.attended_size >= registration.party_size
    return Said(Outcome.ALREADY_HERE if is_whole else "partly-here", registration)


def _take(door: Door, showing: Showing) -> Answer:
    with unit_of_work():
        return checkin.take(door.event, [showing], now=showing.at)[0]


def _then_found(door: Door, ticket: str, answer: Answer, *, undo: str | None) -> ResponseReturnValue:
    done = "already-elsewhere" if answer.is_from_elsewhere else str(answer.outcome)
    session[IN_SESSION] = {"event": door.event.id, "words": ticket, "done": done, "undo": undo}
    return redirect(door.url("found"), 303)


def _showing_of_form(*, people: int, undoes: str | None) -> Showing:
    session.setdefault(DEVICE, str(uuid.uuid4()))
    return Showing(
        id=_uuid(request.form.get("id")) or str(uuid.uuid4()),
        ticket=tidy_line(request.form.get("ticket", "")[:WORDS_LIMIT]),
        people=people,
        at=datetime.now(UTC),
        door=session[DEVICE],
        undoes=undoes,
    )


def _people(sent: str | None) -> int:
    is_number = sent is not None and sent.isascii() and sent.isdigit() and len(sent) < 3
    return min(int(sent), PARTY_LIMIT) if is_number and sent else 1


def _uuid(sent: str | None) -> str | None:
    try:
        return str(uuid.UUID(sent or ""))
    except ValueError:
        return None
