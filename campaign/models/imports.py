"""What is remembered of an imported table: which of its columns means what."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from campaign.db import Base, Texts


class KnownTable(Base):
    __tablename__ = "known_table"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    header_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    """Of the header's cells: a file with the same ones is read in the same way."""
    columns: Mapped[Texts]
    """The header's cell by the field that it fills."""
    used_at: Mapped[datetime]
