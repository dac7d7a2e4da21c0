"""Recording who did what."""

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
    if not subject.id:
        db.session.flush()
    line = {
        "at": now,
        "actor_id": actor.id if actor else None,
        "campaign_id": campaign.id if campaign else None,
        "action": action,
        "subject": subject.__tablename__,
        "subject_id": subject.id,
        "facts": facts,
    }
    db.session.execute(LINE, line)
