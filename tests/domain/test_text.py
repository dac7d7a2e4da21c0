"""What people type, cleaned: nothing lost that a language needs, nothing kept that breaks a page or feed."""

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaign.domain.errors import Refused
from campaign.domain.text import MARK_LIMIT, clean_line, clean_text, cut, fold, slugify, tidy_line, tidy_text

ANYTHING = st.text(
    st.one_of(
        st.characters(exclude_categories=()),
        st.sampled_from("\x00\r\n\t\v\x85\u2028\u2029\u202e\u2066\u200b\u200c\u200d\u200f\ufeff\ufffe\ud800\u0301"),
        st.sampled_from("İIıiŞşƏəЙйёﷺ🇩🇿🏴\U000e0067\U000e007f👩\U0001f3fd가ؤ\u0344"),
    ),
    max_size=60,
)
BREAKS_A_ROW = {"Cc", "Cs", "Zl", "Zp"}
REORDERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_clean_line() -> None:
    assert clean_line("  Xocalı\t —\r\n ədalət  üçün ", limit=40) == "Xocalı — ədalət üçün"
    assert clean_line("e\u0301te\u0301", limit=3) == "\u00e9t\u00e9"


def test_clean_text_keeps_paragraphs() -> None:
    assert clean_text("\n\nOne\r\ntwo  \rthree\v\u2028four\n\n\n\n\n\nfive\n", limit=40) == (
        "One\ntwo\nthree\n\nfour\n\n\nfive"
    )
    assert clean_text("- a\n\t- b", limit=20) == "- a\n    - b"


@pytest.mark.parametrize(
    "kept",
    [
        "می‌خواهم",  # Persian, with a zero-width non-joiner
        "‏ABC‏ (عربي)",  # right-to-left marks around Latin letters
        "👨‍👩‍👧 👩🏽‍🚀 🏳️‍🌈 1️⃣ 🇦🇿",  # emoji joined, toned, with variation selectors, a flag
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",  # Scotland's flag
        "בְּרֵאשִׁ֖ית",  # Hebrew with points and cantillation
        "ကျွန်ုပ် हिन्दी ไทย 한국어 日本",
        "O’Brien — “quoted” 100 % & <b>",
        "ه‍",  # the abbreviation of the Hijri year ends with a joiner
    ],
)
def test_what_a_language_needs_stays(kept: str) -> None:
    kept = unicodedata.normalize("NFC", kept)
    assert clean_line(kept, limit=200) == kept
    assert clean_text(kept, limit=200) == kept


@pytest.mark.parametrize(
    "unwanted",
    ["\x00", "\x1b", "\x7f", "\x9f", "\ud800", "\udfff", "\ufffe", "\U0010ffff", "\ufdd0", "\ufeff"]
    + ["\u202e", "\u2066", "\u2069", "\u200b", "\u00ad", "\u2060", "\U000e0041", "\ufff9"],
)
def test_what_breaks_or_hides_goes(unwanted: str) -> None:
    assert clean_line(f"a{unwanted}b", limit=9) == clean_text(f"a{unwanted}b", limit=9) == "ab"


@pytest.mark.parametrize("blank", ["", " \n", "\u200c\u200d", "\u3164", "\u0301", "\u200e \u2800", "\xa0"])
def test_nothing_visible_is_nothing(blank: str) -> None:
    assert clean_line(blank, limit=9) == clean_text(blank, limit=9) == ""


def test_hundreds_of_accents_become_a_few() -> None:
    assert clean_line("Z" + "\u0315\u0300" * 150, limit=20) == "Z" + "\u0300" * 3 + "\u0315" * 3
    assert len(clean_line("Z" + "\u0300\u200d" * 150, limit=20)) <= 1 + 2 * MARK_LIMIT


def test_accents_take_no_long_time() -> None:
    began = time.perf_counter()
    clean_line("a" + "\u0315\u0300" * 15_000, limit=20)
    assert time.perf_counter() - began < 1


def test_the_limit_counts_characters_after_cleaning() -> None:
    assert clean_line(" " * 500 + "Ə" * 20, limit=20) == "Ə" * 20
    for clean in (clean_line, clean_text):
        with pytest.raises(Refused) as refusal:
            clean("x" * 21, limit=20)
        assert (refusal.value.code, refusal.value.facts) == ("text-too-long", {"limit": 20})


@given(ANYTHING)
@example("a" + "\u0344" * 20)
def test_any_line_comes_out_clean_and_stays_so(value: str) -> None:
    line = tidy_line(value)
    assert not {unicodedata.category(char) for char in line} & BREAKS_A_ROW
    assert not REORDERS.intersection(line)
    assert unicodedata.is_normalized("NFC", line)
    assert "  " not in line
    assert line == line.strip()
    assert tidy_line(line) == line
    line.encode("utf-8")


@given(ANYTHING)
def test_any_text_comes_out_clean_and_stays_so(value: str) -> None:
    text = tidy_text(value)
    assert not {unicodedata.category(char) for char in text.replace("\n", "")} & BREAKS_A_ROW
    assert "\n\n\n\n" not in text
    assert tidy_text(text) == text


def test_cut_marks_that_something_is_missing() -> None:
    assert cut("Gedenkabend", limit=11) == "Gedenkabend"
    assert cut("Gedenkabend in Berlin", limit=12) == "Gedenkabend…"


@pytest.mark.parametrize(
    ("value", "limit", "result"),
    [
        ("ae\u0323\u0302b", 4, "a…"),
        ("a👨‍👩‍👧b", 5, "a…"),
        ("🇩🇪🇦🇿🇹🇷", 4, "🇩🇪…"),
        ("🇩🇪🇦🇿🇹🇷", 5, "🇩🇪🇦🇿…"),
        ("a👩🏽b", 3, "a…"),
        ("a" * 3 + "\u200d" * 99, 60, "aaa" + "\u200d" * 56 + "…"),
    ],
)
def test_cut_parts_no_letter(value: str, limit: int, result: str) -> None:
    assert cut(value, limit=limit) == result


@given(ANYTHING, st.integers(1, 70))
def test_cut_keeps_the_limit(value: str, limit: int) -> None:
    assert len(cut(value, limit=limit)) <= limit


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("Xocalı: ədalət üçün!", "xocali-edalet-ucun"),
        ("İstanbul’da ŞIĞ Çağrı", "istanbul-da-sig-cagri"),
        ("Große Straße, Köln", "grosse-strasse-koln"),
        ("L’été à Genève, cœur", "l-ete-a-geneve-coeur"),
        ("¿Mañana, señor?", "manana-senor"),
        ("Łódź Århus Þór", "lodz-arhus-thor"),
        ("Щучинск — Объединённый ёж", "shchuchinsk-obedinennyi-ezh"),
        ("Київ, Ґанок, Београд", "kiiv-ganok-beograd"),
        ("خوجالي ١٩٩٢", "khwjaly-1992"),
        ("۱۲ گفتگو", "12-gftgw"),
        ("  --2027--  ", "2027"),
        ("ὁδός 日本", ""),
        ("../../etc/passwd", "etc-passwd"),
        ("a" * 59 + " b", "a" * 59),
    ],
)
def test_slugify(typed: str, slug: str) -> None:
    assert slugify(typed) == slug


@given(ANYTHING)
def test_any_slug_fits_in_an_address(value: str) -> None:
    slug = slugify(value)
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(slug) <= 60
    assert not slug.startswith("-")
    assert not slug.endswith("-")
    assert slugify(slug) == slug


@pytest.mark.parametrize("spelling", ["ISTANBUL", "istanbul", "İstanbul", "ıstanbul", "I\u0307stanbul"])
def test_fold_knows_the_turkish_i(spelling: str) -> None:
    assert fold(spelling) == "istanbul"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Gəncə", "GENCE"),
        ("Köln", "KOLN"),
        ("Straße", "STRASSE"),
        ("Ёлка", "елка"),
        ("مُؤَسَّسَة", "موسسه"),
        ("علی", "علي"),
        ("می‌خواهم", "میخواهم"),
        ("٢٠٢٧", "2027"),
        ("ﬁn", "FIN"),
    ],
)
def test_fold_finds_the_other_spelling(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_fold_keeps_what_tells_words_apart() -> None:
    assert fold("किताब") != fold("कताब")
    assert fold("が") != fold("か")


@given(ANYTHING)
def test_folding_twice_changes_nothing(value: str) -> None:
    assert fold(fold(value)) == fold(value)
