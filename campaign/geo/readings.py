"""How a line about a place may be read: each city, region or country that it may mean, with what speaks for it.

The reading that explains most of the line is the likeliest: in "Atlanta, Georgia" the city in the state of Georgia
explains both names, the country of Georgia only one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log10

from campaign.geo.gazetteer import City, nearest
from campaign.geo.mentions import Mention
from campaign.geo.point import Point, distance
from campaign.geo.shapes import country_at

BIG = 300_000
"""People in a city that is meant by its bare name rather than a region of that name elsewhere."""
KNOWN = 20_000
"""People in a city that a text surely means, and not a bigger area, when it names both."""
NOTABLE = 50_000
"""People in a city that is looked for among unknown words, such as a venue's name or prose."""
SAME_AREA = 120.0
"""Kilometres from a city in which a point may be meant as there, or a second city named to say where it is."""
SAME_TOWN = 40.0
"""The same for a city whose name stands among unknown words, and may be none."""
BORDER = 30.0
"""Kilometres from the nearest city of a country or region at which a point may still be in it."""

# What speaks for a reading: a name that fills its part of the text, or one among unknown words.
COUNTRY, COUNTRY_PART = 3.5, 2.0
CITY, CITY_PART, CITY_OR_REGION = 2.0, 1.0, 1.0
REGION, REGION_PART = 1.5, 0.5
# And what the other names add to it.
IN_COUNTRY, IN_COUNTRY_PART = 3.0, 2.0
IN_REGION, IN_REGION_PART = 2.0, 1.0
NEAR_CITY = 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """A place that a text may mean; a region as a whole has no city, a country as a whole no region either.

    `support` says how much of the text speaks for it, `order` which of the names in the text it stands for.
    """

    country: str
    region: str
    city: City | None
    support: float
    order: int

    def fits(self, point: Point) -> bool:
        """Return whether a point may lie there."""
        if self.city:
            return distance(self.city.point, point) <= (SAME_AREA if self.support >= CITY else SAME_TOWN)
        town = nearest(*point, country=self.country, within=BORDER)
        if self.region:
            return town is not None and town.region == self.region
        return town is not None or country_at(point) == self.country

    @property
    def is_known(self) -> bool:
        return self.city is not None and self.city.population >= KNOWN


def readings(mentions: Sequence[Mention], *, country: str | None = None) -> list[Reading]:
    """Return all that the mentions may mean, the likeliest first; `country` rules others out.

    Among equals the first in the text goes first, and of one name the most prominent city.
    """
    every = [
        reading
        for order, mention in enumerate(mentions)
        for reading in _readings_of(mention, order, [*mentions[:order], *mentions[order + 1 :]])
        if country in (None, reading.country)
    ]
    named = [reading for reading in every if reading.is_known]
    likely = [reading for reading in every if reading.city or not any(_is_in(city, reading) for city in named)]
    return sorted(likely, key=lambda reading: -reading.support)


def _is_in(city: Reading, area: Reading) -> bool:
    """Return whether a city, better supported, is named together with the area around it."""
    is_inside = city.country == area.country and area.region in ("", city.region)
    return is_inside and city.order != area.order and city.support > area.support


def _readings_of(mention: Mention, order: int, others: Sequence[Mention]) -> Iterator[Reading]:
    country, regions, cities = mention.meaning
    if country:
        yield Reading(country, "", None, COUNTRY if mention.is_whole else COUNTRY_PART, order)
    for city in cities:
        added = sum(_adds(other, city.country, city.region, city) for other in others)
        if mention.is_whole or added or city.population >= NOTABLE:
            yield Reading(city.country, city.region, city, _for_city(city, mention) + added, order)
    for in_country, region in sorted(regions):
        support = REGION if mention.is_whole else REGION_PART
        added = sum(_adds(other, in_country, region, None) for other in others)
        yield Reading(in_country, region, None, support + added, order)


def _for_city(city: City, mention: Mention) -> float:
    if not mention.is_whole:
        return CITY_PART + log10(city.population + 1) / 10
    regions = mention.meaning.regions
    is_plain = not regions or (city.country, city.region) in regions or city.population >= BIG
    return CITY if is_plain else CITY_OR_REGION


def _adds(other: Mention, country: str, region: str, city: City | None) -> float:
    """Return what another name in the text adds to the reading as a city, or as a region when `city` is None."""
    meaning = other.meaning
    if meaning.country == country:
        return IN_COUNTRY if other.is_whole else IN_COUNTRY_PART
    if city and (country, region) in meaning.regions:
        return IN_REGION if other.is_whole else IN_REGION_PART
    if city and other.is_whole and any(_is_neighbour(city, another) for another in meaning.cities):
        return NEAR_CITY
    return 0.0


def _is_neighbour(city: City, other: City) -> bool:
    return city.country == other.country and distance(city.point, other.point) <= SAME_AREA
