"""Every VTIMEZONE, read by a reader of our own, says what zoneinfo says."""

import re
from bisect import bisect_right
from calendar import monthcalendar
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo, available_timezones

import pytest
from dateutil.tz import tzical

from campaign.calendar.zone import timezone
from campaign.domain.errors import Refused
from campaign.domain.moment import zone, zones

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
OBSERVANCE = re.compile(
    r"BEGIN:(STANDARD|DAYLIGHT)\r\n"
    r"TZOFFSETFROM:([+-]\d{4})\r\nTZOFFSETTO:([+-]\d{4})\r\nTZNAME:([A-Za-z0-9+-]+)\r\nDTSTART:(\d{8}T\d{6})\r\n"
    r"(?:RRULE:FREQ=YEARLY;BYMONTH=(\d+);BYDAY=(-?\d)([A-Z]{2})\r\n)?"
    r"END:\1\r\n"
)
BERLIN = """\
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:20260329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:20261025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""
BAKU = """\
BEGIN:VTIMEZONE
TZID:Asia/Baku
BEGIN:STANDARD
TZOFFSETFROM:+0400
TZOFFSETTO:+0400
TZNAME:+04
DTSTART:20260101T000000
END:STANDARD
END:VTIMEZONE
"""


def read(block: bytes, name: str, last_year: int) -> list[tuple[datetime, timedelta]]:
    """Return each instant from which an offset holds, in order; fails on all that we don't mean to write."""
    head, tail = f"BEGIN:VTIMEZONE\r\nTZID:{name}\r\n", "END:VTIMEZONE\r\n"
    text = block.decode("ascii")
    assert text.startswith(head)
    assert text.endswith(tail)
    observances = text.removeprefix(head).removesuffix(tail)
    assert OBSERVANCE.sub("", observances) == ""
    onsets: list[tuple[datetime, timedelta]] = []
    for _, before, after, _, start, month, nth, weekday in OBSERVANCE.findall(observances):
        first = datetime.strptime(start, "%Y%m%dT%H%M%S")
        walls = [first]
        if month:
            walls = [
                datetime.combine(nth_day(year, int(month), int(nth), WEEKDAYS.index(weekday)), first.time())
                for year in range(first.year, last_year + 1)
            ]
            assert walls[0] == first, "DTSTART doesn't follow its own rule"
        onsets += [((wall - offset(before)).replace(tzinfo=UTC), offset(after)) for wall in walls]
    return sorted(onsets)


def offset(text: str) -> timedelta:
    minutes = int(text[1:3]) * 60 + int(text[3:5])
    return timedelta(minutes=-minutes if text[0] == "-" else minutes)


def nth_day(year: int, month: int, nth: int, weekday: int) -> datetime:
    days = [week[weekday] for week in monthcalendar(year, month) if week[weekday]]
    return datetime(year, month, days[nth if nth < 0 else nth - 1])


def probes(starts: list[datetime], first_year: int, last_year: int, slack: timedelta) -> Iterator[datetime]:
    """Yield an instant every three days, and those around each change."""
    at = datetime(first_year, 1, 1, tzinfo=UTC)
    while at.year <= last_year:
        yield at
        at += timedelta(days=3)
    hour, second = timedelta(hours=1), timedelta(seconds=1)
    for start in starts:
        yield from (start - hour, start - slack - second, start + slack, start + hour)


def check(name: str, first_year: int, last_year: int, slack: timedelta = timedelta()) -> None:
    """Compare a VTIMEZONE with zoneinfo; `slack` is for years in which offsets had seconds."""
    onsets = read(timezone(name, first_year, last_year), name, last_year)
    starts = [start for start, _ in onsets]
    clocks = ZoneInfo(name)
    for at in probes(starts, first_year, last_year, slack):
        local = at.astimezone(clocks)
        if first_year <= local.year <= last_year:
            known = bisect_right(starts, at)
            assert known, f"{name} begins after {at}"
            said, true = onsets[known - 1][1], local.utcoffset()
            assert true is not None
            assert abs(said - true) <= slack, f"{name} at {at}: {said} for {true}"


def test_every_zone_in_these_years() -> None:
    for name in sorted(zones()):
        check(name, 2020, 2035)


def test_every_zone_as_another_library_reads_it() -> None:
    for name in sorted(zones()):
        read_by = tzical(StringIO(timezone(name, 2020, 2035).decode())).get(name)
        onsets = [start for start, _ in read(timezone(name, 2020, 2035), name, 2035) if 2020 <= start.year <= 2035]
        for at in probes(onsets, 2020, 2035, timedelta()):
            wall = at.astimezone(ZoneInfo(name)).replace(tzinfo=None, fold=0)
            if 2020 <= wall.year <= 2035:
                said, true = (wall.replace(tzinfo=zone_).utcoffset() for zone_ in (read_by, ZoneInfo(name)))
                assert said == true, f"{name} at {wall}: {said} for {true}"


def test_every_zone_there_is_can_be_written() -> None:
    assert available_timezones() - zones() <= {"Factory"}, "that one stands for no place"


@pytest.mark.parametrize("years", [(2000, 2000), (2010, 2012), (2016, 2016), (2023, 2023), (2036, 2039)])
@pytest.mark.parametrize(
    "name",
    [
        "Africa/Cairo",
        "Africa/Casablanca",
        "Africa/El_Aaiun",
        "Africa/Windhoek",
        "America/Caracas",
        "America/Nuuk",
    ]
    + [
        "America/Santiago",
        "America/Sao_Paulo",
        "America/New_York",
        "Antarctica/Troll",
        "Asia/Gaza",
        "Asia/Jerusalem",
    ]
    + [
        "Asia/Pyongyang",
        "Asia/Tehran",
        "Australia/Lord_Howe",
        "Europe/Dublin",
        "Europe/Istanbul",
        "Europe/Moscow",
    ]
    + ["Pacific/Apia", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Fiji", "America/Recife"],
)
def test_zones_that_changed_their_law(name: str, years: tuple[int, int]) -> None:
    check(name, *years)


@pytest.mark.parametrize(
    ("name", "years"),
    [
        ("Europe/London", (1939, 1948)),
        ("Pacific/Kwajalein", (1993, 1994)),
        ("Pacific/Kiritimati", (1994, 1995)),
    ]
    + [("Europe/Berlin", (2190, 2200))],
)
def test_years_long_ago_and_far_ahead(name: str, years: tuple[int, int]) -> None:
    check(name, *years)


@pytest.mark.parametrize(("name", "years"), [("Africa/Monrovia", (1965, 1975)), ("Europe/Amsterdam", (1930, 1946))])
def test_offsets_with_seconds_come_rounded(name: str, years: tuple[int, int]) -> None:
    check(name, *years, slack=timedelta(minutes=1))


@pytest.mark.parametrize(("name", "expected"), [("Europe/Berlin", BERLIN), ("Asia/Baku", BAKU)])
def test_what_it_looks_like(name: str, expected: str) -> None:
    assert timezone(name, 2027, 2027) == expected.replace("\n", "\r\n").encode()


def test_a_zone_without_a_simple_rule_lists_its_changes() -> None:
    block = timezone("Asia/Jerusalem", 2022, 2023)
    assert block.count(b"BEGIN:DAYLIGHT") == 3
    assert block.count(b"BEGIN:STANDARD") == 4
    assert b"RRULE" not in block


def test_a_rule_that_only_seems_to_hold_is_not_written() -> None:
    # In 2025 to 2027 the last Friday of March, yet the law says the Friday before the last Sunday.
    assert b"RRULE" not in timezone("Asia/Jerusalem", 2026, 2027)


def test_samoa_left_out_a_day() -> None:
    onsets = dict(read(timezone("Pacific/Apia", 2011, 2011), "Pacific/Apia", 2011))
    assert onsets[datetime(2011, 12, 30, 10, tzinfo=UTC)] == timedelta(hours=14)


def test_unknown_zones_are_refused() -> None:
    with pytest.raises(Refused, match="zone-unknown"):
        timezone("../../etc/passwd", 2027, 2027)


def test_built_once_for_the_same_zone_data() -> None:
    block = timezone("Europe/Vienna", 2027, 2028)
    assert timezone("Europe/Vienna", 2027, 2028) is block
    zone.cache_clear()
    ZoneInfo.clear_cache()
    again = timezone("Europe/Vienna", 2027, 2028)
    assert again == block
    assert again is not block
