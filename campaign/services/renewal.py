"""Making stored calendar entries anew after a release or a change of the zones' law."""

import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import blake2b

from sqlalchemy import select

from campaign.calendar.zone import timezone
from campaign.db import db, lock
from campaign.domain import moment
from campaign.domain.errors import Refused
from campaign.domain.event import PUBLIC
from campaign.models import Campaign, DayEntry, Entry, Event, ZoneState
from campaign.services import campaigns, days, entries

BATCH = 100
"""How many events are rendered in one unit of work."""
YEARS = (1990, 2060)
"""The years whose law is compared."""

log = logging.getLogger(__name__)


def outdated() -> list[int]:
    """Return the events whose entries were made with another renderer or other zone data."""
    return list(db.session.scalars(select(Entry.event_id).where(entries.is_outdated()).distinct().order_by("event_id")))


def public_events() -> list[int]:
    """Return every event that has, or should have, an entry."""
    return list(db.session.scalars(select(Event.id).where(Event.status.in_(PUBLIC)).order_by(Event.id)))


def render(event_ids: Sequence[int], *, now: datetime) -> None:
    """Render these events' entries anew; feeds whose bytes become others are asked for again."""
    touched: dict[int, Campaign] = {}
    for event in db.session.scalars(select(Event).where(Event.id.in_(event_ids)).order_by(Event.id)).all():
        lock(event)
        _renew_instants(event, now=now)
        entries.render(event, now=now)
        touched[event.edition.campaign_id] = event.edition.campaign
    _touch(touched.values(), now=now)


def render_days(*, now: datetime) -> None:
    """Render the editions' own days anew where they were made with something else."""
    stale = select(DayEntry.edition_id).where(DayEntry.made_with != entries.made_with()).limit(1)
    if db.session.scalar(stale) is None:
        return
    for campaign in campaigns.everything():
        days.render(campaign, now=now)
        _touch([campaign], now=now)


def note_laws(*, now: datetime) -> list[str]:
    """Compare every zone that events use with what it was; return those whose law changed, and touch all feeds."""
    used = db.session.scalars(select(Event.zone).where(Event.status.in_(PUBLIC), Event.zone.is_not(None)).distinct())
    changed = [name for name in sorted(filter(None, used)) if name in moment.zones() and _is_changed(name, now=now)]
    if changed:
        log.info("the law of these time zones changed: %s", ", ".join(changed))
        _touch(campaigns.everything(), now=now)
    return changed


def _touch(touched: Iterable[Campaign], *, now: datetime) -> None:
    for campaign in touched:
        campaigns.touch(campaign, now=now)


def _is_changed(name: str, *, now: datetime) -> bool:
    """Store what the zone's law is now; return whether it was another. A zone seen first has not changed."""
    digest = blake2b(timezone(name, *YEARS), digest_size=16).hexdigest()
    state = db.session.get(ZoneState, name)
    if state is None:
        db.session.add(ZoneState(name=name, digest=digest, changed_at=datetime(1970, 1, 1, tzinfo=UTC)))
        return False
    is_changed = state.digest != digest
    if is_changed:
        state.digest, state.changed_at = digest, now
    return is_changed


def _renew_instants(event: Event, *, now: datetime) -> None:
    """Derive the instants of an event to come from its wall clock once more: its zone's law may have changed."""
    if not (event.starts and event.ends and event.zone) or (event.ends_at and event.ends_at < now):
        return
    try:
        event.starts_at, event.ends_at = moment.span(event.starts, event.ends, event.zone)
    except Refused:
        log.warning("the instants of event %s stay as they are", event.id)
