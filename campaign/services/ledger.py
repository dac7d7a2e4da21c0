"""Who has been told of an event's changes, who waits for the mail, and who could not be reached."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select

from campaign.db import db, lock
from campaign.domain.event import Change
from campaign.domain.message import Failure, Status, failure
from campaign.domain.registration import HOLDS_SEAT
from campaign.models import Audit, Event, Message, Registration, User
from campaign.services import audit, outbox

KINDS = ("event-changed", "event-cancelled")
LIMIT = 20
"""How many tellings are looked back at."""


@dataclass(frozen=True)
class Telling:
    """One change that people were told of: the mails of one moment, counted by state."""

    kind: str
    at: datetime
    changes: frozenset[str] = frozenset()
    """Of domain.event.Change, as the audit has them; none for a cancellation."""
    states: Counter[Status] = field(default_factory=Counter)
    holders: Counter[Status] = field(default_factory=Counter)
    """The states of the mails to those who hold a place now."""
    failures: Counter[Failure] = field(default_factory=Counter)
    """Why those of them did not arrive that were given up."""


@dataclass(frozen=True)
class Ledger:
    """An event's tellings, newest first, and how many registrations hold a place now."""

    tellings: list[Telling]
    holders: int

    @property
    def newest(self) -> Telling | None:
        """The last change that people were told of."""
        return self.tellings[0] if self.tellings else None

    @property
    def later(self) -> int:
        """How many hold a place who came after the last change, and know nothing else."""
        return self.holders - (self.newest.holders.total() if self.newest else 0)


def of_event(event: Event) -> Ledger:
    """Return what an event's people have been told."""
    holding = select(func.count(Registration.id)).where(Registration.event_id == event.id, _holds_place())
    return Ledger(_tellings(event), db.session.scalars(holding).one())


def unreached(event: Event) -> list[Message]:
    """Return the mails about the last change that were given up, to those who hold a place."""
    failed = select(Message).join(Registration).where(_tells(event), Message.status == Status.FAILED, _holds_place())
    newest = failed.where(Message.created_at.in_(_moments(event)[:1]))
    return list(db.session.scalars(newest.order_by(Message.id)))


def try_again(event: Event, *, actor: User | None, now: datetime) -> int:
    """Queue the mails again that did not reach anybody; return how many."""
    lock(event)
    messages = unreached(event)
    for message in messages:
        outbox.retry(message, now=now)
    if messages:
        campaign = event.edition.campaign
        audit.record("tell-again", event, campaign=campaign, actor=actor, now=now, count=len(messages))
    return len(messages)


def _tellings(event: Event) -> list[Telling]:
    """Return the last tellings: all mails of one have its moment and kind."""
    moments = _moments(event)
    error = case((Message.status == Status.FAILED, Message.last_error))
    alike = (Message.created_at, Message.kind, Message.status, error, _holds_place())
    counted = select(*alike, func.count()).join(Registration).group_by(*alike)
    changes = _changes(event, moments)
    found: dict[datetime, Telling] = {}
    for at, kind, status, last_error, is_holder, count in db.session.execute(
        counted.where(_tells(event), Message.created_at.in_(moments))
    ):
        telling = found.setdefault(at, Telling(kind, at, changes.get(at, frozenset())))
        telling.states[status] += count
        if is_holder:
            telling.holders[status] += count
        if is_holder and status is Status.FAILED:
            telling.failures[failure(last_error)] += count
    return [found[at] for at in moments]


def _moments(event: Event) -> Sequence[datetime]:
    """Return when people were told of something, the last time first."""
    moments = select(Message.created_at).where(_tells(event)).distinct()
    return db.session.scalars(moments.order_by(Message.created_at.desc()).limit(LIMIT)).all()


def _changes(event: Event, moments: Sequence[datetime]) -> dict[datetime, frozenset[str]]:
    """Return what changed at these moments: a mail forgets what it said once it is sent, the audit doesn't."""
    noted = select(Audit.at, Audit.action, Audit.facts).where(
        Audit.subject == Event.__tablename__, Audit.subject_id == event.id, Audit.at.in_(moments)
    )
    found: dict[datetime, frozenset[str]] = {}
    for at, action, facts in db.session.execute(noted):
        changes = facts.get("changes")
        if action == "edit" and isinstance(changes, list):
            found[at] = frozenset(changes)
        elif action == "publish":
            found[at] = frozenset({Change.STATUS})
    return found


def _tells(event: Event) -> ColumnElement[bool]:
    return (Message.event_id == event.id) & Message.kind.in_(KINDS)


def _holds_place() -> ColumnElement[bool]:
    return Registration.status.in_(HOLDS_SEAT)
