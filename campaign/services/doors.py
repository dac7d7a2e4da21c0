"""Links that open one event's door on one day to whoever knows the PIN."""

import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from campaign.db import db, lock
from campaign.domain import checkin as rules
from campaign.domain.errors import Refused
from campaign.domain.event import Status
from campaign.keys import is_pin, new_token, pin_hash, token_hash
from campaign.models import Campaign, DoorLink, Edition, Event, User
from campaign.services import audit

LIMIT = 20
"""More links than doors would only mean that nobody knows who has which."""
BEFORE, AFTER = timedelta(days=14), timedelta(days=2)


def create(event: Event, *, day: date, actor: User | None, now: datetime) -> tuple[DoorLink, str]:
    """Make a link for a day in the event's zone; return it and its PIN, which nobody can read again.

    Raises Refused("door-day-over") or ("too-many-doors", limit=…).
    """
    lock(event)
    if rules.opening(day, event.zone)[1] <= now:
        raise Refused("door-day-over")
    if sum(link.revoked_at is None for link in of_event(event)) >= LIMIT:
        raise Refused("too-many-doors", limit=LIMIT)
    token, pin = new_token(), f"{secrets.randbelow(10**rules.PIN_DIGITS):0{rules.PIN_DIGITS}d}"
    link = DoorLink(
        event=event, day=day, token=token, token_hash=token_hash(token), pin_hash=pin_hash(pin, token), failures=0,
        created_at=now,
    )  # fmt: skip
    db.session.add(link)
    audit.record("open-door", link, campaign=event.edition.campaign, actor=actor, now=now, day=day.isoformat())
    return link, pin


def revoke(link: DoorLink, *, actor: User | None, now: datetime) -> None:
    """Close the link for good, on every device that has it."""
    lock(link.event)
    link.revoked_at = link.revoked_at or now
    audit.record("close-door", link, campaign=link.event.edition.campaign, actor=actor, now=now)


def enter(link: DoorLink, pin: str, *, now: datetime) -> bool:
    """Return whether the PIN is right, counting wrong ones; raises Refused("door-locked") and as `check_open` does."""
    lock(link.event)
    db.session.refresh(link)
    check_open(link, now=now)
    if link.failures >= rules.PIN_TRIES:
        raise Refused("door-locked")
    is_right = is_pin(pin, link.token, link.pin_hash)
    link.failures = 0 if is_right else link.failures + 1
    db.session.flush()
    return is_right


def check_open(link: DoorLink, *, now: datetime) -> None:
    """Refuse before ("door-not-yet") and after ("door-closed") the link's day and the night that follows."""
    start, end = rules.opening(link.day, link.event.zone)
    if now < start:
        raise Refused("door-not-yet")
    if now >= end:
        raise Refused("door-closed")


def state(link: DoorLink, *, now: datetime) -> str:
    """Return what became of a link: "revoked", "locked", "not-yet", "closed" or "open"."""
    start, end = rules.opening(link.day, link.event.zone)
    if link.revoked_at:
        return "revoked"
    if now >= end:
        return "closed"
    if link.failures >= rules.PIN_TRIES:
        return "locked"
    return "open" if now >= start else "not-yet"


def takes_late(link: DoorLink, *, now: datetime) -> bool:
    """Return whether a device may still tell what it kept while it had no network."""
    start, end = rules.opening(link.day, link.event.zone)
    return start <= now < end + rules.LATE


def by_token(token: str) -> DoorLink | None:
    """Return the link, unless it was revoked."""
    found = select(DoorLink).where(DoorLink.token_hash == token_hash(token), DoorLink.revoked_at.is_(None))
    return db.session.scalar(found)


def by_number(event: Event, number: int) -> DoorLink | None:
    """Return one of the event's links by its place in their order, from 0."""
    links = of_event(event)
    return links[number] if 0 <= number < len(links) else None


def events_near(campaign: Campaign, *, now: datetime) -> list[Event]:
    """Return the published events from two weeks before their start until two days after their end, soonest first."""
    begins, ends = Event.starts_at <= now + BEFORE, func.coalesce(Event.ends_at, Event.starts_at) >= now - AFTER
    found = select(Event).join(Edition).where(Edition.campaign_id == campaign.id, Event.status == Status.PUBLISHED)
    return list(db.session.scalars(found.where(begins, ends).order_by(Event.starts_at, Event.id)))


def of_event(event: Event) -> list[DoorLink]:
    """Return an event's links, oldest first."""
    return list(db.session.scalars(select(DoorLink).where(DoorLink.event_id == event.id).order_by(DoorLink.id)))
