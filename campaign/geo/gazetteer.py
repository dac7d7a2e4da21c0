"""The world's towns of a thousand people and more: found by name, by number, by point; without a network.

Read from data/ on first use; README.md names the sources.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from heapq import nlargest
from math import log10

from campaign.geo import countries
from campaign.geo.point import Point
from campaign.geo.shapes import country_at
from campaign.geo.spelling import key
from campaign.geo.table import Names, Places, Region

SAME_NAME = 1.5
"""How much a place's own name weighs against size, in powers of ten: York is York, though Toronto once was."""
SHORTLIST = 20
"""How many times as many cities as are wanted are looked at twice."""
AROUND = 18.0
"""Kilometres around a point in which a city may reach over it."""
IN_TOWN = 1.5
"""Kilometres to the nearest town within which its country is sure; beyond, the countries' outlines are asked."""
CROWD = 17.0
"""A city reaches as far, in kilometres, as the cube root of its people by this: Paris 7.5, Konstanz 2.6."""
PART = 10
"""A place with fewer people than a city that reaches over it, by this factor, counts as a part of that city."""


@dataclass(frozen=True, slots=True)
class City:
    """A populated place of GeoNames; `region` is "" where none is known, `population` has two good digits."""

    id: int
    name: str
    country: str
    region: str
    zone: str
    latitude: float
    longitude: float
    population: int

    @property
    def point(self) -> Point:
        return Point(self.latitude, self.longitude)


def search(text: str, *, country: str | None = None, limit: int = 8) -> list[City]:
    """Return the cities whose name in any language and alphabet begins with `text`, the biggest first.

    A place that is called exactly so goes before bigger ones that only begin so.
    """
    wanted = key(text)
    if not wanted:
        return []
    whole = set(_names().rows(wanted))
    rows = (row for row in _names().rows_beginning(wanted) if country in (None, _places().region(row).country))
    biggest = nlargest(SHORTLIST * limit, rows, key=lambda row: (_weight(row, row in whole), -row))
    # Stable, so that a place which only its other names bring in follows those whose own name begins so.
    biggest.sort(key=lambda row: _weight(row, row in whole) + _begins_so(row, wanted), reverse=True)
    return [_city(row) for row in biggest[:limit]]


@lru_cache(maxsize=4096)
def cities_called(name: str) -> tuple[City, ...]:
    """Return the cities with exactly this name, in the spelling of `key`; the most prominent first."""
    rows = _names().rows(name)
    rows.sort(key=lambda row: (_weight(row, key(_places().names[row]) == name), -row), reverse=True)
    return tuple(_city(row) for row in rows)


def city(city_id: int) -> City | None:
    """Return a city by its GeoNames number."""
    try:
        return _city(_places().ids.index(city_id))
    except ValueError:
        return None


def main_city(country: str) -> City | None:
    """Return a country's capital, or the biggest city where there is none; None for the uninhabited."""
    city_id = countries.main_city_id(country)
    return None if city_id is None else city(city_id)


def nearest(
    latitude: float, longitude: float, *, country: str | None = None, within: float | None = None
) -> City | None:
    """Return the city that a point belongs to; None when `country` has none, or none is `within` so many kilometres.

    The nearest place decides on country and zone: of the country that is named, else of the one on whose land
    the point is, for across a river a foreign centre may be nearer. It stands for itself unless it is a mere part
    of a city that reaches over the point: in Prenzlauer Berg that is Berlin.
    """
    point = Point(latitude, longitude)
    near = _places().near(point, within or AROUND, country=country, may_grow=within is None)
    if not near:
        return None
    distance_to_town, town = near[0]
    if country is None and distance_to_town > IN_TOWN:
        land = country_at(point)
        if land not in (None, _places().region(town).country):
            near = _places().near(point, AROUND, country=land, may_grow=True) or near
    return _biggest_over(near)


def _biggest_over(near: Sequence[tuple[float, int]]) -> City:
    """Return the nearest place, or the city whose part it is; `near` holds distances and rows, nearest first."""
    closest = _city(near[0][1])
    around = (_city(row) for far, row in near if far < _places().populations[row] ** (1 / 3) / CROWD)
    cities = [other for other in around if (other.country, other.zone) == (closest.country, closest.zone)]
    biggest = max(cities, key=lambda other: other.population, default=closest)
    return biggest if biggest.population > PART * closest.population else closest


def all_cities() -> Iterator[City]:
    """Yield every city, from south to north."""
    return map(_city, range(len(_places().ids)))


def regions() -> tuple[Region, ...]:
    """Return the regions of all countries; one with two zones is there twice."""
    return _places().regions


@cache
def zones_of_region(country: str, region: str) -> tuple[str, ...]:
    """Return the zones of a region by its name, the one that most people keep first."""
    return tuple(row.zone for row in regions() if (row.country, row.name) == (country, region))


@cache
def _places() -> Places:
    return Places()


@cache
def _names() -> Names:
    return Names()


def _weight(row: int, has_the_name: bool) -> float:
    return log10(_places().populations[row] + 1) + SAME_NAME * has_the_name


def _begins_so(row: int, wanted: str) -> bool:
    return key(_places().names[row]).startswith(wanted)


def _city(row: int) -> City:
    places = _places()
    region, point = places.region(row), places.point(row)
    name, population = places.names[row], places.populations[row]
    return City(places.ids[row], name, region.country, region.name, region.zone, *point, population)
