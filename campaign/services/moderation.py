"""Who may be read in the book of remembrance: each tribute is looked at first, by somebody who reads its language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from campaign.db import db, lock
from campaign.domain import tribute as rules
from campaign.domain.text import fold
from campaign.domain.tribute import Status
from campaign.models import Campaign, Tribute, User
from campaign.services import audit, tributes
from campaign.services.tributes import Page

UNDO_LIFE = timedelta(minutes=15)


@dataclass(frozen=True)
class Last:
    """What a moderator decided last and may still take back."""

    status: Status
    count: int


def set_book(campaign: Campaign, *, is_open: bool, is_hidden: bool, actor: User | None, now: datetime) -> None:
    """Say whether the book takes tributes, and whether search engines are asked to leave it out."""
    lock(campaign)
    campaign.takes_tributes, campaign.hides_tributes = is_open, is_hidden
    audit.record(
        "set-tributes", campaign, campaign=campaign, actor=actor, now=now, is_open=is_open, is_hidden=is_hidden
    )


def find(
    campaign: Campaign,
    status: Status,
    *,
    language: str | None = None,
    words: str = "",
    before: int | None = None,
) -> Page:
    """Return a page of the tributes in a state, the newest first, in one language or all, with these words."""
    found = select(Tribute).where(Tribute.campaign_id == campaign.id, Tribute.status == status)
    if language:
        found = found.where(Tribute.language == language)
    if wanted := fold(words):
        found = found.where(Tribute.search_text.contains(wanted, autoescape=True))
    return tributes.page(found, before=before)


def counts(campaign: Campaign, status: Status) -> list[tuple[str, int]]:
    """Return how many tributes are in a state, by language, the most first."""
    counted = select(Tribute.language, func.count()).where(Tribute.campaign_id == campaign.id, Tribute.status == status)
    rows = counted.group_by(Tribute.language).order_by(func.count().desc(), Tribute.language)
    return [(language, count) for language, count in db.session.execute(rows)]


def decide(campaign: Campaign, ids: Iterable[int], status: Status, *, actor: User, now: datetime) -> int:
    """Show, decline or put back tributes of a campaign; return how many that changed.

    One that another moderator decided so already, or that its author took back, is left as it is.
    """
    changed = 0
    for tribute in _held(campaign, Tribute.id.in_(list(ids))):
        if tribute.status is not status:
            _move(tribute, status, before=tribute.status, actor=actor, now=now)
            changed += 1
    return changed


def last(campaign: Campaign, *, actor: User, now: datetime) -> Last | None:
    """Return what somebody decided last in a campaign, while it can be taken back."""
    rows = select(Tribute.status, func.count()).where(_latest(campaign, actor, now)).group_by(Tribute.status)
    row = db.session.execute(rows).first()
    return Last(row[0], row[1]) if row else None


def undo(campaign: Campaign, *, actor: User, now: datetime) -> int:
    """Take back what somebody decided last; return how many. What was decided or changed since stays."""
    found = _held(campaign, _latest(campaign, actor, now))
    for tribute in found:
        if tribute.decided_from is not None:
            _move(tribute, tribute.decided_from, before=None, actor=actor, now=now)
    return len(found)


def _move(tribute: Tribute, status: Status, *, before: Status | None, actor: User, now: datetime) -> None:
    rules.check_move(tribute.status, status)
    tribute.status, tribute.decided_from = status, before
    tribute.decided_at, tribute.decided_by_id = now, actor.id
    action = {Status.SHOWN: "show", Status.DECLINED: "decline", Status.WAITING: "put-back"}[status]
    audit.record(action, tribute, campaign=tribute.campaign, actor=actor, now=now)


def _held(campaign: Campaign, wanted: ColumnElement[bool]) -> list[Tribute]:
    """Return the campaign's tributes that fit, held until the unit of work ends; who wrote them may come after us."""
    lock(campaign)
    rows = select(Tribute).where(Tribute.campaign_id == campaign.id, wanted).order_by(Tribute.id)
    found = list(db.session.scalars(rows))
    lock(*found)
    return found


def _latest(campaign: Campaign, actor: User, now: datetime) -> ColumnElement[bool]:
    """Return the condition for what somebody decided by their last step, unless it is too long ago."""
    ours = (Tribute.campaign_id == campaign.id) & (Tribute.decided_by_id == actor.id)
    newest = select(func.max(Tribute.decided_at)).where(ours).scalar_subquery()
    recent = Tribute.decided_at > now - UNDO_LIFE
    return ours & recent & (Tribute.decided_at == newest) & Tribute.decided_from.is_not(None)
