"""Reading calendars that somebody might send on purpose, or cut off, or damaged."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaign.calendar.components import COMPONENT_LIMIT, DEPTH_LIMIT
from campaign.calendar.reader import BYTE_LIMIT, read
from campaign.domain.columns import Table
from campaign.domain.errors import Refused
from tests.calendar.test_reader import EVENING, YEAR, calendar, rows

SAMPLES = Path(__file__).parents[1] / "data" / "calendars"
LONG = b"BEGIN:VCALENDAR\r\n%s\r\nEND:VCALENDAR\r\n"
MANY = b"BEGIN:VEVENT\nDTSTART:19000228T000000\nRRULE:FREQ=%s\nEND:VEVENT\n"


def refusal(content: bytes) -> tuple[str, object]:
    """Return code and line by which a whole file is refused."""
    with pytest.raises(Refused) as caught:
        read(content, year=YEAR)
    return caught.value.code, caught.value.facts.get("line")


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        (b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\n" * 70_000, ("calendar-broken", DEPTH_LIMIT + 1)),
        (LONG % (b"BEGIN:X\nEND:X\n" * 2_000), ("calendar-too-large", None)),
        (LONG % (b"X" * 990_000), ("calendar-empty", None)),
        (LONG % (b'X;A="' + b'"' * 900_000), ("calendar-empty", None)),
        (LONG % (b"X" + b';A="b"' * 160_000 + b'"'), ("calendar-empty", None)),
        (LONG % (b"X:" + b"\n " * 490_000), ("calendar-empty", None)),
        (LONG % (b"\n" * 990_000), ("calendar-empty", None)),
        (LONG % (MANY % b"YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=100" * 1_999), 1_999),
        (LONG % (MANY % b"DAILY;BYDAY=MO;BYMONTH=2;BYMONTHDAY=30;COUNT=100" * 1_999), 1_999),
        (LONG % (MANY % b"YEARLY;BYDAY=53MO" * 1_999), 1_999),
        (LONG % (MANY % b"WEEKLY" * 1_999), ("calendar-too-large", None)),
        (LONG % (b"BEGIN:VEVENT\nDTSTART:20270101\nRDATE:" + b"20270101," * 100_000 + b"\nEND:VEVENT"), 1),
        (LONG % (b"BEGIN:VEVENT\nDTSTART:20270101\nDESCRIPTION:" + b"<a href=" * 110_000 + b"\nEND:VEVENT"), 1),
        (LONG % (b"BEGIN:VEVENT\nDTSTART:20270101\nDESCRIPTION:<b>" + b"<a" * 450_000 + b"\nEND:VEVENT"), 1),
        (LONG % (b"BEGIN:VEVENT\nDTSTART:20270101\nSUMMARY:a" + b"\xcc\x81" * 450_000 + b"\nEND:VEVENT"), 1),
        (LONG % (b"BEGIN:VEVENT\nDTSTART:20270101\nLOCATION:" + b"https://" * 110_000 + b"\nEND:VEVENT"), 1),
    ],
    ids=[
        *("nested", "components", "one line", "quotes", "parameters", "folds", "blank lines"),
        *("never", "never daily", "rarely", "weekly", "dates", "links", "tags", "accents", "addresses"),
    ],
)
def test_hostile_files_end_soon(content: bytes, outcome: object) -> None:
    # How long is decided by what is counted, not by a clock: a second or so, here and on a slow machine.
    assert len(content) <= BYTE_LIMIT
    try:
        assert len(read(content, year=YEAR).rows) == outcome
    except Refused as refused:
        assert (refused.code, refused.facts.get("line")) == outcome


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        (calendar(EVENING) + b" " * BYTE_LIMIT, ("calendar-too-large", None)),
        (calendar(), ("calendar-empty", None)),
        (calendar(EVENING)[:-20], ("calendar-broken", 7)),
        (calendar(EVENING).rpartition(b"END:VEVENT")[0], ("calendar-broken", 3)),
        (calendar(EVENING).replace(b"END:VEVENT", b"END:VTODO"), ("calendar-broken", 7)),
        (calendar(EVENING) + b"END:VCALENDAR\r\n", ("calendar-broken", 9)),
        (calendar(EVENING).replace(b"VERSION:2.0", b"VERSION:1.0"), ("calendar-too-old", None)),
        (calendar("SUMMARY:Köln").decode().encode("latin-1"), ("calendar-not-utf8", 4)),
        (calendar(EVENING).decode().encode("utf-16") + b"x", ("calendar-not-utf8", 1)),
    ],
    ids=["size", "no event", "cut", "cut between", "crossed", "closed twice", "1.0", "latin-1", "half a letter"],
)
def test_refused_files(content: bytes, outcome: tuple[str, int | None]) -> None:
    assert refusal(content) == outcome


def test_as_many_components_as_there_may_be() -> None:
    assert len(rows(calendar(*["DTSTART:20270226"] * (COMPONENT_LIMIT - 1)))) == COMPONENT_LIMIT - 1
    assert refusal(calendar(*["DTSTART:20270226"] * COMPONENT_LIMIT))[0] == "calendar-too-large"


NAMES = st.sampled_from(
    "BEGIN END DTSTART DTEND DURATION RRULE RDATE EXDATE RECURRENCE-ID UID SUMMARY LOCATION GEO CATEGORIES TZID".split()
)
VALUES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        "VEVENT VCALENDAR VALARM VTIMEZONE 20270226 20270226T183000Z 22001231T235900 19000101 P1D -PT5000H 1;2".split()
        + ["FREQ=YEARLY", "FREQ=WEEKLY;COUNT=3;BYDAY=MO,-1FR", "FREQ=DAILY;INTERVAL=9;UNTIL=22001231"]
    ),
)
MARKS = st.sampled_from([":", ";TZID=Europe/Berlin:", ";VALUE=DATE:", ";TZID=Mars:", ";RANGE=THISANDFUTURE:", ""])
LINES = st.lists(st.tuples(NAMES, MARKS, VALUES).map("".join), max_size=12).map("\n".join)


@given(
    st.one_of(st.binary(max_size=400), LINES.map(str.encode), st.lists(LINES, max_size=3).map(lambda e: calendar(*e)))
)
@example(b"")
@example(calendar("DTSTART:20270226\nRECURRENCE-ID:19000101T000000Z"))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        table = read(content, year=YEAR)
    except Refused:
        return
    assert isinstance(table, Table)
    assert all(len(row.cells) == len(table.header) for row in table.rows)


@given(st.binary(min_size=1, max_size=3), st.integers(0, 2_000), st.sampled_from(sorted(SAMPLES.glob("*.ics"))))
def test_samples_with_a_flaw_are_read_or_refused(noise: bytes, at: int, path: Path) -> None:
    content = path.read_bytes()
    try:
        read(content[:at] + noise + content[at + 1 :], year=YEAR)
    except Refused:
        return
