"""The sheet of thanks: one page, whatever alphabet its bearer's name is written in."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from campaign.papers import certificate, letters
from campaign.papers.certificate import Certificate, draw
from tests.papers.test_door_list import SCRIPTS

SHEET = Certificate(
    title="Certificate",
    over="Justice for Khojaly 2027",
    thanks="With thanks to",
    name="Rena Əliyeva",
    deed="who carried out the event",
    event="Evening in Berlin",
    facts=("Berlin, Germany", "Friday, 26 February 2027"),
    foot="35th anniversary",
    is_right_to_left=False,
    language="en",
    made_at=datetime(2027, 3, 1, tzinfo=UTC),
)
ARABIC = replace(
    SHEET,
    title="شهادة",
    thanks="شكرا إلى",
    name="محمد عبد الرحمن",
    deed="الذي نظم الفعالية",
    is_right_to_left=True,
    language="ar",
)


@pytest.mark.parametrize("sheet", [SHEET, ARABIC], ids=["en", "ar"])
def test_draw(sheet: Certificate) -> None:
    pdf = draw(sheet)
    assert pdf.startswith(b"%PDF-")
    assert pdf.count(b"/Type /Page\n") == 1
    assert draw(sheet) == pdf


def test_an_arabic_name_is_joined_and_runs_from_the_right() -> None:
    pdf = certificate._paper(ARABIC)
    apart = sum(pdf.get_string_width(letter) for letter in "محمد")
    assert abs(pdf.get_string_width("محمد") - apart) > 0.5
    assert letters.legible(ARABIC.name) == ARABIC.name


@pytest.mark.parametrize("script", ["Devanagari", "Hangul", "Thai"])
def test_names_of_other_scripts(script: str) -> None:
    assert draw(replace(SHEET, name=SCRIPTS[script])).startswith(b"%PDF-")


def test_a_very_long_name_stays_on_the_sheet() -> None:
    assert draw(replace(SHEET, event="Evening " * 25, name="Rena " * 16)).count(b"/Type /Page\n") == 1


def test_lines_of_nothing_leave_no_gap() -> None:
    lines = certificate._lines(replace(SHEET, foot="", facts=()))
    assert [words for words, _size, _height in lines][-1] == "Evening in Berlin"
