"""Completing a typed place: the city gives country, zone and coordinates, what was typed wins."""

from dataclasses import dataclass, replace

from flask_babel import gettext as _

from campaign.domain import moment
from campaign.geo import gazetteer
from campaign.geo.spelling import key
from campaign.web import filters

CLOSE_CALL = 5
"""Cities of one name whose sizes differ by less than this factor are asked about."""
LISTED = 6
"""How many countries are named at the most when we ask back."""


@dataclass(frozen=True)
class Place:
    """What was typed of a place; None where nothing was."""

    city: str | None
    country: str | None
    zone: str | None
    latitude: float | None
    longitude: float | None


def complete(given: Place, *, is_online: bool) -> Place:
    """Return the place with what the gazetteer knows of its city; ValueError with a sentence.

    An online event without a city may have no place at all; its zone is UTC unless one was chosen.
    """
    if (given.latitude is None) != (given.longitude is None):
        raise ValueError(_("Give both latitude and longitude, or neither."))
    if given.city is None:
        if given.country:
            raise ValueError(_("Write the city, too."))
        return replace(given, zone=given.zone or "UTC") if is_online else given
    if given.country and given.zone and given.latitude is not None:
        return given
    found = [city for city in gazetteer.cities_called(key(given.city)) if given.country in (None, city.country)]
    if not found:
        return _unknown(given)
    if given.country is None:
        _check_clear(given.city, found)
    city = found[0]
    latitude = given.latitude if given.latitude is not None else city.latitude
    longitude = given.longitude if given.longitude is not None else city.longitude
    return Place(given.city, city.country, given.zone or city.zone, latitude, longitude)


def known_zones() -> frozenset[str]:
    """Return every zone that an event may keep."""
    return moment.zones()


def _unknown(given: Place) -> Place:
    if given.country and given.zone:
        return given
    raise ValueError(_("We don't know this city. Choose its country and time zone below, and it is fine."))


def _check_clear(name: str, found: list[gazetteer.City]) -> None:
    """Ask back when several countries have a city of this name and size."""
    rivals = [city for city in found if city.country != found[0].country]
    if rivals and found[0].population < CLOSE_CALL * max(city.population for city in rivals):
        countries = list(dict.fromkeys(filters.country_name(city.country) for city in found))[:LISTED]
        raise ValueError(
            _(
                "There is a %(city)s in several countries: %(countries)s. Choose the country.",
                city=name,
                countries=", ".join(countries),
            )
        )
