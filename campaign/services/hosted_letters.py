"""What a host writes to the registrants of their event: through us, so that no address leaves the house."""

from datetime import datetime, timedelta

from sqlalchemy import Select, func, select

from campaign.db import db, lock
from campaign.domain.errors import Refused
from campaign.models import Event, Host, Letter
from campaign.services import audit, letters
from campaign.services.letters import Draft

LIMIT, DAY = 2, timedelta(days=1)
"""How many letters a host may send about an event within a day."""


def draft_of(event: Event, host: Host) -> Letter | None:
    """Return what the host is writing and hasn't sent."""
    return db.session.scalar(_theirs(event, host).where(Letter.sent_at.is_(None)).limit(1))


def sent(event: Event, host: Host) -> list[Letter]:
    """Return what the host sent about the event, newest first."""
    rows = _theirs(event, host).where(Letter.sent_at.is_not(None))
    return list(db.session.scalars(rows.order_by(Letter.sent_at.desc()).limit(letters.LIST_LIMIT)))


def write(event: Event, draft: Draft, *, host: Host, now: datetime) -> Letter:
    """Keep what the host writes as a draft, in place of an earlier one; raises Refused as `letters.write` does."""
    lock(event)
    if known := draft_of(event, host):
        letters.rewrite(known, draft, country=None)
        return known
    letter = letters.write(event.edition, draft, event=event, country=None, actor=None, now=now)
    letter.host_id = host.id
    audit.record("write-as-host", letter, campaign=event.edition.campaign, actor=None, now=now, host=host.id)
    return letter


def send(event: Event, *, host: Host, now: datetime) -> None:
    """Send what the host wrote; twice is once. Raises Refused("host-letters-today", limit=…)."""
    lock(event)
    letter = draft_of(event, host)
    if letter is None:
        return
    recent = _theirs(event, host).with_only_columns(func.count()).where(Letter.sent_at > now - DAY)
    if db.session.scalars(recent).one() >= LIMIT:
        raise Refused("host-letters-today", limit=LIMIT)
    letters.send(letter, actor=None, now=now)


def discard(event: Event, *, host: Host, now: datetime) -> None:
    """Throw away what the host wrote and didn't send."""
    lock(event)
    if letter := draft_of(event, host):
        letters.discard(letter, actor=None, now=now)


def _theirs(event: Event, host: Host) -> Select[Letter]:
    return select(Letter).where(Letter.event_id == event.id, Letter.host_id == host.id)
