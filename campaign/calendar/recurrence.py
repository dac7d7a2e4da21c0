"""The days on which something recurs (RFC 5545, section 3.3.10): the rules that people make, and no endless ones.

A rule without COUNT is asked for a window alone, however long ago it began. The days that are looked at are
counted, so that the same file ends the same way on a slow machine as on a fast one.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from campaign.calendar.content_lines import ContentLine
from campaign.calendar.stamps import Stamp, ZoneOf, stamps
from campaign.domain.errors import Refused
from campaign.domain.text import cut, tidy_line

COUNT_LIMIT = 100
INTERVAL_LIMIT = 10
PART_LIMIT = 60
"""Values in one part of a rule: people list months and days, an attack ten thousand."""
DAY_LIMIT = 1_000_000
"""Days looked at for one file."""
SHOWN_LIMIT = 60
"""Characters that a refusal repeats of a rule."""

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")
_PARTS = frozenset("FREQ INTERVAL COUNT UNTIL WKST BYMONTH BYMONTHDAY BYDAY BYSETPOS".split())
_NUMBER = re.compile(r"[+-]?\d{1,12}", re.ASCII)
_WEEKDAY = re.compile(rf"([+-]?\d{{1,2}})?({'|'.join(WEEKDAYS)})", re.ASCII)

Parts = dict[str, str]


@dataclass(frozen=True)
class Rule:
    """What an RRULE says, within the limits; (0, 4) among the weekdays is every Friday, (-1, 4) the last one."""

    frequency: str
    interval: int
    count: int | None
    until: Stamp | None
    week_start: int
    months: frozenset[int]
    month_days: frozenset[int]
    weekdays: frozenset[tuple[int, int]]
    positions: frozenset[int]

    def after(self, start: date) -> "Rule":
        """Return the rule with what it leaves open taken from the event's first day."""
        if self.month_days or self.weekdays or self.frequency == "DAILY":
            return self
        if self.frequency == "WEEKLY":
            return replace(self, weekdays=frozenset({(0, start.weekday())}))
        months = self.months or frozenset({start.month} if self.frequency == "YEARLY" else ())
        return replace(self, months=months, month_days=frozenset({start.day}))


@dataclass
class Patience:
    """How many days may still be looked at."""

    days: int = DAY_LIMIT

    def spend(self, days: int) -> None:
        """Look at some more; raises Refused("recurrence-too-long")."""
        self.days -= days
        if self.days < 0:
            raise Refused("recurrence-too-long")


def parse(line: ContentLine, zone_of: ZoneOf) -> Rule:
    """Return the rule of a property.

    Raises Refused("recurrence-not-readable", rule=…), ("recurs-too-often", limit=…) or what `stamps` raises.
    """
    try:
        parts = _parts(line.value)
        until = replace(line, value=parts["UNTIL"]) if "UNTIL" in parts else None
        rule = Rule(
            frequency=_FREQUENCIES[_FREQUENCIES.index(parts.get("FREQ", ""))],
            interval=_single(parts, "INTERVAL", most=INTERVAL_LIMIT) or 1,
            count=_single(parts, "COUNT", most=10**12),
            until=next(stamps(until, zone_of)) if until else None,
            week_start=WEEKDAYS.index(parts.get("WKST", "MO")),
            months=_numbers(parts, "BYMONTH", least=1, most=12),
            month_days=_numbers(parts, "BYMONTHDAY", least=-31, most=31),
            weekdays=frozenset(map(_weekday, _values(parts, "BYDAY"))),
            positions=_numbers(parts, "BYSETPOS", least=-366, most=366),
        )
        _check(rule)
    except ValueError as error:
        raise Refused("recurrence-not-readable", rule=cut(tidy_line(line.value), limit=SHOWN_LIMIT)) from error
    if rule.count and rule.count > COUNT_LIMIT:
        raise Refused("recurs-too-often", limit=COUNT_LIMIT)
    return rule


def days(rule: Rule, start: date, first: date, last: date, patience: Patience) -> Iterator[date]:
    """Yield the days after `start` on which the rule falls within a window; COUNT counts the start."""
    whole, left = rule.after(start), rule.count - 1 if rule.count else None
    for span in _spans(whole, start, first, last):
        patience.spend(sum(map(len, span)) + 1)
        for day in _chosen(whole, span):
            if day <= start:
                continue
            if left is not None and (left := left - 1) < 0:
                return
            if first <= day <= last:
                yield day


def _spans(rule: Rule, start: date, first: date, last: date) -> Iterator[list[range]]:
    """Yield each year, month, week or day that the rule looks at, as days counted from the year 1.

    A year of which only some months count is these months.
    """
    begin, window, end = (_number_of(day, rule) for day in (start, first, last))
    skipped = 0 if rule.count else max(0, -(-(window - begin) // rule.interval))
    for number in range(begin + skipped * rule.interval, end + 1, rule.interval):
        if rule.frequency == "YEARLY" and rule.months:
            yield [_month(number * 12 + month - 1) for month in sorted(rule.months)]
        elif rule.frequency == "YEARLY":
            yield [range(date(number, 1, 1).toordinal(), date(number + 1, 1, 1).toordinal())]
        elif rule.frequency == "MONTHLY":
            yield [_month(number)]
        elif rule.frequency == "WEEKLY":
            monday = number * 7 + 1
            yield [range(monday + rule.week_start, monday + rule.week_start + 7)]
        else:
            yield [range(number, number + 1)]


def _number_of(day: date, rule: Rule) -> int:
    """Return the number of the year, month, week or day in which a day lies."""
    if rule.frequency == "YEARLY":
        return day.year
    if rule.frequency == "MONTHLY":
        return day.year * 12 + day.month - 1
    if rule.frequency == "WEEKLY":
        return (day.toordinal() - 1 - rule.week_start) // 7
    return day.toordinal()


def _month(number: int) -> range:
    """Return the days of a month, counted from the year 0."""
    year, month = divmod(number, 12)
    first = date(year, month + 1, 1).toordinal()
    return range(first, first + monthrange(year, month + 1)[1])


def _chosen(rule: Rule, spans: list[range]) -> list[date]:
    """Return the days of one span that fit, of these the first, the last and so on where the rule says so."""
    found = [date.fromordinal(day) for span in spans for day in span if _fits(rule, day, span)]
    if not rule.positions:
        return found
    size = len(found)
    return [day for at, day in enumerate(found, start=1) if not rule.positions.isdisjoint({at, at - size - 1})]


def _fits(rule: Rule, number: int, span: range) -> bool:
    day = date.fromordinal(number)
    if rule.months and day.month not in rule.months:
        return False
    if rule.month_days:
        from_end = day.day - monthrange(day.year, day.month)[1] - 1
        if rule.month_days.isdisjoint({day.day, from_end}):
            return False
    if not rule.weekdays:
        return True
    nth, nth_last = (number - span[0]) // 7 + 1, -((span[-1] - number) // 7 + 1)
    return not rule.weekdays.isdisjoint((which, day.weekday()) for which in (0, nth, nth_last))


def _check(rule: Rule) -> None:
    """Refuse what no calendar program writes, such as the third Friday of a week."""
    is_numbered = any(which for which, _weekday in rule.weekdays)
    if is_numbered and rule.frequency in {"WEEKLY", "DAILY"}:
        raise ValueError("Weekdays of a week have no numbers")
    if rule.month_days and rule.frequency == "WEEKLY":
        raise ValueError("Weeks have no days of the month")


def _parts(text: str) -> Parts:
    pairs = [part.partition("=") for part in text.strip().upper().removesuffix(";").split(";")]
    parts = {name: value for name, _equals, value in pairs}
    if len(parts) < len(pairs) or not _PARTS.issuperset(parts):
        raise ValueError("A part is there twice or isn't known")
    return parts


def _values(parts: Parts, name: str) -> list[str]:
    values = parts[name].split(",") if name in parts else []
    if len(values) > PART_LIMIT:
        raise ValueError("A list is too long")
    return values


def _numbers(parts: Parts, name: str, *, least: int, most: int) -> frozenset[int]:
    return frozenset(_number(value, least, most) for value in _values(parts, name))


def _single(parts: Parts, name: str, *, most: int) -> int | None:
    return _number(parts[name], 1, most) if name in parts else None


def _number(text: str, least: int, most: int) -> int:
    if not _NUMBER.fullmatch(text) or not (least <= int(text) <= most) or not int(text):
        raise ValueError("A number is out of range")
    return int(text)


def _weekday(text: str) -> tuple[int, int]:
    found = _WEEKDAY.fullmatch(text)
    if found is None or (found[1] and not 1 <= abs(int(found[1])) <= 53):
        raise ValueError("No weekday")
    return int(found[1] or 0), WEEKDAYS.index(found[2])
