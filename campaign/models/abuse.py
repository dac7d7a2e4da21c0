"""What keeps the forms from being misused, and what must stay forgotten."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.db import Base


class Hits(Base):
    """How often something was done within a span, under a key that tells nothing about who did it."""

    __tablename__ = "hits"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class SpentChallenge(Base):
    """A proof of work that was accepted once and is worth nothing more."""

    __tablename__ = "spent_challenge"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Erasure(Base):
    """A person who asked to be forgotten at an event: a restored backup must not bring them back."""

    __tablename__ = "erasure"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    email_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    erased_at: Mapped[datetime]


class Purge(Base):
    """What one run of the purge took from a campaign, in numbers."""

    __tablename__ = "purge"
    __table_args__ = (UniqueConstraint("campaign_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    """When the run began."""
    registrations: Mapped[int] = mapped_column(default=0)
    messages: Mapped[int] = mapped_column(default=0)
    """Mails whose content was forgotten; those of the registrations went with them."""
