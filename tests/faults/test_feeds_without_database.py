"""The database goes away while calendars are asked for: each is still there, and right again once it is back."""

import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask, has_app_context
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from werkzeug.test import TestResponse

from campaign.db import db, unit_of_work
from campaign.models import Event
from campaign.revision import PATIENCE_SECONDS, REST_SECONDS, Revisions, Unreachable
from campaign.services import campaigns, events
from tests import servers
from tests.web.conftest import Soon

PATHS = ["/feeds/khojaly.ics", "/feeds/khojaly/country-de/lang-az.ics", "/feeds/khojaly.atom", "/feeds/khojaly.json"]
ENDINGS = ("", "-wal", "-shm")


@dataclass
class Sqlite:
    """A database file that can be moved away and back."""

    url: str

    def go(self) -> None:
        """Move the file away."""
        self._move("", ".away")

    def come(self) -> None:
        """Move it back."""
        self._move(".away", "")

    def _move(self, old: str, new: str) -> None:
        path = make_url(self.url).database or ""
        for ending in ENDINGS:
            Path(f"{path}{ending}{old}").rename(f"{path}{ending}{new}")


@dataclass
class Postgresql:
    """A server of our own that can be stopped and started."""

    url: str
    folder: Path

    def go(self) -> None:
        """Stop the server as if the power failed."""
        self._control("-m", "immediate", "stop")

    def come(self) -> None:
        """Start it again on the same port."""
        port = make_url(self.url).port
        options = f"-p {port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._control("-o", options, "-l", str(self.folder / "log"), "start")

    def is_gone(self) -> bool:
        """Return whether the server doesn't run."""
        return not (self.folder / "data" / "postmaster.pid").exists()

    def _control(self, *words: str) -> None:
        binaries = servers.postgres_binaries()
        assert binaries is not None
        user = "postgres" if os.getuid() == 0 else None
        command = [binaries / "pg_ctl", "-D", self.folder / "data", "-w", *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=user, group=user, cwd=self.folder)


Database = Sqlite | Postgresql


@pytest.fixture(scope="module")
def server() -> Iterator[Postgresql]:
    """Yield a PostgreSQL server that only these tests use."""
    if servers.postgres_binaries() is None:
        pytest.skip("PostgreSQL is not installed")
    with TemporaryDirectory(prefix="campaign-") as folder, servers.postgres(Path(folder) / "server") as address:
        server = Postgresql(f"{address}/postgres", Path(folder) / "server")
        yield server
        if server.is_gone():
            server.come()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Yield a database that can go away."""
    if request.param == "sqlite":
        yield Sqlite(f"sqlite:///{tmp_path / 'a #1 test%20.db'}")
        return
    server: Postgresql = request.getfixturevalue("server")
    yield server
    if server.is_gone():
        server.come()


@pytest.fixture
def database_url(database: Database) -> str:
    """Return the address of that database, on which the application is to run."""
    return database.url


@pytest.fixture
def event(app_on_both: Flask) -> Iterator[Event]:
    """Yield an event whose calendars are asked for; leave an empty database behind."""
    yield Soon(datetime.now(UTC)).event()
    db.session.remove()
    db.drop_all()


@pytest.fixture
def poll(app_on_both: Flask, event: Event) -> Callable[..., TestResponse]:
    """Return what asks for a feed as somebody who is signed in."""

    def poll(path: str = PATHS[0], method: str = "GET", **headers: str) -> TestResponse:
        if has_app_context():
            db.session.remove()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        client = app_on_both.test_client()
        client.set_cookie("session", "eyJfdXNlcl9pZCI6IjEifQ.x.y")
        return Context().run(client.open, path, method=method, headers=named)

    return poll


def edit(event: Event, venue: str) -> None:
    with unit_of_work():
        event = db.session.merge(event)
        draft = replace(events.draft_of(event), venue=venue)
        events.edit(event, draft, actor=None, now=datetime.now(UTC))


@contextmanager
def away(database: Database) -> Iterator[None]:
    """Let the database be away."""
    db.session.remove()
    database.go()
    try:
        yield
    finally:
        database.come()


def in_new_threads(call: Callable[[str], TestResponse], count: int = 8) -> list[TestResponse]:
    """Ask from threads that have no connection yet, as a server has some."""
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(call, PATHS * (count // len(PATHS))))


def test_every_calendar_asked_for_before_is_still_there(
    database: Database, poll: Callable[..., TestResponse], event: Event
) -> None:
    good = {path: poll(path) for path in PATHS}
    with away(database):
        began = time.monotonic()
        for path, was in good.items():
            assert (poll(path).status_code, poll(path).data) == (200, was.data)
            assert poll(path, If_None_Match=was.headers["ETag"]).status_code == 304
            assert poll(path, method="HEAD").headers == was.headers
            assert poll(path, Accept_Encoding="gzip").headers["Content-Encoding"] == "gzip"
        for answer in in_new_threads(poll):
            assert (answer.status_code, answer.headers) == (200, good[answer.request.path].headers)
        assert time.monotonic() - began < 10
    time.sleep(REST_SECONDS)
    edit(event, "Another hall")
    for path in PATHS:
        assert "Another hall" in poll(path, If_None_Match=good[path].headers["ETag"]).text.replace("\r\n ", "")


def test_what_changed_just_before_shows_afterwards(
    database: Database, poll: Callable[..., TestResponse], event: Event
) -> None:
    good = poll()
    edit(event, "Another hall")
    with away(database):
        assert all(one.status_code == 200 for one in in_new_threads(lambda _path: poll()))
    time.sleep(REST_SECONDS)
    assert b"Another hall" in poll(If_None_Match=good.headers["ETag"]).data


def test_what_was_withdrawn_before_does_not_come_back(
    database: Database, poll: Callable[..., TestResponse], event: Event
) -> None:
    poll()
    with unit_of_work():
        campaigns.withdraw(db.session.merge(event).edition.campaign, actor=None, now=datetime.now(UTC))
    assert poll().status_code == 410
    with away(database):
        assert all(b"VCALENDAR" not in one.data for one in in_new_threads(lambda _path: poll()))


def test_a_connection_that_broke_unnoticed_is_made_anew_at_once(
    database: Database, poll: Callable[..., TestResponse], event: Event
) -> None:
    """After a restart between two polls, the first one already learns what changed meanwhile."""
    good = poll()
    assert poll(If_None_Match=good.headers["ETag"]).status_code == 304
    with away(database):
        pass
    edit(event, "Another hall")
    assert b"Another hall" in poll(If_None_Match=good.headers["ETag"]).data


def test_a_table_that_cannot_be_read_leaves_the_last_good_copy(
    app_on_both: Flask, poll: Callable[..., TestResponse], event: Event, caplog: pytest.LogCaptureFixture
) -> None:
    good = poll()
    edit(event, "Another hall")
    for old, new in (("entry", "entry_away"), ("entry_away", "entry")):
        with unit_of_work():
            db.session.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
        answer = poll()
        assert answer.status_code == 200
        assert (answer.data == good.data) == (new == "entry_away")
    assert b"Another hall" in poll().data
    assert "its last good copy is handed out" in caplog.text


def test_a_database_that_is_away_is_noticed_in_bounded_time(
    database: Database, app_on_both: Flask, event: Event
) -> None:
    revisions = Revisions(database.url)
    assert revisions.of(event.edition.campaign_id) == event.edition.campaign.revision
    assert revisions.of(10**9) is None
    known = [Revisions(database.url)]
    if isinstance(database, Postgresql):  # whoever has SQLite's file open still has it
        known.append(revisions)
    with away(database):
        for one in (
            (revisions, Revisions(database.url)) if isinstance(database, Postgresql) else [Revisions(database.url)]
        ):
            began = time.monotonic()
            with pytest.raises(Unreachable):
                one.of(1)
            assert time.monotonic() - began < PATIENCE_SECONDS + 1
            with pytest.raises(Unreachable):
                one.of(1)
    time.sleep(REST_SECONDS)
    assert revisions.of(10**9) is None


@contextmanager
def frozen(server: Postgresql) -> Iterator[None]:
    """Let the server's processes stand still: it takes what it is sent, and says nothing."""
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit() and _is_of(server, path)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def _is_of(server: Postgresql, process: Path) -> bool:
    """Return whether a process is the server's."""
    try:
        return (process / "cwd").readlink() == server.folder / "data"
    except OSError:
        return False


def test_a_server_that_stopped_answering_is_noticed_in_bounded_time(server: Postgresql) -> None:
    engine, revisions = create_engine(server.url), Revisions(server.url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE campaign AS SELECT 1 AS id, 7 AS revision"))
    with ThreadPoolExecutor(1) as connected, ThreadPoolExecutor(1) as other:
        assert connected.submit(revisions.of, 1).result() == 7  # each thread has a connection of its own
        with frozen(server):
            for thread, one in ((connected, revisions), (other, Revisions(server.url))):
                assert isinstance(thread.submit(one.of, 1).exception(2 * PATIENCE_SECONDS + 1), Unreachable)
        time.sleep(REST_SECONDS)
        assert connected.submit(revisions.of, 1).result() == 7
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE campaign"))
    engine.dispose()


def test_a_file_full_of_rubbish_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "test.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE campaign (id INTEGER PRIMARY KEY, revision INTEGER)")
        connection.execute("INSERT INTO campaign VALUES (1, 7)")
    assert Revisions(f"sqlite:///{path}").of(1) == 7
    shutil.copy(__file__, path)
    with pytest.raises(Unreachable):
        Revisions(f"sqlite:///{path}").of(1)
    path.unlink()
    with pytest.raises(Unreachable):
        Revisions(f"sqlite:///{path}").of(1)
    assert not path.exists()
