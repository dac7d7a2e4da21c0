"""kill -9 of the worker in the middle of two hundred mails: each arrives, whoever dies."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from sqlalchemy import select, update

from campaign.db import db, unit_of_work
from campaign.domain.message import LEASE, Status
from campaign.models import Message, Registration
from tests import servers
from tests.make import Maker
from tests.servers import PATIENCE, Inbox, running, wait_for

MAILS, BEFORE_THE_KILL = 200, 60
WORKER = ["flask", "--app", "wsgi", "worker"]


class Held(Inbox):
    """Takes every mail, and keeps the sender of one waiting for the answer: that is when it is killed."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if len(self.mails) == BEFORE_THE_KILL:
            await asyncio.sleep(PATIENCE)
        return answer


@pytest.fixture
def inbox() -> Inbox:
    return Held()


@pytest.fixture
def environment(environment: dict[str, str], inbox: Inbox) -> Iterator[dict[str, str]]:
    with servers.smtp(inbox) as address:
        yield {**environment, "SMTP_URL": address}


def messages() -> list[Message]:
    db.session.rollback()
    return list(db.session.scalars(select(Message)))


def names(inbox: Inbox) -> Counter[str]:
    """Return how often each mail came, by its Message-ID."""
    return Counter(str(message_from_bytes(mail)["Message-ID"]) for mail in inbox.mails)


def a_minute_passes() -> None:
    """Let the dead worker's lease run out, without anybody waiting for it."""
    with unit_of_work():
        earlier = Message.lease_until.is_not(None)
        db.session.execute(update(Message).where(earlier).values(lease_until=datetime.now(UTC) - timedelta(seconds=1)))


def test_every_mail_arrives_though_the_worker_is_killed(
    app_on_both: Flask, environment: Mapping[str, str], inbox: Inbox, make: Maker
) -> None:
    environment = {**environment, "DATABASE_URL": app_on_both.config["SETTINGS"].database_url}
    event = make.event(capacity=None)
    for number in range(MAILS):
        make.registration(event, f"person-{number}@example.org")
    db.session.rollback()

    with running(WORKER, environment) as worker:
        wait_for(lambda: len(inbox.mails) == BEFORE_THE_KILL, what="the first mails")
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    states = Counter(one.status for one in messages())
    assert states == {
        Status.SENT: BEFORE_THE_KILL - 1,
        Status.SENDING: 1,
        Status.QUEUED: MAILS - BEFORE_THE_KILL,
    }
    (in_hand,) = [one for one in messages() if one.status is Status.SENDING]
    assert in_hand.lease_until is not None
    assert datetime.now(UTC) < in_hand.lease_until <= datetime.now(UTC) + LEASE
    in_hand_name = in_hand.message_id

    a_minute_passes()
    with running(WORKER, environment):
        wait_for(lambda: all(one.status is Status.SENT for one in messages()), what="the last mails")

    assert set(inbox.recipients) == {f"person-{number}@example.org" for number in range(MAILS)}
    assert set(names(inbox)) == {one.message_id for one in messages()}
    repeated = {name: count for name, count in names(inbox).items() if count > 1}
    assert repeated == {in_hand_name: 2}  # nobody can know that it had arrived, but its name tells
    assert len(db.session.scalars(select(Registration.id)).all()) == MAILS
