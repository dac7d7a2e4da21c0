"""Whose land a point is on."""

import pytest

from campaign.geo.point import Point, distance, misreadings, on_globe
from campaign.geo.shapes import country_at


@pytest.mark.parametrize(
    ("latitude", "longitude", "country"),
    [
        (52.5, 13.4, "DE"),
        (-4.3, 28.94, "CD"),
        (4.0, -53.0, "GF"),
        (44.95, 34.1, "UA"),
        (39.8, 46.75, "AZ"),
        (9.5, 44.1, "SO"),
        (35.25, 33.4, "CY"),
        (42.6, 21.0, "XK"),
        (66.6, -176.0, "RU"),
        (67.0, 179.0, "RU"),
        (-29.6, 28.2, "LS"),  # a hole in South Africa
        (-28.5, 26.0, "ZA"),
        (0.0, -150.0, None),
        (-16.5, -60.0, "BO"),
    ],
)
def test_country_at(latitude: float, longitude: float, country: str | None) -> None:
    assert country_at(Point(latitude, longitude)) == country


def test_distance() -> None:
    assert distance(Point(0, 0), Point(0, 1)) == pytest.approx(111.195, abs=0.01)
    assert distance(Point(0, 179.5), Point(0, -179.5)) == pytest.approx(111.195, abs=0.01)
    assert distance(Point(90, 0), Point(-90, 77)) == pytest.approx(20015.1, abs=0.1)


def test_on_globe() -> None:
    assert on_globe(52.5, 13.4) == (52.5, 13.4)
    assert on_globe(32.8, -229.159) == pytest.approx((32.8, 130.841))
    for nowhere in ((0, 0), (91, 0), (0, 361), (None, 1), (1, None), (float("nan"), 1), (1, float("inf"))):
        assert on_globe(*nowhere) is None


def test_misreadings_are_the_swap_first_and_never_the_point_itself() -> None:
    slips = list(misreadings(40.0, 50.0))
    assert slips[0] == (50, 40)
    assert (40, 50) not in slips
    assert len(set(slips)) == 7
