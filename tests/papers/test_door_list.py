"""The list on paper: its pages, its letters, and as few fonts as those need."""

from datetime import UTC, datetime

import pytest

from campaign.papers import door_list
from campaign.papers.door_list import DoorList, Row, draw
from campaign.papers.letters import fonts_for, legible

NAMES = [
    "Əliyeva Gülşən",
    "İsmayıl Ağaoğlu",
    "Анна Ёлкина",
    "أحمد بن محمد",
    "דוד (David) 12",
    "დავით",
    "Nguyễn Văn Đạt",
]
SCRIPTS = {
    "Armenian": "Վարդան",
    "Bengali": "ক্ষিতিশ",
    "Devanagari": "कृष्ण",
    "Ethiopic": "ሰላማዊት",
    "Greek": "Γιώργος",
    "Gujarati": "કૃષ્ણ",
    "Gurmukhi": "ਸਿੰਘ",
    "Han": "張偉 王芳 山田太郎",
    "Hangul": "김철수",
    "Kana": "さくら サクラ",
    "Kannada": "ಕೃಷ್ಣ",
    "Khmer": "ភ្នំពេញ",
    "Lao": "ສົມຊາຍ",
    "Malayalam": "കൃഷ്ണൻ",
    "Myanmar": "မောင်မောင်",
    "Persian": "محمد‌رضا پورِ",
    "Sinhala": "ශ්‍රී",
    "Syriac": "ܫܠܡܐ",
    "Tamil": "சண்முகம்",
    "Telugu": "కృష్ణ",
    "Thaana": "އަޙްމަދު",
    "Thai": "สมชาย ใจดี",
}


def sheet(rows: list[Row], *, is_right_to_left: bool = False) -> DoorList:
    return DoorList(
        title="Bakıda axşam",
        lines=("26 fevral 2027", "7"),
        headings=("Ad", "Kod", "Nəfər", "Gəldi"),
        rows=rows,
        note="Məhv edin.",
        is_right_to_left=is_right_to_left,
        language="ar" if is_right_to_left else "az",
        made_at=datetime(2027, 2, 26, tzinfo=UTC),
    )


@pytest.mark.parametrize("is_right_to_left", [False, True])
def test_draw(is_right_to_left: bool) -> None:
    pdf = draw(sheet([Row(name, "K7PM-2QXA", 2) for name in NAMES], is_right_to_left=is_right_to_left))
    assert pdf.startswith(b"%PDF-")
    assert pdf.count(b"/Type /Page\n") == 1


def test_a_long_list_has_pages() -> None:
    pdf = draw(sheet([Row("Rena", "K7PM-2QXA", 1)] * 100))
    assert pdf.count(b"/Type /Page\n") == 4
    assert b"/Type /Page\n" in draw(sheet([]))


def test_every_letter_of_our_languages_has_its_sign() -> None:
    letters = "ÇçĞğıİÖöŞşÜüƏəÄäßÑñÉéÀàŁłЙйЪъЫыЁё٠١٢٣٤٥٦٧٨٩پچژگکیءآأؤإئ–“”’…"
    assert legible(letters) == letters
    assert [legible(name) for name in NAMES] == NAMES


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_that_people_write_their_names_in(script: str) -> None:
    assert legible(SCRIPTS[script]) == SCRIPTS[script]
    assert draw(sheet([Row(SCRIPTS[script], "K7PM-2QXA", 1)])).startswith(b"%PDF-")


def test_letters_that_no_font_has_become_dots() -> None:
    assert legible("𐎀𐎁 𐎂 Yuki 👍") == "… Yuki …"


def test_arabic_letters_join() -> None:
    pdf = door_list._Paper(sheet([Row("محمد", "K7PM-2QXA", 1)])).pdf
    apart = sum(pdf.get_string_width(letter) for letter in "محمد")
    assert abs(pdf.get_string_width("محمد") - apart) > 0.5


def test_a_list_carries_the_fonts_that_it_needs_alone() -> None:
    assert fonts_for(set(map(ord, "Əli"))) == ["noto-sans"]
    assert fonts_for(set(map(ord, "Əli أحمد 王"))) == ["noto-sans", "droid-sans-han", "noto-sans-arabic"]
    assert len(draw(sheet([Row("王芳", "K7PM-2QXA", 1)]))) < 60_000
