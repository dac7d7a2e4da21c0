"""Reading a calendar that somebody sends: iCalendar bytes to a table of clean lines, nothing trusted.

The table is what a spreadsheet of the same events would give, so that one plan, preview and report do for both.
Guests, alarms, tasks and whatever else stands in a calendar are never looked at.
"""

import re
from collections.abc import Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape

from campaign.calendar.components import COMPONENT_LIMIT, Component, calendars
from campaign.calendar.occurrences import Occurrence, occurrences, recurs, replaced_day
from campaign.calendar.recurrence import Patience
from campaign.calendar.stamps import ZoneOf, length_of, start_of
from campaign.calendar.zone_names import UTC, ZoneNames
from campaign.domain.columns import Row, Table
from campaign.domain.errors import Refused
from campaign.domain.text import cut, tidy_line, tidy_text

BYTE_LIMIT = 1_000_000
CELL_LIMIT = 10_000
"""Characters of one cell that are read; the rest is cut and said."""
HEADER = tuple(
    ("name place latitude longitude date start end end_date zone online_url url description tags external_id").split()
)
ALL_DAY = "all day"

_CONFERENCES = ("X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL", "X-MICROSOFT-ONLINEMEETINGCONFLINK")
_WEB_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_APPLE_POINT = re.compile(r"geo:([^,;]{1,30}),([^,;]{1,30})", re.IGNORECASE)
# What Google Calendar puts into descriptions; taken apart without ever looking back.
_MARKUP = re.compile(r"</?(?:a|b|br|div|em|i|li|ol|p|span|strong|u|ul)\b[^<>]*+>", re.IGNORECASE)
_LINK = re.compile(r'<a\b(?>[^<>]*?\bhref="(https?://[^"<>]*+)")[^<>]*+>(?!\1)', re.IGNORECASE)
_LINE_BREAK = re.compile(r"<br\b[^<>]*+>|</(?:p|div|li|ul|ol)\b[^<>]*+>", re.IGNORECASE)

Cells = dict[str, str]


@dataclass(frozen=True)
class _Year:
    """One calendar in one year: what its zones are called, and which days of its series have events of their own."""

    number: int
    zone_of: ZoneOf
    patience: Patience
    series: Mapping[str, Component]
    replaced: Mapping[str, Set[date]]


def read(content: bytes, *, year: int) -> Table:
    """Return the events of a calendar file as rows, those that recur once for each time in `year`.

    A row's line is that on which its event begins; one that can't be imported says why. Raises
    Refused("calendar-too-large", limit=…), ("calendar-empty") and what `components.calendars` raises.
    """
    if len(content) > BYTE_LIMIT:
        raise Refused("calendar-too-large", limit=COMPONENT_LIMIT)
    rows: list[Row] = []
    patience = Patience()
    for calendar in calendars(content):
        for row in _rows(calendar, year, patience):
            rows.append(row)
            if len(rows) > COMPONENT_LIMIT:
                raise Refused("calendar-too-large", limit=COMPONENT_LIMIT)
    if not rows:
        raise Refused("calendar-empty")
    return Table(HEADER, tuple(rows))


def _rows(calendar: Component, number: int, patience: Patience) -> Iterator[Row]:
    events = list(calendar.below("VEVENT"))
    year = _year(calendar, events, number, patience)
    for event in events:
        cells = _facts(event)
        is_cut = any(len(text) > CELL_LIMIT for text in cells.values())
        cells = {name: cut(text, limit=CELL_LIMIT) for name, text in cells.items()}
        try:
            for one in _occurrences(event, year):
                at = _times(one, usual="" if cells["place"] or cells["latitude"] else year.zone_of(""))
                yield _row(event, cells | at | {"external_id": _key(event, one)}, is_cut)
        except Refused as refused:
            yield _row(event, cells, is_cut, refused)


def _row(event: Component, cells: Cells, is_cut: bool, refused: Refused | None = None) -> Row:
    return Row(event.line, tuple(cells.get(name, "") for name in HEADER), is_cut, refused)


def _year(calendar: Component, events: list[Component], number: int, patience: Patience) -> _Year:
    zone_of = ZoneNames(calendar).find
    series = {event.text("UID"): event for event in events if recurs(event)}
    replaced: dict[str, set[date]] = {}
    for event in events:
        uid = event.text("UID")
        with suppress(Refused):  # Which its own row will say.
            if day := replaced_day(event, series.get(uid), zone_of):
                replaced.setdefault(uid, set()).add(day)
    return _Year(number, zone_of, patience, series, replaced)


def _occurrences(event: Component, year: _Year) -> list[Occurrence]:
    """Return when an event happens; raises Refused with the reason that it can't be imported."""
    _check_readable(event)
    uid = event.text("UID")
    series = year.series.get(uid)
    day = replaced_day(event, series, year.zone_of)
    if day is None:
        _check_wanted(event)
        return occurrences(
            event, year.zone_of, year=year.number, without=year.replaced.get(uid, set()), patience=year.patience
        )
    start = start_of(event, year.zone_of)
    if series and year.number not in (day.year, start.day.year):
        return []  # As the other days of its series in other years.
    _check_wanted(event)
    return [Occurrence(start, length_of(event, start, year.zone_of), day)]


def _check_readable(event: Component) -> None:
    """Refuse an event with a line that is none, as when a description was written without its folds."""
    for line in event.lines:
        if not line.name or line.parameters.get("ENCODING", "").upper() == "QUOTED-PRINTABLE":
            raise Refused("line-not-readable", line=line.number)


def _check_wanted(event: Component) -> None:
    """Refuse what was called off, and what its owner doesn't want to be seen."""
    if event.text("STATUS").upper() == "CANCELLED":
        raise Refused("entry-cancelled")
    if event.text("CLASS").upper() in {"PRIVATE", "CONFIDENTIAL"}:
        raise Refused("entry-private")


def _key(event: Component, one: Occurrence) -> str:
    """Return what the event is found again by in another version of the file."""
    uid = tidy_line(event.text("UID"))
    return f"{uid}/{one.day}" if uid and one.day else uid


def _times(one: Occurrence, *, usual: str) -> Cells:
    """Return the cells that say when: days, moments of UTC, or wall-clock times with their zone if they have one.

    A moment is told by the clocks at its place, which are found later; at no place by those of the zone `usual`.
    """
    start, end = one.start, one.end
    if start.is_day:
        last = (end.wall - timedelta.resolution).date() if end else start.day
        return {"date": start.day.isoformat(), "start": ALL_DAY, "end_date": last.isoformat()}
    cells = {name: f"{stamp.wall:%Y-%m-%d %H:%M}" for name, stamp in (("start", start), ("end", end)) if stamp}
    if start.zone == UTC:
        return {name: f"{text}Z" for name, text in cells.items()} | {"zone": usual}
    return cells | {"zone": start.zone}


def _facts(event: Component) -> Cells:
    """Return the cells that say what and where, cleaned."""
    location = ", ".join(tidy_text(event.text("LOCATION")).split("\n"))
    place = _WEB_ADDRESS.sub("", location).strip(" ,;:-–|") if _WEB_ADDRESS.search(location) else location
    latitude, longitude = _point(event)
    cells = {
        "name": tidy_line(event.text("SUMMARY")),
        "place": place,
        "latitude": latitude,
        "longitude": longitude,
        "online_url": _online_address(event, location, is_somewhere=bool(place or latitude)),
        "url": event.text("URL"),
        "description": _plain(event.text("DESCRIPTION")),
        "tags": ", ".join(line.text for line in event.all("CATEGORIES")),
    }
    return {name: tidy_text(text) for name, text in cells.items()}


def _point(event: Component) -> tuple[str, str]:
    """Return latitude and longitude as they are written, "" where nobody wrote them."""
    latitude, _separator, longitude = event.text("GEO").partition(";")
    if longitude:
        return latitude, longitude
    found = _APPLE_POINT.match(event.text("X-APPLE-STRUCTURED-LOCATION"))
    return (found[1], found[2]) if found else ("", "")


def _online_address(event: Component, location: str, *, is_somewhere: bool) -> str:
    """Return the address to take part; of an event that is somewhere not that which a program added by itself."""
    named = [line.text for line in event.all("CONFERENCE")]
    added = [] if is_somewhere else [event.text(name) for name in _CONFERENCES]
    found = (_WEB_ADDRESS.search(text) for text in (*named, location, *added))
    return next((address[0] for address in found if address), "")


def _plain(text: str) -> str:
    """Return a description without the markup that some programs write; links keep their addresses."""
    if not _MARKUP.search(text):
        return text
    return unescape(_MARKUP.sub("", _LINE_BREAK.sub("\n", _LINK.sub(r"\1 ", text))))
