"""Accounts of organizers, their roles in campaigns, and the links that sign them in once."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from campaign.db import db, lock
from campaign.domain.errors import Refused
from campaign.domain.permission import Role, check_owner_left
from campaign.keys import new_token, token_hash
from campaign.models import Campaign, Member, SignIn, SignInLink, User
from campaign.services import audit, coordinators

LINK_LIFE = timedelta(hours=24)
SIGN_IN_LIFE = timedelta(days=14)


def create_user(email: str, *, password_hash: str | None, may_create_campaigns: bool, now: datetime) -> User:
    """Create an account; raises Refused("account-exists")."""
    if by_email(email):
        raise Refused("account-exists")
    user = User(
        email=email.strip().lower(),
        password=password_hash,
        active=True,
        fs_uniquifier=uuid.uuid4().hex,
        confirmed_at=now.replace(tzinfo=None),
        may_create_campaigns=may_create_campaigns,
        created_at=now,
    )
    db.session.add(user)
    db.session.flush()
    return user


def by_email(email: str) -> User | None:
    """Return the account of a mail address."""
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


def grant(
    user: User, campaign: Campaign, role: Role, *, countries: list[str] | None = None, actor: User | None, now: datetime
) -> Member:
    """Give somebody a role in a campaign, in place of the one they had."""
    member = membership(user, campaign) or Member(user=user, campaign=campaign, created_at=now)
    member.role, member.countries = role, sorted(countries or [])
    db.session.add(member)
    audit.record("grant", member, campaign=campaign, actor=actor, now=now, role=role)
    return member


def change_role(member: Member, role: Role, *, countries: list[str], actor: User, now: datetime) -> None:
    """Give a member another role or other countries; raises Refused("last-owner")."""
    lock(member.campaign)
    member.role, member.countries = role, sorted(countries) if role is Role.COORDINATOR else []
    _check_owner_left(member.campaign)
    audit.record("grant", member, campaign=member.campaign, actor=actor, now=now, role=role)


def remove(member: Member, *, actor: User, now: datetime) -> None:
    """Take somebody's role away; their account stays. Raises Refused("last-owner")."""
    campaign = member.campaign
    lock(campaign)
    audit.record("remove-member", member, campaign=campaign, actor=actor, now=now, role=member.role)
    coordinators.let_go(member)
    db.session.delete(member)
    _check_owner_left(campaign)


def membership(user: User, campaign: Campaign) -> Member | None:
    """Return somebody's membership in a campaign."""
    return db.session.scalar(select(Member).where(Member.user_id == user.id, Member.campaign_id == campaign.id))


def campaigns_of(user: User) -> list[Campaign]:
    """Return the campaigns in which somebody has a role, oldest first."""
    return list(
        db.session.scalars(select(Campaign).join(Member).where(Member.user_id == user.id).order_by(Campaign.id))
    )


def roles_of(user: User) -> dict[int, Role]:
    """Return somebody's role in each of their campaigns, by the campaign's id."""
    rows = db.session.execute(select(Member.campaign_id, Member.role).where(Member.user_id == user.id))
    return dict(rows.tuples().all())


def link(user: User, *, now: datetime) -> str:
    """Return the token of a link that signs the user in once, within a day; earlier ones end."""
    db.session.execute(
        update(SignInLink).where(SignInLink.user_id == user.id, SignInLink.used_at.is_(None)).values(used_at=now)
    )
    token = new_token()
    db.session.add(SignInLink(user=user, token_hash=token_hash(token), expires_at=now + LINK_LIFE))
    db.session.flush()
    return token


def linked_user(token: str, *, now: datetime) -> User | None:
    """Return whom an unused link would sign in."""
    row = _unused(token, now)
    return row.user if row else None


def use_link(token: str, *, now: datetime) -> User:
    """Use up a link; raises Refused("link-used") for one that is unknown, old or used."""
    used = (
        update(SignInLink)
        .where(SignInLink.token_hash == token_hash(token), SignInLink.used_at.is_(None), SignInLink.expires_at > now)
        .values(used_at=now)
        .returning(SignInLink.user_id)
    )
    user_id = db.session.scalar(used)
    user = db.session.get(User, user_id) if user_id else None
    if user is None or not user.active:
        raise Refused("link-used")
    return user


def sign_in(user: User, *, now: datetime) -> str:
    """Note a browser in which the user is signed in; return its secret, kept in the cookie."""
    secret = new_token()
    db.session.add(SignIn(user=user, secret_hash=token_hash(secret), created_at=now, expires_at=now + SIGN_IN_LIFE))
    db.session.flush()
    return secret


def signed_in_user(secret: str, *, now: datetime) -> User | None:
    """Return whose browser this is, None when it was signed out or its time is over."""
    return db.session.scalar(
        select(User)
        .join(SignIn)
        .where(SignIn.secret_hash == token_hash(secret), SignIn.expires_at > now, User.active.is_(True))
    )


def sign_out(secret: str) -> None:
    """Forget one browser: its cookie, and every copy of it, is worth nothing from now on."""
    row = db.session.scalar(select(SignIn).where(SignIn.secret_hash == token_hash(secret)))
    if row:
        db.session.delete(row)


def sign_out_everywhere(user: User) -> None:
    """Forget every browser of a user."""
    for row in db.session.scalars(select(SignIn).where(SignIn.user_id == user.id)):
        db.session.delete(row)


def _check_owner_left(campaign: Campaign) -> None:
    db.session.flush()
    owners = select(func.count(Member.id)).where(Member.campaign_id == campaign.id, Member.role == Role.OWNER)
    check_owner_left(db.session.scalars(owners).one())


def _unused(token: str, now: datetime) -> SignInLink | None:
    return db.session.scalar(
        select(SignInLink).where(
            SignInLink.token_hash == token_hash(token), SignInLink.used_at.is_(None), SignInLink.expires_at > now
        )
    )
