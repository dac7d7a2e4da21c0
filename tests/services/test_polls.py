"""Counting polls: numbers add up in the table, bounded, and go after their time."""

from datetime import date, datetime, timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.models import Campaign, FeedPoll
from campaign.services import polls
from campaign.services.polls import FEED_LENGTH, FEED_LIMIT, KEPT, OTHERS, Poll
from tests.make import Maker

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
GERMAN = "country-de/lang-az.ics"


@pytest.fixture
def campaign(app_on_both: Flask, make: Maker) -> Campaign:
    return make.campaign()


def store(counts: dict[Poll, int], now: datetime) -> None:
    with unit_of_work():
        polls.store(counts, now=now)


def stored() -> dict[tuple[str, date, str, int], tuple[int, datetime]]:
    db.session.rollback()
    rows = db.session.scalars(select(FeedPoll))
    return {(row.feed, row.day, row.client, row.status): (row.count, row.last_at) for row in rows}


def test_store_then_add(campaign: Campaign, now: datetime) -> None:
    apple, google = (campaign.id, ".ics", "apple", 304), (campaign.id, GERMAN, "google", 200)
    store({apple: 3, google: 1}, now)
    store({apple: 4, (campaign.id, ".ics", "apple", 200): 1}, now + MINUTE)
    assert stored() == {
        (".ics", now.date(), "apple", 304): (7, now + MINUTE),
        (".ics", now.date(), "apple", 200): (1, now + MINUTE),
        (GERMAN, now.date(), "google", 200): (1, now),
    }


def test_each_day_has_numbers_of_its_own(campaign: Campaign, now: datetime) -> None:
    poll = (campaign.id, ".ics", "apple", 304)
    store({poll: 3}, now)
    store({poll: 4}, now + DAY)
    assert [count for count, _at in stored().values()] == [3, 4]


def test_what_was_counted_for_no_campaign_is_dropped(campaign: Campaign, now: datetime) -> None:
    nobody = (campaign.id + 9, ".ics", "apple", 304)
    store({nobody: 5, (campaign.id, ".ics", "apple", 304): 1}, now)
    store({nobody: 5}, now)
    store({}, now)
    assert [count for count, _at in stored().values()] == [1]


def test_a_thousand_feeds_a_day_have_a_number_of_their_own(campaign: Campaign, make: Maker, now: datetime) -> None:
    other = make.campaign("earth-hour")
    store({(campaign.id, f"tag-{number}.ics", "apple", 304): 1 for number in range(FEED_LIMIT - 1)}, now)
    store(
        {(campaign.id, f"city-{number}.ics", client, 304): 1 for number in range(9) for client in ("apple", "other")},
        now,
    )
    names = {feed for feed, *_rest in stored()}
    assert len(names - {OTHERS}) == FEED_LIMIT
    assert stored()[OTHERS, now.date(), "apple", 304] == (8, now)
    store({(campaign.id, "tag-0.ics", "apple", 304): 1, (other.id, GERMAN, "apple", 304): 1}, now + MINUTE)
    assert stored()["tag-0.ics", now.date(), "apple", 304] == (2, now + MINUTE)
    assert stored()[GERMAN, now.date(), "apple", 304] == (1, now + MINUTE)
    store({(campaign.id, "year-2027.ics", "apple", 304): 1}, now + DAY)
    assert ("year-2027.ics", (now + DAY).date(), "apple", 304) in stored()


def test_a_name_that_is_too_long_for_its_column_harms_no_other(campaign: Campaign, now: datetime) -> None:
    store({(campaign.id, "x" * (FEED_LENGTH + 1), "apple", 304): 2, (campaign.id, ".ics", "apple", 304): 1}, now)
    assert {feed: count for (feed, *_rest), (count, _at) in stored().items()} == {OTHERS: 2, ".ics": 1}


def test_several_processes_store_at_once(app_on_both: Flask, campaign: Campaign, now: datetime) -> None:
    counts = {(campaign.id, f"tag-{number}.ics", "apple", 304): 1 for number in range(200)}
    backwards = dict(reversed(counts.items()))
    db.session.remove()

    def work(mine: dict[Poll, int]) -> None:
        with app_on_both.app_context():
            for _time in range(5):
                store(mine, now)

    threads = [Thread(target=work, args=[mine]) for mine in (counts, backwards, counts, backwards)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {count for count, _at in stored().values()} == {20}


def test_numbers_are_kept_for_ninety_days(campaign: Campaign, now: datetime) -> None:
    store({(campaign.id, ".ics", "apple", 304): 1}, now)
    for passed, left in ((KEPT, 1), (KEPT + DAY, 0)):
        with unit_of_work():
            polls.purge(now=now + passed)
        assert len(stored()) == left


def test_nothing_is_known_of_who_asked() -> None:
    columns = {column.name for column in FeedPoll.__table__.columns}
    assert columns == {"campaign_id", "feed", "day", "client", "status", "count", "last_at"}
