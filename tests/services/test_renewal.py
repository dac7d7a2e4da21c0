"""Entries made anew after a release or a change of the zones' law: all of them, once, and without needless change."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from campaign.db import db, unit_of_work
from campaign.domain.slice import Slice
from campaign.models import Campaign, DayEntry, Entry, Event, ZoneState
from campaign.services import entries, feeds, renewal
from tests.make import Maker

SECOND = timedelta(seconds=1)
BAKU = {"name": {"en": "Evening in Baku"}, "country": "AZ", "city": "Baku", "zone": "Asia/Baku"}


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what the other database can't do otherwise."""


@pytest.fixture
def event(app_on_both: Flask, make: Maker) -> Event:
    """Return the event in Berlin, beside which there is one in Baku, of a campaign that marks its day."""
    event = make.event(make.edition(make.campaign(marks_day=True)))
    make.event(event.edition, **BAKU)
    return event


@pytest.fixture
def campaign(event: Event) -> Campaign:
    """Return the event's campaign."""
    return event.edition.campaign


def outdate(*, body: bytes | None = None) -> None:
    """Let all entries look as if an earlier release had made them, with another body if one is given."""
    with unit_of_work():
        for table in (Entry, DayEntry):
            db.session.execute(update(table).values(made_with="1/2019a", **({"body": body} if body else {})))
    db.session.expire_all()


def renew(now: datetime) -> None:
    with unit_of_work():
        renewal.render(renewal.outdated(), now=now)
        renewal.render_days(now=now)


def note_laws(now: datetime) -> list[str]:
    with unit_of_work():
        return renewal.note_laws(now=now)


def change_law(zone: str) -> None:
    """Let a zone's law look as if it had been another one when it was last seen."""
    with unit_of_work():
        db.session.execute(update(ZoneState).where(ZoneState.name == zone).values(digest="another"))


def stored() -> list[tuple[bytes, datetime]]:
    db.session.expire_all()
    rows = db.session.scalars(select(Entry).order_by(Entry.event_id, Entry.language))
    days = db.session.scalars(select(DayEntry).order_by(DayEntry.language))
    return [(one.body, one.changed_at) for one in (*rows, *days)]


def test_what_another_release_made_is_found_and_made_anew(event: Event, now: datetime) -> None:
    assert renewal.outdated() == []
    outdate()
    assert len(renewal.outdated()) == 2
    renew(now + SECOND)
    assert renewal.outdated() == []
    assert {*db.session.scalars(select(Entry.made_with)), *db.session.scalars(select(DayEntry.made_with))} == {
        entries.made_with()
    }


@on_sqlite
def test_all_of_them_are_found_however_many_are_made_at_once(
    event: Event, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewal, "BATCH", 1)
    outdate()
    assert len(renewal.outdated()) == 2


@on_sqlite
def test_what_comes_out_the_same_keeps_its_hour(event: Event, campaign: Campaign, now: datetime) -> None:
    was, feed, revision = stored(), feeds.feed(campaign, Slice(), now=now), campaign.revision
    outdate()
    renew(now + SECOND)
    assert stored() == was
    assert feeds.feed(campaign, Slice(), now=now) == feed
    assert campaign.revision > revision


@on_sqlite
def test_what_comes_out_another_is_dated_now(event: Event, campaign: Campaign, now: datetime) -> None:
    was = stored()
    outdate(body=b"BEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\n")
    renew(now + SECOND)
    assert {changed_at for _body, changed_at in stored()} == {now + SECOND}
    hour = f"{now:%Y%m%dT%H%M%SZ}".encode(), f"{now + SECOND:%Y%m%dT%H%M%SZ}".encode()
    stamps = [(b"DTSTAMP:" + one, b"LAST-MODIFIED:" + one) for one in hour]
    expected = [body.replace(stamps[0][0], stamps[1][0]).replace(stamps[0][1], stamps[1][1]) for body, _at in was]
    assert [body for body, _at in stored()] == expected
    assert feeds.feed(campaign, Slice(), now=now + SECOND).changed_at == now + SECOND


@on_sqlite
def test_one_event_that_cannot_be_made_leaves_its_calendars_and_hinders_no_other(
    event: Event, campaign: Campaign, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    with unit_of_work():
        db.session.execute(update(Event).where(Event.id == event.id).values(zone="Mars/Olympus"))
    outdate()
    assert note_laws(now) == []
    renew(now + SECOND)
    assert renewal.outdated() == []
    assert f"event {event.id} can't be written" in caplog.text
    for slice_, count in ((Slice(), 2), (Slice(country="DE"), 0)):
        feed = feeds.feed(campaign, slice_, now=now + SECOND)
        assert (feed.entry_count, feed.changed_at) == (count, now + SECOND)
    assert feeds.feed(campaign, Slice(country="AZ"), now=now + SECOND).changed_at == now


@on_sqlite
def test_a_zone_seen_first_has_not_changed(event: Event, campaign: Campaign, now: datetime) -> None:
    revision, feed = campaign.revision, feeds.feed(campaign, Slice(), now=now)
    assert note_laws(now + SECOND) == note_laws(now + SECOND) == []
    assert {*db.session.scalars(select(ZoneState.name))} == {"Europe/Berlin", "Asia/Baku"}
    assert campaign.revision == revision
    assert feeds.feed(campaign, Slice(), now=now) == feed


def test_a_changed_law_moves_the_calendars_that_write_it_down(event: Event, campaign: Campaign, now: datetime) -> None:
    note_laws(now)
    revision = campaign.revision
    change_law("Europe/Berlin")
    assert note_laws(now + SECOND) == ["Europe/Berlin"]
    assert campaign.revision > revision
    later = now + SECOND
    moved = [feeds.feed(campaign, one, now=later).changed_at for one in (Slice(), Slice(country="DE"))]
    assert moved == [later, later]
    assert feeds.feed(campaign, Slice(country="AZ"), now=later).changed_at == now
    assert feeds.single(event).changed_at == later
    assert note_laws(later + SECOND) == []


def zone_folder(folder: Path, *, berlin: str) -> Path:
    """Return zone data of a later release, in which Berlin keeps another place's time."""
    source = resources.files("tzdata").joinpath("zoneinfo", *berlin.split("/"))
    (folder / "Europe").mkdir(parents=True)
    with resources.as_file(source) as path:
        shutil.copy(path, folder / "Europe" / "Berlin")
    (folder / "tzdata.zi").write_text("# version 2099z\n")
    return folder


def run_worker_once(environment: Mapping[str, str], zones: Path) -> None:
    """Do what a worker does when it starts, with these zone data."""
    script = (
        "from campaign.app import create_app; from campaign import jobs; from campaign.services import renewal\n"
        "with create_app().app_context():\n"
        "    list(jobs.renew_calendars(renewal.outdated()))"
    )
    names = {**os.environ, **environment, "PYTHONTZPATH": str(zones)}
    subprocess.run([sys.executable, "-c", script], env=names, check=True)


def test_a_new_law_moves_the_instants_of_what_is_to_come_and_keeps_the_wall_clocks(
    app: Flask, environment: Mapping[str, str], make: Maker, tmp_path: Path
) -> None:
    coming = make.event()
    starts = datetime(2026, 2, 26, 18, 30)
    past = make.event(make.edition(coming.edition.campaign, 2026), starts=starts, ends=starts + timedelta(hours=2))
    with unit_of_work():
        renewal.note_laws(now=make.now)
    was = feeds.feed(coming.edition.campaign, Slice(), now=make.now)
    run_worker_once(environment, zone_folder(tmp_path / "zones", berlin="Asia/Tokyo"))
    db.session.rollback()
    assert coming.starts_at == datetime(2027, 2, 26, 9, 30, tzinfo=UTC)
    assert coming.ends_at == datetime(2027, 2, 26, 11, 30, tzinfo=UTC)
    assert past.starts_at == datetime(2026, 2, 26, 17, 30, tzinfo=UTC)
    (entry,) = (one for one in coming.entries if one.language == "en")
    assert b"DTSTART;TZID=Europe/Berlin:20270226T183000" in entry.body
    assert entry.made_with.endswith("/2099z")
    assert entry.changed_at == make.now  # its bytes are the same
    assert feeds.feed(coming.edition.campaign, Slice(), now=make.now).changed_at > was.changed_at
