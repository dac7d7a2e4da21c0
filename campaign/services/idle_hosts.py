"""Forgetting hosts: two years after their last event, and again after a restore those who had asked for it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, exists, select

from campaign.db import db
from campaign.domain.erasure import Erased, campaign_of, of_host
from campaign.models import Campaign, Edition, Event, Host, Proposal, Renewal
from campaign.services import hosts

KEPT = timedelta(days=2 * 365)
"""After the last day of the last edition that has anything of theirs: long enough to be asked twice again."""


def due(*, now: datetime) -> list[int]:
    """Return the hosts of whom nothing is left that ended less than two years ago."""
    return list(db.session.scalars(select(Host.id).where(*_is_idle(now)).order_by(Host.id)))


def forget(ids: Sequence[int], *, run: datetime) -> None:
    """Delete hosts with their mails, unless something has become theirs since."""
    gone = delete(Host).where(Host.id.in_(ids), *_is_idle(run))
    db.session.execute(gone, execution_options={"synchronize_session": False})
    db.session.expire_all()


def erased(host: Host, *, now: datetime) -> Erased:
    """Return the line about a host for the list that outlives the database."""
    return Erased(of_host(host.campaign.slug), host.email_hash, now)


def again(listed: Iterable[Erased]) -> list[int]:
    """Return the hosts that the list has and the database, an older one, knows from before they asked."""
    found = [_known(one) for one in listed if campaign_of(one)]
    return [host.id for host in found if host]


def erase(number: int, *, now: datetime) -> None:
    """Forget a host whom the list has."""
    if host := db.session.get(Host, number):
        hosts.erase(host, now=now)


def _known(one: Erased) -> Host | None:
    theirs = select(Host).join(Campaign).where(Campaign.slug == campaign_of(one), Host.email_hash == one.email_hash)
    return db.session.scalar(theirs.where(Host.created_at <= one.at))


def _is_idle(now: datetime) -> list[ColumnElement[bool]]:
    """Return the conditions that a host is new nowhere and has nothing in an edition of the last two years."""
    limit = now - KEPT
    recent = select(Edition.id).where(Edition.last_day >= limit.date())
    return [
        Host.created_at < limit,
        ~exists().where(Event.host_id == Host.id, Event.edition_id.in_(recent)),
        ~exists().where(Proposal.host_id == Host.id, Proposal.edition_id.in_(recent)),
        ~exists().where(Renewal.host_id == Host.id, Renewal.edition_id.in_(recent)),
    ]
