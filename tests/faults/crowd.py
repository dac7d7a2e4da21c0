"""One of several processes in which many people act on one event at once; run by test_oversell and test_queue.

Reads on standard input what they do, one line of JSON, so that all begin together, and prints as JSON how often
each thing happened. `--unguarded` takes away what keeps an event from being oversold: the lock on its row, and in
SQLite also the write lock that each unit of work begins with, and the constraint. What is left is to count and then
to write.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from sqlite3 import Connection as SqliteConnection

from flask import Flask
from sqlalchemy import Engine, event

from campaign import db as database
from campaign.app import create_app
from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.models import Event, Registration
from campaign.services import registrations, waiting
from campaign.services.submissions import Submission

PATIENCE = 5.0
"""Seconds that somebody looks again and again whether a place is offered to them."""


def take_the_guards_away() -> None:
    """Let units of work begin as SQLAlchemy's own do, and `lock` read the row without holding it.

    SQLite needs both: BEGIN IMMEDIATE alone already lets one unit run after the other. A plain BEGIN would not
    oversell either, it would fail ("database is locked") as soon as two units have read; so the driver may begin
    by itself, as it does by default: not before the first INSERT.
    """
    registrations.lock = waiting.lock = lambda row: db.session.refresh(row)  # type: ignore[assignment]
    database.begin_writing = lambda **_keeping: db.session.rollback()
    event.remove(Engine, "begin", database._begin)

    @event.listens_for(Engine, "connect")
    def let_go(connection: object, record: object) -> None:
        if isinstance(connection, SqliteConnection):
            connection.isolation_level = ""
            connection.execute("PRAGMA ignore_check_constraints=ON")


def register(event_id: int, number: int) -> None:
    """Register one person."""
    given = Submission(f"Person {number}", f"person-{number}@example.org", "en")
    registrations.register(db.session.get_one(Event, event_id), given, now=datetime.now(UTC))


def expire(event_id: int, number: int) -> None:
    """Free what was held too long, as a worker does."""
    registrations.expire(db.session.get_one(Event, event_id), now=datetime.now(UTC))


def by_id(service: Callable[..., None]) -> Callable[[int, int], None]:
    """Return what calls a service for the registration of a number."""
    return lambda event_id, number: service(db.session.get_one(Registration, number), now=datetime.now(UTC))


DEEDS: dict[str, Callable[[int, int], None]] = {
    "register": register,
    "expire": expire,
    "cancel": by_id(registrations.cancel),
    "confirm": by_id(registrations.confirm),
    "accept": by_id(waiting.accept),
}


def act(app: Flask, event_id: int, deed: str, number: int) -> str:
    """Do one thing; return what became of it."""
    with app.app_context():
        try:
            with unit_of_work():
                DEEDS[deed](event_id, number)
        except Refused as refused:
            return refused.code
        except Exception as error:  # whatever it is, the test wants to see it
            return f"{type(error).__name__}: {str(error)[:200]}"
        return f"{deed} done"


def insist(app: Flask, event_id: int, deed: str, number: int) -> str:
    """Do one thing; an offer that is not made yet is waited for."""
    end = time.monotonic() + PATIENCE
    while (became := act(app, event_id, deed, number)) == "registration-move" and time.monotonic() < end:
        time.sleep(0.05)
    return became


def main(event_id: int, threads: int, *, is_guarded: bool) -> None:
    """Do what the line says, `threads` things at a time."""
    if not is_guarded:
        take_the_guards_away()
    app = create_app()
    database.after_commit.clear()  # nobody is to be woken
    print("ready", flush=True)  # noqa: T201
    deeds = json.loads(sys.stdin.readline())
    with ThreadPoolExecutor(threads) as pool:
        became = pool.map(lambda one: insist(app, event_id, *one), deeds)
        print(json.dumps(Counter(became)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), is_guarded="--unguarded" not in sys.argv)
