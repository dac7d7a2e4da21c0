"""One mail that is to be sent: queued with the change that caused it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base
from campaign.domain.message import Status
from campaign.keys import Encrypted
from campaign.models.columns import known_states, states
from campaign.models.event import Event
from campaign.models.host import Host
from campaign.models.letter import Letter
from campaign.models.registration import Registration

WAITING = text("status IN ('queued', 'sending')")
REMEMBERED = text("forgotten_at IS NULL")
LETTERS = text("letter_id IS NOT NULL")
TO_HOSTS = text("host_id IS NOT NULL")


class Message(Base):
    __tablename__ = "message"
    __table_args__ = (
        Index("ix__message__due_at_id", "due_at", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix__message__created_at", "created_at", sqlite_where=REMEMBERED, postgresql_where=REMEMBERED),
        # Of letters alone: every index over random values costs each registration a page, also when it is purged.
        Index("ix__message__letter", "letter_id", "recipient_hash", sqlite_where=LETTERS, postgresql_where=LETTERS),
        Index("ix__message__host_id", "host_id", sqlite_where=TO_HOSTS, postgresql_where=TO_HOSTS),
        known_states("status", Status),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    status: Mapped[Status] = mapped_column(states(Status), default=Status.QUEUED)
    unique_key: Mapped[str] = mapped_column(String(120), unique=True)
    """Queueing the same effect twice is one message."""
    message_id: Mapped[str] = mapped_column(String(191))
    """The Message-ID header, 128 random bits, fixed before the first attempt, so that a repeat can be told."""
    to: Mapped[str] = mapped_column(Encrypted("message.to"))
    language: Mapped[str] = mapped_column(String(8))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    host_id: Mapped[int | None] = mapped_column(ForeignKey("host.id", ondelete="CASCADE"))
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    facts: Mapped[str] = mapped_column(Encrypted("message.facts"))
    """What the text needs beside the rows above, as JSON."""
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    recipient_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """Tells which letters an address was sent."""
    last_error: Mapped[str | None] = mapped_column(String(250))
    sent_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]
    """When the purge emptied what it said."""

    registration: Mapped[Registration | None] = relationship()
    event: Mapped[Event | None] = relationship()
    host: Mapped[Host | None] = relationship()
    letter: Mapped[Letter | None] = relationship()
