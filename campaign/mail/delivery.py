"""Sending what is due: claim, hand over, mark. Whoever dies in between loses nothing."""

import json
from contextlib import closing
from datetime import UTC, datetime

from flask import current_app
from sqlalchemy import select

from campaign.config import Settings
from campaign.db import db, unit_of_work
from campaign.domain.event import Status as EventStatus
from campaign.domain.registration import ENDED, Status
from campaign.mail.compose import compose
from campaign.mail.transport import Files, NotSent, Server
from campaign.models import Message
from campaign.services import outbox, renewals
from campaign.services.mail_texts import UNASKED

OUTLIVES_REGISTRATION = {"registration-cancelled", "declined", "offer-lapsed"}
WANTED_WHILE = {
    "confirm-address": Status.PENDING,
    "confirm-waiting": Status.WAITING,
    "waiting": Status.WAITING,
    "awaiting-approval": Status.WAITING,
    "offer": Status.OFFERED,
}
"""The state that a message of a kind is about; in any other it says what is no longer so."""
ASKS_TO_CONFIRM = {"confirm-address", "confirm-waiting"}


def send_due(*, until: datetime | None = None) -> int:
    """Send every message that is due, one after the other; return how many were handed over.

    Past `until` no other is begun: a worker whose mail server is slow has more to do than to wait for it.
    """
    sent = 0
    claimed = _claim() if outbox.has_due(now=datetime.now(UTC)) else None
    with closing(_transport()) as transport:
        while claimed is not None:
            message = outbox.with_all(claimed)
            is_wanted = message is not None and _is_wanted(message)
            failure = _hand_over(message, transport) if message and is_wanted else None
            with unit_of_work():  # marks this one and claims the next
                now = datetime.now(UTC)
                _mark(claimed, failure, is_wanted=is_wanted, now=now)
                claimed = outbox.claim(now=now) if until is None or now < until else None
            sent += is_wanted and failure is None
    db.session.rollback()
    return sent


def _claim() -> int | None:
    with unit_of_work():
        return outbox.claim(now=datetime.now(UTC))


def _transport() -> Server | Files:
    settings: Settings = current_app.config["SETTINGS"]
    return Server(settings.smtp_url) if settings.smtp_url else Files(settings.instance / "mail")


def _mark(message_id: int, failure: NotSent | None, *, is_wanted: bool, now: datetime) -> None:
    """Note what became of a claimed message, unless it was erased meanwhile."""
    if is_wanted and failure is None:
        outbox.mark_sent(message_id, now=now)
        return
    message = db.session.scalar(select(Message).where(Message.id == message_id))  # the row alone, `get` would join
    if message is None:
        return
    if failure is None:
        outbox.mark_dropped(message)
    else:
        outbox.mark_failed(message, error=str(failure), is_final=failure.is_final, now=now)
        if failure.is_bounce:
            outbox.mark_bounced(message, now=now)


def _hand_over(message: Message, transport: Server | Files) -> NotSent | None:
    """Compose and send; a message that can't be composed must not stop the ones behind it."""
    try:
        mail = compose(message)
        db.session.rollback()  # no transaction stays open while the server takes its time
        transport.send(mail)
    except NotSent as failure:
        return failure
    except Exception as error:
        current_app.logger.exception("message %s could not be sent", message.id)
        return NotSent(type(error).__name__, is_final=False)
    return None


def _is_wanted(message: Message) -> bool:
    registration = message.registration
    if message.host is not None and message.kind in renewals.UNASKED:
        edition = int(json.loads(message.facts)["edition"])
        return renewals.is_wanted(message.host, edition, now=datetime.now(UTC))
    if registration is None or message.kind in OUTLIVES_REGISTRATION:
        return True
    if message.kind in WANTED_WHILE:
        is_asked_for = message.kind not in ASKS_TO_CONFIRM or registration.address_confirmed_at is None
        takes_place = registration.event.status is not EventStatus.CANCELLED
        return is_asked_for and takes_place and registration.status is WANTED_WHILE[message.kind]
    if message.kind in UNASKED and not registration.wants_reminders:
        return False
    if message.kind == "reminder":
        return registration.status is Status.CONFIRMED and _still_reminds(message, datetime.now(UTC))
    return registration.status not in ENDED


def _still_reminds(message: Message, now: datetime) -> bool:
    """Return whether the event is still ahead, on the day that the reminder was queued for."""
    event, day = message.event, json.loads(message.facts).get("day")
    if event is None or event.starts is None or event.starts_at is None or event.starts_at <= now:
        return False
    return event.status is EventStatus.PUBLISHED and event.starts.date().isoformat() == day
