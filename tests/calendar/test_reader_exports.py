"""Reading calendars as programs export them: ours and others'."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.calendar.entry import LINE_LIMIT, Entry, render
from campaign.calendar.feed import assemble, bare_calendar, zones_in
from campaign.calendar.reader import HEADER, read
from campaign.domain.moment import instant, wall_clock
from campaign.domain.text import cut, tidy_line, tidy_text
from tests.calendar.test_reader import YEAR, rows

SAMPLES = Path(__file__).parents[1] / "data" / "calendars"
ENTRY = Entry(
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
    description="Musiqi, şeir; çay\n\nGiriş pulsuzdur \\ azad",
    location="Mədəniyyət evi, Berlin",
    latitude=52.5186,
    longitude=13.3645,
    categories=("concert", "remembrance"),
)


def feed(*entries: Entry) -> bytes:
    """Return a calendar as we publish it."""
    bodies = [render(entry) for entry in entries]
    return assemble(bare_calendar(), bodies, zones_in(bodies))


ZONES = st.sampled_from(["Europe/Berlin", "Asia/Baku", "America/New_York", "Africa/Casablanca", "Pacific/Apia"])
WORDS = st.text(st.characters(exclude_characters="<"), max_size=80)


@given(ZONES, st.datetimes(datetime(2027, 1, 1), datetime(2027, 12, 31)), st.integers(1, 3_000), WORDS, WORDS)
def test_our_own_entries_come_back(zone: str, at: datetime, minutes: int, summary: str, description: str) -> None:
    starts_at = instant(at.replace(second=0, microsecond=0), zone)
    start, end = wall_clock(starts_at, zone), wall_clock(starts_at + timedelta(minutes=minutes), zone)
    end = max(end, start + timedelta(minutes=1))  # Where the clocks go back meanwhile.
    (row,) = rows(feed(replace(ENTRY, zone=zone, start=start, end=end, summary=summary, description=description)))
    assert (row["start"], row["end"]) == (f"{start:%Y-%m-%d %H:%M}", f"{end:%Y-%m-%d %H:%M}")
    assert row["zone"] == zone
    assert row.get("name", "") == cut(tidy_line(summary), limit=LINE_LIMIT)
    assert row["description"] == f"{tidy_text(description)}\n\n{ENTRY.url}".strip()


def test_our_own_entry_in_full() -> None:
    (row,) = rows(feed(ENTRY))
    assert row == {
        "name": ENTRY.summary,
        "place": ENTRY.location,
        "latitude": "52.518600",
        "longitude": "13.364500",
        "start": "2027-02-26 18:30",
        "end": "2027-02-26 20:00",
        "zone": "Europe/Berlin",
        "url": ENTRY.url,
        "description": f"{ENTRY.description}\n\n{ENTRY.url}",
        "tags": "concert,remembrance",
        "external_id": ENTRY.uid,
    }


def test_our_own_days_moments_and_cancellations() -> None:
    day = replace(ENTRY, start=date(2027, 2, 26), end=date(2027, 2, 28))
    everywhere = replace(ENTRY, zone="UTC")
    found = rows(feed(day, everywhere, replace(ENTRY, status="CANCELLED")))
    assert (found[0]["date"], found[0]["start"], found[0]["end_date"]) == ("2027-02-26", "all day", "2027-02-27")
    assert found[1]["start"] == "2027-02-26 18:30Z"
    assert found[2] == {"refused": "entry-cancelled"}


SEEN = {
    "apple": [
        "Candles for Khojaly 🕯️ | 2027-02-26 18:30 to 2027-02-26 20:00 America/New_York",
        "Choir | 2027-02-05 18:00 to 2027-02-05 19:00 America/New_York",
        "Choir | 2027-02-26 18:00 to 2027-02-26 19:00 America/New_York",
        "Choir, last rehearsal | 2027-02-20 12:00 to 2027-02-20 13:00 America/New_York",
    ],
    "gancio": ["[Memoria] Letture in piazza | 2027-02-26 19:00Z to 2027-02-26 21:00Z"],
    "google": [
        "Evening of remembrance | 2027-02-26 17:30Z to 2027-02-26 19:30Z",
        "Silent minute | 2027-02-26 12:00 to 2027-02-26 12:45 Europe/Berlin",
        "Exhibition | 2027-02-26 all day to 2027-02-27",
        "Talk online | 2027-02-25 16:00Z to 2027-02-25 17:00Z Europe/Berlin",
        "Dentist | entry-private",
    ],
    "mobilizon": ["Rassemblement | 2027-02-26 17:30Z to 2027-02-26 19:00Z"],
    "outlook": [
        "Lesung zum Gedenktag | 2027-02-26 19:00 to 2027-02-26 21:30 Europe/Berlin",
        "Vorbereitung | 2027-01-29 18:00 to 2027-01-29 20:00 Europe/Berlin",
        "Vorbereitung | 2027-02-26 18:00 to 2027-02-26 20:00 Europe/Berlin",
        "Vorbereitung | 2027-03-26 18:00 to 2027-03-26 20:00 Europe/Berlin",
        "Abgesagt: Mahnwache | entry-cancelled",
    ],
    "thunderbird": ["Xatirə gecəsi | 2027-02-26 17:00 to 2027-02-26 18:30 Asia/Baku"],
}


def seen(path: Path) -> list[str]:
    """Return each row of a file in one line: its name, and when it is or why it is refused."""
    lines = []
    for row in read(path.read_bytes(), year=YEAR).rows:
        cell = dict(zip(HEADER, row.cells, strict=True))
        when = " ".join(
            part for part in (cell["date"], cell["start"], "to", cell["end"] or cell["end_date"], cell["zone"]) if part
        )
        lines.append(f"{cell['name']} | {row.refused.code if row.refused else when}")
    return lines


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.ics")), ids=lambda path: path.stem)
def test_calendars_of_other_programs(path: Path) -> None:
    assert not re.search(rb"(?<!\r)\n|[^\r\n]{76}", path.read_bytes()), "CRLF, and at most 75 octets a line"
    assert seen(path) == SEEN[path.stem]
