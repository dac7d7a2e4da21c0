"""What the server itself can do: bare Flask routes and a bare WSGI callable, to measure ours against."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from flask import Flask, Response

BODY = b"x" * 1024
FEED = Path(os.environ["FLOOR_FEED"]).read_bytes()

app = Flask("floor")


@app.get("/")
def bare_route() -> bytes:
    """Answer with a kilobyte."""
    return BODY


@app.get("/feed.ics")
def bare_feed() -> Response:
    """Answer with the zipped bytes of a feed."""
    return Response(FEED, headers={"Content-Encoding": "gzip"}, mimetype="text/calendar")


def bare_callable(environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Answer with a kilobyte, without a framework."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(BODY)))])
    return [BODY]
