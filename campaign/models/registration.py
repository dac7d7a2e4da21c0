"""One person's place, or places, at one event."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base
from campaign.domain.registration import ENDED, PARTY_LIMIT, Status
from campaign.keys import Encrypted
from campaign.models.columns import known_states, states
from campaign.models.consent import Consent
from campaign.models.event import Event
from campaign.models.question import Answer

STILL_THERE = text("status NOT IN (" + ", ".join(f"'{state}'" for state in sorted(ENDED)) + ")")


class Registration(Base):
    __tablename__ = "registration"
    __table_args__ = (
        # One living registration an address and event; whoever cancelled may come back.
        Index(
            "uq__registration__event_id_email_hash",
            "event_id",
            "email_hash",
            unique=True,
            sqlite_where=STILL_THERE,
            postgresql_where=STILL_THERE,
        ),
        UniqueConstraint("event_id", "submission"),
        Index("ix__registration__event_id_status", "event_id", "status"),
        CheckConstraint(f"party_size BETWEEN 1 AND {PARTY_LIMIT}", name="party_size_range"),
        known_states("status", Status),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    status: Mapped[Status] = mapped_column(states(Status))
    party_size: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(Encrypted("registration.name"))
    email: Mapped[str] = mapped_column(Encrypted("registration.email"))
    email_hash: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    language: Mapped[str] = mapped_column(String(8))
    token: Mapped[str] = mapped_column(Encrypted("registration.token"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    calendar_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    """Finds the registrant's own calendar by the token in its address."""
    submission: Mapped[str] = mapped_column(String(36))
    """Names one showing of the form, so that sending it twice is one registration."""
    ticket: Mapped[str] = mapped_column(String(32), unique=True)
    """What the QR code says: random, nothing personal."""
    created_at: Mapped[datetime]
    hold_until: Mapped[datetime | None] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship()
    answers: Mapped[list[Answer]] = relationship(back_populates="registration", cascade="all, delete-orphan")
    consents: Mapped[list[Consent]] = relationship(cascade="all, delete-orphan")
