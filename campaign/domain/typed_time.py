"""Days and hours as people type them into spreadsheets."""

import re
from datetime import date, time
from typing import NamedTuple

from campaign.domain.errors import Refused
from campaign.domain.text import fold

_ALL_DAY = frozenset(
    fold(words)
    for words in (
        "all day, all-day, whole day, ganztägig, toute la journée, todo el día, tüm gün, bütün gün, весь день"
        ", طوال اليوم"
    ).split(", ")
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ISO_DAY = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_DOTTED_DAY = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})", re.ASCII)
_SLASHED_DAY = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})", re.ASCII)
_WORDED_DAY = re.compile(r"(?:[a-z]+,? )?(\d{1,2})(?:st|nd|rd|th|\.)? ([a-z]{3,9})\.?,? (\d{4})", re.ASCII)
_WORDED_MONTH = re.compile(r"(?:[a-z]+,? )?([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d\d)|h)?(?::\d\d(?:\.0+)?)? ?(?:([ap])\.?m\.?|uhr|h)?", re.ASCII)
_CLOCK_AT_END = re.compile(
    r"(?:[t,]| at)? ?(\d{1,2}(?::\d\d){1,2}(?:\.0+)?(?: ?[ap]\.?m\.?)?| \d{1,2} ?[ap]\.?m\.?)$", re.ASCII
)
_MOMENT = re.compile(r"(.*\d) ?(?:z|utc)", re.ASCII)
_RANGE = re.compile(r"\s*(?:[-–—]|\bto\b|\bbis\b|\buntil\b)\s*")


class When(NamedTuple):
    """What one cell says of day and hour; None for what it doesn't say."""

    day: date | None = None
    clock: time | None = None
    is_utc: bool = False
    """Whether day and clock are those of UTC, wherever the event is."""


def when(cell: str) -> When:
    """Return day and hour of a cell; raises Refused("day-not-understood"), ("day-ambiguous") or a bad clock's."""
    text = " ".join(fold(cell).split())
    if not text:
        return When()
    if _CLOCK.fullmatch(text):
        return When(clock=_clock(text))
    moment = _MOMENT.fullmatch(text)
    found = _CLOCK_AT_END.search(moment[1] if moment else text)
    if found and found.start() > 0:
        return When(_day(text[: found.start()].rstrip(" ,")), _clock(found[1].strip()), is_utc=bool(moment))
    return When(day=_day(text))


def is_all_day(cell: str) -> bool:
    """Return whether a cell of starts says that there is no hour: the whole day is meant."""
    return fold(cell) in _ALL_DAY


def hours(cell: str) -> tuple[When, When]:
    """Return what a cell of starts says, and of ends where it is a range such as "18:00–20:00"."""
    try:
        return when(cell), When()
    except Refused:
        parts = _RANGE.split(" ".join(fold(cell).split()))
        if len(parts) != 2:
            raise
        return when(parts[0]), when(parts[1])


def _day(text: str) -> date:
    """Return the day that a folded text names."""
    year, month, day = _year_month_day(text)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Refused("day-not-understood", text=text[:40]) from error


def _year_month_day(text: str) -> tuple[int, int, int]:
    if found := _ISO_DAY.fullmatch(text):
        return int(found[1]), int(found[3]), int(found[4])
    if found := _DOTTED_DAY.fullmatch(text):
        return int(found[3]), int(found[2]), int(found[1])
    if found := _SLASHED_DAY.fullmatch(text):
        return int(found[4]), *_month_and_day(int(found[1]), int(found[3]), text)
    if found := _WORDED_DAY.fullmatch(text):
        return int(found[3]), _month(found[2], text), int(found[1])
    if found := _WORDED_MONTH.fullmatch(text):
        return int(found[3]), _month(found[1], text), int(found[2])
    raise Refused("day-not-understood", text=text[:40])


def _month_and_day(first: int, second: int, text: str) -> tuple[int, int]:
    """Return month and day of 13/2 and of 2/13; 3/2 may be either, and nobody should guess."""
    if first == second or second > 12:
        return first, second
    if first > 12:
        return second, first
    raise Refused("day-ambiguous", text=text[:40])


def _month(word: str, text: str) -> int:
    if word[:3] not in _MONTHS:
        raise Refused("day-not-understood", text=text[:40])
    return _MONTHS.index(word[:3]) + 1


def _clock(text: str) -> time:
    """Return a time of day; "6:30 pm", "18h30" and "18.30" are 18:30."""
    found = _CLOCK.fullmatch(text)
    if found is None or (found[2] is None and not re.search("[a-z]", text)):
        raise Refused("clock-not-understood", text=text[:40])
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half and 1 <= hour <= 12:
        hour = hour % 12 + 12 * (half == "p")
    try:
        return time(hour, minute)
    except ValueError as error:
        raise Refused("clock-not-understood", text=text[:40]) from error
