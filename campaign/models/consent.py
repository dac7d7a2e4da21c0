"""What registrants agree to: the texts in their versions, and who agreed when."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base, Texts


class ConsentText(Base):
    """One version of what is asked for one purpose; never changed, only followed by the next."""

    __tablename__ = "consent_text"
    __table_args__ = (UniqueConstraint("campaign_id", "purpose", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    text: Mapped[Texts]
    kept_days: Mapped[int] = mapped_column(default=30)
    """How long after the event those who agree are kept at most, whatever the campaign says later."""
    created_at: Mapped[datetime]


class Consent(Base):
    """One registrant's yes to one text, in the language they read it in."""

    __tablename__ = "consent"
    __table_args__ = (UniqueConstraint("registration_id", "consent_text_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    consent_text_id: Mapped[int] = mapped_column(ForeignKey("consent_text.id"))
    language: Mapped[str] = mapped_column(String(8))
    text_hash: Mapped[str] = mapped_column(String(64))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    consent_text: Mapped[ConsentText] = relationship()
