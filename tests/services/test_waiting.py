"""The queue of a full event: who waits, who is offered a place, for how long, and who lets people in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from campaign import jobs
from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.registration import OFFER, Status
from campaign.models import Audit, Event, Message, Registration
from campaign.services import events, registrations, waiting
from campaign.services.events import draft_of
from tests.make import Maker, living

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NAMES = ("ali", "leyla", "samir", "nigar")


def act(service: Callable[..., object], row: object, now: datetime, **named: object) -> None:
    with unit_of_work():
        service(row, now=now, **named)


def written(registration: Registration) -> list[str]:
    mails = select(Message.kind).where(Message.registration_id == registration.id).order_by(Message.id)
    return list(db.session.scalars(mails))


@pytest.fixture
def full(app_on_both: Flask, make: Maker, now: datetime) -> Event:
    """Return an event whose one place Rena has."""
    event = make.event(capacity=1)
    act(registrations.confirm, make.registration(event), now)
    return event


def holder(event: Event) -> Registration:
    return living(event, "rena@example.org")


def queue(make: Maker, event: Event, *names: str, **changes: object) -> list[Registration]:
    """Let people register for a full event, a minute after each other, and confirm their addresses."""
    stood = []
    for number, name in enumerate(names or NAMES):
        later = Maker(make.now + timedelta(minutes=number))
        one = later.registration(event, f"{name}@example.org", **changes)
        act(registrations.confirm, one, later.now)
        stood.append(one)
    return stood


def test_when_all_places_are_taken_one_waits(full: Event, make: Maker, now: datetime) -> None:
    registration = make.registration(full, "ali@example.org")
    assert (registration.status, registration.queued_at, registration.hold_until) == (Status.WAITING, now, now + DAY)
    assert full.seats_taken == 1
    act(registrations.confirm, registration, now + HOUR)
    assert (registration.status, registration.queued_at, registration.hold_until) == (Status.WAITING, now, None)
    assert written(registration) == ["confirm-waiting", "waiting"]
    act(registrations.confirm, registration, now + HOUR)
    assert written(registration) == ["confirm-waiting", "waiting"]


def test_a_freed_place_is_offered_to_the_first_and_taken(full: Event, make: Maker, now: datetime) -> None:
    first, second, *_others = queue(make, full)
    act(registrations.cancel, holder(full), now + HOUR)
    assert (first.status, first.hold_until) == (Status.OFFERED, now + HOUR + OFFER)
    assert (second.status, full.seats_taken) == (Status.WAITING, 1)
    act(waiting.accept, first, now + DAY)
    assert (first.status, first.hold_until, first.confirmed_at) == (Status.CONFIRMED, None, now + DAY)
    assert written(first) == ["confirm-waiting", "waiting", "offer", "confirmed"]
    assert (second.status, full.seats_taken) == (Status.WAITING, 1)


def test_accepting_twice_is_once(full: Event, make: Maker, now: datetime) -> None:
    (first,) = queue(make, full, "ali")
    act(registrations.cancel, holder(full), now)
    act(waiting.accept, first, now)
    act(waiting.accept, first, now + HOUR)
    assert first.confirmed_at == now
    assert written(first).count("confirmed") == 1


def test_what_is_not_taken_in_time_is_passed_on(full: Event, make: Maker, now: datetime) -> None:
    first, second, *_others = queue(make, full)
    act(registrations.cancel, holder(full), now)
    end = now + OFFER
    assert registrations.overdue(now=end - timedelta(seconds=1)) == []
    with pytest.raises(Refused, match=r"^offer-lapsed$"):
        act(waiting.accept, first, end)  # to the second, also before the worker has come
    assert registrations.overdue(now=end) == [full.id]
    act(registrations.expire, full, end)
    assert (first.status, second.status, full.seats_taken) == (Status.EXPIRED, Status.OFFERED, 1)
    assert written(first)[-1] == "offer-lapsed"
    with pytest.raises(Refused, match=r"^offer-lapsed$"):
        act(waiting.accept, first, end)
    again = Maker(end).registration(full, "ali@example.org")
    assert (again.status, waiting.position(again)) == (Status.WAITING, 3)


def test_whoever_gives_an_offer_back_passes_it_on(full: Event, make: Maker, now: datetime) -> None:
    first, second, *_others = queue(make, full)
    act(registrations.cancel, holder(full), now)
    act(registrations.cancel, first, now + HOUR)
    assert (first.status, second.status, full.seats_taken) == (Status.CANCELLED, Status.OFFERED, 1)


def test_an_offer_that_was_not_made_cannot_be_taken(full: Event, make: Maker, now: datetime) -> None:
    (first,) = queue(make, full, "ali")
    with pytest.raises(Refused, match=r"^registration-move$"):
        act(waiting.accept, first, now)
    assert first.status is Status.WAITING


def test_the_position_counts_down(full: Event, make: Maker, now: datetime) -> None:
    line = queue(make, full)
    assert [waiting.position(one) for one in line] == [1, 2, 3, 4]
    act(registrations.cancel, line[1], now)
    assert [waiting.position(one) for one in line] == [1, None, 2, 3]
    act(registrations.cancel, holder(full), now)
    assert [waiting.position(one) for one in line] == [None, None, 1, 2]


def test_only_a_confirmed_address_gets_an_offer(full: Event, make: Maker, now: datetime) -> None:
    slow = make.registration(full, "ali@example.org")
    (quick,) = queue(Maker(now + HOUR), full, "leyla")
    act(registrations.cancel, holder(full), now + HOUR)
    assert (slow.status, quick.status) == (Status.WAITING, Status.OFFERED)
    act(registrations.cancel, quick, now + HOUR)
    assert slow.status is Status.WAITING
    act(registrations.confirm, slow, now + 2 * HOUR)  # here at this moment, and it is their turn
    assert (slow.status, full.seats_taken) == (Status.CONFIRMED, 1)
    assert written(slow) == ["confirm-waiting", "confirmed"]


def test_who_never_confirms_does_not_wait_for_ever(full: Event, make: Maker, now: datetime) -> None:
    slow = make.registration(full, "ali@example.org")
    act(registrations.expire, full, now + DAY)
    assert (slow.status, slow.queued_at) == (Status.EXPIRED, None)
    assert written(slow) == ["confirm-waiting"]
    with pytest.raises(Refused, match=r"^registration-expired$"):
        act(registrations.confirm, slow, now + DAY)


def test_more_places_are_offered_at_once(full: Event, make: Maker, now: datetime) -> None:
    line = queue(make, full)
    with unit_of_work():
        events.edit(full, replace(draft_of(full), capacity=3), actor=None, now=now)
    assert [one.status for one in line] == [Status.OFFERED] * 2 + [Status.WAITING] * 2
    assert full.seats_taken == 3
    with unit_of_work():
        events.edit(full, replace(draft_of(full), capacity=None), actor=None, now=now)
    assert [one.status for one in line] == [Status.OFFERED] * 4


def test_a_party_that_does_not_fit_lets_others_by_and_keeps_its_place(full: Event, make: Maker, now: datetime) -> None:
    with unit_of_work():
        events.edit(full, replace(draft_of(full), capacity=2), actor=None, now=now)
    act(registrations.confirm, make.registration(full, "other@example.org"), now)
    (pair,) = queue(make, full, "ali", party_size=2)
    single, behind = queue(Maker(now + HOUR), full, "leyla", "samir")
    act(registrations.cancel, holder(full), now + DAY)
    assert [one.status for one in (pair, single, behind)] == [Status.WAITING, Status.OFFERED, Status.WAITING]
    assert [waiting.position(one) for one in (pair, behind)] == [1, 2]


def test_whoever_waits_comes_before_whoever_is_new(full: Event, make: Maker, now: datetime) -> None:
    (first,) = queue(make, full, "ali")
    with unit_of_work():
        full.capacity = 2  # by some way that offered nothing
    new = Maker(now + HOUR).registration(full, "leyla@example.org")
    assert (first.status, new.status, full.seats_taken) == (Status.OFFERED, Status.WAITING, 2)


def test_the_worker_finds_places_that_nobody_offered(full: Event, make: Maker, now: datetime) -> None:
    (first,) = queue(make, full, "ali")
    assert waiting.with_room(now=now) == []
    with unit_of_work():
        full.capacity = 2
    assert waiting.with_room(now=now) == [full.id]
    assert jobs.expire_holds() == 0
    assert first.status is Status.OFFERED
    assert waiting.with_room(now=now) == []


def test_the_queue_ends_with_the_start(full: Event, make: Maker, now: datetime) -> None:
    line = queue(make, full)
    starts_at = full.starts_at
    assert starts_at is not None
    act(registrations.cancel, holder(full), starts_at - HOUR)
    assert line[0].hold_until == starts_at
    assert registrations.overdue(now=starts_at) == [full.id]
    act(registrations.expire, full, starts_at)
    assert {one.status for one in line} == {Status.EXPIRED}
    assert registrations.overdue(now=starts_at) == []
    assert waiting.with_room(now=starts_at) == []


def test_a_cancelled_event_offers_nothing(full: Event, make: Maker, now: datetime) -> None:
    first, second = queue(make, full, "ali", "leyla")
    act(registrations.cancel, holder(full), now)
    act(events.cancel, full, now, reason={}, actor=None)
    with pytest.raises(Refused, match=r"^registration-cancelled$"):
        act(waiting.accept, first, now)
    act(registrations.expire, full, now + OFFER)
    assert (first.status, second.status) == (Status.EXPIRED, Status.WAITING)
    assert "offer-lapsed" not in written(first)
    assert waiting.with_room(now=now + OFFER) == []


def test_people_in_the_queue_must_learn_of_a_cancellation(full: Event, make: Maker, now: datetime) -> None:
    queue(make, full, "ali")
    with unit_of_work():
        full.capacity = None
        db.session.delete(holder(full))
        full.seats_taken = 0
    with pytest.raises(Refused, match=r"^event-has-registrations$"):
        act(events.withdraw, full, now, actor=None)


@pytest.fixture
def choosy(app_on_both: Flask, make: Maker) -> Event:
    """Return an event of one place where an organizer lets people in."""
    return make.event(capacity=1, requires_approval=True)


def test_an_organizer_lets_people_in(choosy: Event, make: Maker, now: datetime) -> None:
    organizer = make.user()
    first, second = queue(make, choosy, "ali", "leyla")
    assert [one.status for one in (first, second)] == [Status.WAITING] * 2
    assert (written(first), choosy.seats_taken) == (["confirm-waiting", "awaiting-approval"], 0)
    act(registrations.approve, first, now, actor=organizer)
    assert (first.status, first.approved_at, choosy.seats_taken) == (Status.CONFIRMED, now, 1)
    assert written(first)[-1] == "confirmed"
    act(registrations.approve, second, now, actor=organizer)
    assert (second.status, waiting.position(second), written(second)[-1]) == (Status.WAITING, 1, "waiting")
    act(registrations.approve, second, now, actor=organizer)
    act(registrations.cancel, first, now)
    assert (second.status, written(second).count("waiting")) == (Status.OFFERED, 1)
    noted = db.session.scalars(select(Audit).where(Audit.action == "approve")).all()
    assert [row.actor_id for row in noted] == [organizer.id] * 2


def test_an_organizer_may_decide_before_the_address_is_confirmed(choosy: Event, make: Maker, now: datetime) -> None:
    registration = make.registration(choosy)
    act(registrations.approve, registration, now, actor=None)
    assert (registration.status, choosy.seats_taken) == (Status.WAITING, 0)
    act(registrations.confirm, registration, now)
    assert (registration.status, choosy.seats_taken) == (Status.CONFIRMED, 1)
    assert written(registration) == ["confirm-waiting", "confirmed"]


def test_whoever_is_declined_is_told_and_may_come_back(choosy: Event, make: Maker, now: datetime) -> None:
    (first,) = queue(make, choosy, "ali")
    act(registrations.decline, first, now, actor=None)
    assert (first.status, written(first)[-1]) == (Status.CANCELLED, "declined")
    again = make.registration(choosy, "ali@example.org")
    act(registrations.decline, again, now, actor=None)
    assert written(again) == ["confirm-waiting"]  # nobody has said that the address is theirs
    for decide in (registrations.approve, registrations.decline):
        with pytest.raises(Refused, match=r"^registration-move$"):
            act(decide, again, now, actor=None)


def test_who_has_a_place_is_not_declined(full: Event, now: datetime) -> None:
    with pytest.raises(Refused, match=r"^registration-move$"):
        act(registrations.decline, holder(full), now, actor=None)
    assert full.seats_taken == 1


def test_under_attack_an_organizer_lets_everybody_in(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event(capacity=2)
    before, later = make.registration(event), Maker(now + HOUR)
    with unit_of_work():
        event.edition.campaign.attack_mode_at = now
    during = later.registration(event, "ali@example.org")
    assert (before.status, during.status) == (Status.PENDING, Status.WAITING)
    for one in (during, before):
        act(registrations.confirm, one, later.now)
    assert [one.status for one in (before, during)] == [Status.WAITING] * 2
    assert [waiting.position(one) for one in (before, during)] == [1, 2]
    assert (event.seats_taken, waiting.with_room(now=later.now)) == (0, [])
    with unit_of_work():
        event.edition.campaign.attack_mode_at = None
    assert waiting.with_room(now=later.now) == [event.id]
    act(registrations.expire, event, later.now)
    assert [one.status for one in (before, during)] == [Status.OFFERED] * 2


def test_the_database_itself_refuses_an_offer_too_many(full: Event, make: Maker, now: datetime) -> None:
    (first,) = queue(make, full, "ali")
    with pytest.raises(Exception, match="never_oversold"), unit_of_work():
        waiting.confirm_place(first, now=now)
    assert (first.status, full.seats_taken) == (Status.WAITING, 1)
