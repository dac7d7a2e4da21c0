"""The Persian (Solar Hijri) calendar, whose year begins on the day of the spring equinox in Iran.

The day is the one whose noon on the meridian 52.5° E follows the equinox. From 1206 to 1498 AP
(to 2119) the rule below gives exactly the leap years published by the Calendar Center of the University
of Tehran. Beyond, it follows the computed equinox: in 2124 that comes minutes before the sun stands
highest, which makes 1503 the leap year instead of 1502, as ICU has it too. Before 1925, when Iran
adopted it, the calendar is extended backwards.

30 Esfand, the leap day, is kept on 29 Esfand in common years.
"""

from datetime import date

LONGEST_MONTHS = (31, 31, 31, 31, 31, 31, 30, 30, 30, 30, 30, 30)

# The ordinal that the rule, extended backwards, gives to 1 Farvardin of year 1.
FIRST_DAY = 226895
EARLY_NEW_YEAR = 1503


def years_touching(gregorian_year: int) -> range:
    """Return the Persian years that share a day with the Gregorian year: the new year falls in March."""
    return range(gregorian_year - 622, gregorian_year - 620)


def day_of(year: int, month: int, day: int) -> date:
    """Return the Gregorian day of a Persian date."""
    in_year = 30 * (month - 1) + min(month - 1, 6) + day - 1
    return date.fromordinal(min(new_year(year) + in_year, new_year(year + 1) - 1))


def new_year(year: int) -> int:
    """Return the ordinal of 1 Farvardin (Nowruz): 8 leap years in 33, with the one deviation until 2200."""
    leap_days = (8 * year + 21) // 33
    return FIRST_DAY + 365 * (year - 1) + leap_days - (year == EARLY_NEW_YEAR)
