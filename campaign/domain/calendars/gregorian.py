"""Days of the civil calendar that are told by their month."""

from calendar import monthrange
from datetime import date

LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def last_day(year: int, month: int) -> date:
    """Return the last day of the month."""
    return date(year, month, monthrange(year, month)[1])


def nth_weekday(year: int, month: int, nth: int, weekday: int) -> list[date]:
    """Return the nth such weekday (Monday is 0) of the month, the last for -1; nothing if there is no nth."""
    first_weekday, length = monthrange(year, month)
    days = range(1 + (weekday - first_weekday) % 7, length + 1, 7)
    return [date(year, month, day) for day in (days[-1:] if nth == -1 else days[nth - 1 : nth])]
