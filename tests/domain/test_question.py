"""An event's own questions: which may be asked, and what becomes of the answers."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.domain.errors import Refused
from campaign.domain.question import (
    CHOICES,
    LINE_LIMIT,
    NUMBER_LIMIT,
    OPTION_LIMIT,
    TEXT_LIMIT,
    Kind,
    check_question,
    clean_answer,
)

BREAKS_A_ROW = {"Cc", "Cs", "Zl", "Zp"}
Answer = str | list[int] | None


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("count", [0, 1, 2, OPTION_LIMIT, OPTION_LIMIT + 1])
def test_a_choice_needs_options_and_nothing_else_does(kind: Kind, count: int) -> None:
    if kind not in CHOICES or 2 <= count <= OPTION_LIMIT:
        check_question(kind, ["x"] * count)
    else:
        with pytest.raises(Refused, match="question-needs-options"):
            check_question(kind, ["x"] * count)


@pytest.mark.parametrize(
    ("kind", "raw", "expected"),
    [
        pytest.param("text", ["  two\n words\x00 "], "two words", id="a line is cleaned"),
        pytest.param("text", ["first", "second"], "first", id="only the first of several lines sent"),
        pytest.param("text", ["x" * LINE_LIMIT], "x" * LINE_LIMIT, id="the longest line"),
        pytest.param("long-text", ["one\r\n\r\ntwo\u2028three"], "one\n\ntwo\nthree", id="a text keeps its lines"),
        pytest.param("number", [" 12 "], "12", id="a number"),
        pytest.param("number", ["007"], "7", id="leading zeros"),
        pytest.param("number", ["-3"], "-3", id="a negative number"),
        pytest.param("number", [str(NUMBER_LIMIT)], str(NUMBER_LIMIT), id="the largest number"),
        pytest.param("one-choice", ["2"], [2], id="one option"),
        pytest.param("one-choice", ["1", "2"], [1], id="the first of two where one was asked"),
        pytest.param("several-choices", ["2", "0", "2"], [0, 2], id="several options, in order, once each"),
        pytest.param("yes-no", ["y"], "yes", id="a ticked box"),
        pytest.param("yes-no", [], None, id="a box left alone"),
        pytest.param("text", ["   "], None, id="nothing but space"),
        pytest.param("several-choices", [""], None, id="no option"),
    ],
)
def test_clean_answer(kind: str, raw: list[str], expected: Answer) -> None:
    assert clean_answer(Kind(kind), raw, option_count=3, is_required=False) == expected


@pytest.mark.parametrize(
    ("kind", "raw", "code"),
    [
        pytest.param("text", ["x" * (LINE_LIMIT + 1)], "text-too-long", id="a line too long"),
        pytest.param("long-text", ["x" * (TEXT_LIMIT + 1)], "text-too-long", id="a text too long"),
        pytest.param("number", ["twelve"], "answer-not-a-number", id="a number in words"),
        pytest.param("number", ["١٢"], "answer-not-a-number", id="digits that are not ASCII"),
        pytest.param("number", ["1_000"], "answer-not-a-number", id="digits as Python has them"),
        pytest.param("number", ["1.5"], "answer-not-a-number", id="a fraction"),
        pytest.param("number", ["1e3"], "answer-not-a-number", id="an exponent"),
        pytest.param("number", ["--1"], "answer-not-a-number", id="two signs"),
        pytest.param("number", ["9" * 25], "answer-not-a-number", id="far too large"),
        pytest.param("number", [str(NUMBER_LIMIT + 1)], "answer-not-a-number", id="one too large"),
        pytest.param("one-choice", ["3"], "answer-not-an-option", id="an option that isn't there"),
        pytest.param("one-choice", ["-1"], "answer-not-an-option", id="an option counted from the end"),
        pytest.param("one-choice", ["01"], "answer-not-an-option", id="an option spelt another way"),
        pytest.param("several-choices", ["0", "x"], "answer-not-an-option", id="a foreign one among options"),
    ],
)
def test_what_no_answer_is(kind: str, raw: list[str], code: str) -> None:
    with pytest.raises(Refused, match=code):
        clean_answer(Kind(kind), raw, option_count=3, is_required=False)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("raw", [[], [""], [" \t"]], ids=["nothing", "empty", "space"])
def test_a_required_question_needs_an_answer(kind: Kind, raw: list[str]) -> None:
    with pytest.raises(Refused, match="answer-required"):
        clean_answer(kind, raw, option_count=3, is_required=True)


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.LONG_TEXT])
@pytest.mark.parametrize("unseen", ["\u200b", "\u2800", "\x00\x01"], ids=["zero width", "blank braille", "controls"])
def test_an_answer_that_nobody_can_see_is_none(kind: Kind, unseen: str) -> None:
    assert clean_answer(kind, [unseen], option_count=0, is_required=False) is None
    with pytest.raises(Refused, match="answer-required"):
        clean_answer(kind, [unseen], option_count=0, is_required=True)


@given(st.sampled_from(list(Kind)), st.lists(st.text(max_size=30), max_size=4), st.integers(2, OPTION_LIMIT))
def test_whatever_is_sent_the_answer_is_clean_or_refused(kind: Kind, raw: list[str], option_count: int) -> None:
    try:
        answer = clean_answer(kind, raw, option_count=option_count, is_required=False)
    except Refused:
        return
    if isinstance(answer, list):
        assert answer == sorted(set(answer))
        assert set(answer) <= set(range(option_count))
    elif answer is not None:
        assert not BREAKS_A_ROW.intersection(map(unicodedata.category, answer.replace("\n", "")))
        assert len(answer) <= TEXT_LIMIT
