"""The queue of messages: put with the change that causes them, claimed by lease, marked when done."""

import json
import secrets
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from campaign import address
from campaign.db import db
from campaign.domain.message import LEASE, Status, check_given_up, retry_after
from campaign.models import Event, Message, Registration


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
) -> None:
    """Queue one message; a second one of the same `unique_key` is refused by the database."""
    db.session.add(
        Message(
            kind=kind,
            unique_key=unique_key,
            message_id=f"<{secrets.token_hex(16)}@{address.host()}>",
            to=to,
            language=language,
            registration=registration,
            event=event,
            facts=json.dumps(facts),
            created_at=now,
            due_at=now,
        )
    )
    db.session.info["queued"] = True


def claim(*, now: datetime) -> int | None:
    """Take the message that is due first, for the length of a lease; return its id.

    A worker that dies leaves its lease to run out, after which another may claim the same message:
    at least once, told apart by a Message-ID that never changes.
    """
    due = (
        select(Message.id)
        .where(Message.status.in_((Status.QUEUED, Status.SENDING)), Message.due_at <= now)
        .where(or_(Message.lease_until.is_(None), Message.lease_until < now))
        .order_by(Message.due_at, Message.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    claimed = update(Message).where(Message.id == due).values(status=Status.SENDING, lease_until=now + LEASE)
    return db.session.scalar(claimed.returning(Message.id), execution_options={"synchronize_session": False})


def has_due(*, now: datetime) -> bool:
    """Return whether a message waits to be claimed; only reads."""
    waiting = Message.status.in_((Status.QUEUED, Status.SENDING)) & (Message.due_at <= now)
    free = or_(Message.lease_until.is_(None), Message.lease_until < now)
    return db.session.scalar(select(Message.id).where(waiting, free).limit(1)) is not None


def mark_sent(message: Message, *, now: datetime) -> None:
    """Note that the message was handed over, and forget what it said."""
    message.status, message.sent_at, message.lease_until, message.last_error = Status.SENT, now, None, None
    message.facts = "{}"


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


def retry(message: Message, *, now: datetime) -> None:
    """Queue a message again that was given up, with all its attempts; raises Refused("message-not-given-up")."""
    check_given_up(message.status)
    message.status, message.attempts, message.due_at = Status.QUEUED, 0, now
    db.session.info["queued"] = True
