"""Asking last year's hosts whether they carry out their event again: what they may answer, when they are reminded."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from campaign.domain.errors import Refused


class Answer(StrEnum):
    AGAIN = "again"
    """At the same place, as last year."""
    CHANGED = "changed"
    NOT_THIS_YEAR = "not-this-year"
    HANDED_OVER = "handed-over"
    """To somebody else, who is asked in their place."""


COMES = frozenset({Answer.AGAIN, Answer.CHANGED})
"""The answers after which there is an event in the new edition."""
REMINDERS_LIMIT = 2
WAIT = timedelta(days=10)
"""After the question and after each reminder."""
SHORTEST_WAIT = timedelta(days=2)
"""How long whoever was written to is left alone, also by a coordinator in a hurry."""


def next_due(*, reminders: int, now: datetime) -> datetime | None:
    """Return when to write next to whoever was just written to and doesn't answer; None for never again."""
    return now + WAIT if reminders < REMINDERS_LIMIT else None


def is_in_time(*, first_day: date, now: datetime) -> bool:
    """Return whether asking still makes sense: before the edition's first day."""
    return now.date() < first_day


def check_open(*, is_settled: bool, last_day: date, now: datetime) -> None:
    """Refuse an answer once the event is published ("renewal-settled") or the edition over ("renewal-over")."""
    if is_settled:
        raise Refused("renewal-settled")
    if now.date() > last_day:
        raise Refused("renewal-over")
