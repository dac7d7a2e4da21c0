"""The countries of ISO 3166-1 (and Kosovo, XK): their codes, the names people give them, their zones.

Read from data/countries.tsv, which campaign/geo/make/countries.py makes.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from campaign.geo.spelling import key

NEARLY_ALL = 0.95


@dataclass(frozen=True, slots=True)
class _Country:
    zones: tuple[str, ...]
    first_zone_share: float
    main_city_id: int | None
    names: tuple[str, ...]


def _read() -> dict[str, _Country]:
    text = resources.files("campaign.geo").joinpath("data", "countries.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return {
        code: _Country(tuple(zones.split()), float(share), int(city) if city else None, tuple(names.split("|")))
        for code, _, city, zones, share, names in rows
    }


_COUNTRIES = _read()

COUNTRIES: frozenset[str] = frozenset(_COUNTRIES)
"""The two-letter codes that a country may have."""


def zones_of(country: str) -> tuple[str, ...]:
    """Return the IANA zones of a country by its code, the one in which most people live first.

    Empty for an unknown code, and for Bouvet Island and Heard Island, where nobody keeps a clock.
    """
    found = _COUNTRIES.get(country)
    return found.zones if found else ()


def keeps_one_zone(country: str) -> bool:
    """Return whether nearly all people of a country keep the zone that `zones_of` names first.

    Germany does, in spite of the village of Büsingen; Russia doesn't.
    """
    found = _COUNTRIES.get(country)
    return found is not None and found.first_zone_share >= NEARLY_ALL


def main_city_id(country: str) -> int | None:
    """Return the GeoNames id of a country's capital, or of its biggest city; None where there is no city."""
    found = _COUNTRIES.get(country)
    return found.main_city_id if found else None


def country_called(name: str) -> str | None:
    """Return the code of the country with this code or name, or None.

    Names are read in the interface's eight languages and in the country's own: DE, Germany, Almaniya, Германия.
    """
    code = name.strip().upper()
    return code if code in COUNTRIES else country_names().get(key(name))


@cache
def country_names() -> MappingProxyType[str, str]:
    """Return the code of each name of a country, in the spelling of `key`."""
    return MappingProxyType({key(name): code for code, country in _COUNTRIES.items() for name in country.names})
