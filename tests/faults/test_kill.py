"""kill -9 of workers in the middle of their mails: each mail arrives, whoever dies."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.message import LEASE, Status
from campaign.models import Message, Registration
from campaign.services import outbox
from tests import servers
from tests.faults.killing import Ponderous, arrived, kill_in_turn, let_leases_run_out
from tests.make import Maker
from tests.servers import PATIENCE, Inbox, running, wait_for

MAILS, BEFORE_THE_KILL = 100, 30
MANY = 400
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

    let_leases_run_out()
    with running(WORKER, environment):
        wait_for(lambda: all(one.status is Status.SENT for one in messages()), what="the last mails")

    assert set(inbox.recipients) == {f"person-{number}@example.org" for number in range(MAILS)}
    assert set(arrived(inbox)) == {one.message_id for one in messages()}
    repeated = {name: count for name, count in arrived(inbox).items() if count > 1}
    assert repeated == {in_hand_name: 2}  # nobody can know that it had arrived, but its name tells
    assert len(db.session.scalars(select(Registration.id)).all()) == MAILS


class TestFourWorkers:
    """Four of them at once, of which one is killed each second."""

    @pytest.fixture
    def inbox(self) -> Inbox:
        return Ponderous()

    def test_nothing_is_lost_and_only_what_was_not_marked_comes_twice(
        self, app_on_both: Flask, environment: Mapping[str, str], inbox: Inbox, now: datetime
    ) -> None:
        environment = {**environment, "DATABASE_URL": app_on_both.config["SETTINGS"].database_url}
        with unit_of_work():
            for number in range(MANY):
                one = f"person-{number}@example.org"
                outbox.put("account", unique_key=one, to=one, language="en", now=now, subject="News", body="Hello")
        toll = kill_in_turn(environment, inbox)
        assert toll.kills >= 7
        assert toll.lost == set()
        assert set(toll.before.values()) == {1}  # while they live, no two of them send the same
        assert len(toll.fell) <= toll.kills
        assert toll.repeated == toll.unsure
