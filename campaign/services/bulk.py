"""What organizers do with several registrations at once, and how they take it back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select

from campaign.db import db, lock
from campaign.domain import message as mail_rules
from campaign.domain.errors import Refused
from campaign.domain.registration import Status
from campaign.domain.text import clean_text
from campaign.models import Campaign, Edition, Event, Message, Registration, RegistrationTag, Undo, User
from campaign.services import audit, registrations

NOTE_LIMIT = 2000
TAGS_LIMIT = 12
UNDO_LIFE = timedelta(minutes=15)


@dataclass(frozen=True)
class Outcome:
    """How many registrations it was done with, how many stay as they are, and why the first of them does."""

    done: int
    refused: int = 0
    reason: Refused | None = None


@dataclass(frozen=True)
class Last:
    """What an organizer did last and may still take back."""

    action: str
    count: int


def approve(rows: Iterable[Registration], *, actor: User, now: datetime) -> Outcome:
    """Let those in who wait for it."""

    def one(row: Registration) -> None:
        if row.approved_at is None:
            _remember(row, "approve", actor=actor, now=now)
        registrations.approve(row, actor=actor, now=now)

    return _each(rows, one, actor=actor)


def decline(rows: Iterable[Registration], *, actor: User, now: datetime) -> Outcome:
    """Send those away who wait, and tell them; it can't be taken back."""
    return _each(rows, lambda row: registrations.decline(row, actor=actor, now=now), actor=actor)


def cancel(rows: Iterable[Registration], *, actor: User, now: datetime) -> Outcome:
    """Give their places back, and tell them; it can't be taken back."""
    return _each(rows, lambda row: registrations.cancel(row, actor=actor, now=now), actor=actor)


def tag(rows: Iterable[Registration], words: Iterable[str], *, actor: User, now: datetime) -> Outcome:
    """Give registrations tags; refuses more of them than anybody reads ("too-many-tags", limit=…)."""
    new = set(words)
    return _each(rows, lambda row: _write(row, "tag", row.note, {*row.tags, *new}, actor=actor, now=now), actor=actor)


def untag(rows: Iterable[Registration], words: Iterable[str], *, actor: User, now: datetime) -> Outcome:
    """Take tags away from registrations."""
    old = set(words)
    return _each(rows, lambda row: _write(row, "untag", row.note, {*row.tags} - old, actor=actor, now=now), actor=actor)


def add_note(rows: Iterable[Registration], text: str, *, actor: User, now: datetime) -> Outcome:
    """Write a note below what is noted already; refuses what gets too long ("text-too-long", limit=…)."""

    def one(row: Registration) -> None:
        _write(row, "note", f"{row.note}\n{text}" if row.note else text, {*row.tags}, actor=actor, now=now)

    return _each(rows, one, actor=actor)


def rewrite(row: Registration, *, note: str | None, words: Iterable[str], actor: User, now: datetime) -> Outcome:
    """Put another note and other tags in place of those that a registration has."""
    tags = set(words)
    return _each([row], lambda row: _write(row, "rewrite", note, tags, actor=actor, now=now), actor=actor)


def last(campaign: Campaign, *, actor: User, now: datetime) -> Last | None:
    """Return what somebody did last in a campaign, while it can be taken back."""
    counted = select(Undo.action, func.count()).join(Registration).join(Event).join(Edition)
    row = db.session.execute(counted.where(_still(campaign, actor, now)).group_by(Undo.action)).first()
    return Last(row[0], row[1]) if row else None


def undo(campaign: Campaign, *, may: Callable[[str | None], bool], actor: User, now: datetime) -> Outcome:
    """Take back what somebody did last: tags, notes, and approvals of which nobody has been told.

    What another organizer has changed since stays. `may` says in which countries they act.
    """
    kept = select(Undo).join(Registration).join(Event).join(Edition).where(_still(campaign, actor, now))
    befores = {one.registration: one for one in db.session.scalars(kept) if may(one.registration.event.country)}
    outcome = _each(befores, lambda row: _take_back(row, befores[row], actor=actor, now=now))
    _forget(actor)
    return outcome


def _still(campaign: Campaign, actor: User, now: datetime) -> ColumnElement[bool]:
    return (Undo.user_id == actor.id) & (Undo.at > now - UNDO_LIFE) & (Edition.campaign_id == campaign.id)


def _take_back(row: Registration, before: Undo, *, actor: User, now: datetime) -> None:
    if before.action == "approve":
        _take_back_approval(row)
    else:
        row.note = before.note
        _set_tags(row, set(before.tags))
    _note(row, f"undo-{before.action}", actor=actor, now=now)


def _take_back_approval(row: Registration) -> None:
    """Let somebody wait to be let in again; raises Refused("approval-told") once a mail says otherwise."""
    mail = db.session.scalar(select(Message).where(Message.unique_key == f"approved:{row.id}"))
    if row.status is not Status.WAITING or (mail and mail.status is not mail_rules.Status.QUEUED):
        raise Refused("approval-told")
    if mail:
        db.session.delete(mail)
    row.approved_at = None


def _write(row: Registration, action: str, note: str | None, tags: set[str], *, actor: User, now: datetime) -> None:
    """Change what organizers wrote about somebody, and remember what it was."""
    note = clean_text(note, limit=NOTE_LIMIT) or None if note else None
    if len(tags) > TAGS_LIMIT:
        raise Refused("too-many-tags", limit=TAGS_LIMIT)
    if (note, tags) == (row.note, set(row.tags)):
        return
    _remember(row, action, actor=actor, now=now)
    row.note = note
    _set_tags(row, tags)
    _note(row, action, actor=actor, now=now)


def _set_tags(row: Registration, tags: set[str]) -> None:
    kept = [one for one in row.tag_rows if one.tag in tags]
    new = sorted(tags - set(row.tags))
    row.tag_rows = kept + [RegistrationTag(tag=word, event_id=row.event_id) for word in new]
    db.session.flush()


def _each(rows: Iterable[Registration], act: Callable[[Registration], None], *, actor: User | None = None) -> Outcome:
    """Do something with each registration, in one order for everybody, so that two who do so wait but never lock up.

    What an actor did before can't be taken back any more.
    """
    if actor is not None:
        _forget(actor)
    done, refusals = 0, []
    for row in sorted(rows, key=lambda row: (row.event_id, row.id)):
        try:
            with db.session.begin_nested():
                lock(row.event)
                db.session.refresh(row)
                act(row)
        except Refused as refused:
            refusals.append(refused)
        else:
            done += 1
    return Outcome(done, len(refusals), next(iter(refusals), None))


def _forget(actor: User) -> None:
    db.session.execute(delete(Undo).where(Undo.user_id == actor.id))


def _remember(row: Registration, action: str, *, actor: User, now: datetime) -> None:
    """Keep what a registration says, in place of what anybody kept of it before."""
    db.session.execute(delete(Undo).where(Undo.registration_id == row.id))
    db.session.add(Undo(registration=row, user_id=actor.id, action=action, tags=row.tags, note=row.note, at=now))
    db.session.flush()


def _note(row: Registration, action: str, *, actor: User, now: datetime) -> None:
    audit.record(action, row, campaign=row.event.edition.campaign, actor=actor, now=now)
