"""How an event went, as its host tells it: the states of such a report."""

from enum import StrEnum

from campaign.domain.errors import Refused


class Status(StrEnum):
    SENT = "sent"
    RETURNED = "returned"
    """The coordinator asked for something else."""
    CHECKED = "checked"
    """The coordinator has looked at it: the year's report may show it."""


MOVES: dict[Status, frozenset[Status]] = {
    Status.SENT: frozenset({Status.RETURNED, Status.CHECKED}),
    Status.RETURNED: frozenset({Status.SENT, Status.CHECKED}),
    Status.CHECKED: frozenset({Status.SENT, Status.RETURNED}),
}


def check_move(old: Status, new: Status) -> None:
    """Refuse a change of state that isn't in the table ("report-move")."""
    if new not in MOVES[old]:
        raise Refused("report-move", old=old, new=new)
