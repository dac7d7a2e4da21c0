"""Campaigns' days: those of real ones first, then exceptions, numbers and what comes next."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.domain.anniversary import Anniversary, AnniversaryRule, Kind, LeapDay, RuleException, number
from campaign.domain.calendars import easter
from campaign.domain.errors import Refused

SATURDAY = 5

KHOJALY = Anniversary(AnniversaryRule(Kind.FIXED, month=2, day=26), since=1992)
RARE_DISEASE_DAY = AnniversaryRule(Kind.LAST_DAY, month=2)
LAST_SATURDAY_OF_MARCH = AnniversaryRule(Kind.NTH_WEEKDAY, month=3, nth=-1, weekday=SATURDAY)

EASTER_EVE = {"en": "Not on the eve of Easter"}
EARTH_HOUR_MOVED = ("2013-03-23", "2016-03-19", "2018-03-24", "2024-03-23", "2025-03-22")
EARTH_HOUR = Anniversary(
    LAST_SATURDAY_OF_MARCH,
    exceptions=tuple(RuleException(int(day[:4]), date.fromisoformat(day), EASTER_EVE) for day in EARTH_HOUR_MOVED),
    since=2007,
)

BEFORE_THE_RESOLUTION = {"en": "Third Saturday of September, before UN resolution 78/122"}
CLEANUP_SATURDAYS = ("2018-09-15", "2019-09-21", "2020-09-19", "2021-09-18", "2022-09-17", "2023-09-16")
WORLD_CLEANUP_DAY = Anniversary(
    AnniversaryRule(Kind.FIXED, month=9, day=20),
    exceptions=tuple(
        RuleException(int(day[:4]), date.fromisoformat(day), BEFORE_THE_RESOLUTION) for day in CLEANUP_SATURDAYS
    ),
    since=2018,
)


def test_justice_for_khojaly_2027_is_the_35th() -> None:
    occurrence = KHOJALY.occurrence(2027)
    assert occurrence.first_day == occurrence.last_day == date(2027, 2, 26)
    assert occurrence.number == 35
    assert (occurrence.reason, occurrence.is_exception) == (None, False)


@pytest.mark.parametrize("year", range(2020, 2033))
def test_rare_disease_day(year: int) -> None:
    assert RARE_DISEASE_DAY.day_in(year) == date(year, 2, 29 if year in (2020, 2024, 2028, 2032) else 28)


@pytest.mark.parametrize(
    "held",
    (
        "2007-03-31 2008-03-29 2009-03-28 2010-03-27 2011-03-26 2012-03-31 2013-03-23 2014-03-29 2015-03-28 "
        "2016-03-19 2017-03-25 2018-03-24 2019-03-30 2020-03-28 2021-03-27 2022-03-26 2023-03-25 2024-03-23 "
        "2025-03-22 2026-03-28"
    ).split(),
)
def test_earth_hour(held: str) -> None:
    day = date.fromisoformat(held)
    occurrence = EARTH_HOUR.occurrence(day.year)
    assert occurrence.first_day == day
    assert occurrence.is_exception == (held in EARTH_HOUR_MOVED)
    assert occurrence.is_exception == (LAST_SATURDAY_OF_MARCH.day_in(day.year) != day)


@pytest.mark.parametrize("year", [2013, 2016, 2018, 2024])
def test_earth_hour_moves_when_the_last_saturday_is_the_eve_of_easter(year: int) -> None:
    assert LAST_SATURDAY_OF_MARCH.day_in(year) == easter.western(year) - timedelta(days=1)


@pytest.mark.parametrize("held", [*CLEANUP_SATURDAYS, "2024-09-20", "2025-09-20", "2026-09-20"])
def test_world_cleanup_day(held: str) -> None:
    day = date.fromisoformat(held)
    assert WORLD_CLEANUP_DAY.occurrence(day.year).first_day == day
    third_saturday = AnniversaryRule(Kind.NTH_WEEKDAY, month=9, nth=3, weekday=SATURDAY)
    assert (third_saturday.day_in(day.year) == day) == (day.year <= 2023 or day.weekday() == SATURDAY)


def test_open_data_day_is_a_window() -> None:
    open_data_day = Anniversary(AnniversaryRule(Kind.NTH_WEEKDAY, month=3, nth=1, weekday=SATURDAY, days=7))
    occurrence = open_data_day.occurrence(2026)
    assert (occurrence.first_day, occurrence.last_day) == (date(2026, 3, 7), date(2026, 3, 13))


@pytest.mark.parametrize("year", [1899, 2201, 0, -1, 10**9])
def test_a_year_out_of_range_is_refused(year: int) -> None:
    with pytest.raises(Refused, match="year-out-of-range"):
        KHOJALY.occurrence(year)
    with pytest.raises(Refused, match="year-out-of-range"):
        RuleException(year, None, {})


@pytest.mark.parametrize("day", [date(2026, 11, 30), date(2028, 2, 1)])
def test_an_exception_more_than_31_days_outside_its_year_is_refused(day: date) -> None:
    with pytest.raises(Refused, match="exception-day-too-far"):
        RuleException(2027, day, {})


@pytest.mark.parametrize("day", [date(2026, 12, 1), date(2028, 1, 31)])
def test_an_exception_up_to_31_days_outside_its_year(day: date) -> None:
    assert RuleException(2027, day, {}).day == day


def test_two_exceptions_of_one_year_are_refused() -> None:
    twice = (RuleException(2027, None, {}), RuleException(2027, date(2027, 3, 1), {}))
    with pytest.raises(Refused, match="exception-year-twice"):
        Anniversary(RARE_DISEASE_DAY, exceptions=twice)


def test_a_year_without_the_campaign() -> None:
    reason = {"en": "Not held because of the pandemic", "de": "Wegen der Pandemie abgesagt"}
    anniversary = Anniversary(KHOJALY.rule, exceptions=(RuleException(2020, None, reason),), since=1992)
    occurrence = anniversary.occurrence(2020)
    assert (occurrence.first_day, occurrence.last_day) == (None, None)
    assert (occurrence.number, occurrence.reason, occurrence.is_exception) == (28, reason, True)
    assert anniversary.occurrence(2021).first_day == date(2021, 2, 26)


def test_an_exception_keeps_the_length_of_the_window() -> None:
    rule = AnniversaryRule(Kind.FIXED, month=3, day=1, days=7)
    moved = Anniversary(rule, exceptions=(RuleException(2027, date(2027, 3, 8), {}),))
    assert moved.occurrence(2027).last_day == date(2027, 3, 14)


def test_number() -> None:
    assert number(2027, 1992) == 35
    assert number(1992, 1992) == 0
    assert number(1991, 1992) is None
    assert Anniversary(RARE_DISEASE_DAY).occurrence(2027).number is None


def test_coming_begins_with_today() -> None:
    assert [each.year for each in KHOJALY.coming(date(2027, 2, 26), 3)] == [2027, 2028, 2029]
    assert [each.year for each in KHOJALY.coming(date(2027, 2, 27), 3)] == [2028, 2029, 2030]


def test_coming_counts_a_window_until_its_last_day() -> None:
    week = Anniversary(AnniversaryRule(Kind.FIXED, month=12, day=29, days=7))
    assert week.coming(date(2028, 1, 4), 1)[0].year == 2027
    assert week.coming(date(2028, 1, 5), 1)[0].year == 2028


def test_coming_leaves_out_years_without_a_day() -> None:
    leap_years_only = AnniversaryRule(Kind.FIXED, month=2, day=29, leap_day=LeapDay.LEAP_YEARS_ONLY)
    cancelled = Anniversary(leap_years_only, exceptions=(RuleException(2028, None, {}),))
    assert [each.year for each in cancelled.coming(date(2027, 1, 1), 2)] == [2032, 2036]


def test_coming_ends_with_2200() -> None:
    assert [each.year for each in KHOJALY.coming(date(2199, 1, 1), 10)] == [2199, 2200]
    assert KHOJALY.coming(date(2200, 2, 27), 10) == []
    assert KHOJALY.coming(date.max, 10) == []
    assert [each.year for each in KHOJALY.coming(date.min, 2)] == [1900, 1901]


@pytest.mark.parametrize(
    "rule",
    [
        KHOJALY.rule,
        AnniversaryRule(Kind.FIXED, month=12, day=20, days=31),
        AnniversaryRule(Kind.ISLAMIC, month=1, day=1),
        AnniversaryRule(Kind.NTH_WEEKDAY, month=2, nth=5, weekday=SATURDAY),
    ],
)
@given(today=st.dates(date(1899, 6, 1), date(2201, 6, 1)), count=st.integers(0, 12))
def test_coming_is_every_year_that_is_not_over(rule: AnniversaryRule, today: date, count: int) -> None:
    occurrences = [Anniversary(rule).occurrence(year) for year in range(1900, 2201)]
    not_over = [each for each in occurrences if each.last_day is not None and each.last_day >= today]
    assert Anniversary(rule).coming(today, count) == not_over[:count]
