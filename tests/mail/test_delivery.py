"""Sending what is due: once, in order, and one bad message stops none of the others."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, update

from campaign import jobs
from campaign.db import db, unit_of_work
from campaign.domain.message import Status
from campaign.domain.registration import Status as RegistrationStatus
from campaign.mail import delivery
from campaign.mail.transport import Files
from campaign.models import Event, Message, Registration
from campaign.services import events, outbox, registrations
from tests import servers
from tests.make import Maker
from tests.servers import Inbox


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def smtp(inbox: Inbox) -> Iterator[str]:
    with servers.smtp(inbox) as address:
        yield address


@pytest.fixture
def environment(environment: dict[str, str], request: pytest.FixtureRequest) -> dict[str, str]:
    """Return settings with a mail server, for tests that ask for its inbox."""
    if "inbox" not in request.fixturenames:
        return environment
    return {**environment, "SMTP_URL": request.getfixturevalue("smtp")}


def states() -> list[tuple[str, Status]]:
    db.session.rollback()
    return [(one.kind, one.status) for one in db.session.scalars(select(Message).order_by(Message.id))]


def put(now: datetime, *keys: str) -> None:
    with unit_of_work():
        for key in keys:
            outbox.put(
                "account", unique_key=key, to=f"{key}@example.org", language="en", now=now, subject=key, body="Hello"
            )


def test_what_is_due_is_sent_once_and_in_order(inbox: Inbox, app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    for name in ("rena", "ali", "leyla"):
        make.registration(event, f"{name}@example.org")
    assert delivery.send_due() == 3
    assert inbox.recipients == [f"{name}@example.org" for name in ("rena", "ali", "leyla")]
    assert states() == [("confirm-address", Status.SENT)] * 3
    sent = {message.message_id for message in db.session.scalars(select(Message))}
    assert {str(message_from_bytes(mail, policy=SMTP)["Message-ID"]) for mail in inbox.mails} == sent
    assert delivery.send_due() == 0
    assert len(inbox.mails) == 3


def test_a_pass_ends_at_its_time_and_holds_nothing_back(inbox: Inbox, app_on_both: Flask, now: datetime) -> None:
    put(now, "one", "two", "three")
    assert delivery.send_due(until=now) == 1
    assert states() == [("account", Status.SENT), ("account", Status.QUEUED), ("account", Status.QUEUED)]
    assert delivery.send_due(until=datetime.now(UTC) + timedelta(minutes=1)) == 2


def test_what_was_sent_is_forgotten(inbox: Inbox, app: Flask, now: datetime) -> None:
    put(now, "one")
    delivery.send_due()
    message = db.session.scalars(select(Message)).one()
    assert (message.facts, message.lease_until, message.last_error) == ("{}", None, None)
    assert message.sent_at is not None
    assert datetime.now(UTC) - message.sent_at < timedelta(minutes=1)


def test_what_is_not_due_yet_waits(inbox: Inbox, app: Flask) -> None:
    put(datetime.now(UTC) + timedelta(hours=1), "later")
    assert delivery.send_due() == 0
    assert states() == [("account", Status.QUEUED)]


def cancel(registration: Registration, now: datetime) -> None:
    registrations.cancel(registration, now=now)


def expire(registration: Registration, now: datetime) -> None:
    registrations.expire(registration.event, now=now + timedelta(days=2))


@pytest.mark.parametrize("end", [cancel, expire])
def test_what_nobody_needs_any_more_is_not_sent(
    inbox: Inbox, app: Flask, make: Maker, now: datetime, end: Callable[[Registration, datetime], None]
) -> None:
    registration = make.registration(make.event())
    with unit_of_work():
        end(registration, now)
    assert delivery.send_due() == 0
    assert states() == [("confirm-address", Status.DROPPED)]
    assert inbox.mails == []


def test_whoever_confirmed_is_not_asked_to_confirm(inbox: Inbox, app: Flask, make: Maker, now: datetime) -> None:
    registration = make.registration(make.event())
    with unit_of_work():
        registrations.confirm(registration, now=now)
    assert delivery.send_due() == 1
    assert states() == [("confirm-address", Status.DROPPED), ("confirmed", Status.SENT)]


def test_whoever_gave_the_place_back_hears_of_that_alone(inbox: Inbox, app: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    registration = make.registration(event)
    with unit_of_work():
        registrations.confirm(registration, now=now)
        events.cancel(event, reason={}, actor=None, now=now)
        registrations.cancel(registration, now=now)
    assert delivery.send_due() == 1
    assert states() == [
        ("confirm-address", Status.DROPPED),
        ("confirmed", Status.DROPPED),
        ("event-cancelled", Status.DROPPED),
        ("registration-cancelled", Status.SENT),
    ]


def test_a_message_that_cannot_be_composed_stops_none_behind_it(inbox: Inbox, app: Flask, now: datetime) -> None:
    put(now, "one", "broken", "three")
    with unit_of_work():
        db.session.execute(update(Message).where(Message.unique_key == "broken").values(facts="no JSON"))
    assert delivery.send_due() == 2
    assert inbox.recipients == ["one@example.org", "three@example.org"]
    broken = db.session.scalars(select(Message).where(Message.unique_key == "broken")).one()
    assert (broken.status, broken.attempts, broken.last_error) == (Status.QUEUED, 1, "JSONDecodeError")


def test_no_transaction_stays_open_while_a_server_takes_its_time(
    app: Flask, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.registration(make.event())
    is_open: list[bool] = []
    monkeypatch.setattr(Files, "send", lambda self, mail: is_open.append(db.session().in_transaction()))
    assert delivery.send_due() == 1
    assert is_open == [False]


def test_without_a_server_each_mail_is_a_file(app: Flask, make: Maker) -> None:
    make.registration(make.event())
    assert delivery.send_due() == 1
    message = db.session.scalars(select(Message)).one()
    (file,) = (Path(app.instance_path) / "mail").glob("*.eml")
    assert file.stem == message.message_id.strip("<>")
    assert message_from_bytes(file.read_bytes(), policy=SMTP)["To"] == "rena@example.org"


def test_the_command_sends_one_pass(app: Flask, make: Maker) -> None:
    event = make.event()
    for name in ("rena", "ali"):
        make.registration(event, f"{name}@example.org")
    db.session.remove()

    def run() -> Result:
        return app.test_cli_runner().invoke(args=["send-mail"])

    assert (run().output, run().output) == ("2 sent\n", "0 sent\n")
    assert len(list((Path(app.instance_path) / "mail").glob("*.eml"))) == 2


def test_the_worker_also_frees_what_was_held_too_long(app_on_both: Flask, make: Maker) -> None:
    event = make.event()
    late, early = make.registration(event), make.registration(event, "ali@example.org")
    with unit_of_work():
        registrations.confirm(early, now=make.now)
        past = datetime.now(UTC) - timedelta(minutes=1)
        db.session.execute(update(Registration).where(Registration.id == late.id).values(hold_until=past))
    assert jobs.expire_holds() == 1
    assert (late.status, early.status) == (RegistrationStatus.EXPIRED, RegistrationStatus.CONFIRMED)
    assert db.session.scalars(select(Event.seats_taken)).one() == 1
    assert jobs.expire_holds() == 0


def test_a_message_wakes_the_worker(app: Flask, make: Maker) -> None:
    huey = app.extensions["huey"]
    make.event()
    assert huey.pending_count() == 0
    make.registration(db.session.scalars(select(Event)).one())
    assert huey.pending_count() == 1


def test_a_worker_that_cannot_be_woken_loses_nothing(
    app: Flask, make: Maker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*arguments: object, **named: object) -> None:
        raise ConnectionError("secret address of a queue")

    monkeypatch.setattr(app.extensions["huey"], "enqueue", fail)
    make.registration(make.event())
    assert states() == [("confirm-address", Status.QUEUED)]
    assert "could not be woken" in caplog.text
    assert "secret" not in caplog.text
