"""One of several processes that register many people at once; run by test_oversell.

Waits for a line on standard input, so that all begin together, and prints as JSON how often each thing happened.
`--unguarded` takes away what keeps an event from being oversold: the lock on its row, and in SQLite also the
write lock that each unit of work begins with, and the constraint. What is left is to count and then to insert.
"""

import json
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from sqlite3 import Connection as SqliteConnection

from flask import Flask
from sqlalchemy import Engine, event

from campaign import db as database
from campaign.app import create_app
from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.models import Event
from campaign.services import registrations
from campaign.services.registrations import Submission


def take_the_guards_away() -> None:
    """Let units of work begin as SQLAlchemy's own do, and `lock` read the row without holding it.

    SQLite needs both: BEGIN IMMEDIATE alone already lets one unit run after the other. A plain BEGIN would not
    oversell either, it would fail ("database is locked") as soon as two units have read; so the driver may begin
    by itself, as it does by default: not before the first INSERT.
    """
    registrations.lock = lambda row: db.session.refresh(row)  # type: ignore[assignment]
    database.begin_writing = lambda: db.session.rollback()
    event.remove(Engine, "begin", database._begin)

    @event.listens_for(Engine, "connect")
    def let_go(connection: object, record: object) -> None:
        if isinstance(connection, SqliteConnection):
            connection.isolation_level = ""
            connection.execute("PRAGMA ignore_check_constraints=ON")


def register(app: Flask, event_id: int, number: int) -> str:
    """Register one person; return what became of it."""
    with app.app_context():
        try:
            with unit_of_work():
                given = Submission(f"Person {number}", f"person-{number}@example.org", "en")
                registrations.register(db.session.get_one(Event, event_id), given, now=datetime.now(UTC))
        except Refused as refused:
            return refused.code
        except Exception as error:  # whatever it is, the test wants to see it
            return f"{type(error).__name__}: {error}"
        return "taken"


def main(event_id: int, first: int, count: int, threads: int, *, is_guarded: bool) -> None:
    """Register `count` people, `threads` at a time, once a line has come in."""
    if not is_guarded:
        take_the_guards_away()
    app = create_app()
    database.after_commit.clear()  # nobody is to be woken
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    with ThreadPoolExecutor(threads) as pool:
        answers = pool.map(lambda number: register(app, event_id, number), range(first, first + count))
        print(json.dumps(Counter(answers)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*map(int, sys.argv[1:5]), is_guarded="--unguarded" not in sys.argv)
