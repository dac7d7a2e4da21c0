"""When people are reminded of their event, and thanked for coming: by the clocks of its place, never at night."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from campaign.domain.moment import instant, wall_clock

MORNING, EVENING = time(9), time(20)
DAYS_BEFORE = (7, 1)
SHORTEST_NOTICE = timedelta(days=1)
"""Whoever registered less than this before a reminder needs none."""
THANKS_WITHIN = timedelta(days=7)
"""Later than this nobody is thanked any more."""
THANKS = "thank-you"


@dataclass(frozen=True)
class Step:
    """One of an event's mails to everybody: its name, and from when to when it makes sense."""

    name: str
    at: datetime
    until: datetime

    @property
    def is_thanks(self) -> bool:
        """Whether it comes after the event."""
        return self.name == THANKS


def steps(*, starts: datetime, ends: datetime | None, zone: str, starts_at: datetime) -> Iterator[Step]:
    """Yield the reminders and the thanks of an event by its wall-clock times, in the order in which they go.

    Each goes at nine in the morning; a reminder that could not go makes way for the next one.
    """
    mornings = [instant(_morning(starts - timedelta(days=days)), zone) for days in DAYS_BEFORE]
    for days, at, until in zip(DAYS_BEFORE, mornings, (*mornings[1:], starts_at), strict=True):
        yield Step(f"reminder-{days}", at, until)
    # An end at midnight, as of an event of whole days, belongs to the evening before.
    last = (ends - timedelta(minutes=1) if ends else starts) + timedelta(days=1)
    at = instant(_morning(last), zone)
    yield Step(THANKS, at, at + THANKS_WITHIN)


def by_day(now: datetime, zone: str) -> datetime:
    """Return now, or when it is night at the place its next morning."""
    clock = wall_clock(now, zone)
    if clock.time() < MORNING:
        return instant(_morning(clock), zone)
    return now if clock.time() < EVENING else instant(_morning(clock + timedelta(days=1)), zone)


def _morning(day: datetime) -> datetime:
    return datetime.combine(day.date(), MORNING)
