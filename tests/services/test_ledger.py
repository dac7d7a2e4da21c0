"""The ledger: who has been told of what, who waits, who could not be reached, and trying again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import after_commit, db, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.event import Change
from campaign.domain.message import Failure, Status
from campaign.models import Audit, Event, Message, Registration
from campaign.services import events, ledger, outbox, registrations
from tests.make import Maker

HOUR = timedelta(hours=1)


@pytest.fixture
def event(app_on_both: Flask, make: Maker) -> Event:
    return make.event()


@pytest.fixture
def join(event: Event, make: Maker, now: datetime) -> Callable[..., Registration]:
    """Return what gives somebody a confirmed place."""

    def _join(name: str) -> Registration:
        registration = make.registration(event, f"{name}@example.org", name=name)
        with unit_of_work():
            registrations.confirm(registration, now=now)
        return registration

    return _join


def edit(event: Event, at: datetime, **changes: object) -> None:
    with unit_of_work():
        events.edit(event, replace(events.draft_of(event), **changes), actor=None, now=at)  # type: ignore[arg-type]


def cancel(event: Event, at: datetime) -> None:
    with unit_of_work():
        events.cancel(event, reason={}, actor=None, now=at)


def mail(registration: Registration, kind: str = "event-changed") -> Message:
    """Return the last mail of a kind to somebody."""
    mails = select(Message).where(Message.registration_id == registration.id, Message.kind == kind)
    return db.session.scalars(mails.order_by(Message.id.desc())).first()  # type: ignore[return-value]


def send(message: Message, at: datetime) -> None:
    with unit_of_work():
        outbox.mark_sent(message.id, now=at)


def fail(message: Message, at: datetime, error: str = "550 no such person") -> None:
    with unit_of_work():
        outbox.mark_failed(message, error=error, is_final=True, now=at)


def test_a_change_is_told_waited_for_and_not_told(
    event: Event, join: Callable[..., Registration], now: datetime
) -> None:
    rena, ali, leyla, samir = map(join, ("rena", "ali", "leyla", "samir"))
    edit(event, now + HOUR, venue="Old town hall")
    send(mail(rena), now + HOUR)
    fail(mail(ali), now + HOUR)
    fail(mail(leyla), now + HOUR, "TimeoutError")
    found = ledger.of_event(event)
    (telling,) = found.tellings
    assert (telling.kind, telling.at, telling.changes) == ("event-changed", now + HOUR, {Change.PLACE})
    assert telling.states == {Status.SENT: 1, Status.FAILED: 2, Status.QUEUED: 1}
    assert telling.failures == {Failure.NO_SUCH_ADDRESS: 1, Failure.NO_CONNECTION: 1}
    assert telling.holders == telling.states
    assert (found.holders, found.later) == (4, 0)
    assert [message.registration for message in ledger.unreached(event)] == [ali, leyla]
    assert mail(samir).status is Status.QUEUED


def test_what_changed_is_known_after_the_mail_was_sent(
    event: Event, join: Callable[..., Registration], now: datetime
) -> None:
    rena = join("rena")
    edit(event, now + HOUR, starts=datetime(2027, 2, 26, 17), venue="Old town hall")
    send(mail(rena), now + HOUR)
    cancel(event, now + 2 * HOUR)
    with unit_of_work():
        events.publish(event, actor=None, now=now + 3 * HOUR)
    assert mail(rena).facts != "{}"
    told = [(one.kind, one.at, one.changes) for one in ledger.of_event(event).tellings]
    assert told == [
        ("event-changed", now + 3 * HOUR, {Change.STATUS}),
        ("event-cancelled", now + 2 * HOUR, frozenset()),
        ("event-changed", now + HOUR, {Change.TIME, Change.PLACE}),
    ]


def test_who_gave_the_place_back_is_counted_with_the_mails_and_not_with_the_people(
    event: Event, join: Callable[..., Registration], now: datetime
) -> None:
    rena, ali = map(join, ("rena", "ali"))
    edit(event, now + HOUR, venue="Old town hall")
    fail(mail(ali), now + HOUR)
    with unit_of_work():
        outbox.mark_dropped(mail(rena))
        registrations.cancel(rena, now=now + HOUR)
        registrations.cancel(ali, now=now + HOUR)
    found = ledger.of_event(event)
    assert found.tellings[0].states == {Status.DROPPED: 1, Status.FAILED: 1}
    assert (found.holders, found.tellings[0].holders, found.tellings[0].failures, found.later) == (0, {}, {}, 0)
    assert ledger.unreached(event) == []


def test_who_came_after_the_change_knows_nothing_else(
    event: Event, join: Callable[..., Registration], now: datetime
) -> None:
    assert (ledger.of_event(event).tellings, ledger.of_event(event).later) == ([], 0)
    join("rena")
    edit(event, now + HOUR, venue="Old town hall")
    join("ali")
    found = ledger.of_event(event)
    assert (found.holders, found.later, found.newest) == (2, 1, found.tellings[0])


def test_only_the_last_change_makes_somebody_unreached(
    event: Event, join: Callable[..., Registration], now: datetime
) -> None:
    rena, ali = map(join, ("rena", "ali"))
    edit(event, now + HOUR, venue="Old town hall")
    fail(mail(rena), now + HOUR)
    edit(event, now + 2 * HOUR, venue="New town hall")
    fail(mail(ali), now + 2 * HOUR)
    send(mail(rena), now + 2 * HOUR)
    assert [message.registration for message in ledger.unreached(event)] == [ali]


def test_other_mails_and_other_events_are_none_of_it(
    event: Event, join: Callable[..., Registration], make: Maker, now: datetime
) -> None:
    fail(mail(join("rena"), "confirmed"), now)
    other = make.event(event.edition, name={"en": "Another"})
    with unit_of_work():
        registrations.confirm(make.registration(other, "ali@example.org"), now=now)
    edit(other, now + HOUR, venue="Old town hall")
    fail(db.session.scalars(select(Message).where(Message.kind == "event-changed")).one(), now)
    assert ledger.of_event(event) == ledger.Ledger([], 1)
    assert ledger.unreached(event) == []


def test_try_again(event: Event, join: Callable[..., Registration], make: Maker, now: datetime) -> None:
    actor = make.user()
    rena, ali = map(join, ("rena", "ali"))
    edit(event, now + HOUR, venue="Old town hall")
    send(mail(rena), now + HOUR)
    fail(mail(ali), now + HOUR)
    name, woken = mail(ali).message_id, []
    after_commit[:] = [lambda: woken.append("once")]
    for count in (1, 0):
        with unit_of_work():
            assert ledger.try_again(event, actor=actor, now=now + 2 * HOUR) == count
    again = mail(ali)
    assert (again.status, again.attempts, again.due_at) == (Status.QUEUED, 0, now + 2 * HOUR)
    assert (again.message_id, again.created_at) == (name, now + HOUR)
    assert "place" in again.facts
    assert (mail(rena).status, woken) == (Status.SENT, ["once"])
    with unit_of_work():
        assert outbox.claim(now=now + 2 * HOUR) is not None
    notes = db.session.scalars(select(Audit).where(Audit.action == "tell-again")).all()
    assert [(note.actor, note.subject_id, note.facts) for note in notes] == [(actor, event.id, {"count": 1})]
    assert ledger.of_event(event).newest.states[Status.FAILED] == 0  # type: ignore[union-attr]


@pytest.mark.parametrize("status", [Status.QUEUED, Status.SENDING, Status.SENT, Status.DROPPED])
def test_only_what_was_given_up_is_queued_again(
    event: Event, join: Callable[..., Registration], now: datetime, status: Status
) -> None:
    message = mail(join("rena"), "confirmed")
    with unit_of_work():
        message.status = status
    with pytest.raises(Refused, match="message-not-given-up"), unit_of_work():
        outbox.retry(message, now=now)
    assert message.status is status
