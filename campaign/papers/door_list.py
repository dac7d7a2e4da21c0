"""The list for a door without a phone: who may come, with a box to tick for each person of a party."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos
from fpdf.fonts import TTFFont

FONTS = Path(__file__).parents[2] / "static" / "fonts" / "paper"
FONT = "noto-sans"
"""The font of everything that it has letters for; the others, each of a script or some, are loaded where needed."""
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


def legible(words: str) -> str:
    """Return the words with three dots for letters that none of our fonts has; the code says who it is."""
    known = (letter if any(ord(letter) in letters for letters in _alphabets().values()) else "\0" for letter in words)
    return re.sub("\0(?:[\0 ]*\0)?", "…", "".join(known))


@cache
def _alphabets() -> dict[str, frozenset[int]]:
    """Return which letters each font has, the main one first."""
    pdf = FPDF()
    for name in sorted((path.stem for path in FONTS.glob("*.ttf")), key=lambda name: (name != FONT, name)):
        pdf.add_font(name, fname=FONTS / f"{name}.ttf")
    return {name: frozenset(font.cmap) for name, font in pdf.fonts.items() if isinstance(font, TTFFont)}


def _fonts_for(letters: set[int]) -> list[str]:
    """Return the names of as few fonts as have the letters, the main one first."""
    needed, missing = [], letters
    for name, known in _alphabets().items():
        if name == FONT or missing & known:
            needed.append(name)
            missing = missing - known
    return needed


def _letters_of(sheet: DoorList) -> set[int]:
    said = chain((sheet.title, sheet.note, *sheet.lines, *sheet.headings), (row.name for row in sheet.rows))
    return set(map(ord, chain.from_iterable(said)))


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
        fonts = _fonts_for(_letters_of(sheet))
        for name in fonts:
            self.pdf.add_font(name, fname=FONTS / f"{name}.ttf")
        self.pdf.set_font(FONT, size=SIZE)
        self.pdf.set_fallback_fonts(fonts[1:])
        self.pdf.set_text_shaping(True)

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
        """Write into a box on one line, in letters as large as wanted or as small as the words need."""
        words = legible(words)
        self.pdf.set_font_size(size)
        needed = self.pdf.get_string_width(words) + 2 * self.pdf.c_margin
        if needed > width:
            self.pdf.set_font_size(size * width / needed)
        self.pdf.set_xy(x, y)
        # A blank of the main font: fpdf2 forgets one that it set together with another (py-pdf/fpdf2#1772).
        self.pdf.cell(0.1, height, " ", new_x=XPos.LEFT, new_y=YPos.TOP)
        self.pdf.cell(width, height, words, align=self._start)

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
