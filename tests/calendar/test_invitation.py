"""Invitations that move the entry a registrant has, cancellations that remove it, and hostile addresses."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import icalendar
import pytest
import vobject  # type: ignore[import-untyped]  # It has no types.
from hypothesis import given
from hypothesis import strategies as st

from campaign.calendar.entry import Entry, render
from campaign.calendar.invitation import cancel, request

EVENING = Entry(
    uid="3f1c@example.org",
    sequence=3,
    created_at=datetime(2026, 11, 1, 9, 30, tzinfo=UTC),
    changed_at=datetime(2026, 12, 1, 9, 0, tzinfo=UTC),
    start=datetime(2027, 2, 26, 18, 30),
    end=datetime(2027, 2, 26, 20, 0),
    zone="Asia/Baku",
    summary="Anma gecəsi",
    url="https://example.org/khojaly/2027/baku/",
    language="az",
)
ORGANIZER = ("khojaly@example.org", "Justice, for Khojaly")
ATTENDEE = "ayla@example.net"


def unfolded(part: bytes) -> list[str]:
    return re.split("\r\n|\r|\n", part.replace(b"\r\n ", b"").decode())


def test_request() -> None:
    lines = unfolded(request(EVENING, *ORGANIZER, ATTENDEE))
    assert lines[:5] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Campaign//Anniversary events//EN",
        "METHOD:REQUEST",
        "BEGIN:VTIMEZONE",
    ]
    assert 'ORGANIZER;CN="Justice, for Khojaly":mailto:khojaly@example.org' in lines
    assert (
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:ayla@example.net" in lines
    )
    assert {"UID:3f1c@example.org", "SEQUENCE:3", "STATUS:CONFIRMED"} <= set(lines)


def test_it_is_the_entry_of_the_feed_and_two_people() -> None:
    lines = unfolded(request(EVENING, *ORGANIZER, ATTENDEE))
    event = lines[lines.index("BEGIN:VEVENT") : lines.index("END:VEVENT") + 1]
    people = [line for line in event if line.startswith(("ORGANIZER", "ATTENDEE"))]
    assert len(people) == 2
    assert [line for line in event if line not in people] == unfolded(render(EVENING))[:-1]


def test_cancel() -> None:
    lines = unfolded(cancel(EVENING, *ORGANIZER, ATTENDEE))
    assert {"METHOD:CANCEL", "STATUS:CANCELLED", "UID:3f1c@example.org", "SEQUENCE:3"} <= set(lines)
    assert "TRANSP:TRANSPARENT" in lines


def test_other_programs_read_it() -> None:
    part = request(EVENING, *ORGANIZER, ATTENDEE)
    calendar = icalendar.Calendar.from_ical(part)
    (event,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "REQUEST"
    assert event["ATTENDEE"] == f"mailto:{ATTENDEE}"
    assert event["ORGANIZER"].params["CN"] == ORGANIZER[1]
    assert vobject.readOne(part.decode()).vevent.attendee.value == f"mailto:{ATTENDEE}"


def test_a_world_wide_moment_brings_no_zone() -> None:
    assert b"VTIMEZONE" not in request(replace(EVENING, zone="UTC"), *ORGANIZER, ATTENDEE)


def test_without_a_name_the_address_stands_alone() -> None:
    assert "ORGANIZER:mailto:khojaly@example.org" in unfolded(request(EVENING, ORGANIZER[0], "\x00 ", ATTENDEE))


@pytest.mark.parametrize(
    ("address", "uri"),
    [
        ("ayla+khojaly@example.net", "mailto:ayla+khojaly@example.net"),
        ("o'brien@example.net", "mailto:o'brien@example.net"),
        ("a@example.net?cc=b@example.net", "mailto:a@example.net%3Fcc%3Db@example.net"),
        ("a@example.net,b@example.net", "mailto:a@example.net%2Cb@example.net"),
        (
            "a@example.net\r\nATTENDEE:mailto:b@example.net",
            "mailto:a@example.net%0D%0AATTENDEE%3Amailto%3Ab@example.net",
        ),
        ('"a b"@example.net', "mailto:%22a%20b%22@example.net"),
        ("айла@example.net", "mailto:%D0%B0%D0%B9%D0%BB%D0%B0@example.net"),
        ("a\ud800@example.net", "mailto:a%3F@example.net"),
    ],
)
def test_addresses(address: str, uri: str) -> None:
    (attendee,) = [line for line in unfolded(request(EVENING, *ORGANIZER, address)) if line.startswith("ATTENDEE")]
    assert attendee.partition("RSVP=FALSE:")[2] == uri


ANYTHING = st.text(
    st.one_of(st.characters(exclude_categories=()), st.sampled_from('\r\n\x00\x85\u2028";:,\\^=\ud800')),
    max_size=90,
)


@given(ANYTHING, ANYTHING, ANYTHING)
def test_nothing_in_them_creates_a_property(organizer: str, name: str, attendee: str) -> None:
    known = [re.split("[:;]", line)[0] for line in unfolded(request(EVENING, *ORGANIZER, ATTENDEE))]
    for write in (request, cancel):
        part = write(EVENING, organizer, name, attendee)
        assert [re.split("[:;]", line)[0] for line in unfolded(part)] == known
        assert all(len(line) <= 75 for line in part.split(b"\r\n"))


def test_who_comes_to_the_same_event_is_sent_the_same_but_for_who_comes() -> None:
    first, second = (unfolded(request(EVENING, *ORGANIZER, one)) for one in (ATTENDEE, "ali@example.net"))
    (theirs,) = set(first) - set(second)
    assert theirs.startswith("ATTENDEE;")
    assert theirs.endswith(f":mailto:{ATTENDEE}")
    assert first[first.index(theirs) + 1] == "END:VEVENT"
    moved = unfolded(request(replace(EVENING, sequence=4), *ORGANIZER, ATTENDEE))
    assert set(moved) - set(first) == {"SEQUENCE:4"}
