"""The queue of messages: each is claimed by one worker at a time, and none is lost."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError

from campaign.db import after_commit, db, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.message import ATTEMPT_LIMIT, LEASE, Status
from campaign.keys import address_hash
from campaign.models import Message
from campaign.services import outbox
from tests.make import Maker

SECOND = timedelta(seconds=1)


def put(now: datetime, *keys: str) -> list[Message]:
    with unit_of_work():
        for key in keys:
            outbox.put("account", unique_key=key, to=f"{key}@example.org", language="en", now=now, body="Hello")
    return list(db.session.scalars(select(Message).order_by(Message.id)))


def claim(now: datetime) -> int | None:
    with unit_of_work():
        return outbox.claim(now=now)


def fail(message: Message, now: datetime, *, is_final: bool = False) -> None:
    with unit_of_work():
        outbox.mark_failed(message, error="451 later", is_final=is_final, now=now)


def test_put_then_claim_then_mark(app_on_both: Flask, now: datetime) -> None:
    (message,) = put(now, "one")
    assert re.fullmatch(r"<[0-9a-f]{32}@127\.0\.0\.1>", message.message_id)
    assert (message.status, message.due_at, message.attempts) == (Status.QUEUED, now, 0)
    assert outbox.has_due(now=now)
    assert claim(now) == message.id
    assert (message.status, message.lease_until) == (Status.SENDING, now + LEASE)
    with unit_of_work():
        outbox.mark_sent(message.id, now=now + SECOND)
    assert (message.status, message.sent_at, message.lease_until) == (Status.SENT, now + SECOND, None)
    assert message.facts == "{}"  # what it said is forgotten
    assert not outbox.has_due(now=now + 9 * LEASE)
    assert claim(now + 9 * LEASE) is None


def test_the_oldest_is_claimed_first_and_each_by_one_alone(app_on_both: Flask, now: datetime) -> None:
    messages = put(now, "one", "two", "three")
    assert [claim(now) for _ in range(4)] == [*(message.id for message in messages), None]
    assert not outbox.has_due(now=now)


def test_a_dead_workers_message_is_claimed_again_after_the_lease(app_on_both: Flask, now: datetime) -> None:
    (message,) = put(now, "one")
    name = message.message_id
    claim(now)
    assert claim(now + LEASE) is None
    assert claim(now + LEASE + SECOND) == message.id
    assert message.message_id == name


def test_what_failed_is_tried_again_ever_later_until_the_last_time(app_on_both: Flask, now: datetime) -> None:
    (message,) = put(now, "one")
    waits, at = [], now
    for attempt in range(1, ATTEMPT_LIMIT):
        assert claim(at) == message.id
        fail(message, at)
        assert (message.status, message.attempts, message.last_error) == (Status.QUEUED, attempt, "451 later")
        assert claim(message.due_at - SECOND) is None
        waits.append(message.due_at - at)
        at = message.due_at
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(seconds=30), timedelta(seconds=30 * 2**10))
    assert claim(at) == message.id
    fail(message, at)
    assert (message.status, message.attempts) == (Status.FAILED, ATTEMPT_LIMIT)
    assert claim(at + 99 * LEASE) is None


def test_a_final_failure_and_what_nobody_wants_are_not_tried_again(app: Flask, now: datetime) -> None:
    refused, unwanted = put(now, "refused", "unwanted")
    fail(refused, now, is_final=True)
    with unit_of_work():
        outbox.mark_dropped(unwanted)
    assert (refused.status, refused.attempts, unwanted.status) == (Status.FAILED, 1, Status.DROPPED)
    assert not outbox.has_due(now=now + 99 * LEASE)


def test_one_effect_is_one_message(app_on_both: Flask, now: datetime) -> None:
    put(now, "one")
    with pytest.raises(IntegrityError):
        put(now, "two", "one")
    db.session.rollback()
    assert [message.unique_key for message in db.session.scalars(select(Message))] == ["one"]


def test_what_is_taken_back_is_not_queued_and_wakes_nobody(app: Flask, now: datetime) -> None:
    woken: list[str] = []
    after_commit[:] = [lambda: woken.append("once")]
    with pytest.raises(RuntimeError), unit_of_work():
        outbox.put("account", unique_key="one", to="a@example.org", language="en", now=now)
        raise RuntimeError
    with unit_of_work():
        db.session.execute(text("SELECT 1"))
    assert (woken, list(db.session.scalars(select(Message)))) == ([], [])
    put(now, "two", "three")
    assert woken == ["once"]


def test_many_workers_claim_each_message_once(app_on_both: Flask, now: datetime) -> None:
    messages = put(now, *(f"message-{number}" for number in range(24)))
    wanted, claimed = [message.id for message in messages], []
    db.session.remove()

    def work() -> None:
        with app_on_both.app_context():
            while (one := claim(now)) is not None:
                claimed.append(one)

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with unit_of_work():  # PostgreSQL passes over a row that another holds, so one more look may find some
        claimed += list(iter(lambda: outbox.claim(now=now), None))
    assert sorted(claimed) == wanted


def test_what_an_address_was_sent_today_is_counted_over_all_events(app_on_both: Flask, now: datetime) -> None:
    early, today, unwanted = put(now, "early", "today", "unwanted")
    with unit_of_work():
        for message in (early, today, unwanted):
            message.recipient_hash = address_hash("Rena@Example.org ")
        early.created_at = now - outbox.DAY
        outbox.mark_dropped(unwanted)
    put(now, "somebody-else")
    assert outbox.sent_today("rena@example.org", now) == 1
    assert outbox.sent_today("somebody-else@example.org", now) == 1
    assert outbox.sent_today("nobody@example.org", now) == 0


def test_mails_to_many_wait_while_enough_are_queued(app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "ROOM", 2)
    first, _second = put(now, "one", "two")
    assert not outbox.has_room(now=now)
    with unit_of_work():
        outbox.mark_sent(first.id, now=now)
    assert outbox.has_room(now=now)


def test_a_sent_mail_goes_again_as_a_new_one_once_a_day(app: Flask, now: datetime) -> None:
    (message,) = put(now, "one")
    with pytest.raises(Refused, match="message-not-given-up"), unit_of_work():
        outbox.resend(message, now=now)
    with unit_of_work():
        outbox.mark_sent(message.id, now=now)
    with unit_of_work():
        outbox.resend(message, now=now, subject="Again")
    again = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert again is not None and again is not message
    assert (again.kind, again.to, again.status) == (message.kind, message.to, Status.QUEUED)
    assert again.message_id != message.message_id
    with pytest.raises(Refused, match="message-resent-today"), unit_of_work():
        outbox.resend(message, now=now + SECOND)
    with unit_of_work():
        outbox.resend(message, now=now + outbox.DAY)


def test_a_bounce_marks_the_registration_until_a_mail_arrives(app: Flask, make: Maker, now: datetime) -> None:
    registration = make.registration(make.event())
    message = db.session.scalars(select(Message)).one()
    with unit_of_work():
        outbox.mark_bounced(message, now=now)
    assert registration.bounced_at == now
    with unit_of_work():
        outbox.mark_sent(message.id, now=now)
    assert registration.bounced_at is None


@pytest.mark.parametrize("ask", [outbox.has_due, outbox.has_room, outbox.claim])
def test_what_is_due_is_found_by_an_index_however_much_was_sent(
    app: Flask, now: datetime, ask: Callable[..., object]
) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []

    def listen(
        connection: object, cursor: object, statement: str, parameters: tuple[object, ...], *rest: object
    ) -> None:
        asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", listen)
    ask(now=now)
    event.remove(db.engine, "before_cursor_execute", listen)
    statement, parameters = next(one for one in asked if "message" in one[0])
    plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    steps = [str(row) for row in plan]
    assert any("USING INDEX ix__message__due_at_id" in step or "COVERING INDEX" in step for step in steps), steps
    assert not any("SCAN message" in step or "TEMP B-TREE" in step for step in steps), steps
