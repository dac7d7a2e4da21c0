"""Countries: codes, names, zones."""

import pytest

from campaign.domain import moment
from campaign.geo.countries import COUNTRIES, country_called, keeps_one_zone, zones_of


def test_codes_are_those_of_iso_and_kosovo() -> None:
    assert len(COUNTRIES) == 250
    assert {"DE", "AZ", "GB", "XK", "AQ", "SS", "BQ"} <= COUNTRIES
    assert not {"UK", "AN", "CS", "EU", "SU"} & COUNTRIES


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("de", "DE"),
        ("Germany", "DE"),
        ("Almaniya", "DE"),
        ("Германия", "DE"),
        ("ألمانيا", "DE"),
        ("Côte d'Ivoire", "CI"),
        ("Ivory Coast", "CI"),
        ("UK", "GB"),
        ("U.S.A.", "US"),
        ("Türkiye", "TR"),
        ("TURKEY", "TR"),
        ("日本", "JP"),
        ("Ελλάδα", "GR"),
        ("საქართველო", "GE"),
        ("DRC", "CD"),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_country_called(name: str, code: str | None) -> None:
    assert country_called(name) == code


def test_zones_of() -> None:
    assert zones_of("AZ") == ("Asia/Baku",)
    assert zones_of("US")[0] == "America/New_York"
    assert {"Europe/Kyiv", "Europe/Simferopol"} == set(zones_of("UA"))
    assert zones_of("VN") == ("Asia/Ho_Chi_Minh",)
    assert zones_of("BV") == zones_of("ZZ") == ()


def test_every_zone_exists() -> None:
    assert {zone for code in COUNTRIES for zone in zones_of(code)} <= moment.zones()


def test_keeps_one_zone() -> None:
    assert keeps_one_zone("DE")
    assert keeps_one_zone("FR")
    assert not keeps_one_zone("RU")
    assert not keeps_one_zone("ZZ")
