"""The slugs that are still free: of an event in its year, and of a series in its campaign."""

from collections.abc import Callable

from sqlalchemy import exists, or_, select

from campaign.db import db
from campaign.domain.text import slugify
from campaign.models import Campaign, Edition, Event, FormerSeriesSlug, Series

STEM_LIMIT = 50
RESERVED = frozenset({"report"})
"""What stands for something else below a year's address."""


def free(edition: Edition, name: str) -> str:
    """Return the slug of an event's name, numbered where another event of the year has it."""

    def is_taken(slug: str) -> bool:
        held = exists().where(Event.edition_id == edition.id, Event.slug == slug)
        return bool(db.session.scalar(select(held)))

    return _free(_stem(name), is_taken)


def free_for_series(campaign: Campaign, slug: str) -> str:
    """Return the slug for a new series, numbered where another has it or had it."""

    def is_taken(slug: str) -> bool:
        held = exists().where(Series.campaign_id == campaign.id, Series.slug == slug)
        had = exists().where(FormerSeriesSlug.campaign_id == campaign.id, FormerSeriesSlug.slug == slug)
        return bool(db.session.scalar(select(or_(held, had))))

    return _free(slug, is_taken)


class FreeSlugs:
    """Slugs for many new events of one year: what is taken is asked once."""

    def __init__(self, edition: Edition) -> None:
        of_campaign = edition.campaign_id
        had = select(FormerSeriesSlug.slug).where(FormerSeriesSlug.campaign_id == of_campaign)
        held = select(Series.slug).where(Series.campaign_id == of_campaign)
        self._events = set(db.session.scalars(select(Event.slug).where(Event.edition_id == edition.id)))
        self._series = set(db.session.scalars(held)) | set(db.session.scalars(had))

    def take(self, name: str) -> tuple[str, str]:
        """Return the slugs for a new event and for its series; the next event doesn't get them."""
        of_event = _free(_stem(name), self._events.__contains__)
        of_series = _free(of_event, self._series.__contains__)
        self._events.add(of_event)
        self._series.add(of_series)
        return of_event, of_series

    def take_again(self, slug: str) -> str:
        """Return the slug for a new event of a series that is there, as it was in another year where it is free."""
        found = _free(slug, self._events.__contains__)
        self._events.add(found)
        return found


def _stem(name: str) -> str:
    slug = slugify(name) or "event"
    return f"event-{slug}" if slug in RESERVED else slug


def _free(slug: str, is_taken: Callable[[str], bool]) -> str:
    """Return the slug, numbered where it is taken; a thousand namesakes cost twenty questions."""
    if not is_taken(slug):
        return slug
    stem, taken, free = slug[:STEM_LIMIT].rstrip("-"), 1, 2
    while is_taken(f"{stem}-{free}"):
        taken, free = free, free * 2
    while free - taken > 1:
        middle = (taken + free) // 2
        taken, free = (middle, free) if is_taken(f"{stem}-{middle}") else (taken, middle)
    return f"{stem}-{free}"
