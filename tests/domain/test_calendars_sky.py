"""Tables and rules against sun and moon reckoned anew, after J. Meeus, Astronomical Algorithms.

Chapter 49 (new moon, its larger terms) is good to a few minutes, chapter 25 (the sun's longitude, lower
accuracy) to a quarter of an hour. What falls nearer to midnight or noon than that is left to published dates.

A moment is a number of days whose whole part is the ordinal of a date.
"""

from datetime import date
from itertools import pairwise
from math import floor, radians, sin

import pytest

from campaign.domain.calendars import chinese, islamic, persian

HOUR = 1 / 24
MINUTE = HOUR / 60
CHINA, MECCA, IRAN = 8 * HOUR, 3 * HOUR, 3.5 * HOUR
BEIJING_UNTIL_1929 = 7 * HOUR + 45.7 * MINUTE

FIRST_CHINESE_NEW_MOON = -1248  # That of 10 February 1899, counted from January 2000.
CHINESE_MONTHS = 3735


def new_moon(k: int) -> float:
    """Return when the kth new moon after January 2000 is, in universal time (see `universal`)."""
    t = k / 1236.85
    sun = radians(2.5534 + 29.10535670 * k - 0.0000014 * t * t)
    moon = radians(201.5643 + 385.81693528 * k + 0.0107582 * t * t)
    node = radians(160.7108 + 390.67050284 * k - 0.0016118 * t * t)
    terms = (
        (-0.40720, moon), (0.17241, sun), (0.01608, 2 * moon), (0.01039, 2 * node), (0.00739, moon - sun),
        (-0.00514, moon + sun), (0.00208, 2 * sun), (-0.00111, moon - 2 * node), (-0.00057, moon + 2 * node),
        (0.00056, 2 * moon + sun), (-0.00042, 3 * moon), (0.00042, sun + 2 * node), (0.00038, sun - 2 * node),
    )  # fmt: skip
    mean = 2451550.09766 + 29.530588861 * k + 0.00015437 * t * t
    return universal(mean + sum(size * sin(angle) for size, angle in terms))


def universal(dynamical_julian_date: float) -> float:
    """Return the moment in universal time; the earth's slowing as the parabola of Morrison and Stephenson."""
    moment = dynamical_julian_date - 1721424.5
    centuries_since_1820 = (moment / 365.2425 - 1819) / 100
    return moment - (32 * centuries_since_1820**2 - 20) / 86400


def sun_longitude(moment: float) -> float:
    """Return the sun's apparent longitude in degrees, which grows by 360 a year; 280 at the start of 2000."""
    t = (moment + 1721424.5 - 2451545) / 36525
    anomaly = radians(357.52911 + 35999.05029 * t)
    centre = (1.914602 - 0.004817 * t) * sin(anomaly) + 0.019993 * sin(2 * anomaly) + 0.000289 * sin(3 * anomaly)
    aberration = -0.00569 - 0.00478 * sin(radians(125.04 - 1934.136 * t))
    return 280.46646 + 36000.76983 * t + centre + aberration


def in_china(moment: float) -> float:
    return moment + (CHINA if moment >= date(1929, 1, 1).toordinal() else BEIJING_UNTIL_1929)


def principal_terms_before(ordinal: int) -> int:
    """Return how many times 30 degrees the sun has passed when the day begins in China."""
    return floor(sun_longitude(ordinal - CHINA) / 30)


def test_every_chinese_month_begins_on_the_day_of_the_new_moon() -> None:
    doubt = 10 * MINUTE
    for index in range(CHINESE_MONTHS):
        moment = in_china(new_moon(FIRST_CHINESE_NEW_MOON + index))
        assert floor(moment - doubt) <= chinese.month_start(index) <= floor(moment + doubt)


def test_leap_months_are_the_first_without_a_principal_term_between_solstices_13_months_apart() -> None:
    passed = [principal_terms_before(chinese.month_start(index)) for index in range(CHINESE_MONTHS + 1)]
    regular = {chinese.month_index(year, month) for year in range(1899, 2201) for month in range(1, 13)}
    solstice_months = [chinese.month_index(year, 11) for year in range(1899, 2201)]
    for year, (month_11, next_11) in enumerate(pairwise(solstice_months), start=1899):
        solstice = 12 * (year - 2000) + 21
        assert passed[month_11] < solstice <= passed[month_11 + 1]
        without_term = [index for index in range(month_11, next_11) if passed[index] == passed[index + 1]]
        leap = [index for index in range(month_11, next_11) if index not in regular]
        assert leap == (without_term[:1] if next_11 - month_11 == 13 else [])


@pytest.mark.parametrize("year", range(1900, 2201))
def test_nowruz_is_the_day_whose_noon_follows_the_equinox(year: int) -> None:
    highest_sun = 12 * HOUR + 7.4 * MINUTE
    nowruz = persian.new_year(year - 621)
    since_equinox = (sun_longitude(nowruz + highest_sun - IRAN) + 180) % 360 - 180
    doubt = 0.012
    assert -doubt <= since_equinox <= 0.994 + doubt


def test_umm_al_qura_months_since_1423_begin_after_the_new_moon() -> None:
    """The rule: on the evening before, the moon is new before sunset and sets after the sun in Mecca."""
    new_moons = [new_moon(k) + MECCA for k in range(20, 1000)]
    starts = [islamic.month_start(year, month) for year in range(1423, 1501) for month in range(1, 13)]
    for start in starts:
        age = start - max(moment for moment in new_moons if moment < start)
        assert 0.2 < age < 1.7
