"""Secrets by which programs act in the name of a member: made once, found by their hash, taken back."""

from datetime import datetime, timedelta

from sqlalchemy import select

from campaign.db import db
from campaign.domain.errors import Refused
from campaign.keys import new_token, token_hash
from campaign.models import ApiToken, Member, User
from campaign.services import audit

LIFE = timedelta(days=365)
LIMIT = 20
"""How many a member may have at once."""


def create(member: Member, *, label: str, actor: User, now: datetime) -> str:
    """Make a secret for a program and return it: nobody can read it afterwards; raises Refused("too-many-tokens")."""
    if len(of_member(member, now=now)) >= LIMIT:
        raise Refused("too-many-tokens", limit=LIMIT)
    token = new_token()
    row = ApiToken(member=member, label=label, token_hash=token_hash(token), created_at=now, expires_at=now + LIFE)
    db.session.add(row)
    db.session.flush()
    audit.record("create", row, campaign=member.campaign, actor=actor, now=now)
    return token


def of_member(member: Member, *, now: datetime) -> list[ApiToken]:
    """Return a member's secrets that still open something, oldest first."""
    living = select(ApiToken).where(ApiToken.member_id == member.id, ApiToken.expires_at > now)
    return list(db.session.scalars(living.order_by(ApiToken.id)))


def revoke(row: ApiToken, *, actor: User, now: datetime) -> None:
    """Let a secret open nothing any more."""
    audit.record("revoke", row, campaign=row.member.campaign, actor=actor, now=now)
    db.session.delete(row)


def member_of(token: str, *, now: datetime) -> Member | None:
    """Return in whose name a secret acts; None for one that is unknown or too old, or whose owner is disabled."""
    found = select(Member).join(ApiToken).join(User, User.id == Member.user_id)
    return db.session.scalar(
        found.where(ApiToken.token_hash == token_hash(token), ApiToken.expires_at > now, User.active.is_(True))
    )
