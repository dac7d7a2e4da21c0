"""Taking a roll-over back, as long as nothing of it was published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, and_, cast, delete, exists, func, or_, select

from campaign.db import db, lock
from campaign.domain.errors import Refused
from campaign.domain.event import DELETABLE
from campaign.models import Audit, Edition, Event, Proposal, RollOver, User
from campaign.services import audit


@dataclass(frozen=True)
class Step:
    """One roll-over and what became of its events."""

    row: RollOver
    there: int
    """How many of its events are there still."""
    published: int
    """How many of them the public saw."""
    changed: int
    """How many of them somebody changed since."""

    @property
    def can_be_undone(self) -> bool:
        """Whether it can be taken back."""
        return self.row.undone_at is None and self.published == 0


def steps(edition: Edition) -> list[Step]:
    """Return an edition's roll-overs, newest first."""
    published, changed = (func.sum(cast(one, Integer)) for one in (_was_published(), _is_changed()))
    came = select(Event.roll_over_id, func.count(), published, changed)
    came = came.where(Event.edition_id == edition.id).group_by(Event.roll_over_id)
    counts = {number: (there, published, changed) for number, there, published, changed in db.session.execute(came)}
    rows = db.session.scalars(select(RollOver).where(RollOver.edition_id == edition.id).order_by(RollOver.id.desc()))
    return [Step(row, *counts.get(row.id, (0, 0, 0))) for row in rows]


def by_number(edition: Edition, number: int) -> RollOver | None:
    """Return one of an edition's roll-overs."""
    return db.session.scalar(select(RollOver).where(RollOver.edition_id == edition.id, RollOver.id == number))


def undo(step: RollOver, *, with_changed: bool = False, actor: User | None, now: datetime) -> int:
    """Delete the drafts that a roll-over made; return how many. Those that somebody changed stay unless wanted.

    Raises Refused("roll-over-undone") or ("roll-over-published").
    """
    lock(step.edition.campaign)
    db.session.refresh(step)
    if step.undone_at:
        raise Refused("roll-over-undone")
    came = Event.roll_over_id == step.id
    if db.session.scalar(select(Event.id).where(came, _was_published()).limit(1)):
        raise Refused("roll-over-published")
    gone = _delete(came if with_changed else and_(came, ~_is_changed()))
    step.undone_at = now
    facts = {"year": step.edition.year, "events": len(gone)}
    audit.record("undo-roll-over", step, campaign=step.edition.campaign, actor=actor, now=now, **facts)
    return len(gone)


def _delete(condition: ColumnElement[bool]) -> Sequence[int]:
    """Delete events below the ORM; the database deletes what hangs on them."""
    gone = db.session.scalars(delete(Event).where(condition).returning(Event.id), execution_options={
        "synchronize_session": False
    }).all()  # fmt: skip
    db.session.expire_all()
    return gone


def _was_published() -> ColumnElement[bool]:
    return or_(Event.published_at.is_not(None), Event.status.not_in(tuple(DELETABLE)))


def _is_changed() -> ColumnElement[bool]:
    """Return the condition for an event that was held, written about in the audit, or had a change proposed."""
    done = exists().where(Audit.subject == Event.__tablename__, Audit.subject_id == Event.id)
    proposed = exists().where(Proposal.event_id == Event.id)
    return or_(Event.lock_version > 0, done, proposed)
