"""A series' name in addresses: given another one, the former leads to it; gone, it is not given away."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.slice import Slice
from campaign.models import Campaign, Event, Series
from campaign.services import events, feeds, series, slices
from tests.make import Maker

SECOND = timedelta(seconds=1)
OLD, NEW = "evening-in-berlin", "berlin"


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what the other database can't do otherwise."""


@pytest.fixture
def event(app_on_both: Flask, make: Maker) -> Event:
    """Return the event in Berlin, the first of its series."""
    return make.event()


@pytest.fixture
def campaign(event: Event) -> Campaign:
    """Return the event's campaign."""
    return event.edition.campaign


def rename(event: Event, slug: str, now: datetime) -> None:
    with unit_of_work():
        series.rename(event.series, slug, actor=None, now=now)


def remove(event: Event, now: datetime) -> None:
    """Withdraw the event and delete it."""
    with unit_of_work():
        events.withdraw(event, actor=None, now=now)
    with unit_of_work():
        events.delete(event, actor=None, now=now)


def led_to(campaign: Campaign, slug: str) -> str | None:
    """Return which series a name leads to; None for a withdrawn one."""
    found = slices.current_names(campaign, Slice(series=slug))
    return found and found.series


def test_rename(event: Event, campaign: Campaign, now: datetime) -> None:
    revision = campaign.revision
    rename(event, NEW, now)
    assert event.series.slug == NEW
    assert [led_to(campaign, name) for name in (OLD, NEW)] == [NEW, NEW]
    assert campaign.revision == revision + 1
    assert feeds.feed(campaign, Slice(series=NEW), now=now).entry_count == 1


@on_sqlite
def test_every_former_name_leads_to_the_present_one_in_one_step(
    event: Event, campaign: Campaign, now: datetime
) -> None:
    for name in (NEW, "third", "fourth"):
        rename(event, name, now)
    assert {led_to(campaign, name) for name in (OLD, NEW, "third", "fourth")} == {"fourth"}


@on_sqlite
def test_a_name_may_come_back(event: Event, campaign: Campaign, now: datetime) -> None:
    rename(event, NEW, now)
    rename(event, OLD, now)
    assert [led_to(campaign, name) for name in (OLD, NEW)] == [OLD, OLD]


@on_sqlite
def test_the_same_name_changes_nothing(event: Event, campaign: Campaign, now: datetime) -> None:
    revision = campaign.revision
    rename(event, OLD, now)
    assert campaign.revision == revision


@on_sqlite
def test_a_name_that_is_no_address_is_refused(event: Event, now: datetime) -> None:
    for slug in ("", "Berlin", "in berlin", "-berlin", "berlin-", "köln", "a" * 61):
        with pytest.raises(Refused, match="slug-not-usable"):
            rename(event, slug, now)


@on_sqlite
def test_a_name_that_another_series_has_or_had_is_refused(
    event: Event, campaign: Campaign, make: Maker, now: datetime
) -> None:
    other = make.event(event.edition, name={"en": "Evening in Baku"})
    rename(other, "baku", now)
    for taken in ("baku", "evening-in-baku"):
        with pytest.raises(Refused, match="slug-taken"):
            rename(event, taken, now)
    assert event.series.slug == OLD


@on_sqlite
def test_another_campaign_may_use_the_same_names(event: Event, campaign: Campaign, make: Maker, now: datetime) -> None:
    elsewhere = make.event(make.edition(make.campaign("another")))
    rename(event, NEW, now)
    rename(elsewhere, NEW, now)
    assert led_to(elsewhere.edition.campaign, OLD) == led_to(campaign, OLD) == NEW


def test_a_series_whose_last_event_was_deleted_is_withdrawn_under_all_its_names(
    event: Event, campaign: Campaign, now: datetime
) -> None:
    rename(event, NEW, now)
    revision = campaign.revision
    remove(event, now)
    assert db.session.scalar(select(Series)) is None
    assert [led_to(campaign, name) for name in (OLD, NEW)] == [None, None]
    assert campaign.revision > revision + 1, "kept calendars must learn of the deletion, too"


@on_sqlite
def test_its_name_is_not_given_away(event: Event, make: Maker, now: datetime) -> None:
    edition = event.edition
    remove(event, now)
    assert make.event(edition).series.slug == f"{OLD}-2"


def test_a_draft_that_nobody_saw_leaves_its_name_free(app: Flask, make: Maker, now: datetime) -> None:
    draft = make.event(is_published=False)
    edition = draft.edition
    with unit_of_work():
        events.delete(draft, actor=None, now=now)
    assert led_to(edition.campaign, OLD) == OLD
    assert make.event(edition).series.slug == OLD


@on_sqlite
def test_what_left_under_the_former_name_has_left_under_the_new_one(
    event: Event, campaign: Campaign, now: datetime
) -> None:
    with unit_of_work():
        events.withdraw(event, actor=None, now=now + SECOND)
    rename(event, NEW, now + 2 * SECOND)
    assert feeds.feed(campaign, Slice(series=NEW), now=now + 3 * SECOND).changed_at == now + SECOND
