"""Every kind of rule: its days in all years, its JSON, and what is refused."""

import json
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.domain.anniversary import AnniversaryRule, Kind, LeapDay
from campaign.domain.calendars import easter, gregorian
from campaign.domain.errors import Refused

MONDAY = 0
ALL_YEARS = range(1900, 2201)


@pytest.mark.parametrize(
    ("rule", "year", "expected"),
    [
        (AnniversaryRule(Kind.EASTER, offset=-2), 2027, [date(2027, 3, 26)]),
        (AnniversaryRule(Kind.EASTER, offset=49), 2027, [date(2027, 5, 16)]),
        (AnniversaryRule(Kind.EASTER, offset=-120), 2007, [date(2007, 11, 24)]),
        (AnniversaryRule(Kind.ORTHODOX_EASTER, offset=0), 2027, [date(2027, 5, 2)]),
        (AnniversaryRule(Kind.HEBREW, month=1, day=27), 2027, [date(2027, 5, 4)]),
        (AnniversaryRule(Kind.ISLAMIC, month=1, day=1), 2008, [date(2008, 1, 10), date(2008, 12, 29)]),
        (AnniversaryRule(Kind.PERSIAN, month=1, day=1), 2029, [date(2029, 3, 20)]),
        (AnniversaryRule(Kind.CHINESE, month=8, day=15), 2027, [date(2027, 9, 15)]),
        (AnniversaryRule(Kind.NTH_WEEKDAY, month=2, nth=5, weekday=MONDAY), 2027, []),
    ],
)
def test_each_kind(rule: AnniversaryRule, year: int, expected: list[date]) -> None:
    assert list(rule.days_in(year)) == expected
    assert rule.day_in(year) == (expected[0] if expected else None)


@pytest.mark.parametrize(
    ("leap_day", "common", "leap"),
    [
        (LeapDay.FEBRUARY_28, date(2027, 2, 28), date(2028, 2, 29)),
        (LeapDay.MARCH_1, date(2027, 3, 1), date(2028, 2, 29)),
        (LeapDay.LEAP_YEARS_ONLY, None, date(2028, 2, 29)),
    ],
)
def test_29_february(leap_day: LeapDay, common: date | None, leap: date) -> None:
    rule = AnniversaryRule(Kind.FIXED, month=2, day=29, leap_day=leap_day)
    assert (rule.day_in(2027), rule.day_in(2028)) == (common, leap)
    assert rule.day_in(2100) == (common.replace(year=2100) if common else None)


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("rule-kind-unknown", {}),
        ("rule-kind-unknown", {"kind": "lunar", "month": 1, "day": 1}),
        ("rule-kind-unknown", {"kind": ["fixed"], "month": 1, "day": 1}),
        ("rule-kind-unknown", {"kind": None}),
        ("rule-field-unknown", {"kind": "fixed", "month": 1, "day": 1, "year": 2027}),
        ("rule-field-missing", {"kind": "fixed", "month": 1}),
        ("rule-field-missing", {"kind": "easter"}),
        ("rule-field-missing", {"kind": "fixed", "month": 2, "day": 29}),
        ("rule-field-not-used", {"kind": "last-day", "month": 1, "day": 1}),
        ("rule-field-not-used", {"kind": "fixed", "month": 2, "day": 28, "leap_day": "march-1"}),
        ("rule-field-not-used", {"kind": "persian", "month": 2, "day": 29, "leap_day": "march-1"}),
        ("rule-field-not-a-number", {"kind": "fixed", "month": True, "day": 1}),
        ("rule-field-not-a-number", {"kind": "fixed", "month": 1, "day": "1"}),
        ("rule-field-not-a-number", {"kind": "fixed", "month": 1.0, "day": 1}),
        ("rule-field-not-a-number", {"kind": "fixed", "month": 1, "day": None}),
        ("rule-leap-day-unknown", {"kind": "fixed", "month": 2, "day": 29, "leap_day": "february-30"}),
        ("rule-leap-day-unknown", {"kind": "fixed", "month": 2, "day": 29, "leap_day": None}),
        ("rule-month-out-of-range", {"kind": "fixed", "month": 0, "day": 1}),
        ("rule-month-out-of-range", {"kind": "fixed", "month": 13, "day": 1}),
        ("rule-month-out-of-range", {"kind": "last-day", "month": -1}),
        ("rule-month-out-of-range", {"kind": "nth-weekday", "month": 13, "nth": 1, "weekday": 0}),
        ("rule-month-out-of-range", {"kind": "hebrew", "month": 14, "day": 1}),
        ("rule-month-out-of-range", {"kind": "islamic", "month": 13, "day": 1}),
        ("rule-month-out-of-range", {"kind": "fixed", "month": 10**400, "day": 1}),
        ("rule-day-not-in-month", {"kind": "fixed", "month": 4, "day": 31}),
        ("rule-day-not-in-month", {"kind": "fixed", "month": 2, "day": 30}),
        ("rule-day-not-in-month", {"kind": "fixed", "month": 1, "day": 0}),
        ("rule-day-not-in-month", {"kind": "hebrew", "month": 2, "day": 30}),
        ("rule-day-not-in-month", {"kind": "islamic", "month": 1, "day": 31}),
        ("rule-day-not-in-month", {"kind": "persian", "month": 7, "day": 31}),
        ("rule-day-not-in-month", {"kind": "chinese", "month": 12, "day": 31}),
        ("rule-nth-out-of-range", {"kind": "nth-weekday", "month": 1, "nth": 0, "weekday": 0}),
        ("rule-nth-out-of-range", {"kind": "nth-weekday", "month": 1, "nth": 6, "weekday": 0}),
        ("rule-nth-out-of-range", {"kind": "nth-weekday", "month": 1, "nth": -2, "weekday": 0}),
        ("rule-weekday-out-of-range", {"kind": "nth-weekday", "month": 1, "nth": 1, "weekday": 7}),
        ("rule-offset-out-of-range", {"kind": "easter", "offset": 121}),
        ("rule-offset-out-of-range", {"kind": "orthodox-easter", "offset": -121}),
        ("rule-days-out-of-range", {"kind": "last-day", "month": 1, "days": 0}),
        ("rule-days-out-of-range", {"kind": "last-day", "month": 1, "days": 32}),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(code: str, data: dict[str, object]) -> None:
    with pytest.raises(Refused) as refused:
        AnniversaryRule.from_json(data)
    assert refused.value.code == code


@pytest.mark.parametrize("year", [1899, 2201, 0, -1, 10**9])
def test_a_year_out_of_range_is_refused(year: int) -> None:
    rule = AnniversaryRule(Kind.LAST_DAY, month=2)
    for ask in (rule.day_in, rule.days_in):
        with pytest.raises(Refused, match="year-out-of-range"):
            ask(year)


windows = st.integers(1, 31)


@st.composite
def fixed_rules(draw: st.DrawFn) -> AnniversaryRule:
    month = draw(st.integers(1, 12))
    day = draw(st.integers(1, gregorian.LONGEST_MONTHS[month - 1]))
    leap_day = draw(st.sampled_from(LeapDay)) if (month, day) == (2, 29) else None
    return AnniversaryRule(Kind.FIXED, month=month, day=day, leap_day=leap_day, days=draw(windows))


def calendar_rules(*kinds: Kind) -> st.SearchStrategy[AnniversaryRule]:
    return st.builds(
        AnniversaryRule,
        kind=st.sampled_from(kinds),
        month=st.integers(1, 12),
        day=st.integers(1, 29),
        days=windows,
    )


last_day_rules = st.builds(AnniversaryRule, kind=st.just(Kind.LAST_DAY), month=st.integers(1, 12), days=windows)
nth_weekday_rules = st.builds(
    AnniversaryRule,
    kind=st.just(Kind.NTH_WEEKDAY),
    month=st.integers(1, 12),
    nth=st.sampled_from((1, 2, 3, 4, 5, -1)),
    weekday=st.integers(0, 6),
    days=windows,
)
easter_rules = st.builds(
    AnniversaryRule,
    kind=st.sampled_from((Kind.EASTER, Kind.ORTHODOX_EASTER)),
    offset=st.integers(-120, 120),
    days=windows,
)
wandering_rules = calendar_rules(Kind.HEBREW, Kind.ISLAMIC, Kind.PERSIAN, Kind.CHINESE)
rules = st.one_of(fixed_rules(), last_day_rules, nth_weekday_rules, easter_rules, wandering_rules)
years = st.integers(1900, 2200)


@given(rules, years)
def test_a_rules_days_lie_in_the_year_in_order(rule: AnniversaryRule, year: int) -> None:
    days = rule.days_in(year)
    assert all(day.year == year for day in days)
    assert list(days) == sorted(set(days))
    assert rule.day_in(year) == (days[0] if days else None)


@given(rules)
def test_a_rule_survives_json(rule: AnniversaryRule) -> None:
    data = rule.to_json()
    assert AnniversaryRule.from_json(json.loads(json.dumps(data))) == rule
    assert all(type(value) in (int, str) for value in data.values())


anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.lists(st.integers()),
    st.sampled_from(Kind),
)
fields = st.sampled_from(("kind", "month", "day", "nth", "weekday", "offset", "leap_day", "days", "year", ""))


@given(st.dictionaries(fields, anything))
def test_any_json_object_is_a_rule_or_refused(data: dict[str, object]) -> None:
    try:
        rule = AnniversaryRule.from_json(data)
    except Refused:
        return
    assert AnniversaryRule.from_json(rule.to_json()) == rule


@given(fixed_rules(), years)
def test_a_fixed_day_is_that_day(rule: AnniversaryRule, year: int) -> None:
    day = rule.day_in(year)
    if rule.leap_day is None:
        assert day is not None
        assert (day.month, day.day) == (rule.month, rule.day)


@given(last_day_rules, years)
def test_the_day_after_the_last_is_the_first(rule: AnniversaryRule, year: int) -> None:
    day = rule.day_in(year)
    assert day is not None
    assert day.month == rule.month
    assert (day + timedelta(days=1)).day == 1


@given(nth_weekday_rules, years)
def test_the_nth_weekday_is_the_right_one(rule: AnniversaryRule, year: int) -> None:
    day = rule.day_in(year)
    if day is None:
        assert rule.nth == 5
        return
    assert (day.month, day.weekday()) == (rule.month, rule.weekday)
    if rule.nth == -1:
        assert (day + timedelta(days=7)).month != rule.month
    else:
        assert (day.day - 1) // 7 + 1 == rule.nth


@given(easter_rules)
def test_every_easter_counts_once(rule: AnniversaryRule) -> None:
    sunday_of = easter.western if rule.kind is Kind.EASTER else easter.orthodox
    expected = [sunday_of(year) + timedelta(days=rule.offset or 0) for year in range(1899, 2203)]
    found = [day for year in ALL_YEARS for day in rule.days_in(year)]
    assert found == [day for day in expected if day.year in ALL_YEARS]


@given(wandering_rules)
def test_a_wandering_day_comes_every_year_of_its_calendar(rule: AnniversaryRule) -> None:
    found = [day for year in ALL_YEARS for day in rule.days_in(year)]
    shortest, longest = (353, 357) if rule.kind is Kind.ISLAMIC else (353, 386)
    for earlier, later in pairwise(found):
        assert shortest <= (later - earlier).days <= longest
