"""The check of feeds: nothing in a good one, and exactly one finding for each thing that is spoilt."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.calendar.check import check, check_stored
from campaign.calendar.check_zones import offset_at
from campaign.calendar.entry import Entry, render
from campaign.calendar.feed import join, zones_in
from campaign.calendar.finding import CLIENTS
from campaign.domain.moment import zones
from tests.calendar.test_entry import EVENING, HOSTILE
from tests.calendar.test_feed import HEAD

BERLIN = replace(EVENING, language="az")
BAKU = replace(
    BERLIN,
    uid="baku@example.org",
    start=datetime(2027, 2, 26, 19),
    end=datetime(2027, 2, 26, 21),
    zone="Asia/Baku",
    summary="Bakı; gecə",
    latitude=None,
    longitude=None,
    related_uid=None,
)
WORLD = replace(BAKU, uid="world@example.org", zone="UTC", description="Ə" * 90)
DAY = replace(BAKU, uid="day@example.org", start=date(2027, 2, 26), end=date(2027, 2, 27))
CANCELLED = replace(BAKU, uid="cancelled@example.org", zone="Europe/Berlin", status="CANCELLED")


def feed(*entries: Entry) -> bytes:
    """Return a calendar of these entries."""
    bodies = [render(entry) for entry in entries]
    return join(HEAD, bodies, zones_in(bodies))


GOOD = feed(BERLIN, BAKU, WORLD, DAY, CANCELLED)
BERLIN_ZONE = re.search(rb"BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin.*?END:VTIMEZONE\r\n", GOOD, re.DOTALL)[0]  # type: ignore[index]
BAKU_ZONE = re.search(rb"BEGIN:VTIMEZONE\r\nTZID:Asia/Baku.*?END:VTIMEZONE\r\n", GOOD, re.DOTALL)[0]  # type: ignore[index]


def many(count: int, description: str) -> bytes:
    """Return a calendar of so many short entries."""
    short = replace(DAY, description=description, location="", categories=(), venue="", summary="x")
    return feed(*(replace(short, uid=f"{number}@example.org") for number in range(count)))


Spoil = Callable[[bytes], bytes]


def put(old: str | bytes, new: str | bytes) -> Spoil:
    """Return what replaces the first occurrence of a text, in which a line ends with \\n."""

    def spoil(body: bytes) -> bytes:
        before, after = (text.replace("\n", "\r\n").encode() if isinstance(text, str) else text for text in (old, new))
        assert before in body
        return body.replace(before, after, 1)

    return spoil


def drop(name: str) -> Spoil:
    """Return what takes the first property of a name out."""
    return lambda body: re.sub(rb"\r\n" + name.encode() + rb"[;:][^\r]*(\r\n [^\r]*)*", b"", body, count=1)


def give(name: str, value: str, *, after: bytes = b"") -> Spoil:
    """Return what gives the first property of a name another value, in lines of 60 letters."""

    def spoil(body: bytes) -> bytes:
        head, mark, tail = body.partition(after) if after else (b"", b"", body)
        folded = b"\r\n ".join(value.encode()[at : at + 60] for at in range(0, len(value), 60))
        written = b"\r\n" + name.encode() + b":\r\n " + folded + b"\r\n"
        pattern = rb"\r\n" + name.partition(";")[0].encode() + rb"[;:][^\r]*(\r\n [^\r]*)*\r\n"
        return head + mark + re.sub(pattern, lambda _found: written, tail, count=1)

    return spoil


SPOILT: list[tuple[str, Spoil]] = [
    ("byte-order-mark", lambda body: b"\xef\xbb\xbf" + body),
    ("line-end", lambda body: body.replace(b"\r\n", b"\n")),
    ("line-end", lambda body: body.replace(b"\r\n", b"\r")),
    ("line-end", put(b"TRANSP:OPAQUE\r\n", b"TRANSP:OPAQUE\n")),
    ("line-end", lambda body: body.removesuffix(b"\r\n")),
    ("line-empty", put("TRANSP:OPAQUE\n", "TRANSP:OPAQUE\n\n")),
    ("line-empty", lambda body: body + b"\r\n"),
    ("line-too-long", put(b"\xc6\x8f\r\n \xc6\x8f", b"\xc6\x8f\xc6\x8f")),
    ("line-too-long", put("SUMMARY;LANGUAGE=az:Bakı", "SUMMARY;LANGUAGE=az:" + "g" * 56 + "\n ")),
    ("line-unreadable", put("TRANSP:OPAQUE", "TRANSP:OPAQUE\nNo property")),
    ("line-unreadable", put("TRANSP:OPAQUE", "TRANSP:OPAQUE\n;X=1:2")),
    ("utf8-broken", put("Gedenkabend", b"Gedenkabend\xff")),
    ("utf8-split", put(b"\r\n \xc6\x8f", b"\xc6\r\n \x8f")),
    ("escape-split", put("Gedenkabend\\,", "Gedenkabend\\\n ,")),
    ("control-character", put("Gedenkabend", "Gedenk\x00abend")),
    ("control-character", put("Gedenkabend", "Gedenk\x0babend")),
    ("control-character", put("Gedenkabend", "Gedenk\x85abend")),
    ("control-character", put("Gedenkabend", "Gedenk\u2028abend")),
    ("calendar-not-one", lambda body: body + b"X-AFTER:1\r\n"),
    ("component-unbalanced", put("END:STANDARD\nEND:VTIMEZONE\n", "END:STANDARD\nEND:STANDARD\nEND:VTIMEZONE\n")),
    ("component-unbalanced", lambda body: body.removesuffix(b"END:VCALENDAR\r\n")),
    ("component-unexpected", put("END:VEVENT", "BEGIN:VALARM\nEND:VALARM\nEND:VEVENT")),
    ("component-unexpected", put("BEGIN:VEVENT", "BEGIN:VTODO\nEND:VTODO\nBEGIN:VEVENT")),
    ("component-unexpected", put("END:STANDARD", "END:STANDARD\nBEGIN:SUMMER\nEND:SUMMER")),
    *[("property-missing", drop(name)) for name in "VERSION PRODID NAME X-WR-CALNAME REFRESH-INTERVAL".split()],
    *[("property-missing", drop(name)) for name in "X-PUBLISHED-TTL SOURCE URL LAST-MODIFIED".split()],
    *[("property-missing", drop(name)) for name in "UID SUMMARY STATUS SEQUENCE CREATED TZOFFSETFROM".split()],
    ("property-missing", put("SUMMARY;LANGUAGE=az:Bakı\\; gecə", "SUMMARY;LANGUAGE=az:")),
    ("property-missing", put("UID:world@example.org\n", "")),
    ("property-missing", drop("DTEND")),
    ("property-repeated", put("STATUS:CONFIRMED", "STATUS:CONFIRMED\nSTATUS:CONFIRMED")),
    ("property-repeated", put("COLOR:firebrick", "COLOR:firebrick\nCOLOR:gold")),
    ("property-unexpected", put("TRANSP:OPAQUE", "TRANSP:OPAQUE\nX-EVIL:1")),
    ("property-unexpected", put("TRANSP:OPAQUE", "TRANSP:OPAQUE\nATTENDEE:mailto:a@example.org")),
    ("property-unexpected", put("TZNAME:CET", "TZNAME:CET\nCOMMENT:not allowed here")),
    ("property-order", put("STATUS:CONFIRMED\nTRANSP:OPAQUE", "TRANSP:OPAQUE\nSTATUS:CONFIRMED")),
    ("property-order", put("VERSION:2.0\nPRODID:-//Campaign//Anniversary events//EN", "PRODID:-//C//EN\nVERSION:2.0")),
    ("parameter-wrong", put("REFRESH-INTERVAL;VALUE=DURATION:", "REFRESH-INTERVAL:")),
    ("parameter-wrong", put("SOURCE;VALUE=URI:", "SOURCE:")),
    ("parameter-wrong", put("RELATED-TO;RELTYPE=SIBLING:", "RELATED-TO:")),
    ("value-wrong", put("VERSION:2.0", "VERSION:1.0")),
    ("value-wrong", put("COLOR:firebrick", "COLOR:#b22222")),
    ("value-wrong", put("STATUS:CONFIRMED", "STATUS:MOVED")),
    ("value-wrong", put("SEQUENCE:2", "SEQUENCE:-1")),
    ("value-wrong", put("\nURL:https://example.org/khojaly/\n", "\nURL:/khojaly/\n")),
    ("pair-differs", put("X-WR-CALNAME:Ədalət", "X-WR-CALNAME:Sülh")),
    ("pair-differs", put("X-PUBLISHED-TTL:PT6H", "X-PUBLISHED-TTL:PT1H")),
    ("pair-differs", drop("X-WR-CALDESC")),
    ("pair-differs", drop("COLOR")),
    ("pair-differs", drop("X-APPLE-CALENDAR-COLOR")),
    ("method", put("VERSION:2.0\n", "VERSION:2.0\nMETHOD:PUBLISH\n")),
    ("address-not-ascii", put("\nURL:https://example.org/khojaly/\n", "\nURL:https://example.org/xocalı/\n")),
    ("address-not-ascii", put("feeds/khojaly/lang-az", "feeds/xocalı/lang-az")),
    ("address-too-long", give("SOURCE;VALUE=URI", "https://example.org/feeds/" + "x" * 240)),
    ("text-not-escaped", put("Bakı\\; gecə", "Bakı; gecə")),
    ("text-not-escaped", put("Bakı\\; gecə", "Bakı\\: gecə")),
    ("text-not-escaped", put("concert,remembrance", "concert;remembrance")),
    ("text-too-long", give("SUMMARY", "g" * 256)),
    ("text-too-long", give("LOCATION", "g" * 256)),
    ("text-too-long", give("DESCRIPTION;LANGUAGE=az", "g" * 3000 + BERLIN.url, after=b"BEGIN:VEVENT")),
    ("description-without-address", put("/khojaly/2027/berlin/\nLOCATION", "/khojaly/2027/berlim/\nLOCATION")),
    ("uid-too-long", give("UID", "b" * 192)),
    ("uid-repeated", put("UID:baku@", "UID:world@")),
    ("stamp-differs", put("DTSTAMP:20261201T090059Z", "DTSTAMP:20261201T090058Z")),
    ("time-not-utc", put("CREATED:20261101T093000Z", "CREATED:20261101T093000")),
    ("time-not-utc", put("CREATED:20261101T093000Z", "CREATED:20261131T093000Z")),
    ("time-not-utc", put("CREATED:20261101T093000Z", "CREATED:20261101T093000.5Z")),
    ("time-not-utc", put("CREATED:20261101T093000Z", "CREATED;TZID=UTC:20261101T093000Z")),
    ("time-unreadable", put("DTSTART:20270226T190000Z", "DTSTART:20270230T190000Z")),
    ("time-unreadable", put("DTSTART:20270226T190000Z", "DTSTART:00010226T190000Z")),
    ("time-unreadable", put("DTEND;TZID=Asia/Baku:2027", "DTEND;TZID=Asia/Baku:9999")),
    ("time-unreadable", put("DTSTART;VALUE=DATE:20270226", "DTSTART:20270226")),
    ("time-unreadable", put("DTSTART:20260329T020000\n", "DTSTART:20260329T020000Z\n")),
    ("time-floating", put("DTSTART:20270226T190000Z", "DTSTART:20270226T190000")),
    ("time-with-both", put("DTSTART;TZID=Asia/Baku:20270226T190000", "DTSTART;TZID=Asia/Baku:20270226T150000Z")),
    ("time-skipped", put("DTEND;TZID=Europe/Berlin:20270226T200000", "DTEND;TZID=Europe/Berlin:20270328T023000")),
    ("times-differ-in-kind", put("DTSTART:20270226T190000Z", "DTSTART;VALUE=DATE:20270226")),
    ("ends-before-start", put("DTEND:20270226T210000Z", "DTEND:20270226T190000Z")),
    ("ends-before-start", put("DTEND;VALUE=DATE:20270227", "DTEND;VALUE=DATE:20270226")),
    ("recurrence", put("TRANSP:OPAQUE", "TRANSP:OPAQUE\nRRULE:FREQ=YEARLY")),
    ("recurrence", put("TRANSP:OPAQUE", "TRANSP:OPAQUE\nRRULE:RSCALE=HEBREW;FREQ=YEARLY;BYSETPOS=1")),
    ("cancelled-but-busy", put("STATUS:CANCELLED\nTRANSP:TRANSPARENT", "STATUS:CANCELLED\nTRANSP:OPAQUE")),
    ("cancelled-but-busy", put("STATUS:CANCELLED\nTRANSP:TRANSPARENT", "STATUS:CANCELLED")),
    ("geo-differs", put("geo:52.518600,", "geo:52.518601,")),
    ("zone-missing", put(BAKU_ZONE, b"")),
    ("zone-repeated", put(BAKU_ZONE, BAKU_ZONE * 2)),
    ("zone-unused", put(BAKU_ZONE, BAKU_ZONE + BAKU_ZONE.replace(b"Asia/Baku", b"Asia/Tbilisi"))),
    ("zone-unknown", lambda body: body.replace(b"Asia/Baku", b"Asia/Xocali")),
    ("zone-offset-wrong", put("TZOFFSETTO:+0400", "TZOFFSETTO:+0500")),
    ("zone-offset-wrong", put("BYMONTH=3;BYDAY=-1SU", "BYMONTH=2;BYDAY=1SU")),
    ("zone-begins-late", put("DTSTART:20260101T000000", "DTSTART:20270301T000000")),
    ("zone-rule-rare", put("BYMONTH=3;BYDAY=-1SU", "BYMONTH=3;BYDAY=SU;BYSETPOS=-1")),
    ("zone-rule-rare", put("BYMONTH=3;BYDAY=-1SU", "BYMONTH=3;BYDAY=-1SU\nRDATE:20260329T020000")),
    ("zone-offset-seconds", put("TZOFFSETFROM:+0100", "TZOFFSETFROM:+010013")),
    ("geo-wrong", lambda body: drop("X-APPLE-STRUCTURED-LOCATION")(put("GEO:52.518600", "GEO:52.5186")(body))),
    ("geo-wrong", lambda body: drop("X-APPLE-STRUCTURED-LOCATION")(put("GEO:52.518600", "GEO:90.518600")(body))),
    ("entries-too-many", lambda _body: many(1001, "")),
    ("feed-too-large", lambda _body: many(170, "y" * 2900)),
    ("empty-without-zone", lambda _body: re.sub(rb"BEGIN:VTIMEZONE.*END:VTIMEZONE\r\n", b"", feed(), flags=re.DOTALL)),
    ("empty-without-zone", lambda _body: feed().replace(b"BEGIN:VTIMEZONE", BAKU_ZONE + b"BEGIN:VTIMEZONE")),
]  # fmt: skip


BASE = "https://example.org"
OF_ROWS = {"entry-not-whole", "entry-of-another", "entry-missing", "address-elsewhere"}
"""What can only be found beside the rows that a feed is made of."""


def codes(body: bytes) -> list[str]:
    return [one.code for one in check(body)]


def test_a_good_feed_has_no_finding() -> None:
    assert check(GOOD) == []


@pytest.mark.parametrize(("code", "spoil"), SPOILT, ids=lambda value: value if isinstance(value, str) else "")
def test_each_mistake_is_found_alone(code: str, spoil: Spoil) -> None:
    spoilt = spoil(GOOD)
    assert spoilt != GOOD
    assert codes(spoilt) == [code]


ALLOWED = [
    put("SUMMARY;LANGUAGE=az:Bakı", "SUMMARY;LANGUAGE=az:" + "g" * 55 + "\n "),  # 75 octets
    put("SUMMARY;LANGUAGE=az:Bakı\\; gecə", "SUMMARY;LANGUAGE=az:C:\\\\\n \\\\server"),  # two whole escapes
    put("SUMMARY;LANGUAGE=az:Bakı", "SUMMARY;LANGUAGE=az:\n\tB\tk"),
    put("CATEGORIES:concert,remembrance", "CATEGORIES:concert\nCATEGORIES:remembrance"),
    put('X-TITLE="Haus der', 'X-TITLE="Haus: d;'),
    lambda body: body.replace(b"BEGIN:VEVENT", b"begin:vevent").replace(b"SUMMARY", b"Summary"),
]


@pytest.mark.parametrize("change", ALLOWED)
def test_what_the_standard_allows(change: Spoil) -> None:
    assert check(change(GOOD)) == []


def test_every_code_has_its_mistake() -> None:
    assert {code for code, _spoil in SPOILT} | OF_ROWS == {code for code in CLIENTS if not code.startswith("http-")}


def test_an_empty_feed_has_no_finding() -> None:
    assert check(feed()) == []


def test_a_finding_says_where() -> None:
    lines = GOOD.decode().split("\r\n")
    (found,) = check(put("SEQUENCE:2", "SEQUENCE:two")(GOOD))
    assert (found.line, found.uid) == (lines.index("SEQUENCE:2") + 1, BERLIN.uid)
    assert found.facts == {"property": "SEQUENCE", "value": "two"}
    (wrong,) = check(put("TZOFFSETTO:+0400", "TZOFFSETTO:+0500")(GOOD))
    assert wrong.facts == {"zone": "Asia/Baku", "count": 2, "said": "05:00", "true": "04:00"}
    assert "Outlook" in wrong.clients


def test_many_lines_with_one_mistake_are_one_finding() -> None:
    (found,) = check(GOOD.replace(b"\r\n", b"\n"))
    assert (found.line, found.facts) == (1, {"count": GOOD.count(b"\r\n")})


def test_an_injected_property_is_found_however_lines_end() -> None:
    for end in (b"\r", b"\n", b"\r\n"):
        assert "property-unexpected" in codes(GOOD.replace(b"Gedenkabend", b"Gedenk" + end + b"X-EVIL:1", 1))


def test_stored_entries() -> None:
    body = render(BERLIN)
    assert check_stored(body, uid=BERLIN.uid, base=BASE) == []
    for broken in (b"", body[:-1], body * 2, body + b"X", b"\x00", body.replace(b"SUMMARY", b"SUM\r\nMARY", 1)):
        assert [one.code for one in check_stored(broken, uid=BERLIN.uid, base=BASE)] == ["entry-not-whole"]
    (found,) = check_stored(body, uid="another@example.org", base=BASE)
    assert (found.code, found.uid, found.facts) == ("entry-of-another", "another@example.org", {"other": BERLIN.uid})
    (found,) = check_stored(body, uid=BERLIN.uid, base="https://example.or")
    assert (found.code, found.facts["value"]) == ("address-elsewhere", BERLIN.url)


UIDS = st.uuids().map(lambda uuid: f"{uuid}@example.org")
STARTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda start: start.replace(microsecond=0))

SEEN = HOSTILE.map(lambda text: f"x{text}")
ENTRIES = st.builds(
    replace,
    st.sampled_from([BERLIN, BAKU, CANCELLED]),
    uid=UIDS,
    start=STARTS,
    zone=st.sampled_from(["UTC", *sorted(zones())]),
    summary=SEEN,
    language=HOSTILE,
    description=HOSTILE,
    location=HOSTILE,
    venue=HOSTILE,
    categories=st.lists(HOSTILE, max_size=3).map(tuple),
).map(lambda entry: replace(entry, end=entry.start + timedelta(hours=2)))


@given(st.lists(ENTRIES, max_size=4, unique_by=lambda entry: entry.uid), SEEN, HOSTILE)
def test_no_feed_of_ours_has_a_finding(entries: list[Entry], name: str, description: str) -> None:
    bodies = [render(entry) for entry in entries]
    assert check(join(replace(HEAD, name=name, description=description), bodies, zones_in(bodies))) == []


@given(st.binary(max_size=200), st.integers(0, len(GOOD)), st.integers(0, 200))
def test_no_bytes_break_the_check(noise: bytes, at: int, length: int) -> None:
    assert isinstance(check(GOOD[:at] + noise + GOOD[at + length :]), list)
    check(noise)


HOUR = timedelta(hours=1)
BERLIN_ONSETS = [
    (datetime(2026, 3, 29, 1), 2 * HOUR),
    (datetime(2026, 10, 25, 1), HOUR),
    (datetime(2027, 3, 28, 1), 2 * HOUR),
]


@pytest.mark.parametrize(
    ("wall", "offset"),
    [
        (datetime(2026, 3, 29, 1, 59), None),
        (datetime(2026, 3, 29, 3), 2 * HOUR),
        (datetime(2026, 10, 25, 2, 30), 2 * HOUR),  # twice: the first
        (datetime(2026, 10, 25, 3), HOUR),
        (datetime(2027, 3, 28, 2, 30), HOUR),  # never: the offset before the gap
        (datetime(2027, 3, 28, 3), 2 * HOUR),
        (datetime(2030, 1, 1), 2 * HOUR),
    ],
)
def test_the_offset_at_a_wall_time(wall: datetime, offset: timedelta | None) -> None:
    assert offset_at(BERLIN_ONSETS, wall) == offset


def test_every_zone_in_several_years() -> None:
    starts = [datetime(year, month, 26, 18, 30) for year in (2023, 2026, 2027) for month in (1, 3, 4, 7, 11)]
    for name in sorted(zones()):
        entries = [replace(BAKU, uid=f"{at:%Y%m}@x.org", zone=name, start=at, end=at + HOUR) for at in starts]
        assert check(feed(*entries)) == [], name
