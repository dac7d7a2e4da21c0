"""What organizers write to the people who registered."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base, Lockable, Texts
from campaign.domain.letter import Audience
from campaign.models.columns import known_states, states
from campaign.models.edition import Edition
from campaign.models.event import Event

UNFINISHED = text("sent_at IS NOT NULL AND queued_at IS NULL")


class Letter(Lockable, Base):
    __tablename__ = "letter"
    __table_args__ = (
        Index("ix__letter__sent_at", "sent_at", sqlite_where=UNFINISHED, postgresql_where=UNFINISHED),
        known_states("audience", Audience),
    )

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"), index=True)
    country: Mapped[str | None] = mapped_column(String(2))
    """Only to the registrants of events there; None for those of the whole edition, or of the event."""
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    host_id: Mapped[int | None] = mapped_column(ForeignKey("host.id", ondelete="SET NULL"))
    """Who wrote it, where that is the event's host."""
    audience: Mapped[Audience] = mapped_column(states(Audience))
    subject: Mapped[Texts]
    body: Mapped[Texts]
    ignores_daily_limit: Mapped[bool] = mapped_column(default=False)
    """Whether it goes to people, too, who got another letter of the campaign that day."""
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    """Since when it is a draft no more."""
    last_registration_id: Mapped[int] = mapped_column(default=0)
    """How far its mails are queued: registrations are gone through in the order of their ids."""
    queued_at: Mapped[datetime | None]
    """When its last mail was queued."""

    edition: Mapped[Edition] = relationship()
    event: Mapped[Event | None] = relationship()

    @property
    def reaches(self) -> str | None:
        """The one country that it goes to; None for all of them, or for an event that has none."""
        return self.event.country if self.event else self.country
