"""The campaign's own day in the calendars: one entry a year where it is marked, and none where it isn't."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from icalendar import Calendar
from icalendar import Event as Component
from sqlalchemy import update

from campaign.db import db, unit_of_work
from campaign.domain.edition import Status as EditionStatus
from campaign.domain.slice import Slice
from campaign.models import Campaign, DayEntry
from campaign.services import campaigns, editions, feeds, syndication
from campaign.services.feeds import Feed
from tests.make import Maker
from tests.services.world import as_draft

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what the other database can't do otherwise."""


@pytest.fixture
def campaign(app_on_both: Flask, make: Maker) -> Campaign:
    """Return a campaign that marks its day, with an event in Berlin a month after it."""
    campaign = make.campaign(marks_day=True)
    make.event(make.edition(campaign), starts=datetime(2027, 3, 26, 18), ends=datetime(2027, 3, 26, 20))
    return campaign


def change(campaign: Campaign, now: datetime, **changes: object) -> None:
    with unit_of_work():
        campaigns.edit(campaign, replace(as_draft(campaign), **changes), actor=None, now=now)  # type: ignore[arg-type]


def read(campaign: Campaign, now: datetime, **slice_: object) -> Feed:
    return feeds.feed(campaign, Slice(**slice_), now=now)  # type: ignore[arg-type]


def days(feed: Feed) -> list[Component]:
    """Return the entries of whole days in a calendar."""
    entries = Calendar.from_ical(feed.body).walk("VEVENT")
    return [one for one in entries if type(one.decoded("DTSTART")) is date]


@on_sqlite
def test_a_marked_day(campaign: Campaign, now: datetime) -> None:
    (day,) = days(read(campaign, now))
    assert (day.decoded("DTSTART"), day.decoded("DTEND")) == (date(2027, 2, 26), date(2027, 2, 27))
    assert (str(day["SUMMARY"]), str(day["STATUS"]), str(day["TRANSP"])) == (
        "Justice for Khojaly",
        "CONFIRMED",
        "TRANSPARENT",
    )
    assert day["DESCRIPTION"].startswith("A day of remembrance.")
    assert str(day["URL"]).endswith("/khojaly/2027/")
    assert day.decoded("DTSTAMP") == day.decoded("LAST-MODIFIED") == now
    (other,) = days(read(campaign, now, language="az"))
    assert (str(other["SUMMARY"]), str(other["UID"])) == ("Xocalıya ədalət", str(day["UID"]))


@on_sqlite
def test_it_stands_in_calendars_of_all_events_only(campaign: Campaign, now: datetime) -> None:
    held = ({}, {"year": 2027}, {"year": 2027, "language": "az"})
    assert [len(days(read(campaign, now, **one))) for one in held] == [1, 1, 1]
    free = ({"country": "DE"}, {"city": "berlin"}, {"tag": "concert"}, {"is_online": True}, {"year": 2026})
    assert [len(days(read(campaign, now, **one))) for one in free] == [0, 0, 0, 0, 0]


@on_sqlite
def test_days_of_years_that_are_not_public_are_not_shown(campaign: Campaign, make: Maker, now: datetime) -> None:
    planned = make.edition(campaign, 2028, is_open=False)
    was = read(campaign, now)
    assert len(days(was)) == 1
    with unit_of_work():
        editions.move(planned, EditionStatus.OPEN, actor=None, now=now + SECOND)
    shown = read(campaign, now + SECOND)
    assert (len(days(shown)), shown.changed_at) == (2, now + SECOND)
    with unit_of_work():
        editions.move(planned, EditionStatus.PLANNED, actor=None, now=now + 2 * SECOND)
    hidden = read(campaign, now + 2 * SECOND)
    assert (len(days(hidden)), hidden.changed_at) == (1, now + 2 * SECOND)


@on_sqlite
def test_a_day_no_longer_marked_leaves_and_comes_back_as_the_same(campaign: Campaign, now: datetime) -> None:
    (was,) = days(read(campaign, now))
    change(campaign, now + SECOND, marks_day=False)
    without = read(campaign, now + SECOND)
    assert (days(without), without.changed_at) == ([], now + SECOND)
    change(campaign, now + 2 * SECOND, marks_day=True)
    again = read(campaign, now + 2 * SECOND)
    assert ([str(one["UID"]) for one in days(again)], again.changed_at) == ([str(was["UID"])], now + 2 * SECOND)


@on_sqlite
def test_marking_days_leaves_lists_and_the_other_calendars_as_they_are(campaign: Campaign, now: datetime) -> None:
    was = read(campaign, now, country="DE"), syndication.atom(campaign, Slice(), now=now)
    for number, marks_day in enumerate((False, True), start=1):
        at = now + number * SECOND
        change(campaign, at, marks_day=marks_day)
        assert (read(campaign, at, country="DE"), syndication.atom(campaign, Slice(), now=at)) == was


@on_sqlite
def test_a_day_follows_the_campaigns_name_in_its_language(campaign: Campaign, now: datetime) -> None:
    english, azerbaijani = (days(read(campaign, now, language=code))[0] for code in ("en", "az"))
    change(campaign, now + SECOND, name={**campaign.name, "az": "Başqa ad"})
    (day,) = days(read(campaign, now + SECOND, language="az"))
    assert (str(day["SUMMARY"]), day.decoded("DTSTAMP")) == ("Başqa ad", now + SECOND)
    assert days(read(campaign, now + SECOND, language="en")) == [english]
    assert day != azerbaijani


def test_a_day_goes_after_twelve_months_from_all_but_its_years_calendar(campaign: Campaign, now: datetime) -> None:
    gone = datetime(2028, 2, 28, tzinfo=now.tzinfo)
    assert len(days(read(campaign, gone - SECOND))) == 1
    after = read(campaign, gone)
    assert (days(after), after.changed_at) == ([], gone)
    assert len(days(read(campaign, gone, year=2027))) == 1
    assert read(campaign, gone + 20 * DAY).changed_at == gone


@on_sqlite
def test_a_damaged_day_is_left_out_and_reported(
    campaign: Campaign, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    with unit_of_work():
        db.session.execute(update(DayEntry).values(body=b"BEGIN:VEVENT\r\nUID:"))
    feed = read(campaign, now)
    assert (days(feed), feed.entry_count) == ([], 1)
    assert "the day 2027-02-26 is damaged" in caplog.text
