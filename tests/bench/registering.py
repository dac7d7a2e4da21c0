"""How many people register in a second: form fetched and sent, over HTTP, beside a route that inserts one row.

The site stands as one does in public: behind a proxy, with https, every limit counted, each person from a network of
their own. Mails are queued, not sent; what was answered is afterwards counted in the database.
"""

import re
import statistics
import subprocess
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import func, select

from campaign.db import db
from campaign.domain.registration import HOLDS_SEAT
from campaign.models import Audit, Consent, Event, Message, Registration
from tests.bench.figure import Figure
from tests.bench.web_servers import HOST, Server, granian, processor_seconds
from tests.make import Maker

SCRIPT = Path(__file__).with_suffix(".lua")
CLIENTS = 16
SLUG = "registering"
OPEN_SECONDS = 2.2
"""How long a person looks at the form; quicker ones are taken for robots."""
EVENTS = 24
"""Without a limit; so many that none is asked for proofs of work because of the rush."""
PLACES = 20_000
COMPLETE, OF_FLOOR, OF_SQLITE, P99_MS = 100, 0.1, 0.75, 250
FORM, POST, LIMITED = "complete registrations", "posts alone", "posts alone, to one event with a capacity"


@dataclass
class Load:
    """What was measured in all rounds of one case."""

    rates: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second, of the round in the middle."""
        return statistics.median(self.rates)

    @property
    def cost(self) -> float:
        """Milliseconds of the server's processors that one answer took, of the round in the middle."""
        return statistics.median(self.costs)

    @property
    def p99(self) -> float:
        """The milliseconds within which 99 of 100 were answered."""
        return statistics.quantiles(self.took, n=100)[-1]


@dataclass(frozen=True)
class Case:
    """Where what is sent, and what keeps the count of it."""

    server: Server
    what: str
    paths: Sequence[str]
    count: Callable[[], int] | None = None

    def settled(self) -> int:
        """Return how many are stored, once what was still on its way has arrived."""
        before, now = -1, 0
        while self.count and before != now:
            time.sleep(1)
            before, now = now, self.count()
        return now


def figures(
    sites: Mapping[str, tuple[Flask, Mapping[str, str]]], folder: Path, *, rounds: int, seconds: int
) -> dict[str, list[Figure]]:
    """Return the figures of each database; the sites by its name, each an application and its environment."""
    with ExitStack() as running:
        environment = {"FLOOR_DATABASE": str(folder / "floor.db")}
        floor = running.enter_context(granian("tests.bench.floor:app", environment))
        cases = {"": Case(floor, "row", ["/row"])}
        for database, (app, environment) in sites.items():
            unlimited, limited = lay(app)
            server = running.enter_context(granian("wsgi:app", {**environment, "TRUSTED_PROXIES": "1"}))
            for name, what, paths in ((FORM, "form", unlimited), (POST, "post", unlimited), (LIMITED, "post", limited)):
                cases[f"{name} {database}"] = Case(server, what, paths, lambda app=app: stored(app))
        loads = measure(cases, rounds=rounds, seconds=seconds)
    for app, _environment in sites.values():
        check(app)
    return {database: list(_figures(loads, database, next(iter(sites)))) for database in sites}


def lay(app: Flask) -> tuple[list[str], list[str]]:
    """Make a campaign with its events; return the forms of those without a limit, and of the one with many places."""
    make = Maker(datetime.now(UTC))
    start = datetime(make.now.year + 1, 2, 26, 18)
    when = {"starts": start, "ends": start + timedelta(hours=2)}
    with app.app_context():
        edition = make.edition(make.campaign(SLUG), start.year)
        places = [PLACES] + [None] * EVENTS
        events = [
            make.event(edition, city=f"Town {number}", capacity=capacity, **when)
            for number, capacity in enumerate(places)
        ]
        paths = [f"/{SLUG}/{start.year}/{event.slug}/register" for event in events]
    return paths[1:], paths[:1]


def measure(cases: Mapping[str, Case], *, rounds: int, seconds: int) -> dict[str, Load]:
    """Return what each case can do; every second round goes backwards."""
    loads = {name: Load() for name in cases}
    for case in cases.values():  # each process has read its templates, and compiled its queries
        send(case, Load(), seconds=2)
    for number in range(rounds):
        for name in cases if number % 2 == 0 else reversed(cases):
            send(cases[name], loads[name], seconds=seconds)
            said = f"{loads[name].rates[-1]:,.0f} a second, {loads[name].costs[-1]:.2f} ms of a processor each"
            click.echo(f"  {name or 'one row inserted'}: {said}", err=True)
    return loads


def send(case: Case, load: Load, *, seconds: int) -> None:
    """Send forms for so long, and note how many a second were taken, and the milliseconds of each."""
    before, patience = case.settled(), OPEN_SECONDS if case.what != "row" else 0
    command = ["wrk", f"-t{CLIENTS}", f"-c{CLIENTS}", f"-d{seconds + patience:.0f}s", "--timeout", "20s"]
    command += ["-H", f"Host: {HOST}", "-s", str(SCRIPT), case.server.address, "--"]
    command += [case.what, str(patience), uuid.uuid4().hex[:12], *case.paths]
    worked = processor_seconds(case.server)
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    worked = processor_seconds(case.server) - worked
    threads = re.findall(r"Sent: (\d+) in ([\d.]+) s, (\d+) others: (.*)", said)
    assert len(threads) == CLIENTS and not any(int(others) for _, _, others, _ in threads), said[:2000]
    sent = sum(int(number) for number, _seconds, _others, _took in threads)
    if case.count:  # what was on its way when the time was over may be there without an answer
        there = case.settled() - before
        assert 0 <= there - sent <= CLIENTS, f"{sent} were taken, {there} are there"
    load.rates.append(sum(int(number) / float(lasted) for number, lasted, _others, _took in threads))
    load.costs.append(1000 * worked / max(sent, 1))
    load.took += [float(one) for *_rest, took in threads for one in took.split()]


def stored(app: Flask) -> int:
    """Return how many registrations there are."""
    with app.app_context():
        return db.session.scalars(select(func.count(Registration.id))).one()


def check(app: Flask) -> None:
    """See that each registration has its mail, its consent and its line in the audit, and that the places add up."""
    with app.app_context():
        of_one = (
            Message.kind == "confirm-address",
            Audit.action == "register",
            Consent.withdrawn_at.is_(None),
        )
        there = stored(app)
        found = [db.session.scalars(select(func.count()).where(one)).one() for one in of_one]
        assert found == [there] * len(of_one), f"{there} registrations, but {found} mails, lines and consents"
        held = select(func.coalesce(func.sum(Registration.party_size), 0))
        held = held.where(Registration.event_id == Event.id, Registration.status.in_(HOLDS_SEAT))
        wrong = select(Event.slug).where(Event.seats_taken != held.scalar_subquery())
        assert not db.session.scalars(wrong).all()


def _figures(loads: Mapping[str, Load], database: str, first: str) -> Sequence[Figure]:
    """Return what is asked of a database; of the second, as much as of the first in proportion."""
    form, post, limited = (loads[f"{name} {database}"] for name in (FORM, POST, LIMITED))
    floor, share = loads[""].rate, 1 if database == first else OF_SQLITE
    first_form, first_post = (loads[f"{name} {first}"].rate for name in (FORM, POST))
    least_form = COMPLETE if database == first else first_form * OF_SQLITE
    least_post = floor * OF_FLOOR if database == first else first_post * OF_SQLITE
    return [
        Figure(FORM, form.rate, "a second", least=least_form),
        Figure(POST, post.rate, "a second", least=least_post),
        Figure(LIMITED, limited.rate, "a second"),
        Figure("posts beside one row inserted by a bare Flask route", post.rate / floor, "×", least=OF_FLOOR * share),
        Figure("p99 of a post", max(form.p99, post.p99, limited.p99), "ms", P99_MS),
    ]
