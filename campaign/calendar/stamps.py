"""When something in a calendar file is: days, times and lengths as they are written (RFC 5545, section 3.3)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from campaign.calendar.components import Component
from campaign.calendar.content_lines import ContentLine
from campaign.calendar.zone_names import UTC
from campaign.domain.errors import Refused
from campaign.domain.moment import YEARS, instant, wall_clock, zones
from campaign.domain.text import cut, tidy_line

SHOWN_LIMIT = 40
"""Characters that a refusal repeats of a value."""

ZoneOf = Callable[[str], str]
"""Which zone a TZID means, "" being that of times without one."""

_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(?:[0-5]\d|60)?(Z)?)?", re.ASCII)
_LENGTH = re.compile(
    r"(-?)\+?P(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?", re.ASCII
)


@dataclass(frozen=True)
class Stamp:
    """A day, `wall` being its midnight, or a wall-clock time in a zone, to the minute.

    Without a `zone` it is in whatever zone the event turns out to be.
    """

    wall: datetime
    zone: str = ""
    is_day: bool = False

    @property
    def day(self) -> date:
        """The day, or that of the time."""
        return self.wall.date()

    def in_zone(self, zone: str) -> "Stamp":
        """Return the same in another zone; raises Refused("zone-unknown") where that can't be reckoned."""
        if self.is_day or self.zone == zone or not (self.zone and zone):
            return self if self.is_day else replace(self, zone=zone)
        return Stamp(wall_clock(instant(self.wall, self.zone), zone), zone)

    def later(self, length: timedelta) -> "Stamp":
        """Return what the clocks show later, by what they show now."""
        return replace(self, wall=self.wall + length)


def stamps(line: ContentLine, zone_of: ZoneOf) -> Iterator[Stamp]:
    """Yield the days or times of a property.

    Raises Refused("time-not-readable", text=…) or ("year-out-of-range", first=…, last=…).
    """
    for text in line.value.split(","):
        yield _stamp(text, line.parameters.get("TZID", ""), zone_of)


def start_of(event: Component, zone_of: ZoneOf) -> Stamp:
    """Return when an event starts; raises Refused("start-missing") and what `stamps` raises."""
    line = event.first("DTSTART")
    if line is None:
        raise Refused("start-missing")
    return next(stamps(line, zone_of))


def length_of(event: Component, start: Stamp, zone_of: ZoneOf) -> timedelta | None:
    """Return how far the clocks go on until the event is over, negative where it ends before; None if it doesn't say.

    Raises what `stamps` raises, and Refused("zone-unknown") where the end is in another zone than the start.
    """
    end = _end(event, start, zone_of)
    length = end.wall - start.wall if end else timedelta()
    return length or None


def _end(event: Component, start: Stamp, zone_of: ZoneOf) -> Stamp | None:
    if line := event.first("DTEND"):
        end = next(stamps(line, zone_of))
        if end.is_day != start.is_day:
            raise _unreadable(line.value)
        return end.in_zone(start.zone)
    if line := event.first("DURATION"):
        return _after(start, line.value)
    return None


def _after(start: Stamp, text: str) -> Stamp:
    """Return the time after a length: days by the calendar, hours by the clock (RFC 5545, section 3.3.6)."""
    found = _LENGTH.fullmatch(text.strip().upper())
    if found is None or not any(found.groups()[1:]):
        raise _unreadable(text)
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    sign = -1 if found[1] else 1
    later = start.later(sign * timedelta(weeks=weeks, days=days))
    rest = sign * timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if start.zone not in zones():
        return later.later(rest)
    return replace(later, wall=wall_clock(instant(later.wall, start.zone) + rest, start.zone)) if rest else later


def _stamp(text: str, name: str, zone_of: ZoneOf) -> Stamp:
    found = _STAMP.fullmatch(text.strip().upper())
    if found is None:
        raise _unreadable(text)
    year, month, day, hour, minute = (int(part or 0) for part in found.groups()[:5])
    if year not in YEARS:
        raise Refused("year-out-of-range", first=YEARS[0], last=YEARS[-1])
    try:
        wall = datetime(year, month, day, hour, minute)
    except ValueError as error:
        raise _unreadable(text) from error
    if found[4] is None:
        return Stamp(wall, is_day=True)
    return Stamp(wall, UTC if found[6] else zone_of(name))


def _unreadable(text: str) -> Refused:
    return Refused("time-not-readable", text=cut(tidy_line(text), limit=SHOWN_LIMIT))
