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
    Asked,
    Kind,
    check_limits,
    check_order,
    check_question,
    clean_answer,
    clean_answers,
    moved_options,
    parse_option,
)

COUNTRIES = ("AZ", "DE")
BREAKS_A_ROW = {"Cc", "Cs", "Zl", "Zp"}
Answer = str | list[int] | None


def numbered(count: int) -> list[dict[str, str]]:
    return [{"en": f"Option {number}"} for number in range(count)]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("count", [0, 1, 2, OPTION_LIMIT, OPTION_LIMIT + 1])
def test_a_choice_needs_options_and_nothing_else_does(kind: Kind, count: int) -> None:
    if kind not in CHOICES or 2 <= count <= OPTION_LIMIT:
        check_question(kind, numbered(count))
    else:
        with pytest.raises(Refused, match="question-needs-options"):
            check_question(kind, numbered(count))


def test_an_option_stands_once_however_it_is_spelt() -> None:
    with pytest.raises(Refused, match="option-twice"):
        check_question(Kind.ONE_CHOICE, [{"en": "Soup"}, {"en": "Bread"}, {"en": "SOUP "}])
    with pytest.raises(Refused, match="option-twice"):
        check_question(Kind.ONE_CHOICE, [{"en": "Soup", "az": "Şorba"}, {"en": "Bread", "az": "şorba"}])
    check_question(Kind.ONE_CHOICE, [{"en": "Chat"}, {"fr": "Chat"}])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Workshop B", ("Workshop B", None)),
        ("Workshop B [20]", ("Workshop B", 20)),
        ("Workshop B[ 20 ]", ("Workshop B", 20)),
        ("Workshop [B]", ("Workshop [B]", None)),
        ("[20]", ("[20]", None)),
        ("Workshop [5] [0]", ("Workshop [5]", 0)),
    ],
)
def test_places_stand_behind_an_option(line: str, expected: tuple[str, int | None]) -> None:
    assert parse_option(line) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("A B C", "A B C", {0: 0, 1: 1, 2: 2}),
        ("A B C", "C A B", {0: 1, 1: 2, 2: 0}),
        ("A B C", "A C", {0: 0, 2: 1}),
        ("A B C", "A X C", {0: 0, 1: 1, 2: 2}),
        ("A B", "Z A B", {0: 1, 1: 2}),
        ("A B", "X", {0: 0}),
        ("A B", "", {}),
    ],
)
def test_an_option_is_known_by_its_text_then_by_its_place(old: str, new: str, expected: dict[int, int]) -> None:
    assert moved_options(old.split(), new.split()) == expected


MEAL = Asked(1, Kind.SEVERAL_CHOICES, option_count=3)
BOX = Asked(2, Kind.YES_NO)


def depending(number: int, source: int, *options: int, kind: Kind = Kind.TEXT) -> Asked:
    return Asked(number, kind, is_required=True, shown_if=source, shown_if_options=options)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        pytest.param([depending(3, 1, 0), MEAL], "condition-not-earlier", id="on a later question"),
        pytest.param([depending(3, 3, 0)], "condition-not-earlier", id="on itself"),
        pytest.param([MEAL, depending(3, 9, 0)], "condition-not-earlier", id="on a question that is gone"),
        pytest.param([Asked(1, Kind.TEXT), depending(3, 1, 0)], "condition-not-a-choice", id="on a text"),
        pytest.param([MEAL, depending(3, 1, 3)], "condition-option-unknown", id="on an option too many"),
        pytest.param([MEAL, depending(3, 1)], "condition-option-unknown", id="on no option"),
        pytest.param([BOX, depending(3, 2, 2)], "condition-option-unknown", id="on a box neither ticked nor not"),
    ],
)
def test_a_condition_that_cannot_be_met(asked: list[Asked], code: str) -> None:
    with pytest.raises(Refused, match=code) as told:
        check_order(asked)
    assert told.value.facts == {"question": 3}


def test_a_condition_on_an_earlier_choice_or_box() -> None:
    check_order([MEAL, BOX, depending(3, 1, 0, 2), depending(4, 2, 0, 1)])


@pytest.mark.parametrize(
    ("asked", "raw", "answers", "wrong"),
    [
        pytest.param([MEAL, depending(3, 1, 2)], {1: ["0", "2"], 3: ["Nuts"]}, {1: [0, 2], 3: "Nuts"}, [], id="met"),
        pytest.param([MEAL, depending(3, 1, 2)], {1: ["0"]}, {1: [0]}, [], id="hidden though required"),
        pytest.param(
            [MEAL, depending(3, 1, 2)], {1: ["0"], 3: ["Nuts"]}, {1: [0]}, [], id="hidden, its answer dropped"
        ),
        pytest.param([MEAL, depending(3, 1, 2)], {1: ["2"]}, {1: [2]}, [3], id="asked and not answered"),
        pytest.param([MEAL, depending(3, 1, 2)], {3: ["Nuts"]}, {}, [], id="nothing chosen"),
        pytest.param([BOX, depending(3, 2, 1)], {2: ["y"], 3: ["x"]}, {2: "yes", 3: "x"}, [], id="a ticked box"),
        pytest.param([BOX, depending(3, 2, 0)], {3: ["x"]}, {3: "x"}, [], id="a box left alone"),
        pytest.param(
            [MEAL, depending(2, 1, 0, kind=Kind.YES_NO), depending(3, 2, 0)],
            {1: ["1"], 3: ["x"]},
            {1: [1]},
            [],
            id="what hangs on a hidden question is hidden too",
        ),
        pytest.param([MEAL, depending(3, 1, 2)], {1: ["2", "9"], 3: ["x"]}, {}, [1], id="after a foreign option"),
    ],
)
def test_only_what_is_asked_is_answered(
    asked: list[Asked], raw: dict[int, list[str]], answers: dict[int, Answer], wrong: list[int]
) -> None:
    found, refusals = clean_answers(asked, raw, countries=COUNTRIES)
    assert (found, list(refusals)) == (answers, wrong)


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
        pytest.param("consent", ["y"], "yes", id="a consent given"),
        pytest.param("consent", [], None, id="a consent not given"),
        pytest.param("date", [" 2027-02-26 "], "2027-02-26", id="a day"),
        pytest.param("email", [" rena@example.org"], "rena@example.org", id="a mail address"),
        pytest.param("phone", ["+994 12 404 00 00"], "+994 12 404 00 00", id="a telephone number"),
        pytest.param("phone", ["+1 201-555-0123"], "+1 201-555-0123", id="a telephone number with hyphens"),
        pytest.param("country", ["AZ"], "AZ", id="a country"),
        pytest.param("yes-no", [], None, id="a box left alone"),
        pytest.param("text", ["   "], None, id="nothing but space"),
        pytest.param("several-choices", [""], None, id="no option"),
    ],
)
def test_clean_answer(kind: str, raw: list[str], expected: Answer) -> None:
    assert clean_answer(Kind(kind), raw, option_count=3, is_required=False, countries=COUNTRIES) == expected


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
        pytest.param("date", ["26.02.2027"], "answer-not-a-day", id="a day as people write it"),
        pytest.param("date", ["2027-02-29"], "answer-not-a-day", id="a day that doesn't exist"),
        pytest.param("date", ["1899-12-31"], "answer-not-a-day", id="a day before all years"),
        pytest.param("date", ["٢٠٢٧-٠٢-٢٦"], "answer-not-a-day", id="a day in digits that are not ASCII"),
        pytest.param("email", ["rena"], "answer-not-an-email", id="a name for an address"),
        pytest.param("email", ["rena@example"], "answer-not-an-email", id="a host without a dot"),
        pytest.param("email", ["a b@example.org"], "answer-not-an-email", id="an address with a space"),
        pytest.param("email", ["x" * 250 + "@x.org"], "text-too-long", id="an address too long"),
        pytest.param("phone", ["012 404 00 00"], "answer-not-a-phone", id="a number of nobody knows which country"),
        pytest.param("phone", ["+1234"], "answer-not-a-phone", id="a number too short"),
        pytest.param("phone", ["+" + "9" * 16], "answer-not-a-phone", id="a number too long"),
        pytest.param("phone", ["+49 call me"], "answer-not-a-phone", id="letters in a number"),
        pytest.param("country", ["XX"], "answer-not-an-option", id="a country that isn't there"),
        pytest.param("country", ["az"], "answer-not-an-option", id="a country spelt small"),
        pytest.param("one-choice", ["3"], "answer-not-an-option", id="an option that isn't there"),
        pytest.param("one-choice", ["-1"], "answer-not-an-option", id="an option counted from the end"),
        pytest.param("one-choice", ["01"], "answer-not-an-option", id="an option spelt another way"),
        pytest.param("several-choices", ["0", "x"], "answer-not-an-option", id="a foreign one among options"),
    ],
)
def test_what_no_answer_is(kind: str, raw: list[str], code: str) -> None:
    with pytest.raises(Refused, match=code):
        clean_answer(Kind(kind), raw, option_count=3, is_required=False, countries=COUNTRIES)


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


@pytest.mark.parametrize(
    ("kind", "limits", "answer", "code"),
    [
        (Kind.NUMBER, (18, 99), "17", "answer-too-small"),
        (Kind.NUMBER, (18, 99), "100", "answer-too-large"),
        (Kind.NUMBER, (-5, None), "-6", "answer-too-small"),
        (Kind.TEXT, (3, 5), "ab", "answer-too-short"),
        (Kind.TEXT, (3, 5), "abcdef", "text-too-long"),
        (Kind.LONG_TEXT, (None, 5), "ab\ncd\nef", "text-too-long"),
        (Kind.SEVERAL_CHOICES, (2, 2), ["0"], "answer-too-few"),
        (Kind.SEVERAL_CHOICES, (2, 2), ["0", "1", "2"], "answer-too-many"),
    ],
)
def test_an_answer_beyond_its_limits(
    kind: Kind, limits: tuple[int | None, int | None], answer: str | list[str], code: str
) -> None:
    one = Asked(1, kind, option_count=3, low=limits[0], high=limits[1])
    answers, refusals = clean_answers([one], {1: [answer] if isinstance(answer, str) else answer}, countries=COUNTRIES)
    assert (answers, refusals[1].code) == ({}, code)
    assert refusals[1].facts["limit"] in limits
    assert clean_answers([one], {}, countries=COUNTRIES) == ({}, {}), "who need not answer need not keep limits"


@pytest.mark.parametrize(
    ("kind", "low", "high", "code"),
    [
        (Kind.NUMBER, 5, 4, "limits-crossed"),
        (Kind.NUMBER, None, NUMBER_LIMIT + 1, "limits-out-of-range"),
        (Kind.TEXT, 0, None, "limits-out-of-range"),
        (Kind.TEXT, None, LINE_LIMIT + 1, "limits-out-of-range"),
        (Kind.SEVERAL_CHOICES, None, 4, "limits-out-of-range"),
        (Kind.PARTY_SIZE, None, 11, "limits-out-of-range"),
    ],
)
def test_limits_that_cannot_be_kept(kind: Kind, low: int | None, high: int | None, code: str) -> None:
    with pytest.raises(Refused, match=code):
        check_limits(kind, low, high, option_count=3)


def test_limits_of_a_kind_that_has_none_are_passed_over() -> None:
    check_limits(Kind.YES_NO, 7, 3, option_count=0)
    check_limits(Kind.NUMBER, -5, -5, option_count=0)


def test_how_many_come_is_asked_once_and_of_everybody() -> None:
    party = Asked(9, Kind.PARTY_SIZE, high=2)
    assert clean_answers([party], {9: ["7"]}, countries=COUNTRIES) == ({}, {})
    check_order([BOX, party])
    with pytest.raises(Refused, match="party-size-twice"):
        check_order([party, Asked(10, Kind.PARTY_SIZE)])
    with pytest.raises(Refused, match="party-size-always-asked"):
        check_order([BOX, depending(3, 2, 1, kind=Kind.PARTY_SIZE)])
