"""When an entry is, as a calendar program reads it: days, moments in UTC, or what the clocks of a zone show."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from campaign.calendar.check_lines import Component, Property
from campaign.calendar.check_properties import read_wall
from campaign.calendar.finding import Finding, finding
from campaign.domain.errors import Refused
from campaign.domain.moment import Shown, instant, shown, zone


@dataclass(frozen=True)
class Time:
    """A start or an end: a naive wall-clock time, in UTC where `zone` is "UTC", or a day, which has no zone."""

    line: int
    value: datetime | date
    zone: str | None


def read_time(one: Property) -> Time | None:
    """Return when a DTSTART or DTEND is, None where it names no time that holds everywhere."""
    if one.parameters.get("VALUE") == "DATE":
        day = read_wall(f"{one.value}T000000")
        return Time(one.line, day.date(), None) if day and "TZID" not in one.parameters else None
    name, is_utc = one.parameters.get("TZID"), one.value.endswith("Z")
    wall = read_wall(one.value.removesuffix("Z"))
    if wall is None or (name is not None) == is_utc:
        return None
    return Time(one.line, wall, "UTC" if is_utc else name)


def check_times(entry: Component) -> Iterator[Finding]:
    """Yield what is wrong with an entry's start and end."""
    given = [one for one in (entry.first("DTSTART"), entry.first("DTEND")) if one]
    for one in given:
        if read_time(one) is None:
            yield finding(_mistake(one), line=one.line, property=one.name, value=one.value[:100])
    times = [time for time in map(read_time, given) if time]
    yield from (finding("time-skipped", line=time.line, zone=time.zone) for time in times if _is_skipped(time))
    if len(times) == 2:
        yield from _check_order(*times)


def _mistake(one: Property) -> str:
    if "TZID" in one.parameters and one.value.endswith("Z"):
        return "time-with-both"
    is_floating = "TZID" not in one.parameters and "VALUE" not in one.parameters and read_wall(one.value)
    return "time-floating" if is_floating else "time-unreadable"


def _is_skipped(time: Time) -> bool:
    if not isinstance(time.value, datetime) or time.zone is None or not is_known(time.zone):
        return False
    return shown(time.value, time.zone) is Shown.NEVER


def _check_order(start: Time, end: Time) -> Iterator[Finding]:
    if isinstance(start.value, datetime) != isinstance(end.value, datetime):
        yield finding("times-differ-in-kind", line=end.line)
        return
    first, last = _instant(start), _instant(end)
    if first and last and last <= first:
        yield finding("ends-before-start", line=end.line)


def _instant(time: Time) -> datetime | None:
    """Return the instant; None where the zone is not known, which is said elsewhere, or the year is none of ours."""
    if not isinstance(time.value, datetime):
        return datetime.combine(time.value, datetime.min.time(), UTC)
    try:
        return instant(time.value, time.zone or "UTC")
    except Refused:
        return None


def is_known(zone_name: str) -> bool:
    """Return whether there is such a zone."""
    try:
        zone(zone_name)
    except Refused:
        return False
    return True
