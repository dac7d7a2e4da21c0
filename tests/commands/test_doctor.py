"""The doctor is content with a sound installation, and names what is wrong with another."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import stamp

from campaign import checkup, keys
from campaign.config import Settings
from campaign.db import db, unit_of_work
from campaign.services import outbox
from tests import servers
from tests.conftest import NOW
from tests.make import Maker

OTHER_KEY = b"another key of thirty-two bytes!"


@pytest.fixture
def settings(app_on_both: Flask) -> Settings:
    """Return the settings of an installation that was upgraded as it should be."""
    stamp()
    found: Settings = app_on_both.config["SETTINGS"]
    return found


def wrong(settings: Settings) -> dict[str, str]:
    """Return what is wrong with an installation, by subject."""
    return {one.subject: one.sentence for one in checkup.look(settings, now=NOW) if not one.is_well}


def test_a_sound_installation_is_well(settings: Settings, make: Maker) -> None:
    make.registration(make.event(), "person@example.org")
    with servers.smtp(servers.Inbox()) as url:
        found = list(checkup.look(replace(settings, smtp_url=url), now=NOW))
    clock = {"clock"} if db.engine.dialect.name == "postgresql" else set()  # the tests' hour is not the server's
    assert {one.subject for one in found if not one.is_well} == clock
    assert {"settings", "database", "schema", "keys", "mail", "queue", "clock", "disk"} == {
        one.subject for one in found
    }


def test_an_older_schema_is_named(settings: Settings) -> None:
    stamp(revision="0001")
    assert "flask db upgrade" in wrong(settings)["schema"]


def test_a_key_that_reads_nothing_is_named(settings: Settings, make: Maker) -> None:
    make.registration(make.event(), "person@example.org")
    db.session.remove()
    keys.use([OTHER_KEY])
    try:
        assert "DATA_KEY" in wrong(settings)["keys"]
    finally:
        keys.use(settings.data_keys)


def test_mails_that_nobody_sends_are_named(settings: Settings, make: Maker) -> None:
    event = make.event()
    with unit_of_work():
        hour_ago = NOW - timedelta(hours=1)
        outbox.put("changed", unique_key="late", to="a@example.org", language="en", event=event, now=hour_ago)
    assert "Does a worker run?" in wrong(settings)["queue"]


def test_a_mail_server_that_is_away_is_named(settings: Settings) -> None:
    away = replace(settings, smtp_url=f"smtp://127.0.0.1:{servers.free_port()}")
    assert "SMTP_URL" in wrong(away)["mail"]


def test_a_public_site_without_mail_is_named(settings: Settings) -> None:
    public = replace(settings, public_url="https://events.example.org", smtp_url=None)
    assert "SMTP_URL is missing" in wrong(public)["settings"]


def test_a_damaged_file_is_named(app: Flask, make: Maker) -> None:
    stamp()
    make.event()
    db.session.remove()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.engine.dispose()
    path = Path(db.engine.url.database or "")
    whole = bytearray(path.read_bytes())
    for page in range(4096 * 3, len(whole) - 4096, 4096 * 2):
        whole[page : page + 64] = b"\xff" * 64
    path.write_bytes(whole)
    found = wrong(app.config["SETTINGS"])
    assert "restore" in found["database"] or "can't be looked at" in found["database"]
