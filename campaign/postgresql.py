"""What is said to PostgreSQL below SQLAlchemy; imported late, for its driver isn't there where nobody needs it."""

import math
import os
import socket
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress

import psycopg
from psycopg.pq import ExecStatus
from sqlalchemy.engine import make_url

from campaign.revision import PATIENCE_SECONDS, QUERY, Read, Unreachable


def revision_reader(database_url: str) -> Callable[[], Read]:
    """Return how to connect to read revisions, by the shortest way that the driver has."""
    address = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    watch = _Watch()

    def connect() -> Read:
        read = _RevisionRead(address)
        watch.over(read)
        return read

    return connect


class _RevisionRead:
    """A connection with the question prepared; below psycopg's cursors, which cost five times the question itself."""

    def __init__(self, address: str) -> None:
        patience = PATIENCE_SECONDS * 1000
        self._connection = psycopg.connect(
            address,
            autocommit=True,
            connect_timeout=PATIENCE_SECONDS,
            tcp_user_timeout=patience,
            options=f"-c statement_timeout={patience}",
        )
        self._asked_at = math.inf
        self._ask = self._connection.pgconn
        self._ask.prepare(b"revision", f"{QUERY}$1::integer".encode())
        weakref.finalize(self, self._connection.close)  # a server's threads come and go

    def __call__(self, campaign_id: int) -> int | None:
        self._asked_at = time.monotonic()
        result = self._ask.exec_prepared(b"revision", [b"%d" % campaign_id])
        self._asked_at = math.inf
        if result.status != ExecStatus.TUPLES_OK:
            raise Unreachable
        value = result.get_value(0, 0) if result.ntuples else None
        return int(value) if value is not None else None

    def end_if_late(self) -> None:
        """Hang up where the answer is late, so that whoever waits for it goes on."""
        if time.monotonic() - self._asked_at > PATIENCE_SECONDS:
            with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(self._connection.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)


class _Watch:
    """Looks after a process's connections: libpq itself waits without end for a server that stands still."""

    def __init__(self) -> None:
        self._reads: weakref.WeakSet[_RevisionRead] = weakref.WeakSet()
        self._begin = threading.Lock()

    def over(self, read: _RevisionRead) -> None:
        """Look after one more."""
        self._reads.add(read)
        if self._begin.acquire(blocking=False):  # never given back: one thread is enough
            threading.Thread(target=self._look, name="revision-watch", daemon=True).start()

    def _look(self) -> None:
        while True:
            time.sleep(PATIENCE_SECONDS / 4)
            for read in list(self._reads):
                read.end_if_late()
