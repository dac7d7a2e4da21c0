"""The book of remembrance: what is written into it, by a link that its author alone has, and what it shows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from campaign.db import db, lock
from campaign.domain import tribute as rules
from campaign.domain.errors import Refused
from campaign.domain.text import fold
from campaign.domain.tribute import Status
from campaign.keys import derived_token, token_hash
from campaign.models import Campaign, Tribute

PAGE_SIZE = 30
PURPOSE, SENT = "tribute", "tribute-sent"


@dataclass(frozen=True)
class Draft:
    """What an author writes; without a name they stay unnamed."""

    text: str
    language: str
    name: str = ""


@dataclass(frozen=True)
class Page:
    """Some tributes, the newest first, and the one behind which older ones go on."""

    items: list[Tribute]
    next: int | None


def has_book(campaign: Campaign) -> bool:
    """Return whether there is a book to look at: one that is written in, or was."""
    return campaign.takes_tributes or db.session.scalar(_shown(campaign).limit(1)) is not None


def check_open(campaign: Campaign) -> None:
    """Refuse writing where the book takes nothing ("tributes-not-taken"), or nothing just now ("tributes-closed")."""
    if not campaign.takes_tributes:
        raise Refused("tributes-not-taken")
    if campaign.attack_mode_at is not None:
        raise Refused("tributes-closed")


def write(campaign: Campaign, draft: Draft, *, submission: str, now: datetime) -> tuple[Tribute, str]:
    """Keep a tribute until somebody has read it; return it and the token by which its author finds it again.

    `submission` is random and names one showing of the form: sent twice it is one tribute with one token, which
    only it can be made into. Refuses as `check_open` does.
    """
    lock(campaign)
    check_open(campaign)
    token, sent = derived_token(submission, PURPOSE), derived_token(submission, SENT)
    known = select(Tribute).where(Tribute.campaign_id == campaign.id, Tribute.submission == sent)
    if found := db.session.scalar(known):
        return found, token
    tribute = Tribute(campaign=campaign, submission=sent, token_hash=token_hash(token), created_at=now)
    _apply(tribute, draft)
    db.session.add(tribute)
    db.session.flush()
    return tribute, token


def by_token(token: str) -> Tribute | None:
    """Return the tribute whose secret address this is."""
    return db.session.scalar(select(Tribute).where(Tribute.token_hash == token_hash(token)))


def edit(tribute: Tribute, draft: Draft, *, now: datetime) -> None:
    """Change one's own tribute, which then waits to be read again; refuses as `check_open` does."""
    check_open(tribute.campaign)
    lock(tribute)
    if draft == draft_of(tribute):
        return
    if tribute.status is not Status.WAITING:
        rules.check_move(tribute.status, Status.WAITING)
        tribute.status = Status.WAITING
    _apply(tribute, draft)
    tribute.changed_at = now
    tribute.decided_at = tribute.decided_by_id = tribute.decided_from = None
    db.session.flush()


def delete(tribute: Tribute) -> None:
    """Take one's own tribute back, whatever became of it; nothing of it stays."""
    db.session.delete(tribute)
    db.session.flush()


def draft_of(tribute: Tribute) -> Draft:
    """Return a tribute as its author wrote it."""
    return Draft(tribute.text, tribute.language, tribute.name)


def shown(campaign: Campaign, *, language: str | None = None, before: int | None = None) -> Page:
    """Return a page of what the book shows, the newest first, in one language or all, from behind one on."""
    return page(_shown(campaign, language), before=before)


def languages(campaign: Campaign) -> list[str]:
    """Return the languages of the tributes that are shown."""
    spoken = select(Tribute.language).where(Tribute.campaign_id == campaign.id, Tribute.status == Status.SHOWN)
    return sorted(db.session.scalars(spoken.distinct()))


def page(found: Select[Tribute], *, before: int | None) -> Page:
    """Return the newest of some tributes, from behind one on."""
    if before is not None:
        found = found.where(Tribute.id < before)
    rows = list(db.session.scalars(found.order_by(Tribute.id.desc()).limit(PAGE_SIZE + 1)))
    items = rows[:PAGE_SIZE]
    return Page(items, items[-1].id if len(rows) > PAGE_SIZE else None)


def _shown(campaign: Campaign, language: str | None = None) -> Select[Tribute]:
    found = select(Tribute).where(Tribute.campaign_id == campaign.id, Tribute.status == Status.SHOWN)
    return found.where(Tribute.language == language) if language else found


def _apply(tribute: Tribute, draft: Draft) -> None:
    tribute.text, tribute.language, tribute.name = draft.text, draft.language, draft.name
    tribute.search_text = fold(f"{draft.name} {draft.text}")
