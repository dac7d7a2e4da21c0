"""An accent colour that can be read on light paper and on dark."""

import colorsys
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.web.colours import NIGHT, PAPER, READABLE, contrast, on, readable, style_sheet

COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


def hue(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return colorsys.rgb_to_hls(red, green, blue)[0]


def test_contrast() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#ffffff") == pytest.approx(1)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)  # the lightest grey that AA allows
    assert contrast("#ffffff", "#767676") == contrast("#767676", "#ffffff")


@given(COLOURS)
def test_every_colour_becomes_readable_on_both_papers(colour: str) -> None:
    for ground in (PAPER, NIGHT):
        assert contrast(readable(colour, ground), ground) >= READABLE
    assert contrast(on(colour), colour) >= READABLE


def test_a_readable_colour_stays_as_it_is() -> None:
    assert readable("#1f4e79", PAPER) == "#1f4e79"


def test_an_unreadable_one_keeps_its_hue() -> None:
    assert readable("#ffcc00", PAPER) != "#ffcc00"
    assert hue(readable("#ffcc00", PAPER)) == pytest.approx(hue("#ffcc00"), abs=0.02)


def test_the_style_sheet_sets_both_schemes() -> None:
    sheet = style_sheet("#7a1f2b")
    light, dark = sheet.split("@media (prefers-color-scheme:dark)")
    for part in (light, dark):
        assert re.search(r"--accent:#[0-9a-f]{6};--accent-text:#[0-9a-f]{6};--accent-on:#[0-9a-f]{6}", part)
    assert sheet.count("{") == sheet.count("}")
