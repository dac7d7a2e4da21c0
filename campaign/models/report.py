"""How an event went, as its host tells it, with photos."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base, Lockable
from campaign.domain.report import Status
from campaign.models.columns import known_states, states
from campaign.models.event import Event


class Report(Lockable, Base):
    __tablename__ = "report"
    __table_args__ = (CheckConstraint("came >= 0", name="came_not_negative"), known_states("status", Status))

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), unique=True)
    status: Mapped[Status] = mapped_column(states(Status), default=Status.SENT)
    came: Mapped[int]
    """How many people were there, as the host counted."""
    words: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(8))
    question: Mapped[str | None] = mapped_column(Text)
    """What the coordinator asked for."""
    sent_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    event: Mapped[Event] = relationship()
    photos: Mapped[list["Photo"]] = relationship(
        back_populates="report", cascade="all, delete-orphan", order_by="Photo.id"
    )


class Photo(Base):
    """A picture of an event, without anything that its camera wrote into it."""

    __tablename__ = "photo"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    """Random, by which its address names it."""
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """JPEG."""
    width: Mapped[int]
    height: Mapped[int]
    caption: Mapped[str] = mapped_column(String(250), default="")
    """What is to be seen, for those who don't see it."""
    agreed_at: Mapped[datetime]
    """When the host said that everybody to be recognised in it agrees."""
    is_left_out: Mapped[bool] = mapped_column(default=False)
    """Whether a coordinator keeps it out of the year's report."""

    report: Mapped[Report] = relationship(back_populates="photos")
