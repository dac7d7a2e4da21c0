"""Events of a year that may be the one somebody is just about to propose."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from rapidfuzz import fuzz
from sqlalchemy import Select, or_, select

from campaign.db import db
from campaign.domain import moment
from campaign.domain.errors import Refused
from campaign.domain.event import PUBLIC, Draft, Status
from campaign.domain.near_duplicate import Gathering, nearness
from campaign.domain.text import fold
from campaign.models import Edition, Event
from campaign.services.proposed_events import in_sight

SHOWN = 5
"""How many are named at the most."""
LOOKED_AT = 2000
"""How many of one country and one day are compared at the most."""
Candidates = Select[int, dict[str, str], str | None, str | None, str | None, datetime | None, datetime | None]
LONGEST = timedelta(days=2)
"""Events that last longer, such as exhibitions, are compared by their start alone."""


def of_draft(
    edition: Edition, draft: Draft, *, but: Event | None = None, statuses: Collection[Status] = PUBLIC
) -> list[Event]:
    """Return the year's events in these states that a draft may be once more, the likeliest first."""
    mine = gathering(draft)
    near: dict[int, float] = {}
    for number, name, country, city, venue, starts_at, ends_at in db.session.execute(
        _candidates(edition, mine, statuses)
    ):
        theirs = _gathering(name, country, city, venue, starts_at, ends_at)
        likeness = nearness(mine, theirs, fuzz.token_sort_ratio)
        if likeness is not None and (but is None or number != but.id):
            near[number] = likeness
    best = sorted(near, key=lambda number: (-near[number], number))[:SHOWN]
    found = {one.id: one for one in db.session.scalars(select(Event).where(Event.id.in_(best)))}
    return [found[number] for number in best]


def gathering(draft: Draft) -> Gathering:
    """Return what of a draft can be compared; a time that doesn't exist compares as one that isn't known."""
    starts_at, ends_at = _instants(draft)
    return _gathering(draft.name, draft.country, draft.city, draft.venue, starts_at, ends_at)


def _gathering(
    name: Mapping[str, str],
    country: str | None,
    city: str | None,
    venue: str | None,
    starts_at: datetime | None,
    ends_at: datetime | None,
) -> Gathering:
    names = tuple(dict.fromkeys(fold(one) for one in name.values()))
    return Gathering(names, country, fold(city or ""), fold(venue or ""), starts_at, ends_at)


def _instants(draft: Draft) -> tuple[datetime | None, datetime | None]:
    if draft.zone is None:
        return None, None
    try:
        starts = moment.instant(draft.starts, draft.zone) if draft.starts else None
        return starts, moment.instant(draft.ends, draft.zone) if starts and draft.ends else None
    except Refused:
        return None, None


def _candidates(edition: Edition, mine: Gathering, statuses: Collection[Status]) -> Candidates:
    columns = select(Event.id, Event.name, Event.country, Event.city, Event.venue, Event.starts_at, Event.ends_at)
    there = columns.where(Event.edition_id == edition.id, Event.status.in_(statuses), Event.country == mine.country)
    if mine.starts_at:
        near = Event.starts_at.between(mine.starts_at - LONGEST, (mine.ends_at or mine.starts_at) + LONGEST)
        there = there.where(or_(Event.starts_at.is_(None), near))
    if Status.PROPOSED in statuses:
        there = there.where(in_sight())
    return there.order_by(Event.id).limit(LOOKED_AT)
