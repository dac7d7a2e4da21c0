"""`make bench`: measure the site beside what the servers themselves can do, on SQLite and on PostgreSQL."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import click
from flask import Flask
from sqlalchemy.engine import make_url

from campaign import config
from campaign.app import create_app
from campaign.db import db
from tests import servers
from tests.bench import (
    coverage,
    crowd,
    importing,
    mails,
    multitude,
    proposals,
    purging,
    rates,
    registering,
    report,
    rolling_over,
    timings,
    workers,
)
from tests.bench.figure import Figure
from tests.bench.rates import Case, Rate
from tests.bench.web_servers import HOST, ask, granian, nginx, nginx_path

REPORT = servers.ROOT / "BENCHMARKS.md"
PEOPLE = 100_000
FULL, SMALL = (1_000, 10_000, 100_000), (500, 1_000, 2_000)
SECRETS = {"SECRET_KEY": "only-for-measuring-" * 2, "DATA_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}


@dataclass(frozen=True)
class Site:
    """The site on one of the databases: its settings, and the application in this process."""

    database: str
    environment: dict[str, str]
    app: Flask


@click.command()
@click.option("--seconds", default=4, show_default=True, help="How long to ask for each rate.")
@click.option("--rounds", default=3, show_default=True, help="How often to measure each rate.")
@click.option("--small", is_flag=True, help="Few events, and nothing written: only to see whether all of it works.")
def main(seconds: int, rounds: int, small: bool) -> None:
    """Measure rates, times and memory; write them to BENCHMARKS.md."""
    if shutil.which("wrk") is None:
        raise click.ClickException("make bench needs wrk (Debian: apt-get install wrk).")
    sizes = SMALL if small else FULL
    with tempfile.TemporaryDirectory(prefix="campaign-") as name, _sites(Path(name)) as sites:
        for site in sites:
            crowd.lay(site.app)
            crowd.grow(site.app, sizes[0])
        feed, found = _rates(sites, Path(name), rounds=rounds, seconds=seconds)
        figures = {site.database: list(_figures(site, sizes)) for site in sites}
    with tempfile.TemporaryDirectory(prefix="campaign-") as name, _sites(Path(name)) as sites:
        people = _people(sites, Path(name), rounds=rounds, seconds=seconds, share=50 if small else 1)
    share = 20 if small else 1
    for database, some in _lists(share=share).items():
        people[database] += some
    years = _years(share=share)
    text = report.write(found, figures, people, years, feed=f"Of {sizes[0]:,} events {feed}", rounds=rounds)
    click.echo(text)
    if not small:
        REPORT.write_text(text, encoding="utf-8")
    click.echo(
        "\n".join(f"Not as fast or small as asked: {what}" for what in report.missed(found, figures, people, years))
    )


def _people(sites: list[Site], folder: Path, *, rounds: int, seconds: int, share: int) -> dict[str, list[Figure]]:
    """Return what is asked of mails, registering and forgetting; each site begins empty, and gets a share."""
    for site in sites:
        with site.app.app_context():
            db.create_all()
    found: dict[str, list[Figure]] = {}
    for site in sites:
        click.echo(f"  {site.database}, mails", err=True)
        found[site.database] = mails.figures(site.environment)
    click.echo("  registering", err=True)
    where = {site.database: (site.app, site.environment) for site in sites}
    for database, figures in registering.figures(where, folder, rounds=rounds, seconds=seconds).items():
        found[database] += figures
    for site in sites:
        click.echo(f"  {site.database}, purge", err=True)
        found[site.database] += purging.figures(site.app, site.environment, people=PEOPLE // share)
    return found


def _years(*, share: int) -> dict[str, list[Figure]]:
    """Return what is asked of next year's work, each part on empty sites of its own."""
    return _apart(
        "next year",
        "http://127.0.0.1:8000",
        lambda site: rolling_over.figures(site.app, events=rolling_over.EVENTS // share),
        lambda site: importing.figures(site.app, rows=importing.ROWS // share),
        lambda site: coverage.figures(site.app, events=coverage.EVENTS // share),
        lambda site: proposals.figures(site.app, count=proposals.PROPOSALS // share),
    )


def _lists(*, share: int) -> dict[str, list[Figure]]:
    """Return what organizers' lists take among a million people."""
    at_event = multitude.AT_EVENT // share
    return _apart(
        "lists", f"https://{HOST}", lambda site: multitude.figures(site.app, site.environment, at_event=at_event)
    )


def _apart(what: str, public_url: str, *parts: Callable[[Site], list[Figure]]) -> dict[str, list[Figure]]:
    """Measure each part on empty sites of its own."""
    found: dict[str, list[Figure]] = {}
    for part in parts:
        with tempfile.TemporaryDirectory(prefix="campaign-") as name, _sites(Path(name), public_url) as sites:
            for site in sites:
                click.echo(f"  {site.database}, {what}", err=True)
                with site.app.app_context():
                    db.create_all()
                found.setdefault(site.database, []).extend(part(site))
    return found


@contextmanager
def _sites(folder: Path, public_url: str = f"https://{HOST}") -> Iterator[list[Site]]:
    """Yield the site on an empty SQLite database, and on a PostgreSQL server of its own, reached by its socket."""
    addresses = {"SQLite": f"sqlite:///{folder / 'bench.db'}"}
    with ExitStack() as running:
        if servers.postgres_binaries():
            server = make_url(running.enter_context(servers.postgres(folder / "server")))
            socket = {"host": str(folder / "server"), "port": str(server.port)}
            there = server.set(host=None, port=None, database="postgres", query=socket)
            addresses["PostgreSQL"] = there.render_as_string()
        yield [_site(folder / "instance", database, url, public_url) for database, url in addresses.items()]


def _site(instance: Path, database: str, url: str, public_url: str) -> Site:
    environment = {"INSTANCE_PATH": str(instance), "DATABASE_URL": url, "PUBLIC_URL": public_url, **SECRETS}
    app = create_app(config.read(environment))
    app.config["TESTING"] = True  # an error is one here, and polls in this process need not be counted
    return Site(database, environment, app)


def _rates(sites: list[Site], folder: Path, *, rounds: int, seconds: int) -> tuple[str, Mapping[str, Rate]]:
    """Return what the feed is that was asked for, in words, and all rates."""
    cases: list[Case] = []
    with ExitStack() as running:
        for site in sites:
            server = running.enter_context(granian("wsgi:app", site.environment))
            cases += _cases(site, server.address)
        address = cases[0].address
        plain, zipped = ask(address).body, ask(address, **{"Accept-Encoding": "gzip"}).body
        file = folder / "nginx" / "feed.ics"
        file.parent.mkdir()
        file.write_bytes(zipped)
        floors = _floors(running, file)
        found = rates.measure([*floors, *cases], rounds=rounds, seconds=seconds)
    entries = plain.count(b"BEGIN:VEVENT")
    return f"{entries:,} entries fit into the feed, {len(plain):,} bytes, {len(zipped):,} zipped.", found


def _floors(running: ExitStack, file: Path) -> list[Case]:
    """Start what does nothing but answer, on the same server and on nginx."""
    environment = {"FLOOR_FEED": str(file)}
    bare = running.enter_context(granian("tests.bench.floor:bare_callable", environment)).address
    route = running.enter_context(granian("tests.bench.floor:app", environment)).address
    cases = [
        Case(report.CALLABLE, f"{bare}/"),
        Case(report.ROUTE, f"{route}/"),
        Case(report.ZIPPED_ROUTE, f"{route}/feed.ics"),
    ]
    if nginx_path():
        static = f"{running.enter_context(nginx(file)).address}/{file.name}"
        cases += [Case("nginx, the feed's zipped bytes", static), Case("nginx, 304", static, knows_tag=True)]
    return cases


def _cases(site: Site, address: str) -> list[Case]:
    feed, page = f"{address}/feeds/{crowd.SLUG}.ics", f"{address}/{crowd.SLUG}/{crowd.YEAR}/"
    meanwhile = rates.writing(site.app)
    return [
        Case(f"{report.UNCHANGED}, {site.database}", feed, knows_tag=True),
        Case(f"{report.ZIPPED}, {site.database}", feed, zipped=True),
        Case(f"polls while an event changes every 100 ms, {site.database}", feed, keeps_tag=True, meanwhile=meanwhile),
        Case(f"edition page, {site.database}", page),
        Case(f"event page, {site.database}", f"{page}evening-1/"),
    ]


def _figures(site: Site, sizes: tuple[int, ...]) -> Iterator[Figure]:
    """Let the campaign grow, and yield what is asked at each size."""
    costs = []
    for size, limit in zip(sizes, (20, 150, None), strict=True):
        click.echo(f"  {site.database}, {size:,} events", err=True)
        crowd.grow(site.app, size)
        for figure in timings.first_answers(site.app, limit=limit):
            yield replace(figure, what=f"first 200 after a change, {size:,} events, {figure.what}")
        costs.append(timings.change_cost(site.app))
        yield Figure(f"one event's change, {size:,} events", costs[-1], "ms")
    yield Figure(f"the same with {sizes[-1]:,} beside {sizes[0]:,}", costs[-1] / costs[0], "×", 1.5)
    with workers.two(site.environment) as servers_:
        yield workers.unseen_changes(site.app, servers_)
        yield workers.memory(servers_[0])


if __name__ == "__main__":
    main()
