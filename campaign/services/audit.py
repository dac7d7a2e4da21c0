"""Recording who did what."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, cast

from sqlalchemy import Table, insert

from campaign.db import db
from campaign.models import Audit, Campaign, User

LINE = insert(cast(Table, Audit.__table__))
"""Below the ORM: nobody changes a line of the audit, so no session need know it."""


class Subject(Protocol):
    """A row that something was done to."""

    __tablename__: str
    id: int


def record(
    action: str, subject: Subject, *, campaign: Campaign | None, actor: User | None, now: datetime, **facts: object
) -> None:
    """Add one line to the audit; `facts` must hold nothing personal."""
    record_all(action, [subject], campaign=campaign, actor=actor, now=now, **facts)


def record_all(
    action: str,
    subjects: Sequence[Subject],
    *,
    campaign: Campaign | None,
    actor: User | None,
    now: datetime,
    **facts: object,
) -> None:
    """Add one line for each of many things that the same was done to."""
    if not all(subject.id for subject in subjects):
        db.session.flush()
    line = {
        "at": now,
        "actor_id": actor.id if actor else None,
        "campaign_id": campaign.id if campaign else None,
        "action": action,
        "facts": facts,
    }
    lines = [{**line, "subject": one.__tablename__, "subject_id": one.id} for one in subjects]
    if lines:
        db.session.execute(LINE, lines)
