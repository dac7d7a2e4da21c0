"""Make countries.tsv: the names by which people call the countries of ISO 3166-1, their zones, their main city."""

from collections import Counter
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import NamedTuple, TypedDict

from babel import Locale, UnknownLocaleError
from babel.languages import get_territory_language_info

LANGUAGES = ("en", "az", "tr", "ru", "de", "fr", "es", "ar")
WITHDRAWN = {"AN", "CS"}
"""Codes that GeoNames still lists, of countries that are no more."""
SPOKEN = 1.0
"""Per cent of a country's people who use a language for it to give a native name."""
OTHER_NAMES = {
    "AE": "UAE, U.A.E., Emirates",
    "BA": "Bosnia",
    "BO": "Bolivia",
    "CD": "DRC, D.R.C., DR Congo, D.R. Congo, RDC, Democratic Republic of Congo, Congo Kinshasa, Congo DRC, Zaire",
    "CF": "Central Africa Republic",
    "CG": "Congo Brazzaville, Republic of Congo",
    "CI": "Ivory Coast",
    "CN": "PRC, P.R. China, PR China, Mainland China",
    "CV": "Cape Verde",
    "CZ": "Czech Republic",
    "FM": "Micronesia",
    "GB": "UK, U.K., Great Britain, Britain, England, Scotland, Wales, Northern Ireland",
    "HK": "Hong Kong, Hongkong",
    "JP": "Nippon, Nihon",
    "KP": "DPRK",
    "KR": "Korea, South Korea, Republic of Korea",
    "LA": "Lao PDR",
    "MK": "Macedonia",
    "MM": "Burma",
    "MO": "Macau",
    "NL": "Holland",
    "PS": "Palestine",
    "RU": "Russian Federation",
    "SA": "KSA",
    "SZ": "Swaziland",
    "TL": "East Timor",
    "TR": "Turkey, Turkiye",
    "TW": "Taiwan ROC",
    "TZ": "Tanzania",
    "US": "USA, U.S.A., US, U.S., United States of America, EEUU, EE.UU., EUA",
    "VA": "Vatican, Holy See",
    "VE": "Venezuela",
}
"""Names in use that neither CLDR nor GeoNames gives; GeoNames' region names give England and Scotland again."""


class Country(NamedTuple):
    code: str
    number: int
    geonames_name: str
    capital: str


class GeonamesCountry(TypedDict):
    """What is read of one country in the GeoNames extract."""

    iso: str
    isonumeric: int
    name: str
    capital: str


def read_countries(geonames: dict[str, GeonamesCountry]) -> dict[str, Country]:
    """Return the countries that have a code today, by code."""
    rows = (Country(row["iso"], row["isonumeric"], row["name"].strip(), row["capital"]) for row in geonames.values())
    return {row.code: row for row in rows if row.code not in WITHDRAWN}


def write_countries(
    path: Path, countries: dict[str, Country], people: dict[str, Counter[str]], main_cities: dict[str, int]
) -> None:
    """Write one line a country: code, ISO number, GeoNames id of the main city, zones, share of the first, names."""
    with path.open("w", encoding="utf-8") as file:
        for country in sorted(countries.values()):
            zones, share = _zones(country.code, people.get(country.code, Counter()))
            names = dict.fromkeys([*names_of(country.code), country.geonames_name, *_other_names(country.code)])
            number, city = country.number or "", main_cities.get(country.code, "")
            print(country.code, number, city, " ".join(zones), f"{share:.2f}", "|".join(names), sep="\t", file=file)


def _zones(country: str, people: Counter[str]) -> tuple[list[str], float]:
    """Return a country's zones, the one of most people first, and the share of people who keep that."""
    if not people:
        zones = zones_in_tzdata().get(country, [])
        return zones, float(len(zones) == 1)
    zones = [zone for zone, _ in people.most_common()]
    return zones, people[zones[0]] / max(1, people.total())


def names_of(country: str, *, native_only: bool = False) -> Iterator[str]:
    """Yield the country's name in the interface's languages, and in those that are spoken in it."""
    info = get_territory_language_info(country)
    shares = {language: facts["population_percent"] for language, facts in info.items()}
    native = [language for language, share in shares.items() if isinstance(share, (int, float)) and share >= SPOKEN]
    for language in native if native_only else (*LANGUAGES, *native):
        try:
            name = Locale.parse(language).territories.get(country)
        except UnknownLocaleError:
            continue
        if name:
            yield name


def _other_names(country: str) -> list[str]:
    return [name for name in OTHER_NAMES.get(country, "").split(", ") if name]


def zones_in_tzdata() -> dict[str, list[str]]:
    """Return the zones of each country as zone.tab of the time zone database has them."""
    zones: dict[str, list[str]] = {}
    for line in resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            code, _, zone = line.split("\t")[:3]
            zones.setdefault(code, []).append(zone)
    return zones
