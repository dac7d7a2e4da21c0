"""An event's own questions: their kinds, what may be asked when, and how a raw answer becomes a clean one."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from campaign.domain.errors import Refused
from campaign.domain.registration import PARTY_LIMIT
from campaign.domain.text import clean_line, clean_text, fold, tidy_text


class Kind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long-text"
    NUMBER = "number"
    ONE_CHOICE = "one-choice"
    SEVERAL_CHOICES = "several-choices"
    YES_NO = "yes-no"
    DATE = "date"
    EMAIL = "email"
    PHONE = "phone"
    COUNTRY = "country"
    CONSENT = "consent"
    PARTY_SIZE = "party-size"
    """How many come together: always asked, here in other words, elsewhere on the form, or for fewer people."""


CHOICES = frozenset({Kind.ONE_CHOICE, Kind.SEVERAL_CHOICES})
BOXES = frozenset({Kind.YES_NO, Kind.CONSENT})
DECIDES = CHOICES | {Kind.YES_NO}
"""The kinds whose answer may decide whether a later question is asked."""
LINE_LIMIT = 200
TEXT_LIMIT = 2000
EMAIL_LIMIT = 254
NUMBER_LIMIT = 1_000_000
QUESTION_LIMIT = 20
OPTION_LIMIT = 30
LIBRARY_LIMIT = 200
BOUNDS = {
    Kind.TEXT: (1, LINE_LIMIT),
    Kind.LONG_TEXT: (1, TEXT_LIMIT),
    Kind.NUMBER: (-NUMBER_LIMIT, NUMBER_LIMIT),
    Kind.SEVERAL_CHOICES: (1, OPTION_LIMIT),
    Kind.PARTY_SIZE: (1, PARTY_LIMIT),
}
"""Of a text's length, a number, how many options are chosen or people come: a question's own limits lie within."""

Answer = str | list[int]
"""A text, a number's digits, an ISO date, a country's code, or "yes"; of a choice, the numbers of the options."""

EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
PHONE = re.compile(r"\+[1-9]([ -]?[0-9]){5,14}")  # ITU-T E.164: 15 digits at most, the country's code first.
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1900, 2200
SEATS_AT_END = re.compile(r"(.*\S)\s*\[\s*(\d{1,6})\s*\]")


@dataclass(frozen=True)
class Draft:
    """A question as an organizer writes it; texts by language."""

    kind: Kind
    label: Mapping[str, str]
    help: Mapping[str, str] = field(default_factory=dict)
    section: Mapping[str, str] = field(default_factory=dict)
    is_required: bool = False
    options: tuple[Mapping[str, str], ...] = ()
    seats: Mapping[int, int] = field(default_factory=dict)
    """How many people may choose an option, for those that are limited."""
    low: int | None = None
    high: int | None = None
    """The limits of an answer, for the kinds that BOUNDS names."""
    shown_if: int | None = None
    """The question whose answer decides whether this one is asked."""
    shown_if_options: tuple[int, ...] = ()
    is_sensitive: bool = False
    """Whether the organizer knows that it asks for what GDPR, Article 9, protects."""


@dataclass(frozen=True)
class Asked:
    """What cleaning an answer needs to know of a question."""

    id: int
    kind: Kind
    option_count: int = 0
    is_required: bool = False
    low: int | None = None
    high: int | None = None
    shown_if: int | None = None
    shown_if_options: tuple[int, ...] = ()


def check_question(kind: Kind, options: Sequence[Mapping[str, str]]) -> None:
    """Refuse a choice without two to OPTION_LIMIT options ("question-needs-options"), or one twice ("option-twice")."""
    if kind not in CHOICES:
        return
    if not 2 <= len(options) <= OPTION_LIMIT:
        raise Refused("question-needs-options", limit=OPTION_LIMIT)
    seen: set[tuple[str, str]] = set()
    for language, text in (pair for option in options for pair in option.items()):
        if (language, fold(text)) in seen:
            raise Refused("option-twice", option=text)
        seen.add((language, fold(text)))


def check_limits(kind: Kind, low: int | None, high: int | None, *, option_count: int) -> None:
    """Refuse limits that no answer, or any answer, keeps ("limits-out-of-range", low=…, high=…), ("limits-crossed").

    Of a choice, `high` options can be ticked only where there are as many.
    """
    if kind not in BOUNDS:
        return
    least, most = BOUNDS[kind]
    most = min(most, option_count) if kind in CHOICES else most
    if any(limit is not None and not least <= limit <= most for limit in (low, high)):
        raise Refused("limits-out-of-range", low=least, high=most)
    if low is not None and high is not None and low > high:
        raise Refused("limits-crossed")


def check_order(asked: Sequence[Asked]) -> None:
    """Refuse a condition that can't be met where it stands, and a second question for the size of the party.

    That one is asked of everybody ("party-size-twice", "party-size-always-asked"). A condition must name an
    earlier question ("condition-not-earlier"), one whose answer can decide ("condition-not-a-choice"), and answers
    that it has ("condition-option-unknown"). Facts: question, its id.
    """
    earlier: dict[int, Asked] = {}
    if sum(one.kind is Kind.PARTY_SIZE for one in asked) > 1:
        raise Refused("party-size-twice")
    for one in asked:
        if one.shown_if is not None and one.kind is Kind.PARTY_SIZE:
            raise Refused("party-size-always-asked", question=one.id)
        if one.shown_if is not None:
            _check_condition(one, earlier.get(one.shown_if))
        earlier[one.id] = one


def _check_condition(one: Asked, source: Asked | None) -> None:
    if source is None:
        raise Refused("condition-not-earlier", question=one.id)
    if source.kind not in DECIDES:
        raise Refused("condition-not-a-choice", question=one.id)
    known = range(source.option_count if source.kind in CHOICES else 2)
    if not one.shown_if_options or not set(one.shown_if_options) <= set(known):
        raise Refused("condition-option-unknown", question=one.id)


def parse_option(line: str) -> tuple[str, int | None]:
    """Return an option's text and how many people may choose it: "Workshop B [20]"; None for no limit."""
    found = SEATS_AT_END.fullmatch(line)
    return (found[1], int(found[2])) if found else (line, None)


def moved_options(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Return where each old option is among the new: the same text anywhere, else whatever replaced it in its place."""
    places = {text: number for number, text in enumerate(new)}
    moved = {number: places[text] for number, text in enumerate(old) if text in places}
    free = set(range(min(len(old), len(new)))) - set(moved.values())
    return moved | {number: number for number in free if number not in moved}


def clean_answers(
    asked: Sequence[Asked], raw: Mapping[int, Sequence[str]], *, countries: Collection[str]
) -> tuple[dict[int, Answer], dict[int, Refused]]:
    """Return the clean answers by question, and the refusals of those that can't be taken.

    A question whose condition isn't met is not asked: whatever was sent for it is dropped. How many come together
    is the registration's own matter, and no answer.
    """
    answers: dict[int, Answer] = {}
    refusals: dict[int, Refused] = {}
    chosen: dict[int, set[int]] = {}
    for one in asked:
        is_shown = one.shown_if is None or chosen.get(one.shown_if, set()).intersection(one.shown_if_options)
        if one.kind is Kind.PARTY_SIZE or not is_shown:
            continue
        try:
            answer = clean_answer(
                one.kind,
                raw.get(one.id, ()),
                option_count=one.option_count,
                is_required=one.is_required,
                countries=countries,
            )
            _check_limits(one, answer)
        except Refused as refused:
            refusals[one.id] = refused
            continue
        chosen[one.id] = _decides(one.kind, answer)
        if answer is not None:
            answers[one.id] = answer
    return answers, refusals


def _decides(kind: Kind, answer: Answer | None) -> set[int]:
    """Return the options chosen; of a box to tick, 1 when it is ticked and 0 when it isn't."""
    if isinstance(answer, list):
        return set(answer)
    return {int(answer is not None)} if kind is Kind.YES_NO else set()


def clean_answer(
    kind: Kind, raw: Sequence[str], *, option_count: int, is_required: bool, countries: Collection[str] = ()
) -> Answer | None:
    """Return a clean answer, None for none; `raw` is what the form sent, one string a chosen option.

    Raises Refused("answer-required"), "answer-not-a-number", "answer-not-an-option", "answer-not-a-day",
    "answer-not-an-email", "answer-not-a-phone" or "text-too-long".
    """
    given = [value for value in raw if tidy_text(value)]
    if not given:
        if is_required:
            raise Refused("answer-required")
        return None
    if kind in CHOICES:
        return _chosen(given if kind is Kind.SEVERAL_CHOICES else given[:1], option_count)
    if kind in BOXES:
        return "yes"
    if kind is Kind.LONG_TEXT:
        return clean_text(given[0], limit=TEXT_LIMIT)
    line = clean_line(given[0], limit=EMAIL_LIMIT if kind is Kind.EMAIL else LINE_LIMIT)
    if kind is Kind.COUNTRY:
        return _country(line, countries)
    cleaner = CLEANERS.get(kind)
    return cleaner(line) if cleaner else line


def _check_limits(one: Asked, answer: Answer | None) -> None:
    """Refuse an answer beyond the question's limits ("answer-too-small", "answer-too-long", "answer-too-many", …)."""
    if answer is None or one.kind not in BOUNDS:
        return
    size = int(str(answer)) if one.kind is Kind.NUMBER else len(answer)
    too_little, too_much = BEYOND[one.kind]
    if one.low is not None and size < one.low:
        raise Refused(too_little, limit=one.low)
    if one.high is not None and size > one.high:
        raise Refused(too_much, limit=one.high)


BEYOND = {
    Kind.TEXT: ("answer-too-short", "text-too-long"),
    Kind.LONG_TEXT: ("answer-too-short", "text-too-long"),
    Kind.NUMBER: ("answer-too-small", "answer-too-large"),
    Kind.SEVERAL_CHOICES: ("answer-too-few", "answer-too-many"),
}


def _number(value: str) -> str:
    digits = value.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 7 and int(digits) <= NUMBER_LIMIT):
        raise Refused("answer-not-a-number", limit=NUMBER_LIMIT)
    return str(int(value))


def _day(value: str) -> str:
    try:
        day = date.fromisoformat(value) if DAY.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Refused("answer-not-a-day")
    return day.isoformat()


def _email(value: str) -> str:
    if not EMAIL.fullmatch(value):
        raise Refused("answer-not-an-email")
    return value


def _phone(value: str) -> str:
    """Return an international number; who knows a country's own way of writing them brings it into that form."""
    if not PHONE.fullmatch(value):
        raise Refused("answer-not-a-phone")
    return value


def _country(value: str, countries: Collection[str]) -> str:
    if value not in countries:
        raise Refused("answer-not-an-option")
    return value


CLEANERS = {Kind.NUMBER: _number, Kind.DATE: _day, Kind.EMAIL: _email, Kind.PHONE: _phone}


def _chosen(given: Sequence[str], option_count: int) -> list[int]:
    known = {str(number) for number in range(option_count)}
    if not known.issuperset(given):
        raise Refused("answer-not-an-option")
    return sorted({int(value) for value in given})
