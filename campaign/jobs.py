"""What runs beside the web server: Huey wakes it and keeps the clock, each task is one call into services.

The outbox table is the truth. A lost wake-up costs the few seconds until the next tick, and running a
task twice is harmless.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer, Scheduler

from campaign import forgetting
from campaign.config import Settings
from campaign.db import after_commit, db, unit_of_work
from campaign.mail import delivery
from campaign.models import Event
from campaign.services import (
    entries,
    letters,
    outbox,
    registrations,
    reminders,
    renewal,
    renewals,
    report_asks,
    waiting,
)

TICK_SECONDS = 5
PASS = timedelta(seconds=10)
"""How long mails are sent before the worker looks after other things, or stops if it was told to."""
log = logging.getLogger(__name__)


class Clock(Scheduler):  # type: ignore[misc]  # the library is untyped
    """Looks every few seconds for what is due, not every minute."""

    periodic_task_seconds = TICK_SECONDS


class Worker(Consumer):  # type: ignore[misc]  # the library is untyped
    """A worker whose clock ticks every few seconds."""

    scheduler_class = Clock


def init_app(app: Flask) -> None:
    """Give the application its queue, and wake the worker after each commit that queued a message."""
    huey = _queue(app.config["SETTINGS"])
    app.extensions["huey"] = huey

    @huey.task(expires=TICK_SECONDS)  # type: ignore[untyped-decorator]  # the library is untyped
    def wake() -> None:
        with app.app_context():
            delivery.send_due(until=datetime.now(UTC) + PASS)

    @huey.periodic_task(lambda now: True, expires=TICK_SECONDS)  # type: ignore[untyped-decorator]  # likewise
    def tick() -> None:
        with app.app_context():
            expire_holds()
            queue_and_send()
            render_marked()

    @huey.periodic_task(crontab(minute="7"))  # type: ignore[untyped-decorator]  # likewise
    def hourly() -> None:
        with app.app_context():
            forgetting.keep_erased(app.config["SETTINGS"].instance, now=datetime.now(UTC))
            queue_report_asks()
            for _count in forgetting.purge(now=datetime.now(UTC)):
                pass
            for _count in renew_calendars(renewal.outdated()):
                pass

    @huey.on_startup()  # type: ignore[untyped-decorator]  # likewise
    def begin() -> None:
        with app.app_context():
            # Before any mail goes out: the database may be a backup that knows people who were erased since.
            forgetting.keep_erased(app.config["SETTINGS"].instance, now=datetime.now(UTC))
            for _count in renew_calendars(renewal.outdated()):
                pass

    def ring() -> None:
        try:
            wake()
        except Exception:  # whatever the queue's trouble is: the next tick finds the message
            log.warning("the worker could not be woken")

    after_commit[:] = [ring]


def worker(app: Flask) -> Worker:
    """Return the worker for an application, to be run in a process of its own."""
    return Worker(app.extensions["huey"], workers=1, periodic=True, scheduler_interval=1, max_delay=1)


def renew_calendars(event_ids: Sequence[int]) -> Iterator[int]:
    """Render the entries of these events anew, some in each unit of work; yield how many were done in each.

    A release or a change of the zones' law asks for it; a worker does it by itself when it starts, and hourly.
    """
    with unit_of_work():
        renewal.note_laws(now=datetime.now(UTC))
        renewal.render_days(now=datetime.now(UTC))
    for some in batched(event_ids, renewal.BATCH):
        with unit_of_work():
            renewal.render(some, now=datetime.now(UTC))
        yield len(some)


def render_marked() -> int:
    """Render for a while the entries that a change of their campaign's words has marked; return of how many events."""
    until, done = datetime.now(UTC) + PASS, 0
    while datetime.now(UTC) < until and (some := entries.marked(limit=renewal.BATCH)):
        with unit_of_work():
            renewal.render(some, now=datetime.now(UTC))
        done += len(some)
    db.session.rollback()
    return done


def batched(items: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """Yield the items in order, `size` at a time."""
    yield from (items[first : first + size] for first in range(0, len(items), size))


def expire_holds() -> int:
    """Free every place whose hold ran out; return how many registrations ended."""
    ended = 0
    now = datetime.now(UTC)
    for event_id in {*registrations.overdue(now=now), *waiting.with_room(now=now)}:
        with unit_of_work():
            event = db.session.get(Event, event_id)
            ended += registrations.expire(event, now=datetime.now(UTC)) if event else 0
    db.session.rollback()
    return ended


def queue_and_send() -> int:
    """Queue what is due to many, then send for a while; return how many mails were handed over."""
    queue_bulk()
    return delivery.send_due(until=datetime.now(UTC) + PASS)


def queue_bulk() -> None:
    """Queue what is due to many, registrants and hosts, a batch in each unit of work, while there is room."""
    for source in (reminders, letters, renewals):
        is_due, queue_due = source.is_due, source.queue_due
        while is_due(now=datetime.now(UTC)) and outbox.has_room(now=datetime.now(UTC)):
            with unit_of_work():
                done = queue_due(now=datetime.now(UTC))
            if not done:  # another worker is about it, or the last batch was empty
                break
    db.session.rollback()


def queue_report_asks() -> None:
    """Queue the mails that ask hosts how their event was: hourly, since no index tells which events are just over."""
    while report_asks.is_due(now=datetime.now(UTC)) and outbox.has_room(now=datetime.now(UTC)):
        with unit_of_work():
            report_asks.queue_due(now=datetime.now(UTC))
    db.session.rollback()


def _queue(settings: Settings) -> Huey:
    if settings.redis_url:
        return RedisHuey("campaign", url=settings.redis_url, results=False)
    return SqliteHuey("campaign", filename=str(settings.instance / "huey.db"), results=False, fsync=False)
