"""What ends by itself: personal data goes when its purpose is over."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select

from campaign.db import db
from campaign.domain.registration import ENDED
from campaign.models import Edition, Event, Registration
from campaign.services import polls

KEPT_AFTER_EVENT = timedelta(days=30)
KEPT_AFTER_END = timedelta(hours=48)


def due(*, now: datetime) -> int:
    """Return how many registrations a purge would delete now."""
    return db.session.scalars(select(func.count(Registration.id)).where(_is_over(now))).one()


def purge(*, now: datetime) -> int:
    """Delete registrations, with their answers, consents and mails; return how many.

    They go 30 days after their event, or two days after an unconfirmed or cancelled one ended. The
    number of places that were taken stays with the event. Numbers of polls go with them after 90 days.
    """
    polls.purge(now=now)
    count = due(now=now)
    if count:
        db.session.execute(delete(Registration).where(_is_over(now)))
    return count


def _is_over(now: datetime) -> ColumnElement[bool]:
    limit = now - KEPT_AFTER_EVENT
    never_dated = Event.ends_at.is_(None) & (Edition.last_day < limit.date())
    ended_events = select(Event.id).join(Edition).where(or_(Event.ends_at < limit, never_dated))
    last_touched = func.coalesce(Registration.cancelled_at, Registration.hold_until, Registration.created_at)
    gone = Registration.status.in_(ENDED) & (last_touched < now - KEPT_AFTER_END)
    return or_(Registration.event_id.in_(ended_events), gone)
