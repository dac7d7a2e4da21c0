"""What a host would like to have in the programme: its states, the moves between them, and who may decide."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from campaign.domain.edition import Status as EditionStatus
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


class Window(StrEnum):
    """Whether an edition takes proposals of strangers today, and why not."""

    OPEN = "open"
    NONE = "none"
    """The campaign takes none, or has no edition ahead."""
    PAUSED = "paused"
    NOT_YET = "not-yet"
    OVER = "over"


@dataclass(frozen=True)
class Terms:
    """What decides about the window: `first` and `last` are the days of it, where somebody set them."""

    takes_proposals: bool
    is_attacked: bool
    status: EditionStatus
    last_day: date
    first: date | None
    last: date | None


def window(terms: Terms, today: date) -> Window:
    """Return whether proposals are taken today: within the days that were set, else until the edition's last day."""
    if not terms.takes_proposals or terms.status not in (EditionStatus.PLANNED, EditionStatus.OPEN):
        return Window.NONE
    if today > min(terms.last or terms.last_day, terms.last_day):
        return Window.OVER
    if terms.first and today < terms.first:
        return Window.NOT_YET
    return Window.PAUSED if terms.is_attacked else Window.OPEN


def check_window(first: date | None, last: date | None) -> None:
    """Refuse a window that ends before it begins ("window-reversed")."""
    if first and last and last < first:
        raise Refused("window-reversed")
