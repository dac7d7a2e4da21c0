"""The Hebrew calendar by its fixed rules: mean new moons and four postponements of the new year.

Months are numbered from Nisan (1) to Adar (12); the year begins with Tishri (7). A Hebrew day
begins on the evening before the Gregorian day given here.

- Adar: in a leap year month 12 is Adar II, where Purim is kept. Converters number Adar II 13, so 13 is
  accepted and means the same, in every year. Adar I carries no anniversaries.
- 30 Heshvan and 30 Kislev fall on the first of the next month in years in which the month has 29 days.
"""

from datetime import date

LONGEST_MONTHS = (30, 29, 30, 29, 30, 29, 30, 30, 30, 29, 30, 29, 29)

TISHRI, ADAR = 7, 12
MONDAY, TUESDAY, WEDNESDAY, FRIDAY, SUNDAY = 0, 1, 2, 4, 6

# Time is counted in parts of an hour (1080), days from the evening before Monday, 7 October 3761 BCE
# (Julian): the day of the first mean new moon, at 5 hours 204 parts.
HOUR = 1080
DAY = 24 * HOUR
MONTH = 29 * DAY + 12 * HOUR + 793
FIRST_NEW_MOON = 5 * HOUR + 204
EPOCH = -1373427


def years_touching(gregorian_year: int) -> range:
    """Return the Hebrew years that share a day with the Gregorian year: the new year falls in autumn."""
    return range(gregorian_year + 3760, gregorian_year + 3762)


def day_of(year: int, month: int, day: int) -> date:
    """Return the Gregorian day of a Hebrew date."""
    months_since_tishri = (min(month, ADAR) - TISHRI) % 12
    if is_leap(year) and months_since_tishri >= ADAR - TISHRI:
        months_since_tishri += 1
    return date.fromordinal(new_year(year) + sum(month_lengths(year)[:months_since_tishri]) + day - 1)


def is_leap(year: int) -> bool:
    """Return whether the Hebrew year has an Adar I: 7 years in 19."""
    return (7 * year + 1) % 19 < 7


def month_lengths(year: int) -> list[int]:
    """Return the days of each month of the Hebrew year, in its order from Tishri."""
    length = new_year(year + 1) - new_year(year)
    heshvan = 30 if length % 10 == 5 else 29
    kislev = 29 if length % 10 == 3 else 30
    adar = [30, 29] if is_leap(year) else [29]
    return [30, heshvan, kislev, 29, 30, *adar, 30, 29, 30, 29, 30, 29]


def new_year(year: int) -> int:
    """Return the ordinal of 1 Tishri (Maimonides, Sanctification of the New Moon, ch. 6-8)."""
    months = (235 * year - 234) // 19
    day, part = divmod(FIRST_NEW_MOON + months * MONTH, DAY)
    weekday = day % 7
    too_late = (
        part >= 18 * HOUR
        or (weekday == TUESDAY and part >= 9 * HOUR + 204 and not is_leap(year))
        or (weekday == MONDAY and part >= 15 * HOUR + 589 and is_leap(year - 1))
    )
    day += too_late
    if day % 7 in (SUNDAY, WEDNESDAY, FRIDAY):
        day += 1
    return EPOCH + day
