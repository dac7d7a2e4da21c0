"""Counting polls as they are answered: in memory, at a price that nobody feels, stored now and then."""

import logging
from datetime import UTC, datetime
from threading import Lock, Thread, main_thread

from flask import Flask

from campaign.db import unit_of_work
from campaign.domain.feed_client import family
from campaign.services import polls
from campaign.services.polls import OTHERS, Poll

STORE_SECONDS = 30.0
HELD = 5_000
"""How many different polls are told apart until they are stored; more count for all other feeds."""
LOOKED_AT = 200
"""How many characters of a User-Agent say what kind of program it is; longer ones must not fill the memory."""
log = logging.getLogger(__name__)


class Counter:
    """What one process has counted and not stored yet.

    A thread that stores is there as long as something waits for it, and outlives the main thread by one last time.
    `atexit` would not do: processes that were forked by multiprocessing, as the server's are, end without it.
    """

    def __init__(self, app: Flask, *, seconds: float = STORE_SECONDS) -> None:
        self._app, self._seconds = app, seconds
        self._counts: dict[Poll, int] = {}
        self._lock = Lock()
        self._keeper: Thread | None = None

    def add(self, poll: Poll) -> None:
        """Count one poll; from any thread."""
        with self._lock:
            self._add(poll, 1)
            if self._keeper is None and not self._app.testing:  # Tests store when they want to.
                # Said aloud: a server's own threads are daemons, and theirs would be one too, cut off in the end.
                self._keeper = Thread(target=self._keep, name="poll-counter", daemon=False)
                self._keeper.start()

    def store(self) -> None:
        """Store what was counted; what can't be stored now is kept for the next time."""
        with self._lock:
            taken, self._counts = self._counts, {}
        if not taken:
            return
        try:
            with self._app.app_context(), unit_of_work():
                polls.store(taken, now=datetime.now(UTC))
        except Exception as error:  # whatever the database's trouble is: nobody's calendar depends on it
            log.warning("polls could not be stored yet: %s", type(error).__name__)
            with self._lock:
                for poll, count in taken.items():
                    self._add(poll, count)

    def _add(self, poll: Poll, count: int) -> None:
        if poll not in self._counts and len(self._counts) >= HELD:
            campaign_id, _feed, client, status = poll
            poll = (campaign_id, OTHERS, client, status)
        self._counts[poll] = self._counts.get(poll, 0) + count

    def _keep(self) -> None:
        """Store every half minute until nothing is left to store, or the process ends."""
        is_done = False
        while not is_done:
            main_thread().join(self._seconds)
            self.store()
            is_done = self._is_done()

    def _is_done(self) -> bool:
        with self._lock:
            if self._counts and main_thread().is_alive():
                return False
            self._keeper = None
            return True


_counter: Counter | None = None


def init_app(app: Flask) -> None:
    """Count for this application from now on; nothing starts before the first poll."""
    global _counter
    _counter = Counter(app)


def count(campaign_id: int, feed: str, user_agent: str, status: int) -> None:
    """Count a poll that was answered: of the visitor nothing stays but the kind of program.

    `feed` is the slice's path with its ending, `country-de/lang-az.ics` or `.ics`; `status` 200 or 304.
    """
    if _counter is not None:
        _counter.add((campaign_id, feed, family(user_agent[:LOOKED_AT]), status))


def store() -> None:
    """Store at once what this process has counted."""
    if _counter is not None:
        _counter.store()
