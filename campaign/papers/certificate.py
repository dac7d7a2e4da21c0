"""A sheet of thanks for whoever carried out an event, to hang on a wall."""

from dataclasses import dataclass
from datetime import datetime

from fpdf import FPDF
from fpdf.enums import Align

from campaign.papers import letters

WIDTH, HEIGHT, MARGIN = 297.0, 210.0, 22.0
"""Of the sheet (A4, lying), in millimetres, as every length here."""
FRAME = 10.0
"""From the edge to the line around."""


@dataclass(frozen=True)
class Certificate:
    """What the sheet says, in its reader's language; the name as its bearer writes it."""

    title: str
    over: str
    """Of which campaign and year."""
    thanks: str
    name: str
    deed: str
    event: str
    facts: tuple[str, ...]
    """Where and when."""
    foot: str
    is_right_to_left: bool
    language: str
    made_at: datetime


def draw(sheet: Certificate) -> bytes:
    """Return the sheet as a PDF, every alphabet shaped by HarfBuzz."""
    return bytes(_paper(sheet).output())


def _paper(sheet: Certificate) -> FPDF:
    pdf = FPDF(format="A4", orientation="landscape")
    pdf.set_creation_date(sheet.made_at)
    pdf.set_lang(sheet.language)
    pdf.set_title(f"{sheet.title} – {letters.legible(sheet.name)}")
    pdf.set_auto_page_break(False)
    lines = _lines(sheet)
    letters.load(pdf, (words for words, _size, _space in lines))
    pdf.add_page()
    pdf.set_draw_color(130)
    pdf.rect(FRAME, FRAME, WIDTH - 2 * FRAME, HEIGHT - 2 * FRAME)
    top = (HEIGHT - sum(space for _words, _size, space in lines)) / 2
    for words, size, space in lines:
        box = {"x": MARGIN, "y": top, "width": WIDTH - 2 * MARGIN, "height": space}
        letters.write(pdf, words, size=size, align=Align.C, **box)
        top += space
    return pdf


def _lines(sheet: Certificate) -> list[tuple[str, float, float]]:
    """Return the lines from above: words, size of the letters in points, height; a line of nothing is left out."""
    lines = [
        (sheet.over, 14.0, 12.0),
        (sheet.title, 34.0, 24.0),
        (sheet.thanks, 14.0, 14.0),
        (sheet.name, 30.0, 20.0),
        (sheet.deed, 14.0, 14.0),
        (sheet.event, 20.0, 14.0),
        *((fact, 13.0, 8.0) for fact in sheet.facts),
        (sheet.foot, 13.0, 8.0),
    ]
    return [line for line in lines if line[0]]
