"""How an event went, as its host tells it: when it can be told, how much, and the states of such a report."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from campaign.domain.errors import Refused
from campaign.domain.moment import instant, wall_clock
from campaign.domain.reminder import MORNING


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


CAME_LIMIT = 1_000_000
WORDS_LIMIT, CAPTION_LIMIT, QUESTION_LIMIT = 6000, 250, 1000
PHOTO_LIMIT = 6
ASK_WITHIN = timedelta(days=5)
"""How long after an event its host is asked how it was; mails are remembered longer, so that nobody is asked twice."""


def over_at(*, ends_at: datetime | None, starts_at: datetime | None, last_day: date) -> datetime:
    """Return from when on an event is over: its end, else its start, else the end of the edition's last day (UTC)."""
    return ends_at or starts_at or datetime.combine(last_day + timedelta(days=1), time(), UTC)


def asks_at(over_at: datetime, zone: str) -> datetime:
    """Return when to ask how it was: the next morning by the clocks of its place."""
    # An end at midnight belongs to the evening before.
    day = wall_clock(over_at - timedelta(minutes=1), zone).date() + timedelta(days=1)
    return instant(datetime.combine(day, MORNING), zone)


def check_open(*, is_held: bool, over_at: datetime, is_archived: bool, now: datetime) -> None:
    """Refuse telling of an event that wasn't held ("report-not-held"), too early ("report-not-yet"), or too late.

    Too late is once its year is in the archive ("year-archived").
    """
    if not is_held:
        raise Refused("report-not-held")
    if now < over_at:
        raise Refused("report-not-yet")
    if is_archived:
        raise Refused("year-archived")


def check_room(photos: int) -> None:
    """Refuse one more photo than there may be ("too-many-photos", limit=…)."""
    if photos >= PHOTO_LIMIT:
        raise Refused("too-many-photos", limit=PHOTO_LIMIT)


def check_publishable(*, checked: int, is_shown: bool) -> None:
    """Refuse a year's report without a checked one ("report-none-checked"), or of a hidden year ("year-hidden")."""
    if not is_shown:
        raise Refused("year-hidden")
    if not checked:
        raise Refused("report-none-checked")
