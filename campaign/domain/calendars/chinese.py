"""The Chinese lunisolar calendar, from the year that began in 1899 to the one that begins in 2200.

A month begins on the day of the new moon in China (UTC+8; before 1929 Beijing's mean time), the winter
solstice falls in month 11, and when 13 months lie between two solstices the first without a principal solar
term is a leap month (GB/T 33661-2017). A date counts in the regular month only, never in the leap month of
the same number; the 30th of a month that has 29 days is kept on its last day, so that month 12, day 30
is always New Year's Eve.
"""

from datetime import date

LONGEST_MONTHS = (30,) * 12

FIRST_YEAR = 1899
FIRST_DAY = date(1899, 2, 10).toordinal()

# The tables were computed from new moons and solar terms of the ephemeris library ephem 4.2 and compared
# with lunar_python 1.4 (another theory of sun and moon): they differ in two months. 24 April 1906 is what
# China's almanac had. The new moon of September 2057 falls within a minute of midnight; 29 September is what
# JPL's ephemeris gives, the Hong Kong Observatory's table has the 28th. Also within a minute and so not
# beyond doubt: the month of 7 August 2097.

# One hexadecimal digit a year, from 1899: the number of the month that a leap month follows; 0 for none.
LEAP_MONTHS = (
    "0800500400206005002070050040020600500307006004002070050030800600400307005004080060040a0060050030"
    "80050040020700500409006004002060050030b006005002070050030800600400307005004080060040030700500408"
    "0060040020700500409006004003070050040b006005002070050040b006005003070060040a00600500307006004002"
    "06005003070060"
)

# One bit a month, leap months too, from 10 February 1899: 1 for 30 days, 0 for 29; the last bit is fill.
LONG_MONTHS_IN_HEXADECIMAL = (
    "ab54b6a5752ba93749b655aaaad535a95d4aea4dd26e92ea96d535aa5b52b6937497a4bb25b52b6a56d4ada55d25e92e"
    "c96d4aea56d4ad695b49ba4bb25b92ba95b4ab5556aaad92ec96e4aea56d2ad956aaab54daa5b52ba95d4aba55aaab55"
    "56a96d4aea57526e936caad555aa5b52ba95b49ba4dd25d52daa5b54b6a56d26e92f49764b6a56d4ada55b4aba4bd25d"
    "92da95d4ad655acab6936c9764b6a5752b6956aaad555b25d92dc95d4ada55aaab5556a9754b6a5752ba9374ab5556aa"
    "6d52da95d49da4dd26d535aa6b54b6a5752b6937497a4baa5b54b5a56d4ada4dd25e92ea96d4ada55b4ab6937497a4bb"
    "25b52ba95acaad955d25d92ec96d4aea56d2ad555aa9b54baa5b52ba95b4ab5556aaad52ea96d4aea4ed26e536aaad54"
    "daa5b52ba93b45ba4daa5b54d6a56d4aea4ed16e8aec9754b6a56b4aba95b49ba4bd25d52da95b4ab5956d26e92ec975"
    "4b6a56d2b5555aaab54bb25d52da95d4ad955aaab5536a9754b6a3752b6556aaad555aa5d52da95d45da2dca6d54d6a5"
    "b54b6a5751768b745b54b6a56d4ada55d45da2dd15d4ada96b4ad6956cab68b745752ba95b4ab5556aaad92dd15d8aea"
    "56d2ad955aaab5536a5752ba95b4aba55aaab5556aa6d4aea55d26e92eca6d555aa5b4"
)
LONG_MONTHS = int(LONG_MONTHS_IN_HEXADECIMAL, 16)
BITS = 4 * len(LONG_MONTHS_IN_HEXADECIMAL)


def years_touching(gregorian_year: int) -> range:
    """Return the Chinese years, named by the Gregorian year they begin in, that share a day with the year."""
    return range(gregorian_year - 1, gregorian_year + 1)


def day_of(year: int, month: int, day: int) -> date:
    """Return the Gregorian day of a date in the Chinese year that begins in the Gregorian `year`."""
    index = month_index(year, month)
    return date.fromordinal(min(month_start(index) + day, month_start(index + 1)) - 1)


def month_index(year: int, month: int) -> int:
    """Return how many months of the table, leap months included, come before a regular month."""
    years = year - FIRST_YEAR
    leap_months_before = years - LEAP_MONTHS.count("0", 0, years)
    return 12 * years + leap_months_before + month - 1 + (0 < int(LEAP_MONTHS[years], 16) < month)


def month_start(index: int) -> int:
    """Return the ordinal of the first day of the month with this index."""
    long_months_before = (LONG_MONTHS >> (BITS - index)).bit_count()
    return FIRST_DAY + 29 * index + long_months_before
