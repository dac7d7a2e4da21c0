"""The list for a door without a phone: who may come, with a box to tick for each person of a party."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from fpdf import FPDF
from fpdf.enums import Align

from campaign.papers import letters

MARGIN, WIDTH, HEIGHT = 15, 180, 297
"""Of the page (A4), in millimetres, as every length here; the width without its margins."""
ROW, BOX, FIRST_TOP, TOP, BOTTOM = 7.5, 4.0, 42, 24, 20
COLUMNS = (86, 28, 14, 52)
"""Name, code, how many, boxes."""
NUMBER = 18
"""What the number of the page leaves free."""
SIZE, SMALL, LARGE = 11.0, 9.0, 17.0
"""Of letters, in points."""


@dataclass(frozen=True)
class Row:
    name: str
    code: str
    party: int


@dataclass(frozen=True)
class DoorList:
    """What the list says, in its reader's language; rows come sorted."""

    title: str
    lines: tuple[str, str]
    """What stands below the title: the day, and how many are expected."""
    headings: tuple[str, str, str, str]
    rows: Sequence[Row]
    note: str
    """At the foot of each page: what becomes of the paper."""
    is_right_to_left: bool
    language: str
    made_at: datetime


def draw(sheet: DoorList) -> bytes:
    """Return the list as a PDF: every alphabet shaped by HarfBuzz, right to left where it is read so."""
    paper = _Paper(sheet)
    pages = list(_pages(sheet.rows))
    for number, rows in enumerate(pages, 1):
        paper.start_page(number, len(pages))
        for row in rows:
            paper.add_row(row)
    return bytes(paper.pdf.output())


def _said(sheet: DoorList) -> Iterator[str]:
    return chain((sheet.title, sheet.note, *sheet.lines, *sheet.headings), (row.name for row in sheet.rows))


def _pages(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Yield the rows of each page; an empty list is one page, too."""
    first, others = (int((HEIGHT - BOTTOM - top - ROW) // ROW) for top in (FIRST_TOP, TOP))
    yield rows[:first]
    for start in range(first, len(rows), others):
        yield rows[start : start + others]


class _Paper:
    """A document with our letters, and where its columns stand."""

    def __init__(self, sheet: DoorList) -> None:
        self.sheet = sheet
        self.pdf = FPDF(format="A4")
        self.pdf.set_creation_date(sheet.made_at)
        self.pdf.set_lang(sheet.language)
        self.pdf.set_title(sheet.title)
        self.pdf.set_margin(MARGIN)
        self.pdf.set_auto_page_break(False)
        letters.load(self.pdf, _said(sheet))

    def start_page(self, number: int, count: int) -> None:
        """Begin a page with what stands on it besides its rows."""
        self.pdf.add_page()
        top = FIRST_TOP if number == 1 else TOP
        if number == 1:
            self._line(MARGIN, self.sheet.title, LARGE, 10)
            self._line(MARGIN + 12, self.sheet.lines[0], SIZE, 6)
            self._line(MARGIN + 19, self.sheet.lines[1], SIZE, 6)
        else:
            self._line(MARGIN, self.sheet.title, SMALL, 6)
        self.pdf.set_y(top)
        for column, heading in enumerate(self.sheet.headings):
            self._cell(column, heading, size=SMALL)
        self._rule()
        self._foot(number, count)
        self.pdf.set_y(top + ROW)

    def add_row(self, row: Row) -> None:
        """Write one line of the list, and draw its boxes."""
        for column, words in enumerate((row.name, row.code, str(row.party))):
            self._cell(column, words, size=SIZE)
        x, width = self._column(3)
        for number in range(row.party):
            step = number * (BOX + 1)
            left = x + width - BOX - step if self.sheet.is_right_to_left else x + step
            self.pdf.rect(left, self.pdf.get_y() + (ROW - BOX) / 2, BOX, BOX)
        self._rule()
        self.pdf.set_y(self.pdf.get_y() + ROW)

    def _column(self, column: int) -> tuple[float, float]:
        """Return where a column begins, seen from the left, and how wide it is."""
        before, width = sum(COLUMNS[:column]), COLUMNS[column]
        return (MARGIN + WIDTH - before - width if self.sheet.is_right_to_left else MARGIN + before), width

    def _cell(self, column: int, words: str, *, size: float) -> None:
        x, width = self._column(column)
        y = self.pdf.get_y()
        self._write(words, size, x, y, width, ROW)
        self.pdf.set_y(y)

    def _line(self, y: float, words: str, size: float, height: float) -> None:
        self._write(words, size, MARGIN, y, WIDTH, height)

    def _write(self, words: str, size: float, x: float, y: float, width: float, height: float) -> None:
        box = {"x": x, "y": y, "width": width, "height": height}
        letters.write(self.pdf, words, size=size, align=self._start, **box)

    def _rule(self) -> None:
        y = self.pdf.get_y() + ROW
        self.pdf.set_draw_color(190)
        self.pdf.line(MARGIN, y, MARGIN + WIDTH, y)
        self.pdf.set_draw_color(0)

    def _foot(self, number: int, count: int) -> None:
        left = MARGIN + NUMBER if self.sheet.is_right_to_left else MARGIN
        self._write(self.sheet.note, SMALL, left, HEIGHT - MARGIN, WIDTH - NUMBER, 5)
        self.pdf.set_font_size(SMALL)
        self.pdf.set_xy(MARGIN, HEIGHT - MARGIN)
        self.pdf.cell(WIDTH, 5, f"{number} / {count}", align=self._end)

    @property
    def _start(self) -> Align:
        return Align.R if self.sheet.is_right_to_left else Align.L

    @property
    def _end(self) -> Align:
        return Align.L if self.sheet.is_right_to_left else Align.R
