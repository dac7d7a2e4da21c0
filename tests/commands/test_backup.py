"""A backup under writes, into either database, on an empty machine; damaged ones are refused."""

import re
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import MetaData, create_engine, select

from campaign import config, erasure_list
from campaign.app import create_app
from campaign.backup import archive, whole
from campaign.backup.archive import Damaged
from campaign.db import db, unit_of_work
from campaign.models import Event, Registration
from campaign.services import erasures
from tests.conftest import NOW
from tests.make import Maker

OTHER_KEY = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY="
Flasks = Callable[..., "subprocess.CompletedProcess[str]"]


def flask(environment: Mapping[str, str], *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run a command of the installation in a process of its own."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *map(str, arguments)]
    return subprocess.run(command, env=dict(environment), capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def lived_in(environment: dict[str, str], database_url: str) -> dict[str, str]:
    """Return the settings of an installation, on either database, in which there is some of everything."""
    environment["DATABASE_URL"] = database_url
    assert flask(environment, "db", "upgrade").returncode == 0
    app = create_app(config.read(environment))
    app.config["TESTING"] = True
    with app.app_context():
        make = Maker(NOW)
        event = make.event(capacity=50)
        for number in range(3):
            make.registration(event, f"person-{number}@example.org")
        db.session.remove()
        db.engine.dispose()
    return environment


def everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of all tables, in an order and spelling that both databases share."""
    engine, found = create_engine(url), MetaData()
    found.reflect(engine)
    with engine.connect() as connection:
        rows = {
            table.name: sorted((tuple(map(_alike, row)) for row in connection.execute(select(table))), key=str)
            for table in found.sorted_tables
        }
    engine.dispose()
    return rows


def _alike(value: object) -> object:
    if isinstance(value, memoryview):
        return bytes(value)
    return re.sub(r"\+00:00$", "", str(value)) if hasattr(value, "isoformat") else value


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_either_database_is_filled_from_either(
    lived_in: dict[str, str], target: str, tmp_path: Path, postgres_server: str, request: pytest.FixtureRequest
) -> None:
    before = everything(lived_in["DATABASE_URL"])
    assert len(before["registration"]) == 3
    file = tmp_path / "backup.zip"
    said = flask(lived_in, "backup", file)
    assert said.returncode == 0, said.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    elsewhere = {**lived_in, "DATABASE_URL": empty(target, tmp_path, postgres_server)}
    elsewhere["INSTANCE_PATH"] = str(tmp_path / "another-machine")
    said = flask(elsewhere, "restore", file)
    assert said.returncode == 0, said.stderr
    assert everything(elsewhere["DATABASE_URL"]) == before
    assert "not empty" in flask(elsewhere, "restore", file).stderr
    app = create_app(config.read(elsewhere))
    with app.app_context(), unit_of_work():  # new rows are numbered behind those that came
        again = Maker(NOW).registration(db.session.scalars(select(Event)).one(), "late@example.org")
        assert again.id > max(row[0] for row in before["registration"])


def empty(kind: str, folder: Path, server: str) -> str:
    """Return the address of a new database."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'restored.db'}"
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    name = f"restored_{abs(hash(str(folder))) % 10**9}"
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return f"{server}/{name}"


@pytest.fixture
def backup(app: Flask, make: Maker, tmp_path: Path) -> Path:
    """Return a backup of an installation with one registration."""
    make.registration(make.event(), "person@example.org", name="Linden 4")
    db.session.execute(db.text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
    db.session.execute(db.text("INSERT INTO alembic_version VALUES ('0001')"))
    db.session.commit()
    file = tmp_path / "backup.zip"
    whole.make(db.engine, tmp_path, file, now=NOW)
    return file


def test_a_single_changed_byte_is_noticed_wherever_it_is(backup: Path, tmp_path: Path) -> None:
    good = backup.read_bytes()
    for at in range(0, len(good), max(1, len(good) // 200)):
        bad = tmp_path / "bad.zip"
        bad.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        with pytest.raises(Damaged), archive.reading(bad):
            pass
    for bad_bytes in (b"", good[:-1], good[: len(good) // 2], good + b"\n", b"x" * 200):
        bad.write_bytes(bad_bytes)
        with pytest.raises(Damaged), archive.reading(bad):
            pass


def test_what_is_personal_is_not_to_be_read_in_it(backup: Path) -> None:
    with zipfile.ZipFile(backup) as file:
        inside = b"".join(file.read(name) for name in file.namelist())
    assert b"Linden" not in inside and b"person@example.org" not in inside


def test_without_its_key_it_is_refused(lived_in: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    assert flask(lived_in, "backup", file).returncode == 0
    elsewhere = {**lived_in, "DATABASE_URL": f"sqlite:///{tmp_path / 'new.db'}", "DATA_KEY": OTHER_KEY}
    said = flask(elsewhere, "restore", file)
    assert said.returncode == 1 and "DATA_KEY lacks the key" in said.stderr
    assert not (tmp_path / "new.db").exists() or everything(elsewhere["DATABASE_URL"]) == {}
    both = f"{OTHER_KEY} {lived_in['DATA_KEY']}"
    assert flask({**elsewhere, "DATA_KEY": both}, "restore", file).returncode == 0


def test_who_was_erased_since_does_not_come_back(lived_in: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    assert flask(lived_in, "backup", file).returncode == 0
    app = create_app(config.read(lived_in))
    with app.app_context():
        with unit_of_work():
            gone = db.session.scalars(select(Registration).order_by(Registration.id)).first()
            assert gone is not None
            erased = erasures.erase(gone, now=NOW.replace(year=2027))
        erasure_list.append(app.config["SETTINGS"].instance, [erased])
        db.session.remove()
        db.engine.dispose()
    restored = {**lived_in, "DATABASE_URL": f"sqlite:///{tmp_path / 'new.db'}"}
    assert flask(restored, "restore", file).returncode == 0
    rows = everything(restored["DATABASE_URL"])
    assert len(rows["registration"]) == 2 and len(rows["erasure"]) == 1


def test_while_others_write_it_shows_one_moment(app_on_both: Flask, make: Maker, tmp_path: Path) -> None:
    event = make.event()
    db.session.execute(db.text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
    db.session.commit()
    is_over = threading.Event()

    def register() -> None:
        with app_on_both.app_context():
            mine, number = Maker(NOW), 0
            while not is_over.is_set():
                mine.registration(db.session.get_one(Event, event.id), f"busy-{number}@example.org")
                number += 1
            db.session.remove()

    writer = threading.Thread(target=register)
    writer.start()
    try:
        manifests = [whole.make(db.engine, tmp_path, tmp_path / "b.zip", now=NOW) for _number in range(5)]
    finally:
        is_over.set()
        writer.join()
    for one in manifests:  # each registration brings its consent: neither is there without the other
        assert one.rows["registration"] == one.rows["consent"]
    assert manifests[-1].rows["registration"] > manifests[0].rows["registration"]


def test_a_backup_is_whole_or_not_there(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    file.write_bytes(b"the one before")
    with pytest.raises(whole.Unfit):  # an installation that was never upgraded
        whole.make(db.engine, tmp_path, file, now=NOW)
    assert file.read_bytes() == b"the one before"
    assert list(tmp_path.glob("*.part")) == []
