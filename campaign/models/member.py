"""Organizers: their accounts, where they are signed in, and their roles in campaigns."""

from datetime import date, datetime

from flask_security import AsaList, UserMixin, WebAuthnMixin
from sqlalchemy import DateTime, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base
from campaign.domain.permission import Role
from campaign.keys import Encrypted
from campaign.models.campaign import Campaign
from campaign.models.columns import known_states, states

LIBRARY_TIME = DateTime(timezone=False)
"""Flask-Security writes naive UTC into its own columns."""


class User(Base, UserMixin):
    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(  # type: ignore[assignment]  # none before a passkey
        String(64), unique=True
    )
    confirmed_at: Mapped[datetime | None] = mapped_column(LIBRARY_TIME)
    may_create_campaigns: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    webauthn: Mapped[list["WebAuthn"]] = relationship(  # type: ignore[assignment]  # the library's list of its own kind
        back_populates="user", cascade="all, delete-orphan"
    )
    members: Mapped[list["Member"]] = relationship(back_populates="user", cascade="all, delete-orphan")

    # What the library asks every user for and nobody has here: its own roles, and a second factor.
    roles = []
    tf_primary_method = None
    tf_totp_secret = None


class WebAuthn(Base, WebAuthnMixin):
    """A passkey."""

    __tablename__ = "webauthn"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    extensions: Mapped[str | None] = mapped_column(String(255))
    lastuse_datetime: Mapped[datetime] = mapped_column(LIBRARY_TIME)
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))

    user: Mapped[User] = relationship(back_populates="webauthn")

    def get_user_mapping(self) -> dict[str, object]:
        """Say how the library finds the user of this passkey."""
        return {"id": self.user_id}


class SignIn(Base):
    """One signed-in browser; without its row a copied cookie is worth nothing."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    user: Mapped[User] = relationship()


class SignInLink(Base):
    """A link that signs one person in, once."""

    __tablename__ = "sign_in_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class Member(Base):
    """One person's role in one campaign."""

    __tablename__ = "member"
    __table_args__ = (UniqueConstraint("user_id", "campaign_id"), known_states("role", Role))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(states(Role))
    countries: Mapped[list[str]] = mapped_column(default=list)
    """Where a coordinator may act; for other roles empty, which is everywhere."""
    event_ids: Mapped[list[int]] = mapped_column(default=list)
    """Which events a door person checks in at."""
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    """Who acts in this one's countries while they are away."""
    away_from: Mapped[date | None]
    away_until: Mapped[date | None]
    """The last day of the absence."""
    created_at: Mapped[datetime]

    user: Mapped[User] = relationship(back_populates="members")
    campaign: Mapped[Campaign] = relationship()
    deputy: Mapped["Member | None"] = relationship(remote_side=[id])


class MemberInvitation(Base):
    """A mail that asks somebody to take on a role; it touches no account before its reader accepts it."""

    __tablename__ = "member_invitation"
    __table_args__ = (known_states("role", Role),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(Encrypted("member_invitation.email"))
    email_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    role: Mapped[Role] = mapped_column(states(Role))
    countries: Mapped[list[str]] = mapped_column(default=list)
    language: Mapped[str] = mapped_column(String(8))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    campaign: Mapped[Campaign] = relationship()
