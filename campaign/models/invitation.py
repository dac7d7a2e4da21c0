"""Links by which people come in: to a form with a quota, and to the door."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base
from campaign.keys import Encrypted
from campaign.models.event import Event


class Invitation(Base):
    """A link that lets a number of people register, also where the form is closed to others."""

    __tablename__ = "invitation"
    __table_args__ = (CheckConstraint("used >= 0 AND used <= quota", name="never_overused"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(String(120))
    """For whom it is, as organizers say."""
    token: Mapped[str] = mapped_column(Encrypted("invitation.token"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    quota: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)
    """How many places it has given."""
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    event: Mapped[Event] = relationship()


class DoorLink(Base):
    """A link that opens one event's door on one day to whoever knows its PIN."""

    __tablename__ = "door_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    day: Mapped[date]
    """In the event's zone."""
    token: Mapped[str] = mapped_column(Encrypted("door_link.token"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    pin_hash: Mapped[str] = mapped_column(String(255))
    failures: Mapped[int] = mapped_column(default=0)
    """Wrong PINs in a row; too many lock it."""
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship()


class Scan(Base):
    """One ticket shown at a door, under an id that the door's device made: sent twice, it counts once."""

    __tablename__ = "scan"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    people: Mapped[int]
    """How many came in; none where the party was here already, negative where it was taken back."""
    undoes_id: Mapped[str | None] = mapped_column(ForeignKey("scan.id", ondelete="CASCADE"), unique=True)
    """The showing that this one takes back, once."""
    door: Mapped[str] = mapped_column(String(40))
    """Names the device, by an id that it made for itself."""
    at: Mapped[datetime]
    """By the device's clock, brought to ours."""
    stored_at: Mapped[datetime] = mapped_column(index=True)
