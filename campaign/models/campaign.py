"""A lasting cause, its anniversary rule and the years that differ from it."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base, Lockable, Texts
from campaign.domain.anniversary import Anniversary, AnniversaryRule, RuleException

if TYPE_CHECKING:
    from campaign.models.edition import Edition


class Campaign(Lockable, Base):
    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("default_minutes > 0", name="default_minutes_positive"),
        CheckConstraint("kept_days BETWEEN 1 AND 365", name="kept_days_range"),
    )

    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[Texts]
    summary: Mapped[Texts]
    story: Mapped[Texts]
    sources: Mapped[list[dict[str, object]]] = mapped_column(default=list)
    languages: Mapped[list[str]]
    default_language: Mapped[str] = mapped_column(String(8))
    rule: Mapped[dict[str, object]]
    since: Mapped[int | None]
    colour: Mapped[str] = mapped_column(String(7))
    contact: Mapped[str | None] = mapped_column(String(254))
    default_start: Mapped[time | None]
    default_minutes: Mapped[int] = mapped_column(default=120)
    marks_day: Mapped[bool] = mapped_column(default=False)
    """Whether each edition's day stands in the calendars by itself."""
    revision: Mapped[int] = mapped_column(default=0)
    """Counts every change that a feed may show."""
    changed_at: Mapped[datetime]
    """When the revision last went up."""
    head_changed_at: Mapped[datetime]
    """When what a calendar says of the campaign itself last changed."""
    attack_mode_at: Mapped[datetime | None]
    """Since when strangers' doings are held back: exact venues hidden, every registration approved by hand."""
    kept_days: Mapped[int] = mapped_column(default=30)
    """How long after an event its registrations are kept."""
    has_discreet_subjects: Mapped[bool] = mapped_column(default=False)
    """Whether subjects of mails leave out what the event is about."""
    takes_proposals: Mapped[bool] = mapped_column(default=False)
    """Whether strangers may propose events."""
    host_rules: Mapped[Texts] = mapped_column(default=dict)
    """What the campaign asks of those who carry out its events."""
    event_title: Mapped[Texts] = mapped_column(default=dict)
    """What an event is called where nothing else is said, with gaps for year, ordinal and city."""
    event_description: Mapped[Texts] = mapped_column(default=dict)
    """What stands on each event's page, before the words of its own."""
    safety_note: Mapped[Texts] = mapped_column(default=dict)
    takes_tributes: Mapped[bool] = mapped_column(default=False)
    hides_tributes: Mapped[bool] = mapped_column(default=False)
    """Whether search engines are asked to leave out the book of remembrance."""
    withdrawn_at: Mapped[datetime | None]
    """Since when the public sees nothing of it any more."""
    created_at: Mapped[datetime]

    exceptions: Mapped[list["AnniversaryException"]] = relationship(
        back_populates="campaign", cascade="all, delete-orphan", order_by="AnniversaryException.year"
    )
    editions: Mapped[list["Edition"]] = relationship(
        back_populates="campaign", order_by="Edition.year.desc()", cascade="all, delete-orphan"
    )

    @property
    def anniversary(self) -> Anniversary:
        """The rule, its exceptions and the year it counts from."""
        exceptions = tuple(RuleException(one.year, one.day, one.reason) for one in self.exceptions)
        return Anniversary(AnniversaryRule.from_json(self.rule), exceptions, self.since)


class AnniversaryException(Base):
    """A year whose day differs from the rule; without a day, the campaign rests that year."""

    __tablename__ = "anniversary_exception"
    __table_args__ = (UniqueConstraint("campaign_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    year: Mapped[int]
    day: Mapped[date | None]
    reason: Mapped[Texts]

    campaign: Mapped[Campaign] = relationship(back_populates="exceptions")
