"""Whoever carries out events without an account, and whether they do so again."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base, Lockable
from campaign.domain.renewal import Answer
from campaign.keys import Encrypted
from campaign.models.campaign import Campaign
from campaign.models.columns import known_states, states
from campaign.models.edition import Edition
from campaign.models.event import Event

TO_WRITE = text("due_at IS NOT NULL")


class Host(Lockable, Base):
    __tablename__ = "host"
    __table_args__ = (UniqueConstraint("campaign_id", "email_hash"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Encrypted("host.name"))
    email: Mapped[str] = mapped_column(Encrypted("host.email"))
    email_hash: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    language: Mapped[str] = mapped_column(String(8))
    token: Mapped[str] = mapped_column(Encrypted("host.token"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """Finds the host by the secret address of their own page."""
    is_trusted: Mapped[bool] = mapped_column(default=False)
    """Whether what they propose and change needs nobody's approval."""
    wants_asking: Mapped[bool] = mapped_column(default=True)
    """Whether we may write to them about the years to come."""
    verified_at: Mapped[datetime | None]
    """When they confirmed that the mail address is theirs."""
    bounced_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    campaign: Mapped[Campaign] = relationship()
    events: Mapped[list[Event]] = relationship(back_populates="host", order_by="Event.id.desc()")


class Renewal(Base):
    """One host, asked whether last year's event takes place again in a new edition."""

    __tablename__ = "renewal"
    __table_args__ = (
        UniqueConstraint("edition_id", "event_id", "host_id"),
        Index("ix__renewal__host_id", "host_id"),
        Index("ix__renewal__due_at", "due_at", sqlite_where=TO_WRITE, postgresql_where=TO_WRITE),
        known_states("answer", Answer),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"))
    """The year to come."""
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    """The event of the year before; the new one has the same series."""
    host_id: Mapped[int] = mapped_column(ForeignKey("host.id", ondelete="CASCADE"))
    due_at: Mapped[datetime | None]
    """When they are to be written to next, with the question or a reminder; None when there is nothing to say."""
    asked_at: Mapped[datetime | None]
    """When the mail with the question was queued."""
    reminded_at: Mapped[datetime | None]
    reminders: Mapped[int] = mapped_column(default=0)
    answer: Mapped[Answer | None] = mapped_column(states(Answer))
    answered_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(Encrypted("renewal.note"))
    """What the host wants the coordinators to know."""

    edition: Mapped[Edition] = relationship()
    event: Mapped[Event] = relationship()
    host: Mapped[Host] = relationship()
