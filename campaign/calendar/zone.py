"""A time zone as calendar programs read it: a VTIMEZONE made of the zone's own changes.

RFC 5545, section 3.6.5. Built here because icalendar's own `Timezone.from_tzid` dates the changes wrongly.
"""

from bisect import bisect
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard
from icalendar.prop import vInline

from campaign.domain.moment import zone

STEP = 6 * 24 * 60 * 60
"""Seconds between two looks at a zone: since 1900 none has changed its offset twice within six days."""
WEEKDAY_CYCLE = 28
"""Years after which days fall on the same weekdays again: what holds for as long is a rule."""
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

Observance = TimezoneStandard | TimezoneDaylight


class Onset(NamedTuple):
    """A change of the clocks; `wall` is what they show at that moment by the offset before it."""

    wall: datetime
    before: timedelta
    after: timedelta
    name: str
    is_daylight: bool


def timezone(zone_name: str, first_year: int, last_year: int) -> bytes:
    """Return the VTIMEZONE of an IANA zone, right for every moment of these years.

    A zone with a rule gets a DAYLIGHT and a STANDARD that recur; any other one observance for each change.
    Raises Refused("zone-unknown").
    """
    return _built(zone(zone_name), first_year, last_year)


@lru_cache(maxsize=2048)
def _built(clocks: ZoneInfo, first_year: int, last_year: int) -> bytes:
    """Build a VTIMEZONE once for each zone object, of which newly read zone data bring new ones."""
    years = range(first_year - 1, max(last_year, first_year + WEEKDAY_CYCLE) + 1)
    onsets = list(_onsets(clocks, years))
    component = Timezone()
    component.add("TZID", clocks.key)
    asked = range(first_year - 1, last_year + 1)
    for observance in _rules(onsets, years) or _changes(clocks, onsets, asked):
        component.add_component(observance)
    return bytes(component.to_ical(sorted=False))


def _onsets(clocks: ZoneInfo, years: range) -> Iterator[Onset]:
    """Yield every change of the offset in these years, in order."""
    first, end = (int(datetime(year, 1, 2, tzinfo=UTC).timestamp()) for year in (years[0], years[-1] + 1))
    looks = ((at, _local(clocks, at).utcoffset()) for at in range(first, end + STEP, STEP))
    for (earlier, before), (later, after) in pairwise(looks):
        if before != after:
            yield _onset(clocks, earlier, later)


def _onset(clocks: ZoneInfo, earlier: int, later: int) -> Onset:
    """Return the one change between two instants."""
    before = _local(clocks, earlier).utcoffset()
    seconds = range(earlier, later)
    at = seconds[bisect(seconds, False, key=lambda second: _local(clocks, second).utcoffset() != before) - 1]
    old, new = _local(clocks, at), _local(clocks, at + 1)
    is_daylight = old.dst() != new.dst() and _offset(new) > _offset(old)
    wall = old.replace(tzinfo=None, fold=0) + timedelta(seconds=1)
    return Onset(wall.replace(second=0), _offset(old), _offset(new), new.tzname() or "", is_daylight)


def _beginning(clocks: ZoneInfo, year: int) -> Onset:
    """Return the offset that holds when a year begins, as if it had begun then."""
    first = datetime(year, 1, 2, tzinfo=UTC).astimezone(clocks)
    is_daylight = (first.dst() or timedelta()) > timedelta()
    return Onset(datetime(year, 1, 1), _offset(first), _offset(first), first.tzname() or "", is_daylight)


def _local(clocks: ZoneInfo, second: int) -> datetime:
    """Return what the clocks show so many seconds after 1970 began in UTC."""
    return datetime.fromtimestamp(second, clocks)


def _offset(local: datetime) -> timedelta:
    """Return the offset in whole minutes; the clocks of some places ran a few seconds off before 1972."""
    offset = local.utcoffset() or timedelta()
    return timedelta(minutes=round(offset / timedelta(minutes=1)))


def _rules(onsets: list[Onset], years: range) -> list[Observance]:
    """Return the two observances of a zone that keeps one rule in all these years, none for another."""
    observances: list[Observance] = []
    for is_daylight in (True, False):
        alike = [onset for onset in onsets if onset.is_daylight == is_daylight and onset.wall.year in years]
        rule = _rule(alike)
        if rule is None or [onset.wall.year for onset in alike] != list(years):
            return []
        observances.append(_observance(alike[0], rule))
    return observances


def _rule(onsets: list[Onset]) -> str | None:
    """Return the yearly rule that all these changes follow, such as the last Sunday of March."""
    if len({(one.wall.month, one.wall.weekday(), one.wall.time(), *one[1:]) for one in onsets}) != 1:
        return None
    wall = onsets[0].wall
    weeks = {(one.wall.day + 6) // 7 for one in onsets}
    if all(one.wall.day + 7 > monthrange(one.wall.year, one.wall.month)[1] for one in onsets):
        weeks = {-1}
    if len(weeks) != 1:
        return None
    return f"FREQ=YEARLY;BYMONTH={wall.month};BYDAY={weeks.pop()}{WEEKDAYS[wall.weekday()]}"


def _changes(clocks: ZoneInfo, onsets: list[Onset], years: range) -> list[Observance]:
    """Return what the zone has when these years begin, and each change in them."""
    changes = [onset for onset in onsets if onset.wall.year in years]
    return [_observance(onset) for onset in (_beginning(clocks, years[0]), *changes)]


def _observance(onset: Onset, rule: str | None = None) -> Observance:
    """Return one DAYLIGHT or STANDARD, which begins in the wall time of the offset before it."""
    component = TimezoneDaylight() if onset.is_daylight else TimezoneStandard()
    component.add("TZOFFSETFROM", onset.before)
    component.add("TZOFFSETTO", onset.after)
    component.add("TZNAME", onset.name)
    component.add("DTSTART", onset.wall)
    if rule:
        component["RRULE"] = vInline(rule)
    return component
