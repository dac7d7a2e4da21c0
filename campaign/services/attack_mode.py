"""Attack mode: while somebody misuses a campaign's forms, what strangers do is held back, and can be set aside.

Its effects lie where the things themselves are: `Event.shows_venue`, `waiting.needs_approval`, the form's proof.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import defer

from campaign.db import db, lock
from campaign.domain import registration as rules
from campaign.domain.errors import Refused
from campaign.domain.registration import Status
from campaign.models import Campaign, ChosenOption, Edition, Event, Registration, User
from campaign.services import audit, campaigns, entries, outbox, seats, waiting

HOURS = (1, 3, 6, 12, 24, 72)
"""How far back sign-ups can be looked at and set aside."""
BATCH = 500
"""How many rows are read at once."""
KEPT = timedelta(hours=48)
"""How long a sign-up whose address nobody confirmed is kept when it is set aside."""
LIVING = (Status.PENDING, Status.CONFIRMED, Status.OFFERED, Status.WAITING)


@dataclass(frozen=True)
class SignUps:
    """How many registered for one event by themselves within the last hours, and how many of them are set aside."""

    event: Event
    count: int
    people: int
    unconfirmed: int
    set_aside: int


def begin(campaign: Campaign, *, actor: User | None, now: datetime) -> None:
    """Hide exact places, let nobody in unseen, ask every form for a proof. Doing so twice is once."""
    lock(campaign)
    if campaign.attack_mode_at is None:
        campaign.attack_mode_at = now
        _show_anew(campaign, "begin-attack-mode", actor=actor, now=now)


def end(campaign: Campaign, *, actor: User | None, now: datetime) -> None:
    """Show places again, and let people in as each event says; what is set aside stays so until it is released."""
    lock(campaign)
    if campaign.attack_mode_at is not None:
        campaign.attack_mode_at = None
        _show_anew(campaign, "end-attack-mode", actor=actor, now=now)


def sign_ups(campaign: Campaign, *, since: datetime) -> list[SignUps]:
    """Return the events for which people registered by themselves since then, the most first."""
    unconfirmed = case((Registration.address_confirmed_at.is_(None), 1), else_=0)
    set_aside = case((Registration.quarantined_from.is_not(None), 1), else_=0)
    counts = (
        func.count(Registration.id),
        func.coalesce(func.sum(Registration.party_size), 0),
        func.coalesce(func.sum(unconfirmed), 0),
        func.coalesce(func.sum(set_aside), 0),
    )
    rows = (
        select(Registration.event_id, *counts)
        .join(Event, Event.id == Registration.event_id)
        .join(Edition)
        .where(Edition.campaign_id == campaign.id, _by_themselves(since))
        .group_by(Registration.event_id)
        .order_by(counts[0].desc(), Registration.event_id)
    )
    return [SignUps(db.session.get_one(Event, number), *found) for number, *found in db.session.execute(rows)]


def set_aside(campaign: Campaign, *, since: datetime, actor: User | None, now: datetime) -> int:
    """Let everybody wait who registered by themselves since then, and stop their mails; return how many.

    Their places come free. Whom an organizer entered or let in stays. An address that nobody confirmed is
    forgotten after two days, as always.
    """
    found = _by_event(campaign, _by_themselves(since) & Registration.quarantined_from.is_(None))
    for event, ids in found:
        lock(event)
        for one in _afresh(ids):
            _set_aside(one, now=now)
        outbox.stop(ids)
        seats.recount(event)
    count = sum(len(ids) for _event, ids in found)
    audit.record("quarantine", campaign, campaign=campaign, actor=actor, now=now, count=count)
    return count


def release(campaign: Campaign, *, actor: User | None, now: datetime) -> int:
    """Take back what was set aside: each gets what it had where there is room, else its turn in the queue."""
    found = _by_event(campaign, Registration.quarantined_from.is_not(None) & (Registration.status == Status.WAITING))
    for event, ids in found:
        lock(event)
        for one in _afresh(ids):
            _release(one, now=now)
            seats.recount(event)
        outbox.resume(ids, now=now)
        waiting.offer_free_places(event, now=now)
    count = sum(len(ids) for _event, ids in found)
    audit.record("release", campaign, campaign=campaign, actor=actor, now=now, count=count)
    return count


def count_set_aside(campaign: Campaign) -> int:
    """Return how many sign-ups are set aside."""
    waits = Registration.quarantined_from.is_not(None) & (Registration.status == Status.WAITING)
    rows = select(func.count(Registration.id)).join(Event).join(Edition).where(Edition.campaign_id == campaign.id)
    return db.session.scalars(rows.where(waits)).one()


def _show_anew(campaign: Campaign, action: str, *, actor: User | None, now: datetime) -> None:
    db.session.flush()
    entries.render_all(campaign, now=now)
    campaigns.touch(campaign, now=now)
    audit.record(action, campaign, campaign=campaign, actor=actor, now=now)


def _by_themselves(since: datetime) -> ColumnElement[bool]:
    """Return the condition for living sign-ups since then that no organizer has looked at."""
    return (Registration.created_at >= since) & Registration.status.in_(LIVING) & Registration.approved_at.is_(None)


def _by_event(campaign: Campaign, wanted: ColumnElement[bool]) -> list[tuple[Event, list[int]]]:
    """Return the registrations' ids, oldest first and some at a time, by event in the same order of locking always."""
    rows = select(Registration.event_id, Registration.id).join(Event).join(Edition)
    ids: dict[int, list[int]] = {}
    for event_id, number in db.session.execute(
        rows.where(Edition.campaign_id == campaign.id, wanted).order_by(Registration.event_id, Registration.id)
    ):
        ids.setdefault(event_id, []).append(number)
    return [
        (db.session.get_one(Event, event_id), some[first : first + BATCH])
        for event_id, some in ids.items()
        for first in range(0, len(some), BATCH)
    ]


def _afresh(ids: Sequence[int]) -> list[Registration]:
    """Return the rows as they are now that their event is held, without a look at names."""
    rows = select(Registration).where(Registration.id.in_(ids)).order_by(Registration.id)
    known = [defer(column) for column in (Registration.name, Registration.email, Registration.token)]
    return list(db.session.scalars(rows.options(*known), execution_options={"populate_existing": True}))


def _set_aside(registration: Registration, *, now: datetime) -> None:
    was = registration.status
    if was not in LIVING or registration.approved_at or registration.quarantined_from:
        return
    if was is not Status.WAITING:
        rules.check_move(was, Status.WAITING)
        registration.status = Status.WAITING
    registration.quarantined_from, registration.queued_at = was, None
    registration.hold_until = None if registration.address_confirmed_at else now + KEPT


def _release(registration: Registration, *, now: datetime) -> None:
    """Give back the state it had, provided that there is room, and what happened since allows it."""
    was = registration.quarantined_from
    if was is None or registration.status is not Status.WAITING:
        return
    registration.quarantined_from, registration.queued_at = None, registration.created_at
    if was is Status.WAITING:
        return
    registration.approved_at = now  # An organizer has looked at it, and it comes before whoever is new.
    is_confirmed_since = was is Status.PENDING and registration.address_confirmed_at is not None
    if is_confirmed_since or not _has_room(registration):
        return  # The offer comes with its turn.
    rules.check_move(registration.status, was)
    registration.status, registration.queued_at = was, None
    registration.hold_until = _hold(registration, was, now=now)


def _has_room(registration: Registration) -> bool:
    chosen = select(ChosenOption).where(ChosenOption.registration_id == registration.id)
    choices = [(one.question_id, one.option) for one in db.session.scalars(chosen)]
    try:
        seats.check(registration.event, registration.party_size, choices)
    except Refused:
        return False
    return True


def _hold(registration: Registration, status: Status, *, now: datetime) -> datetime | None:
    starts_at = registration.event.starts_at
    if status is Status.PENDING:
        return rules.hold_until(starts_at=starts_at, now=now)
    return rules.offer_until(starts_at=starts_at, now=now) if status is Status.OFFERED else None
