"""Letters to registrants: written as drafts, looked at with their number of readers, sent once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select

from campaign.db import db, lock
from campaign.domain import letter as rules
from campaign.domain.errors import Refused
from campaign.domain.letter import Audience
from campaign.domain.message import Status
from campaign.models import Campaign, Edition, Event, Letter, Message, Registration, User
from campaign.services import audit, mail_texts, outbox
from campaign.services.mail_texts import Words

KIND = "letter"
BATCH = 500
"""How many registrations one unit of work goes through."""
LIST_LIMIT = 100


@dataclass(frozen=True)
class Draft:
    """What the form of a letter says: whom it is for, and its words by language."""

    audience: Audience
    texts: Mapping[str, Words]
    ignores_daily_limit: bool = False
    main_language: str | None = None
    """The language that it has to be written in; None for the campaign's main one."""


@dataclass(frozen=True)
class Readers:
    """How many addresses a letter would go to, and how many it leaves out for each reason."""

    reached: int
    unwilling: int
    written_today: int


def write(
    edition: Edition, draft: Draft, *, event: Event | None, country: str | None, actor: User | None, now: datetime
) -> Letter:
    """Keep a letter as a draft: to the registrants of an event, of a country's events, or of the whole edition.

    Raises Refused("letter-incomplete"), or as `mail_texts.check` does.
    """
    letter = Letter(edition=edition, event=event, country=None if event else country, created_at=now)
    _apply(letter, edition.campaign, draft)
    db.session.add(letter)
    audit.record("write-letter", letter, campaign=edition.campaign, actor=actor, now=now)
    return letter


def rewrite(letter: Letter, draft: Draft, *, country: str | None) -> None:
    """Change a draft; raises Refused("letter-sent") and as `write` does."""
    lock(letter)
    _check_draft(letter)
    letter.country = None if letter.event else country
    _apply(letter, letter.edition.campaign, draft)
    db.session.flush()


def discard(letter: Letter, *, actor: User | None, now: datetime) -> None:
    """Throw a draft away; raises Refused("letter-sent")."""
    lock(letter)
    _check_draft(letter)
    audit.record("discard-letter", letter, campaign=letter.edition.campaign, actor=actor, now=now)
    db.session.delete(letter)


def send(letter: Letter, *, actor: User | None, now: datetime) -> None:
    """Give the letter to the worker, which queues its mails; twice is once."""
    lock(letter)
    if letter.sent_at is not None:
        return
    letter.sent_at = now
    campaign, readers = letter.edition.campaign, readers_of(letter, now=now)
    audit.record("send-letter", letter, campaign=campaign, actor=actor, now=now, reached=readers.reached)


def readers_of(letter: Letter, *, now: datetime) -> Readers:
    """Return how many addresses the letter would go to now."""
    addresses = select(func.count(Registration.email_hash.distinct())).where(_is_meant(letter))

    def count(*conditions: ColumnElement[bool]) -> int:
        return db.session.scalars(addresses.where(*conditions)).one()

    willing, todays = _willing(), _written_to(letter, now)
    everybody, wanted, reached = count(), count(willing), count(willing, ~todays)
    if letter.ignores_daily_limit:
        reached = wanted
    return Readers(reached, everybody - wanted, wanted - reached)


def progress(letter: Letter) -> dict[Status, int]:
    """Return how many of the letter's mails are in each state."""
    counted = select(Message.status, func.count()).where(Message.letter_id == letter.id).group_by(Message.status)
    return dict(db.session.execute(counted).all())


def of_edition(edition: Edition) -> list[Letter]:
    """Return an edition's letters, newest first."""
    rows = select(Letter).where(Letter.edition_id == edition.id).order_by(Letter.id.desc()).limit(LIST_LIMIT)
    return list(db.session.scalars(rows))


def example(letter: Letter) -> Event | None:
    """Return an event whose registrants the letter is for, the newest of several; None where there is none."""
    if letter.event is not None:
        return letter.event
    return db.session.scalar(select(Event).where(_is_among(letter)).order_by(Event.id.desc()).limit(1))


def is_due(*, now: datetime) -> bool:
    """Return whether a letter has mails left to queue; reads one row of an index."""
    return db.session.scalar(select(Letter.id).where(_is_unfinished(), Letter.sent_at <= now).limit(1)) is not None


def queue_due(*, now: datetime) -> int:
    """Queue the next mails of the letter that was sent first; return how many registrations were gone through."""
    first = select(Letter).where(_is_unfinished()).order_by(Letter.sent_at, Letter.id).limit(1)
    letter = db.session.scalar(first)
    if letter is None:
        return 0
    lock(letter)
    if letter.queued_at is not None:
        return 0
    people = _next_people(letter)
    for registration in _to_write_to(letter, people, now=now):
        outbox.put(
            KIND,
            unique_key=f"letter:{letter.id}:{registration.id}",
            to=registration.email,
            language=registration.language,
            registration=registration,
            event=registration.event,
            letter=letter,
            now=now,
        )
    letter.last_registration_id = people[-1].id if people else letter.last_registration_id
    if len(people) < BATCH:
        letter.queued_at = now
    db.session.flush()
    return len(people)


def _apply(letter: Letter, campaign: Campaign, draft: Draft) -> None:
    mail_texts.check(draft.texts)
    subject = {language: words.subject for language, words in draft.texts.items() if words.subject}
    body = {language: words.body for language, words in draft.texts.items() if words.body}
    rules.check_written(subject, body, default=draft.main_language or campaign.default_language)
    letter.audience, letter.ignores_daily_limit = draft.audience, draft.ignores_daily_limit
    letter.subject, letter.body = subject, body


def _check_draft(letter: Letter) -> None:
    if letter.sent_at is not None:
        raise Refused("letter-sent")


def _is_unfinished() -> ColumnElement[bool]:
    return Letter.sent_at.is_not(None) & Letter.queued_at.is_(None)


def _is_meant(letter: Letter) -> ColumnElement[bool]:
    """Return the condition that the letter is for a registration."""
    state = Registration.status.in_(sorted(rules.reached(letter.audience)))
    if letter.event_id is not None:
        return state & (Registration.event_id == letter.event_id)
    return state & Registration.event_id.in_(select(Event.id).where(_is_among(letter)))


def _is_among(letter: Letter) -> ColumnElement[bool]:
    """Return the condition that an event is of the letter's year, and of its country where it has one."""
    of_year = Event.edition_id == letter.edition_id
    return of_year if letter.country is None else of_year & (Event.country == letter.country)


def _willing() -> ColumnElement[bool]:
    return Registration.wants_reminders & Registration.bounced_at.is_(None)


def _written_to(letter: Letter, now: datetime) -> ColumnElement[bool]:
    """Return the condition that an address got another letter of the campaign within the day."""
    campaign_id = letter.edition.campaign_id
    theirs = select(Letter.id).join(Edition).where(Edition.campaign_id == campaign_id, Letter.id != letter.id)
    recent = theirs.where(Letter.sent_at > now - 2 * rules.QUIET)
    return exists().where(
        Message.recipient_hash == Registration.email_hash,
        Message.letter_id.in_(recent),
        Message.created_at > now - rules.QUIET,
        Message.status != Status.DROPPED,
    )


def _next_people(letter: Letter) -> Sequence[Registration]:
    rest = select(Registration).where(_is_meant(letter), Registration.id > letter.last_registration_id)
    return db.session.scalars(rest.order_by(Registration.id).limit(BATCH)).all()


def _to_write_to(letter: Letter, people: Sequence[Registration], *, now: datetime) -> list[Registration]:
    """Return those of a batch who get the letter: each address once, willing, and left alone today if so chosen."""
    numbers = [one.id for one in people]
    has_it = exists().where(Message.recipient_hash == Registration.email_hash, Message.letter_id == letter.id)
    free = select(Registration.id).where(Registration.id.in_(numbers), _willing(), ~has_it)
    if not letter.ignores_daily_limit:
        free = free.where(~_written_to(letter, now))
    chosen = set(db.session.scalars(free))
    first_of_address = {one.email_hash: one for one in reversed(people) if one.id in chosen}
    return sorted(first_of_address.values(), key=lambda one: one.id)
