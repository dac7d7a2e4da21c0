"""How quickly a worker sends mails over SMTP, and what becomes of them when workers are killed."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select

from campaign import config
from campaign.app import create_app
from campaign.db import db, unit_of_work
from campaign.models import Event, Registration
from campaign.services import messages, registrations
from campaign.services.registrations import Submission
from tests import servers
from tests.bench.figure import Figure
from tests.faults.killing import kill_in_turn, litter
from tests.make import Maker
from tests.servers import Inbox

PEOPLE = 500
ROUNDS = 3
"""How many mails each of them gets from the workers that are killed."""
MOST = 10.0
"""Milliseconds that a mail may take: a hundred of them a second."""


class Clocked(Inbox):
    """Notes when each mail comes."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take one mail."""
        self.times.append(time.perf_counter())
        return await super().handle_DATA(server, session, envelope)

    def empty(self) -> None:
        """Forget all that came."""
        self.mails.clear()
        self.times.clear()


def figures(environment: Mapping[str, str]) -> list[Figure]:
    """Measure workers of the site with these settings, whose tables are there; return what was asked of them.

    Each runs in a process of its own, as `flask worker` does, and speaks to a real SMTP server in this one.
    """
    inbox = Clocked()
    with servers.smtp(inbox) as address:
        there = {**environment, "SMTP_URL": address}
        with create_app(config.read(there)).app_context():
            event = _full_house()
            asking = _milliseconds(there, inbox)
            _confirm(event)
            bringing = _milliseconds(there, inbox)
            _thank(event)
            inbox.empty()
            toll = kill_in_turn(there, inbox)
            db.session.remove()
            db.engine.dispose()
    count = f"of {len(toll.queued):,}"
    return [
        Figure("a worker's mail that asks to confirm", asking, "ms", MOST),
        Figure("a worker's mail with ticket and calendar entry", bringing, "ms", MOST),
        Figure("mails lost by four workers, a kill -9 each second", len(toll.lost), count, 0),
        Figure("mails repeated that were marked as sent", len(toll.repeated - toll.unsure), count, 0),
    ]


def _milliseconds(environment: Mapping[str, str], inbox: Clocked) -> float:
    """Let one worker send a mail to each person; return how long one took, from the first to the last."""
    inbox.empty()
    with litter(environment) as workers:
        workers.another()
        servers.wait_for(lambda: len(inbox.times) == PEOPLE, what="the last mail", seconds=120)
    return (inbox.times[-1] - inbox.times[0]) / (PEOPLE - 1) * 1000


def _full_house() -> Event:
    """Return an event that many have registered for, each with a mail queued."""
    make = Maker(datetime.now(UTC))
    event = make.event(make.edition(make.campaign("mails"), make.now.year + 1), capacity=None)
    with unit_of_work():
        for number in range(PEOPLE):
            one = Submission(name="Rena", email=f"person-{number}@example.org", language="en")
            registrations.register(event, one, now=make.now)
    return event


def _confirm(event: Event) -> None:
    with unit_of_work():
        for one in _people(event):
            registrations.confirm(one, now=datetime.now(UTC))


def _thank(event: Event) -> None:
    with unit_of_work():
        for one in _people(event):
            for number in range(ROUNDS):
                messages.write("thank-you", one, key=f"thanks-{number}:{one.id}", now=datetime.now(UTC))


def _people(event: Event) -> list[Registration]:
    return list(db.session.scalars(select(Registration).where(Registration.event_id == event.id)))
