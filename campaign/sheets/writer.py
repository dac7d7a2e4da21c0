"""Rows to the bytes of a spreadsheet: CSV as they come, XLSX through a file; no cell is ever a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import BinaryIO

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it comes without types
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from campaign.domain.errors import Refused

Cell = str | int | datetime | None
"""A moment is UTC, aware; None is an empty cell."""

DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")
"""What spreadsheets take for the start of a formula (OWASP, "CSV Injection"), full-width forms included."""
ROW_LIMIT = 1_048_576
COLUMN_LIMIT = 16_384
CELL_LIMIT = 32_767
"""What an XLSX holds; the library leaves out what is beyond without a word."""
CHUNK_ROWS = 500
WIDTH = 22


def safe_cell(text: str) -> str:
    """Return the text, a quote before it where a spreadsheet would compute it."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def csv_chunks(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Return the pieces of a CSV file in UTF-8 with its mark, by which Excel knows it.

    Every text is quoted, so that one with a semicolon isn't parted where that is the list separator.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC)
    buffer.write("\ufeff")
    writer.writerow([safe_cell(head) for head in heads])
    for number, row in enumerate(rows, 1):
        writer.writerow([_plain(cell) for cell in row])
        if number % CHUNK_ROWS == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def write_xlsx(file: BinaryIO, heads: Sequence[str], rows: Iterable[Sequence[Cell]], *, is_mirrored: bool) -> None:
    """Write one sheet into a file, row by row; columns run from the right where `is_mirrored`.

    Raises Refused("sheet-too-large") for more rows or columns than an XLSX holds.
    """
    if len(heads) > COLUMN_LIMIT:
        raise Refused("sheet-too-large", limit=COLUMN_LIMIT)
    with Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "default_date_format": "yyyy-mm-dd hh:mm",
            "remove_timezone": True,
        },
    ) as book:
        sheet = book.add_worksheet()
        if is_mirrored:
            sheet.right_to_left()
        sheet.set_column(0, len(heads) - 1, WIDTH)
        sheet.freeze_panes(1, 0)
        _write_row(sheet, 0, heads, book.add_format({"bold": True}))
        for number, row in enumerate(rows, 1):
            _write_row(sheet, number, row)


def _write_row(sheet: Worksheet, number: int, row: Sequence[Cell], look: Format | None = None) -> None:
    if number >= ROW_LIMIT:
        raise Refused("sheet-too-large", limit=ROW_LIMIT)
    for column, cell in enumerate(row):
        if isinstance(cell, str):
            sheet.write_string(number, column, safe_cell(cell)[:CELL_LIMIT], look)
        elif isinstance(cell, datetime):
            sheet.write_datetime(number, column, cell)
        elif cell is not None:
            sheet.write_number(number, column, cell)


def _plain(cell: Cell) -> str | int:
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    return "" if cell is None else safe_cell(cell) if isinstance(cell, str) else cell


def _taken(buffer: io.StringIO) -> bytes:
    """Return what the buffer holds, and empty it."""
    taken = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return taken
