"""Editions beside each other, from the rows of the database."""

from datetime import datetime

import pytest
from sqlalchemy import event as sql_event

from campaign.db import db, unit_of_work
from campaign.domain.coverage import Standing
from campaign.domain.renewal import Answer
from campaign.models import Campaign, Edition, Event, Renewal
from campaign.services import coverage, events, goals, hosts
from tests.make import Maker

pytestmark = pytest.mark.usefixtures("app_on_both")
PLACES = {
    "Berlin": ("DE", "Europe/Berlin", 52.52, 13.4),
    "Bonn": ("DE", "Europe/Berlin", 50.73, 7.1),
    "Muncih": ("DE", "Europe/Berlin", 48.14, 11.58),
    "Munich": ("DE", "Europe/Berlin", 48.13, 11.57),
    "Baku": ("AZ", "Asia/Baku", 40.41, 49.87),
    "東京": ("JP", "Asia/Tokyo", 35.68, 139.69),
    "São Paulo": ("BR", "America/Sao_Paulo", -23.55, -46.63),
}


def held(make: Maker, edition: Edition, *cities: str, is_published: bool = True) -> list[Event]:
    made = []
    for city in cities:
        country, zone, latitude, longitude = PLACES[city]
        where = {"country": country, "city": city, "zone": zone, "latitude": latitude, "longitude": longitude}
        made.append(make.event(edition, name={"en": f"In {city}"}, is_published=is_published, **where))
    return made


@pytest.fixture
def campaign(make: Maker) -> Campaign:
    return make.campaign()


def found(edition: Edition, other: Edition) -> dict[str, Standing]:
    return {line.city: line.standing for row in coverage.compare(edition, other) for line in row.lines}


def test_back_new_and_lost(make: Maker, campaign: Campaign) -> None:
    before, now = make.edition(campaign, 2026), make.edition(campaign, 2027)
    held(make, before, "Berlin", "Berlin", "Muncih", "東京", "São Paulo")
    held(make, now, "Berlin", "Munich", "東京", "Baku")
    rows = {row.code: row for row in coverage.compare(now, before)}
    assert found(now, before) == {
        "Berlin": Standing.BACK,
        "Munich": Standing.BACK,
        "東京": Standing.BACK,
        "Baku": Standing.NEW,
        "São Paulo": Standing.LOST,
    }
    assert [(line.city, line.before, line.after) for line in rows["DE"].lines] == [("Berlin", 2, 1), ("Munich", 1, 1)]
    assert (rows["DE"].events, rows["BR"].events) == (2, 0)


def test_only_published_events_count_and_a_draft_is_in_preparation(
    make: Maker, campaign: Campaign, now: datetime
) -> None:
    before, year = make.edition(campaign, 2026), make.edition(campaign, 2027)
    held(make, before, "Berlin", "Bonn")
    held(make, before, "Baku", is_published=False)
    held(make, year, "Berlin", is_published=False)
    (cancelled,) = held(make, year, "Bonn")
    with unit_of_work():
        events.cancel(cancelled, reason={}, actor=None, now=now)
    assert found(year, before) == {"Berlin": Standing.PREPARED, "Bonn": Standing.LOST}


def test_a_host_who_was_asked_and_is_silent_has_not_answered(make: Maker, campaign: Campaign, now: datetime) -> None:
    before, year = make.edition(campaign, 2026), make.edition(campaign, 2027)
    for event, answer in zip(held(make, before, "Berlin", "Baku"), (None, Answer.NOT_THIS_YEAR), strict=True):
        with unit_of_work():
            host = hosts.find_or_add(campaign, email="host@example.org", name="Rena", language="en", now=now)
            db.session.add(Renewal(edition=year, event=event, host=host, asked_at=now, answer=answer))
    assert found(year, before) == {"Berlin": Standing.UNANSWERED, "Baku": Standing.LOST}
    held(make, year, "Berlin")
    assert found(year, before)["Berlin"] is Standing.BACK


def test_what_is_online_alone_is_one_place(make: Maker, campaign: Campaign) -> None:
    before, year = make.edition(campaign, 2026), make.edition(campaign, 2027)
    nowhere = {"country": None, "city": None, "latitude": None, "longitude": None, "venue": None, "address": None}
    for edition, count in ((before, 2), (year, 1)):
        for number in range(count):
            make.event(edition, name={"en": f"Online {number}"}, online_url="https://example.org/", **nowhere)
    (row,) = coverage.compare(year, before)
    assert (row.code, [(line.standing, line.before, line.after) for line in row.lines]) == (
        None,
        [(Standing.BACK, 2, 1)],
    )


def test_history_counts_by_country_and_year_in_one_question(make: Maker, campaign: Campaign) -> None:
    held(make, make.edition(campaign, 2026), "Berlin", "Bonn", "Baku")
    held(make, make.edition(campaign, 2027), "Berlin")
    held(make, make.edition(make.campaign("earth-hour"), 2027), "Berlin")
    assert questions(lambda: coverage.history(campaign)) == 1
    assert coverage.history(campaign) == {"DE": {2026: 2, 2027: 1}, "AZ": {2026: 1}}


def test_a_comparison_asks_no_more_for_many_events(make: Maker, campaign: Campaign) -> None:
    before, year = make.edition(campaign, 2026), make.edition(campaign, 2027)
    held(make, before, "Berlin")
    few = questions(lambda: coverage.compare(year, before))
    held(make, before, *PLACES)
    held(make, year, *PLACES)
    assert questions(lambda: coverage.compare(year, before)) == few == 3


def test_goals(make: Maker, campaign: Campaign, now: datetime) -> None:
    before, year = make.edition(campaign, 2026), make.edition(campaign, 2027)
    held(make, year, "Berlin")
    for country, events_ in (("DE", 3), ("DE", 5), ("AZ", 2), ("FR", 1), ("FR", None)):
        with unit_of_work():
            goals.put(year, country, events_, actor=None, now=now)
    rows = coverage.compare(year, before)
    assert {row.code: (row.events, row.goal) for row in rows} == {"DE": (1, 5), "AZ": (0, 2)}


def questions(ask: object) -> int:
    """Return how many statements reach the database."""
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *others: object) -> None:
        asked.append(statement)

    db.session.rollback()
    editions = db.session.query(Edition).all(), db.session.query(Campaign).all()
    sql_event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert callable(ask)
        ask()
    finally:
        sql_event.remove(db.engine, "before_cursor_execute", note)
    assert editions
    return len(asked)
