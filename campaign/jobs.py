"""What runs beside the web server: Huey wakes it and keeps the clock, each task is one call into services.

The outbox table is the truth. A lost wake-up costs the few seconds until the next tick, and running a
task twice is harmless.
"""

import logging
from datetime import UTC, datetime

from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer, Scheduler

from campaign.config import Settings
from campaign.db import after_commit, db, unit_of_work
from campaign.mail import delivery
from campaign.models import Event
from campaign.services import privacy, registrations

TICK_SECONDS = 5
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
            delivery.send_due()

    @huey.periodic_task(lambda now: True, expires=TICK_SECONDS)  # type: ignore[untyped-decorator]  # likewise
    def tick() -> None:
        with app.app_context():
            expire_holds()
            delivery.send_due()

    @huey.periodic_task(crontab(minute="7"))  # type: ignore[untyped-decorator]  # likewise
    def hourly() -> None:
        with app.app_context(), unit_of_work():
            privacy.purge(now=datetime.now(UTC))

    def ring() -> None:
        try:
            wake()
        except Exception:  # whatever the queue's trouble is: the next tick finds the message
            log.warning("the worker could not be woken")

    after_commit[:] = [ring]


def worker(app: Flask) -> Worker:
    """Return the worker for an application, to be run in a process of its own."""
    return Worker(app.extensions["huey"], workers=1, periodic=True, scheduler_interval=1, max_delay=1)


def expire_holds() -> int:
    """Free every place whose hold ran out; return how many registrations ended."""
    ended = 0
    for event_id in registrations.overdue(now=datetime.now(UTC)):
        with unit_of_work():
            event = db.session.get(Event, event_id)
            ended += registrations.expire(event, now=datetime.now(UTC)) if event else 0
    db.session.rollback()
    return ended


def _queue(settings: Settings) -> Huey:
    if settings.redis_url:
        return RedisHuey("campaign", url=settings.redis_url, results=False)
    return SqliteHuey("campaign", filename=str(settings.instance / "huey.db"), results=False, fsync=False)
