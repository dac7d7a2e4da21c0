"""The queue of messages: put with the change that causes them, claimed by lease, marked when done."""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, bindparam, func, or_, select, update
from sqlalchemy.orm import joinedload

from campaign import address
from campaign.db import UtcDateTime, db, store_at_once
from campaign.domain.errors import Refused
from campaign.domain.message import LEASE, Status, check_given_up, retry_after
from campaign.keys import address_hash
from campaign.models import Edition, Event, Host, Letter, Message, Registration
from campaign.models.message import WAITING

DAY = timedelta(days=1)
ROOM = 1000
"""How many mails to many may wait at once: a confirmation asked for now comes after these, not after all."""

# What a worker asks for each mail, written once: SQLAlchemy takes longer to put it together than to ask it.
MAIL, PERSON = cast(Table, Message.__table__), cast(Table, Registration.__table__)
NUMBERED, NOW = MAIL.c.id == bindparam("number"), bindparam("now", type_=UtcDateTime)
FREE = select(MAIL.c.id).where(
    WAITING, MAIL.c.due_at <= NOW, or_(MAIL.c.lease_until.is_(None), MAIL.c.lease_until < NOW)
)
"""Messages that are due and in nobody's hands, in the index's own words: SQLite wouldn't know that a status given
beside the question is meant."""
FIRST = FREE.order_by(MAIL.c.due_at, MAIL.c.id).limit(1).with_for_update(skip_locked=True).scalar_subquery()
ANY = FREE.limit(1)
CLAIM = (
    update(MAIL)
    .where(MAIL.c.id == FIRST)
    .values(status=Status.SENDING, lease_until=bindparam("until"))
    .returning(MAIL.c.id)
)
SENT = (
    update(MAIL).where(NUMBERED).values(status=Status.SENT, sent_at=NOW, lease_until=None, last_error=None, facts="{}")
)
ADDRESSEE = select(MAIL.c.registration_id).where(NUMBERED).scalar_subquery()
ARRIVED = update(PERSON).where(PERSON.c.id == ADDRESSEE, PERSON.c.bounced_at.is_not(None)).values(bounced_at=None)
EVENT = joinedload(Message.event)
ALL = (
    select(Message)
    .where(Message.id == bindparam("number"))
    .options(
        joinedload(Message.registration),
        joinedload(Message.letter),
        joinedload(Message.host),
        EVENT.joinedload(Event.edition).joinedload(Edition.campaign),
        EVENT.lazyload(Event.language_rows),
        EVENT.lazyload(Event.tag_rows),
    )
)
"""A message with every row that its mail is written from, in one question."""


def put(
    kind: str,
    *,
    unique_key: str,
    to: str,
    language: str,
    now: datetime,
    registration: Registration | None = None,
    event: Event | None = None,
    letter: Letter | None = None,
    host: Host | None = None,
    due_at: datetime | None = None,
    **facts: object,
) -> Message:
    """Queue one message and return it; a second one of the same `unique_key` is refused by the database."""
    message = Message(
        kind=kind,
        unique_key=unique_key,
        message_id=f"<{secrets.token_hex(16)}@{address.host()}>",
        to=to,
        recipient_hash=address_hash(to),
        language=language,
        registration_id=registration.id if registration else None,
        event_id=event.id if event else None,
        letter_id=letter.id if letter else None,
        host_id=host.id if host else None,
        facts=json.dumps(facts),
        created_at=now,
        due_at=due_at or now,
    )
    store_at_once(message)
    db.session.info["queued"] = True
    return message


def sent_today(to: str, now: datetime) -> int:
    """Return how many messages this address was sent, or is to be sent, in the last 24 hours, over all events."""
    to_them = Message.recipient_hash == address_hash(to)
    recent = (Message.created_at > now - DAY) & (Message.status != Status.DROPPED)
    return db.session.scalars(select(func.count(Message.id)).where(to_them, recent)).one()


def has_room(*, now: datetime) -> bool:
    """Return whether mails to many may be queued now, without keeping what people wait for behind them."""
    waiting = select(Message.id).where(WAITING, Message.due_at <= now)
    return db.session.scalars(select(func.count()).select_from(waiting.limit(ROOM).subquery())).one() < ROOM


def claim(*, now: datetime) -> int | None:
    """Take the message that is due first, for the length of a lease; return its id.

    A worker that dies leaves its lease to run out, after which another may claim the same message:
    at least once, told apart by a Message-ID that never changes.
    """
    claimed: int | None = db.session.scalar(CLAIM, {"now": now, "until": now + LEASE})
    return claimed


def has_due(*, now: datetime) -> bool:
    """Return whether a message waits to be claimed; only reads."""
    return db.session.scalar(ANY, {"now": now}) is not None


def with_all(number: int) -> Message | None:
    """Return a message with every row that its mail is written from."""
    return db.session.scalar(ALL, {"number": number})


def mark_sent(number: int, *, now: datetime) -> None:
    """Note that a message was handed over, and forget what it said; one that was erased meanwhile stays so."""
    db.session.execute(SENT, {"number": number, "now": now})
    db.session.execute(ARRIVED, {"number": number})


def mark_bounced(message: Message, *, now: datetime) -> None:
    """Note that nobody has the reader's address: reminders and letters leave it out."""
    if message.registration is not None:
        message.registration.bounced_at = now
    if message.host is not None:
        message.host.bounced_at = now


def mark_dropped(message: Message) -> None:
    """Note that nobody needs the message any more."""
    message.status, message.lease_until = Status.DROPPED, None


def mark_failed(message: Message, *, error: str, is_final: bool, now: datetime) -> None:
    """Note a failed attempt and when to try again; a final one is not tried again."""
    message.attempts += 1
    message.lease_until = None
    message.last_error = error[:250]
    wait: timedelta | None = None if is_final else retry_after(message.attempts)
    message.status = Status.QUEUED if wait else Status.FAILED
    message.due_at = now + wait if wait else message.due_at


def resend(message: Message, *, now: datetime, **facts: object) -> None:
    """Send a message again: one that was given up with all its attempts, one that was sent as a new one like it.

    `facts` are what it said, since a sent one has forgotten. Raises Refused("message-not-given-up") for one on
    its way, ("message-resent-today") when the same went out again within the day.
    """
    if message.status is not Status.SENT:
        retry(message, now=now)
        return
    key = f"again:{message.id}:{now:%Y-%m-%d}"
    if db.session.scalar(select(Message.id).where(Message.unique_key == key)):
        raise Refused("message-resent-today")
    put(
        message.kind,
        unique_key=key,
        to=message.registration.email if message.registration else message.to,
        language=message.language,
        registration=message.registration,
        event=message.event,
        letter=message.letter,
        host=message.host,
        due_at=now,
        now=now,
        **facts,
    )


def retry(message: Message, *, now: datetime) -> None:
    """Queue a message again that was given up, with all its attempts; raises Refused("message-not-given-up")."""
    check_given_up(message.status)
    message.status, message.attempts, message.due_at = Status.QUEUED, 0, now
    db.session.info["queued"] = True


def stop(registration_ids: Sequence[int]) -> None:
    """Hold back what still waits to be sent to these registrants."""
    waiting = Message.registration_id.in_(registration_ids) & (Message.status == Status.QUEUED)
    db.session.execute(update(Message).where(waiting).values(status=Status.DROPPED))


def resume(registration_ids: Sequence[int], *, now: datetime) -> None:
    """Send what was held back; what nobody needs any more is dropped again when its turn comes."""
    stopped = Message.registration_id.in_(registration_ids) & (Message.status == Status.DROPPED)
    db.session.execute(update(Message).where(stopped).values(status=Status.QUEUED, due_at=now))
    db.session.info["queued"] = True
