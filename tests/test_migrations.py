"""Migrations lead to the tables that the models describe, on both databases, however they are run."""

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, Engine, event, inspect, text
from sqlalchemy.engine.interfaces import DBAPICursor

from campaign import config
from campaign.app import create_app
from campaign.db import db
from tests.make import Maker

ROOT = Path(__file__).parent.parent
VERSIONS = "alembic_version"


@pytest.fixture
def settings(environment: dict[str, str], database_url: str) -> dict[str, str]:
    """Return the settings of an installation whose database is still empty."""
    return {**environment, "DATABASE_URL": database_url}


@pytest.fixture
def app(settings: dict[str, str]) -> Iterator[Flask]:
    """Yield the app on an empty database, no table made."""
    app = create_app(config.read(settings))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def schema() -> set[str]:
    """Return what the database itself says of its tables, a line for each column, index and constraint."""
    found = inspect(db.engine)
    lines: set[str] = set()
    for table in set(found.get_table_names()) - {VERSIONS}:
        lines.add(f"{table}: {_facts(dict(found.get_pk_constraint(table)))}")
        parts = (found.get_columns, found.get_indexes, found.get_unique_constraints, found.get_check_constraints)
        rows = [dict(row) for part in (*parts, found.get_foreign_keys) for row in part(table)]
        lines |= {f"{table}: {_facts(row)}" for row in rows}
    return lines


def _facts(row: dict[str, object]) -> str:
    """Return what the inspector says of one part; SQL and types as the text that they stand for."""
    nested = {name: _facts(value) if isinstance(value, dict) else str(value) for name, value in row.items()}
    return ", ".join(f"{name}={value}" for name, value in sorted(nested.items()))


def revision() -> str | None:
    """Return the revision that the database is at."""
    if VERSIONS not in inspect(db.engine).get_table_names():
        return None
    with db.engine.connect() as connection:
        return connection.execute(text(f"SELECT version_num FROM {VERSIONS}")).scalar()


def newest() -> str:
    """Return the one revision that nothing follows."""
    heads = ScriptDirectory(str(ROOT / "migrations")).get_heads()
    assert len(heads) == 1, f"two ways forward: {heads}"
    return heads[0]


@contextmanager
def listening(listener: Callable[..., None]) -> Iterator[None]:
    """Call the listener before each statement that is sent to any database."""
    event.listen(Engine, "before_cursor_execute", listener)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", listener)


def test_an_upgrade_makes_what_the_models_describe(app: Flask) -> None:
    flask_migrate.upgrade()
    migrated = schema()
    db.drop_all()
    assert schema() == set()
    db.create_all()
    described = schema()
    assert migrated == described, f"write a migration for: {sorted(migrated ^ described)}"


def test_what_is_compared_holds_what_matters(app: Flask) -> None:
    db.create_all()
    lines = schema()
    for table, *facts in (
        ("campaign", "name=slug", "type=VARCHAR(60)", "nullable=False"),
        ("registration", "uq__registration__event_id_email_hash", "where=", "cancelled"),
        ("event", "ck__event__never_oversold", "capacity"),
        ("event", "name=uq__event__edition_id_slug", "slug"),
        ("registration", "fk__registration__event_id__event", "ondelete=CASCADE"),
    ):
        assert any(line.startswith(f"{table}: ") and all(fact in line for fact in facts) for line in lines), facts


def test_alembic_finds_nothing_left_to_do(app: Flask) -> None:
    flask_migrate.upgrade()
    assert revision() == newest()
    flask_migrate.check()


def test_a_second_upgrade_does_nothing(app: Flask) -> None:
    flask_migrate.upgrade()
    before = schema()
    run: list[str] = []

    def note(connection: Connection, cursor: DBAPICursor, statement: str, *rest: object) -> None:
        run.append(statement.strip().upper())

    def trace(connection: object, record: object) -> None:
        if isinstance(connection, sqlite3.Connection):  # which is asked for its lock below SQLAlchemy
            connection.set_trace_callback(lambda statement: run.append(statement.strip().upper()))

    db.engine.dispose()
    event.listen(Engine, "connect", trace)
    try:
        with listening(note):
            flask_migrate.upgrade()
    finally:
        event.remove(Engine, "connect", trace)
        db.engine.dispose()
    assert schema() == before
    waits = [one for one in run if one == "BEGIN IMMEDIATE" or "PG_ADVISORY_XACT_LOCK" in one]
    assert waits, "a second process must wait for the first before it looks what there is to do"
    assert not [one for one in run if one.startswith(("CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE"))]


def test_a_downgrade_leaves_nothing(app: Flask) -> None:
    flask_migrate.upgrade()
    flask_migrate.downgrade(revision="base")
    assert schema() == set()
    assert revision() is None
    flask_migrate.upgrade()
    assert revision() == newest()


def test_who_registered_before_tickets_had_letters_gets_some(app: Flask, make: Maker) -> None:
    flask_migrate.upgrade()
    event = make.event()
    for name in ("rena", "ali"):
        make.registration(event, f"{name}@example.org")
    db.session.remove()
    flask_migrate.downgrade(revision="0002")
    flask_migrate.upgrade()
    codes = db.session.scalars(text("SELECT code FROM registration")).all()
    assert len(set(codes)) == 2
    assert all(re.fullmatch("[A-Z0-9]{4}-[A-Z0-9]{4}", code) for code in codes)


def test_an_interrupted_upgrade_leaves_nothing_half_done(app: Flask) -> None:
    def interrupt(connection: Connection, cursor: DBAPICursor, statement: str, *rest: object) -> None:
        if "CREATE TABLE registration" in statement:
            raise KeyboardInterrupt

    with listening(interrupt), pytest.raises(KeyboardInterrupt):
        flask_migrate.upgrade()
    db.engine.dispose()
    assert schema() == set()
    flask_migrate.upgrade()
    assert revision() == newest()


def test_two_upgrades_at_once_both_end_well(app: Flask, settings: dict[str, str]) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
    environment = {**os.environ, **settings}
    both = [
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for _number in range(2)
    ]
    said = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert revision() == newest()
    flask_migrate.check()
