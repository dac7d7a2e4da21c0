"""Reading a spreadsheet that somebody sends: CSV or XLSX bytes to a table of clean lines, nothing trusted."""

from collections.abc import Callable, Iterable, Iterator

from campaign.domain.columns import Row, Table, distinct
from campaign.domain.errors import Refused
from campaign.domain.text import cut, tidy_line, tidy_text
from campaign.sheets import delimited, workbook

BYTE_LIMIT = 5_000_000
ROW_LIMIT = 20_000
COLUMN_LIMIT = 200
CELL_LIMIT = 10_000
"""Characters of one cell that are read; the rest is cut and said."""
NAME_LIMIT = 80
"""Characters of a column's name."""

ZIP_START = b"PK\x03\x04"
OLD_WORKBOOK_START = b"\xd0\xcf\x11\xe0"


def read(content: bytes) -> Table:
    """Return the header and the rows of a CSV or XLSX file, told apart by what is in it, not by its name.

    Empty rows are left out. Raises Refused("file-too-large", limit=…), ("file-not-readable"),
    ("file-empty"), ("file-is-old-workbook"), ("too-many-columns", limit=…) and what `delimited.lines` and
    `workbook.lines` raise.
    """
    if len(content) > BYTE_LIMIT:
        raise Refused("file-too-large", limit=ROW_LIMIT)
    rows = _filled(_lines_of(content)(content))
    header = next(rows, None)
    if header is None:
        raise Refused("file-empty")
    names = [cut(tidy_line(cell), limit=NAME_LIMIT) for cell in header.cells]
    return Table(distinct(names), _limited(rows))


def _lines_of(content: bytes) -> Callable[[bytes], Iterable[tuple[int, list[str]]]]:
    """Return what reads this kind of file."""
    if content.startswith(OLD_WORKBOOK_START):
        raise Refused("file-is-old-workbook")
    return workbook.lines if content.startswith(ZIP_START) else delimited.lines


def _filled(lines: Iterable[tuple[int, list[str]]]) -> Iterator[Row]:
    """Yield the lines that hold anything, their cells cleaned."""
    for line, cells in lines:
        while cells and not cells[-1].strip():
            cells.pop()
        if len(cells) > COLUMN_LIMIT:
            raise Refused("too-many-columns", limit=COLUMN_LIMIT, line=line)
        if cells:
            is_cut = any(len(cell) > CELL_LIMIT for cell in cells)
            yield Row(line, tuple(cell and cut(tidy_text(cell), limit=CELL_LIMIT) for cell in cells), is_cut)


def _limited(rows: Iterable[Row]) -> tuple[Row, ...]:
    found: list[Row] = []
    for row in rows:
        if len(found) == ROW_LIMIT:
            raise Refused("file-too-large", limit=ROW_LIMIT)
        found.append(row)
    return tuple(found)
