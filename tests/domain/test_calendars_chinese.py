"""Chinese dates against published ones."""

from datetime import date, timedelta

import pytest

from campaign.domain.calendars import chinese, days_in


def days(first_year: int, listed: str) -> list[date]:
    """Read a list of MM-DD, one a year."""
    return [date.fromisoformat(f"{first_year + n}-{each}") for n, each in enumerate(listed.split())]


NEW_YEARS = days(
    1990,
    "01-27 02-15 02-04 01-23 02-10 01-31 02-19 02-07 01-28 02-16 02-05 01-24 02-12 02-01 01-22 02-09 01-29 "
    "02-18 02-07 01-26 02-14 02-03 01-23 02-10 01-31 02-19 02-08 01-28 02-16 02-05 01-25 02-12 02-01 01-22 "
    "02-10 01-29 02-17 02-06 01-26 02-13 02-03 01-23 02-11 01-31 02-19 02-08 01-28 02-15 02-04 01-24 02-12 "
    "02-01 01-22 02-10 01-30 02-17 02-06 01-26 02-14 02-02 01-23",
)
MID_AUTUMNS = days(
    1990,
    "10-03 09-22 09-11 09-30 09-20 09-09 09-27 09-16 10-05 09-24 09-12 10-01 09-21 09-11 09-28 09-18 10-06 "
    "09-25 09-14 10-03 09-22 09-12 09-30 09-19 09-08 09-27 09-15 10-04 09-24 09-13 10-01 09-21 09-10 09-29 "
    "09-17 10-06 09-25 09-15 10-03 09-22 09-12 10-01 09-19 09-08 09-27 09-16 10-04 09-24 09-13 10-02 09-20 "
    "09-10 09-28 09-17 10-05 09-25 09-15 10-04 09-22 09-11 09-30",
)
LEAP_MONTHS_FROM_1990 = {
    **{
        1990: 5,
        1993: 3,
        1995: 8,
        1998: 5,
        2001: 4,
        2004: 2,
        2006: 7,
        2009: 5,
        2012: 4,
        2014: 9,
        2017: 6,
        2020: 4,
    },
    **{2023: 2, 2025: 6, 2028: 5, 2031: 3, 2033: 11, 2036: 6, 2039: 5, 2042: 2, 2044: 7, 2047: 5, 2050: 3},
}


@pytest.mark.parametrize("expected", NEW_YEARS, ids=str)
def test_new_year(expected: date) -> None:
    assert days_in(chinese, expected.year, 1, 1) == [expected]


@pytest.mark.parametrize("expected", MID_AUTUMNS, ids=str)
def test_mid_autumn(expected: date) -> None:
    assert days_in(chinese, expected.year, 8, 15) == [expected]


@pytest.mark.parametrize("year", range(1990, 2050))
def test_new_years_eve_is_the_30th_of_month_12_even_if_it_has_29_days(year: int) -> None:
    assert chinese.day_of(year, 12, 30) == NEW_YEARS[year + 1 - 1990] - timedelta(days=1)


@pytest.mark.parametrize("year", range(1990, 2051))
def test_leap_months(year: int) -> None:
    leap = LEAP_MONTHS_FROM_1990.get(year)
    followed_by_leap = [month for month in range(1, 13) if days_to_next_regular_month(year, month) > 30]
    assert followed_by_leap == ([leap] if leap else [])


def days_to_next_regular_month(year: int, month: int) -> int:
    following = chinese.day_of(year, month + 1, 1) if month < 12 else chinese.day_of(year + 1, 1, 1)
    return (following - chinese.day_of(year, month, 1)).days


def test_a_date_counts_in_the_regular_month_only() -> None:
    assert chinese.day_of(2025, 6, 1) == date(2025, 6, 25)  # The leap month 6 begins on 25 July.
    assert chinese.day_of(2025, 7, 1) == date(2025, 8, 23)
    assert chinese.day_of(2033, 11, 1) == date(2033, 11, 22)  # The leap month 11 begins on 22 December.
    assert chinese.day_of(2033, 12, 1) == date(2034, 1, 20)


@pytest.mark.parametrize(
    ("year", "month", "first_day"),
    [
        (1906, 4, "1906-04-24"),
        (1916, 1, "1916-02-03"),
        (1933, 6, "1933-07-23"),
        (1954, 1, "1954-02-03"),
        (1978, 8, "1978-09-03"),
        (2013, 5, "2013-06-08"),
        (2018, 10, "2018-11-08"),
        (2027, 1, "2027-02-06"),
        (2030, 1, "2030-02-03"),
        (2057, 9, "2057-09-29"),
        (2089, 8, "2089-09-04"),
    ],
)
def test_new_moons_near_midnight_on_which_tables_differ(year: int, month: int, first_day: str) -> None:
    assert chinese.day_of(year, month, 1) == date.fromisoformat(first_day)
