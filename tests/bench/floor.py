"""What the server itself can do: bare Flask routes and a bare WSGI callable, to measure ours against."""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from flask import Flask, Response, request

BODY = b"x" * 1024
FEED = Path(os.environ.get("FLOOR_FEED", os.devnull)).read_bytes()

app = Flask("floor")
_own = threading.local()


@app.get("/")
def bare_route() -> bytes:
    """Answer with a kilobyte."""
    return BODY


@app.get("/feed.ics")
def bare_feed() -> Response:
    """Answer with the zipped bytes of a feed."""
    return Response(FEED, headers={"Content-Encoding": "gzip"}, mimetype="text/calendar")


@app.post("/row")
def bare_insert() -> tuple[str, int]:
    """Insert one row into SQLite, on the disk before the answer goes out."""
    connection = getattr(_own, "connection", None) or _connect()
    connection.execute("INSERT INTO row (name) VALUES (?)", (request.form["name"],))
    return "", 204


def _connect() -> sqlite3.Connection:
    """Return a connection for this thread alone, as durable as the site's own."""
    _own.connection = sqlite3.connect(os.environ["FLOOR_DATABASE"], timeout=15, isolation_level=None)
    for line in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE IF NOT EXISTS row (name TEXT)"):
        _own.connection.execute(line)
    return _own.connection


def bare_callable(environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Answer with a kilobyte, without a framework."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(BODY)))])
    return [BODY]
