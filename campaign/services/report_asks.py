"""Asking hosts how their event was, once, in the morning of the day after it."""

from datetime import datetime

from sqlalchemy import Select, String, cast, exists, func, literal, select

from campaign.db import db, lock
from campaign.domain import edition as edition_rules
from campaign.domain import event as event_rules
from campaign.domain import report as rules
from campaign.models import Campaign, Edition, Event, Host, Message, Report
from campaign.services import hosts

BATCH = 200
KEY = "host:report:"
"""How hosts.write() spells the key of these mails, before the event's number."""


def is_due(*, now: datetime) -> bool:
    """Return whether some host is to be asked."""
    return bool(_due(now=now))


def queue_due(*, now: datetime) -> int:
    """Queue one batch of these mails; return how many there were."""
    due = _due(now=now)[:BATCH]
    events = db.session.scalars(select(Event).where(Event.id.in_(due))).all()
    if events:
        lock(*events)
    still = set(_due(now=now))  # another worker may have been first, while this one waited for the lock
    asked = [event for event in events if event.id in still and event.host is not None]
    for event in asked:
        if event.host is not None:
            hosts.write("report", event.host, key=f"report:{event.id}", event=event, now=now)
    db.session.flush()
    return len(asked)


def _due(*, now: datetime) -> list[int]:
    """Return the events whose hosts are to be asked now, in their order."""
    return [
        event for event, over_at, zone in db.session.execute(_over(now)) if rules.asks_at(over_at, zone or "UTC") <= now
    ]


def _over(now: datetime) -> Select[int, datetime, str | None]:
    """Return the question for events that are over since a few days, with a host who was neither asked nor told us."""
    over_at = func.coalesce(Event.ends_at, Event.starts_at)
    asked = exists().where(Message.unique_key == literal(KEY) + cast(Event.id, String))
    told = exists().where(Report.event_id == Event.id)
    rows = select(Event.id, over_at, Event.zone).join(Event.edition).join(Edition.campaign).join(Event.host)
    return rows.where(
        Event.status == event_rules.Status.PUBLISHED,
        over_at.between(now - rules.ASK_WITHIN, now),
        Edition.status.in_(edition_rules.SHOWN - {edition_rules.Status.ARCHIVED}),
        Campaign.attack_mode_at.is_(None),
        Campaign.withdrawn_at.is_(None),
        Host.bounced_at.is_(None),
        ~asked,
        ~told,
    ).order_by(Event.id)
