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

GONE = text("status IN (" + ", ".join(f"'{state}'" for state in sorted(ENDED)) + ")")
IN_LINE = text("queued_at IS NOT NULL")
SET_ASIDE = text("quarantined_from IS NOT NULL")


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
        UniqueConstraint("event_id", "code"),
        Index(
            "ix__registration__event_id_queued_at",
            "event_id",
            "queued_at",
            sqlite_where=IN_LINE,
            postgresql_where=IN_LINE,
        ),
        Index("ix__registration__event_id_id", "event_id", "id"),
        Index("ix__registration__quarantined", "event_id", sqlite_where=SET_ASIDE, postgresql_where=SET_ASIDE),
        Index("ix__registration__ended", "id", sqlite_where=GONE, postgresql_where=GONE),
        Index("ix__registration__event_id_status_id", "event_id", "status", "id"),
        CheckConstraint(f"party_size BETWEEN 1 AND {PARTY_LIMIT}", name="party_size_range"),
        known_states("status", Status),
        known_states("quarantined_from", Status),
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
    created_at: Mapped[datetime] = mapped_column(index=True)
    quarantined_from: Mapped[Status | None] = mapped_column(states(Status))
    """The state of a sign-up that was set aside under an attack, so that this can be taken back."""
    hold_until: Mapped[datetime | None] = mapped_column(index=True)
    """Until when a place, or one in the queue, is kept for an address that isn't confirmed, or an offer stands."""
    address_confirmed_at: Mapped[datetime | None]
    queued_at: Mapped[datetime | None]
    """Since when somebody waits; the order of the queue."""
    approved_at: Mapped[datetime | None]
    """When an organizer let them in, where an event asks for that."""
    confirmed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    attended_at: Mapped[datetime | None]
    attended_size: Mapped[int] = mapped_column(default=0)
    """How many of the party have come."""
    code: Mapped[str | None] = mapped_column(String(9))
    """The ticket in letters that people can say, such as `K7PM-2QXA`; unique at its event."""
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id", ondelete="SET NULL"), index=True)
    note: Mapped[str | None] = mapped_column(Encrypted("registration.note"))
    """What organizers wrote down."""
    wants_reminders: Mapped[bool] = mapped_column(default=True)
    bounced_at: Mapped[datetime | None]
    """When a mail server said that the address doesn't exist."""

    event: Mapped[Event] = relationship()
    answers: Mapped[list[Answer]] = relationship(back_populates="registration", cascade="all, delete-orphan")
    consents: Mapped[list[Consent]] = relationship(cascade="all, delete-orphan")
    tag_rows: Mapped[list["RegistrationTag"]] = relationship(
        cascade="all, delete-orphan", order_by="RegistrationTag.tag"
    )

    @property
    def tags(self) -> list[str]:
        """The organizers' own words for it, such as `choir`."""
        return [row.tag for row in self.tag_rows]


class RegistrationTag(Base):
    """A word by which organizers find registrations again; rows, so that a rare one is found among very many."""

    __tablename__ = "registration_tag"
    __table_args__ = (
        Index("ix__registration_tag__event_id_tag_registration_id", "event_id", "tag", "registration_id"),
    )

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(40), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))


class Undo(Base):
    """What a registration said before an organizer last changed it, so that this can be taken back.

    One row a registration, so that nobody takes back what somebody else has changed since; it goes with the
    registration.
    """

    __tablename__ = "undo"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    action: Mapped[str] = mapped_column(String(20))
    tags: Mapped[list[str]] = mapped_column(default=list)
    note: Mapped[str | None] = mapped_column(Encrypted("undo.note"))
    at: Mapped[datetime]

    registration: Mapped[Registration] = relationship()
