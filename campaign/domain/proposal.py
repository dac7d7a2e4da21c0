"""What a host would like to have in the programme: its states, the moves between them, and who may decide."""

from enum import StrEnum

from campaign.domain.errors import Refused


class Kind(StrEnum):
    NEW = "new"
    """An event that isn't in the programme yet."""
    CHANGE = "change"
    """Other facts for an event that was approved."""


class Status(StrEnum):
    UNVERIFIED = "unverified"
    """Nobody reads it before the host's mail address is confirmed."""
    WAITING = "waiting"
    ASKED_BACK = "asked-back"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


MOVES: dict[Status, frozenset[Status]] = {
    Status.UNVERIFIED: frozenset({Status.WAITING, Status.APPROVED}),
    Status.WAITING: frozenset({Status.ASKED_BACK, Status.APPROVED, Status.DECLINED, Status.WITHDRAWN}),
    Status.ASKED_BACK: frozenset({Status.WAITING, Status.APPROVED, Status.DECLINED, Status.WITHDRAWN}),
    Status.APPROVED: frozenset(),
    Status.DECLINED: frozenset({Status.WAITING}),
    Status.WITHDRAWN: frozenset(),
}
"""Whoever is trusted goes from confirming their address straight to approved."""

OPEN = frozenset({Status.WAITING, Status.ASKED_BACK})
"""The states in which somebody has to do something about it."""


def check_move(old: Status, new: Status) -> None:
    """Refuse a change of state that isn't in the table ("proposal-move")."""
    if new not in MOVES[old]:
        raise Refused("proposal-move", old=old, new=new)
