"""Who looks after which country: a coordinator, or during an absence their deputy; else the campaign's owners."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select

from campaign.db import db
from campaign.domain import permission as rules
from campaign.domain.errors import Refused
from campaign.domain.permission import Role
from campaign.models import Campaign, Member, Proposal, User
from campaign.services import audit


def countries_of(member: Member, *, today: date) -> list[str]:
    """Return the countries in which a member may act today: their own, and those of whom they stand in for."""
    away = select(Member).where(Member.deputy_id == member.id, Member.away_from.is_not(None))
    lent = {code for one in db.session.scalars(away) if is_away(one, today=today) for code in one.countries}
    return sorted({*member.countries, *lent})


def is_away(member: Member, *, today: date) -> bool:
    """Return whether a member is absent on a day."""
    return rules.is_away(member.away_from, member.away_until, today)


def covered(campaign: Campaign, *, today: date) -> set[str]:
    """Return the countries that a coordinator, or the deputy of one who is away, looks after."""
    return {code for one in of_campaign(campaign) if _is_looked_after(one, today) for code in one.countries}


def of_campaign(campaign: Campaign) -> list[Member]:
    """Return everybody with a role in the campaign, by role and address."""
    every = select(Member).join(User).where(Member.campaign_id == campaign.id).order_by(User.email)
    order = list(Role)
    return sorted(db.session.scalars(every), key=lambda one: order.index(one.role))


def be_away(member: Member, first: date | None, last: date | None, *, actor: User, now: datetime) -> None:
    """Note an absence, or with None that there is none; raises Refused("away-reversed") or ("away-half")."""
    rules.check_absence(first, last)
    member.away_from, member.away_until = first, last
    audit.record("be-away", member, campaign=member.campaign, actor=actor, now=now)


def appoint_deputy(member: Member, deputy: Member | None, *, actor: User, now: datetime) -> None:
    """Say who acts in a member's countries while they are away; raises Refused("deputy-unfit")."""
    if deputy is not None:
        is_other = deputy.id != member.id and deputy.campaign_id == member.campaign_id
        if not is_other or deputy.role not in rules.DEPUTIES:
            raise Refused("deputy-unfit")
    member.deputy = deputy
    audit.record("appoint-deputy", member, campaign=member.campaign, actor=actor, now=now)


def hand_over(member: Member, to: Member, *, actor: User, now: datetime) -> None:
    """Give all countries of a coordinator, and what they have in hand, to another one ("handover-unfit")."""
    if to.id == member.id or to.campaign_id != member.campaign_id or {member.role, to.role} != {Role.COORDINATOR}:
        raise Refused("handover-unfit")
    to.countries, member.countries = sorted({*to.countries, *member.countries}), []
    for one in _in_hand(member):
        one.claimed_by_id = to.user_id
    audit.record("hand-over", member, campaign=member.campaign, actor=actor, now=now, to=to.id)


def let_go(member: Member) -> None:
    """Free what a member has in hand, since they leave."""
    for one in _in_hand(member):
        one.claimed_by, one.claimed_at = None, None


def _in_hand(member: Member) -> Collection[Proposal]:
    editions = [edition.id for edition in member.campaign.editions]
    theirs = select(Proposal).where(Proposal.claimed_by_id == member.user_id, Proposal.edition_id.in_(editions))
    return db.session.scalars(theirs).all()


def _is_looked_after(member: Member, today: date) -> bool:
    if member.role is not Role.COORDINATOR:
        return False
    if not is_away(member, today=today):
        return True
    return member.deputy is not None and not is_away(member.deputy, today=today)
