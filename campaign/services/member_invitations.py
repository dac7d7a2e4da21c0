"""Invitations by mail to become an organizer: they touch no account before their reader accepts."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from campaign import address
from campaign.db import db, lock
from campaign.domain.errors import Refused
from campaign.domain.permission import Role
from campaign.i18n import pick, say
from campaign.keys import address_hash, new_token, token_hash
from campaign.models import Campaign, Member, MemberInvitation, User
from campaign.services import audit, members, outbox

LIFE = timedelta(days=14)


def invite(
    campaign: Campaign,
    email: str,
    role: Role,
    *,
    countries: Sequence[str],
    language: str,
    actor: User | None,
    now: datetime,
) -> str:
    """Write to somebody, whether they have an account or not; an earlier invitation of theirs ends.

    Return the token of the link. Raises Refused("member-already") for whoever has a role in this campaign.
    """
    known = members.by_email(email)
    if known and members.membership(known, campaign):
        raise Refused("member-already")
    lock(campaign)
    earlier = update(MemberInvitation).where(_open(now), MemberInvitation.campaign_id == campaign.id)
    db.session.execute(earlier.where(MemberInvitation.email_hash == address_hash(email)).values(revoked_at=now))
    token = new_token()
    invitation = MemberInvitation(
        campaign=campaign,
        email=email.strip().lower(),
        email_hash=address_hash(email),
        role=role,
        countries=sorted(countries) if role is Role.COORDINATOR else [],
        language=language,
        token_hash=token_hash(token),
        invited_by_id=actor.id if actor else None,
        created_at=now,
        expires_at=now + LIFE,
    )
    db.session.add(invitation)
    audit.record("invite-member", invitation, campaign=campaign, actor=actor, now=now, role=role)
    _write(invitation, token, now=now)
    return token


def by_token(token: str, *, now: datetime) -> MemberInvitation | None:
    """Return an invitation that still holds."""
    return db.session.scalar(
        select(MemberInvitation).where(MemberInvitation.token_hash == token_hash(token), _open(now))
    )


def by_number(campaign: Campaign, number: int) -> MemberInvitation | None:
    """Return an invitation of the campaign that nobody has accepted or taken back."""
    unused = MemberInvitation.accepted_at.is_(None), MemberInvitation.revoked_at.is_(None)
    theirs = select(MemberInvitation).where(MemberInvitation.campaign_id == campaign.id, *unused)
    return db.session.scalar(theirs.where(MemberInvitation.id == number))


def open_ones(campaign: Campaign, *, now: datetime) -> list[MemberInvitation]:
    """Return the invitations that still hold, the newest first."""
    held = select(MemberInvitation).where(MemberInvitation.campaign_id == campaign.id, _open(now))
    return list(db.session.scalars(held.order_by(MemberInvitation.id.desc())))


def accept(token: str, *, user: User | None, now: datetime) -> User:
    """Use up an invitation and give its role to `user`, or where nobody is signed in to a new account.

    Return the member's account. Raises Refused("invitation-used") for a link that holds no more,
    ("invitation-elsewhere") for anybody else's account, and ("invitation-sign-in") where the address has one
    already and nobody is signed in. A role that they have by now stays as it is.
    """
    invitation = by_token(token, now=now)
    if invitation is None:
        raise Refused("invitation-used")
    if user is not None and user.email != invitation.email:
        raise Refused("invitation-elsewhere")
    if user is None and members.by_email(invitation.email):
        raise Refused("invitation-sign-in")
    _use(invitation, now=now)
    user = user or members.create_user(invitation.email, password_hash=None, may_create_campaigns=False, now=now)
    if not members.membership(user, invitation.campaign):
        _grant(invitation, user, now=now)
    return user


def revoke(invitation: MemberInvitation, *, actor: User, now: datetime) -> None:
    """Let an invitation hold no more."""
    invitation.revoked_at = now
    audit.record("revoke-invitation", invitation, campaign=invitation.campaign, actor=actor, now=now)


def _open(now: datetime) -> ColumnElement[bool]:
    unused = MemberInvitation.accepted_at.is_(None) & MemberInvitation.revoked_at.is_(None)
    return unused & (MemberInvitation.expires_at > now)


def _use(invitation: MemberInvitation, *, now: datetime) -> None:
    """Mark it used, unless somebody else did at this moment."""
    used = update(MemberInvitation).where(MemberInvitation.id == invitation.id, _open(now)).values(accepted_at=now)
    if db.session.scalar(used.returning(MemberInvitation.id)) is None:
        raise Refused("invitation-used")


def _grant(invitation: MemberInvitation, user: User, *, now: datetime) -> Member:
    inviter = db.session.get(User, invitation.invited_by_id) if invitation.invited_by_id else None
    return members.grant(
        user, invitation.campaign, invitation.role, countries=invitation.countries, actor=inviter, now=now
    )


def _write(invitation: MemberInvitation, token: str, *, now: datetime) -> None:
    language = invitation.language
    name = pick(invitation.campaign.name, language, invitation.campaign.default_language)[0]
    words = (
        say(language, "You are asked to help organize “%(campaign)s”.", campaign=name),
        say(language, "The link below says which task it is, and lets you accept it within two weeks:"),
        address.member_invitation_page(token),
        say(language, "If you expected nothing of the kind, leave this mail alone: nothing happens then."),
    )
    subject = say(language, "An invitation to organize") if invitation.campaign.has_discreet_subjects else words[0]
    outbox.put(
        "account",
        unique_key=f"invitation:{token_hash(token).hex()}",
        to=invitation.email,
        language=language,
        now=now,
        subject=subject,
        body="\n\n".join(words) + "\n",
    )
