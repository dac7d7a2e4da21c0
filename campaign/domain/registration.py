"""When a person gets a place, how long an unconfirmed one is held, and when it ends."""

from datetime import datetime, timedelta
from enum import StrEnum

from campaign.domain.errors import Refused


class Status(StrEnum):
    PENDING = "pending"
    CONFIRMED = "confirmed"
    WAITING = "waiting"
    OFFERED = "offered"
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    EXPIRED = "expired"


# A pending registration already holds its place; otherwise a slow confirmer would lose it.
HOLDS_SEAT = frozenset({Status.PENDING, Status.CONFIRMED, Status.OFFERED, Status.ATTENDED})
ENDED = frozenset({Status.CANCELLED, Status.EXPIRED})

MOVES: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.CONFIRMED, Status.CANCELLED, Status.EXPIRED}),
    Status.CONFIRMED: frozenset({Status.CANCELLED, Status.ATTENDED}),
    Status.WAITING: frozenset({Status.OFFERED, Status.CANCELLED, Status.EXPIRED}),
    Status.OFFERED: frozenset({Status.CONFIRMED, Status.CANCELLED, Status.EXPIRED}),
    Status.ATTENDED: frozenset({Status.CONFIRMED}),
    Status.CANCELLED: frozenset(),
    Status.EXPIRED: frozenset(),
}

PARTY_LIMIT = 10
HOLD = timedelta(hours=24)


class Window(StrEnum):
    """Whether an event takes registrations now, and why not."""

    OPEN = "open"
    NOT_YET = "not-yet"
    CLOSED = "closed"
    FULL = "full"
    CANCELLED = "cancelled"
    NONE = "none"


def check_move(old: Status, new: Status) -> None:
    """Refuse a change of state that isn't in the table ("registration-move")."""
    if new not in MOVES[old]:
        raise Refused("registration-move", old=old, new=new)


def window(
    *,
    takes_registrations: bool,
    is_cancelled: bool,
    starts_at: datetime | None,
    opens_at: datetime | None,
    closes_at: datetime | None,
    now: datetime,
) -> Window:
    """Return whether people may register; without a closing time, until the start. Seats are another rule."""
    if is_cancelled:
        return Window.CANCELLED
    if not takes_registrations:
        return Window.NONE
    if opens_at and now < opens_at:
        return Window.NOT_YET
    end = min((moment for moment in (closes_at, starts_at) if moment), default=None)
    return Window.CLOSED if end and now >= end else Window.OPEN


def check_open(state: Window) -> None:
    """Refuse while an event takes no registrations ("registration-not-yet", "registration-closed", …)."""
    if state is not Window.OPEN:
        raise Refused(f"registration-{state}")


def check_party(size: int) -> None:
    """Refuse a party outside 1 to PARTY_LIMIT ("party-out-of-range")."""
    if not 1 <= size <= PARTY_LIMIT:
        raise Refused("party-out-of-range", limit=PARTY_LIMIT)


def check_seats(*, capacity: int | None, taken: int, party: int) -> None:
    """Refuse a party that doesn't fit in ("event-full", or "party-too-large" where a smaller one would)."""
    if capacity is None or taken + party <= capacity:
        return
    raise Refused("event-full" if taken >= capacity else "party-too-large", left=capacity - taken)


def hold_until(*, starts_at: datetime | None, now: datetime) -> datetime:
    """Return until when an unconfirmed place is held: a day, but not past the start."""
    return min(now + HOLD, starts_at) if starts_at and starts_at > now else now + HOLD
