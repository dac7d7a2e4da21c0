"""Rendered entries joined into one calendar (RFC 5545, section 3.4; RFC 7986, section 5)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from icalendar import Calendar
from icalendar.prop import vInline, vUri

from campaign.calendar.entry import DESCRIPTION_LIMIT, line, uri, utc
from campaign.calendar.folding import written
from campaign.calendar.zone import timezone
from campaign.domain import moment

PRODUCT = "-//Campaign//Anniversary events//EN"
REFRESH = "PT6H"
ENTRY_COUNT_LIMIT = 1000
ENTRY_BYTES_LIMIT = 420_000
"""Leaves 80 kB of the 500 kB that clients take for the header and a hundred zones."""

_HEX_COLOUR = re.compile("#([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})")
_TIME_IN_ZONE = re.compile(rb"\nDT(?:START|END);TZID=([^:;\r\n]+):(\d{4})")
_END = b"END:VCALENDAR\r\n"

# The colours that COLOR may name (CSS 3), without near-doubles: enough to find a close one for any accent.
_NAMED_COLOURS = {
    "black": 0x000000,
    "dimgray": 0x696969,
    "darkgray": 0xA9A9A9,
    "white": 0xFFFFFF,
    "maroon": 0x800000,
    "firebrick": 0xB22222,
    "crimson": 0xDC143C,
    "tomato": 0xFF6347,
    "saddlebrown": 0x8B4513,
    "darkorange": 0xFF8C00,
    "goldenrod": 0xDAA520,
    "gold": 0xFFD700,
    "olive": 0x808000,
    "darkolivegreen": 0x556B2F,
    "darkgreen": 0x006400,
    "seagreen": 0x2E8B57,
    "limegreen": 0x32CD32,
    "teal": 0x008080,
    "darkturquoise": 0x00CED1,
    "darkslategray": 0x2F4F4F,
    "steelblue": 0x4682B4,
    "dodgerblue": 0x1E90FF,
    "navy": 0x000080,
    "mediumblue": 0x0000CD,
    "indigo": 0x4B0082,
    "slateblue": 0x6A5ACD,
    "purple": 0x800080,
    "mediumorchid": 0xBA55D3,
    "mediumvioletred": 0xC71585,
    "hotpink": 0xFF69B4,
}


@dataclass(frozen=True)
class FeedHead:
    """What a calendar says of itself; `colour` as in "#7a1f2b", `source` is the feed's own address."""

    name: str
    description: str
    colour: str
    source: str
    url: str
    changed_at: datetime
    language: str


def join(head: FeedHead, entries: Iterable[bytes], zones: Mapping[str, tuple[int, int]]) -> bytes:
    """Return a whole calendar to subscribe to; `zones` as `zones_in` gives it for the same entries.

    Without entries one time zone stands in it, since a calendar may not be empty.
    """
    bodies = list(entries)
    years = zones if bodies else {"UTC": (head.changed_at.year, head.changed_at.year)}
    return assemble(_header(head), bodies, years)


def single(entry: bytes) -> bytes:
    """Return a calendar of one entry, to keep; nameless, so that no program makes a calendar for it alone."""
    return assemble(bare_calendar(), [entry], zones_in([entry]))


def zones_in(entries: Iterable[bytes]) -> dict[str, tuple[int, int]]:
    """Return the time zones that entries refer to, sorted, each with its first and last year there."""
    years: dict[str, set[int]] = {}
    for name, year in set(_TIME_IN_ZONE.findall(b"".join(entries))):
        years.setdefault(name.decode("ascii", "replace"), set()).add(int(year))
    return {name: (min(years[name]), max(years[name])) for name in sorted(years)}


def are_known(zones: Mapping[str, tuple[int, int]]) -> bool:
    """Return whether each of these time zones can be written for its years; a damaged entry may name any."""
    return all(name in moment.zones() and all(year in moment.YEARS for year in span) for name, span in zones.items())


def within_limits(entries: Iterable[bytes]) -> list[bytes]:
    """Return the leading entries, at most 1,000, that leave the calendar under 500 kB."""
    kept: list[bytes] = []
    room = ENTRY_BYTES_LIMIT
    for entry in entries:
        room -= len(entry)
        if room < 0 or len(kept) == ENTRY_COUNT_LIMIT:
            break
        kept.append(entry)
    return kept


def bare_calendar() -> Calendar:
    """Return a VCALENDAR with nothing but what each one needs."""
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    return calendar


def assemble(header: Calendar, entries: Iterable[bytes], zones: Mapping[str, tuple[int, int]]) -> bytes:
    """Return a calendar of a header, the zones and the entries, already rendered."""
    opening = written(header).removesuffix(_END)
    blocks = (timezone(name, first, last) for name, (first, last) in sorted(zones.items()))
    return b"".join((opening, *blocks, *entries, _END))


def _header(head: FeedHead) -> Calendar:
    calendar = bare_calendar()
    name = line(head.name, language=head.language)
    description = line(head.description, limit=DESCRIPTION_LIMIT, language=head.language)
    for new, old, value in (("NAME", "X-WR-CALNAME", name), ("DESCRIPTION", "X-WR-CALDESC", description)):
        if value:
            calendar.add(new, value)
            calendar.add(old, vInline(value))
    if colour := _HEX_COLOUR.fullmatch(head.colour):
        calendar.add("COLOR", _nearest_name(*(int(channel, 16) for channel in colour.groups())))
        calendar.add("X-APPLE-CALENDAR-COLOR", colour[0].upper())
    calendar.add("REFRESH-INTERVAL", vInline(REFRESH), {"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vInline(REFRESH))
    calendar.add("SOURCE", vUri(uri(head.source)), {"VALUE": "URI"})
    calendar.add("URL", vUri(uri(head.url)))
    calendar.add("LAST-MODIFIED", utc(head.changed_at))
    return calendar


def _nearest_name(red: int, green: int, blue: int) -> str:
    """Return the named colour at the least distance, channels weighted as the eye does."""

    def distance(value: int) -> int:
        other_red, other_green, other_blue = value.to_bytes(3, "big")
        return 2 * (red - other_red) ** 2 + 4 * (green - other_green) ** 2 + 3 * (blue - other_blue) ** 2

    return min(_NAMED_COLOURS, key=lambda name: distance(_NAMED_COLOURS[name]))
