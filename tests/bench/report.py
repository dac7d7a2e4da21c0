"""BENCHMARKS.md: what was measured, beside the floors and what was asked."""

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version

from tests.bench.figure import Figure
from tests.bench.rates import CONNECTIONS, Rate

CALLABLE, ROUTE, ZIPPED_ROUTE = "bare WSGI callable", "bare Flask route", "bare Flask route, the feed's zipped bytes"
UNCHANGED, ZIPPED = "feed, 304", "feed, 200 gzip"
OVER_ROUTE, UNDER_CALLABLE = 1.5, 2.5


Figures = Mapping[str, Sequence[Figure]]
"""By database, the same ones for each."""


def write(
    rates: Mapping[str, Rate], figures: Figures, people: Figures, years: Figures, *, feed: str, rounds: int
) -> str:
    """Return the whole document: of calendars the rates and figures, those of people who register, and of a year."""
    return "\n".join(
        (
            "# Benchmarks\n",
            f"`make bench` writes this file: granian {version('granian')} with two workers, Python "
            f"{platform.python_version()}, {os.cpu_count()} cores that servers, databases and wrk share. Read the "
            "ratios; the rates are the machine's.\n",
            "## Requests a second\n",
            f"wrk with {CONNECTIONS} connections; medians of {rounds} rounds in alternating order. {feed}\n",
            *_rates(rates),
            "\n## Time and memory\n",
            "Within one process, through the whole WSGI application, medians. A change is one event's, as an organizer "
            "makes it; its entries are made anew in eight languages. Memory is the most that a worker ever took.\n",
            *_figures(figures),
            "\n## Registering\n",
            "16 clients over HTTP, each form with its cookie, token and submission, mails queued and audit written; "
            "SQLite with synchronous=FULL. Workers, SMTP server and purge are real ones, beside the site.\n",
            *_figures(people),
            "\n## Next year\n",
            "In one process. A roll-over has 10,000 events in 200 countries, each with two questions; an import reads "
            "real files and counts the processor's seconds; the queue holds 5,000 proposals.\n",
            *_figures(years),
            "",
        )
    )


def missed(rates: Mapping[str, Rate], *tables: Figures) -> list[str]:
    """Return what doesn't keep its limit."""
    slow = [name for name in rates if _verdict(name, rates)[1] is False]
    return slow + [
        f"{one.what} ({database})"
        for figures in tables
        for database in figures
        for one in figures[database]
        if one.holds is False
    ]


def _rates(rates: Mapping[str, Rate]) -> Iterable[str]:
    yield "| what | requests a second | of the bare Flask route | of the bare callable | asked | holds |"
    yield "|---|---:|---:|---:|---|---|"
    for name, rate in rates.items():
        ratios = (f"{rate.median / rates[floor].median:.2f}" for floor in (ROUTE, CALLABLE))
        what = f"{name} ({rate.answers})" if rate.answers else name
        asked, holds = _verdict(name, rates)
        yield f"| {what} | {rate.median:,.0f} | {' | '.join(ratios)} | {asked} | {_word(holds)} |"


def _verdict(name: str, rates: Mapping[str, Rate]) -> tuple[str, bool | None]:
    """Return what was asked of a rate, and whether it keeps that."""
    own, route, bare, zipped = (rates[one].median for one in (name, ROUTE, CALLABLE, ZIPPED_ROUTE))
    if name.startswith(UNCHANGED):
        holds = own >= OVER_ROUTE * route and own * UNDER_CALLABLE >= bare
        return f"≥ {OVER_ROUTE} × the Flask route, ≥ the callable / {UNDER_CALLABLE}", holds
    if name.startswith(ZIPPED):
        return f"≥ the Flask route with the same bytes (here {own / zipped:.2f} ×)", own >= zipped
    return "", None


def _figures(figures: Figures) -> Iterable[str]:
    yield f"| what | {' | '.join(figures)} | asked | holds |"
    yield f"|---|{'---:|' * len(figures)}---|---|"
    for row in zip(*figures.values(), strict=True):
        holds = None if row[0].holds is None else all(one.holds for one in row)
        asked = "; ".join(dict.fromkeys(one.asked for one in row))
        yield f"| {row[0].what} | {' | '.join(one.written for one in row)} | {asked} | {_word(holds)} |"


def _word(holds: bool | None) -> str:
    return {True: "yes", False: "no", None: ""}[holds]
