"""Ordinals of the eight languages, by tables that a speaker can read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.domain.errors import Refused
from campaign.domain.ordinal import ordinal

LANGUAGES = ("en", "az", "tr", "ru", "de", "fr", "es", "ar")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "35th"),
        ("az", "35-ci"),
        ("tr", "35."),
        ("ru", "35-я"),
        ("de", "35."),
        ("fr", "35e"),
        ("es", "35.º"),
        ("ar", "الخامسة والثلاثون"),
    ],
)
def test_the_thirty_fifth_in_every_language(language: str, expected: str) -> None:
    assert ordinal(35, language) == expected


@pytest.mark.parametrize(
    "expected",
    (
        "1st 2nd 3rd 4th 10th 11th 12th 13th 14th 20th 21st 22nd 23rd 24th 30th 32nd 100th 101st 111th 112th "
        "113th 121st 122nd 1000th 1001st 1011th"
    ).split(),
)
def test_english(expected: str) -> None:
    assert ordinal(int(expected[:-2]), "en") == expected


@pytest.mark.parametrize(
    "expected",
    (
        "1-ci 2-ci 3-cü 4-cü 5-ci 6-cı 7-ci 8-ci 9-cu 10-cu 11-ci 13-cü 16-cı 19-cu 20-ci 26-cı 30-cu 32-ci 33-cü "
        "39-cu 40-cı 50-ci 60-cı 70-ci 80-ci 90-cı 99-cu 100-cü 104-cü 110-cu 140-cı 200-cü 1000-ci 1100-cü "
        "2000-ci"
    ).split(),
)
def test_azerbaijani_follows_the_last_vowel_spoken(expected: str) -> None:
    assert ordinal(int(expected.partition("-")[0]), "az") == expected


def test_french_first() -> None:
    assert [ordinal(n, "fr") for n in (1, 2, 21, 101)] == ["1er", "2e", "21e", "101e"]


def test_spanish_is_shortened_before_a_masculine_noun() -> None:
    shown = [ordinal(n, "es") for n in (1, 2, 3, 4, 10, 11, 12, 13, 20, 21, 22, 23, 33, 111, 113)]
    assert shown == ("1.er 2.º 3.er 4.º 10.º 11.º 12.º 13.er 20.º 21.er 22.º 23.er 33.er 111.º 113.er").split()


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (1, "الأولى"),
        (2, "الثانية"),
        (10, "العاشرة"),
        (11, "الحادية عشرة"),
        (12, "الثانية عشرة"),
        (19, "التاسعة عشرة"),
        (20, "العشرون"),
        (21, "الحادية والعشرون"),
        (22, "الثانية والعشرون"),
        (30, "الثلاثون"),
        (40, "الأربعون"),
        (99, "التاسعة والتسعون"),
        (100, "المئة"),
        (101, "الأولى بعد المئة"),
        (111, "الحادية عشرة بعد المئة"),
        (120, "العشرون بعد المئة"),
        (199, "التاسعة والتسعون بعد المئة"),
        (200, "رقم 200"),
    ],
)
def test_arabic_is_feminine_and_in_words_up_to_199(n: int, expected: str) -> None:
    assert ordinal(n, "ar") == expected


@pytest.mark.parametrize("language", ["it", "", "EN", "de-AT"])
def test_an_unknown_language_gets_english(language: str) -> None:
    assert ordinal(22, language) == "22nd"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("n", [0, -1, 1_000_000, 10**40])
def test_no_ordinal_below_one_or_from_a_million(n: int, language: str) -> None:
    with pytest.raises(Refused) as refused:
        ordinal(n, language)
    assert refused.value.code == "ordinal-out-of-range"


@given(st.integers(1, 999_999), st.sampled_from(LANGUAGES))
def test_every_ordinal_is_one_clean_line(n: int, language: str) -> None:
    shown = ordinal(n, language)
    assert shown == " ".join(shown.split())
    assert str(n) in shown or (language == "ar" and n < 200)


def test_arabic_words_are_all_different() -> None:
    assert len({ordinal(n, "ar") for n in range(1, 200)}) == 199
