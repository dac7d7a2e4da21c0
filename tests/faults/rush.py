"""Several processes that act on one event at the same moment, and a look at the places meanwhile."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from flask import Flask
from sqlalchemy import func, select, text

from campaign.db import db
from campaign.domain.registration import HOLDS_SEAT
from campaign.models import Registration
from tests.servers import ROOT

PROCESSES, THREADS = 4, 5
Deed = tuple[str, int]
"""What somebody does, and who or whose registration."""


def rush(
    app: Flask, environment: Mapping[str, str], event_id: int, deeds: Sequence[Deed], *options: str
) -> tuple[Counter[str], int]:
    """Let all this happen at once; return how often each thing happened, and the most places ever held."""
    settings = {**os.environ, **environment, "DATABASE_URL": app.config["SETTINGS"].database_url}
    happened: Counter[str] = Counter()
    most = 0
    with ExitStack() as stack:
        command = [sys.executable, "-m", "tests.faults.crowd", str(event_id), str(THREADS), *options]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        crowd = [
            stack.enter_context(subprocess.Popen(command, cwd=ROOT, env=settings, **pipes))  # type: ignore[call-overload]
            for _number in range(PROCESSES)
        ]
        for process in crowd:
            assert process.stdout.readline() == "ready\n"
        for number, process in enumerate(crowd):
            process.stdin.write(json.dumps(deeds[number::PROCESSES]) + "\n")
            process.stdin.flush()
        while any(process.poll() is None for process in crowd):
            most = max(most, held(event_id))
        for process in crowd:
            happened.update(json.loads(process.stdout.readline()))
    return happened, most


def held(event_id: int) -> int:
    """Return how many places people hold, by counting them."""
    db.session.rollback()
    people = select(func.coalesce(func.sum(Registration.party_size), 0)).where(
        Registration.event_id == event_id, Registration.status.in_(HOLDS_SEAT)
    )
    count = db.session.scalars(people).one()
    db.session.rollback()
    return count


def drop_the_constraint() -> None:
    """Let PostgreSQL store more than there are places; in SQLite each connection leaves it out by itself."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE event DROP CONSTRAINT ck__event__never_oversold"))
