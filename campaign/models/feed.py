"""What calendars are made of: each published event's rendered entry, one a language."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.db import Base


class Entry(Base):
    """The VEVENT bytes of one event in one language, rendered when the event changed."""

    __tablename__ = "entry"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    rendered_at: Mapped[datetime]
