"""How long one thing takes within one process: the first answer after a change, and the change itself."""

import statistics
import time
from collections.abc import Callable

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.bench import crowd
from tests.bench.figure import Figure
from tests.bench.web_servers import HOST

ROUNDS = 15
CHANGES = 40
SLICES = {
    "the whole campaign": "",
    "a country": "/country-de",
    "a city": "/city-berlin",
    "a tag": "/tag-concert",
    "a language": "/lang-az",
}


def first_answers(app: Flask, *, limit: float | None) -> list[Figure]:
    """Return how long the first 200 after a change takes in each kind of slice, over all that WSGI goes through."""
    return [
        Figure(name, _first_answer(app, f"/feeds/{crowd.SLUG}{path}.ics"), "ms", limit) for name, path in SLICES.items()
    ]


def change_cost(app: Flask) -> float:
    """Return how long it takes to change one event, in milliseconds."""
    return _median(lambda token: crowd.change(app, token), CHANGES)


def _first_answer(app: Flask, path: str) -> float:
    """Return the milliseconds, having seen that each answer holds the change before it."""
    took = []
    for token in range(ROUNDS):
        crowd.change(app, f"first-{token}")
        environ = EnvironBuilder(path, headers=[("Host", HOST)]).get_environ()
        begun = time.perf_counter()
        body, status, _headers = run_wsgi_app(app.wsgi_app, environ, buffered=True)
        took.append(time.perf_counter() - begun)
        assert status == "200 OK" and f"first-{token}".encode() in b"".join(body), f"{path} is out of date"
    return statistics.median(took) * 1000


def _median(work: Callable[[object], object], rounds: int) -> float:
    took = []
    for token in range(rounds):
        begun = time.perf_counter()
        work(f"change-{token}")
        took.append(time.perf_counter() - begun)
    return statistics.median(took) * 1000
