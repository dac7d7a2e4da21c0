"""Sending what is due: claim, hand over, mark. Whoever dies in between loses nothing."""

from datetime import UTC, datetime

from flask import current_app

from campaign.config import Settings
from campaign.db import db, unit_of_work
from campaign.domain.registration import ENDED, Status
from campaign.mail.compose import compose
from campaign.mail.transport import Files, NotSent, Server
from campaign.models import Message
from campaign.services import outbox

OUTLIVES_REGISTRATION = {"registration-cancelled"}


def send_due() -> int:
    """Send every message that is due, one after the other; return how many were handed over."""
    sent = 0
    while outbox.has_due(now=datetime.now(UTC)):
        with unit_of_work():
            claimed = outbox.claim(now=datetime.now(UTC))
        if claimed is not None:
            sent += _deliver(claimed)
    db.session.rollback()
    return sent


def _deliver(message_id: int) -> bool:
    """Hand over one claimed message and mark what became of it; return whether it is on its way."""
    message = db.session.get(Message, message_id)
    if message is None:
        return False
    if not _is_wanted(message):
        with unit_of_work():
            outbox.mark_dropped(message)
        return False
    failure = _hand_over(message)
    with unit_of_work():
        if failure:
            outbox.mark_failed(message, error=str(failure), is_final=failure.is_final, now=datetime.now(UTC))
        else:
            outbox.mark_sent(message, now=datetime.now(UTC))
    return failure is None


def _hand_over(message: Message) -> NotSent | None:
    """Compose and send; a message that can't be composed must not stop the ones behind it."""
    settings: Settings = current_app.config["SETTINGS"]
    transport = Server(settings.smtp_url) if settings.smtp_url else Files(settings.instance / "mail")
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
    if registration is None or message.kind in OUTLIVES_REGISTRATION:
        return True
    if message.kind == "confirm-address":
        return registration.status is Status.PENDING
    return registration.status not in ENDED
