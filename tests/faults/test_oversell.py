"""Three hundred people want a hundred places at the same moment, from several processes."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from campaign.db import db
from campaign.domain.registration import HOLDS_SEAT
from campaign.models import Event, Message, Registration
from tests.make import Maker
from tests.servers import ROOT

PLACES, PEOPLE, PROCESSES, THREADS = 100, 300, 4, 4

pytestmark = pytest.mark.xdist_group("crowd")


def rush(event_id: int, environment: Mapping[str, str], *options: str) -> Counter[str]:
    """Let everybody register at once; return how often each thing happened."""
    each = PEOPLE // PROCESSES
    happened: Counter[str] = Counter()
    with ExitStack() as stack:
        crowd = []
        for number in range(PROCESSES):
            arguments = [str(one) for one in (event_id, number * each, each, THREADS)]
            command = [sys.executable, "-m", "tests.faults.crowd", *arguments, *options]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
            process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, **pipes)  # type: ignore[call-overload]
            crowd.append(stack.enter_context(process))
        for process in crowd:
            assert process.stdout.readline() == "ready\n"
        for process in crowd:
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in crowd:
            happened.update(json.loads(process.stdout.readline()))
    return happened


def settings(app: Flask, environment: Mapping[str, str]) -> dict[str, str]:
    return {**environment, "DATABASE_URL": app.config["SETTINGS"].database_url}


def held(event: Event) -> int:
    """Return how many places people hold, by counting them."""
    db.session.rollback()
    people = select(func.sum(Registration.party_size)).where(
        Registration.event_id == event.id, Registration.status.in_(HOLDS_SEAT)
    )
    return db.session.scalars(people).one()


def test_a_hundred_places_are_a_hundred_places(app_on_both: Flask, environment: Mapping[str, str], make: Maker) -> None:
    event = make.event(capacity=PLACES)
    event_id = event.id
    db.session.rollback()
    happened = rush(event_id, settings(app_on_both, environment))
    assert happened == {"taken": PLACES, "event-full": PEOPLE - PLACES}
    assert held(event) == event.seats_taken == PLACES
    assert db.session.scalars(select(func.count(Message.id))).one() == PLACES


def test_without_the_guards_they_are_more(app_on_both: Flask, environment: Mapping[str, str], make: Maker) -> None:
    """The control: the same rush, and what it would do to a program that counts and then inserts."""
    event = make.event(capacity=PLACES)
    event_id = event.id
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":  # in SQLite each connection leaves the constraint out by itself
        with db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE event DROP CONSTRAINT ck__event__never_oversold"))
    happened = rush(event_id, settings(app_on_both, environment), "--unguarded")
    assert happened["taken"] > PLACES
    assert held(event) > PLACES
