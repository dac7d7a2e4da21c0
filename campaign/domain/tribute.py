"""A message in the book of remembrance: its states and limits."""

from enum import StrEnum

from campaign.domain.errors import Refused

TEXT_LIMIT = 2_000
NAME_LIMIT = 80
OTHER_LANGUAGE = "und"
"""What stands for a language that isn't in the list (ISO 639-2)."""


class Status(StrEnum):
    WAITING = "waiting"
    """Nobody but moderators reads it."""
    SHOWN = "shown"
    DECLINED = "declined"


MOVES: dict[Status, frozenset[Status]] = {
    Status.WAITING: frozenset({Status.SHOWN, Status.DECLINED}),
    Status.SHOWN: frozenset({Status.WAITING, Status.DECLINED}),
    Status.DECLINED: frozenset({Status.WAITING, Status.SHOWN}),
}
"""Changed by its author, it waits again."""


def check_move(old: Status, new: Status) -> None:
    """Refuse a change of state that isn't in the table ("tribute-move")."""
    if new not in MOVES[old]:
        raise Refused("tribute-move", old=old, new=new)
