"""Calendars to subscribe to: whole, valid, and the same bytes wherever and whenever they are joined."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import icalendar
import pytest
import vobject  # type: ignore[import-untyped]  # It has no types.
from hypothesis import given
from hypothesis import strategies as st

from campaign.calendar.entry import Entry, render
from campaign.calendar.feed import (
    ENTRY_BYTES_LIMIT,
    ENTRY_COUNT_LIMIT,
    FeedHead,
    join,
    single,
    within_limits,
    zones_in,
)
from campaign.domain.moment import instant, zones

ROOT = Path(__file__).parents[2]
HEAD = FeedHead(
    name="Ədalət, Xocalı",
    description="Bütün ölkələrdə; 26 fevral",
    colour="#7a1f2b",
    source="https://example.org/feeds/khojaly/lang-az.ics",
    url="https://example.org/khojaly/",
    changed_at=datetime(2026, 12, 1, 9, 0, 0, 500, UTC),
    language="az",
)
EVENING = Entry(
    uid="3f1c@example.org",
    sequence=0,
    created_at=datetime(2026, 11, 1, 9, 30, tzinfo=UTC),
    changed_at=datetime(2026, 12, 1, 9, 0, tzinfo=UTC),
    start=datetime(2027, 2, 26, 18, 30),
    end=datetime(2027, 2, 26, 20, 0),
    zone="Europe/Berlin",
    summary="Anma gecəsi",
    url="https://example.org/khojaly/2027/berlin/",
    language="az",
)
HEADER = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Campaign//Anniversary events//EN
NAME;LANGUAGE=az:Ədalət\\, Xocalı
X-WR-CALNAME:Ədalət\\, Xocalı
DESCRIPTION;LANGUAGE=az:Bütün ölkələrdə\\; 26 fevral
X-WR-CALDESC:Bütün ölkələrdə\\; 26 fevral
COLOR:firebrick
X-APPLE-CALENDAR-COLOR:#7A1F2B
REFRESH-INTERVAL;VALUE=DURATION:PT6H
X-PUBLISHED-TTL:PT6H
SOURCE;VALUE=URI:https://example.org/feeds/khojaly/lang-az.ics
URL:https://example.org/khojaly/
LAST-MODIFIED:20261201T090000Z
"""
HEADER_NAMES = re.findall("^[A-Z-]+", HEADER, re.MULTILINE)


def evening(number: int, zone: str, start: datetime = datetime(2027, 2, 26, 18, 30)) -> bytes:
    """Return a rendered entry of two hours."""
    uid = f"{number}@example.org"
    return render(replace(EVENING, uid=uid, zone=zone, start=start, end=start + timedelta(hours=2)))


def zone_names(calendar: bytes) -> list[str]:
    return re.findall(r"BEGIN:VTIMEZONE\r\nTZID:([^\r]+)\r\n", calendar.decode())


def test_join() -> None:
    entries = [evening(1, "Europe/Berlin"), evening(2, "Asia/Baku"), evening(3, "Europe/Berlin")]
    calendar = join(HEAD, entries, zones_in(entries))
    head, body, tail = calendar.partition(b"BEGIN:VTIMEZONE\r\n")
    assert head == HEADER.replace("\n", "\r\n").encode()
    assert (body + tail).endswith(b"".join(entries) + b"END:VCALENDAR\r\n")
    assert zone_names(calendar) == ["Asia/Baku", "Europe/Berlin"]
    assert b"METHOD" not in calendar


def test_every_line_is_short_and_ends_the_same_way() -> None:
    entries = [evening(number, name) for number, name in enumerate(sorted(zones())[:40])]
    calendar = join(replace(HEAD, description="ə" * 5000), entries, zones_in(entries))
    lines = calendar.removesuffix(b"\r\n").split(b"\r\n")
    assert all(0 < len(line) <= 75 and b"\r" not in line and b"\n" not in line for line in lines)


def test_an_empty_feed_is_a_calendar_too() -> None:
    calendar = join(HEAD, [], {})
    assert zone_names(calendar) == ["UTC"]
    assert icalendar.Calendar.from_ical(calendar)["X-WR-CALNAME"] == "Ədalət\\, Xocalı"
    assert vobject.readOne(calendar.decode()).name == "VCALENDAR"


def test_days_and_world_wide_moments_need_no_zone() -> None:
    day = render(replace(EVENING, start=date(2027, 2, 26), end=date(2027, 2, 27)))
    entries = [day, evening(1, "UTC")]
    assert zones_in(entries) == {}
    assert zone_names(join(HEAD, entries, zones_in(entries))) == []


def test_zones_come_with_their_years() -> None:
    entries = [evening(1, "Europe/Berlin", datetime(2029, 12, 31, 23)), evening(2, "Asia/Baku")]
    entries.append(evening(3, "Europe/Berlin", datetime(2026, 2, 26, 18)))
    assert zones_in(entries) == {"Asia/Baku": (2027, 2027), "Europe/Berlin": (2026, 2030)}


def test_text_that_speaks_of_zones_brings_none() -> None:
    words = "\r\nDTSTART;TZID=Asia/Baku:2027"
    address = "https://example.org/DTSTART;TZID=Asia/Baku:2027"
    typed = replace(EVENING, summary=words, venue=words, description=words, url=address)
    entry = render(replace(typed, latitude=52.5, longitude=13.4))
    assert list(zones_in([entry])) == ["Europe/Berlin"]


def test_other_programs_read_the_same_instants() -> None:
    names = [
        "Africa/Casablanca",
        "Asia/Jerusalem",
        "Australia/Lord_Howe",
        "Europe/Dublin",
        "America/Santiago",
    ]
    starts = [datetime(year, month, 26, 18, 30) for year in (2022, 2023) for month in range(1, 13)]
    cases = [(name, start) for name in names for start in starts]
    entries = [evening(number, name, start) for number, (name, start) in enumerate(cases)]
    vars(vobject.icalendar)["__tzidMap"].clear()  # it keeps every zone that it ever read in this process
    calendar = vobject.readOne(join(HEAD, entries, zones_in(entries)).decode())
    read = [event.dtstart.value.astimezone(UTC) for event in calendar.vevent_list]
    assert read == [instant(start, name) for name, start in cases]


def test_a_change_without_a_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        join(replace(HEAD, changed_at=datetime(2026, 12, 1)), [], {})


def test_single() -> None:
    entry = evening(1, "Europe/Berlin")
    calendar = single(entry)
    assert calendar.endswith(entry + b"END:VCALENDAR\r\n")
    assert zone_names(calendar) == ["Europe/Berlin"]
    assert not re.search(rb"METHOD|CALNAME|COLOR|SOURCE|REFRESH", calendar)


def test_within_limits() -> None:
    assert len(within_limits([b"x"] * 2000)) == ENTRY_COUNT_LIMIT
    assert within_limits([b"x" * (ENTRY_BYTES_LIMIT - 1), b"a", b"b"]) == [
        b"x" * (ENTRY_BYTES_LIMIT - 1),
        b"a",
    ]


def test_a_full_feed_of_many_zones_stays_under_500_kb() -> None:
    names = sorted(zones())[:100]
    wordy = replace(EVENING, description="Erinnerung " * 25)
    entries = [render(replace(wordy, zone=names[number % 100])) for number in range(1200)]
    kept = within_limits(entries)
    assert 500 < len(kept) < 1000
    assert len(join(HEAD, kept, zones_in(kept))) < 500_000


@pytest.mark.parametrize(
    ("colour", "name"),
    [("#000000", "black"), ("#ffffff", "white"), ("#d01040", "crimson"), ("#000070", "navy"), ("#0b5", "")]
    + [("red", ""), ("#12345g", ""), ("#000000\r\nX-EVIL:1", "")],
)
def test_colour_has_a_name_and_a_number(colour: str, name: str) -> None:
    lines = join(replace(HEAD, colour=colour), [], {}).decode().split("\r\n")
    assert [line for line in lines if line.startswith("COLOR")] == ([f"COLOR:{name}"] if name else [])
    assert (f"X-APPLE-CALENDAR-COLOR:{colour.upper()}" in lines) == bool(name)


TYPED = st.text(
    st.one_of(st.characters(exclude_categories=()), st.sampled_from('\r\n\x85\u2028";:,\\N\ud800')),
    max_size=60,
)


@given(TYPED, TYPED, TYPED, TYPED, TYPED, TYPED)
def test_no_text_creates_a_property(
    name: str, description: str, colour: str, source: str, url: str, language: str
) -> None:
    head = FeedHead(name, description, colour, source, url, HEAD.changed_at, language)
    block = join(head, [], {}).partition(b"BEGIN:VTIMEZONE")[0].removesuffix(b"\r\n")
    found = [line.partition(b":")[0].partition(b";")[0] for line in re.split(b"\r\n|\r|\n", block)]
    given_names = [part.decode() for part in found if not part.startswith(b" ")]
    assert given_names == [known for known in HEADER_NAMES if known in given_names]


ELSEWHERE = """
import sys
from campaign.domain.moment import use_newest_zone_data
use_newest_zone_data()
from tests.calendar.test_feed import a_whole_feed
sys.stdout.buffer.write(a_whole_feed())
"""


def a_whole_feed() -> bytes:
    """Return a calendar with a bit of everything."""
    hostile = replace(EVENING, uid="9@example.org", summary="D:\\Notes\r\nX-EVIL:1\u2028", categories=("b", "a,\n"))
    entries = [evening(number, name) for number, name in enumerate(sorted(zones())[::7])]
    entries.append(render(hostile))
    return join(HEAD, entries, zones_in(entries))


@pytest.mark.parametrize(
    ("flags", "environment"),
    [
        ([], {"TZ": "Pacific/Apia", "PYTHONHASHSEED": "1"}),
        (["-O"], {"TZ": "America/Caracas", "PYTHONHASHSEED": "2"}),
    ],
)
def test_same_bytes_in_another_process(flags: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, *flags, "-c", ELSEWHERE],
        cwd=ROOT,
        env=os.environ | environment | {"PYTHONPATH": str(ROOT), "LC_ALL": "C"},
        capture_output=True,
        check=True,
    )
    assert done.stdout == a_whole_feed()
