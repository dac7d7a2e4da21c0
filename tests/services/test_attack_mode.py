"""Under attack: exact places vanish, nobody comes in unseen, and what came in is set aside and taken back."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.message import Status as Mail
from campaign.domain.registration import Status
from campaign.domain.slice import Slice
from campaign.models import Audit, Event, Message, Registration
from campaign.services import attack_mode, feeds, registrations, syndication
from campaign.services.submissions import Submission
from tests.make import Maker

HOUR = timedelta(hours=1)


@pytest.fixture
def event(app_on_both: Flask, make: Maker) -> Event:
    """Return an event in Berlin with three places."""
    return make.event(capacity=3)


def begin(event: Event, now: datetime) -> None:
    with unit_of_work():
        attack_mode.begin(event.edition.campaign, actor=None, now=now)


def end(event: Event, now: datetime) -> None:
    with unit_of_work():
        attack_mode.end(event.edition.campaign, actor=None, now=now)


def set_aside(event: Event, now: datetime) -> int:
    with unit_of_work():
        return attack_mode.set_aside(event.edition.campaign, since=now - HOUR, actor=None, now=now)


def release(event: Event, now: datetime) -> int:
    with unit_of_work():
        return attack_mode.release(event.edition.campaign, actor=None, now=now)


def confirmed(make: Maker, event: Event, email: str, **changes: object) -> Registration:
    one = make.registration(event, email, **changes)
    with unit_of_work():
        registrations.confirm(one, now=make.now)
    return one


def mails(one: Registration) -> dict[str, Mail]:
    rows = select(Message.kind, Message.status).where(Message.registration_id == one.id)
    return dict(db.session.execute(rows).all())


def test_every_calendar_forgets_the_exact_place_and_learns_it_again(event: Event, now: datetime) -> None:
    campaign = event.edition.campaign

    def shown(at: datetime) -> list[bytes]:
        made = feeds.feed, syndication.atom, syndication.geojson
        return [make(campaign, Slice(), now=at).body for make in made]

    before, revision = shown(now), campaign.revision
    assert all(b"Community hall" in body for body in before)
    later = now + HOUR
    begin(event, later)
    assert campaign.revision == revision + 1
    for body in shown(later):
        assert b"Berlin" in body
        for hidden in (b"Community hall", "Musterstraße".encode(), b"52.52"):
            assert hidden not in body
    begin(event, later)
    assert campaign.revision == revision + 1, "twice is once"
    end(event, later + HOUR)
    assert all(b"Community hall" in body for body in shown(later + HOUR))


def test_nobody_comes_in_unseen(event: Event, make: Maker, now: datetime) -> None:
    begin(event, now)
    one = confirmed(make, event, "rena@example.org")
    assert (one.status, event.seats_taken) == (Status.WAITING, 0)
    with unit_of_work():
        registrations.approve(one, actor=None, now=now)
    assert (one.status, event.seats_taken) == (Status.CONFIRMED, 1)


def test_what_came_in_is_set_aside_and_taken_back(event: Event, make: Maker, now: datetime) -> None:
    pending, held = make.registration(event, "rena@example.org"), confirmed(make, event, "ali@example.org")
    with unit_of_work():
        entered = registrations.enter(event, Submission("Guest", "guest@example.org", "en"), actor=None, now=now)
    (of_event,) = attack_mode.sign_ups(event.edition.campaign, since=now - HOUR)
    assert (of_event.count, of_event.people, of_event.unconfirmed, of_event.set_aside) == (2, 2, 1, 0)

    assert set_aside(event, now) == 2
    assert [one.status for one in (pending, held, entered)] == [Status.WAITING, Status.WAITING, Status.CONFIRMED]
    assert event.seats_taken == 1
    assert mails(pending) == {"confirm-address": Mail.DROPPED}
    assert set_aside(event, now) == 0, "twice is once"
    assert attack_mode.count_set_aside(event.edition.campaign) == 2

    assert release(event, now) == 2
    assert [one.status for one in (pending, held, entered)] == [Status.PENDING, Status.CONFIRMED, Status.CONFIRMED]
    assert event.seats_taken == 3
    assert pending.hold_until == now + timedelta(hours=24)
    assert mails(pending) == {"confirm-address": Mail.QUEUED}
    assert set(mails(held)) == {"confirm-address", "confirmed"}, "nobody is written to twice"
    assert attack_mode.count_set_aside(event.edition.campaign) == 0
    actions = db.session.scalars(select(Audit.action).where(Audit.subject == "campaign").order_by(Audit.id)).all()
    assert list(actions)[-3:] == ["quarantine", "quarantine", "release"]


def test_what_is_set_aside_gets_no_place_while_others_do(event: Event, make: Maker, now: datetime) -> None:
    robots = [confirmed(make, event, f"robot-{number}@example.org") for number in range(3)]
    waiting = confirmed(make, event, "rena@example.org")
    with unit_of_work():
        registrations.approve(waiting, actor=None, now=now)
    assert waiting.status is Status.WAITING
    assert set_aside(event, now) == 3
    with unit_of_work():
        registrations.expire(event, now=now)
    assert waiting.status is Status.OFFERED
    assert {one.status for one in robots} == {Status.WAITING}


def test_a_place_that_was_given_away_is_not_given_twice(event: Event, make: Maker, now: datetime) -> None:
    early = [confirmed(make, event, f"person-{number}@example.org") for number in range(3)]
    set_aside(event, now)
    late = [confirmed(make, event, f"late-{number}@example.org") for number in range(2)]
    assert {one.status for one in late} == {Status.CONFIRMED}
    release(event, now)
    assert [one.status for one in early] == [Status.CONFIRMED, Status.WAITING, Status.WAITING]
    assert event.seats_taken == 3
    with unit_of_work():
        registrations.cancel(late[0], now=now)
    assert early[1].status is Status.OFFERED


def test_whoever_confirms_while_set_aside_waits_and_comes_back_confirmed(
    event: Event, make: Maker, now: datetime
) -> None:
    one = make.registration(event, "rena@example.org")
    set_aside(event, now)
    with unit_of_work():
        registrations.confirm(one, now=now)
    assert (one.status, one.address_confirmed_at) == (Status.WAITING, now)
    release(event, now)
    assert one.status is Status.OFFERED


def test_one_is_let_in_by_hand_out_of_what_is_set_aside(event: Event, make: Maker, now: datetime) -> None:
    one = confirmed(make, event, "rena@example.org")
    set_aside(event, now)
    with unit_of_work():
        registrations.approve(one, actor=None, now=now)
    assert (one.status, one.quarantined_from) == (Status.CONFIRMED, None)
    assert release(event, now) == 0


def test_an_address_that_nobody_confirms_is_forgotten_after_two_days(event: Event, make: Maker, now: datetime) -> None:
    one = make.registration(event, "rena@example.org")
    set_aside(event, now)
    with unit_of_work():
        registrations.expire(event, now=now + timedelta(hours=49))
    assert one.status is Status.EXPIRED
    assert release(event, now + timedelta(hours=50)) == 0
