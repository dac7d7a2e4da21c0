"""What ends by itself: personal data goes when its purpose is over, a batch in each unit of work."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Select,
    case,
    delete,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    union,
    update,
)

from campaign.db import db
from campaign.domain.message import Status as MessageStatus
from campaign.domain.registration import ENDED
from campaign.domain.tribute import Status as TributeStatus
from campaign.models import (
    Campaign,
    Consent,
    ConsentText,
    Edition,
    Event,
    Hits,
    Message,
    Purge,
    Registration,
    SpentChallenge,
    Tribute,
)

BATCH = 200
"""How many rows go in one unit of work, so that nobody who registers waits long."""
KEPT_AFTER_END = timedelta(hours=48)
"""Of what was never confirmed, from its first day; of what was cancelled or lapsed, from then on."""
MAILS_KEPT = timedelta(days=7)
DECLINED_KEPT = timedelta(days=30)
"""Of a tribute that nobody but its author and moderators ever read."""


class Reason(StrEnum):
    """Why registrations go."""

    EVENT_OVER = "event-over"
    ENDED = "ended"


@dataclass(frozen=True)
class Due:
    """How many registrations of a campaign, by its slug, would go, and why."""

    campaign: str
    reason: Reason
    registrations: int


def due(*, now: datetime) -> list[Due]:
    """Return what a purge would delete now, by campaign and reason."""
    is_over, has_ended = _is_over(now), _has_ended(now)
    reason = case((is_over, Reason.EVENT_OVER.value), else_=Reason.ENDED.value)
    counted = select(Campaign.slug, reason, func.count()).select_from(Registration).join(Event).join(Edition)
    rows = counted.join(Campaign).where(or_(is_over, has_ended)).group_by(Campaign.slug, reason)
    return [Due(slug, Reason(why), count) for slug, why, count in db.session.execute(rows.order_by(Campaign.slug))]


def due_registrations(*, now: datetime) -> list[int]:
    """Return the registrations whose purpose is over; each reason is asked for by itself, so that each has an index."""
    reasons = [*_over_reasons(now), _has_ended(now)]
    return sorted(db.session.scalars(union(*(select(Registration.id).where(reason) for reason in reasons))))


def forget_registrations(ids: Sequence[int], *, run: datetime) -> None:
    """Delete registrations with their answers, consents and mails, unless they have become wanted since.

    How many places were taken, and how many people came, stays with the event; what the purge that began
    at `run` took stays as a number.
    """
    still = Registration.id.in_(ids) & _is_due(run)
    went = delete(Registration).where(still).returning(Registration.event_id)
    counts = Counter(db.session.scalars(went, execution_options={"synchronize_session": False}))
    campaigns = select(Event.id, Edition.campaign_id).join(Edition).where(Event.id.in_(counts))
    for event_id, campaign_id in db.session.execute(campaigns).all():
        _log(campaign_id, run).registrations += counts[event_id]
    db.session.flush()
    db.session.expire_all()


def due_messages(*, now: datetime) -> list[int]:
    """Return the mails whose content nobody needs any more; what still waits to be sent is none of them."""
    done = Message.status.not_in((MessageStatus.QUEUED, MessageStatus.SENDING))
    old = Message.forgotten_at.is_(None) & (Message.created_at < now - MAILS_KEPT)
    return list(db.session.scalars(select(Message.id).where(old, done).order_by(Message.id)))


def forget_messages(ids: Sequence[int], *, run: datetime) -> None:
    """Empty mails to registrants, whose states the ledger still counts, and delete those to anybody else."""
    ours = Message.id.in_(ids)
    counted = select(Edition.campaign_id, func.count()).select_from(Message).join(Event).join(Edition)
    for campaign_id, count in db.session.execute(counted.where(ours).group_by(Edition.campaign_id)).all():
        _log(campaign_id, run).messages += count
    unsynchronized = {"synchronize_session": False}
    db.session.execute(delete(Message).where(ours, Message.registration_id.is_(None)), execution_options=unsynchronized)
    empty = update(Message).where(ours).values(facts="{}", recipient_hash=None, forgotten_at=run)
    db.session.execute(empty, execution_options=unsynchronized)
    db.session.expire_all()


def due_hits(*, now: datetime) -> list[str]:
    """Return the counters of attempts whose span is over."""
    return list(db.session.scalars(select(Hits.key).where(Hits.expires_at <= now)))


def forget_hits(keys: Sequence[str], *, run: datetime) -> None:
    """Delete counters, unless they have begun another span since."""
    db.session.execute(delete(Hits).where(Hits.key.in_(keys), Hits.expires_at <= run))


def due_challenges(*, now: datetime) -> list[bytes]:
    """Return the proofs of work that would be refused for their age alone."""
    return list(db.session.scalars(select(SpentChallenge.digest).where(SpentChallenge.expires_at <= now)))


def forget_challenges(digests: Sequence[bytes], *, run: datetime) -> None:
    """Delete proofs of work that can't be shown again."""
    db.session.execute(delete(SpentChallenge).where(SpentChallenge.digest.in_(digests)))


def due_tributes(*, now: datetime) -> list[int]:
    """Return the tributes that were declined so long ago that nobody will show them any more."""
    return list(db.session.scalars(select(Tribute.id).where(_is_declined_since(now - DECLINED_KEPT))))


def forget_tributes(ids: Sequence[int], *, run: datetime) -> None:
    """Delete declined tributes, unless somebody has put them back since."""
    db.session.execute(delete(Tribute).where(Tribute.id.in_(ids), _is_declined_since(run - DECLINED_KEPT)))


def last_purge(campaign: Campaign) -> Purge | None:
    """Return what the last purge took that took anything of this campaign."""
    newest = select(Purge).where(Purge.campaign_id == campaign.id, Purge.registrations > 0)
    return db.session.scalar(newest.order_by(Purge.at.desc()).limit(1))


def next_end(campaign: Campaign) -> datetime | None:
    """Return when the names of this campaign's next event go; None while nobody is registered for a dated one."""
    held = exists().where(Registration.event_id == Event.id)
    first = select(func.min(Event.ends_at)).join(Edition).where(Edition.campaign_id == campaign.id, held)
    ends_at = db.session.scalar(first)
    return ends_at + timedelta(days=campaign.kept_days) if ends_at else None


def _is_declined_since(limit: datetime) -> ColumnElement[bool]:
    return (Tribute.status == TributeStatus.DECLINED) & (Tribute.decided_at < limit)


def _log(campaign_id: int, run: datetime) -> Purge:
    """Return the campaign's line about a run, in the unit of work that the numbers belong to."""
    line = db.session.scalar(select(Purge).where(Purge.campaign_id == campaign_id, Purge.at == run))
    if line is None:
        line = Purge(campaign_id=campaign_id, at=run, registrations=0, messages=0)
        db.session.add(line)
        db.session.flush()
    return line


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(_is_over(now), _has_ended(now))


def _has_ended(now: datetime) -> ColumnElement[bool]:
    ended_at = func.coalesce(Registration.cancelled_at, Registration.hold_until, Registration.created_at)
    since = case((Registration.address_confirmed_at.is_(None), Registration.created_at), else_=ended_at)
    # Spelt out, or SQLite takes no index for it.
    ended: list[ColumnElement[str]] = [literal_column(f"'{state}'") for state in sorted(ENDED)]
    return Registration.status.in_(ended) & (since < now - KEPT_AFTER_END)


def _is_over(now: datetime) -> ColumnElement[bool]:
    return or_(false(), *_over_reasons(now))


def _over_reasons(now: datetime) -> list[ColumnElement[bool]]:
    """Return the conditions that the event ended so long ago as its campaign says, or as the consent promised."""
    kept = db.session.scalars(select(Campaign.kept_days).distinct()).all()
    conditions: list[ColumnElement[bool]]
    conditions = [Registration.event_id.in_(_over(now, days).where(Campaign.kept_days == days)) for days in kept]
    promised = select(ConsentText.id, ConsentText.kept_days).join(Campaign, Campaign.id == ConsentText.campaign_id)
    for text_id, days in db.session.execute(promised.where(ConsentText.kept_days < Campaign.kept_days)):
        agreed = exists().where(Consent.registration_id == Registration.id, Consent.consent_text_id == text_id)
        conditions.append(Registration.event_id.in_(_over(now, days)) & agreed)
    return conditions


def _over(now: datetime, days: int) -> Select[int]:
    """Return the events that ended so many days ago; one that never got a date ends with its year's edition."""
    limit = now - timedelta(days=days)
    never_dated = Event.ends_at.is_(None) & (Edition.last_day < limit.date())
    return select(Event.id).join(Edition).join(Campaign).where(or_(Event.ends_at < limit, never_dated))
