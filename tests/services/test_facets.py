"""What a campaign's public events can be chosen by: values and numbers, and nothing that isn't public."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from campaign.db import unit_of_work
from campaign.models import Campaign, Event
from campaign.services import events
from campaign.services.facets import City, Facets, SeriesFacet, facets
from tests.make import BERLIN, Maker

BAKU: dict[str, Any] = {
    "name": {"en": "Evening in Baku"},
    "country": "AZ",
    "city": "Baku",
    "zone": "Asia/Baku",
    "tags": ("film",),
}
WORLD: dict[str, Any] = {
    "name": {"en": "Everywhere"}, "country": None, "city": None, "venue": None, "address": None, "zone": "UTC",
    "latitude": None, "longitude": None, "online_url": "https://meet.example.org/x", "tags": ("film", "talk"),
}  # fmt: skip


@pytest.fixture
def campaign(app_on_both: Flask, make: Maker) -> Campaign:
    """Return a campaign with three public events in two years."""
    edition = make.edition()
    make.event(edition)
    make.event(edition, **BAKU)
    make.event(make.edition(edition.campaign, 2026), **WORLD, starts=None, ends=None)
    return edition.campaign


def again(event: Event, make: Maker, year: int, name: str, *, is_published: bool = True, is_open: bool = True) -> None:
    """Hold an event's series in another year, under another name."""
    edition, starts = make.edition(event.edition.campaign, year, is_open=is_open), datetime(year, 2, 26, 18)
    draft = replace(BERLIN, name={"en": name}, starts=starts, ends=starts + timedelta(hours=2))
    with unit_of_work():
        other = events.create(edition, draft, series=event.series, actor=None, now=make.now)
        if is_published:
            events.publish(other, actor=None, now=make.now)


def test_facets(campaign: Campaign) -> None:
    assert facets(campaign) == Facets(
        years=[(2027, 2), (2026, 1)],
        countries=[("AZ", 1), ("DE", 1)],
        cities=[City("baku", "Baku", "AZ", 1), City("berlin", "Berlin", "DE", 1)],
        series=[],
        tags=[("concert", 1), ("film", 2), ("talk", 1)],
        online=1,
    )


def test_a_campaign_without_events_offers_nothing(app_on_both: Flask, make: Maker) -> None:
    assert facets(make.campaign()) == Facets([], [], [], [], [], 0)


def test_what_is_not_public_counts_for_nothing(campaign: Campaign, make: Maker) -> None:
    before = facets(campaign)
    make.event(make.edition(make.campaign("another")))
    make.event(campaign.editions[0], is_published=False, country="FR", city="Paris", tags=("secret",))
    make.event(make.edition(campaign, 2029, is_open=False), country="FR", city="Paris", online_url="https://x.example/")
    assert facets(campaign) == before


def test_a_series_has_the_name_of_its_latest_public_event(app_on_both: Flask, make: Maker) -> None:
    event = make.event()
    campaign, slug = event.edition.campaign, event.series.slug
    again(event, make, 2026, "The first evening")
    assert facets(campaign).series == [SeriesFacet(slug, {"en": "Evening in Berlin"}, 2)]
    again(event, make, 2028, "The third evening")
    again(event, make, 2029, "A draft", is_published=False)
    again(event, make, 2030, "Not open yet", is_open=False)
    assert facets(campaign).series == [SeriesFacet(slug, {"en": "The third evening"}, 3)]


def test_how_often_a_series_must_have_been_held(campaign: Campaign) -> None:
    slugs = [series.slug for series in facets(campaign, least_of_series=1).series]
    assert len(slugs) == 3
    assert slugs == sorted(slugs)


def test_cities_of_one_name_in_two_countries(campaign: Campaign, make: Maker) -> None:
    make.event(campaign.editions[0], country="US", city="Berlin", zone="America/New_York")
    berlins = [city for city in facets(campaign).cities if city.slug == "berlin"]
    assert berlins == [City("berlin", "Berlin", "DE", 1), City("berlin", "Berlin", "US", 1)]
