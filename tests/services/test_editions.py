"""Opening a year, putting it into another state, the countries that differ, and the view over it."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.anniversary import AnniversaryRule, Kind, LeapDay, RuleException
from campaign.domain.edition import ObservanceKind, Status
from campaign.domain.errors import Refused
from campaign.models import Audit, Campaign, Edition
from campaign.services import campaigns, editions, events, registrations
from tests.make import BERLIN, Maker


def open_year(campaign: Campaign, year: int, now: datetime) -> Edition:
    with unit_of_work():
        return editions.open_year(campaign, year, actor=None, now=now)


def move(edition: Edition, status: Status, now: datetime) -> None:
    with unit_of_work():
        editions.move(edition, status, actor=None, now=now)


def observe(
    edition: Edition, country: str, kind: ObservanceKind, now: datetime, day: date | None = None, why: str = "Election"
) -> None:
    with unit_of_work():
        editions.observe(edition, country, kind, day=day, reason={"en": why}, actor=None, now=now)


def test_open_year(app_on_both: Flask, make: Maker, now: datetime) -> None:
    edition = open_year(make.campaign(), 2027, now)
    assert (edition.first_day, edition.last_day) == (date(2027, 2, 26), date(2027, 2, 26))
    assert (edition.status, edition.number, edition.reason) == (Status.PLANNED, 35, {})


def test_a_window_of_days_and_a_year_before_it_all_began(app: Flask, make: Maker, now: datetime) -> None:
    week = make.campaign(rule=AnniversaryRule(Kind.FIXED, month=2, day=26, days=7), since=2027)
    edition = open_year(week, 2027, now)
    assert (edition.first_day, edition.last_day, edition.number) == (date(2027, 2, 26), date(2027, 3, 4), None)
    assert open_year(week, 2028, now).number == 1


def test_an_exception_gives_the_day_and_its_reason(app: Flask, make: Maker, now: datetime) -> None:
    campaign = make.campaign()
    with unit_of_work():
        moved = RuleException(2027, date(2027, 2, 28), {"en": "Election day"})
        campaigns.set_exception(campaign, moved, actor=None, now=now)
    edition = open_year(campaign, 2027, now)
    assert (edition.first_day, edition.reason) == (date(2027, 2, 28), {"en": "Election day"})


def test_a_year_is_opened_once(app_on_both: Flask, make: Maker, now: datetime) -> None:
    campaign = make.campaign()
    edition = open_year(campaign, 2027, now)
    with pytest.raises(Refused, match="edition-exists"):
        open_year(campaign, 2027, now)
    assert db.session.scalars(select(Edition)).all() == [edition]
    open_year(make.campaign("another"), 2027, now)


def test_a_year_without_the_day_is_not_opened(app: Flask, make: Maker, now: datetime) -> None:
    leap = AnniversaryRule(Kind.FIXED, month=2, day=29, leap_day=LeapDay.LEAP_YEARS_ONLY)
    campaign = make.campaign(rule=leap)
    with pytest.raises(Refused, match="year-has-no-day"):
        open_year(campaign, 2027, now)
    assert open_year(campaign, 2028, now).first_day == date(2028, 2, 29)


def test_a_state_follows_only_where_the_table_says_so(app_on_both: Flask, make: Maker, now: datetime) -> None:
    edition = open_year(make.campaign(), 2027, now)
    with pytest.raises(Refused, match="edition-move"):
        move(edition, Status.HELD, now)
    revision = edition.campaign.revision
    for status in (Status.OPEN, Status.HELD, Status.ARCHIVED):
        move(edition, status, now)
        assert edition.status is status
    assert edition.campaign.revision == revision + 3
    actions = db.session.scalars(select(Audit.facts).where(Audit.action == "move")).all()
    assert actions == [{"status": "open"}, {"status": "held"}, {"status": "archived"}]


def test_a_country_may_keep_the_day_differently(app_on_both: Flask, make: Maker, now: datetime) -> None:
    edition = make.edition()
    observe(edition, "FR", ObservanceKind.OTHER_DATE, now, date(2027, 2, 27))
    observe(edition, "DE", ObservanceKind.POSTPONED, now)
    assert [(row.country, row.kind, row.day) for row in edition.observances] == [
        ("DE", ObservanceKind.POSTPONED, None),
        ("FR", ObservanceKind.OTHER_DATE, date(2027, 2, 27)),
    ]
    observe(edition, "FR", ObservanceKind.NOT_THIS_YEAR, now, why="Floods")
    assert [(row.country, row.kind, row.reason) for row in edition.observances] == [
        ("DE", ObservanceKind.POSTPONED, {"en": "Election"}),
        ("FR", ObservanceKind.NOT_THIS_YEAR, {"en": "Floods"}),
    ]


def test_a_country_keeps_the_day_as_all_others_again(app_on_both: Flask, make: Maker, now: datetime) -> None:
    edition = make.edition()
    observe(edition, "FR", ObservanceKind.NOT_THIS_YEAR, now)
    observe(edition, "DE", ObservanceKind.POSTPONED, now)
    revision = edition.campaign.revision
    for country in ("FR", "AT"):
        with unit_of_work():
            editions.observe_as_all(edition, country, actor=None, now=now)
    assert [row.country for row in edition.observances] == ["DE"]
    assert edition.campaign.revision == revision + 2


def test_a_year_that_is_set_up_follows_the_rule_when_it_is_told_to(app: Flask, make: Maker, now: datetime) -> None:
    edition = make.edition(make.campaign(marks_day=True))
    event = make.event(edition)
    with unit_of_work():
        moved = RuleException(2027, date(2027, 2, 28), {"en": "Election day"})
        campaigns.set_exception(edition.campaign, moved, actor=None, now=now)
    assert edition.first_day == date(2027, 2, 26)
    with unit_of_work():
        editions.follow_rule(edition, actor=None, now=now)
    assert (edition.first_day, edition.last_day) == (date(2027, 2, 28), date(2027, 2, 28))
    assert edition.reason == {"en": "Election day"}
    assert all(b"DTSTART;VALUE=DATE:20270228" in entry.body for entry in edition.day_entries)
    assert event.starts == BERLIN.starts
    with unit_of_work():
        campaigns.set_exception(edition.campaign, RuleException(2027, None, {"en": "Rest"}), actor=None, now=now)
    with pytest.raises(Refused, match="year-has-no-day"), unit_of_work():
        editions.follow_rule(edition, actor=None, now=now)


@pytest.mark.parametrize(
    ("kind", "day", "code"),
    [
        (ObservanceKind.OTHER_DATE, None, "observance-day-missing"),
        (ObservanceKind.POSTPONED, date(2027, 3, 1), "observance-day-unexpected"),
    ],
)
def test_only_another_date_has_a_date(
    app: Flask, make: Maker, now: datetime, kind: ObservanceKind, day: date | None, code: str
) -> None:
    edition = make.edition()
    with pytest.raises(Refused, match=code):
        observe(edition, "FR", kind, now, day)
    assert edition.observances == []


def test_the_public_sees_years_that_are_open_held_or_archived(app: Flask, make: Maker, now: datetime) -> None:
    campaign = make.campaign()
    for year, status in ((2025, Status.ARCHIVED), (2026, Status.HELD), (2027, Status.OPEN), (2028, Status.PLANNED)):
        edition = open_year(campaign, year, now)
        for step in (Status.OPEN, Status.HELD, Status.ARCHIVED):
            if status is not Status.PLANNED and edition.status is not status:
                move(edition, step, now)
    db.session.expire_all()
    assert [edition.year for edition in editions.shown(campaign)] == [2027, 2026, 2025]


def test_the_coming_year_is_the_next_or_the_one_under_way_else_the_last(app: Flask, make: Maker, now: datetime) -> None:
    campaign = make.campaign()
    assert editions.coming(campaign, today=date(2026, 1, 1)) is None
    last, this = make.edition(campaign, 2026), make.edition(campaign, 2027)
    db.session.expire_all()
    expected = {date(2026, 1, 1): last, date(2026, 2, 26): last, date(2026, 2, 27): this, date(2030, 1, 1): this}
    for today, edition in expected.items():
        assert editions.coming(campaign, today=today) is edition


def test_the_view_over_a_year(app_on_both: Flask, make: Maker, now: datetime) -> None:
    edition = make.edition()
    berlin = make.event(edition, capacity=10)
    make.event(edition, is_published=False, ends=None)
    called_off = make.event(edition, capacity=None)
    make.event(edition, is_published=False, country=None, city=None)
    make.event(edition, country="AZ", city="Baku", zone="Asia/Baku", capacity=100)
    make.registration(berlin, party_size=3)
    gone = make.registration(berlin, "ali@example.org")
    with unit_of_work():
        registrations.cancel(gone, now=now + timedelta(hours=1))
        events.cancel(called_off, reason={}, actor=None, now=now)
    rows = {row.code: row for row in editions.overview(edition)}
    assert list(rows) == ["AZ", "DE", None]
    germany = rows["DE"]
    assert germany.by_status == {"published": 1, "draft": 1, "cancelled": 1}
    assert (germany.total, germany.places, germany.registrations, germany.incomplete) == (3, 20, 3, 1)
    assert (rows["AZ"].places, rows["AZ"].registrations, rows["AZ"].incomplete) == (100, 0, 0)
    assert rows[None].incomplete == 1
