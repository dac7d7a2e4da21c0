"""What calendars are made of, what has left them, where they went, and how often they are asked for."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.db import Base


class Entry(Base):
    """The VEVENT bytes of one event in one language, rendered when the event changed."""

    __tablename__ = "entry"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime]
    """When its content last became another, whole seconds: its DTSTAMP and LAST-MODIFIED."""
    made_with: Mapped[str] = mapped_column(String(40), index=True)
    """The renderer and the zone data that it was made with; others make it anew."""


class DayEntry(Base):
    """The VEVENT bytes of an edition's day itself in one language, where the campaign marks it."""

    __tablename__ = "day_entry"

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime]
    made_with: Mapped[str] = mapped_column(String(40))


class Departure(Base):
    """An event, as it was found, has left the public or the slices that held it: their Last-Modified moves on."""

    __tablename__ = "departure"
    __table_args__ = (Index("ix__departure__campaign_id_country", "campaign_id", "country"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    year: Mapped[int]
    country: Mapped[str | None] = mapped_column(String(2))
    city_slug: Mapped[str | None] = mapped_column(String(60))
    series_slug: Mapped[str] = mapped_column(String(60))
    tags: Mapped[str] = mapped_column(Text, default="")
    """Each with a bar before and behind it: `|concert|talk|`."""
    is_online: Mapped[bool]
    left_at: Mapped[datetime]


class FormerCampaignSlug(Base):
    """An address that a campaign had, which leads to it still."""

    __tablename__ = "former_campaign_slug"

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)


class FormerSeriesSlug(Base):
    """A series' earlier name in addresses; without a series, its calendar was withdrawn."""

    __tablename__ = "former_series_slug"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id", ondelete="SET NULL"), index=True)


class ZoneState(Base):
    """What a time zone's law was when it was last looked at, so that its change can be told."""

    __tablename__ = "zone_state"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime]


class FeedPoll(Base):
    """How often a feed was asked for on one day, by the kind of program; no addresses."""

    __tablename__ = "feed_poll"
    __table_args__ = (CheckConstraint("count > 0", name="count_positive"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    feed: Mapped[str] = mapped_column(String(250), primary_key=True)
    """The slice's path with its ending: `country-de/lang-az.ics`, `.ics` for the whole campaign."""
    client: Mapped[str] = mapped_column(String(20), primary_key=True)
    status: Mapped[int] = mapped_column(primary_key=True)
    """200 or 304."""
    count: Mapped[int]
    last_at: Mapped[datetime]
