"""Letting people in at the door: each ticket that is shown counts once, however often and late a device tells of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from campaign.db import db, lock
from campaign.domain import checkin as rules
from campaign.domain import registration as registration_rules
from campaign.domain.checkin import Outcome
from campaign.domain.registration import Status
from campaign.models import Event, Registration, Scan, User
from campaign.services import audit

FOUND_LIMIT = 20
OVERLAP = timedelta(seconds=60)
"""News are told again for so long: a showing may be stored a while after its hour was read."""


@dataclass(frozen=True)
class Showing:
    """A ticket shown at a door, or a showing taken back, under an id that the device made."""

    id: str
    ticket: str
    """What the QR code says, or the code as it was typed; empty where a showing is taken back."""
    people: int
    at: datetime
    door: str
    undoes: str | None = None


@dataclass(frozen=True)
class Answer:
    """What became of a showing; the registration only where it is this event's."""

    id: str
    outcome: Outcome
    registration: Registration | None = None
    people: int = 0
    """How many came in, or were taken back."""
    is_from_elsewhere: bool = False
    """Whether another door let the party in that is already here."""


@dataclass(frozen=True)
class Counts:
    """How many people are here, of how many that may come."""

    here: int
    expected: int


def take(event: Event, showings: Sequence[Showing], *, now: datetime) -> list[Answer]:
    """Let people in, or take that back, in the order given; a showing whose id is known changes nothing.

    At most a party's size comes in, whichever doors tell of it; the earliest hour is kept.
    """
    lock(event)
    return [_take(event, showing, now=now) for showing in showings]


def look(event: Event, ticket: str) -> Answer:
    """Return what showing a ticket or code would say, without letting anybody in."""
    found = _by_ticket(event, ticket)
    if isinstance(found, Outcome):
        return Answer("", found)
    here = Outcome.ALREADY_HERE if found.attended_size >= found.party_size else Outcome.LET_IN
    return Answer("", rules.refusal(found.status) or here, found)


def search(event: Event, words: str) -> list[Registration]:
    """Return the event's registrations that a code or the beginnings of a name mean; those that ended only by code."""
    found = _by_ticket(event, words)
    if isinstance(found, Registration):
        return [found]
    if not words.strip():
        return []
    names = select(Registration.id, Registration.name).where(*_living(event))
    ids = [number for number, name in db.session.execute(names) if rules.is_named(name, words)][:FOUND_LIMIT]
    rows = db.session.scalars(select(Registration).where(Registration.id.in_(ids))).all()
    return sorted(rows, key=lambda row: row.name.casefold())


def everybody(event: Event) -> list[Registration]:
    """Return all of an event's registrations, for a door that must do without a network."""
    return list(db.session.scalars(select(Registration).where(Registration.event_id == event.id)))


def news(event: Event, *, since: datetime) -> list[Registration]:
    """Return the registrations of which some door has told since then."""
    told = select(Scan.registration_id).where(Scan.stored_at >= since - OVERLAP)
    rows = select(Registration).where(Registration.event_id == event.id, Registration.id.in_(told))
    return list(db.session.scalars(rows))


def admitted(event: Event) -> list[Registration]:
    """Return those whom a ticket lets in, for the list on paper."""
    rows = select(Registration).where(Registration.event_id == event.id, Registration.status.in_(rules.ADMITTED))
    return list(db.session.scalars(rows))


def counts(event: Event) -> Counts:
    """Return how many people came, of how many."""
    may_come = select(func.coalesce(func.sum(Registration.party_size), 0)).where(
        Registration.event_id == event.id, Registration.status.in_(rules.ADMITTED)
    )
    return Counts(event.attended, db.session.scalars(may_come).one())


def note_look(event: Event, *, way: str, actor: User | None, now: datetime, link: int | None = None) -> None:
    """Record that a door took the list of names with it, on paper ("print") or on a device ("door")."""
    campaign = event.edition.campaign
    audit.record("view-registrations", event, campaign=campaign, actor=actor, now=now, way=way, link=link)


def ticket_key(ticket: str) -> str:
    """Return what a door's device knows of a ticket: enough to recognise it, too little to make one."""
    return hashlib.sha256(ticket.encode()).hexdigest()[:32]


def _take(event: Event, showing: Showing, *, now: datetime) -> Answer:
    if known := db.session.get(Scan, showing.id):
        return _again(event, known)
    if showing.undoes is not None:
        return _take_back(event, showing, now=now)
    found = _by_ticket(event, showing.ticket)
    if isinstance(found, Outcome):
        return Answer(showing.id, found)
    if refused := rules.refusal(found.status):
        return Answer(showing.id, refused, found)
    people = rules.admit(party=found.party_size, come=found.attended_size, wanted=showing.people)
    found.attended_at = rules.first_arrival(found.attended_at, showing.at)
    _store(showing, found, people, now=now)
    if people == 0:
        return Answer(
            showing.id, Outcome.ALREADY_HERE, found, is_from_elsewhere=_is_from_elsewhere(found, showing.door)
        )
    return Answer(showing.id, Outcome.LET_IN, found, people)


def _take_back(event: Event, showing: Showing, *, now: datetime) -> Answer:
    """Take back one showing, as many people as it let in."""
    undone = db.session.get(Scan, showing.undoes)
    is_undone = db.session.scalar(select(Scan.id).where(Scan.undoes_id == showing.undoes))
    registration = db.session.get(Registration, undone.registration_id) if undone else None
    if undone is None or registration is None or registration.event_id != event.id:
        return Answer(showing.id, Outcome.NOTHING_TO_TAKE_BACK)
    people = min(undone.people, registration.attended_size)
    if is_undone or people <= 0:
        return Answer(showing.id, Outcome.NOTHING_TO_TAKE_BACK, registration)
    _store(showing, registration, -people, now=now)
    return Answer(showing.id, Outcome.TAKEN_BACK, registration, people)


def _again(event: Event, known: Scan) -> Answer:
    """Return the answer to a showing that was told of before."""
    registration = db.session.get_one(Registration, known.registration_id)
    if registration.event_id != event.id:
        return Answer(known.id, Outcome.UNKNOWN)
    if known.undoes_id:
        return Answer(known.id, Outcome.TAKEN_BACK, registration, -known.people)
    if known.people:
        return Answer(known.id, Outcome.LET_IN, registration, known.people)
    elsewhere = _is_from_elsewhere(registration, known.door)
    return Answer(known.id, Outcome.ALREADY_HERE, registration, is_from_elsewhere=elsewhere)


def _store(showing: Showing, registration: Registration, people: int, *, now: datetime) -> None:
    """Keep a showing and count it: on the registration and, for when the names have gone, on the event."""
    scan = Scan(
        id=showing.id, registration_id=registration.id, people=people, undoes_id=showing.undoes, door=showing.door,
        at=showing.at, stored_at=now,
    )  # fmt: skip
    db.session.add(scan)
    registration.event.attended += people
    registration.attended_size += people
    status = Status.ATTENDED if registration.attended_size else Status.CONFIRMED
    if status is not registration.status:
        registration_rules.check_move(registration.status, status)
        registration.status = status
    if not registration.attended_size:
        registration.attended_at = None
    db.session.flush()


def _by_ticket(event: Event, ticket: str) -> Registration | Outcome:
    """Return this event's registration with a ticket or code; otherwise what to say of it."""
    ticket = ticket.strip()
    found = db.session.scalar(select(Registration).where(Registration.ticket == ticket))
    if found is not None:
        return _fresh(found) if found.event_id == event.id else Outcome.OTHER_EVENT
    if not rules.may_be_code(ticket):
        return Outcome.UNKNOWN
    key = rules.code_key(ticket)
    codes = select(Registration.id, Registration.code).where(Registration.event_id == event.id)
    same = [number for number, code in db.session.execute(codes) if code and rules.code_key(code) == key]
    return _fresh(db.session.get_one(Registration, same[0])) if len(same) == 1 else Outcome.UNKNOWN


def _fresh(registration: Registration) -> Registration:
    """Return the row as the database has it now that the event is locked."""
    db.session.flush()
    db.session.refresh(registration)
    return registration


def _is_from_elsewhere(registration: Registration, door: str) -> bool:
    """Return whether it was another door that let the party in first, of those showings that stand."""
    undone = select(Scan.undoes_id).where(Scan.undoes_id.is_not(None))
    first = select(Scan.door).where(Scan.registration_id == registration.id, Scan.people > 0, Scan.id.not_in(undone))
    return db.session.scalar(first.order_by(Scan.at, Scan.stored_at).limit(1)) not in (None, door)


def _living(event: Event) -> tuple[ColumnElement[bool], ...]:
    return Registration.event_id == event.id, Registration.status.not_in(registration_rules.ENDED)
