"""The queue of an event that is full: who waits, whom a free place is offered to, and until when."""

from collections import defaultdict
from datetime import datetime
from typing import cast

from sqlalchemy import Boolean, Table, and_, bindparam, func, or_, select

from campaign.db import db, lock
from campaign.domain import event as event_rules
from campaign.domain import registration as rules
from campaign.domain.errors import Refused
from campaign.domain.registration import Choice, InLine, Status
from campaign.models import Campaign, ChosenOption, Edition, Event, Registration
from campaign.services import audit, messages, seats

PEOPLE = cast(Table, Registration.__table__)
IS_READY = and_(
    PEOPLE.c.event_id == bindparam("event"),
    PEOPLE.c.status == Status.WAITING,
    PEOPLE.c.address_confirmed_at.is_not(None),
    PEOPLE.c.quarantined_from.is_(None),
    or_(PEOPLE.c.approved_at.is_not(None), bindparam("is_free", type_=Boolean())),
)
LINE = select(PEOPLE.c.id, PEOPLE.c.party_size).where(IS_READY).order_by(PEOPLE.c.queued_at, PEOPLE.c.id)
CHOICES = select(ChosenOption).join(Registration, Registration.id == ChosenOption.registration_id).where(IS_READY)


def offer_free_places(event: Event, *, present: Registration | None = None, now: datetime) -> int:
    """Hand what is free to those who wait, in their order; call it with the event locked. Return to how many.

    They get a mail and some time to answer it. Whoever is `present`, acting at this moment or let in by an
    organizer's hand, need not be asked again. Nothing is offered once the event has begun or is cancelled.
    """
    chosen = _next(event, now=now)
    for number in chosen:
        one = db.session.get_one(Registration, number, populate_existing=True)
        if one is present:
            _confirm(one, now=now)
        else:
            _offer(one, now=now)
    if chosen:
        seats.recount(event)
    return len(chosen)


def accept(registration: Registration, *, now: datetime) -> None:
    """Take the place that is offered; accepting twice is once.

    Raises Refused("offer-lapsed") when its time ran out, ("registration-cancelled") for a cancelled event.
    """
    lock(registration.event)
    db.session.refresh(registration)
    if registration.status in (Status.CONFIRMED, Status.ATTENDED):
        return
    check_takes_place(registration.event)
    if registration.status is Status.EXPIRED or is_over(registration, now=now):
        raise Refused("offer-lapsed")
    if registration.status is not Status.OFFERED:
        raise Refused("registration-move", old=registration.status, new=Status.CONFIRMED)
    confirm_place(registration, now=now)


def confirm_place(registration: Registration, *, now: datetime) -> None:
    """Give somebody their place for good, and write to them with the ticket; call it with the event locked."""
    _confirm(registration, now=now)
    seats.recount(registration.event)


def is_over(registration: Registration, *, now: datetime) -> bool:
    """Return whether what is held for somebody is held no longer, also before the worker has freed it."""
    return registration.hold_until is not None and registration.hold_until <= now


def is_ready(registration: Registration) -> bool:
    """Return whether nothing but a place is missing."""
    is_let_in = registration.approved_at is not None or not needs_approval(registration.event)
    is_free = registration.quarantined_from is None
    return registration.address_confirmed_at is not None and is_let_in and is_free


def needs_approval(event: Event) -> bool:
    """Return whether an organizer lets people in: always so while the campaign is under attack."""
    return event.requires_approval or event.edition.campaign.attack_mode_at is not None


def check_takes_place(event: Event) -> None:
    """Refuse what nobody can do at a cancelled event ("registration-cancelled")."""
    if event.status is event_rules.Status.CANCELLED:
        raise Refused("registration-cancelled")


def with_room(*, now: datetime) -> list[int]:
    """Return the events to come that have a place for somebody who waits; a lost trigger costs a tick."""
    has_room = Event.capacity.is_(None) | (Registration.party_size <= Event.capacity - Event.seats_taken)
    is_let_in = Registration.approved_at.is_not(None) | ~(
        Event.requires_approval | Campaign.attack_mode_at.is_not(None)
    )
    found = (
        select(Event)
        .join(Registration, Registration.event_id == Event.id)
        .join(Edition, Edition.id == Event.edition_id)
        .join(Campaign, Campaign.id == Edition.campaign_id)
        .where(Registration.queued_at.is_not(None), Registration.status == Status.WAITING)
        .where(Registration.address_confirmed_at.is_not(None), has_room, is_let_in)
        .where(Event.status == event_rules.Status.PUBLISHED, or_(Event.starts_at.is_(None), Event.starts_at > now))
    )
    events = {event.id: event for event in db.session.scalars(found)}.values()
    return [event.id for event in events if _next(event, now=now)]


def begun(*, now: datetime) -> list[int]:
    """Return the events that have begun while somebody still waits."""
    waits = Registration.queued_at.is_not(None) & (Registration.status == Status.WAITING)
    found = select(Registration.event_id).join(Event).where(waits, Event.starts_at <= now)
    return list(db.session.scalars(found.distinct()))


def has_line(event: Event) -> bool:
    """Return whether anybody waits, confirmed or not."""
    waits = (Registration.event_id == event.id) & (Registration.status == Status.WAITING)
    return db.session.scalar(select(Registration.id).where(waits).limit(1)) is not None


def position(registration: Registration) -> int | None:
    """Return how far from the front somebody waits, 1 being next; None for who doesn't."""
    if registration.status is not Status.WAITING or registration.queued_at is None:
        return None
    ahead = select(func.count(Registration.id)).where(
        Registration.event_id == registration.event_id,
        Registration.status == Status.WAITING,
        (Registration.queued_at < registration.queued_at)
        | ((Registration.queued_at == registration.queued_at) & (Registration.id < registration.id)),
    )
    return db.session.scalars(ahead).one() + 1


def _next(event: Event, *, now: datetime) -> list[int]:
    """Return whose turn it is; only reads."""
    is_ahead = event.starts_at is None or event.starts_at > now
    left = seats.free(event)
    if event.status is not event_rules.Status.PUBLISHED or not is_ahead or left == 0:
        return []
    line = _line(event)
    return rules.next_in_line(line, free=left, options=seats.options_left(event)) if line else []


def _line(event: Event) -> list[InLine]:
    """Return who waits for nothing but a place, in order, without a look at names."""
    whose = {"event": event.id, "is_free": not needs_approval(event)}
    rows = db.session.execute(LINE, whose).all()
    choices: dict[int, set[Choice]] = defaultdict(set)
    for one in db.session.scalars(CHOICES, whose) if rows else ():
        choices[one.registration_id].add((one.question_id, one.option))
    return [InLine(number, party, frozenset(choices[number])) for number, party in rows]


def _confirm(registration: Registration, *, now: datetime) -> None:
    rules.check_move(registration.status, Status.CONFIRMED)
    is_again = registration.confirmed_at is not None  # It was set aside under an attack, and let in by hand.
    key = f"confirmed:{registration.id}" + (f":{now:%Y%m%d%H%M%S}" if is_again else "")
    registration.status = Status.CONFIRMED
    registration.confirmed_at, registration.hold_until, registration.queued_at = now, None, None
    messages.write("confirmed", registration, key=key, now=now)
    audit.record("confirm", registration, campaign=registration.event.edition.campaign, actor=None, now=now)


def _offer(registration: Registration, *, now: datetime) -> None:
    rules.check_move(registration.status, Status.OFFERED)
    registration.status = Status.OFFERED
    registration.hold_until = rules.offer_until(starts_at=registration.event.starts_at, now=now)
    registration.queued_at = None
    messages.write("offer", registration, key=f"offer:{registration.id}:{now:%Y%m%d%H%M%S}", now=now)
    audit.record("offer", registration, campaign=registration.event.edition.campaign, actor=None, now=now)
