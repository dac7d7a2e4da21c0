"""Recording who did what."""

from datetime import datetime
from typing import Protocol

from campaign.db import db
from campaign.models import Audit, Campaign, User


class Subject(Protocol):
    """A row that something was done to."""

    __tablename__: str
    id: int


def record(
    action: str, subject: Subject, *, campaign: Campaign | None, actor: User | None, now: datetime, **facts: object
) -> None:
    """Add one line to the audit; `facts` must hold nothing personal."""
    db.session.flush()
    db.session.add(
        Audit(
            at=now,
            actor=actor,
            campaign_id=campaign.id if campaign else None,
            action=action,
            subject=subject.__tablename__,
            subject_id=subject.id,
            facts=facts,
        )
    )
