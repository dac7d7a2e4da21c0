"""The zones of a calendar, checked: read here by themselves and compared with zoneinfo, time by time.

RFC 5545, section 3.6.5: an onset is in the wall time of the offset before it.
"""

import re
from calendar import monthcalendar
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from campaign.calendar.check_lines import Component, Property
from campaign.calendar.check_properties import Shape, check_shape, read_wall
from campaign.calendar.check_times import Time, is_known, read_time
from campaign.calendar.finding import Finding, finding
from campaign.domain.moment import zone

ZONE = Shape(order=("TZID",), required=frozenset({"TZID"}))
OBSERVANCE = Shape(
    order=("TZOFFSETFROM", "TZOFFSETTO", "TZNAME", "DTSTART", "RRULE"),
    required=frozenset({"TZOFFSETFROM", "TZOFFSETTO", "DTSTART"}),
    codes={"RDATE": "zone-rule-rare", "EXDATE": "zone-rule-rare"},
)
MINUTE = timedelta(minutes=1)
"""Offsets are compared to the minute: before 1972 some had seconds, which a calendar can't be trusted with."""

_OFFSET = re.compile("([+-])([01][0-9]|2[0-3])([0-5][0-9])")
_RULE = re.compile("FREQ=YEARLY;BYMONTH=(1[0-2]|[1-9]);BYDAY=(-1|[1-4])(MO|TU|WE|TH|FR|SA|SU)")
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

Onsets = Sequence[tuple[datetime, timedelta]]
"""Instants from which an offset holds, as naive UTC, in order."""


def check_zones(calendar: Component) -> Iterator[Finding]:
    """Yield what is wrong with a calendar's zones, and with what its entries say of them."""
    blocks, times = calendar.below("VTIMEZONE"), _times(calendar)
    names = [found.value if (found := block.first("TZID")) else "" for block in blocks]
    readable: dict[str, Component] = {}
    for number, (block, name) in enumerate(zip(blocks, names, strict=True)):
        wrong = list(_check_block(block))
        yield from wrong
        if not wrong:
            readable.setdefault(name, block)
        if name in names[:number]:
            yield finding("zone-repeated", line=block.line, zone=name)
        elif name not in times and calendar.below("VEVENT"):
            yield finding("zone-unused", line=block.line, zone=name)
    if not calendar.below("VEVENT") and len(blocks) != 1:
        yield finding("empty-without-zone", count=len(blocks))
    for name, used in times.items():
        if not is_known(name):
            yield finding("zone-unknown", line=used[0].line, zone=name, count=len(used))
        elif name not in names:
            yield finding("zone-missing", line=used[0].line, zone=name, count=len(used))
        elif name in readable:
            yield from _compare(name, used, _onsets(readable[name], max(time.value.year for time in used) + 1))


def _times(calendar: Component) -> dict[str, list[Time]]:
    """Return every start and end by the zone that it names."""
    times: dict[str, list[Time]] = {}
    for entry in calendar.below("VEVENT"):
        for one in entry.properties:
            if one.name in ("DTSTART", "DTEND") and "TZID" in one.parameters and (time := read_time(one)):
                times.setdefault(one.parameters["TZID"], []).append(time)
    return times


def _check_block(block: Component) -> Iterator[Finding]:
    yield from check_shape(block, ZONE)
    if not block.components:
        yield finding("property-missing", line=block.line, property="STANDARD", component=block.name)
    for part in block.components:
        if part.name not in ("STANDARD", "DAYLIGHT"):
            yield finding("component-unexpected", line=part.line, name=part.name)
            continue
        yield from check_shape(part, OBSERVANCE)
        for one in part.properties:
            yield from _check_value(one)


def _check_value(one: Property) -> Iterator[Finding]:
    if one.name in ("TZOFFSETFROM", "TZOFFSETTO") and _offset(one) is None:
        yield finding("zone-offset-seconds", line=one.line, property=one.name, value=one.value[:100])
    elif one.name == "RRULE" and not _RULE.fullmatch(one.value):
        yield finding("zone-rule-rare", line=one.line, property=one.name, component="VTIMEZONE")
    elif one.name == "DTSTART" and (one.parameters or read_wall(one.value) is None):
        yield finding("time-unreadable", line=one.line, property=one.name, value=one.value[:100])


def _compare(name: str, times: Iterable[Time], onsets: Onsets) -> Iterator[Finding]:
    """Yield the first time that the zone has no offset for, and the first for which it has a wrong one."""
    clocks = zone(name)
    read = {time: offset_at(onsets, time.value) for time in times if isinstance(time.value, datetime)}
    true = {time: time.value.replace(tzinfo=clocks).utcoffset() for time in read if isinstance(time.value, datetime)}
    late = [time for time, said in read.items() if said is None]
    wrong = [time for time, said in read.items() if said is not None and abs(said - (true[time] or said)) >= MINUTE]
    if late:
        yield finding("zone-begins-late", line=late[0].line, zone=name, count=len(late))
    if wrong:
        said, should = (_clock(offsets[wrong[0]] or timedelta()) for offsets in (read, true))
        yield finding("zone-offset-wrong", line=wrong[0].line, zone=name, count=len(wrong), said=said, true=should)


def _clock(offset: timedelta) -> str:
    """Return how far ahead of UTC clocks are, as in "04:00"; behind it with a minus."""
    minutes = round(offset / MINUTE)
    return f"{'-' if minutes < 0 else ''}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def offset_at(onsets: Onsets, wall: datetime) -> timedelta | None:
    """Return the offset that holds when the clocks show a time; None before the first onset.

    Of a time that comes twice the first is meant; one that is skipped has the offset from before the gap
    (RFC 5545, section 3.3.5).
    """
    before: timedelta | None = None
    for number, (start, offset) in enumerate(onsets):
        at = wall - offset
        if at < start:
            return before
        if number + 1 == len(onsets) or at < onsets[number + 1][0]:
            return offset
        before = offset
    return before


def _onsets(block: Component, last_year: int) -> Onsets:
    """Return a zone's onsets up to a year, in order; what can't be read is left out, and said elsewhere."""
    onsets: list[tuple[datetime, timedelta]] = []
    for part in block.components:
        before, after, start = (part.first(name) for name in ("TZOFFSETFROM", "TZOFFSETTO", "DTSTART"))
        first = read_wall(start.value) if start else None
        offsets = _offset(before), _offset(after)
        if first is None or offsets[0] is None or offsets[1] is None:
            continue
        walls = {first, *_recurring(part.first("RRULE"), first, last_year)}
        onsets += [(wall - offsets[0], offsets[1]) for wall in walls]
    return sorted(onsets)


def _recurring(rule: Property | None, first: datetime, last_year: int) -> Iterator[datetime]:
    found = _RULE.fullmatch(rule.value) if rule else None
    if found is None:
        return
    month, nth, weekday = int(found[1]), int(found[2]), _WEEKDAYS.index(found[3])
    for year in range(first.year, last_year + 1):
        days = [week[weekday] for week in monthcalendar(year, month) if week[weekday]]
        wall = first.replace(year=year, month=month, day=days[nth if nth < 0 else nth - 1])
        if wall >= first:
            yield wall


def _offset(one: Property | None) -> timedelta | None:
    found = _OFFSET.fullmatch(one.value) if one else None
    if found is None:
        return None
    size = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return -size if found[1] == "-" else size
