"""Which proposed events organizers see: none whose host has not confirmed their address, or that was declined."""

from sqlalchemy import ColumnElement, exists, literal_column, or_, select

from campaign.db import db
from campaign.domain.event import Status as EventStatus
from campaign.domain.proposal import OPEN, Kind, Status
from campaign.models import Event, Proposal


def still_open() -> ColumnElement[bool]:
    """Return the condition that somebody has to do something, in the index's own words: SQLite compares them."""
    states: list[ColumnElement[str]] = [literal_column(f"'{state}'") for state in sorted(OPEN)]
    return Proposal.status.in_(states)


def in_sight() -> ColumnElement[bool]:
    """Return the condition that an event of a list is organizers' business."""
    states = (Status.UNVERIFIED, Status.DECLINED, Status.WITHDRAWN)
    about = (Proposal.event_id == Event.id) & (Proposal.kind == Kind.NEW)
    return or_(Event.status != EventStatus.PROPOSED, ~exists().where(about, Proposal.status.in_(states)))


def is_in_sight(event: Event) -> bool:
    """Return whether an event is organizers' business."""
    if event.status is not EventStatus.PROPOSED:
        return True
    return db.session.scalar(select(Event.id).where(Event.id == event.id, in_sight())) is not None
