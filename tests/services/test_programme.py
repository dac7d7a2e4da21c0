"""Finding events: filters, order, pages, the map's points, and an event's other years."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask

from campaign.db import unit_of_work
from campaign.domain.edition import Status as EditionStatus
from campaign.domain.event import Status
from campaign.models import Edition, EventLanguage, EventTag
from campaign.services import editions, events, programme
from campaign.services.programme import PAGE_SIZE, Filters, Page
from tests.make import BERLIN, Maker

ANY = Filters()
BAKU = {
    "name": {"en": "Evening in Baku", "az": "Bakıda gecə"}, "country": "AZ", "city": "Baku", "zone": "Asia/Baku",
    "venue": "Şəhidlər evi", "languages": ("az",), "tags": ("lecture", "film"),
}  # fmt: skip
WORLD = {
    "name": {"en": "100% online"}, "country": None, "city": None, "venue": None, "address": None, "zone": "UTC",
    "latitude": None, "longitude": None, "online_url": "https://meet.example.org/x", "tags": (),
}  # fmt: skip


@pytest.fixture
def edition(app_on_both: Flask, make: Maker) -> Edition:
    """Return a year with an event in Berlin, one in Baku, one online, and a draft."""
    edition = make.edition()
    for place in ({}, BAKU, WORLD):
        make.event(edition, **place)
    make.event(edition, is_published=False, name={"en": "A draft"})
    return edition


def find(edition: Edition, wanted: Filters = ANY, page: int = 1, countries: Sequence[str] = ("AZ", "DE")) -> Page:
    return programme.find(edition, wanted, page=page, countries=countries)


def found(edition: Edition, **wanted: object) -> list[str]:
    return [event.name["en"] for event in find(edition, Filters(**wanted)).items]  # type: ignore[arg-type]


FOUND: list[tuple[dict[str, object], list[str]]] = [
    ({}, ["Evening in Baku", "Evening in Berlin", "100% online"]),
    ({"country": "DE"}, ["Evening in Berlin"]),
    ({"country": "FR"}, []),
    ({"city": "BAKU"}, ["Evening in Baku"]),
    ({"language": "az"}, ["Evening in Baku"]),
    ({"tag": "film"}, ["Evening in Baku"]),
    ({"is_online": True}, ["100% online"]),
    ({"words": "evening berlin"}, ["Evening in Berlin"]),
    ({"words": "BAKIDA gece"}, ["Evening in Baku"]),  # in Azerbaijani, without its letters
    ({"words": "sehidler"}, ["Evening in Baku"]),
    ({"words": "100%"}, ["100% online"]),
    ({"words": "%"}, ["100% online"]),
    ({"words": "_"}, []),
    ({"words": "\\"}, []),
    ({"words": "evening nowhere"}, []),
    ({"statuses": (Status.DRAFT,)}, ["A draft"]),
]


def test_find(edition: Edition) -> None:
    for wanted, names in FOUND:
        assert found(edition, **wanted) == names, wanted


def test_countries_stand_in_the_readers_order_and_online_last(edition: Edition) -> None:
    page = find(edition, countries=["DE", "AZ"])
    assert [event.country for event in page.items] == ["DE", "AZ", None]
    assert programme.countries(edition) == [("AZ", 1), ("DE", 1)]


def test_what_is_to_be_announced_stands_last_in_its_country(edition: Edition, make: Maker) -> None:
    make.event(edition, name={"en": "Sometime"}, starts=None, ends=None)
    make.event(edition, name={"en": "Before"}, starts=BERLIN.starts - timedelta(hours=1))  # type: ignore[operator]
    assert found(edition, country="DE") == ["Before", "Evening in Berlin", "Sometime"]


def test_a_list_has_pages(app: Flask, make: Maker) -> None:
    edition = make.edition()
    for number in range(PAGE_SIZE + 1):
        make.event(edition, name={"en": f"Event {number}"})
    first, second = (find(edition, page=number) for number in (1, 2))
    assert (len(first.items), first.number, first.pages, first.total) == (PAGE_SIZE, 1, 2, PAGE_SIZE + 1)
    assert (len(second.items), second.number) == (1, 2)
    assert not set(first.items) & set(second.items)
    for beyond, number in ((0, 1), (-5, 1), (3, 2), (10**6, 2)):
        assert find(edition, page=beyond).number == number


def test_a_year_without_events_has_one_empty_page(app: Flask, make: Maker) -> None:
    page = find(make.edition())
    assert (list(page.items), page.number, page.pages, page.total) == ([], 1, 1, 0)


def test_the_maps_points(edition: Edition, make: Maker) -> None:
    make.event(
        edition, name={"en": "Hidden"}, venue_is_public=False, city=None, country=None, online_url="https://x.y/"
    )
    points = programme.points(edition, Filters())
    assert [(city, country) for _latitude, _longitude, city, country, _slug in points] == [
        ("Berlin", "DE"),
        ("Baku", "AZ"),
    ]
    assert points[0][:2] == (52.52, 13.4)


def test_words_used_are_those_of_public_events(edition: Edition, make: Maker) -> None:
    make.event(edition, is_published=False, tags=("secret",), languages=("fr",))
    assert programme.words_used(edition, EventTag) == ["concert", "film", "lecture"]
    assert programme.words_used(edition, EventLanguage) == ["az", "de", "en"]


def test_the_same_series_in_other_years(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    others = {}
    for year in (2026, 2028):
        edition, starts = make.edition(event.edition.campaign, year), datetime(year, 2, 26, 18)
        draft = replace(BERLIN, starts=starts, ends=starts + timedelta(hours=2))
        with unit_of_work():
            others[year] = events.create(edition, draft, series=event.series, actor=None, now=now)
    assert programme.siblings(event) == []
    with unit_of_work():
        for other in others.values():
            events.publish(other, actor=None, now=now)
    assert programme.siblings(event) == [others[2028], others[2026]]
    assert programme.of_series(event.series, now=now) is event
    assert programme.of_series(event.series, now=now - timedelta(days=400)) is others[2026]
    assert programme.of_series(event.series, now=now + timedelta(days=3650)) is others[2028]


def test_a_year_that_is_not_open_yet_hides_its_events_also_here(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    planned = make.edition(event.edition.campaign, 2028, is_open=False)
    draft = replace(BERLIN, starts=None, ends=None)
    with unit_of_work():
        other = events.create(planned, draft, series=event.series, actor=None, now=now)
        events.publish(other, actor=None, now=now)
    assert programme.siblings(event) == []
    assert programme.of_series(event.series, now=now + timedelta(days=3650)) is event
    with unit_of_work():
        editions.move(planned, EditionStatus.OPEN, actor=None, now=now)
    assert programme.siblings(event) == [other]
    assert programme.of_series(event.series, now=now) is event  # what is to be announced comes after it
    assert programme.of_series(event.series, now=now + timedelta(days=365)) is other


def test_a_series_without_a_public_event_leads_nowhere(app: Flask, make: Maker, now: datetime) -> None:
    assert programme.of_series(make.event(is_published=False).series, now=now) is None
