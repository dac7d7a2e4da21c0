"""One mail that is to be sent: queued with the change that caused it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base
from campaign.domain.message import Status
from campaign.keys import Encrypted
from campaign.models.columns import known_states, states
from campaign.models.event import Event
from campaign.models.registration import Registration

WAITING = text("status IN ('queued', 'sending')")


class Message(Base):
    __tablename__ = "message"
    __table_args__ = (
        Index("ix__message__due_at", "due_at", sqlite_where=WAITING, postgresql_where=WAITING),
        known_states("status", Status),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    status: Mapped[Status] = mapped_column(states(Status), default=Status.QUEUED)
    unique_key: Mapped[str] = mapped_column(String(120), unique=True)
    """Queueing the same effect twice is one message."""
    message_id: Mapped[str] = mapped_column(String(191), unique=True)
    """The Message-ID header, fixed before the first attempt, so that a repeat can be told."""
    to: Mapped[str] = mapped_column(Encrypted("message.to"))
    language: Mapped[str] = mapped_column(String(8))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    facts: Mapped[str] = mapped_column(Encrypted("message.facts"))
    """What the text needs beside the rows above, as JSON."""
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(250))
    sent_at: Mapped[datetime | None]

    registration: Mapped[Registration | None] = relationship()
    event: Mapped[Event | None] = relationship()
