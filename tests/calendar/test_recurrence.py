"""On which days something recurs: as dateutil has it, within limits that it doesn't have."""

from datetime import date, datetime, time

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.calendar.content_lines import ContentLine
from campaign.calendar.recurrence import Patience, days, parse
from campaign.domain.errors import Refused

FIRST, LAST = date(2027, 1, 1), date(2027, 12, 31)


def rule_days(rule: str, start: date, patience: Patience | None = None) -> list[date]:
    """Return the days after the start on which a rule falls in 2027."""
    parsed = parse(ContentLine(1, "RRULE", {}, rule), str)
    return list(days(parsed, start, FIRST, LAST, patience or Patience()))


def refusal(rule: str) -> str:
    """Return the code by which a rule is refused."""
    with pytest.raises(Refused) as caught:
        rule_days(rule, date(2026, 2, 26))
    return caught.value.code


@pytest.mark.parametrize(
    ("rule", "start", "expected"),
    [
        ("FREQ=YEARLY", date(1992, 2, 26), [date(2027, 2, 26)]),
        ("FREQ=YEARLY;INTERVAL=5", date(1992, 2, 26), [date(2027, 2, 26)]),
        ("FREQ=YEARLY;INTERVAL=4", date(1992, 2, 26), []),
        ("FREQ=YEARLY;COUNT=36", date(1992, 2, 26), [date(2027, 2, 26)]),
        ("FREQ=YEARLY;COUNT=35", date(1992, 2, 26), []),
        ("FREQ=YEARLY", date(2024, 2, 29), []),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1", date(2024, 2, 29), [date(2027, 2, 28)]),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", date(2020, 3, 29), [date(2027, 3, 28)]),
        ("FREQ=YEARLY;BYDAY=1MO", date(2020, 1, 6), [date(2027, 1, 4)]),
        ("FREQ=YEARLY;BYMONTH=2;BYDAY=FR;BYMONTHDAY=26", date(2021, 2, 26), [date(2027, 2, 26)]),
        ("FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1;COUNT=3", date(2027, 1, 29), [date(2027, 2, 26), date(2027, 3, 26)]),
        ("FREQ=MONTHLY;INTERVAL=10", date(2026, 4, 30), [date(2027, 12, 30)]),
        ("FREQ=MONTHLY;INTERVAL=10", date(2026, 4, 28), [date(2027, 2, 28), date(2027, 12, 28)]),
        ("FREQ=WEEKLY;COUNT=3;BYDAY=TU,TH;WKST=SU;", date(2027, 2, 2), [date(2027, 2, 4), date(2027, 2, 9)]),
        ("FREQ=DAILY;INTERVAL=10;COUNT=3", date(2026, 12, 25), [date(2027, 1, 4), date(2027, 1, 14)]),
        ("freq=daily;count=2", date(2027, 2, 26), [date(2027, 2, 27)]),
    ],
)
def test_rules_that_people_make(rule: str, start: date, expected: list[date]) -> None:
    assert rule_days(rule, start) == expected


WEEKDAYS = st.sampled_from("MO TU WE TH FR SA SU".split())
NUMBERED = st.tuples(st.sampled_from(["1", "2", "-1", "+3", "5", "-5"]), WEEKDAYS).map("".join)
INTERVALS = st.integers(1, 10).map("INTERVAL={}".format)
ENDS = st.one_of(st.just(""), st.integers(1, 100).map(";COUNT={}".format))


def parts(*choices: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return texts of some of these parts."""
    return st.tuples(*(st.one_of(st.just(""), choice) for choice in choices)).map("".join)


def listed(name: str, values: st.SearchStrategy[object]) -> st.SearchStrategy[str]:
    """Return parts that list some values."""
    return st.lists(values, min_size=1, max_size=3).map(lambda some: f";{name}={','.join(map(str, some))}")


MONTHS, MONTH_DAYS = listed("BYMONTH", st.integers(1, 12)), listed("BYMONTHDAY", st.sampled_from([1, 13, 29, 31, -1]))
BYDAYS = st.one_of(listed("BYDAY", WEEKDAYS), listed("BYDAY", NUMBERED))
POSITIONS, WEEK_START = listed("BYSETPOS", st.sampled_from([1, 2, -1])), WEEKDAYS.map(";WKST={}".format)
RULES = st.one_of(
    st.tuples(st.just("FREQ=YEARLY;"), INTERVALS, ENDS, parts(MONTHS, MONTH_DAYS, BYDAYS)),
    st.tuples(st.just("FREQ=MONTHLY;"), INTERVALS, ENDS, parts(MONTHS, MONTH_DAYS, BYDAYS)),
    st.tuples(st.just("FREQ=MONTHLY;"), INTERVALS, ENDS, BYDAYS, POSITIONS),
    st.tuples(st.just("FREQ=WEEKLY;"), INTERVALS, ENDS, parts(MONTHS, listed("BYDAY", WEEKDAYS), WEEK_START)),
    st.tuples(st.just("FREQ=DAILY;"), INTERVALS, ENDS, parts(MONTHS, MONTH_DAYS, listed("BYDAY", WEEKDAYS))),
).map("".join)


@pytest.mark.filterwarnings("ignore:Using both 'count' and 'until':DeprecationWarning")
# Where weekdays with and without numbers stand together, dateutil takes those that are both, RFC 5545 either.
@settings(deadline=None)
@given(RULES, st.dates(date(2015, 1, 1), date(2027, 12, 31)))
def test_the_same_days_as_dateutil(rule: str, start: date) -> None:
    theirs = rrulestr(f"{rule};UNTIL=20271231T235959", dtstart=datetime.combine(start, time.min))
    if "COUNT" in rule and next(iter(theirs), None) != datetime.combine(start, time.min):
        return  # A start outside of its own rule: whether it counts is nowhere said.
    window = datetime(2027, 1, 1), datetime(2027, 12, 31)
    expected = [at.date() for at in theirs.between(*window, inc=True) if at.date() > start]
    assert rule_days(rule, start) == expected


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("", "recurrence-not-readable"),
        ("FREQ=SECONDLY", "recurrence-not-readable"),
        ("FREQ=HOURLY;INTERVAL=24", "recurrence-not-readable"),
        ("FREQ=DAILY;INTERVAL=0", "recurrence-not-readable"),
        ("FREQ=DAILY;INTERVAL=-1", "recurrence-not-readable"),
        ("FREQ=DAILY;INTERVAL=11", "recurrence-not-readable"),
        ("FREQ=DAILY;INTERVAL=١", "recurrence-not-readable"),
        ("FREQ=DAILY;FREQ=YEARLY", "recurrence-not-readable"),
        ("FREQ=DAILY;COUNT=101", "recurs-too-often"),
        ("FREQ=DAILY;COUNT=1000000000", "recurs-too-often"),
        (f"FREQ=DAILY;COUNT={'9' * 5000}", "recurrence-not-readable"),
        ("FREQ=DAILY;COUNT=0", "recurrence-not-readable"),
        ("FREQ=WEEKLY;BYDAY=1MO", "recurrence-not-readable"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "recurrence-not-readable"),
        ("FREQ=MONTHLY;BYDAY=54MO", "recurrence-not-readable"),
        ("FREQ=MONTHLY;BYDAY=0MO", "recurrence-not-readable"),
        (f"FREQ=YEARLY;BYDAY={','.join(['MO'] * 10_000)}", "recurrence-not-readable"),
        ("FREQ=YEARLY;BYMONTH=13", "recurrence-not-readable"),
        ("FREQ=YEARLY;BYMONTH=", "recurrence-not-readable"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "recurrence-not-readable"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "recurrence-not-readable"),
        ("FREQ=YEARLY;BYMONTH=5L;RSCALE=CHINESE", "recurrence-not-readable"),
        ("FREQ=DAILY;BYHOUR=1,2,3", "recurrence-not-readable"),
        ("FREQ=YEARLY;WKST=XX", "recurrence-not-readable"),
        ("FREQ=YEARLY;UNTIL=tomorrow", "time-not-readable"),
    ],
)
def test_rules_that_are_refused(rule: str, code: str) -> None:
    assert refusal(rule) == code


@pytest.mark.parametrize("end", ["", ";COUNT=100"])
def test_what_never_happens_is_no_endless_search(end: str) -> None:
    patience = Patience()
    assert rule_days(f"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30{end}", date(1900, 2, 28), patience) == []
    assert Patience().days - patience.days < 130 * 30


def test_a_rule_without_a_count_costs_no_more_for_being_old() -> None:
    patience = Patience()
    assert len(rule_days("FREQ=DAILY", date(1900, 1, 1), patience)) == 365
    assert Patience().days - patience.days == 365 * 2


def test_patience_ends() -> None:
    with pytest.raises(Refused) as caught:
        rule_days("FREQ=DAILY", date(1900, 1, 1), Patience(days=100))
    assert caught.value.code == "recurrence-too-long"
