"""`make bench`: how many requests a second, beside what the server itself can do, measured in the same run.

Needs wrk. Two rounds in alternating order; the table of BENCHMARKS.md holds the means.
"""

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

from flask import Flask

from campaign import config
from campaign.app import create_app
from campaign.db import db, unit_of_work
from campaign.services import events
from tests import servers
from tests.make import BERLIN, Maker

SECONDS = 6
EVENTS = 1000
REPORT = servers.ROOT / "BENCHMARKS.md"
START = datetime(2027, 2, 26, 17, 0)
COUNTRIES = ("DE", "FR", "IT", "ES", "PL", "SE", "NL", "AT", "CZ", "PT")
ALWAYS = "{site}/feeds/khojaly.ics"


def main() -> None:
    """Measure everything twice and write the table."""
    if shutil.which("wrk") is None:
        sys.exit("make bench needs wrk (Debian: apt-get install wrk).")
    with tempfile.TemporaryDirectory() as folder, _servers(Path(folder)) as bases:
        etag = urlopen(ALWAYS.format(**bases)).headers["ETag"]
        cases = {
            "bare WSGI callable": ("{callable}/", ()),
            "bare Flask route": ("{route}/", ()),
            f"feed of {EVENTS} events, 304": (ALWAYS, (f"If-None-Match: {etag}",)),
            f"feed of {EVENTS} events, 200 gzip": (ALWAYS, ("Accept-Encoding: gzip",)),
            "edition page": ("{site}/khojaly/2027/", ()),
            "event page": ("{site}/khojaly/2027/evening-1/", ()),
        }
        rounds = [list(cases), list(reversed(cases))]
        rates: dict[str, list[float]] = {name: [] for name in cases}
        for names in rounds:
            for name in names:
                address, headers = cases[name]
                rates[name].append(_rate(address.format(**bases), headers))
    _write({name: statistics.mean(found) for name, found in rates.items()})


@contextmanager
def _servers(folder: Path) -> Iterator[dict[str, str]]:
    """Run the site with its events and the two floors, one worker process each."""
    port = servers.free_port()
    environment = {"INSTANCE_PATH": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'bench.db'}", "PORT": str(port)}
    app = create_app(config.read(environment))
    with app.app_context():
        db.create_all()
        _fill(app)
    with (
        _granian("wsgi:app", environment) as site,
        _granian("tests.floor:app", {"PORT": str(servers.free_port())}) as route,
        _granian("tests.floor:bare_callable", {"PORT": str(servers.free_port())}) as callable_,
    ):
        yield {"site": site, "route": route, "callable": callable_}


@contextmanager
def _granian(target: str, environment: dict[str, str]) -> Iterator[str]:
    port = environment["PORT"]
    command = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port, "--workers", "1"]
    with servers.running([*command, "--blocking-threads", "2", "--log-level", "error", target], environment):
        address = f"http://127.0.0.1:{port}"
        servers.wait_for(lambda: _answers(address), what=target)
        yield address


def _answers(address: str) -> bool:
    try:
        return bool(urlopen(f"{address}/", timeout=2).status)
    except OSError:
        return False


def _fill(app: Flask) -> None:
    make = Maker(datetime.now(UTC))
    edition = make.edition()
    with unit_of_work():
        for number in range(EVENTS):
            start = START + timedelta(minutes=number % 90)
            draft = replace(
                BERLIN,
                name={"en": f"Evening {number}", "az": f"Axşam {number}"},
                country=COUNTRIES[number % len(COUNTRIES)],
                starts=start,
                ends=start + timedelta(hours=1),
            )
            event = events.create(edition, draft, actor=None, now=make.now)
            events.publish(event, actor=None, now=make.now)


def _rate(address: str, headers: tuple[str, ...]) -> float:
    options = [part for header in headers for part in ("-H", header)]
    command = ["wrk", "-t1", "-c16", f"-d{SECONDS}s", *options, address]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    assert found is not None, done.stdout
    assert "Non-2xx" not in done.stdout, done.stdout
    return float(found[1])


def _write(rates: dict[str, float]) -> None:
    floor = rates["bare Flask route"]
    rows = "\n".join(f"| {name} | {rate:,.0f} | {rate / floor:.2f} |" for name, rate in rates.items())
    REPORT.write_text(
        "# Benchmarks\n\n"
        "`make bench` writes this table: granian with one worker and wrk with 16 connections on the same machine, "
        "SQLite, two rounds in alternating order. Read the ratios; the rates are this machine's.\n\n"
        f"| what | requests a second | of the bare Flask route |\n|---|---:|---:|\n{rows}\n"
    )


if __name__ == "__main__":
    main()
