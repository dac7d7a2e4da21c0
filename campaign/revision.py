"""What tells whether a kept calendar still holds: its campaign's revision, read without the ORM.

One indexed read over a connection that is kept: in SQLite by each thread for itself, else by the process for all.
With db.py and jobs.py the only place that knows which database it is: calendars are asked for so often that a read
costs as much as all the rest.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from select import POLLIN, poll
from types import SimpleNamespace
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
        self._is_local = database_url.startswith("sqlite")
        self._open = _sqlite(database_url) if self._is_local else _postgresql(database_url)
        self._kept: threading.local | SimpleNamespace = threading.local() if self._is_local else SimpleNamespace()
        self._rests_until = 0.0
        self._reading = threading.Lock()
        self._begun: dict[int, int] = {}
        self._found: dict[int, int | None] = {}

    def of(self, campaign_id: int) -> int | None:
        """Return a campaign's revision now, None where there is no such campaign; raise Unreachable."""
        return self._ask(campaign_id) if self._is_local else self._share(campaign_id)

    def _share(self, campaign_id: int) -> int | None:
        """Ask over the process's one connection, together with all who wait for it.

        Only a read that began after somebody asked may answer them; of those who wait, one reads for all.
        """
        begun = self._begun.get(campaign_id, 0)
        with self._reading:
            if self._begun.get(campaign_id, 0) == begun:
                self._begun[campaign_id] = begun + 1
                self._found.pop(campaign_id, None)  # a read that fails must leave nothing to share
                self._found[campaign_id] = self._ask(campaign_id)
            elif campaign_id not in self._found:
                raise Unreachable
            return self._found[campaign_id]

    def _ask(self, campaign_id: int) -> int | None:
        """Ask over a connection that is kept; one that broke while it lay idle is made anew at once."""
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
    """Return how to connect; below psycopg's cursors, which cost five times the question itself."""
    from psycopg import connect as connect_to
    from psycopg.pq import ExecStatus

    address = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    patience = PATIENCE_SECONDS * 1000

    def connect() -> Read:
        connection = connect_to(
            address,
            autocommit=True,
            connect_timeout=PATIENCE_SECONDS,
            tcp_user_timeout=patience,
            options=f"-c statement_timeout={patience}",
        )
        ask, answers = connection.pgconn, poll()
        ask.prepare(b"revision", f"{QUERY}$1::integer".encode())
        answers.register(ask.socket, POLLIN)

        def read(campaign_id: int) -> int | None:
            ask.send_query_prepared(b"revision", [b"%d" % campaign_id])
            result = ask.get_result() if answers.poll(patience) else None
            if result is None or result.status != ExecStatus.TUPLES_OK or ask.get_result():
                connection.close()
                raise Unreachable
            value = result.get_value(0, 0) if result.ntuples else None
            return int(value) if value is not None else None

        return read

    return connect
