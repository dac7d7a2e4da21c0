"""The same tickets at four doors at the same moment: nobody comes in twice."""

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.db import db, unit_of_work
from campaign.models import Event, Registration, Scan
from campaign.services import registrations
from tests.make import Maker
from tests.servers import ROOT

PARTIES, SIZE, DOORS = 15, 3, 4

pytestmark = pytest.mark.xdist_group("crowd")


@pytest.fixture
def event(app_on_both: Flask, make: Maker, now: datetime) -> Event:
    """Return an event with parties of three."""
    event = make.event(capacity=PARTIES * SIZE)
    for number in range(PARTIES):
        registration = make.registration(event, f"person-{number}@example.org", party_size=SIZE)
        with unit_of_work():
            registrations.confirm(registration, now=now)
    return event


def here(app: Flask, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the settings with which another process sees the same database."""
    return {**environment, "DATABASE_URL": app.config["SETTINGS"].database_url}


def all_doors(event_id: int, environment: Mapping[str, str], *options: str) -> None:
    """Let everybody in at every door at once."""
    with ExitStack() as stack:
        crowd = []
        for door in range(DOORS):
            command = [sys.executable, "-m", "tests.faults.door_crowd", str(event_id), str(door), *options]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
            process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, **pipes)  # type: ignore[call-overload]
            crowd.append(stack.enter_context(process))
        for process in crowd:
            assert process.stdout.readline() == "ready\n"
        for process in crowd:
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in crowd:
            assert process.stdout.readline() == "done\n"


def shown(event: Event) -> list[int]:
    """Return how many came in by each ticket, by what the doors told."""
    db.session.rollback()
    sums = select(func.sum(Scan.people)).join(Registration).where(Registration.event_id == event.id)
    return list(db.session.scalars(sums.group_by(Scan.registration_id)))


def test_nobody_comes_in_twice(app_on_both: Flask, environment: Mapping[str, str], event: Event) -> None:
    event_id = event.id
    db.session.rollback()
    all_doors(event_id, here(app_on_both, environment))
    assert shown(event) == [SIZE] * PARTIES
    assert event.attended == PARTIES * SIZE
    sizes = db.session.scalars(select(Registration.attended_size).where(Registration.event_id == event_id))
    assert list(sizes) == [SIZE] * PARTIES


def test_without_the_guards_some_do(app_on_both: Flask, environment: Mapping[str, str], event: Event) -> None:
    """The control: the same doors, reading first and writing then, without the event's lock."""
    event_id = event.id
    db.session.rollback()
    all_doors(event_id, here(app_on_both, environment), "--unguarded")
    counted = shown(event)
    assert max(counted) > SIZE or event.attended != sum(counted)
