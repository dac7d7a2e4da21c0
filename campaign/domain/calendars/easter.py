"""Easter Sunday, Western and Orthodox (after J. Meeus, Astronomical Algorithms, chapter 8)."""

from datetime import date, timedelta


def western(year: int) -> date:
    """Return Easter Sunday of the Western churches: the Gregorian computus."""
    golden = year % 19
    century, in_century = divmod(year, 100)
    leap_centuries, leap_rest = divmod(century, 4)
    moon_drift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - moon_drift + 15) % 30
    to_sunday = (32 + 2 * leap_rest + 2 * (in_century // 4) - epact - in_century % 4) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def orthodox(year: int) -> date:
    """Return Easter Sunday of the Orthodox churches as a Gregorian day: the Julian computus.

    The Julian calendar is 13 days behind until 28 February 2100 and 14 days from then on.
    """
    epact = (19 * (year % 19) + 15) % 30
    to_sunday = (2 * (year % 4) + 4 * (year % 7) - epact + 34) % 7
    month, day = divmod(epact + to_sunday + 114, 31)
    return date(year, month, day + 1) + timedelta(days=year // 100 - year // 400 - 2)
