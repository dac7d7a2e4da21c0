"""What the server itself can do: a bare Flask route and a bare WSGI callable, to measure ours against."""

from collections.abc import Callable, Iterable

from flask import Flask

BODY = b"x" * 1024

app = Flask("floor")


@app.get("/")
def bare_route() -> bytes:
    """Answer with a kilobyte."""
    return BODY


def bare_callable(environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Answer with a kilobyte, without a framework."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(BODY)))])
    return [BODY]
