"""One VEVENT to the times at which it happens in a year: once, or as often as it recurs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from campaign.calendar.components import Component
from campaign.calendar.recurrence import COUNT_LIMIT, Patience, days, parse
from campaign.calendar.stamps import Stamp, ZoneOf, length_of, stamps, start_of
from campaign.domain.errors import Refused

RECURRING = ("RRULE", "RDATE", "EXRULE")


@dataclass(frozen=True)
class Occurrence:
    """One time at which an event happens; `day` is that by which a recurring one is found again."""

    start: Stamp
    length: timedelta | None
    day: date | None = None

    @property
    def end(self) -> Stamp | None:
        """When it is over, by the clocks that its start goes by; None where the file doesn't say."""
        return None if self.length is None else self.start.later(self.length)


def recurs(event: Component) -> bool:
    """Return whether an event happens more than once."""
    return any(event.first(name) for name in RECURRING)


def occurrences(
    event: Component, zone_of: ZoneOf, *, year: int, without: Collection[date], patience: Patience
) -> list[Occurrence]:
    """Return when an event happens, a recurring one in this year alone and not on the days `without`.

    Raises Refused("recurs-not-in-year", year=…), ("recurs-too-often", limit=…), ("recurrence-not-readable"),
    ("recurrence-too-long"), ("zone-unknown") and what `start_of` and `length_of` raise.
    """
    start = start_of(event, zone_of)
    length = length_of(event, start, zone_of)
    if not recurs(event):
        return [Occurrence(start, length)]
    left_out = {stamp.day if stamp.is_day else stamp.wall for stamp in _stamps(event, "EXDATE", start, zone_of)}
    walls = {
        day: wall
        for day, wall in _walls(event, start, zone_of, year=year, patience=patience).items()
        if day.year == year and left_out.isdisjoint({day, wall})
    }
    if not walls:
        raise Refused("recurs-not-in-year", year=year)
    if len(walls) > COUNT_LIMIT:
        raise Refused("recurs-too-often", limit=COUNT_LIMIT)
    return [
        Occurrence(Stamp(walls[day], start.zone, start.is_day), length, day)
        for day in sorted(walls.keys() - set(without))
    ]


def replaced_day(event: Component, series: Component | None, zone_of: ZoneOf) -> date | None:
    """Return the day of a series that an event stands for; None where it is an event of its own.

    Raises Refused("recurrence-not-readable", rule=…) where it stands for all that follow as well.
    """
    line = event.first("RECURRENCE-ID")
    if line is None:
        return None
    if "RANGE" in line.parameters:
        raise Refused("recurrence-not-readable", rule="RECURRENCE-ID;RANGE")
    return next(stamps(line, zone_of)).in_zone(start_of(series or event, zone_of).zone).day


def _walls(event: Component, start: Stamp, zone_of: ZoneOf, *, year: int, patience: Patience) -> dict[date, datetime]:
    """Return when the clocks of the start's zone show that the event begins, by day: its own, its rule's, others."""
    walls = {start.day: start.wall}
    if len(event.all("RRULE")) > 1 or event.first("EXRULE"):
        raise Refused("recurrence-not-readable", rule="RRULE + EXRULE")
    for line in event.all("RRULE"):
        rule = parse(line, zone_of)
        until = _until(rule.until, start)
        for day in days(rule, start.day, date(year, 1, 1), date(year, 12, 31), patience):
            wall = datetime.combine(day, start.wall.time())
            if wall <= until:
                walls[day] = wall
    for stamp in _stamps(event, "RDATE", start, zone_of):
        if stamp.is_day != start.is_day or walls.setdefault(stamp.day, stamp.wall) != stamp.wall:
            raise Refused("recurrence-not-readable", rule="RDATE")
    return walls


def _stamps(event: Component, name: str, start: Stamp, zone_of: ZoneOf) -> list[Stamp]:
    """Return all days and times of the properties of a name, by the clocks that the start goes by."""
    return [stamp.in_zone(start.zone) for line in event.all(name) for stamp in stamps(line, zone_of)]


def _until(until: Stamp | None, start: Stamp) -> datetime:
    """Return the last moment at which an occurrence may begin, by the clocks of the start's zone."""
    if until is None:
        return datetime.combine(date.max, time.max)
    if until.is_day or start.is_day:
        return datetime.combine(until.day, time.max)
    return until.in_zone(start.zone).wall
