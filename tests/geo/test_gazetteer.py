"""Towns by name and by point."""

import subprocess
import sys
from itertools import islice

import pytest

from campaign.domain import moment
from campaign.geo import gazetteer
from campaign.geo.countries import COUNTRIES
from campaign.geo.gazetteer import City, cities_called, main_city, nearest, search
from campaign.geo.point import Point, distance
from campaign.geo.spelling import key


@pytest.mark.parametrize("text", ["Baku", "Bakı", "BAKI", "Баку", "باكو", "باکو", "巴库", "바쿠", "bak"])
def test_search_in_any_alphabet(text: str) -> None:
    assert (search(text)[0].name, search(text)[0].country, search(text)[0].zone) == ("Baku", "AZ", "Asia/Baku")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("munchen", "Munich"),
        ("Xocalı", "Khojaly"),
        ("Ходжалы", "Khojaly"),
        ("nyc", "New York City"),
        ("laquila", "L'Aquila"),
        ("L’Aquila", "L'Aquila"),
        ("İstanbul", "Istanbul"),
        ("aix-en", "Aix-en-Provence"),
        ("york", "York"),
        ("Niš", "Niš"),
    ],
)
def test_search_forgives_spelling(text: str, name: str) -> None:
    assert search(text)[0].name == name


def test_search_in_a_country() -> None:
    assert [city.country for city in search("birmingham", country="US", limit=3)] == ["US"] * 3
    assert search("birmingham", country="US")[0].region == "Alabama"


def test_search_is_bounded() -> None:
    assert len(search("s")) == 8
    assert len(search("san", limit=3)) == 3
    assert search("") == search("!?") == search("qqqqqq") == []


def test_bigger_before_smaller() -> None:
    people = [city.population for city in search("springfield", country="US")]
    assert people == sorted(people, reverse=True)


def test_same_names_under_exactly_that_name() -> None:
    assert {"GB", "US"} <= {city.country for city in cities_called("birmingham")}
    assert cities_called("birmingh") == ()


def test_names_are_kept_in_the_spelling_they_are_looked_up_in() -> None:
    """Turns red when `fold` changes: then campaign/geo/make/gazetteer.py has to be run again."""
    for city in islice(gazetteer.all_cities(), 0, None, 97):
        assert city.id in {one.id for one in cities_called(key(city.name))}, city


def test_city_by_number() -> None:
    baku = search("Baku")[0]
    assert gazetteer.city(baku.id) == baku
    assert gazetteer.city(1) is None


def test_main_city_of_every_country_that_has_one() -> None:
    assert [main_city(code).name for code in ("AZ", "TR", "US", "XK")] == ["Baku", "Ankara", "Washington", "Pristina"]
    cities = {code: main_city(code) for code in COUNTRIES}
    assert {code for code, found in cities.items() if found is None} == {"AQ", "BV", "HM", "UM"}
    assert all(found is None or found.country == code for code, found in cities.items())


def test_all_zones_exist() -> None:
    assert {region.zone for region in gazetteer.regions()} <= moment.zones()


BORDERS = [
    (52.5395, 13.4241, "DE", "Europe/Berlin", "Berlin"),
    (47.6603, 9.1758, "DE", "Europe/Berlin", None),  # Konstanz
    (47.6505, 9.1750, "CH", "Europe/Zurich", None),  # Kreuzlingen
    (51.1508, 14.9885, "DE", "Europe/Berlin", None),  # Görlitz
    (51.1495, 15.0090, "PL", "Europe/Warsaw", None),  # Zgorzelec
    (59.3797, 28.1791, "EE", "Europe/Tallinn", "Narva"),
    (59.3720, 28.2170, "RU", "Europe/Moscow", "Ivangorod"),
    (55.6050, 13.0038, "SE", "Europe/Stockholm", "Malmö"),
    (32.5556, -117.0470, "US", "America/Los_Angeles", None),  # San Ysidro
    (32.5200, -117.0300, "MX", "America/Tijuana", "Tijuana"),
    (31.7587, -106.4869, "US", "America/Denver", "El Paso"),
    (31.7380, -106.4850, "MX", "America/Ciudad_Juarez", None),
    (42.3314, -83.0458, "US", "America/Detroit", "Detroit"),
    (42.3149, -83.0364, "CA", "America/Toronto", "Windsor"),
    (-4.3217, 15.3125, "CD", "Africa/Kinshasa", "Kinshasa"),
    (-4.2634, 15.2429, "CG", "Africa/Brazzaville", "Brazzaville"),
    (22.5431, 114.0579, "CN", "Asia/Shanghai", None),  # Shenzhen
    (22.5010, 114.1280, "HK", "Asia/Hong_Kong", None),  # Sheung Shui
    (41.5934, -87.3464, "US", "America/Chicago", "Gary"),
    (41.0793, -85.1394, "US", "America/Indiana/Indianapolis", "Fort Wayne"),
    (36.1540, -109.5520, "US", "America/Denver", "Chinle"),  # Navajo Nation keeps summer time
    (33.4484, -112.0740, "US", "America/Phoenix", "Phoenix"),
    (-31.9560, 141.4650, "AU", "Australia/Broken_Hill", "Broken Hill"),
    (-28.1667, 153.5333, "AU", "Australia/Brisbane", None),  # Coolangatta
    (-28.1860, 153.5460, "AU", "Australia/Sydney", None),  # Tweed Heads
    (56.8389, 60.6057, "RU", "Asia/Yekaterinburg", "Yekaterinburg"),
    (-17.75, 179.35, "FJ", "Pacific/Fiji", None),
    (-16.85, -179.97, "FJ", "Pacific/Fiji", None),  # Taveuni, on the other side of 180°
    (66.16, -169.8, "RU", "Asia/Anadyr", None),  # Uelen
    (-13.83, -171.77, "WS", "Pacific/Apia", "Apia"),
    (44.95, 34.10, "UA", "Europe/Simferopol", None),
    (39.82, 46.75, "AZ", "Asia/Baku", "Khankendi"),
    (-4.3011, 28.9442, "CD", "Africa/Lubumbashi", None),  # Fizi; the nearest town in the gazetteer is in Burundi
    (35.6938, 139.7034, "JP", "Asia/Tokyo", "Tokyo"),
    (35.5300, 139.7030, "JP", "Asia/Tokyo", "Kawasaki"),
]


@pytest.mark.parametrize(("latitude", "longitude", "country", "zone", "name"), BORDERS)
def test_nearest_near_borders(latitude: float, longitude: float, country: str, zone: str, name: str | None) -> None:
    found = nearest(latitude, longitude)
    assert (found.country, found.zone) == (country, zone), found
    assert name in (None, found.name)


def test_nearest_of_one_country() -> None:
    assert nearest(47.6603, 9.1758, country="CH").country == "CH"
    assert nearest(0, 0, country="AQ") is None
    assert nearest(-40, -120, within=100) is None


@pytest.mark.parametrize(
    "point", [(50.06, 14.4), (-33.9, 151.2), (-16.8, -179.99), (-16.8, 179.99), (52.0, -180.0), (71, -8), (89.5, 0)]
)
def test_looking_around_finds_what_looking_at_every_town_finds(point: tuple[float, float]) -> None:
    around = gazetteer._places().near(Point(*point), 1200, country=None, may_grow=False)
    far = [distance(Point(*point), town.point) for town in gazetteer.all_cities()]
    assert [row for _, row in sorted(around)] == sorted(
        (row for row, away in enumerate(far) if away <= 1200), key=lambda row: (far[row], row)
    )


def test_importing_reads_no_table() -> None:
    code = "import campaign.geo.gazetteer as g; assert not g._places.cache_info().currsize"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_city_is_a_value() -> None:
    city = City(1, "A", "DE", "", "Europe/Berlin", 1.5, 2.5, 0)
    assert city.point == (1.5, 2.5)
    assert hash(city) == hash(City(1, "A", "DE", "", "Europe/Berlin", 1.5, 2.5, 0))
