"""A mail server that is busy, says no, is away, hangs up or takes its time: no registration suffers."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from threading import Thread

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from sqlalchemy import select, update

from campaign.db import db, unit_of_work
from campaign.domain.message import Status
from campaign.domain.registration import Status as RegistrationStatus
from campaign.mail import delivery, transport
from campaign.models import Message, Registration
from tests import servers
from tests.make import Maker
from tests.servers import Inbox


class Moody(Inbox):
    """Gives each mail the next of its answers; after them it takes every mail.

    "drop" hangs up instead of answering, which for the sender looks the same before and after the mail was taken.
    """

    def __init__(self) -> None:
        super().__init__()
        self.moods: list[str] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.answer = self.moods.pop(0) if self.moods else "250 taken"
        if self.answer.endswith("drop"):
            is_taken, self.answer = self.answer == "take and drop", "250 taken"
            if is_taken:
                await super().handle_DATA(server, session, envelope)
            server.transport.abort()
            await asyncio.sleep(1)
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture
def inbox() -> Moody:
    return Moody()


@pytest.fixture
def environment(environment: dict[str, str], inbox: Moody) -> Iterator[dict[str, str]]:
    with servers.smtp(inbox) as address:
        yield {**environment, "SMTP_URL": address}


@pytest.fixture
def registration(app: Flask, make: Maker) -> Registration:
    """Return a registration whose mail is queued."""
    return make.registration(make.event())


def message() -> Message:
    db.session.rollback()
    return db.session.scalars(select(Message)).one()


def later() -> None:
    """Let the time come at which the message is tried again."""
    with unit_of_work():
        db.session.execute(update(Message).values(due_at=datetime.now(UTC)))


def check_registered(registration: Registration) -> None:
    db.session.rollback()
    assert registration.status is RegistrationStatus.PENDING
    assert registration.event.seats_taken == 1


@pytest.mark.parametrize(
    ("mood", "error"),
    [
        ("450 busy", "450 busy"),
        ("421 shutting down", "421 shutting down"),
        ("drop", "SMTPServerDisconnected"),
    ],
)
def test_what_may_pass_is_tried_again_later(
    registration: Registration, inbox: Moody, app: Flask, mood: str, error: str
) -> None:
    inbox.moods = [mood, mood]
    for attempt in (1, 2):
        assert delivery.send_due() == 0
        one = message()
        assert (one.status, one.attempts, one.last_error) == (Status.QUEUED, attempt, error)
        wait = one.due_at - datetime.now(UTC)
        assert timedelta(seconds=25) < wait / attempt <= timedelta(seconds=30)  # it doubles
        assert delivery.send_due() == 0  # not before its time
        later()
    assert delivery.send_due() == 1
    assert (message().status, message().last_error) == (Status.SENT, None)
    assert len(inbox.mails) == 1
    check_registered(registration)


def test_what_is_final_is_not_tried_again(registration: Registration, inbox: Moody, app: Flask) -> None:
    inbox.moods = ["550 no such person"]
    assert delivery.send_due() == 0
    assert (message().status, message().last_error) == (Status.FAILED, "550 no such person")
    later()
    assert delivery.send_due() == 0
    assert inbox.mails == []
    check_registered(registration)


def test_a_mail_whose_answer_was_lost_comes_again_under_its_own_name(
    registration: Registration, inbox: Moody, app: Flask
) -> None:
    inbox.moods = ["take and drop"]
    assert delivery.send_due() == 0
    assert (message().status, message().last_error) == (Status.QUEUED, "SMTPServerDisconnected")
    later()
    assert delivery.send_due() == 1
    names = [message_from_bytes(mail)["Message-ID"] for mail in inbox.mails]
    assert names == [message().message_id] * 2
    check_registered(registration)


def test_one_bad_answer_stops_none_of_the_others(app: Flask, inbox: Moody, make: Maker) -> None:
    event = make.event()
    for name in "abc":
        make.registration(event, f"{name}@example.org")
    inbox.moods = ["250 taken", "450 busy", "250 taken"]
    assert delivery.send_due() == 2
    assert inbox.recipients == ["a@example.org", "c@example.org"]
    states = db.session.scalars(select(Message.status).order_by(Message.id)).all()
    assert states == [Status.SENT, Status.QUEUED, Status.SENT]


def test_a_slow_server_is_waited_for_and_nobody_else_waits(
    registration: Registration, inbox: Moody, app: Flask, make: Maker
) -> None:
    inbox.delay = 1.0
    sending = Thread(target=in_context(app, delivery.send_due))
    sending.start()
    event = registration.event
    begun = datetime.now(UTC)
    make.registration(event, "ali@example.org")  # while the mail is on its way, the database is free
    assert datetime.now(UTC) - begun < timedelta(seconds=0.9)
    sending.join()
    assert len(inbox.mails) == 2  # the second was there in time to go along
    assert db.session.scalars(select(Message.status)).all() == [Status.SENT] * 2


def test_a_server_that_is_too_slow_is_left(
    registration: Registration, inbox: Moody, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "TIMEOUT", 0.3)
    inbox.delay = 1.0
    assert delivery.send_due() == 0
    assert (message().status, message().last_error) == (Status.QUEUED, "SMTPServerDisconnected")
    check_registered(registration)


def in_context(app: Flask, act: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        with app.app_context():
            act()

    return run


@contextmanager
def deaf() -> Iterator[str]:
    """Listen at a port and never say a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"smtp://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def absent() -> Iterator[str]:
    yield f"smtp://127.0.0.1:{servers.free_port()}"


class TestElsewhere:
    """No SMTP server at all."""

    @pytest.fixture(params=[absent, deaf], ids=["absent", "deaf"])
    def environment(self, environment: dict[str, str], request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
        with request.param() as address:
            yield {**environment, "SMTP_URL": address}

    def test_a_server_that_is_away_or_silent_loses_nothing(
        self, registration: Registration, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(transport, "TIMEOUT", 0.3)
        assert delivery.send_due() == 0
        one = message()
        assert (one.status, one.attempts) == (Status.QUEUED, 1)
        assert one.last_error in ("ConnectionRefusedError", "TimeoutError", "SMTPServerDisconnected")
        check_registered(registration)
