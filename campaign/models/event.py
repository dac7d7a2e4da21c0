"""One gathering of an edition, in a place or online."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base, Lockable, Texts
from campaign.domain.event import Status
from campaign.models.columns import known_states, states
from campaign.models.edition import Edition
from campaign.models.feed import Entry
from campaign.models.question import Question
from campaign.models.series import Series

if TYPE_CHECKING:
    from campaign.models.host import Host

WALL_CLOCK = DateTime(timezone=False)
TO_REMIND = text("reminds_at IS NOT NULL")


class Event(Lockable, Base):
    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("edition_id", "slug"),
        UniqueConstraint("series_id", "edition_id"),
        Index(
            "uq__event__edition_id_external_id",
            "edition_id",
            "external_id",
            unique=True,
            sqlite_where=text("external_id IS NOT NULL"),
            postgresql_where=text("external_id IS NOT NULL"),
        ),
        Index("ix__event__edition_id_starts_at", "edition_id", "starts_at"),
        Index("ix__event__edition_id_city_slug", "edition_id", "city_slug"),
        Index("ix__event__reminds_at", "reminds_at", sqlite_where=TO_REMIND, postgresql_where=TO_REMIND),
        CheckConstraint("capacity > 0", name="capacity_positive"),
        CheckConstraint("seats_taken >= 0 AND (capacity IS NULL OR seats_taken <= capacity)", name="never_oversold"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_range"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_range"),
        CheckConstraint("ends >= starts", name="ends_after_start"),
        known_states("status", Status),
    )

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    uid: Mapped[str] = mapped_column(String(191), unique=True)
    """The iCalendar UID, host included: it stays when everything else changes."""
    slug: Mapped[str] = mapped_column(String(60))
    status: Mapped[Status] = mapped_column(states(Status), default=Status.DRAFT)

    name: Mapped[Texts]
    description: Mapped[Texts] = mapped_column(default=dict)
    country: Mapped[str | None] = mapped_column(String(2), index=True)
    """None only for a draft whose place is still unknown, or an event that is online alone."""
    city: Mapped[str | None] = mapped_column(String(120))
    city_slug: Mapped[str | None] = mapped_column(String(60))
    venue: Mapped[str | None] = mapped_column(String(160))
    address: Mapped[str | None] = mapped_column(String(250))
    venue_is_public: Mapped[bool] = mapped_column(default=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    online_url: Mapped[str | None] = mapped_column(String(500))
    url: Mapped[str | None] = mapped_column(String(500))
    accessibility: Mapped[list[str]] = mapped_column(default=list)

    zone: Mapped[str | None] = mapped_column(String(40))
    starts: Mapped[datetime | None] = mapped_column(WALL_CLOCK)
    ends: Mapped[datetime | None] = mapped_column(WALL_CLOCK)
    is_all_day: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    moved_from: Mapped[datetime | None] = mapped_column(WALL_CLOCK)
    """The wall-clock start that was last announced and no longer holds."""

    capacity: Mapped[int | None]
    seats_taken: Mapped[int] = mapped_column(default=0)
    takes_registrations: Mapped[bool] = mapped_column(default=True)
    has_waiting_list: Mapped[bool] = mapped_column(default=True)
    requires_approval: Mapped[bool] = mapped_column(default=False)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    opens_before: Mapped[int | None]
    """Minutes before the start, where the opening follows it; `opens_at` is derived from it then."""
    closes_before: Mapped[int | None]

    sequence: Mapped[int] = mapped_column(default=0)
    content_changed_at: Mapped[datetime]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    attended: Mapped[int] = mapped_column(default=0)
    """How many people came, as counted at the door; stays when the names have gone."""
    cancel_reason: Mapped[Texts] = mapped_column(default=dict)
    reminds_at: Mapped[datetime | None]
    """When its people are to be written to next, by a reminder or with thanks; past steps stay undone."""
    external_id: Mapped[str | None] = mapped_column(String(191))
    search_text: Mapped[str] = mapped_column(Text, default="")
    import_hash: Mapped[str | None] = mapped_column(String(64))
    """What the row this event was imported from last said, so that a second import changes nothing."""
    import_source: Mapped[str | None] = mapped_column(String(32))
    """The same for all that came from one file and its later versions, which so can tell what is gone from it."""

    host_id: Mapped[int | None] = mapped_column(ForeignKey("host.id", ondelete="SET NULL"), index=True)
    """Whoever carries it out, where that isn't an organizer."""
    roll_over_id: Mapped[int | None] = mapped_column(ForeignKey("roll_over.id", ondelete="SET NULL"), index=True)
    """The step in which it came over from the year before."""

    edition: Mapped[Edition] = relationship(back_populates="events")
    host: Mapped["Host | None"] = relationship(back_populates="events")
    series: Mapped[Series] = relationship()
    language_rows: Mapped[list["EventLanguage"]] = relationship(
        cascade="all, delete-orphan", order_by="EventLanguage.language", lazy="selectin"
    )
    tag_rows: Mapped[list["EventTag"]] = relationship(
        cascade="all, delete-orphan", order_by="EventTag.tag", lazy="selectin"
    )
    all_questions: Mapped[list[Question]] = relationship(
        cascade="all, delete-orphan", order_by="(Question.position, Question.id)", back_populates="event"
    )
    entries: Mapped[list[Entry]] = relationship(cascade="all, delete-orphan")

    @property
    def languages(self) -> list[str]:
        """The languages spoken there, as lower-case ISO 639 codes."""
        return [row.language for row in self.language_rows]

    @property
    def tags(self) -> list[str]:
        """Lower-case words such as `concert`."""
        return [row.tag for row in self.tag_rows]

    @property
    def questions(self) -> list[Question]:
        """What the form asks now, without the versions that are kept for earlier answers alone."""
        return [question for question in self.all_questions if question.retired_at is None]

    @property
    def is_online(self) -> bool:
        """Whether one can take part from anywhere."""
        return self.online_url is not None

    @property
    def has_place(self) -> bool:
        """Whether one can take part in a place."""
        return self.country is not None

    @property
    def shows_venue(self) -> bool:
        """Whether the public may know the exact place: never while the campaign is under attack."""
        return self.venue_is_public and self.edition.campaign.attack_mode_at is None

    @property
    def is_to_be_announced(self) -> bool:
        """Whether the start isn't known yet."""
        return self.starts is None


class EventLanguage(Base):
    __tablename__ = "event_language"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True, index=True)


class EventTag(Base):
    __tablename__ = "event_tag"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(40), primary_key=True, index=True)
