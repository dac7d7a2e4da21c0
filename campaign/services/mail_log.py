"""What became of the mails to registrants: page by page, without saying to whom; and sending one again."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from campaign.db import db, lock
from campaign.domain.message import Status
from campaign.models import Edition, Event, Message, User
from campaign.services import audit, ledger, outbox

PAGE_SIZE = 50
TO_REGISTRANTS = Message.host_id.is_(None)


@dataclass(frozen=True)
class Page:
    """Some mails, newest first, and where the next page begins; None on the last."""

    messages: Sequence[Message]
    next_before: int | None


def of_event(event: Event, *, status: Status | None, before: int | None) -> Page:
    """Return the mails about an event, of one state or all, older than the one numbered `before`."""
    return _page((Message.event_id == event.id) & TO_REGISTRANTS, status, before)


def of_edition(
    edition: Edition, countries: Collection[str] | None, *, status: Status | None, before: int | None
) -> Page:
    """Return the mails about an edition's events; of those in some countries alone where these are given."""
    events = select(Event.id).where(Event.edition_id == edition.id)
    if countries is not None:
        events = events.where(Event.country.in_(countries))
    return _page(Message.event_id.in_(events) & TO_REGISTRANTS, status, before)


def counts(event: Event) -> Counter[Status]:
    """Return how many of an event's mails are in each state."""
    counted = (
        select(Message.status, func.count())
        .where(Message.event_id == event.id, TO_REGISTRANTS)
        .group_by(Message.status)
    )
    return Counter(dict(db.session.execute(counted).all()))


def by_number(event: Event, number: int) -> Message | None:
    """Return a mail about the event by its number."""
    return db.session.scalar(select(Message).where(Message.event_id == event.id, TO_REGISTRANTS, Message.id == number))


def note_look(event: Event, *, actor: User, now: datetime) -> None:
    """Record that an organizer saw to which addresses the mails went."""
    audit.record("view-mail-addresses", event, campaign=event.edition.campaign, actor=actor, now=now)


def resend(message: Message, event: Event, *, actor: User | None, now: datetime) -> None:
    """Send one of the event's mails again, with what it said; refuses as `outbox.resend` does."""
    lock(event)
    db.session.refresh(message)
    outbox.resend(message, now=now, **_facts(message, event))
    audit.record("resend", message, campaign=event.edition.campaign, actor=actor, now=now, kind=message.kind)


def _facts(message: Message, event: Event) -> dict[str, object]:
    """Return what a sent mail has forgotten of itself."""
    if message.kind == "reminder":
        return {"day": event.starts.date().isoformat() if event.starts else ""}
    if message.kind in ledger.KINDS:
        told = {telling.at: telling.changes for telling in ledger.of_event(event).tellings}
        return {"changes": sorted(told.get(message.created_at, frozenset()))}
    return {}


def _page(among: ColumnElement[bool], status: Status | None, before: int | None) -> Page:
    query = select(Message).where(among).options(joinedload(Message.event))
    if status is not None:
        query = query.where(Message.status == status)
    if before is not None:
        query = query.where(Message.id < before)
    found = db.session.scalars(query.order_by(Message.id.desc()).limit(PAGE_SIZE + 1)).all()
    rows = found[:PAGE_SIZE]
    return Page(rows, rows[-1].id if len(found) > PAGE_SIZE else None)
