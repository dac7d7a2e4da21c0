"""One year of a campaign, and the countries whose day differs in it."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base, Texts
from campaign.domain.edition import ObservanceKind, Status
from campaign.models.campaign import Campaign
from campaign.models.columns import known_states, states
from campaign.models.feed import DayEntry

if TYPE_CHECKING:
    from campaign.models.event import Event


class Edition(Base):
    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("campaign_id", "year"),
        CheckConstraint("year BETWEEN 1900 AND 2200", name="year_range"),
        CheckConstraint("last_day >= first_day", name="days_in_order"),
        known_states("status", Status),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    year: Mapped[int]
    status: Mapped[Status] = mapped_column(states(Status), default=Status.PLANNED)
    first_day: Mapped[date]
    last_day: Mapped[date]
    reason: Mapped[Texts] = mapped_column(default=dict)
    """Why the day differs from the rule; empty where it doesn't."""
    shown_changed_at: Mapped[datetime | None]
    """When the public last began, or ceased, to see it."""
    uid: Mapped[str | None] = mapped_column(String(191), unique=True)
    """The iCalendar UID of the day itself, once it was marked."""
    proposals_from: Mapped[date | None]
    """The days on which events may be proposed; without them, until the last day of the edition."""
    proposals_until: Mapped[date | None]
    report_words: Mapped[Texts] = mapped_column(default=dict)
    """What stands before the year's report."""
    reported_at: Mapped[datetime | None]
    """Since when the public sees the year's report."""
    created_at: Mapped[datetime]

    campaign: Mapped[Campaign] = relationship(back_populates="editions", lazy="joined", innerjoin=True)
    observances: Mapped[list["Observance"]] = relationship(
        back_populates="edition", cascade="all, delete-orphan", order_by="Observance.country"
    )
    day_entries: Mapped[list[DayEntry]] = relationship(cascade="all, delete-orphan")
    events: Mapped[list["Event"]] = relationship(back_populates="edition", cascade="all, delete-orphan")

    @property
    def number(self) -> int | None:
        """Which anniversary this is; None where the campaign counts none."""
        since = self.campaign.since
        return self.year - since if since is not None and self.year > since else None


class Goal(Base):
    """How many events the campaign hopes for in one country in one edition."""

    __tablename__ = "goal"
    __table_args__ = (CheckConstraint("events BETWEEN 1 AND 10000", name="events_range"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"), primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    events: Mapped[int]


class Observance(Base):
    """The campaign's day in one country in one edition, where it differs."""

    __tablename__ = "observance"
    __table_args__ = (UniqueConstraint("edition_id", "country"), known_states("kind", ObservanceKind))

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"))
    country: Mapped[str] = mapped_column(String(2))
    kind: Mapped[ObservanceKind] = mapped_column(states(ObservanceKind))
    day: Mapped[date | None]
    reason: Mapped[Texts]

    edition: Mapped[Edition] = relationship(back_populates="observances")
