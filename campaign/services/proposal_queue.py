"""What coordinators do with proposals: look through them, take one in hand, ask back, approve or decline it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from campaign.db import db, lock
from campaign.domain import event as event_rules
from campaign.domain.errors import Refused
from campaign.domain.proposal import OPEN, Kind, Status
from campaign.models import Edition, Event, Host, Proposal, User
from campaign.services import audit, events, hosts, proposals
from campaign.services.proposed_events import still_open

PAGE_SIZE = 50
CLAIM_LIFE = timedelta(hours=4)
"""How long somebody has a proposal in hand before it is everybody's again."""
REASON_LIMIT = 1000


@dataclass(frozen=True)
class Wanted:
    """Which proposals to list; None is any, and `online` those without a country."""

    countries: Collection[str] | None = None
    """Where the member may act; None is everywhere."""
    country: str | None = None
    language: str | None = None
    is_online: bool = False
    is_nobodys: bool = False
    """Whether only those of countries without anybody who could look at them."""
    covered: Collection[str] = ()
    """The countries that somebody looks after."""


@dataclass(frozen=True)
class Page:
    """One page of the queue, oldest first, its number from 1, how many pages and proposals there are."""

    items: list[Proposal]
    number: int
    pages: int
    total: int


def find(edition: Edition, wanted: Wanted, *, page: int) -> Page:
    """Return one page of the edition's open proposals."""
    where = _conditions(edition, wanted)
    total = count(edition, wanted)
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(page, 1), pages)
    ids = select(Proposal.id).where(*where).order_by(Proposal.id).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    return Page(_rows(db.session.scalars(ids).all()), number, pages, total)


def count(edition: Edition, wanted: Wanted) -> int:
    """Return how many of the edition's proposals are open."""
    where = _conditions(edition, wanted)
    return db.session.scalars(select(func.count()).select_from(Proposal).where(*where)).one()


def counts(edition: Edition, countries: Collection[str] | None) -> Mapping[tuple[str | None, str], int]:
    """Return how many proposals are open by country and language, where the member may act."""
    where = _conditions(edition, Wanted(countries))
    rows = select(Proposal.country, Proposal.language, func.count()).where(*where)
    grouped = rows.group_by(Proposal.country, Proposal.language).order_by(Proposal.country, Proposal.language)
    return {(country, language): count for country, language, count in db.session.execute(grouped)}


def by_number(edition: Edition, number: int) -> Proposal | None:
    """Return a proposal that organizers may read, decided or not."""
    read = Proposal.edition_id == edition.id, Proposal.id == number, Proposal.status != Status.UNVERIFIED
    return db.session.scalar(select(Proposal).where(*read))


def claimant(proposal: Proposal, *, now: datetime) -> User | None:
    """Return who has the proposal in hand."""
    is_fresh = proposal.claimed_at is not None and now - proposal.claimed_at < CLAIM_LIFE
    return proposal.claimed_by if is_fresh else None


def claim(proposal: Proposal, *, actor: User, now: datetime) -> None:
    """Take a proposal in hand for some hours; raises Refused("proposal-claimed") while somebody else has it."""
    _hold(proposal, actor, now)
    proposal.claimed_by, proposal.claimed_at = actor, now


def release(proposal: Proposal, *, actor: User, now: datetime) -> None:
    """Let others take it."""
    _hold(proposal, actor, now)
    proposal.claimed_by, proposal.claimed_at = None, None


def ask_back(proposal: Proposal, question: str, *, actor: User, now: datetime) -> None:
    """Ask the host something; what they change on their page brings the proposal back."""
    _hold(proposal, actor, now)
    if proposal.status is not Status.ASKED_BACK:
        proposals.move(proposal, Status.ASKED_BACK)
    proposal.question = question
    _write("question", proposal, now=now, question=question)
    _record("ask-back", proposal, actor, now)


def approve(proposal: Proposal, *, actor: User, now: datetime) -> None:
    """Publish a proposed event, or apply a change; raises Refused("event-incomplete", missing=…) and others.

    Whoever comes second, because two pressed the button at once, is refused ("proposal-move").
    """
    _hold(proposal, actor, now)
    draft = proposals.wanted(proposal)
    proposals.move(proposal, Status.APPROVED)
    if proposal.kind is Kind.CHANGE:
        events.edit(proposal.event, draft, actor=actor, now=now)
    else:
        event_rules.check_publishable(events.facts_of(proposal.event))
        events.publish(proposal.event, actor=actor, now=now)
    _decided(proposal, "approve", actor, now)
    _write("approved" if proposal.kind is Kind.NEW else "change-approved", proposal, now=now)


def decline(proposal: Proposal, reason: str, *, actor: User, now: datetime) -> None:
    """Decline it, and tell the host why; they may change it and try again."""
    _hold(proposal, actor, now)
    proposals.move(proposal, Status.DECLINED)
    proposal.question = reason
    _decided(proposal, "decline", actor, now)
    _write("declined" if proposal.kind is Kind.NEW else "change-declined", proposal, now=now, reason=reason)


def _hold(proposal: Proposal, actor: User, now: datetime) -> None:
    """Lock an open proposal that nobody else has in hand."""
    lock(proposal)
    if proposal.status not in OPEN:
        raise Refused("proposal-decided")
    if (other := claimant(proposal, now=now)) is not None and other.id != actor.id:
        raise Refused("proposal-claimed", by=other.email)


def _decided(proposal: Proposal, action: str, actor: User, now: datetime) -> None:
    proposal.decided_by_id, proposal.decided_at = actor.id, now
    proposal.claimed_by, proposal.claimed_at = None, None
    _record(action, proposal, actor, now)


def _record(action: str, proposal: Proposal, actor: User, now: datetime) -> None:
    audit.record(action, proposal, campaign=proposal.edition.campaign, actor=actor, now=now, event=proposal.event_id)


def _write(kind: str, proposal: Proposal, *, now: datetime, **facts: object) -> None:
    key = f"{kind}:{proposal.id}:{now.timestamp()}"
    hosts.write(kind, proposal.host, key=key, event=proposal.event, now=now, **facts)


def _conditions(edition: Edition, wanted: Wanted) -> list[ColumnElement[bool]]:
    where = [Proposal.edition_id == edition.id, still_open()]
    if wanted.countries is not None:
        where.append(Proposal.country.in_(wanted.countries) if wanted.countries else false())
    if wanted.country:
        where.append(Proposal.country == wanted.country)
    if wanted.is_online:
        where.append(Proposal.country.is_(None))
    if wanted.is_nobodys:
        where.append(or_(Proposal.country.is_(None), Proposal.country.not_in(wanted.covered)))
    if wanted.language:
        where.append(Proposal.language == wanted.language)
    return where


def _rows(ids: Collection[int]) -> list[Proposal]:
    """Return the proposals with all that their list shows, by one question."""
    whole: Select[Proposal] = (
        select(Proposal)
        .join(Event, Event.id == Proposal.event_id)
        .join(Host, Host.id == Proposal.host_id)
        .where(Proposal.id.in_(ids))
        .options(contains_eager(Proposal.event).lazyload("*"), contains_eager(Proposal.host))
        .options(joinedload(Proposal.claimed_by))
    )
    return list(db.session.scalars(whole.order_by(Proposal.id)))
