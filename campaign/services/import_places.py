"""Where an imported event is: what its row says, completed by the gazetteer; and the zone that follows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache

from campaign.domain import cell, moment
from campaign.domain.errors import Refused
from campaign.domain.text import cut, tidy_line
from campaign.geo.choice import Warn
from campaign.geo.countries import country_called
from campaign.geo.gazetteer import cities_called, regions
from campaign.geo.places import REMEMBERED, Location, Reason, Source, locate
from campaign.geo.spelling import key
from campaign.services.import_notes import Notes, Setting

CITY_LIMIT = 120
DECIMALS = 6
ONLINE_ZONE = "UTC"
WORDS_IN_CITY, WORDS_IN_NAME, WORDS_IN_AREA = 3, 5, 12
LONGEST_CODE = 3
"""Letters of a region's abbreviation, such as NRW."""
SAME_SPELLING = 0.8
"""How much of a name must agree to be that of the city, a slip in it."""

_KINDS = frozenset(
    "city town ward district state province prefecture pref county region municipality of and or online virtual".split()
)
"""Words beside the names of places that say nothing of a venue."""
_PARTS = re.compile(r"[,;，、；|]")


@dataclass(frozen=True)
class Place:
    """Where an event is; without a country it is online alone."""

    country: str | None
    city: str | None
    venue: str
    """What the place's text says beyond the city, "" when it says no more."""
    latitude: float | None
    longitude: float | None
    zone: str


def place_of(said: Mapping[str, str], setting: Setting, *, notes: Notes) -> Place:
    """Return the place of a row's event.

    Raises Refused("place-missing"), ("place-unknown", place=…), ("point-unknown") or ("zone-not-found").
    """
    text = tidy_line(said.get("place", ""))
    words = text or ", ".join(said[part] for part in ("venue", "address", "city", "country") if part in said)
    latitude, longitude = (_degrees(said.get(name, ""), notes) for name in ("latitude", "longitude"))
    found = locate(words, latitude, longitude, country=said.get("country"), city=said.get("city"))
    is_online = found.country is None and (found.is_online or "online_url" in said)
    if found.country is None and not is_online:
        raise _refusal(found, words)
    if is_online and words and not found.is_online:
        notes.warn("place-left", place=cut(words, limit=60))
    for warning in found.warnings:
        if not (is_online and warning is Warn.ZONE_UNCERTAIN):
            notes.warn(warning, place=cut(text, limit=60))
    zone = _zone(said.get("zone", ""), found, setting, is_online=is_online, notes=notes)
    _note_sources(found, notes)
    point = None if is_online else found.point
    city = None if is_online else found.city or _city_in(text, notes)
    return Place(
        country=found.country,
        city=cut(tidy_line(city), limit=CITY_LIMIT) if city else None,
        venue="" if is_online else _venue(text, found.country, city or ""),
        latitude=round(point.latitude, DECIMALS) if point else None,
        longitude=round(point.longitude, DECIMALS) if point else None,
        zone=zone,
    )


def _refusal(found: Location, words: str) -> Refused:
    if found.reason is Reason.MISSING:
        return Refused("place-missing")
    return Refused("place-unknown", place=cut(words, limit=60)) if words else Refused("point-unknown")


def _degrees(text: str, notes: Notes) -> float | None:
    if not text:
        return None
    try:
        return cell.degrees(text)
    except Refused as refused:
        notes.warn(refused.code, **refused.facts)
        return None


def _zone(text: str, found: Location, setting: Setting, *, is_online: bool, notes: Notes) -> str:
    """Return the zone that the row names, else the place's, else the one chosen for the file."""
    if text:
        name = text.strip().replace(" ", "_")
        if name in moment.zones():
            return name
        notes.warn("zone-unknown", zone=cut(text, limit=60))
    if found.zone and not (is_online and setting.zone):
        notes.derive("zone", found.sources.get("zone", Source.CITY), found.zone)
        if is_online:
            notes.warn("zone-of-pin")
        return found.zone
    if setting.zone:
        notes.derive("zone", "option", setting.zone)
        return setting.zone
    if is_online:
        notes.derive("zone", "online", ONLINE_ZONE)
        return ONLINE_ZONE
    raise Refused("zone-not-found")


def _city_in(text: str, notes: Notes) -> str | None:
    """Return how the text begins, for a place that is too small for the gazetteer; None for a mere country."""
    start = _PARTS.split(text)[0].strip()
    if not start or country_called(start) or len(start.split()) > WORDS_IN_CITY:
        return None
    notes.derive("city", Source.PLACE, start)
    return start


@lru_cache(maxsize=REMEMBERED)
def _venue(text: str, country: str | None, city: str) -> str:
    """Return the parts of a place's text that say more than its city, region and country."""
    parts = [part.strip() for part in _PARTS.split(text)]
    return ", ".join(part for part in parts if part and not _says_no_more(part, country, city))


def _says_no_more(part: str, country: str | None, city: str) -> bool:
    if part.isupper() and len(part) <= LONGEST_CODE:
        return True
    words = key(part).split()
    return not part.isdigit() and len(words) <= WORDS_IN_AREA and _is_area(words, country, city)


def _is_area(words: list[str], country: str | None, city: str) -> bool:
    """Return whether words only name the city, its region or its country, one after the other."""
    lengths = range(1, min(len(words), WORDS_IN_NAME) + 1)
    return not words or any(
        _names_area(" ".join(words[:length]), country, city) and _is_area(words[length:], country, city)
        for length in lengths
    )


def _names_area(name: str, country: str | None, city: str) -> bool:
    if name in _KINDS or name.isdigit() or country_called(name) == country:
        return True
    if SequenceMatcher(None, name, key(city)).ratio() >= SAME_SPELLING:
        return True
    is_city = any((one.country, one.name) == (country, city) for one in cities_called(name))
    return is_city or name in _regions_of(country or "")


@cache
def _regions_of(country: str) -> frozenset[str]:
    """Return the names and abbreviations of a country's regions, in the spelling of `key`."""
    found = [region for region in regions() if region.country == country]
    return frozenset(key(name) for region in found for name in (region.name, region.short) if name)


def _note_sources(found: Location, notes: Notes) -> None:
    """Note what the gazetteer added: country, city, and the coordinates where the row has none."""
    values = {"country": found.country, "city": found.city}
    for name, value in values.items():
        if value and found.sources.get(name) is not Source.COLUMN:
            notes.derive(name, found.sources.get(name, Source.PLACE), value)
    if found.point and found.sources.get("point") is not Source.COORDINATES:
        notes.derive("coordinates", found.sources.get("point", Source.CITY), _shown(found))


def _shown(found: Location) -> str:
    return f"{found.point.latitude:.4f}, {found.point.longitude:.4f}" if found.point else ""
