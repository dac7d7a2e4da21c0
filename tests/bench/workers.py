"""What is asked of worker processes: that each sees a change at once, and stays small with its cache full."""

import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from flask import Flask

from campaign.geo.countries import COUNTRIES
from campaign.web.feed_layer import CACHE_BYTES
from tests.bench import crowd
from tests.bench.figure import Figure
from tests.bench.web_servers import Server, ask, children, granian

CHANGES = 20
POLLERS = 4
ENOUGH = 1.5
"""How many times the cache's budget is asked for, so that it has begun to let go of the oldest."""
ADDRESS = "{site}/feeds/" + crowd.SLUG + "{path}.ics"


@contextmanager
def two(environment: dict[str, str]) -> Iterator[list[Server]]:
    """Run the site in two processes that know of each other only by the database."""
    with granian("wsgi:app", environment, workers=1) as one, granian("wsgi:app", environment, workers=1) as other:
        yield [one, other]


def unseen_changes(app: Flask, sites: Iterable[Server]) -> Figure:
    """Return how many requests, each the next after a change by another process, were answered without it."""
    unseen = 0
    for number in range(CHANGES):
        crowd.change(app, f"seen-{number}")
        for site in sites:
            unseen += f"seen-{number}".encode() not in ask(ADDRESS.format(site=site.address, path="")).body
    return Figure("next requests to other workers that didn't see a change", unseen, f"of {CHANGES * 2}", 0)


def memory(site: Server) -> Figure:
    """Return a worker's largest memory so far, its cache filled by polls of many slices."""
    addresses = (ADDRESS.format(site=site.address, path=path) for path in _paths())
    polled = size = 0
    with ThreadPoolExecutor(POLLERS) as pool:
        while size < CACHE_BYTES * ENOUGH and (some := list(islice(addresses, POLLERS * 4))):
            polled += len(some)
            size += sum(len(reply.body) for reply in pool.map(ask, some))
    what = f"memory of a worker after {polled} feeds of {size / 1e6:,.0f} MB"
    return Figure(what, max(map(_peak_bytes, children(site))) / 1e6, "MB", 300)


def _paths() -> Iterator[str]:
    """Yield slices in all languages, the largest first, then each country's."""
    for part in (
        "",
        "/tag-concert",
        "/tag-talk",
        f"/year-{crowd.YEAR}",
        *(f"/country-{code.lower()}" for code in sorted(COUNTRIES)),
    ):
        yield from (f"{part}/lang-{language}" for language in crowd.WORDS)


def _peak_bytes(pid: int) -> int:
    found = re.search(r"^VmHWM:\s+(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
