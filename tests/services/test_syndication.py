"""The same slices for news readers and maps: the same events as the calendar's, and as little of what is hidden."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from xml.etree.ElementTree import fromstring

import pytest
from flask import Flask
from sqlalchemy import update

from campaign.calendar import feed as calendar
from campaign.db import db, unit_of_work
from campaign.domain.slice import Slice
from campaign.models import Campaign, Event
from campaign.services import events, feeds, syndication
from campaign.services.feeds import Feed
from tests.make import Maker
from tests.services.world import BAKU

SECOND = timedelta(seconds=1)
ATOM = "{http://www.w3.org/2005/Atom}"
LATER = {"starts": datetime(2027, 5, 1, 18), "ends": datetime(2027, 5, 1, 20)}

Make = Callable[..., Feed]
both = pytest.mark.parametrize("make_feed", [syndication.atom, syndication.geojson])


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what the other database can't do otherwise."""


@pytest.fixture
def campaign(app_on_both: Flask, make: Maker) -> Campaign:
    """Return a campaign with an event in Berlin and one in Baku."""
    event = make.event(name={"en": "Evening in Berlin", "az": "Berlində axşam"})
    make.event(event.edition, **BAKU)
    return event.edition.campaign


@pytest.fixture
def berlin(campaign: Campaign) -> Event:
    """Return the event in Berlin."""
    return next(one for one in campaign.editions[0].events if one.country == "DE")


def titles(feed: Feed) -> list[str]:
    """Return the titles of a list's events, in its order."""
    if feed.body.startswith(b"<?xml"):
        return [one.findtext(f"{ATOM}title") or "" for one in fromstring(feed.body).findall(f"{ATOM}entry")]
    return [one["properties"]["title"] for one in json.loads(feed.body)["features"]]


def edit(event: Event, now: datetime, **changes: object) -> None:
    with unit_of_work():
        events.edit(event, replace(events.draft_of(event), **changes), actor=None, now=now)  # type: ignore[arg-type]


def spoil(event: Event, **columns: object) -> None:
    """Change an event's row behind everybody's back."""
    with unit_of_work():
        db.session.execute(update(Event).where(Event.id == event.id).values(**columns))
    db.session.expire_all()


HELD = [
    (Slice(), {"Evening in Baku", "Evening in Berlin"}),
    (Slice(country="DE", language="az"), {"Berlində axşam"}),
    (Slice(tag="lecture"), {"Evening in Baku"}),
    (Slice(country="FR"), set[str]()),
]


@both
def test_a_list_holds_what_the_calendar_holds(campaign: Campaign, now: datetime, make_feed: Make) -> None:
    for slice_, held in HELD:
        feed, of_calendar = make_feed(campaign, slice_, now=now), feeds.feed(campaign, slice_, now=now)
        assert {*titles(feed)} == held
        assert (feed.entry_count, feed.changed_at) == (of_calendar.entry_count, of_calendar.changed_at)
        assert feed.until == of_calendar.until


@on_sqlite
def test_the_order_of_each(campaign: Campaign, berlin: Event, now: datetime) -> None:
    edit(berlin, now + SECOND, **LATER)
    assert titles(syndication.atom(campaign, Slice(), now=now)) == ["Evening in Berlin", "Evening in Baku"]
    assert titles(syndication.geojson(campaign, Slice(), now=now)) == ["Evening in Baku", "Evening in Berlin"]


@on_sqlite
def test_a_feature_on_the_map(campaign: Campaign, berlin: Event, now: datetime) -> None:
    found = json.loads(syndication.geojson(campaign, Slice(country="DE"), now=now).body)
    (feature,) = found["features"]
    assert (found["title"], feature["id"]) == ("Justice for Khojaly · Germany", berlin.uid)
    assert feature["geometry"] == {"type": "Point", "coordinates": [13.4, 52.52]}
    assert feature["properties"]["place"] == "Community hall, Musterstraße 1, Berlin, Germany"
    assert feature["properties"]["starts"] == "2027-02-26T18:30:00"
    assert feature["properties"]["tags"] == ["concert"]


@on_sqlite
@both
def test_a_hidden_venue_is_in_no_list(campaign: Campaign, berlin: Event, now: datetime, make_feed: Make) -> None:
    edit(berlin, now, venue_is_public=False)
    body = make_feed(campaign, Slice(country="DE"), now=now).body
    for secret in (b"Community", b"Muster", b"52.52", b"13.4"):
        assert secret not in body
    assert b"Berlin, Germany" in body


@on_sqlite
@both
def test_a_text_that_is_longer_than_a_calendar_shows_is_cut(
    campaign: Campaign, berlin: Event, now: datetime, make_feed: Make
) -> None:
    edit(berlin, now, description={"en": "word " * 999 + "one"})
    was = make_feed(campaign, Slice(), now=now)
    edit(berlin, now + SECOND, description={"en": "word " * 999 + "two"})
    assert make_feed(campaign, Slice(), now=now + SECOND) == was


@on_sqlite
@both
@pytest.mark.parametrize("columns", [{"zone": "Mars/Olympus"}, {"name": "no texts"}], ids=str)
def test_an_event_that_cannot_be_shown_is_left_out_and_reported(
    campaign: Campaign, berlin: Event, now: datetime, make_feed: Make, columns: dict[str, object],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    spoil(berlin, **columns)
    assert titles(make_feed(campaign, Slice(), now=now)) == ["Evening in Baku"]
    assert f"event {berlin.id} can't be shown" in caplog.text


@on_sqlite
@both
def test_what_no_encoding_holds_breaks_no_list(
    campaign: Campaign, berlin: Event, now: datetime, make_feed: Make
) -> None:
    spoil(berlin, description={"en": "half \ud800 a letter \x00"})
    feed = make_feed(campaign, Slice(), now=now)
    assert {*titles(feed)} == {"Evening in Berlin", "Evening in Baku"}
    feed.body.decode("utf-8")


@both
def test_a_list_too_large_keeps_the_nearest_and_is_dated_by_what_has_no_room(
    campaign: Campaign, berlin: Event, now: datetime, make_feed: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(berlin, now + SECOND, **LATER)
    monkeypatch.setattr(calendar, "ENTRY_COUNT_LIMIT", 1)
    feed = make_feed(campaign, Slice(), now=now + SECOND)
    assert titles(feed) == ["Evening in Baku"]
    assert feed.changed_at == now + SECOND
    assert make_feed(campaign, Slice(country="AZ"), now=now + SECOND).changed_at == now
