"""The queue of messages: put with the change that causes them, claimed by lease, marked when done."""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import joinedload

from campaign import address
from campaign.db import db
from campaign.domain.errors import Refused
from campaign.domain.message import LEASE, Status, check_given_up, retry_after
from campaign.keys import address_hash
from campaign.models import Edition, Event, Message, Registration
from campaign.models.message import WAITING

DAY = timedelta(days=1)
ROOM = 1000
"""How many mails to many may wait at once: a confirmation asked for now comes after these, not after all."""


def put(
    kind: str,
    *,
    unique_key: str,
    to: str,
    language: str,
    now: datetime,
    registration: Registration | None = None,
    event: Event | None = None,
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
        registration=registration,
        event=event,
        facts=json.dumps(facts),
        created_at=now,
        due_at=now,
    )
    db.session.add(message)
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
    due = _free(now).order_by(Message.due_at, Message.id).limit(1).with_for_update(skip_locked=True).scalar_subquery()
    claimed = update(Message).where(Message.id == due).values(status=Status.SENDING, lease_until=now + LEASE)
    return db.session.scalar(claimed.returning(Message.id), execution_options={"synchronize_session": False})


def has_due(*, now: datetime) -> bool:
    """Return whether a message waits to be claimed; only reads."""
    return db.session.scalar(_free(now).limit(1)) is not None


def with_all(message_id: int) -> Message | None:
    """Return a message with every row that its mail is written from, in one question."""
    event = joinedload(Message.event)
    rows = (
        joinedload(Message.registration),
        joinedload(Message.letter),
        joinedload(Message.host),
        event.joinedload(Event.edition).joinedload(Edition.campaign),
        event.lazyload(Event.language_rows),
        event.lazyload(Event.tag_rows),
    )
    return db.session.scalar(select(Message).where(Message.id == message_id).options(*rows))


def mark_sent(message: Message, *, now: datetime) -> None:
    """Note that the message was handed over, and forget what it said."""
    message.status, message.sent_at, message.lease_until, message.last_error = Status.SENT, now, None, None
    message.facts = "{}"
    arrived = update(Registration).where(Registration.id == message.registration_id)
    db.session.execute(arrived.where(Registration.bounced_at.is_not(None)).values(bounced_at=None))


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
    again = put(
        message.kind,
        unique_key=key,
        to=message.registration.email if message.registration else message.to,
        language=message.language,
        registration=message.registration,
        event=message.event,
        now=now,
        **facts,
    )
    again.letter = message.letter


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


def _free(now: datetime) -> Select[int]:
    """Return the question for messages that are due and in nobody's hands.

    It asks in the index's own words: SQLite wouldn't know that a status given beside the question is meant.
    """
    is_free = or_(Message.lease_until.is_(None), Message.lease_until < now)
    return select(Message.id).where(WAITING, Message.due_at <= now, is_free)
