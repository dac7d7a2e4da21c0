"""Places as people write them: real rows, looked at by hand, and what each kind of row must come to."""

from pathlib import Path

import pytest

from campaign.geo.choice import Warn
from campaign.geo.places import Reason, Source, locate

REAL = [line.split("\t") for line in Path(__file__).with_name("real_places.tsv").read_text("utf-8").splitlines()[1:]]


@pytest.mark.parametrize(("place", "latitude", "longitude", "country", "zone", "city"), REAL)
def test_real_places(place: str, latitude: str, longitude: str, country: str, zone: str, city: str) -> None:
    degrees = [float(text) if text else None for text in (latitude, longitude)]
    found = locate(place.replace(r"\n", "\n"), *degrees)
    assert (found.country, found.zone, found.city) == (country, zone, city or None)


def test_says_what_was_taken_from_where() -> None:
    assert locate("Berlin", 52.5, 13.4).sources == {
        "country": Source.PLACE,
        "city": Source.PLACE,
        "zone": Source.COORDINATES,
        "point": Source.COORDINATES,
    }
    assert locate("Berlin").sources["point"] is Source.CITY
    assert set(locate(None, 52.5, 13.4).sources.values()) == {Source.COORDINATES}


def test_columns_are_believed_first() -> None:
    found = locate("Kulturhaus", country="Türkiyə", city="İzmir")
    assert (found.country, found.city, found.zone) == ("TR", "İzmir", "Europe/Istanbul")
    assert found.sources["country"] is found.sources["city"] is Source.COLUMN
    assert locate("Birmingham", country="US").zone == "America/Chicago"
    assert locate("Paris, France", country="US").country == "US"


def test_city_that_the_gazetteer_lacks_is_kept_as_typed() -> None:
    found = locate(None, country="DE", city="Hinterobertupfingen")
    assert (found.country, found.city, found.zone, found.point) == ("DE", "Hinterobertupfingen", "Europe/Berlin", None)


def test_country_that_nobody_knows_is_pointed_out() -> None:
    found = locate("Berlin", country="Atlantis")
    assert found.country == "DE"
    assert Warn.COUNTRY_UNKNOWN in found.warnings


@pytest.mark.parametrize("place", ["Berlin, Germany", "Berlin, Almaniya", "Берлин, Германия", "برلين، ألمانيا", "柏林"])
def test_any_language(place: str) -> None:
    assert (locate(place).country, locate(place).city) == ("DE", "Berlin")


@pytest.mark.parametrize(
    ("place", "country", "region_zone"),
    [
        ("Birmingham, Alabama", "US", "America/Chicago"),
        ("Birmingham, AL", "US", "America/Chicago"),
        ("London, Ontario", "CA", "America/Toronto"),
        ("London, ON", "CA", "America/Toronto"),
        ("Atlanta, Georgia", "US", "America/New_York"),
        ("Tbilisi, Georgia", "GE", "Asia/Tbilisi"),
        ("Georgia", "GE", "Asia/Tbilisi"),
        ("Perth, Western Australia", "AU", "Australia/Perth"),
        ("Berlin, DE", "DE", "Europe/Berlin"),
        ("Portland, Maine", "US", "America/New_York"),
    ],
)
def test_region_and_country_tell_cities_of_one_name_apart(place: str, country: str, region_zone: str) -> None:
    assert (locate(place).country, locate(place).zone) == (country, region_zone)


def test_the_biggest_of_one_name_with_a_warning() -> None:
    assert locate("Birmingham").country == "GB"
    assert locate("Birmingham").warnings == (Warn.PLACE_AMBIGUOUS,)
    assert locate("Santiago").country == "CL"
    assert locate("Birmingham, UK").warnings == ()


def test_point_tells_cities_of_one_name_apart() -> None:
    found = locate("Birmingham", 33.5, -86.8)
    assert (found.country, found.zone, found.warnings) == ("US", "America/Chicago", ())


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(49.8671, 40.4093), (40.4093, -49.8671), (-40.4093, 49.8671), (-49.8671, -40.4093)],
)
def test_slips_in_the_numbers_are_mended(latitude: float, longitude: float) -> None:
    found = locate("Bakı", latitude, longitude)
    assert found.point == pytest.approx((40.4093, 49.8671))
    assert found.warnings == (Warn.COORDINATES_REPAIRED,)


def test_swapped_numbers_without_words_are_mended_where_they_name_no_point() -> None:
    found = locate(None, 139.6917, 35.6894)
    assert (found.country, found.warnings) == ("JP", (Warn.COORDINATES_REPAIRED,))


@pytest.mark.parametrize(
    ("latitude", "longitude", "warning"),
    [
        (0.0, 0.0, Warn.COORDINATES_UNUSABLE),
        (95.0, 400.0, Warn.COORDINATES_UNUSABLE),
        (float("nan"), 13.4, Warn.COORDINATES_UNUSABLE),
        (48.85, 2.35, Warn.COORDINATES_DROPPED),
        (52.0, 13.0, Warn.COORDINATES_DROPPED),
    ],
)
def test_points_that_are_not_there_give_way(latitude: float, longitude: float, warning: Warn) -> None:
    found = locate("Berlin, Germany", latitude, longitude)
    assert (found.country, found.point) == ("DE", (52.524, 13.411))
    assert found.warnings == (warning,)


def test_point_wins_over_a_small_town_of_that_name_elsewhere() -> None:
    found = locate("Komenda", 5.050207, -1.486229)
    assert (found.country, found.warnings) == ("GH", (Warn.PLACE_DROPPED,))


@pytest.mark.parametrize(
    "place",
    [
        "Online",
        "virtual ",
        "Evento virtual",
        "en línea",
        "en ligne",
        "オンライン",
        "онлайн",
        "Çevrimiçi",
        "Zoom (online event)",
    ],
)
def test_online_is_no_place(place: str) -> None:
    found = locate(place)
    assert (found.country, found.zone, found.is_online, found.reason) == (None, None, True, Reason.ONLINE)


def test_online_takes_a_zone_from_a_point_with_a_warning() -> None:
    found = locate("Online", 40.71, -74.0)
    assert (found.country, found.point, found.zone) == (None, None, "America/New_York")
    assert found.warnings == (Warn.ZONE_UNCERTAIN,)


def test_place_that_is_online_too() -> None:
    assert locate("Roma & online").is_online
    assert locate("Roma & online").country == "IT"
    assert not locate("Roma").is_online


def test_country_of_many_zones_without_a_city() -> None:
    assert locate("Kanada").zone == "America/Toronto"
    assert locate("Kanada").warnings == (Warn.ZONE_UNCERTAIN,)
    assert locate("Kanada").point is None
    assert locate("Deutschland").warnings == ()


def test_nothing_and_nonsense() -> None:
    assert locate(None).reason is Reason.MISSING
    assert locate("Siisnsjsb").reason is Reason.UNKNOWN
    assert locate(None, 0.0, -150.0).reason is Reason.UNKNOWN


def test_long_prose_stays_quick() -> None:
    assert locate("San José " * 5000).country
