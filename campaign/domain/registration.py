"""When a person gets a place, how long it is held for them, who is next when one comes free, and when it ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

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
    Status.PENDING: frozenset({Status.CONFIRMED, Status.WAITING, Status.CANCELLED, Status.EXPIRED}),
    # Back to waiting, and from there to what it was: set aside while the campaign is under attack.
    Status.CONFIRMED: frozenset({Status.CANCELLED, Status.ATTENDED, Status.WAITING}),
    Status.WAITING: frozenset({Status.PENDING, Status.OFFERED, Status.CONFIRMED, Status.CANCELLED, Status.EXPIRED}),
    Status.OFFERED: frozenset({Status.CONFIRMED, Status.CANCELLED, Status.EXPIRED, Status.WAITING}),
    Status.ATTENDED: frozenset({Status.CONFIRMED}),
    Status.CANCELLED: frozenset(),
    Status.EXPIRED: frozenset(),
}

PARTY_LIMIT = 10
HOLD = timedelta(hours=24)
OFFER = timedelta(hours=48)
SHORTEST_OFFER = timedelta(hours=1)


class Window(StrEnum):
    """Whether an event takes registrations now, and why not."""

    OPEN = "open"
    NOT_YET = "not-yet"
    CLOSED = "closed"
    FULL = "full"
    QUEUE = "queue"
    """Full, but one can wait for a place."""
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


def check_party(size: int, *, limit: int = PARTY_LIMIT) -> None:
    """Refuse a party outside 1 to the event's limit ("party-out-of-range")."""
    if not 1 <= size <= limit:
        raise Refused("party-out-of-range", limit=limit)


def check_seats(*, capacity: int | None, taken: int, party: int) -> None:
    """Refuse a party that doesn't fit in: "event-full", or "party-too-large" where a smaller one would.

    A party larger than the whole event is too large for its queue, too.
    """
    if capacity is None or taken + party <= capacity:
        return
    is_full = taken >= capacity and party <= capacity
    raise Refused("event-full" if is_full else "party-too-large", left=max(capacity - taken, 0))


def offer_until(*, starts_at: datetime | None, now: datetime) -> datetime:
    """Return until when a place that came free is offered: two days, a quarter of what is left when that is less.

    At least an hour, but not past the start.
    """
    if starts_at is None or starts_at <= now:
        return now + OFFER
    return min(now + max(min(OFFER, (starts_at - now) / 4), SHORTEST_OFFER), starts_at)


Choice = tuple[int, int]
"""A question and one of its options whose number of people is limited."""


@dataclass(frozen=True)
class InLine:
    """Somebody in the queue whose address is confirmed and who, where that is asked, was let in."""

    id: int
    party: int
    choices: frozenset[Choice] = frozenset()


def next_in_line(
    line: Iterable[InLine], *, free: int | None, options: Mapping[Choice, int] = MappingProxyType({})
) -> list[int]:
    """Return who gets a place now, in the order of the queue, of `free` places and what `options` have left.

    A party that doesn't fit lets those behind it by, and keeps its place at the front.
    """
    chosen: list[int] = []
    left = dict(options)
    for one in line:
        wanted = one.choices & left.keys()
        fits = (free is None or one.party <= free) and all(one.party <= left[option] for option in wanted)
        if not fits:
            continue
        chosen.append(one.id)
        free = None if free is None else free - one.party
        left |= {option: left[option] - one.party for option in wanted}
    return chosen


def hold_until(*, starts_at: datetime | None, now: datetime) -> datetime:
    """Return until when an unconfirmed place is held: a day, but not past the start."""
    return min(now + HOLD, starts_at) if starts_at and starts_at > now else now + HOLD
