"""Calendars beside the Gregorian one: on which days of a Gregorian year does one of their dates fall?"""

from datetime import date
from typing import Protocol


class Calendar(Protocol):
    """What each lunar or solar calendar module here offers."""

    @property
    def LONGEST_MONTHS(self) -> tuple[int, ...]:
        """The most days each month can have, from month 1."""

    def years_touching(self, gregorian_year: int) -> range:
        """Return the calendar's years that may share a day with the Gregorian year."""

    def day_of(self, year: int, month: int, day: int) -> date:
        """Return the Gregorian day of a date of this calendar; a day its month lacks that year is moved."""


def days_in(calendar: Calendar, gregorian_year: int, month: int, day: int) -> list[date]:
    """Return the days of the Gregorian year, in order, on which month and day of the calendar fall.

    Usually one; a lunar date may fall twice, and any date near 1 January not at all.
    """
    found = (calendar.day_of(year, month, day) for year in calendar.years_touching(gregorian_year))
    return [each for each in found if each.year == gregorian_year]
