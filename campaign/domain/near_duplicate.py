"""Whether two events may be one and the same: the same place at the same time, and not plainly different names."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

Likeness = Callable[[str, str], float]
"""How alike two folded texts are, from 0 to 100."""

SAME_CITY = 90
"""Spellings such as Saint Petersburg and St Petersburg are known to the gazetteer; slips are not."""
OTHER_NAME, OTHER_VENUE = 60, 70
"""Below both of these, two evenings in one city are two evenings."""
USUAL_LENGTH = timedelta(hours=2)
SLACK = timedelta(minutes=30)


@dataclass(frozen=True)
class Gathering:
    """What of an event can be compared, its texts folded; `ends_at` is None where nobody said."""

    names: tuple[str, ...]
    country: str | None
    city: str
    venue: str
    starts_at: datetime | None
    ends_at: datetime | None


def nearness(one: Gathering, other: Gathering, alike: Likeness) -> float | None:
    """Return how alike two events are, from 0 to 100; None for two that are not one."""
    if not _same_place(one, other, alike) or not _same_time(one, other):
        return None
    name = max((alike(mine, theirs) for mine in one.names for theirs in other.names), default=0)
    if one.starts_at is None or other.starts_at is None or one.country is None:
        return name if name >= OTHER_NAME else None
    venue = alike(one.venue, other.venue) if one.venue and other.venue else OTHER_VENUE
    return max(name, venue) if name >= OTHER_NAME or venue >= OTHER_VENUE else None


def _same_place(one: Gathering, other: Gathering, alike: Likeness) -> bool:
    return one.country == other.country and (one.city == other.city or alike(one.city, other.city) >= SAME_CITY)


def _same_time(one: Gathering, other: Gathering) -> bool:
    """Return whether they overlap, give or take half an hour; a time that isn't known yet may be any."""
    if one.starts_at is None or other.starts_at is None:
        return True
    one_ends = one.ends_at or one.starts_at + USUAL_LENGTH
    other_ends = other.ends_at or other.starts_at + USUAL_LENGTH
    return one.starts_at < other_ends + SLACK and other.starts_at < one_ends + SLACK
