"""Easter, Hebrew, Islamic and Persian dates against published ones, and each calendar against itself."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest

from campaign.domain.calendars import Calendar, chinese, days_in, easter, gregorian, hebrew, islamic, persian

YEARS = range(1900, 2201)

NISAN, IYAR, TISHRI, HESHVAN, KISLEV, TEVET, ADAR, ADAR_II = 1, 2, 7, 8, 9, 10, 12, 13
MUHARRAM, RAMADAN, DHU_AL_HIJJA = 1, 9, 12
FARVARDIN, ESFAND = 1, 12


def days(first_year: int, listed: str) -> list[date]:
    """Read a list of MM-DD, one a year."""
    return [date.fromisoformat(f"{first_year + n}-{each}") for n, each in enumerate(listed.split())]


def only_day(calendar: Calendar, year: int, month: int, day: int) -> date:
    [found] = days_in(calendar, year, month, day)
    return found


WESTERN_FROM_2000 = days(
    2000,
    "04-23 04-15 03-31 04-20 04-11 03-27 04-16 04-08 03-23 04-12 04-04 04-24 04-08 03-31 04-20 04-05 03-27 "
    "04-16 04-01 04-21 04-12 04-04 04-17 04-09 03-31 04-20 04-05 03-28 04-16 04-01 04-21 04-13 03-28 04-17 "
    "04-09",
)
ORTHODOX_FROM_2000 = days(
    2000,
    "04-30 04-15 05-05 04-27 04-11 05-01 04-23 04-08 04-27 04-19 04-04 04-24 04-15 05-05 04-20 04-12 05-01 "
    "04-16 04-08 04-28 04-19 05-02 04-24 04-16 05-05 04-20 04-12 05-02 04-16 04-08 04-28 04-13 05-02 04-24 "
    "04-09",
)


@pytest.mark.parametrize("expected", WESTERN_FROM_2000, ids=str)
def test_western_easter(expected: date) -> None:
    assert easter.western(expected.year) == expected


@pytest.mark.parametrize("expected", ORTHODOX_FROM_2000, ids=str)
def test_orthodox_easter(expected: date) -> None:
    assert easter.orthodox(expected.year) == expected


@pytest.mark.parametrize(
    "expected", [date(1913, 3, 23), date(1943, 4, 25), date(2038, 4, 25), date(2160, 3, 23)], ids=str
)
def test_earliest_and_latest_western_easters(expected: date) -> None:
    assert easter.western(expected.year) == expected


def test_easter_is_a_sunday_of_spring() -> None:
    for year in YEARS:
        western, orthodox = easter.western(year), easter.orthodox(year)
        assert western.weekday() == orthodox.weekday() == 6
        assert date(year, 3, 22) <= western <= date(year, 4, 25)
        assert date(year, 4, 3) <= orthodox <= date(year, 5, 9)
        assert western <= orthodox


def test_rosh_hashanah() -> None:
    listed = (
        "1900-09-24 1908-09-26 1916-09-28 1924-09-29 1932-10-01 1940-10-03 1948-10-04 1956-09-06 1964-09-07 "
        "1972-09-09 1980-09-11 1988-09-12 1996-09-14 2004-09-16 2012-09-17 2020-09-19 2028-09-21 2036-09-22 "
        "2044-09-22 2052-09-24 2060-09-25 2068-09-27 2076-09-28 2084-09-30 2092-10-02 2100-10-04"
    )
    for expected in map(date.fromisoformat, listed.split()):
        assert days_in(hebrew, expected.year, TISHRI, 1) == [expected]


def test_rosh_hashanah_of_recent_years() -> None:
    listed = (
        "09-30 09-18 09-07 09-27 09-16 10-04 09-23 09-13 09-30 09-19 09-09 09-29 09-17 09-05 09-25 09-14 "
        "10-03 09-21 09-10 09-30 09-19 09-07 09-26 09-16 10-03 09-23 09-12 10-02 09-21 09-10 09-28 09-18 "
        "09-06 09-24 09-14"
    )
    for expected in days(2000, listed):
        assert days_in(hebrew, expected.year, TISHRI, 1) == [expected]


def test_27_nisan_on_which_the_shoah_is_remembered() -> None:
    listed = (
        "04-11 05-01 04-19 04-07 04-27 04-16 05-05 04-23 04-12 05-02 04-21 04-09 04-28 04-18 05-05 04-25 "
        "04-14 05-04 04-23 04-12 04-30 04-20 04-08 04-26 04-16 05-06 04-24"
    )
    for expected in days(2010, listed):
        assert days_in(hebrew, expected.year, NISAN, 27) == [expected]


@pytest.mark.parametrize("month", [ADAR, ADAR_II])
@pytest.mark.parametrize(
    "purim",
    ["2019-03-21", "2020-03-10", "2021-02-26", "2022-03-17", "2023-03-07", "2024-03-24", "2025-03-14"],
)
def test_adar_is_adar_ii_in_leap_years(purim: str, month: int) -> None:
    expected = date.fromisoformat(purim)
    assert only_day(hebrew, expected.year, month, 14) == expected


def test_a_hebrew_30th_that_is_missing_is_the_first_of_the_next_month() -> None:
    assert hebrew.month_lengths(5784)[1:3] == [29, 29]
    assert hebrew.day_of(5784, HESHVAN, 30) == hebrew.day_of(5784, KISLEV, 1) == date(2023, 11, 14)
    assert hebrew.day_of(5784, KISLEV, 30) == hebrew.day_of(5784, TEVET, 1) == date(2023, 12, 13)


def test_hebrew_years_have_one_of_six_lengths_and_never_begin_on_sunday_wednesday_or_friday() -> None:
    for year in range(5650, 5970):
        assert sum(hebrew.month_lengths(year)) in ((383, 384, 385) if hebrew.is_leap(year) else (353, 354, 355))
        assert hebrew.day_of(year, TISHRI, 1).weekday() in (0, 1, 3, 5)


def test_every_hebrew_year_from_1899_to_2201_has_its_length() -> None:
    deficient, regular, complete = {"d": 353, "D": 383}, {"r": 354, "R": 384}, {"c": 355, "C": 385}
    lengths = deficient | regular | complete  # Capitals are leap years.
    listed = (
        "RcDcrCcrDcDrcCrdCrcDrCcdRccDrCdrCcrDcrCdCrcDrcDrCcdRccDrcCrDcrDcrCdCrcDrcDcrCdRccDrcCrDcrDcrCdcRcDrc"
        "CdrCcDrcDrcCrdCrCdrCcdRcDcrCcrDcrDcCrdCrcDrCdcRcdRccDrCcrDcrDcCrdCrcDrcDcRcdRccDrCcrDcrDcrCdCrcDrcCd"
        "RccDrcCrdCrDcrCdrCcDrcDcrCcrDcDrcCrdCrDcrCdcRcdRcDcrCcrDcDrcCrdCrcDrCdcRcdRcCdrCcrDcrCdCrcDrcDrCcdRc"
        "cD"
    )
    assert [sum(hebrew.month_lengths(year)) for year in range(5660, 5962)] == [lengths[each] for each in listed]


def test_ashura() -> None:
    for expected in days(
        2015,
        "10-23 10-11 09-30 09-20 09-09 08-29 08-18 08-08 07-28 07-16 07-05 06-25 06-15 06-03 05-23 05-12",
    ):
        assert days_in(islamic, expected.year, MUHARRAM, 10) == [expected]


@pytest.mark.parametrize(
    ("year", "month", "first_day"),
    [
        (1343, MUHARRAM, "1924-08-01"),
        (1438, MUHARRAM, "2016-10-02"),
        (1441, MUHARRAM, "2019-08-31"),
        (1445, RAMADAN, "2024-03-11"),
        (1446, RAMADAN, "2025-03-01"),
        (1447, MUHARRAM, "2025-06-26"),
        (1447, RAMADAN, "2026-02-18"),
        (1501, MUHARRAM, "2077-11-17"),
    ],
)
def test_umm_al_qura(year: int, month: int, first_day: str) -> None:
    assert islamic.day_of(year, month, 1) == date.fromisoformat(first_day)


def test_first_day_of_ramadan() -> None:
    listed = (
        "1999-12-09 2000-11-27 2001-11-16 2002-11-06 2003-10-26 2004-10-15 2005-10-04 2006-09-24 2007-09-13 "
        "2008-09-01 2009-08-22 2010-08-11 2011-08-01 2012-07-20 2013-07-09 2014-06-28 2015-06-18 2016-06-06 "
        "2017-05-27 2018-05-16 2019-05-06 2020-04-24 2021-04-13 2022-04-02 2023-03-23 2024-03-11 2025-03-01 "
        "2026-02-18 2027-02-08 2028-01-28 2029-01-16"
    )
    for year, expected in enumerate(listed.split(), start=1420):
        assert islamic.day_of(year, RAMADAN, 1) == date.fromisoformat(expected)


def test_an_islamic_day_can_come_twice_in_a_year() -> None:
    assert days_in(islamic, 2008, MUHARRAM, 1) == [date(2008, 1, 10), date(2008, 12, 29)]


def test_an_islamic_30th_that_is_missing_is_the_last_day_of_its_month() -> None:
    assert islamic.day_of(1446, RAMADAN, 30) == islamic.day_of(1446, RAMADAN, 29) == date(2025, 3, 29)


def test_the_islamic_calendar_is_arithmetic_outside_the_table() -> None:
    assert islamic.day_of(1342, MUHARRAM, 1) == date(1923, 8, 14)
    assert islamic.day_of(1342, DHU_AL_HIJJA, 30) == date(1924, 7, 31) == date(1924, 8, 1) - timedelta(days=1)
    assert islamic.day_of(1501, MUHARRAM + 1, 1) == date(2077, 12, 17)
    assert islamic.day_of(1600, MUHARRAM, 1) == date(2173, 12, 6)


# Nowruz is on 21 March but for these years; the table of the University of Tehran's Calendar Center.
NOWRUZ_ON_20 = {1996, 2000, 2004, 2008, 2012, 2016, 2020, 2024, 2028, 2029, 2032, 2033, *range(2096, 2100)}


@pytest.mark.parametrize("year", [*range(1990, 2036), *range(2096, 2120)])
def test_nowruz(year: int) -> None:
    expected = date(year, 3, 20 if year in NOWRUZ_ON_20 else 21)
    assert days_in(persian, year, FARVARDIN, 1) == [expected]


def test_persian_leap_years_are_those_published() -> None:
    five_after_the_last = range(1276, 1475, 33)
    published = {first + 4 * n for first in five_after_the_last for n in range(8)} - {1502}
    leap_years = {year for year in range(1276, 1499) if persian.new_year(year + 1) - persian.new_year(year) == 366}
    assert leap_years == published


def test_nowruz_beyond_the_published_table() -> None:
    shown = [only_day(persian, year, FARVARDIN, 1).day for year in range(2120, 2130)]
    assert shown == [21, 21, 21, 21, 20, 21, 21, 21, 20, 21]


def test_30_esfand_is_29_esfand_in_common_years() -> None:
    assert persian.day_of(1403, ESFAND, 30) == date(2025, 3, 20)
    assert persian.day_of(1404, ESFAND, 30) == persian.day_of(1404, ESFAND, 29) == date(2026, 3, 20)


@pytest.mark.parametrize(
    ("calendar", "months", "leap_month_gaps"),
    [
        (hebrew, (*range(TISHRI, ADAR + 1), *range(NISAN, TISHRI)), {31}),
        (islamic, range(1, 13), set()),
        (persian, range(1, 13), set()),
        (chinese, range(1, 13), {30, 31}),
    ],
)
def test_no_day_is_lost_or_doubled(calendar: Calendar, months: Sequence[int], leap_month_gaps: set[int]) -> None:
    years = range(calendar.years_touching(1900)[0], calendar.years_touching(2200)[-1])
    walked = [
        calendar.day_of(year, month, day)
        for year in years
        for month in months
        for day in range(1, longest_ever(calendar, month) + 1)
    ]
    steps = {(later - earlier).days for earlier, later in pairwise(walked)}
    assert steps == {0, 1} | leap_month_gaps
    assert walked[0] < date(1900, 1, 2)
    assert walked[-1] > date(2199, 12, 30)


def longest_ever(calendar: Calendar, month: int) -> int:
    """Return the days to walk: three Islamic months between 1926 and 1931 were published with 31."""
    return 31 if calendar is islamic else calendar.LONGEST_MONTHS[month - 1]


@pytest.mark.parametrize("calendar", [hebrew, islamic, persian, chinese])
def test_every_date_of_a_calendar_is_found_in_the_years_it_falls_in(calendar: Calendar) -> None:
    years = range(calendar.years_touching(1900)[0], calendar.years_touching(2200)[-1] + 1)
    for month, day in ((1, 1), (6, 29), (10, 1), (12, 29)):
        expected = [calendar.day_of(year, month, day) for year in years]
        found = [each for year in YEARS for each in days_in(calendar, year, month, day)]
        assert found == [each for each in expected if each.year in YEARS]


def test_last_day_and_nth_weekday() -> None:
    assert gregorian.last_day(2100, 2) == date(2100, 2, 28)
    assert gregorian.nth_weekday(2027, 3, -1, 5) == [date(2027, 3, 27)]
    assert gregorian.nth_weekday(2027, 3, 5, 0) == [date(2027, 3, 29)]
    assert gregorian.nth_weekday(2027, 3, 5, 3) == []
