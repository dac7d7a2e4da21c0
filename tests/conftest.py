"""What every test may ask for: the app on an empty database of either kind, a clock's hour, pages, servers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from campaign import config
from campaign.app import create_app
from campaign.db import db
from campaign.domain import moment
from tests import servers
from tests.make import Maker
from tests.page import Client

moment.use_newest_zone_data()  # as every process of the application does first
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Yield the address of a PostgreSQL server of this test run's own."""
    if servers.postgres_binaries() is None:
        pytest.skip("PostgreSQL is not installed")
    # Not below pytest's own folder: another run would take the server's user the right to enter it.
    with TemporaryDirectory(prefix="campaign-") as folder, servers.postgres(Path(folder) / "server") as address:
        yield address


@pytest.fixture
def postgres_url(postgres_server: str, request: pytest.FixtureRequest) -> str:
    """Return the address of a fresh, empty database."""
    name = f"test_{abs(hash(request.node.nodeid)) % 10**9}"
    engine = create_engine(f"{postgres_server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{postgres_server}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database; a test that asks for it runs on both kinds."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return settings for an installation of its own in a temporary folder."""
    return settings(tmp_path)


def settings(folder: Path) -> dict[str, str]:
    """Return settings for an installation in a folder, on a free port."""
    port = servers.free_port()
    return {
        "INSTANCE_PATH": str(folder / "instance"),
        "DATABASE_URL": f"sqlite:///{folder / 'test.db'}",
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SECRET_KEY": "only-for-tests-" * 3,
        "DATA_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    }


def _app(environment: dict[str, str]) -> Iterator[Flask]:
    app = create_app(config.read(environment))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(environment: dict[str, str]) -> Iterator[Flask]:
    """Yield the app on an empty SQLite database, its context entered."""
    yield from _app(environment)


@pytest.fixture
def app_on_both(environment: dict[str, str], database_url: str) -> Iterator[Flask]:
    """Yield the app on an empty database, once on SQLite and once on PostgreSQL."""
    yield from _app({**environment, "DATABASE_URL": database_url})


@pytest.fixture
def now() -> datetime:
    """Return the hour that tests take for now."""
    return NOW


@pytest.fixture
def make(now: datetime) -> Maker:
    """Return what makes campaigns, events and people through the services."""
    return Maker(now)


@pytest.fixture
def client(app: Flask) -> Client:
    """Return a visitor's browser, which looks hard at every page it opens."""
    return Client(app)
