"""What a host would like to have in the programme, and what was decided about it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base, Lockable
from campaign.domain.proposal import OPEN, Kind, Status
from campaign.keys import Encrypted
from campaign.models.columns import known_states, states
from campaign.models.edition import Edition
from campaign.models.event import Event
from campaign.models.host import Host
from campaign.models.member import User

STILL_OPEN = text("status IN (" + ", ".join(f"'{state}'" for state in sorted(OPEN)) + ")")
FADING = text("status IN ('declined', 'unverified', 'withdrawn')")
"""What vanishes after a while, unless something becomes of it."""


class Proposal(Lockable, Base):
    __tablename__ = "proposal"
    __table_args__ = (
        Index(
            "ix__proposal__edition_id_country_id",
            "edition_id",
            "country",
            "id",
            sqlite_where=STILL_OPEN,
            postgresql_where=STILL_OPEN,
        ),
        Index("ix__proposal__created_at", "created_at", sqlite_where=FADING, postgresql_where=FADING),
        known_states("kind", Kind),
        known_states("status", Status),
    )

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    """The proposed event itself, or the one that is to change."""
    host_id: Mapped[int] = mapped_column(ForeignKey("host.id", ondelete="CASCADE"), index=True)
    kind: Mapped[Kind] = mapped_column(states(Kind), default=Kind.NEW)
    status: Mapped[Status] = mapped_column(states(Status), default=Status.UNVERIFIED)
    country: Mapped[str | None] = mapped_column(String(2))
    """Whose coordinators look at it; None for an event that is online alone."""
    language: Mapped[str] = mapped_column(String(8))
    """What it is written in."""
    changes: Mapped[dict[str, object]] = mapped_column(default=dict)
    """For a change: the draft's fields that are to be others."""
    note: Mapped[str | None] = mapped_column(Encrypted("proposal.note"))
    """What the host wants the coordinators to know."""
    question: Mapped[str | None] = mapped_column(Text)
    """What a coordinator asked back, or why it was declined."""
    submission: Mapped[str | None] = mapped_column(String(36), unique=True)
    """Names one showing of the public form: sending it twice is one proposal."""
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    claimed_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    edition: Mapped[Edition] = relationship()
    event: Mapped[Event] = relationship()
    host: Mapped[Host] = relationship()
    claimed_by: Mapped[User | None] = relationship(foreign_keys=[claimed_by_id])
