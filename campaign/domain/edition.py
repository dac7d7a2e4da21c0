"""One year of a campaign: its states, and how a country may observe it differently."""

from datetime import date
from enum import StrEnum

from campaign.domain.errors import Refused


class Status(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    HELD = "held"
    ARCHIVED = "archived"


MOVES: dict[Status, frozenset[Status]] = {
    Status.PLANNED: frozenset({Status.OPEN}),
    Status.OPEN: frozenset({Status.PLANNED, Status.HELD}),
    Status.HELD: frozenset({Status.OPEN, Status.ARCHIVED}),
    Status.ARCHIVED: frozenset({Status.HELD}),
}

SHOWN = frozenset({Status.OPEN, Status.HELD, Status.ARCHIVED})
"""The states in which the public sees the edition."""


class ObservanceKind(StrEnum):
    OTHER_DATE = "other-date"
    POSTPONED = "postponed"
    TO_BE_ANNOUNCED = "to-be-announced"
    NOT_THIS_YEAR = "not-this-year"


def check_move(old: Status, new: Status) -> None:
    """Refuse a change of state that isn't in the table ("edition-move")."""
    if new not in MOVES[old]:
        raise Refused("edition-move", old=old, new=new)


def check_observance(kind: ObservanceKind, day: date | None) -> None:
    """Refuse another date without the date ("observance-day-missing"), or a date where none is set."""
    if (kind is ObservanceKind.OTHER_DATE) != (day is not None):
        raise Refused("observance-day-missing" if day is None else "observance-day-unexpected")
