"""Workers that are killed one after the other while they send, and a reckoning of what became of the mails."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select, update

from campaign.db import db, unit_of_work
from campaign.domain.message import Status
from campaign.mail import delivery
from campaign.models import Message
from tests.servers import ROOT, Inbox, wait_for

WORKERS = 4


class Ponderous(Inbox):
    """Is slow to take each mail, and again to say so: many kills fall into the one time or the other."""

    def __init__(self, *, delay: float = 0.02) -> None:
        super().__init__(delay=delay)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take one mail."""
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(self.delay)
        return answer


@dataclass(frozen=True)
class Toll:
    """What became of the mails, by their Message-IDs."""

    kills: int
    queued: frozenset[str]
    """What was to be sent."""
    fell: frozenset[str]
    """What a worker had claimed and not marked when it was killed."""
    before: Counter[str]
    """How often each arrived until every worker had stopped."""
    after: Counter[str]
    """How often each arrived in the end, what fell having been taken up."""

    @property
    def lost(self) -> set[str]:
        """What never arrived."""
        return set(self.queued - self.after.keys())

    @property
    def repeated(self) -> set[str]:
        """What arrived more than once."""
        return {name for name, count in self.after.items() if count > 1}

    @property
    def unsure(self) -> set[str]:
        """What arrived without being marked: a worker was killed between sending and marking."""
        return set(self.fell & self.before.keys())


def kill_in_turn(environment: Mapping[str, str], inbox: Inbox, *, every: float = 1.0) -> Toll:
    """Let four workers send all that is queued; kill -9 one of them each second and start another in its place.

    In the end all are killed, the leases of the dead run out, and this process sends the rest.
    """
    queued, kills = _names(Status.QUEUED), WORKERS
    with litter(environment) as workers:
        for _number in range(WORKERS):
            workers.another()
        wait_for(lambda: bool(inbox.mails), what="the first mail")
        while _names(Status.QUEUED):
            time.sleep(every)
            workers.kill(workers.alive[0])
            workers.another()
            kills += 1
    fell, before = _names(Status.SENDING), arrived(inbox)
    let_leases_run_out()
    delivery.send_due()
    return Toll(kills, queued, fell, before, arrived(inbox))


def arrived(inbox: Inbox) -> Counter[str]:
    """Return how often each mail came, by its Message-ID."""
    return Counter(str(message_from_bytes(mail)["Message-ID"]) for mail in inbox.mails)


def let_leases_run_out() -> None:
    """Let the time of dead workers pass, without anybody waiting for it."""
    with unit_of_work():
        held = update(Message).where(Message.lease_until.is_not(None))
        db.session.execute(held.values(lease_until=datetime.now(UTC) - timedelta(seconds=1)))


@dataclass(frozen=True)
class Litter:
    """The workers that live, by their process ids."""

    mother: subprocess.Popen[str]
    alive: list[int] = field(default_factory=list)

    def another(self) -> None:
        """Start one more."""
        assert self.mother.stdin and self.mother.stdout
        self.mother.stdin.write("\n")
        self.mother.stdin.flush()
        self.alive.append(int(self.mother.stdout.readline()))

    def kill(self, worker: int) -> None:
        """Kill one with -9 and wait until it has gone."""
        os.kill(worker, signal.SIGKILL)
        wait_for(lambda: not Path(f"/proc/{worker}").exists(), what="its end")
        self.alive.remove(worker)


@contextmanager
def litter(environment: Mapping[str, str]) -> Iterator[Litter]:
    """Keep workers, and kill those that are left in the end."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    command = [sys.executable, "-m", "tests.faults.litter"]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, **pipes) as mother:  # type: ignore[call-overload]
        workers = Litter(mother)
        assert mother.stdout.readline() == "ready\n"
        try:
            yield workers
        finally:
            for worker in [*workers.alive]:
                workers.kill(worker)
            mother.stdin.close()


def _names(status: Status) -> frozenset[str]:
    """Return the Message-IDs of all mails in a state."""
    db.session.rollback()
    return frozenset(db.session.scalars(select(Message.message_id).where(Message.status == status)))
