"""Proposals that vanish by themselves, with their event and a host of whom nothing else is left."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, literal_column, or_, select

from campaign.db import db
from campaign.domain import event as event_rules
from campaign.domain.proposal import Kind, Status
from campaign.models import Host, Proposal
from campaign.services import events, hosts

UNVERIFIED_KEPT = timedelta(days=7)
"""Long enough for somebody who is away for a week; nobody has read it."""
REFUSED_KEPT = timedelta(days=60)
"""How long a host may come back to what was declined, or what they took back."""


def due(*, now: datetime) -> list[int]:
    """Return the proposals whose time is over."""
    return list(db.session.scalars(select(Proposal.id).where(_is_over(now)).order_by(Proposal.id)))


def forget(ids: Sequence[int], *, run: datetime) -> None:
    """Delete proposals, unless something has become of them since."""
    for proposal in db.session.scalars(select(Proposal).where(Proposal.id.in_(ids), _is_over(run))).all():
        event, host = proposal.event, proposal.host
        db.session.delete(proposal)
        db.session.flush()
        is_only_proposed = event.status is event_rules.Status.PROPOSED
        if proposal.kind is Kind.NEW and is_only_proposed and not _is_proposed(event.id):
            events.delete(event, actor=None, now=run)
        _drop(host)


def _drop(host: Host) -> None:
    db.session.flush()
    hosts.drop_unused(host)


def _is_proposed(event_id: int) -> bool:
    return db.session.scalar(select(Proposal.id).where(Proposal.event_id == event_id).limit(1)) is not None


def _is_over(now: datetime) -> ColumnElement[bool]:
    # In the words of the index; none of either kind is younger than the shorter of the two.
    ended: list[ColumnElement[str]] = [
        literal_column(f"'{state}'") for state in ("declined", "unverified", "withdrawn")
    ]
    unread = (Proposal.status == Status.UNVERIFIED) & (Proposal.created_at < now - UNVERIFIED_KEPT)
    refused = (Proposal.status != Status.UNVERIFIED) & (Proposal.decided_at < now - REFUSED_KEPT)
    return Proposal.status.in_(ended) & or_(unread, refused) & (Proposal.created_at < now - UNVERIFIED_KEPT)
