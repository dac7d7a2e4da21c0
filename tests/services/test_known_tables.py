"""Columns that were chosen once: taken again for a file with the same header, in the same campaign alone."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.db import db, unit_of_work
from campaign.domain.columns import match
from campaign.models import Edition, KnownTable
from campaign.services import imports, known_tables
from campaign.services.import_plan import Options, Plan
from campaign.sheets.reader import read
from tests.make import Maker
from tests.services.test_imports import content_of, events_of, rows_of_all_tables

pytestmark = pytest.mark.usefixtures("app_on_both")

HEADER, ROW = ["Was", "Wo", "Name"], ["Lesung", "Bonn", "Frau M."]
CHOSEN = Options({"name": "Was", "place": "Wo"})


@pytest.fixture
def edition(app_on_both: Flask, make: Maker) -> Edition:
    """Return the year 2027 of the campaign khojaly."""
    return make.edition()


def run(edition: Edition, now: datetime, options: Options | None = None) -> Plan:
    """Import the file."""
    with unit_of_work():
        plan = imports.plan(edition, read(content_of(HEADER, ROW)), options or Options())
        imports.carry_out(plan, actor=None, now=now)
    return plan


def test_what_was_chosen_is_taken_again(edition: Edition, now: datetime) -> None:
    assert run(edition, now, CHOSEN).remembered_at is None
    plan = run(edition, now)
    assert (plan.remembered_at, plan.to_do) == (now, 0)
    assert [event.name for event in events_of(edition)] == [{"en": "Lesung"}]
    before = rows_of_all_tables()
    run(edition, now + timedelta(hours=1))
    assert rows_of_all_tables() == before


def test_what_is_chosen_now_goes_before(edition: Edition, now: datetime) -> None:
    run(edition, now, CHOSEN)
    plan = run(edition, now, Options({"name": "Name"}))
    assert plan.columns == {"name": 2, "place": 1}
    assert run(edition, now).columns == {"name": 2, "place": 1}


def test_a_use_is_noted(edition: Edition, now: datetime) -> None:
    run(edition, now, CHOSEN)
    later = now + timedelta(days=2)
    run(edition, later)
    assert db.session.scalars(select(KnownTable.used_at)).one() == later


def test_what_the_names_say_is_not_kept(edition: Edition, now: datetime) -> None:
    campaign, header = edition.campaign, ("Was", "Name", "Place")
    with unit_of_work():
        known_tables.remember(campaign, header, {"name": 0, "place": 2}, now=now)
    assert known_tables.find(campaign, header)
    with unit_of_work():
        known_tables.remember(campaign, header, match(header), now=now)
    assert known_tables.find(campaign, header) is None


def test_another_header_or_campaign_knows_nothing(make: Maker, edition: Edition, now: datetime) -> None:
    run(edition, now, CHOSEN)
    assert known_tables.find(edition.campaign, tuple(HEADER)) is not None
    assert known_tables.find(edition.campaign, tuple(reversed(HEADER))) is None
    assert known_tables.find(make.campaign("other"), tuple(HEADER)) is None


def test_of_too_many_the_oldest_is_forgotten(edition: Edition, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_tables, "REMEMBERED", 3)
    for number in range(5):
        with unit_of_work():
            at = now + timedelta(minutes=number)
            known_tables.remember(edition.campaign, (f"Col {number}", "Place"), {"name": 0, "place": 1}, now=at)
    assert db.session.scalars(select(func.count()).select_from(KnownTable)).one() == 3
    assert known_tables.find(edition.campaign, ("Col 1", "Place")) is None
    assert known_tables.find(edition.campaign, ("Col 4", "Place")) is not None


def test_a_plan_remembers_nothing(edition: Edition) -> None:
    before = rows_of_all_tables()
    with unit_of_work():
        imports.plan(edition, read(content_of(HEADER, ROW)), CHOSEN)
    assert rows_of_all_tables() == before
