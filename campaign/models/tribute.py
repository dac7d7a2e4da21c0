"""A message in a campaign's book of remembrance."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base, Lockable
from campaign.domain.tribute import NAME_LIMIT, Status
from campaign.models.campaign import Campaign
from campaign.models.columns import known_states, states


class Tribute(Lockable, Base):
    __tablename__ = "tribute"
    __table_args__ = (
        Index("ix__tribute__campaign_id_status_id", "campaign_id", "status", "id"),
        Index("ix__tribute__campaign_id_status_language_id", "campaign_id", "status", "language", "id"),
        known_states("status", Status),
        known_states("decided_from", Status),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    status: Mapped[Status] = mapped_column(states(Status), default=Status.WAITING)
    language: Mapped[str] = mapped_column(String(8))
    """What it is written in; whoever moderates reads that language."""
    name: Mapped[str] = mapped_column(String(NAME_LIMIT))
    """What the author wants to be called; a pseudonym is enough, and nothing too."""
    text: Mapped[str] = mapped_column(Text)
    search_text: Mapped[str] = mapped_column(Text)
    submission: Mapped[str] = mapped_column(String(36), unique=True)
    """Made of what names one showing of the form, so that sending it twice is one tribute."""
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """Finds it by the secret address that its author alone knows."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_from: Mapped[Status | None] = mapped_column(states(Status))
    """What it was before the last decision, which can be taken back for a while."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    campaign: Mapped[Campaign] = relationship()
