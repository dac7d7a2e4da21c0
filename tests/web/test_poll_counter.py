"""Counting polls in memory: cheap, bounded, kept when the database is away, stored when the process ends."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select, text

from campaign.db import db, unit_of_work
from campaign.models import Campaign, FeedPoll
from campaign.services.polls import OTHERS
from campaign.web import poll_counter
from campaign.web.poll_counter import HELD, Counter
from tests import servers
from tests.make import Maker

IPHONE = "iOS/26.6 (23G71) dataaccessd/1.0"


@pytest.fixture
def campaign(app: Flask, make: Maker) -> Campaign:
    return make.campaign()


@pytest.fixture
def alive(app: Flask) -> Iterator[Flask]:
    """Yield the app as it is outside of tests, where polls are stored by themselves."""
    app.testing = False
    yield app
    servers.wait_for(lambda: not keepers(), what="the end of the thread")


def keepers() -> list[Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "poll-counter"]


def stored() -> dict[tuple[str, str, int], int]:
    db.session.rollback()
    return {(row.feed, row.client, row.status): row.count for row in db.session.scalars(select(FeedPoll))}


def test_count_then_store(campaign: Campaign) -> None:
    for status in (200, 304, 304):
        poll_counter.count(campaign.id, ".ics", IPHONE, status)
    poll_counter.count(campaign.id, "country-de.ics", "Google-Calendar-Importer", 200)
    assert stored() == {}
    poll_counter.store()
    poll_counter.store()
    assert stored() == {
        (".ics", "apple", 200): 1,
        (".ics", "apple", 304): 2,
        ("country-de.ics", "google", 200): 1,
    }


def test_a_long_header_is_looked_at_no_further_than_it_says_something(campaign: Campaign) -> None:
    poll_counter.count(campaign.id, ".ics", "x" * 60_000 + IPHONE, 200)
    poll_counter.count(campaign.id, ".ics", IPHONE + "x" * 60_000, 200)
    poll_counter.store()
    assert stored() == {(".ics", "other", 200): 1, (".ics", "apple", 200): 1}


def test_polls_are_stored_by_themselves_while_there_are_any(alive: Flask, campaign: Campaign) -> None:
    counter = Counter(alive, seconds=0.1)
    assert keepers() == []
    for times in (1, 2):
        counter.add((campaign.id, ".ics", "apple", 304))
        counter.add((campaign.id, ".ics", "apple", 304))
        assert len(keepers()) == 1
        servers.wait_for(lambda: stored() == {(".ics", "apple", 304): 2 * times}, what="storing")  # noqa: B023
        servers.wait_for(lambda: not keepers(), what="the end of the thread")


def test_what_cannot_be_stored_is_kept_and_tried_again(
    alive: Flask, campaign: Campaign, caplog: pytest.LogCaptureFixture
) -> None:
    with unit_of_work():
        db.session.execute(text("ALTER TABLE feed_poll RENAME TO away"))
    counter = Counter(alive, seconds=0.1)
    counter.add((campaign.id, ".ics", "apple", 304))
    servers.wait_for(lambda: "could not be stored" in caplog.text, what="a failure")
    counter.add((campaign.id, ".ics", "apple", 304))
    with unit_of_work():
        db.session.execute(text("ALTER TABLE away RENAME TO feed_poll"))
    servers.wait_for(lambda: stored() == {(".ics", "apple", 304): 2}, what="storing")


def test_no_poll_is_lost_between_threads(app: Flask, campaign: Campaign) -> None:
    counter, poll = Counter(app), (campaign.id, ".ics", "apple", 304)

    def work() -> None:
        for _time in range(2_000):
            counter.add(poll)

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counter.store()
    assert stored() == {(".ics", "apple", 304): 16_000}


def test_only_so_many_polls_are_told_apart(app: Flask, campaign: Campaign) -> None:
    counter = Counter(app)
    for number in range(HELD + 7):
        counter.add((campaign.id, f"tag-{number}.ics", "apple", 304))
    assert len(counter._counts) == HELD + 1
    assert counter._counts[campaign.id, OTHERS, "apple", 304] == 7


PROCESS = """
import multiprocessing, sys, threading
from campaign.app import create_app
from campaign.web import poll_counter
app = create_app()
def serve():
    poll = (1, ".ics", "Google-Calendar-Importer", 200)
    one = threading.Thread(target=poll_counter.count, args=poll, daemon=True)  # as a server's threads are
    one.start()
    one.join()
if sys.argv[1] == "forked":
    child = multiprocessing.get_context("fork").Process(target=serve)
    child.start()
    child.join()
else:
    serve()
"""


@pytest.mark.parametrize("kind", ["plain", "forked"])
def test_a_process_that_ends_stores_what_it_counted(
    environment: dict[str, str], app: Flask, campaign: Campaign, kind: str
) -> None:
    command = [sys.executable, "-c", PROCESS, kind]
    subprocess.run(command, cwd=servers.ROOT, env={**os.environ, **environment}, check=True, timeout=30)
    assert stored() == {(".ics", "google", 200): 1}
