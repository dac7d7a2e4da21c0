"""Reading calendars: what an event becomes, by what stands in it."""

import pytest

from campaign.calendar import reader
from campaign.calendar.content_lines import is_calendar
from campaign.calendar.reader import CELL_LIMIT, read
from campaign.domain.columns import FIELDS, match

YEAR = 2027
EVENING = "SUMMARY:Evening\nDTSTART;TZID=Europe/Berlin:20270226T183000\nDTEND;TZID=Europe/Berlin:20270226T203000\n"


def calendar(*events: str, head: str = "") -> bytes:
    """Return a calendar of events, given by their lines."""
    bodies = "".join(f"BEGIN:VEVENT\n{lines.rstrip()}\nEND:VEVENT\n" for lines in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{bodies}END:VCALENDAR\n".replace("\n", "\r\n").encode()


def rows(content: bytes) -> list[dict[str, str]]:
    """Return the filled-in cells of each row; of a refused one only the code."""
    table = read(content, year=YEAR)
    return [
        {"refused": row.refused.code}
        if row.refused
        else {name: cell for name, cell in zip(table.header, row.cells, strict=True) if cell}
        for row in table.rows
    ]


def cells(lines: str, head: str = "") -> dict[str, str]:
    """Return the cells of the only row that an event makes."""
    (row,) = rows(calendar(lines, head=head))
    return row


def times(lines: str, head: str = "") -> tuple[str | None, ...]:
    """Return when an event is, as its cells say."""
    row = cells(lines, head)
    return tuple(row.get(name) for name in ("start", "end", "zone"))


def test_every_column_is_one_that_an_import_knows() -> None:
    assert set(reader.HEADER) <= set(FIELDS)
    assert match(reader.HEADER) == {name: number for number, name in enumerate(reader.HEADER)}


def test_an_event() -> None:
    event = (
        "UID:1@example.org\nSUMMARY:Evening\\, with music\nLOCATION:Community hall\\nBerlin\nGEO:52.52;13.40\n"
        "DTSTART;TZID=Europe/Berlin:20270226T183000\nDTEND;TZID=Europe/Berlin:20270226T203000\n"
        "URL:https://example.org/e\nDESCRIPTION:First\\nSecond\\; C:\\\\dir\nCATEGORIES:Concert,Open air\n"
        "CATEGORIES:memorial\nATTENDEE;CN=Rena:mailto:rena@example.org\nORGANIZER:mailto:o@example.org\n"
    )
    assert cells(event) == {
        "name": "Evening, with music",
        "place": "Community hall, Berlin",
        "latitude": "52.52",
        "longitude": "13.40",
        "start": "2027-02-26 18:30",
        "end": "2027-02-26 20:30",
        "zone": "Europe/Berlin",
        "url": "https://example.org/e",
        "description": "First\nSecond; C:\\dir",
        "tags": "Concert,Open air, memorial",
        "external_id": "1@example.org",
    }


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("DTSTART;TZID=Asia/Baku:20270226T170000", ("2027-02-26 17:00", None, "Asia/Baku")),
        ("DTSTART;TZID=W. Europe Standard Time:20270226T170000", ("2027-02-26 17:00", None, "Europe/Berlin")),
        ('DTSTART;TZID="Azerbaijan Standard Time":20270226T170000', ("2027-02-26 17:00", None, "Asia/Baku")),
        ("DTSTART;TZID=Mars/Base:20270226T170000", ("2027-02-26 17:00", None, "Mars/Base")),
        ("DTSTART:20270226T170000", ("2027-02-26 17:00", None, None)),
        ("DTSTART:20270226T1700", ("2027-02-26 17:00", None, None)),
        ("DTSTART;TZID=Asia/Baku:20270226T170000Z", ("2027-02-26 17:00Z", None, None)),
        ("DTSTART;TZID=Etc/UTC:20270226T170000", ("2027-02-26 17:00Z", None, None)),
        ("DTSTART:20270226T170000Z\nDTEND:20270226T190000Z", ("2027-02-26 17:00Z", "2027-02-26 19:00Z", None)),
        # Over midnight, from zone to zone, and none at all.
        ("DTSTART:20270226T220000\nDTEND:20270227T010000", ("2027-02-26 22:00", "2027-02-27 01:00", None)),
        (
            "DTSTART;TZID=Asia/Baku:20270226T170000\nDTEND:20270226T150000Z",
            ("2027-02-26 17:00", "2027-02-26 19:00", "Asia/Baku"),
        ),
        ("DTSTART:20270226T170000\nDTEND:20270226T170000", ("2027-02-26 17:00", None, None)),
        ("DTSTART:20270226T170000\nDURATION:PT1H30M", ("2027-02-26 17:00", "2027-02-26 18:30", None)),
        ("DTSTART:20270226T170000\nDURATION:P1DT1H", ("2027-02-26 17:00", "2027-02-27 18:00", None)),
        # Days by the calendar, hours by the clock: that night is an hour shorter.
        (
            "DTSTART;TZID=Europe/Berlin:20270327T200000\nDURATION:P1D",
            ("2027-03-27 20:00", "2027-03-28 20:00", "Europe/Berlin"),
        ),
        (
            "DTSTART;TZID=Europe/Berlin:20270327T200000\nDURATION:PT24H",
            ("2027-03-27 20:00", "2027-03-28 21:00", "Europe/Berlin"),
        ),
    ],
)
def test_times(lines: str, expected: tuple[str | None, ...]) -> None:
    assert times(lines + "\nLOCATION:Berlin") == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("DTSTART:20270226T170000\nLOCATION:Baku", ("2027-02-26 17:00", None, "Asia/Baku")),
        ("DTSTART:20270226T170000Z\nLOCATION:Baku", ("2027-02-26 17:00Z", None, None)),
        ("DTSTART:20270226T170000Z", ("2027-02-26 17:00Z", None, "Asia/Baku")),
    ],
    ids=["floating", "UTC", "UTC and nowhere"],
)
def test_the_calendars_own_zone(lines: str, expected: tuple[str | None, ...]) -> None:
    assert times(lines, head="X-WR-TIMEZONE:Asia/Baku\n") == expected


@pytest.mark.parametrize(
    ("lines", "last"),
    [
        ("DTSTART;VALUE=DATE:20270226", "2027-02-26"),
        ("DTSTART:20270226", "2027-02-26"),
        ("DTSTART;VALUE=DATE:20270226\nDTEND;VALUE=DATE:20270226", "2027-02-26"),
        ("DTSTART;VALUE=DATE:20270226\nDTEND;VALUE=DATE:20270227", "2027-02-26"),
        ("DTSTART;VALUE=DATE:20270226\nDTEND;VALUE=DATE:20270301", "2027-02-28"),
        ("DTSTART;VALUE=DATE:20270226\nDURATION:P2D", "2027-02-27"),
        ("DTSTART;VALUE=DATE:20270226\nDURATION:PT24H", "2027-02-26"),
    ],
)
def test_days(lines: str, last: str) -> None:
    row = cells(lines, head="X-WR-TIMEZONE:Asia/Baku\n")
    assert row == {"date": "2027-02-26", "start": "all day", "end_date": last}


@pytest.mark.parametrize(
    ("lines", "place", "online"),
    [
        ("LOCATION:https://zoom.example/j/1", None, "https://zoom.example/j/1"),
        ("LOCATION:Zoom: https://zoom.example/j/1", "Zoom", "https://zoom.example/j/1"),
        ("LOCATION:Hall (north)", "Hall (north)", None),
        ("LOCATION:Bonn\nCONFERENCE;VALUE=URI:https://live.example", "Bonn", "https://live.example"),
        ("X-GOOGLE-CONFERENCE:https://meet.example/a", None, "https://meet.example/a"),
        ("LOCATION:Bonn\nX-GOOGLE-CONFERENCE:https://meet.example/a", "Bonn", None),
        ("CONFERENCE:tel:+49123", None, None),
    ],
)
def test_places_and_addresses(lines: str, place: str | None, online: str | None) -> None:
    row = cells(f"DTSTART:20270226T170000\n{lines}")
    assert (row.get("place"), row.get("online_url")) == (place, online)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Doors open at 18:00<br>Free", "Doors open at 18:00\nFree"),
        ("<p>One</p><p>Two &amp; three</p>", "One\nTwo & three"),
        ('<a href="https://example.org/a">Programme</a>', "https://example.org/a Programme"),
        ('<a href="https://example.org/a">https://example.org/a</a>', "https://example.org/a"),
        ("1 < 2 and 3 > 2 &amp; <you>", "1 < 2 and 3 > 2 &amp; <you>"),
    ],
)
def test_markup_in_descriptions(text: str, plain: str) -> None:
    assert cells(f"DTSTART:20270226\nDESCRIPTION:{text}")["description"] == plain


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        ("RRULE:FREQ=WEEKLY;COUNT=3", ["02-26", "03-05", "03-12"]),
        ("RRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;TZID=Europe/Berlin:20270305T183000", ["02-26", "03-12"]),
        ("RRULE:FREQ=WEEKLY;COUNT=3\nEXDATE:20270305T173000Z", ["02-26", "03-12"]),
        ("RRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;VALUE=DATE:20270305,20270226", ["03-12"]),
        ("RRULE:FREQ=WEEKLY;UNTIL=20270305T173000Z", ["02-26", "03-05"]),
        ("RRULE:FREQ=WEEKLY;UNTIL=20270305T172959Z", ["02-26"]),
        ("RRULE:FREQ=WEEKLY;UNTIL=20270305", ["02-26", "03-05"]),
        ("RDATE;TZID=Europe/Berlin:20270301T183000,20270302T193000", ["02-26", "03-01", "03-02"]),
        ("RRULE:FREQ=YEARLY", ["02-26"]),
    ],
)
def test_what_recurs(lines: str, days: list[str]) -> None:
    found = rows(calendar(f"UID:1\n{EVENING}{lines}"))
    assert [row["start"][5:10] for row in found] == days
    assert [row["external_id"] for row in found] == [f"1/2027-{day}" for day in days]
    assert {row["end"][:10] for row in found} == {f"2027-{day}" for day in days}


def test_wall_clocks_stay_where_clocks_change() -> None:
    found = rows(calendar(f"UID:1\n{EVENING}RRULE:FREQ=MONTHLY;COUNT=3"))
    assert {row["start"][11:] for row in found} == {"18:30"}


def test_a_day_of_a_series_that_is_otherwise() -> None:
    series = f"UID:1\n{EVENING}RRULE:FREQ=WEEKLY;COUNT=3"
    other = "UID:1\nSUMMARY:Night\nDTSTART;TZID=Europe/Berlin:20270306T200000\nRECURRENCE-ID:20270305T173000Z"
    found = rows(calendar(other, series))
    assert [(row["external_id"], row["name"], row["start"]) for row in found] == [
        ("1/2027-03-05", "Night", "2027-03-06 20:00"),
        ("1/2027-02-26", "Evening", "2027-02-26 18:30"),
        ("1/2027-03-12", "Evening", "2027-03-12 18:30"),
    ]
    codes = [row.get("refused") for row in rows(calendar(other + "\nSTATUS:CANCELLED", series))]
    assert codes == ["entry-cancelled", None, None]


def test_days_of_a_series_in_other_years_are_left_out() -> None:
    series = f"UID:1\n{EVENING.replace('2027', '2019')}RRULE:FREQ=YEARLY"
    other = "UID:1\nSUMMARY:Then\nDTSTART:20200227T200000\nRECURRENCE-ID;TZID=Europe/Berlin:20200226T183000"
    assert [row["external_id"] for row in rows(calendar(series, other))] == ["1/2027-02-26"]
    assert [row["external_id"] for row in rows(calendar(other))] == ["1/2020-02-26"]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("SUMMARY:x", "start-missing"),
        ("DTSTART:", "time-not-readable"),
        ("DTSTART:20270230", "time-not-readable"),
        ("DTSTART:2027-02-26", "time-not-readable"),
        ("DTSTART:20270226T250000", "time-not-readable"),
        ("DTSTART:20270226T180000+0400", "time-not-readable"),
        ("DTSTART:16010101T000000", "year-out-of-range"),
        ("DTSTART:99991231T235959Z\nDURATION:P999W", "year-out-of-range"),
        ("DTSTART:20270226T170000\nDURATION:P", "time-not-readable"),
        ("DTSTART:20270226T170000\nDURATION:PT99999999999999H", "time-not-readable"),
        ("DTSTART:20270226T170000\nDTEND;VALUE=DATE:20270227", "time-not-readable"),
        ("DTSTART;TZID=Mars/Base:20270226T170000\nDTEND:20270226T190000Z", "zone-unknown"),
        ("DTSTART:20270226\nSTATUS:CANCELLED", "entry-cancelled"),
        ("DTSTART:20270226\nstatus:cancelled", "entry-cancelled"),
        ("DTSTART:20270226\nCLASS:PRIVATE", "entry-private"),
        ("DTSTART:20270226\nCLASS:CONFIDENTIAL", "entry-private"),
        ("DTSTART:20270226\nDESCRIPTION:First\nthe second line", "line-not-readable"),
        ("DTSTART:20270226\nSUMMARY;ENCODING=QUOTED-PRINTABLE:=C4", "line-not-readable"),
        ('DTSTART;TZID="Europe/Berlin:20270226T170000', "line-not-readable"),
        ("DTSTART:20270226\nRRULE:FREQ=SECONDLY", "recurrence-not-readable"),
        ("DTSTART:20270226\nRRULE:FREQ=DAILY\nRRULE:FREQ=DAILY", "recurrence-not-readable"),
        ("DTSTART:20270226\nRRULE:FREQ=DAILY\nEXRULE:FREQ=DAILY", "recurrence-not-readable"),
        ("DTSTART:20270226\nRDATE:20270227T180000", "recurrence-not-readable"),
        ("DTSTART:20270226T170000\nRDATE:20270226T180000", "recurrence-not-readable"),
        ("DTSTART:20270226T170000\nRDATE;VALUE=PERIOD:20270227T180000/PT1H", "time-not-readable"),
        ("DTSTART:20270226\nRRULE:FREQ=DAILY", "recurs-too-often"),
        ("DTSTART:20270226\nRRULE:FREQ=DAILY;COUNT=1000000000", "recurs-too-often"),
        ("DTSTART:20240229\nRRULE:FREQ=YEARLY", "recurs-not-in-year"),
        ("DTSTART:20260226\nRRULE:FREQ=YEARLY;UNTIL=20261231", "recurs-not-in-year"),
        ("DTSTART:20270226\nRECURRENCE-ID;RANGE=THISANDFUTURE:20270226", "recurrence-not-readable"),
        ("DTSTART:20270226\nRECURRENCE-ID:soon", "time-not-readable"),
        ("DTSTART;TZID=Mars/Base:20270226T170000\nRRULE:FREQ=DAILY;UNTIL=20270301T000000Z", "zone-unknown"),
    ],
)
def test_an_event_is_refused_and_its_neighbours_are_not(lines: str, code: str) -> None:
    table = read(calendar(lines, EVENING), year=YEAR)
    refused, other = table.rows
    assert (refused.line, refused.refused and refused.refused.code) == (3, code)
    assert other.refused is None


def test_a_hundred_times_and_no_more() -> None:
    assert len(rows(calendar("DTSTART:20270101\nRRULE:FREQ=DAILY;COUNT=100"))) == 100
    assert len(rows(calendar("DTSTART:20260923\nRRULE:FREQ=DAILY;UNTIL=20270410"))) == 100
    assert cells("DTSTART:20260923\nRRULE:FREQ=DAILY;UNTIL=20270411") == {"refused": "recurs-too-often"}


def test_tasks_and_alarms_are_no_events() -> None:
    inner = "BEGIN:VALARM\nTRIGGER:-PT15M\nSUMMARY:Wake up\nDTSTART:20270101\nEND:VALARM\n"
    task = "BEGIN:VTODO\nSUMMARY:Print\nDTSTART:20270101\nEND:VTODO\nBEGIN:VJOURNAL\nEND:VJOURNAL\n"
    assert [row["name"] for row in rows(calendar(inner + EVENING, head=task))] == ["Evening"]


def test_several_calendars_in_one_file() -> None:
    found = rows(calendar("DTSTART:20270226T170000", head="X-WR-TIMEZONE:Asia/Baku\n") + calendar(EVENING))
    assert [row["zone"] for row in found] == ["Asia/Baku", "Europe/Berlin"]


def test_lines_folded_within_a_letter() -> None:
    content = calendar(EVENING).replace(b"Evening", "Şə".encode()[:1] + b"\r\n " + "Şə".encode()[1:3] + b"\r\n\t\x99")
    assert [row["name"] for row in rows(content)] == ["Şə"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding: str) -> None:
    content = calendar(EVENING.replace("Evening", "Gecə")).decode().encode(encoding)
    assert is_calendar(content)
    assert [row["name"] for row in rows(content)] == ["Gecə"]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\n\n"])
def test_line_ends(end: str) -> None:
    content = calendar(EVENING).replace(b"\r\n", end.encode())
    assert [row["name"] for row in rows(content)] == ["Evening"]


def test_controls_are_taken_out() -> None:
    assert cells("DTSTART:20270226\nSUMMARY:A\x00B\x07\u202eC\u2028D\x0bE")["name"] == "ABC D E"


def test_a_long_text_is_cut_and_says_so() -> None:
    (row,) = read(calendar(f"DTSTART:20270226\nDESCRIPTION:{'x' * 900_000}"), year=YEAR).rows
    assert (max(map(len, row.cells)), row.is_cut) == (CELL_LIMIT, True)
