"""A file of events to a table, whatever kind it is: a spreadsheet or a calendar."""

from campaign.calendar import reader as calendar
from campaign.calendar.content_lines import is_calendar
from campaign.domain.columns import Table
from campaign.sheets import reader as sheets

BYTE_LIMIT = max(sheets.BYTE_LIMIT, calendar.BYTE_LIMIT)


def read(content: bytes, *, year: int) -> Table:
    """Return the rows of a CSV, XLSX or iCalendar file, told apart by what is in it, not by its name.

    Of what recurs in a calendar, the times in `year` are taken. Raises Refused as either reader does.
    """
    return calendar.read(content, year=year) if is_calendar(content) else sheets.read(content)
