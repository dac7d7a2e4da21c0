"""An event's own questions: their kinds, and how a raw answer becomes a clean one."""

from collections.abc import Sequence
from enum import StrEnum

from campaign.domain.errors import Refused
from campaign.domain.text import clean_line, clean_text, tidy_text


class Kind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long-text"
    NUMBER = "number"
    ONE_CHOICE = "one-choice"
    SEVERAL_CHOICES = "several-choices"
    YES_NO = "yes-no"


CHOICES = frozenset({Kind.ONE_CHOICE, Kind.SEVERAL_CHOICES})
LINE_LIMIT = 200
TEXT_LIMIT = 2000
NUMBER_LIMIT = 1_000_000
QUESTION_LIMIT = 20
OPTION_LIMIT = 30


def check_question(kind: Kind, options: Sequence[object]) -> None:
    """Refuse a choice without at least two options ("question-needs-options"), or too many of them."""
    if kind in CHOICES and not 2 <= len(options) <= OPTION_LIMIT:
        raise Refused("question-needs-options", limit=OPTION_LIMIT)


def clean_answer(kind: Kind, raw: Sequence[str], *, option_count: int, is_required: bool) -> str | list[int] | None:
    """Return a clean answer: text, digits, "yes", or the numbers of the chosen options; None for no answer.

    `raw` is what the form sent, one string a chosen option. Raises Refused("answer-required"),
    "answer-not-a-number", "answer-not-an-option" or "text-too-long".
    """
    given = [value for value in raw if tidy_text(value)]
    if not given:
        if is_required:
            raise Refused("answer-required")
        return None
    if kind in CHOICES:
        return _chosen(given if kind is Kind.SEVERAL_CHOICES else given[:1], option_count)
    if kind is Kind.NUMBER:
        return _number(given[0].strip())
    if kind is Kind.YES_NO:
        return "yes"
    if kind is Kind.LONG_TEXT:
        return clean_text(given[0], limit=TEXT_LIMIT)
    return clean_line(given[0], limit=LINE_LIMIT)


def _number(value: str) -> str:
    digits = value.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 7 and int(digits) <= NUMBER_LIMIT):
        raise Refused("answer-not-a-number", limit=NUMBER_LIMIT)
    return str(int(value))


def _chosen(given: Sequence[str], option_count: int) -> list[int]:
    known = {str(number) for number in range(option_count)}
    if not known.issuperset(given):
        raise Refused("answer-not-an-option")
    return sorted({int(value) for value in given})
