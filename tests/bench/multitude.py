"""A million people in the database: what an organizer's lists, searches and files cost then.

Twenty events of 5,000 people are laid row by row, everything personal encrypted as ever; nine more years are their
copies, so that everybody has come ten times. `python -m tests.bench.multitude` writes a year's out, in a process of its
own, and prints the seconds and the bytes of memory that it took.
"""

import json
import os
import re
import secrets
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

from flask import Flask
from sqlalchemy import func, insert, select, update
from werkzeug.test import TestResponse

from campaign import config
from campaign.app import create_app
from campaign.db import db, unit_of_work
from campaign.domain.permission import Role
from campaign.domain.question import Kind
from campaign.domain.registration import Status
from campaign.keys import address_hash, new_token, seal, token_hash
from campaign.models import Answer, Edition, Event, Registration, User
from campaign.services import members
from campaign.services.people import PAGE_SIZE, Sort
from tests import servers
from tests.bench import crowd
from tests.bench.figure import Figure
from tests.bench.web_servers import HOST
from tests.make import Maker

SLUG, YEAR = "multitude", datetime.now(UTC).year + 1
YEARS, EVENTS, AT_EVENT = 10, 20, 5_000
OF_YEAR = f"/manage/{SLUG}/{YEAR}/registrations/"
OWNER, SITE = "owner@multitude.example", f"https://{HOST}"
FIRST = ("Rəna", "Əli", "Sevda", "Ayşe", "Çağlar", "Jürgen", "Zoë", "Иван", "Мария", "نسرين", "Ana", "José", "Kim")
LAST = ("Quliyeva", "Yılmaz", "Müller", "Smith", "Петрова", "García", "حسن", "O’Neill", "Nguyễn", "Şahin", "Dupont")
STATES = (*[Status.CONFIRMED] * 15, *[Status.PENDING] * 2, Status.WAITING, Status.ATTENDED, Status.CANCELLED)
ROUNDS = 9
TABLE = Registration.__table__


class Organizer:
    """Somebody's browser, signed in."""

    def __init__(self, app: Flask) -> None:
        self.http = app.test_client()
        with app.app_context(), unit_of_work():
            owner = db.session.scalars(select(User).where(User.email == OWNER)).one()
            link = f"/account/link/{members.link(owner, now=datetime.now(UTC))}/"
        self.post(link, {})

    def get(self, path: str) -> bytes:
        """Open a page."""
        answer = self.http.get(path, base_url=SITE)
        assert answer.status_code == 200, f"{path}: {answer.status}"
        return answer.data

    def post(self, path: str, form: Mapping[str, str]) -> TestResponse:
        """Send the form that stands on a page; the answer is read as it comes."""
        token = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', self.get(path))
        assert token is not None
        sent = {**form, "csrf_token": token[1].decode()}
        answer = self.http.post(path, data=sent, base_url=SITE, headers={"Referer": SITE})
        assert answer.status_code < 400, f"{path}: {answer.status}"
        return answer


def figures(app: Flask, environment: Mapping[str, str], *, at_event: int = AT_EVENT) -> list[Figure]:
    """Lay them, and return how long pages and files take."""
    lay(app, at_event=at_event)
    organizer, of_year = Organizer(app), EVENTS * at_event
    found = [
        Figure(what, _took(organizer, path), "ms", limit)
        for what, (path, limit) in _pages(app, at_event, of_year).items()
    ]
    seconds, size = _export(environment)
    found.append(Figure(f"{of_year:,} rows written to XLSX", seconds, "s", 15))
    return [*found, Figure("memory that this takes", size / 1e6, "MB", 150)]


def _pages(app: Flask, at_event: int, of_year: int) -> dict[str, tuple[str, float | None]]:
    """Return what is opened: its name, its path and the milliseconds that it may take."""
    event = f"/manage/{SLUG}/{YEAR}/events/evening-in-berlin/registrations/"
    of_event = Registration.event_id == select(func.min(Registration.event_id)).scalar_subquery()
    with app.app_context():
        code = db.session.scalars(select(Registration.code).where(of_event).limit(1)).one()
        first = db.session.scalars(select(func.min(Registration.id)).where(of_event)).one()
        last = seal(json.dumps([Sort.NEWEST, 0, first + PAGE_SIZE, False]), "place")
    people = f"of {at_event:,} people at an event"
    return {
        f"list {people}": (event, 100),
        f"list {people}, by name": (f"{event}?sort=name", None),
        f"list of {of_year:,} people in a year": (OF_YEAR, 100),
        f"list of {of_year:,} people in a year, its last page": (f"{OF_YEAR}?at={last}", 100),
        f"search by name {people}": (f"{event}?q=person+77", 150),
        f"search by ticket {people}": (f"{event}?q={code}", 150),
        f"search by address among {of_year * YEARS:,}": (f"{OF_YEAR}?q=person-{at_event // 2}@example.org", 50),
        f"numbers and plots of {of_year:,}": (f"/manage/{SLUG}/{YEAR}/statistics/", None),
    }


def _took(organizer: Organizer, path: str) -> float:
    """Return the milliseconds of a page, the first one left out."""
    took = []
    for _round in range(ROUNDS + 1):
        begun = time.perf_counter()
        page = organizer.get(path)
        took.append(time.perf_counter() - begun)
        assert "/statistics/" in path or b"Person" in page, f"nobody on {path}"
    return statistics.median(took[1:]) * 1000


def _export(environment: Mapping[str, str]) -> tuple[float, int]:
    """Let another process write a year's people out; return the seconds, and the bytes of memory beyond its own."""
    command = [sys.executable, "-m", "tests.bench.multitude"]
    said = subprocess.run(
        command, cwd=servers.ROOT, env={**os.environ, **environment}, check=True, stdout=subprocess.PIPE, text=True
    )
    seconds, size = json.loads(said.stdout)
    return seconds, size


def write_out() -> None:
    """Take a year's people along as a sheet, as an organizer does, and print the seconds and bytes it took."""
    organizer = Organizer(create_app(config.read()))
    path = f"{OF_YEAR}export/"
    organizer.get(path)
    before, begun = _memory("VmRSS"), time.perf_counter()
    answer = organizer.post(path, {"reason": "Badges", "kind": "xlsx"})
    size = sum(map(len, answer.response))
    seconds = time.perf_counter() - begun
    assert size > 100_000, f"only {size} bytes"
    print(json.dumps([seconds, _memory("VmHWM") - before]))  # noqa: T201


def _memory(what: str) -> int:
    """Return the bytes that this process holds, or ever held."""
    found = re.search(rf"^{what}:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def lay(app: Flask, *, at_event: int) -> None:
    """Fill the database."""
    make = Maker(datetime.now(UTC))
    with app.app_context():
        campaign, owner = make.campaign(SLUG), make.user(OWNER)
        with unit_of_work():
            members.grant(owner, campaign, Role.OWNER, countries=None, actor=None, now=make.now)
        for number in range(YEARS):
            _lay_events(make, make.edition(campaign, YEAR + number))
        first = list(db.session.scalars(select(Event.id).join(Edition).where(Edition.campaign_id == campaign.id)))
        first = sorted(first)[:EVENTS]
        questions = [make.question(db.session.get_one(Event, one), Kind.TEXT).id for one in first]
        for at, (event_id, question) in enumerate(zip(first, questions, strict=True)):
            _lay_people(event_id, question, range(at * at_event, (at + 1) * at_event))
        for number in range(1, YEARS):
            _copy(first, number * EVENTS)
        crowd.tidy()


def _lay_events(make: Maker, edition: Edition) -> None:
    start = datetime(edition.year, 2, 26, 18)
    times = {"starts": start, "ends": start + timedelta(hours=2)}
    for number in range(EVENTS):
        make.event(edition, city=f"Town {number}", capacity=None, **times)


def _lay_people(event_id: int, question_id: int, numbers: range) -> None:
    names = [" ".join(name) for name in product(FIRST, LAST)]
    newest = db.session.scalars(select(func.max(Registration.id))).one() or 0
    rows = [_person(event_id, number, names[number % len(names)]) for number in numbers]
    with unit_of_work():
        db.session.execute(insert(Registration), rows)
        seats = select(func.count()).where(TABLE.c.event_id == event_id).scalar_subquery()
        db.session.execute(update(Event).where(Event.id == event_id).values(seats_taken=seats))
        there = db.session.scalars(select(Registration.id).where(Registration.id > newest)).all()
        value = json.dumps("I need a chair near the door.")
        answers = [{"registration_id": one, "question_id": question_id, "value": value} for one in there]
        db.session.execute(insert(Answer), answers)


def _person(event_id: int, number: int, name: str) -> dict[str, object]:
    address, token = f"person-{number}@example.org", new_token()
    return {
        "event_id": event_id,
        "status": STATES[number % len(STATES)],
        "name": f"{name} Person {number}",
        "email": address,
        "email_hash": address_hash(address),
        "language": ("en", "az", "tr", "de")[number % 4],
        "token": token,
        "token_hash": token_hash(token),
        "submission": str(uuid.uuid4()),
        "ticket": new_token(),
        "code": secrets.token_urlsafe(6).upper(),
        "created_at": datetime.now(UTC) - timedelta(minutes=number % 100_000),
    }


def _copy(events: list[int], ahead: int) -> None:
    """Let everybody who is at these events come to those that were made so many events later, too."""
    random = crowd.DIALECTS[db.engine.dialect.name].random
    own = {
        "event_id": TABLE.c.event_id + ahead,
        "token_hash": crowd.DIALECTS[db.engine.dialect.name].bytes(random),
        "submission": random,
        "ticket": func.substr(random, 1, 32),
    }
    kept = [column for column in TABLE.columns if column.name not in ("id", "calendar_hash")]
    values = select(*(own.get(column.name, column) for column in kept)).where(TABLE.c.event_id.in_(events))
    with unit_of_work():
        db.session.execute(insert(Registration).from_select([column.name for column in kept], values))
        later = [event + ahead for event in events]
        seats = select(Event.seats_taken).where(Event.id == min(events)).scalar_subquery()
        db.session.execute(update(Event).where(Event.id.in_(later)).values(seats_taken=seats))


if __name__ == "__main__":
    write_out()
