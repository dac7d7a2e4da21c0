"""The letters of all our papers: every alphabet that names are written in, from as few fonts as those need."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos
from fpdf.fonts import TTFFont

FONTS = Path(__file__).parents[2] / "static" / "fonts" / "paper"
FONT = "noto-sans"
"""The font of everything that it has letters for; the others, each of a script or some, are loaded where needed."""


def legible(words: str) -> str:
    """Return the words with three dots for letters that none of our fonts has."""
    known = (letter if any(ord(letter) in letters for letters in _alphabets().values()) else "\0" for letter in words)
    return re.sub("\0(?:[\0 ]*\0)?", "…", "".join(known))


def fonts_for(letters: set[int]) -> list[str]:
    """Return the names of as few fonts as have the letters, the main one first."""
    needed, missing = [], letters
    for name, known in _alphabets().items():
        if name == FONT or missing & known:
            needed.append(name)
            missing = missing - known
    return needed


def load(pdf: FPDF, said: Iterable[str]) -> None:
    """Give a document the fonts for what is said in it, shaped by HarfBuzz."""
    fonts = fonts_for({ord(letter) for words in said for letter in words})
    for name in fonts:
        pdf.add_font(name, fname=FONTS / f"{name}.ttf")
    pdf.set_font(FONT)
    pdf.set_fallback_fonts(fonts[1:])
    pdf.set_text_shaping(True)


def write(pdf: FPDF, words: str, *, size: float, x: float, y: float, width: float, height: float, align: Align) -> None:
    """Write into a box on one line, in letters as large as wanted or as small as the words need."""
    words = legible(words)
    pdf.set_font_size(size)
    needed = pdf.get_string_width(words) + 2 * pdf.c_margin
    if needed > width:
        pdf.set_font_size(size * width / needed)
    pdf.set_xy(x, y)
    # A blank of the main font: fpdf2 forgets one that it set together with another (py-pdf/fpdf2#1772).
    pdf.cell(0.1, height, " ", new_x=XPos.LEFT, new_y=YPos.TOP)
    pdf.cell(width, height, words, align=align)


@cache
def _alphabets() -> dict[str, frozenset[int]]:
    """Return which letters each font has, the main one first."""
    pdf = FPDF()
    for name in sorted((path.stem for path in FONTS.glob("*.ttf")), key=lambda name: (name != FONT, name)):
        pdf.add_font(name, fname=FONTS / f"{name}.ttf")
    return {name: frozenset(font.cmap) for name, font in pdf.fonts.items() if isinstance(font, TTFFont)}
