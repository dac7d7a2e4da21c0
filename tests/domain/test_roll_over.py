"""Next year's times from last year's: wall clocks that stay, days that follow, and what to look at."""

from datetime import date, datetime, timedelta

import pytest

from campaign.domain.edition import ObservanceKind
from campaign.domain.event import Status
from campaign.domain.roll_over import (
    Choice,
    Item,
    Note,
    Outcome,
    Source,
    Why,
    Year,
    item,
    items,
    mark_shared_venues,
    with_year,
)

LAST, NEW = Year(2027, date(2027, 2, 26), {}), Year(2028, date(2028, 2, 26), {})
HALL = ("DE", "berlin", "hall", "")


def source(id: int = 1, starts: datetime | None = datetime(2027, 2, 26, 18, 30), **changes: object) -> Source:
    values: dict[str, object] = {
        "id": id,
        "series_id": id,
        "status": Status.PUBLISHED,
        "name": {"en": "Evening"},
        "country": "DE",
        "city": "Berlin",
        "zone": "Europe/Berlin",
        "starts": starts,
        "ends": starts + timedelta(hours=2) if starts else None,
        "is_all_day": False,
        **changes,
    }
    return Source(**values)  # type: ignore[arg-type]  # each test changes what it is about


def year(first_day: date, **observances: tuple[ObservanceKind, date | None]) -> Year:
    return Year(first_day.year, first_day, observances)


def rolled(source: Source, last: Year = LAST, new: Year = NEW, **choice: object) -> Item:
    return item(source, last, new, Choice(**choice))  # type: ignore[arg-type]


def test_the_wall_clock_stays_and_the_day_follows_the_campaigns() -> None:
    found = rolled(source())
    assert (found.starts, found.ends) == (datetime(2028, 2, 26, 18, 30), datetime(2028, 2, 26, 20, 30))
    assert (found.outcome, found.why, found.shift) == (Outcome.NEW, None, timedelta(days=365))
    assert found.notes == (Note.WEEKDAY,)


def test_an_event_keeps_its_distance_from_the_day() -> None:
    saturday = year(date(2028, 3, 25))
    before = source(starts=datetime(2027, 3, 26, 23))
    assert rolled(before, year(date(2027, 3, 27)), saturday).starts == datetime(2028, 3, 24, 23)
    assert rolled(before, year(date(2027, 3, 27)), saturday).notes == ()


@pytest.mark.parametrize(
    ("starts", "first_days", "expected"),
    [
        (datetime(2028, 2, 29, 18), (date(2028, 2, 26), date(2029, 2, 26)), datetime(2029, 3, 1, 18)),
        (datetime(2027, 3, 1, 18), (date(2027, 2, 26), date(2028, 2, 26)), datetime(2028, 2, 29, 18)),
        (datetime(2027, 3, 5, 18), (date(2027, 2, 26), date(2028, 2, 26)), datetime(2028, 3, 4, 18)),
        (datetime(2028, 2, 29, 18), (date(2028, 2, 29), date(2029, 2, 28)), datetime(2029, 2, 28, 18)),
    ],
)
def test_the_29th_of_february_is_pointed_out(
    starts: datetime, first_days: tuple[date, date], expected: datetime
) -> None:
    last, new = (year(day) for day in first_days)
    found = rolled(source(starts=starts), last, new)
    assert found.starts == expected
    assert Note.LEAP_DAY in found.notes


def test_a_day_before_the_leap_day_has_nothing_to_do_with_it() -> None:
    assert Note.LEAP_DAY not in rolled(source(starts=datetime(2027, 2, 20, 18))).notes


def test_a_time_that_the_clocks_skip() -> None:
    """In Berlin the clocks go from two to three on 26 March 2028."""
    night = source(starts=datetime(2027, 3, 27, 2, 30))
    last, new = year(date(2027, 3, 27)), year(date(2028, 3, 26))
    assert Note.CLOCK_SKIPS in rolled(night, last, new).notes
    assert rolled(night, last, new).starts == datetime(2028, 3, 26, 2, 30)


def test_an_end_that_the_clocks_would_put_before_the_start_keeps_its_distance() -> None:
    short = source(starts=datetime(2027, 3, 27, 2, 30), ends=datetime(2027, 3, 27, 3, 15))
    found = rolled(short, year(date(2027, 3, 27)), year(date(2028, 3, 26)))
    assert found.ends == datetime(2028, 3, 26, 4, 15)


def test_a_time_that_comes_twice() -> None:
    """In Berlin the clocks go from three to two on 29 October 2028."""
    night = source(starts=datetime(2027, 10, 30, 2, 30))
    found = rolled(night, year(date(2027, 10, 30)), year(date(2028, 10, 29)))
    assert Note.CLOCK_REPEATS in found.notes


def test_another_distance_from_utc() -> None:
    """The last Saturday of March lies before the change of the clocks in Berlin, or after it in New York's."""
    last, new = year(date(2027, 3, 27)), year(date(2028, 3, 27))
    assert Note.OTHER_OFFSET in rolled(source(starts=datetime(2027, 3, 27, 20, 30)), last, new).notes
    tokyo = source(starts=datetime(2027, 3, 27, 20, 30), zone="Asia/Tokyo")
    assert Note.OTHER_OFFSET not in rolled(tokyo, last, new).notes
    whole = source(starts=datetime(2027, 3, 27), ends=datetime(2027, 3, 28), is_all_day=True)
    assert Note.OTHER_OFFSET not in rolled(whole, last, new).notes


def test_a_country_with_another_date_counts_from_it_in_both_years() -> None:
    moved = year(date(2028, 2, 26), DE=(ObservanceKind.OTHER_DATE, date(2028, 3, 3)))
    found = rolled(source(), LAST, moved)
    assert found.starts == datetime(2028, 3, 3, 18, 30)
    assert found.notes == (Note.OTHER_DATE,)
    back = rolled(source(starts=datetime(2028, 3, 3, 18, 30)), moved, year(date(2029, 2, 26)))
    assert back.starts == datetime(2029, 2, 26, 18, 30)


@pytest.mark.parametrize(
    ("kind", "note"),
    [
        (ObservanceKind.POSTPONED, Note.POSTPONED),
        (ObservanceKind.TO_BE_ANNOUNCED, Note.TO_BE_ANNOUNCED),
    ],
)
def test_a_country_without_a_date_has_none_yet(kind: ObservanceKind, note: Note) -> None:
    found = rolled(source(), LAST, year(date(2028, 2, 26), DE=(kind, None)))
    assert (found.outcome, found.starts, found.ends, found.notes) == (Outcome.NEW, None, None, (note,))


def test_a_country_that_rests_is_left_out_unless_it_is_wanted() -> None:
    resting = year(date(2028, 2, 26), DE=(ObservanceKind.NOT_THIS_YEAR, None))
    assert rolled(source(), LAST, resting).why is Why.NOT_THIS_YEAR
    assert rolled(source(), LAST, resting, taken=frozenset({1})).outcome is Outcome.NEW
    assert rolled(source(country="FR"), LAST, resting).outcome is Outcome.NEW


def test_who_comes_along() -> None:
    assert rolled(source(is_there=True)).outcome is Outcome.THERE
    assert rolled(source(is_there=True), without=frozenset({"DE"})).outcome is Outcome.THERE
    assert rolled(source(status=Status.CANCELLED)).why is Why.CANCELLED
    assert rolled(source(status=Status.DRAFT)).why is Why.DRAFT
    assert rolled(source(status=Status.DRAFT), taken=frozenset({1})).outcome is Outcome.NEW
    assert rolled(source(), left=frozenset({1})).why is Why.UNTICKED
    assert rolled(source(), without=frozenset({"DE"})).why is Why.COUNTRY
    assert rolled(source(status=Status.DRAFT), without=frozenset({"DE"}), taken=frozenset({1})).why is Why.COUNTRY
    assert rolled(source(country=None), without=frozenset({""})).why is Why.COUNTRY


def test_an_event_that_never_had_a_time_has_none() -> None:
    found = rolled(source(starts=None))
    assert (found.outcome, found.starts, found.notes) == (Outcome.NEW, None, ())


@pytest.mark.parametrize("zone", [None, "Mars/Olympus"])
def test_a_time_that_cannot_be_kept_is_lost_and_hinders_nobody(zone: str | None) -> None:
    found = rolled(source(zone=zone))
    assert (found.outcome, found.starts, found.notes) == (Outcome.NEW, None, (Note.TIME_LOST,))


def test_a_time_after_the_last_year_is_lost() -> None:
    late = rolled(source(starts=datetime(2199, 12, 31, 23)), year(date(2199, 12, 31)), year(date(2200, 12, 31)))
    assert (late.starts, Note.TIME_LOST in late.notes) == (None, True)


def test_a_public_holiday_and_a_host_who_cannot_be_asked() -> None:
    (found,) = items([source(host=Note.NO_HOST)], LAST, NEW, Choice(), holidays={("DE", date(2028, 2, 26))})
    assert found.notes == (Note.HOLIDAY, Note.NO_HOST, Note.WEEKDAY)
    (found,) = items([source()], LAST, NEW, Choice(), holidays={("DE", date(2027, 2, 26)), ("FR", date(2028, 2, 26))})
    assert found.notes == (Note.WEEKDAY,)


def test_the_year_in_a_name_becomes_the_new_one() -> None:
    found = rolled(source(name={"en": "Evening 2027", "az": "2027-ci il"}, names_year=True))
    assert found.name == {"en": "Evening 2028", "az": "2028-ci il"}
    assert found.notes == (Note.YEAR_IN_NAME, Note.YEAR_IN_TEXT, Note.WEEKDAY)
    assert with_year("evening-2027-in-12027", 2027, 2028) == "evening-2028-in-12027"


def shared(*planned: Source, there: tuple[Source, ...] = (), **choice: object) -> set[int]:
    found = mark_shared_venues([rolled(one, **choice) for one in planned], there)
    return {one.source.id for one in found if Note.VENUE_TWICE in one.notes}


def test_a_venue_used_twice_at_overlapping_times() -> None:
    first = source(1, venue=HALL)
    later = source(2, venue=HALL, starts=datetime(2027, 2, 26, 19))
    after = source(3, venue=HALL, starts=datetime(2027, 2, 26, 21))
    assert shared(first, later, after) == {1, 2}
    assert shared(first, source(4, venue=("DE", "berlin", "other", "")), source(5), source(6)) == set()
    assert shared(first, source(2, venue=HALL, starts=datetime(2027, 2, 26, 20, 30))) == set()


def test_a_long_event_meets_every_one_within_it() -> None:
    long = source(1, venue=HALL, starts=datetime(2027, 2, 26, 8), ends=datetime(2027, 2, 26, 23))
    within = [source(number, venue=HALL, starts=datetime(2027, 2, 26, 7 + number)) for number in (2, 6, 10)]
    assert shared(long, *within) == {1, 2, 6, 10}


def test_a_venue_that_an_event_of_the_new_year_uses_already() -> None:
    there = source(7, venue=HALL, starts=datetime(2028, 2, 26, 18))
    assert shared(source(1, venue=HALL), there=(there,)) == {1}
    assert shared(source(1, venue=HALL), there=(there,), left=frozenset({1})) == set()
