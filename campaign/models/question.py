"""The event's own form fields, and what a registrant wrote."""

from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base, Texts
from campaign.domain.question import Kind
from campaign.keys import Encrypted
from campaign.models.columns import known_states, states

if TYPE_CHECKING:
    from campaign.models.event import Event
    from campaign.models.registration import Registration


class Question(Base):
    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("event_id", "position"), known_states("kind", Kind))

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[Kind] = mapped_column(states(Kind))
    label: Mapped[Texts]
    help: Mapped[Texts] = mapped_column(default=dict)
    is_required: Mapped[bool] = mapped_column(default=False)
    options: Mapped[list[Texts]] = mapped_column(default=list)

    event: Mapped["Event"] = relationship(back_populates="questions")


class Answer(Base):
    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("registration_id", "question_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"), index=True)
    value: Mapped[str] = mapped_column(Encrypted("answer.value"))

    registration: Mapped["Registration"] = relationship(back_populates="answers")
    question: Mapped[Question] = relationship()
