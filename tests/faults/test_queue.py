"""Places come free and are taken by those who wait, all at the same moment and from several processes."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, update

from campaign.db import db, unit_of_work
from campaign.domain.registration import Status
from campaign.models import Event, Message, Registration
from campaign.services import seats
from tests.faults.rush import Deed, drop_the_constraint, held, rush
from tests.make import Maker

EACH = 20
"""How many cancel, let their hold run out, take the place offered to them, and confirm their address."""
CAPACITY = 2 * EACH
WAITING = 3 * EACH
LAST = EACH
"""Those at the end of the queue, who confirm their address only now."""

pytestmark = pytest.mark.xdist_group("crowd")


def full_event(make: Maker) -> Event:
    """Return an event whose places are taken, half of them by holds that ran out, and with a long queue."""
    event = make.event(capacity=CAPACITY)
    template = make.registration(event)
    columns = {column.name: getattr(template, column.key) for column in Registration.__table__.columns}
    now = datetime.now(UTC)
    rows = [_row(columns, number, now) for number in range(CAPACITY + WAITING + LAST)]
    with unit_of_work():
        db.session.delete(db.session.get_one(Registration, template.id))
        db.session.flush()
        db.session.execute(insert(Registration), rows)
        seats.recount(event)
    db.session.rollback()
    return event


def _row(columns: Mapping[str, object], number: int, now: datetime) -> dict[str, object]:
    own = dict.fromkeys(("token", "ticket", "submission", "code"), f"{number:04}-own")
    own_hashes = dict.fromkeys(("token_hash", "calendar_hash", "email_hash"), number.to_bytes(32))
    row = {**columns, **own, **own_hashes, "id": 1000 + number, "created_at": now, "hold_until": None}
    confirmed_at = now if number < EACH or CAPACITY <= number < CAPACITY + WAITING else None
    row["address_confirmed_at"] = confirmed_at
    if number < EACH:
        return row | {"status": Status.CONFIRMED}
    if number < CAPACITY:
        return row | {"status": Status.PENDING, "hold_until": now - timedelta(minutes=1)}
    hold_until = None if confirmed_at else now + timedelta(days=1)
    return row | {"status": Status.WAITING, "queued_at": now + timedelta(seconds=number), "hold_until": hold_until}


def deeds() -> list[Deed]:
    """Return twenty of each: cancelled, expired, taken and confirmed, by turns."""
    ids = [1000 + number for number in range(CAPACITY + WAITING + LAST)]
    line = ids[CAPACITY:]
    cancels: list[Deed] = [("cancel", one) for one in ids[:EACH]]
    expiries: list[Deed] = [("expire", 0)] * EACH
    claims: list[Deed] = [("accept", one) for one in line[:EACH]]
    confirms: list[Deed] = [("confirm", one) for one in line[WAITING:]]
    return [one for four in zip(cancels, expiries, claims, confirms, strict=True) for one in four]


def line_of(event: Event) -> list[Status]:
    """Return what became of those who waited, in the order of the queue."""
    db.session.rollback()
    waited = select(Registration.status).where(Registration.event_id == event.id, Registration.id >= 1000 + CAPACITY)
    return list(db.session.scalars(waited.order_by(Registration.id)))


FAIR = [Status.CONFIRMED] * EACH + [Status.OFFERED] * EACH + [Status.WAITING] * (WAITING + LAST - CAPACITY)


def test_every_place_goes_on_in_the_order_of_the_queue(
    app_on_both: Flask, environment: Mapping[str, str], make: Maker
) -> None:
    event = full_event(make)
    happened, most = rush(app_on_both, environment, event.id, deeds())
    assert happened == {f"{deed} done": EACH for deed in ("cancel", "expire", "accept", "confirm")}
    assert line_of(event) == FAIR
    assert held(event.id) == event.seats_taken == CAPACITY
    assert most <= CAPACITY
    offers = select(func.count(Message.id)).where(Message.kind == "offer")
    assert db.session.scalars(offers).one() == CAPACITY


def offered_event(make: Maker) -> Event:
    """Return an event all of whose places are offered, and with a long queue."""
    event = full_event(make)
    offered = [1000 + CAPACITY + number for number in range(EACH)]
    in_time = datetime.now(UTC) + timedelta(days=1)
    with unit_of_work():
        gone, theirs = update(Registration).where(Registration.id < 1000 + CAPACITY), update(Registration)
        db.session.execute(gone.values(status=Status.CANCELLED, hold_until=None))
        theirs = theirs.where(Registration.id.in_(offered))
        db.session.execute(theirs.values(status=Status.OFFERED, hold_until=in_time, queued_at=None))
        db.session.execute(update(Event).where(Event.id == event.id).values(capacity=EACH, seats_taken=EACH))
    db.session.rollback()
    return event


TAKEN_AND_GIVEN_BACK: list[Deed] = [
    (deed, 1000 + CAPACITY + number) for number in range(EACH) for deed in ("accept", "cancel")
]
"""Each of them does both at once, from two windows: whichever comes first, the place is given back."""
PASSED_ON = [Status.CANCELLED] * EACH + [Status.OFFERED] * EACH + [Status.WAITING] * (WAITING + LAST - 2 * EACH)


def test_what_is_taken_and_given_back_at_once_is_given_back(
    app_on_both: Flask, environment: Mapping[str, str], make: Maker
) -> None:
    event = offered_event(make)
    happened, most = rush(app_on_both, environment, event.id, TAKEN_AND_GIVEN_BACK)
    assert happened["cancel done"] == EACH
    assert happened["accept done"] + happened["registration-move"] == EACH
    assert line_of(event) == PASSED_ON
    assert held(event.id) == event.seats_taken == EACH
    assert most <= EACH


def test_without_the_guards_it_is_both(app_on_both: Flask, environment: Mapping[str, str], make: Maker) -> None:
    """The control: the same without the lock, where one overwrites what the other has just read."""
    event = offered_event(make)
    drop_the_constraint()
    rush(app_on_both, environment, event.id, TAKEN_AND_GIVEN_BACK, "--unguarded")
    assert line_of(event) != PASSED_ON
