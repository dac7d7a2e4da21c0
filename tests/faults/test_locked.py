"""A database that somebody else holds: a short wait is a late success, a long one an honest "come again"."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event as Signal
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.db import BUSY_SECONDS, db
from campaign.models import Event, Message, Registration
from tests.make import Maker
from tests.page import Client

YEAR = datetime.now(UTC).year + 1
FORM = f"/khojaly/{YEAR}/evening-in-berlin/register"
RENA = {"name": "Rena", "email": "rena@example.org", "party_size": "2", "language": "en", "consent": "y"}
BUSY = float(BUSY_SECONDS)
"""Seconds that a connection waits for the lock."""


@pytest.fixture
def event(app: Flask, make: Maker) -> Event:
    starts = datetime(YEAR, 2, 26, 18)
    return make.event(make.edition(year=YEAR), starts=starts, ends=starts + timedelta(hours=2))


@contextmanager
def locked(app: Flask, seconds: float) -> Iterator[None]:
    """Hold the database's write lock from another connection, for some seconds from now."""
    path, begun, done = app.config["SETTINGS"].database_url.removeprefix("sqlite:///"), Signal(), Signal()

    def hold() -> None:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        begun.set()
        done.wait(seconds)
        connection.execute("ROLLBACK")
        connection.close()

    db.session.rollback()
    holding = Thread(target=hold)
    holding.start()
    assert begun.wait(5)
    try:
        yield
    finally:
        done.set()
        holding.join()


def stored() -> tuple[int, int]:
    """Return how many registrations and messages there are."""
    db.session.rollback()
    tables = (Registration.id, Message.id)
    registrations, messages = (db.session.scalars(select(func.count(one))).one() for one in tables)
    return registrations, messages


def test_locked_for_three_seconds_the_answer_is_late_and_good(app: Flask, client: Client, event: Event) -> None:
    begun = time.monotonic()
    with locked(app, 3):
        page = client.post(FORM, RENA)
        assert 2.5 < time.monotonic() - begun < BUSY
    assert (page.status, page.location) == (303, f"{FORM}/sent")
    assert stored() == (1, 1)


def test_locked_for_longer_nothing_is_stored_and_the_page_says_so(app: Flask, client: Client, event: Event) -> None:
    with locked(app, 60):
        page = client.post(FORM, RENA)
        assert client.get(f"/khojaly/{YEAR}/evening-in-berlin/").status == 200  # reading goes on meanwhile
        assert client.get("/feeds/khojaly.ics").status == 200
    assert page.status == 503
    assert page.response.headers["Retry-After"] == "30"
    assert page.heading == "One moment, please"
    assert "could not store this" in page.text
    assert stored() == (0, 0)
    assert client.post(FORM, RENA).status == 303
    assert stored() == (1, 1)
