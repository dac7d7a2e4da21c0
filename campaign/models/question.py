"""The event's own form fields, and what a registrant wrote."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base, Texts
from campaign.domain.question import Kind
from campaign.keys import Encrypted
from campaign.models.columns import known_states, states

if TYPE_CHECKING:
    from campaign.models.event import Event
    from campaign.models.registration import Registration


LIVE = text("retired_at IS NULL")


class Question(Base):
    __tablename__ = "question"
    __table_args__ = (
        Index(
            "uq__question__event_id_position",
            "event_id",
            "position",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
        known_states("kind", Kind),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    kind: Mapped[Kind] = mapped_column(states(Kind))
    label: Mapped[Texts]
    help: Mapped[Texts] = mapped_column(default=dict)
    section: Mapped[Texts] = mapped_column(default=dict)
    """The heading that stands before it; empty where the section before goes on."""
    is_required: Mapped[bool] = mapped_column(default=False)
    options: Mapped[list[Texts]] = mapped_column(default=list)
    low: Mapped[int | None]
    high: Mapped[int | None]
    """The limits of a number, of a text's length, of how many options are chosen or people come."""
    shown_if_id: Mapped[int | None] = mapped_column(ForeignKey("question.id", ondelete="SET NULL"), index=True)
    """The earlier choice that decides whether this is asked at all."""
    shown_if_options: Mapped[list[int]] = mapped_column(default=list)
    """The answers to it, by number, for which this is asked; a box that is ticked is 1."""
    is_sensitive: Mapped[bool] = mapped_column(default=False)
    """Whether it asks for what the law protects most (GDPR, Article 9)."""
    retired_at: Mapped[datetime | None]
    """When another version took its place; its answers stay."""

    event: Mapped["Event"] = relationship(back_populates="all_questions")
    limits: Mapped[list["OptionLimit"]] = relationship(cascade="all, delete-orphan", order_by="OptionLimit.option")


class OptionLimit(Base):
    """How many people may choose one option of a question, and how many have."""

    __tablename__ = "option_limit"
    __table_args__ = (
        CheckConstraint("seats > 0", name="seats_positive"),
        CheckConstraint("seats_taken >= 0 AND seats_taken <= seats", name="never_oversold"),
    )

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"), primary_key=True)
    option: Mapped[int] = mapped_column(primary_key=True)
    seats: Mapped[int]
    seats_taken: Mapped[int] = mapped_column(default=0)


class ChosenOption(Base):
    """Which limited option a registration chose: counted under the event's lock, where answers are encrypted."""

    __tablename__ = "chosen_option"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True)
    question_id: Mapped[int] = mapped_column(
        ForeignKey("question.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    option: Mapped[int] = mapped_column(primary_key=True)


class QuestionTemplate(Base):
    """A question that a campaign keeps for its events."""

    __tablename__ = "question_template"
    __table_args__ = (known_states("kind", Kind),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    kind: Mapped[Kind] = mapped_column(states(Kind))
    label: Mapped[Texts]
    help: Mapped[Texts] = mapped_column(default=dict)
    is_required: Mapped[bool] = mapped_column(default=False)
    options: Mapped[list[Texts]] = mapped_column(default=list)
    low: Mapped[int | None]
    high: Mapped[int | None]
    is_sensitive: Mapped[bool] = mapped_column(default=False)


class Answer(Base):
    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("registration_id", "question_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"), index=True)
    value: Mapped[str] = mapped_column(Encrypted("answer.value"))

    registration: Mapped["Registration"] = relationship(back_populates="answers")
    question: Mapped[Question] = relationship()
