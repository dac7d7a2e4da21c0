"""One event as calendar programs read it: facts in, VEVENT bytes out (RFC 5545, section 3.6.1).

Same facts, same bytes, in any process and at any time: an entry is rendered when its event changes and kept.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from urllib.parse import quote

from icalendar import Event
from icalendar.prop import vInline, vUri

from campaign.calendar.folding import written
from campaign.domain.moment import instant, wall_clock
from campaign.domain.text import cut, tidy_line, tidy_text

LINE_LIMIT = 255
DESCRIPTION_LIMIT = 3000
UID_LIMIT = 191
URL_LIMIT = 1000
MAP_RADIUS = "100"
"""Metres around the venue that Apple's calendar shows on its map."""

FORMAT = "2"
"""Names what `render` makes of the same facts; another one when that changes, so that stored entries follow."""

Status = Literal["CONFIRMED", "CANCELLED", "TENTATIVE"]

_LANGUAGE = re.compile("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_BEGINNING, _END = b"BEGIN:VEVENT\r\nUID:", b"\r\nEND:VEVENT\r\n"
_URI_SAFE = "%:/?#[]@!$&'()*+,;=-._~"
_NO_CONTROLS = bytes(code for code in range(256) if code >= 0x20 and code != 0x7F)


@dataclass(frozen=True)
class Entry:
    """What a calendar shows of one event, in one language.

    `start` and `end` are wall-clock times in `zone`, or days of which `end` is the first after the event. In
    the zone "UTC" they are one moment for the whole world. The `description` comes without the event's
    address, which is put at its end; the `summary` of a cancelled event with the word that says so.
    """

    uid: str
    sequence: int
    created_at: datetime
    changed_at: datetime
    start: datetime | date
    end: datetime | date
    zone: str
    summary: str
    url: str
    language: str
    description: str = ""
    location: str = ""
    latitude: float | None = None
    longitude: float | None = None
    venue: str = ""
    categories: tuple[str, ...] = ()
    status: Status = "CONFIRMED"
    related_uid: str | None = None


def render(entry: Entry) -> bytes:
    r"""Return the VEVENT of an entry, from BEGIN to END, lines folded and ended with \r\n."""
    return written(component(entry))


def is_whole(body: bytes) -> bool:
    """Return whether these bytes are one VEVENT and nothing else, so that they may be joined into a calendar."""
    return are_whole([body])


def are_whole(bodies: Sequence[bytes]) -> bool:
    """Return whether each of these is one VEVENT and nothing else, by looking at all of them at once."""
    joined = b"".join(bodies)
    controls = joined.translate(None, _NO_CONTROLS)
    return (
        all(body.startswith(_BEGINNING) and body.endswith(_END) for body in bodies)
        and joined.count(b"\nBEGIN:") == max(len(bodies) - 1, 0)
        and joined.count(b"\nEND:") == len(bodies)
        and controls == b"\r\n" * (len(controls) // 2)
        and joined.count(b"\r\n") == len(controls) // 2
        and _is_utf8(joined)
    )


def component(entry: Entry) -> Event:
    """Return the VEVENT of an entry, its properties in a fixed order, for `render` and for invitations.

    Raises Refused("zone-unknown") or ("year-out-of-range"), which a saved event can't.
    """
    event = Event()
    event.add("UID", uid(entry.uid))
    event.add("DTSTAMP", utc(entry.changed_at))
    _add_times(event, entry)
    event.add("SUMMARY", line(entry.summary, language=entry.language))
    event.add("DESCRIPTION", _description(entry))
    if location := tidy_line(entry.location):
        event.add("LOCATION", line(location))
    _add_position(event, entry)
    if categories := [line(name) for name in entry.categories if tidy_line(name)]:
        event.add("CATEGORIES", vInline(",".join(categories)))
    event.add("URL", vUri(uri(entry.url)))
    event.add("STATUS", line(entry.status))
    is_free = entry.status == "CANCELLED" or not isinstance(entry.start, datetime)
    event.add("TRANSP", "TRANSPARENT" if is_free else "OPAQUE")
    event.add("SEQUENCE", entry.sequence)
    event.add("CREATED", utc(entry.created_at))
    event.add("LAST-MODIFIED", utc(entry.changed_at))
    if entry.related_uid:
        event.add("RELATED-TO", uid(entry.related_uid), {"RELTYPE": "SIBLING"})
    return event


def line(value: str, *, limit: int = LINE_LIMIT, language: str = "") -> vInline:
    """Return a TEXT value of one line, with its language where that is given."""
    return _text(cut(tidy_line(value), limit=limit), language)


def parameter(value: str) -> str:
    """Return what may stand in a parameter, where a double quote can't be written (RFC 5545, section 3.2)."""
    return cut(tidy_line(value), limit=LINE_LIMIT).replace('"', "'")


def uri(value: str) -> str:
    """Return an address in ASCII, all that may not stand in one percent-encoded."""
    return quote(tidy_line(value), safe=_URI_SAFE)[:URL_LIMIT]


def uid(value: str) -> vInline:
    """Return a UID of at most 191 characters."""
    return _text(tidy_line(value)[:UID_LIMIT])


def utc(at: datetime) -> datetime:
    """Return an instant in UTC, which is written in whole seconds."""
    if at.tzinfo is None:
        raise ValueError("An instant needs a zone")
    return at.astimezone(UTC)


def _add_times(event: Event, entry: Entry) -> None:
    """Write days, a world-wide moment in UTC, or wall-clock times with their zone: never a floating time."""
    if not isinstance(entry.start, datetime) and not isinstance(entry.end, datetime):
        event.add("DTSTART", entry.start)
        event.add("DTEND", max(entry.end, entry.start + timedelta(days=1)))
    elif isinstance(entry.start, datetime) and isinstance(entry.end, datetime):
        for name, at in zip(("DTSTART", "DTEND"), _instants(entry.start, entry.end, entry.zone), strict=True):
            event.add(name, wall_clock(at, entry.zone), {"TZID": entry.zone})  # With "UTC" it becomes a Z.
    else:
        raise TypeError("Start and end are both days or both times")


def _instants(start: datetime, end: datetime, zone_name: str) -> tuple[datetime, datetime]:
    """Return when an event starts and ends; a start that moved out of a gap, past the end, takes it along."""
    starts_at, ends_at = instant(start, zone_name), instant(end, zone_name)
    return starts_at, ends_at if ends_at > starts_at else starts_at + (end - start)


def _description(entry: Entry) -> vInline:
    """Return what the event is, and behind it the address where all else stands, which is never cut."""
    address = uri(entry.url)
    words = cut(tidy_text(entry.description), limit=DESCRIPTION_LIMIT - len(address) - 2)
    return _text(f"{words}\n\n{address}" if words else address, entry.language)


def _add_position(event: Event, entry: Entry) -> None:
    """Write the coordinates to six decimals, about 0.1 m; for Apple's map also with the place's name."""
    if entry.latitude is None or entry.longitude is None:
        return
    if not (abs(entry.latitude) <= 90 and abs(entry.longitude) <= 180):
        return
    latitude, longitude = (f"{round(angle, 6) + 0.0:.6f}" for angle in (entry.latitude, entry.longitude))
    event.add("GEO", vInline(f"{latitude};{longitude}"))
    if title := parameter(entry.venue or entry.location):
        parameters = {"VALUE": "URI", "X-APPLE-RADIUS": MAP_RADIUS, "X-TITLE": title}
        event.add("X-APPLE-STRUCTURED-LOCATION", vUri(f"geo:{latitude},{longitude}"), parameters)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _text(clean: str, language: str = "") -> vInline:
    return vInline(_escaped(clean), params={"LANGUAGE": language} if _LANGUAGE.fullmatch(language) else None)


def _escaped(clean: str) -> str:
    r"""Return a text as RFC 5545, section 3.3.11, escapes it; icalendar makes a line break of a typed \N."""
    return clean.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
