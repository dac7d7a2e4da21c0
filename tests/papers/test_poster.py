"""The poster: one page in any alphabet, with a code that opens the event's page."""

from datetime import UTC, datetime

import pytest
import segno

from campaign.papers.poster import Poster, draw

PAGE = "https://example.org/khojaly/2027/evening-in-berlin/"


def poster(title: str, language: str = "en", lines: tuple[str, ...] = ("26 February 2027", "18:30")) -> Poster:
    return Poster(
        over="Justice for Khojaly 2027",
        title=title,
        lines=lines,
        invitation="Register here",
        address=PAGE.removeprefix("https://").rstrip("/"),
        code=tuple(tuple(bool(dark) for dark in row) for row in segno.make(PAGE, error="m", micro=False).matrix),
        colour=(122, 31, 43),
        language=language,
        made_at=datetime(2027, 1, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "title",
    ["Evening", "Vəziyyət və ədalət üçün axşam", "أمسية إحياء الذكرى في القاهرة 2027", "Вечер памяти", "word " * 30],
)
def test_it_is_one_page_in_any_alphabet(title: str) -> None:
    paper = draw(poster(title))
    assert paper.startswith(b"%PDF-")
    assert paper.count(b"/Type /Page\n") == 1


def test_a_word_as_long_as_a_line_and_letters_nobody_knows_fit_all_the_same() -> None:
    for title in ("x" * 160, "\U0001f3b6 Music", ""):
        assert draw(poster(title)).startswith(b"%PDF-")


def test_the_same_event_gives_the_same_bytes() -> None:
    assert draw(poster("Evening")) == draw(poster("Evening"))
