"""Links that let a number of people register, also where the form is closed to others."""

from datetime import datetime

from sqlalchemy import func, select

from campaign.db import db, lock
from campaign.domain.errors import Refused
from campaign.domain.registration import ENDED
from campaign.keys import new_token, token_hash
from campaign.models import Event, Invitation, Registration, User
from campaign.services import audit

QUOTA_LIMIT = 1000


def create(
    event: Event, *, label: str, quota: int, expires_at: datetime | None, actor: User | None, now: datetime
) -> Invitation:
    """Make a link for so many places; raises Refused("quota-out-of-range", limit=…) or ("invitation-over")."""
    if not 1 <= quota <= QUOTA_LIMIT:
        raise Refused("quota-out-of-range", limit=QUOTA_LIMIT)
    if expires_at is not None and expires_at <= now:
        raise Refused("invitation-over")
    token = new_token()
    invitation = Invitation(
        event=event, label=label, quota=quota, used=0, expires_at=expires_at, token=token,
        token_hash=token_hash(token), created_at=now,
    )  # fmt: skip
    db.session.add(invitation)
    audit.record("invite", invitation, campaign=event.edition.campaign, actor=actor, now=now, quota=quota)
    return invitation


def revoke(invitation: Invitation, *, actor: User | None, now: datetime) -> None:
    """Close the link; who came by it keeps the place. Closing twice is once."""
    lock(invitation.event)
    db.session.refresh(invitation)
    if invitation.revoked_at is not None:
        return
    invitation.revoked_at = now
    audit.record("revoke", invitation, campaign=invitation.event.edition.campaign, actor=actor, now=now)


def by_token(event: Event, token: str) -> Invitation | None:
    """Return the event's invitation that a link carries."""
    found = select(Invitation).where(Invitation.token_hash == token_hash(token), Invitation.event_id == event.id)
    return db.session.scalar(found)


def of_event(event: Event) -> list[Invitation]:
    """Return an event's invitations, newest first."""
    made = select(Invitation).where(Invitation.event_id == event.id).order_by(Invitation.id.desc())
    return list(db.session.scalars(made))


def is_usable(invitation: Invitation, *, party: int = 1, now: datetime) -> bool:
    """Return whether the link still opens the form, for so many people."""
    is_over = invitation.expires_at is not None and invitation.expires_at <= now
    return invitation.revoked_at is None and not is_over and invitation.used + party <= invitation.quota


def check(invitation: Invitation, *, party: int, now: datetime) -> None:
    """Refuse a link that is closed, too old or used up, with the event locked ("invitation-not-usable", left=…)."""
    db.session.refresh(invitation)
    if not is_usable(invitation, party=party, now=now):
        raise Refused("invitation-not-usable", left=max(invitation.quota - invitation.used, 0))


def use(invitation: Invitation, registration: Registration, *, now: datetime) -> None:
    """Let a registration in by the link, which was checked before."""
    registration.invitation_id, registration.approved_at = invitation.id, now
    invitation.used += registration.party_size
    db.session.flush()


def give_back(registration: Registration) -> None:
    """Count anew what the link of a registration that ended has given; call it with the event locked."""
    if registration.invitation_id is None:
        return
    invitation = db.session.get_one(Invitation, registration.invitation_id, populate_existing=True)
    living = (Registration.invitation_id == invitation.id) & Registration.status.not_in(ENDED)
    people = db.session.scalars(select(func.coalesce(func.sum(Registration.party_size), 0)).where(living)).one()
    invitation.used = min(people, invitation.quota)
