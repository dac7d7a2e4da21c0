"""How long it takes to forget very many people, and what those wait for who register meanwhile over HTTP."""

import re
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from itertools import count
from secrets import token_bytes, token_hex, token_urlsafe
from urllib.parse import urlencode, urlsplit

from flask import Flask
from sqlalchemy import String, cast, func, insert, literal, select

from campaign.db import db, unit_of_work
from campaign.domain.question import Kind
from campaign.models import Answer, Consent, Message, Registration
from campaign.services import registrations
from tests import servers
from tests.bench import crowd
from tests.bench.figure import Figure
from tests.bench.web_servers import HOST, granian
from tests.make import Maker

PEOPLE = 100_000
SOME = 10_000
"""How many rows are laid at once."""
CLIENTS, PACE = 4, 0.25
"""How many people register side by side, and the seconds that each lets pass between two forms."""
OF_THEIR_OWN = ("id", "email_hash", "token_hash", "calendar_hash", "submission", "ticket", "code")
SLUG, YEAR = "remembrance", datetime.now(UTC).year + 1


def figures(app: Flask, environment: Mapping[str, str], *, people: int = PEOPLE) -> list[Figure]:
    """Return how long `flask purge` takes for so many, and how long a form took that was sent meanwhile."""
    with app.app_context():
        over, ahead = _lay(people)
        crowd.tidy()
        db.engine.dispose()
    with granian("wsgi:app", {**environment, "TRUSTED_PROXIES": "1"}) as server, _registering(server.address) as took:
        before, begun = len(took), time.monotonic()
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "purge"]
        subprocess.run(command, cwd=servers.ROOT, env={**environment}, check=True, stdout=subprocess.DEVNULL)
        seconds = time.monotonic() - begun
    with app.app_context():
        assert _count(over) == 0, "somebody was not forgotten"
        assert _count(ahead) == len(took), "a form that was taken is not stored"
        db.session.remove()
    waits = took[before:]
    meanwhile = f"a form sent while {people:,} registrations are purged, of {len(waits)}"
    return [
        Figure(f"purge of {people:,} registrations while people register", seconds, "s", 30),
        Figure(f"{meanwhile}: 99th in a hundred", statistics.quantiles(waits, n=100)[98] * 1000, "ms", 250),
        Figure(f"{meanwhile}: longest", max(waits) * 1000, "ms"),
    ]


def _lay(people: int) -> tuple[int, int]:
    """Make an event that ended 40 days ago, with so many who came, and one that is still to come; return their ids."""
    now = datetime.now(UTC)
    then = now - timedelta(days=60)
    ended = (now - timedelta(days=40)).replace(tzinfo=None, microsecond=0)
    make = Maker(then)
    campaign = make.campaign(SLUG)
    times = {"starts": ended - timedelta(hours=2), "ends": ended}
    over = make.event(make.edition(campaign, ended.year), capacity=None, **times)
    answers = {make.question(over, Kind.LONG_TEXT).id: ["I need a chair near the door."]}
    first = make.registration(over, answers=answers)
    with unit_of_work():
        registrations.confirm(first, now=then)
    for begun in range(1, people, SOME):
        with unit_of_work():
            _copy(first, min(SOME, people - begun))
    start = datetime(YEAR, 2, 26, 18)
    times = {"starts": start, "ends": start + timedelta(hours=2)}
    ahead = make.event(make.edition(campaign, YEAR), capacity=None, **times)
    return over.id, ahead.id


def _copy(first: Registration, number: int) -> None:
    """Register so many people as the first one is, with an answer, a consent and two mails each."""
    newest = db.session.scalars(select(func.max(Registration.id))).one()
    kept = {
        column.key: getattr(first, column.key)
        for column in Registration.__table__.columns
        if column.key not in OF_THEIR_OWN
    }
    db.session.execute(insert(Registration), [{**kept, **_own()} for _number in range(number)])
    for table, rows in ((Answer, first.answers), (Consent, first.consents)):
        for row in rows:
            _hang(table, row, {}, newest)
    for mail in db.session.scalars(select(Message).where(Message.registration_id == first.id)):
        own = {
            "unique_key": f"{mail.kind}:" + cast(Registration.id, String),
            "message_id": "<" + Registration.ticket + f".{mail.kind}>",
            "recipient_hash": Registration.email_hash,
        }
        _hang(Message, mail, own, newest)


def _own() -> dict[str, object]:
    hashes = {name: token_bytes(32) for name in ("email_hash", "token_hash", "calendar_hash")}
    return {**hashes, "submission": str(uuid.uuid4()), "ticket": token_hex(16), "code": token_urlsafe(6)}


def _hang(table: type[Answer | Consent | Message], row: object, own: Mapping[str, object], newest: int) -> None:
    """Give everybody since `newest` a row like this one."""
    columns = [column for column in table.__table__.columns if column.key not in ("id", "registration_id")]
    values = {column.key: own.get(column.key, literal(getattr(row, column.key), column.type)) for column in columns}
    rows = select(Registration.id, *values.values()).where(Registration.id > newest)
    db.session.execute(insert(table).from_select(["registration_id", *values], rows))


@contextmanager
def _registering(site: str) -> Iterator[list[float]]:
    """Let people register at the event to come for as long as it is entered; yield the seconds of each form."""
    took: list[float] = []
    is_over = threading.Event()
    numbers = count()

    def register() -> None:
        person = _Person(site)
        while not is_over.wait(PACE):
            took.append(person.register(next(numbers)))

    with ThreadPoolExecutor(CLIENTS) as pool:
        people = [pool.submit(register) for _number in range(CLIENTS)]
        servers.wait_for(lambda: len(took) > CLIENTS, what="registering")
        try:
            yield took
        finally:
            is_over.set()
            for person in people:
                person.result()


class _Person:
    """Somebody's browser, which holds a form that was shown to it and sends it for many."""

    def __init__(self, site: str) -> None:
        self._path = f"/{SLUG}/{YEAR}/evening-in-berlin/register"
        self._connection = HTTPConnection(urlsplit(site).netloc, timeout=60)
        self._connection.request("GET", self._path, headers={"Host": HOST})
        answer = self._connection.getresponse()
        self._cookie = str(answer.headers["Set-Cookie"]).partition(";")[0]
        page = answer.read().decode()
        hidden = re.findall(r'<input[^>]*name="(csrf_token|shown)"[^>]*value="([^"]*)"', page)
        self._form = {"name": "Rena", "party_size": "1", "language": "en", "consent": "y", **dict(hidden)}
        time.sleep(2.1)  # as long as anybody takes to read it

    def register(self, number: int) -> float:
        """Send the form for another person, from a network of their own; return the seconds it took."""
        own = {"email": f"person-{uuid.uuid4()}@example.org", "submission": str(uuid.uuid4())}
        headers = {
            "Host": HOST,
            "Cookie": self._cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": f"198.51.{number // 250 % 250}.{number % 250}",
            "Referer": f"https://{HOST}{self._path}",
        }
        begun = time.perf_counter()
        self._connection.request("POST", self._path, urlencode({**self._form, **own}), headers)
        answer = self._connection.getresponse()
        answer.read()
        assert answer.status == 303, answer.status
        return time.perf_counter() - begun


def _count(event_id: int) -> int:
    at_event = select(func.count()).select_from(Registration).where(Registration.event_id == event_id)
    return db.session.scalars(at_event).one()
