"""Where an event is, from what people wrote about it: country, city, zone and point, each with its source."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from campaign.geo.choice import OPEN_SEA, Warn, choose
from campaign.geo.countries import country_called, keeps_one_zone, zones_of
from campaign.geo.gazetteer import City, nearest, zones_of_region
from campaign.geo.mentions import Meaning, Mention, read
from campaign.geo.point import Point, distance, on_globe
from campaign.geo.readings import Reading, readings

IN_TOWN = 30.0
"""Kilometres from a town at which a point is still called after it."""

REMEMBERED = 8192
"""Locations kept in memory: an import asks for each of its rows twice, for the preview and when it is accepted."""


class Source(StrEnum):
    """What a part of a location was taken from."""

    COLUMN = "column"
    PLACE = "place"
    COORDINATES = "coordinates"
    CITY = "city"
    COUNTRY = "country"


class Reason(StrEnum):
    """Why a location has no country."""

    ONLINE = "place-online"
    MISSING = "place-missing"
    UNKNOWN = "place-unknown"


@dataclass(frozen=True, slots=True)
class Location:
    """Where an event is; what isn't known is None, and `reason` says why there is no country.

    `sources` tells of "country", "city", "zone" and "point", where they are known, what they were taken from.
    """

    country: str | None = None
    city: str | None = None
    zone: str | None = None
    point: Point | None = None
    is_online: bool = False
    sources: Mapping[str, Source] = field(default_factory=dict)
    warnings: tuple[Warn, ...] = ()
    reason: Reason | None = None


@lru_cache(maxsize=REMEMBERED)
def locate(
    place: str | None,
    latitude: float | None = None,
    longitude: float | None = None,
    *,
    country: str | None = None,
    city: str | None = None,
) -> Location:
    """Return where an event with these columns is; degrees north and east, `country` a code or a name.

    Trusted in this order: the columns for country and city, the words of the place in any language, the
    coordinates; but these tell cities of one name apart, and decide when the words are no known place.
    """
    code = country_called(country) if country else None
    text = read(", ".join(filter(None, (city, place))))
    point = on_globe(latitude, longitude)
    if text.says_only_online and not code:
        location = _online_only(point)
    else:
        in_column = [Mention(Meaning(code, frozenset(), ()), is_whole=True)] if code else []
        chosen = choose(readings([*text.mentions, *in_column], country=code), latitude, longitude)
        location = _located(chosen.reading, chosen.point)
        location = replace(location, is_online=text.says_online, warnings=(*chosen.warnings, *location.warnings))
    if not any((place, city, country, point)):
        location = replace(location, reason=Reason.MISSING)
    return _with_columns(location, country, code, city)


def _with_columns(location: Location, country: str | None, code: str | None, city: str | None) -> Location:
    """Return the location with what the columns say in place of what was derived."""
    columns = dict.fromkeys([*(["country"] if code else []), *(["city"] if city else [])], Source.COLUMN)
    warnings = (Warn.COUNTRY_UNKNOWN, *location.warnings) if country and not code else location.warnings
    sources = {**location.sources, **columns}
    return replace(location, city=city or location.city, sources=sources, warnings=warnings)


def _online_only(point: Point | None) -> Location:
    """Return the location of an event that is nowhere else: a zone at most, since its hour needs one."""
    town = nearest(*point, within=OPEN_SEA) if point else None
    if town is None:
        return Location(is_online=True, reason=Reason.ONLINE)
    sources, warnings = {"zone": Source.COORDINATES}, (Warn.ZONE_UNCERTAIN,)
    return Location(zone=town.zone, is_online=True, sources=sources, warnings=warnings, reason=Reason.ONLINE)


def _located(reading: Reading | None, point: Point | None) -> Location:
    """Return the location that believed words and a believed point, or one of them, make."""
    if reading and point:
        town = nearest(*point, country=reading.country)
        return _around(point, town, reading)
    if reading:
        return _in_city(reading.city) if reading.city else _somewhere_in(reading.country, reading.region)
    if point:
        return _around(point, nearest(*point, within=OPEN_SEA), None)
    return Location(reason=Reason.UNKNOWN)


def _around(point: Point, town: City | None, reading: Reading | None) -> Location:
    """Return the location of a point; the words, if any, name country and city, the nearest town the zone."""
    if town is None:
        return Location(reason=Reason.UNKNOWN)
    sources = dict.fromkeys(("country", "city", "zone", "point"), Source.COORDINATES)
    city = town.name if distance(town.point, point) <= IN_TOWN else None
    if reading:
        sources["country"] = Source.PLACE
    if reading and reading.city:
        sources["city"] = Source.PLACE
        city = reading.city.name
    return Location(town.country, city, town.zone, point, sources=sources)


def _in_city(city: City) -> Location:
    sources = {"country": Source.PLACE, "city": Source.PLACE, "zone": Source.CITY, "point": Source.CITY}
    return Location(city.country, city.name, city.zone, city.point, sources=sources)


def _somewhere_in(country: str, region: str) -> Location:
    """Return a location of which no more than the country or the region is known: no point, a likely zone."""
    zones = zones_of_region(country, region) if region else zones_of(country)
    is_certain = len(zones) == 1 if region else keeps_one_zone(country)
    sources = {"country": Source.PLACE, "zone": Source.COUNTRY}
    warnings = () if is_certain else (Warn.ZONE_UNCERTAIN,)
    return Location(country, zone=zones[0] if zones else None, sources=sources, warnings=warnings)
