"""One step in which a year's events were taken over into the next."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base
from campaign.models.edition import Edition
from campaign.models.member import User


class RollOver(Base):
    __tablename__ = "roll_over"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"), index=True)
    """The year that the events came into."""
    from_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    events: Mapped[int]
    """How many came along."""
    undone_at: Mapped[datetime | None]

    edition: Mapped[Edition] = relationship(foreign_keys=[edition_id])
    source: Mapped[Edition] = relationship(foreign_keys=[from_id])
    actor: Mapped[User | None] = relationship()
