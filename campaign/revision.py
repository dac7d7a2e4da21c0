"""What tells whether a kept calendar still holds: its campaign's revision, read without the ORM.

One indexed read over a connection that each thread keeps for itself. With db.py and jobs.py the only place that
knows which database it is: calendars are asked for so often that a read costs as much as all the rest.
"""

import sqlite3
import threading
import time
from collections.abc import Callable

from sqlalchemy.engine import make_url

QUERY = "SELECT revision FROM campaign WHERE id = "
PATIENCE_SECONDS = 2
REST_SECONDS = 1
"""How long a database that failed isn't asked again."""


class Unreachable(Exception):
    """The database gave no answer, or gave none in time."""


class Revisions:
    """The revisions of all campaigns of one database."""

    def __init__(self, database_url: str) -> None:
        is_sqlite = database_url.startswith("sqlite")
        self._open = _sqlite(database_url) if is_sqlite else _postgresql(database_url)
        self._threads = threading.local()
        self._rests_until = 0.0

    def of(self, campaign_id: int) -> int | None:
        """Return a campaign's revision now, None where there is no such campaign; raise Unreachable."""
        try:
            read: Callable[[int], int | None] = self._threads.read
        except AttributeError:
            read = self._connect()
        try:
            return read(campaign_id)
        except Exception as error:  # whatever the driver raises: a kept copy is better than an error
            raise self._failed() from error

    def _connect(self) -> Callable[[int], int | None]:
        if time.monotonic() < self._rests_until:
            raise Unreachable
        try:
            self._threads.read = self._open()
        except Exception as error:  # likewise
            raise self._failed() from error
        read: Callable[[int], int | None] = self._threads.read
        return read

    def _failed(self) -> Unreachable:
        self._rests_until = time.monotonic() + REST_SECONDS
        self._threads.__dict__.pop("read", None)
        return Unreachable()


def _sqlite(database_url: str) -> Callable[[], Callable[[int], int | None]]:
    path = make_url(database_url).database or ""

    def connect() -> Callable[[int], int | None]:
        connection = sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=PATIENCE_SECONDS, isolation_level=None)
        connection.execute("PRAGMA query_only=ON")
        query = f"{QUERY}?"

        def read(campaign_id: int) -> int | None:
            row = connection.execute(query, (campaign_id,)).fetchone()
            return row[0] if row else None

        return read

    return connect


def _postgresql(database_url: str) -> Callable[[], Callable[[int], int | None]]:
    """Return how to connect; below psycopg's cursors, which cost five times the question itself."""
    from psycopg import connect as connect_to
    from psycopg.pq import ExecStatus

    address = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    patience = PATIENCE_SECONDS * 1000

    def connect() -> Callable[[int], int | None]:
        connection = connect_to(
            address,
            autocommit=True,
            connect_timeout=PATIENCE_SECONDS,
            tcp_user_timeout=patience,
            options=f"-c statement_timeout={patience}",
        )
        ask = connection.pgconn
        ask.prepare(b"revision", f"{QUERY}$1::integer".encode())

        def read(campaign_id: int) -> int | None:
            result = ask.exec_prepared(b"revision", [b"%d" % campaign_id])
            if result.status != ExecStatus.TUPLES_OK:
                connection.close()
                raise Unreachable
            value = result.get_value(0, 0) if result.ntuples else None
            return int(value) if value is not None else None

        return read

    return connect
