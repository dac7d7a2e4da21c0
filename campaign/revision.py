"""What tells whether a kept calendar still holds: its campaign's revision, read without the ORM.

One indexed read over a connection that each thread keeps for itself: sharing one costs more in waiting than it saves.
With db.py and jobs.py the only place that knows which database it is: calendars are asked for so often that a read
costs as much as all the rest.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from urllib.parse import quote

from sqlalchemy.engine import make_url

log = logging.getLogger(__name__)

QUERY = "SELECT revision FROM campaign WHERE id = "
PATIENCE_SECONDS = 2
REST_SECONDS = 1
"""How long a database that failed isn't asked again."""


Read = Callable[[int], int | None]


class Unreachable(Exception):
    """The database gave no answer, or gave none in time."""


class Revisions:
    """The revisions of all campaigns of one database."""

    def __init__(self, database_url: str) -> None:
        self._open = _sqlite(database_url) if database_url.startswith("sqlite") else _postgresql(database_url)
        self._kept = threading.local()
        self._rests_until = 0.0

    def of(self, campaign_id: int) -> int | None:
        """Return a campaign's revision now, None where there is no such campaign; raise Unreachable.

        The connection is kept; one that broke while it lay idle is made anew at once.
        """
        read: Read | None = getattr(self._kept, "read", None)
        if read is not None:
            try:
                return read(campaign_id)
            except Exception:  # whatever the driver raises
                del self._kept.read
        return self._ask_anew(campaign_id)

    def _ask_anew(self, campaign_id: int) -> int | None:
        if time.monotonic() < self._rests_until:
            raise Unreachable
        try:
            read = self._open()
            revision = read(campaign_id)
        except Exception as error:  # likewise: a kept copy is better than an error
            self._rests_until = time.monotonic() + REST_SECONDS
            log.warning("the database is away: %s", type(error).__name__)
            raise Unreachable from error
        self._kept.read = read
        return revision


def _sqlite(database_url: str) -> Callable[[], Read]:
    path = quote(make_url(database_url).database or "")

    def connect() -> Read:
        connection = sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=PATIENCE_SECONDS, isolation_level=None)
        connection.execute("PRAGMA query_only=ON")
        query = f"{QUERY}?"

        def read(campaign_id: int) -> int | None:
            row = connection.execute(query, (campaign_id,)).fetchone()
            return row[0] if row else None

        return read

    return connect


def _postgresql(database_url: str) -> Callable[[], Read]:
    from campaign.postgresql import revision_reader

    return revision_reader(database_url)
