"""What a campaign's public events can be told apart by: the values that a slice of it may name."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from campaign.db import db
from campaign.domain import edition as edition_rules
from campaign.domain.event import PUBLIC
from campaign.models import Campaign, Edition, Event, EventTag, Series


@dataclass(frozen=True)
class City:
    """A city with events; one slug may stand for cities of several countries."""

    slug: str
    name: str
    country: str | None
    count: int


@dataclass(frozen=True)
class SeriesFacet:
    """A local event through the years, under its latest name."""

    slug: str
    name: Mapping[str, str]
    count: int


@dataclass(frozen=True)
class Facets:
    """Each value with its number of public events; years newest first, all else by its slug or code."""

    years: list[tuple[int, int]]
    countries: list[tuple[str, int]]
    cities: list[City]
    series: list[SeriesFacet]
    tags: list[tuple[str, int]]
    online: int


@dataclass(frozen=True)
class _Place:
    """One pair of country and city; None where an event has none."""

    country: str | None
    city_slug: str | None
    city: str | None
    count: int
    online: int


def facets(campaign: Campaign, *, least_of_series: int = 2) -> Facets:
    """Return what a campaign's public events can be chosen by; series from a number of events upwards."""
    places = _places(campaign)
    return Facets(
        years=_years(campaign),
        countries=_countries(places),
        cities=_cities(places),
        series=_series(campaign, least_of_series),
        tags=_tags(campaign),
        online=sum(place.online for place in places),
    )


def _places(campaign: Campaign) -> list[_Place]:
    """Return all places in one look through the events, from which countries and cities follow."""
    columns = (Event.country, Event.city_slug, func.max(Event.city), func.count(), func.count(Event.online_url))
    rows = select(*columns).join(Edition).where(*_public(campaign)).group_by(Event.country, Event.city_slug)
    return [_Place(*row) for row in db.session.execute(rows)]


def _years(campaign: Campaign) -> list[tuple[int, int]]:
    rows = select(Edition.year, func.count()).join(Event).where(*_public(campaign)).group_by(Edition.year)
    return sorted(((year, count) for year, count in db.session.execute(rows)), reverse=True)


def _countries(places: Iterable[_Place]) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for place in places:
        if place.country:
            counts[place.country] += place.count
    return sorted(counts.items())


def _cities(places: Iterable[_Place]) -> list[City]:
    found = (City(one.city_slug, one.city or one.city_slug, one.country, one.count) for one in places if one.city_slug)
    return sorted(found, key=lambda city: (city.slug, city.country or ""))


def _series(campaign: Campaign, least: int) -> list[SeriesFacet]:
    """Return the series; each has at most one event a year, so its latest year names one event."""
    totals = (
        select(Event.series_id, func.count().label("count"), func.max(Edition.year).label("year"))
        .join(Edition)
        .where(*_public(campaign))
        .group_by(Event.series_id)
        .having(func.count() >= least)
        .subquery()
    )
    latest = (
        select(Series.slug, Event.name, totals.c.count)
        .join(totals, totals.c.series_id == Series.id)
        .join(Edition, (Edition.campaign_id == campaign.id) & (Edition.year == totals.c.year))
        .join(Event, (Event.series_id == Series.id) & (Event.edition_id == Edition.id))
    )
    found = (SeriesFacet(slug, name, count) for slug, name, count in db.session.execute(latest))
    return sorted(found, key=lambda series: series.slug)


def _tags(campaign: Campaign) -> list[tuple[str, int]]:
    rows = select(EventTag.tag, func.count()).join(Event).join(Edition).where(*_public(campaign))
    return sorted((tag, count) for tag, count in db.session.execute(rows.group_by(EventTag.tag)))


def _public(campaign: Campaign) -> tuple[ColumnElement[bool], ...]:
    return (
        Edition.campaign_id == campaign.id,
        Edition.status.in_(edition_rules.SHOWN),
        Event.status.in_(PUBLIC),
    )
