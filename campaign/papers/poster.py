"""A poster for an event: what, when and where, and a code that opens its page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from fpdf import FPDF
from fpdf.enums import Align

from campaign.papers import letters

WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 20.0
"""Of the sheet (A4), in millimetres, as every length here."""
CODE = 64.0
"""The side of the code to scan."""
TITLE_LINES, TITLE_LIMIT = 4, 40.0
"""How many lines the event's name may take, and how large its letters are at most, in points."""
POINT = 25.4 / 72


@dataclass(frozen=True)
class Poster:
    """What the poster says, in one language."""

    over: str
    """The campaign, and which year."""
    title: str
    lines: tuple[str, ...]
    """Day, hours and place."""
    invitation: str
    """What stands above the code."""
    address: str
    """What the code says, in letters."""
    code: tuple[tuple[bool, ...], ...]
    """The code's rows of dark and light squares, without a border."""
    colour: tuple[int, int, int]
    language: str
    made_at: datetime


def draw(poster: Poster) -> bytes:
    """Return the poster as a PDF of one page, every alphabet shaped by HarfBuzz."""
    pdf = FPDF(format="A4")
    pdf.set_creation_date(poster.made_at)
    pdf.set_lang(poster.language)
    pdf.set_title(letters.legible(poster.title))
    pdf.set_auto_page_break(False)
    letters.load(pdf, (poster.over, poster.title, *poster.lines, poster.invitation, poster.address))
    pdf.add_page()
    pdf.set_fill_color(*poster.colour)
    pdf.rect(0, 0, WIDTH, 6, style="F")
    _line(pdf, poster.over, 30, 18, 12)
    bottom = _title(pdf, poster.title, top=52)
    for number, words in enumerate(poster.lines):
        _line(pdf, words, bottom + 8 + 12 * number, 20, 10)
    _foot(pdf, poster)
    return bytes(pdf.output())


def _line(pdf: FPDF, words: str, y: float, size: float, height: float) -> None:
    box = {"x": MARGIN, "y": y, "width": WIDTH - 2 * MARGIN, "height": height}
    letters.write(pdf, words, size=size, align=Align.C, **box)


def _title(pdf: FPDF, words: str, *, top: float) -> float:
    """Write the name on as many lines as it needs, in letters as large as those allow; return where it ends."""
    words = letters.legible(words)
    size = TITLE_LIMIT
    while len(lines := list(_broken(pdf, words, size))) > TITLE_LINES and size > 16:
        size -= 2
    height = size * POINT * 1.3
    for number, line in enumerate(lines):
        _line(pdf, line, top + number * height, size, height)
    return top + len(lines) * height


def _broken(pdf: FPDF, words: str, size: float) -> Iterator[str]:
    """Yield the lines into which the words fall; one word alone may be wider, and is written smaller then."""
    pdf.set_font_size(size)
    line = ""
    for word in words.split():
        longer = f"{line} {word}".strip()
        if line and pdf.get_string_width(longer) > WIDTH - 2 * MARGIN - 4:
            yield line
            longer = word
        line = longer
    yield line


def _foot(pdf: FPDF, poster: Poster) -> None:
    top = HEIGHT - MARGIN - CODE - 22
    _line(pdf, poster.invitation, top - 14, 16, 10)
    side = CODE / len(poster.code)
    left = (WIDTH - CODE) / 2
    pdf.set_fill_color(0)
    for y, row in enumerate(poster.code):
        for start, length in _runs(row):
            pdf.rect(left + start * side, top + y * side, length * side, side, style="F")
    _line(pdf, poster.address, top + CODE + 5, 11, 8)


def _runs(row: tuple[bool, ...]) -> Iterator[tuple[int, int]]:
    """Yield where dark squares begin and how many follow each other: one rectangle without seams."""
    start = None
    for x, is_dark in enumerate((*row, False)):
        if is_dark and start is None:
            start = x
        elif not is_dark and start is not None:
            yield start, x - start
            start = None
