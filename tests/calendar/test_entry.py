"""Entries: the facts arrive in other people's calendars, whatever somebody typed."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import get_args

import icalendar
import pytest
import vobject  # type: ignore[import-untyped]  # It has no types.
from hypothesis import example, given
from hypothesis import strategies as st

from campaign.calendar.entry import DESCRIPTION_LIMIT, LINE_LIMIT, UID_LIMIT, Entry, Status, render
from campaign.calendar.feed import single
from campaign.domain.errors import Refused
from campaign.domain.text import tidy_line, tidy_text

EVENING = Entry(
    uid="3f1c@example.org",
    sequence=2,
    created_at=datetime(2026, 11, 1, 9, 30, tzinfo=UTC),
    changed_at=datetime(2026, 12, 1, 13, 0, 59, 999_999, timezone(timedelta(hours=4))),
    start=datetime(2027, 2, 26, 18, 30),
    end=datetime(2027, 2, 26, 20, 0),
    zone="Europe/Berlin",
    summary="Gedenkabend, 35. Jahrestag; Xocalı",
    url="https://example.org/khojaly/2027/berlin/",
    language="de",
    description="Musik und Texte.\n\nEintritt frei.",
    location="Haus der Kulturen, Straße 1, Berlin",
    latitude=52.5186,
    longitude=13.3645,
    venue="Haus der Kulturen",
    categories=("concert", "remembrance"),
    related_uid="2e0b@example.org",
)
EXPECTED = """\
BEGIN:VEVENT
UID:3f1c@example.org
DTSTAMP:20261201T090059Z
DTSTART;TZID=Europe/Berlin:20270226T183000
DTEND;TZID=Europe/Berlin:20270226T200000
SUMMARY;LANGUAGE=de:Gedenkabend\\, 35. Jahrestag\\; Xocalı
DESCRIPTION;LANGUAGE=de:Musik und Texte.\\n\\nEintritt frei.\\n\\nhttps://examp
 le.org/khojaly/2027/berlin/
LOCATION:Haus der Kulturen\\, Straße 1\\, Berlin
GEO:52.518600;13.364500
X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-APPLE-RADIUS=100;X-TITLE="Haus der{space}
 Kulturen":geo:52.518600,13.364500
CATEGORIES:concert,remembrance
URL:https://example.org/khojaly/2027/berlin/
STATUS:CONFIRMED
TRANSP:OPAQUE
SEQUENCE:2
CREATED:20261101T093000Z
LAST-MODIFIED:20261201T090059Z
RELATED-TO;RELTYPE=SIBLING:2e0b@example.org
END:VEVENT
""".format(space=" ")
PROPERTIES = re.findall("^[A-Z-]+", EXPECTED, re.MULTILINE)

HOSTILE = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=()), max_size=20),
        st.sampled_from(["\r", "\n", "\r\n", "\n ", "\x00", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"]),
        st.sampled_from([",", ";", ":", '"', "\\", "\\n", "\\N", "\\,", "^n", "^'", "=", "%0A", "\ufeff", "\ud800"]),
        st.sampled_from(["END:VEVENT", "\r\nBEGIN:VALARM", '";X=1:', "ATTENDEE:mailto:a@example.org", "\tX:1"]),
        st.sampled_from(
            [
                "👩‍👩‍👧",
                "🇦🇿",
                "خوجالي ١٩٩٢",
                "\u0301" * 9,
                "D:\\Notes",
                "x" * 80,
                "ə" * 80,
                "\\" * 80,
                "я" * 3000,
            ]
        ),
    ),
    max_size=8,
).map("".join)


HOSTILE_ENTRY = st.builds(
    Entry,
    uid=HOSTILE,
    sequence=st.integers(0, 99),
    created_at=st.just(EVENING.created_at),
    changed_at=st.just(EVENING.changed_at),
    start=st.just(EVENING.start),
    end=st.just(EVENING.end),
    zone=st.sampled_from(["Europe/Berlin", "UTC"]),
    summary=HOSTILE,
    url=HOSTILE,
    language=HOSTILE,
    description=HOSTILE,
    location=HOSTILE,
    latitude=st.just(52.5),
    longitude=st.just(13.4),
    venue=HOSTILE,
    categories=st.lists(HOSTILE, max_size=3).map(tuple),
    status=st.sampled_from(get_args(Status)),
    related_uid=HOSTILE,
)


def content_lines(block: bytes) -> list[str]:
    """Return the unfolded lines of a block as the least careful reader would split them."""
    lines: list[bytes] = []
    for line in re.split(b"\r\n|\r|\n", block.removesuffix(b"\r\n")):
        assert len(line) <= 75
        line.decode("utf-8")
        if line.startswith((b" ", b"\t")):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return [line.decode("utf-8") for line in lines]


def names(block: bytes) -> list[str]:
    return [re.split("[:;]", line)[0] for line in content_lines(block)]


def read_back(entry: Entry) -> tuple[icalendar.Component, vobject.base.Component]:
    """Return the entry as two other programs' readers see it."""
    calendar = single(render(entry))
    (event,) = icalendar.Calendar.from_ical(calendar).walk("VEVENT")
    return event, vobject.readOne(calendar.decode()).vevent


def test_render() -> None:
    assert render(EVENING) == EXPECTED.replace("\n", "\r\n").encode()


def test_what_other_programs_read() -> None:
    event, other = read_back(EVENING)
    assert event["SUMMARY"] == other.summary.value == EVENING.summary
    assert event["DESCRIPTION"] == other.description.value == f"{EVENING.description}\n\n{EVENING.url}"
    assert event["LOCATION"] == other.location.value == EVENING.location
    begins = datetime(2027, 2, 26, 17, 30, tzinfo=UTC)
    assert event.decoded("DTSTART").astimezone(UTC) == other.dtstart.value.astimezone(UTC) == begins
    assert event.decoded("GEO") == (EVENING.latitude, EVENING.longitude)
    assert event.decoded("CATEGORIES") == other.categories.value == ["concert", "remembrance"]
    assert event["X-APPLE-STRUCTURED-LOCATION"].params["X-TITLE"] == EVENING.venue


def test_only_what_is_known() -> None:
    bare = replace(
        EVENING,
        description="",
        location="",
        latitude=None,
        longitude=None,
        venue="",
        categories=(),
        related_uid=None,
    )
    missing = {"LOCATION", "GEO", "X-APPLE-STRUCTURED-LOCATION", "CATEGORIES", "RELATED-TO"}
    assert names(render(bare)) == [name for name in PROPERTIES if name not in missing]
    assert f"DESCRIPTION;LANGUAGE=de:{EVENING.url}" in content_lines(render(bare))


def test_days_leave_time_free() -> None:
    lines = content_lines(render(replace(EVENING, start=date(2027, 2, 26), end=date(2027, 2, 27))))
    assert {"DTSTART;VALUE=DATE:20270226", "DTEND;VALUE=DATE:20270227", "TRANSP:TRANSPARENT"} <= set(lines)


def test_a_day_lasts_a_day() -> None:
    lines = content_lines(render(replace(EVENING, start=date(2027, 2, 28), end=date(2027, 2, 28))))
    assert "DTEND;VALUE=DATE:20270301" in lines


def test_a_world_wide_moment_is_in_utc() -> None:
    lines = content_lines(render(replace(EVENING, zone="UTC")))
    assert {"DTSTART:20270226T183000Z", "DTEND:20270226T200000Z"} <= set(lines)


def test_cancelled_leaves_time_free() -> None:
    lines = content_lines(render(replace(EVENING, status="CANCELLED")))
    assert {"STATUS:CANCELLED", "TRANSP:TRANSPARENT"} <= set(lines)


def test_a_start_that_clocks_skip_is_written_as_they_show_it() -> None:
    night = replace(EVENING, start=datetime(2025, 3, 30, 2, 30), end=datetime(2025, 3, 30, 5))
    assert "DTSTART;TZID=Europe/Berlin:20250330T033000" in content_lines(render(night))
    short = content_lines(render(replace(night, end=datetime(2025, 3, 30, 3, 15))))
    assert {"DTSTART;TZID=Europe/Berlin:20250330T033000", "DTEND;TZID=Europe/Berlin:20250330T041500"} <= set(short)


@pytest.mark.parametrize(
    ("latitude", "longitude", "position"),
    [
        (1e-7, -1e-9, "GEO:0.000000;0.000000"),
        (-0.000001, 12.3456789, "GEO:-0.000001;12.345679"),
        (90, -180, "GEO:90.000000;-180.000000"),
        (float("nan"), 0, None),
        (0, float("inf"), None),
        (91, 0, None),
        (None, 13.4, None),
    ],
)
def test_coordinates(latitude: float | None, longitude: float | None, position: str | None) -> None:
    lines = content_lines(render(replace(EVENING, latitude=latitude, longitude=longitude)))
    assert [line for line in lines if line.startswith("GEO")] == ([position] if position else [])
    assert ("X-APPLE" in "".join(lines)) == bool(position)


def test_without_a_name_of_the_place_no_map_of_apples() -> None:
    assert "X-APPLE-STRUCTURED-LOCATION" not in names(render(replace(EVENING, venue="\x00", location="")))


def test_a_parameter_cannot_hold_a_double_quote() -> None:
    event, _ = read_back(replace(EVENING, venue='Club "27"; Mitte\r\nX-EVIL:1'))
    assert event["X-APPLE-STRUCTURED-LOCATION"].params["X-TITLE"] == "Club '27'; Mitte X-EVIL:1"


def test_limits_spare_the_address() -> None:
    long = "ə" * 10_000
    event, _ = read_back(replace(EVENING, uid=long, summary=long, location=long, venue=long, description=long))
    assert event["SUMMARY"] == event["LOCATION"] == "ə" * (LINE_LIMIT - 1) + "…"
    assert len(str(event["UID"])) == UID_LIMIT
    assert len(str(event["DESCRIPTION"])) == DESCRIPTION_LIMIT
    assert str(event["DESCRIPTION"]).endswith(f"ə…\n\n{EVENING.url}")


def test_what_cannot_be_meant_is_an_error() -> None:
    with pytest.raises(Refused, match="zone-unknown"):
        render(replace(EVENING, zone="Europe/Berlin:20270226T183000\r\nX-EVIL"))
    with pytest.raises(TypeError):
        render(replace(EVENING, end=date(2027, 2, 27)))
    with pytest.raises(ValueError, match="zone"):
        render(replace(EVENING, changed_at=datetime(2026, 12, 1)))
    with pytest.raises(ValueError, match="zone"):
        render(replace(EVENING, start=datetime(2027, 2, 26, 17, tzinfo=UTC)))


@given(HOSTILE_ENTRY)
def test_no_text_creates_a_property(hostile: Entry) -> None:
    block = render(hostile)
    assert block.endswith(b"\r\n")
    found = names(block)
    assert found == [name for name in PROPERTIES if name in set(found)]
    assert {"BEGIN", "UID", "DTSTART", "SUMMARY", "STATUS", "END"} <= set(found)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]", "".join(content_lines(block)))


@given(HOSTILE, HOSTILE, st.lists(HOSTILE.filter(tidy_line), max_size=3))
@example("\\N \\n \\; C:\\New", "\\\\n\\\n\\", ["a,b", "\\,"])
def test_values_arrive_as_typed(line: str, lines: str, categories: list[str]) -> None:
    line, lines = line[:200], lines[:200]
    typed = replace(EVENING, summary=line, location=line, description=lines, categories=tuple(categories))
    event, other = read_back(typed)
    words = tidy_text(lines)
    description = f"{words}\n\n{EVENING.url}" if words else EVENING.url
    assert event["SUMMARY"] == other.summary.value == tidy_line(line)
    assert event.get("LOCATION", "") == tidy_line(line)
    assert event["DESCRIPTION"] == other.description.value == description
    assert [name[:99] for name in event.decoded("CATEGORIES", [])] == [tidy_line(name)[:99] for name in categories]


def test_every_status_is_written() -> None:
    for status in get_args(Status):
        assert f"STATUS:{status}" in content_lines(render(replace(EVENING, status=status)))
