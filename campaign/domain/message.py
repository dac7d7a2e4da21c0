"""A mail on its way: its states, when it is tried again, and why it didn't arrive."""

import re
from datetime import timedelta
from enum import StrEnum

from campaign.domain.errors import Refused


class Status(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"
    """No longer wanted: the registration ended before it was sent."""


class Failure(StrEnum):
    """Why a mail could not be handed over, as far as it helps somebody to do something about it."""

    NO_SUCH_ADDRESS = "no-such-address"
    MAILBOX_FULL = "mailbox-full"
    REFUSED = "refused"
    PUT_OFF = "put-off"
    NOT_LET_IN = "not-let-in"
    NO_CONNECTION = "no-connection"
    NOT_WRITTEN = "not-written"


_FAILURES = (
    (Failure.NO_SUCH_ADDRESS, r"55[013]\b(?! 5\.7\.)"),
    (Failure.MAILBOX_FULL, r"[45]52\b"),
    (Failure.NOT_LET_IN, r"53\d\b"),
    (Failure.REFUSED, r"5\d\d\b"),
    (Failure.PUT_OFF, r"4\d\d\b"),
    (Failure.NO_CONNECTION, r"SMTP|SSL|Connection|Timeout|OSError|gaierror|BrokenPipe"),
)
"""By the server's reply code (RFC 5321 section 4.2.3, RFC 4954 section 6), or the kind of error on the way to it."""

ATTEMPT_LIMIT = 12
LEASE = timedelta(minutes=5)
"""How long a worker may take over one message before another may think it dead: longer than the slowest server
takes over all its steps, or that other would send the mail once more."""


def check_given_up(status: Status) -> None:
    """Refuse to queue again what waits, is being sent, or was sent ("message-not-given-up")."""
    if status is not Status.FAILED:
        raise Refused("message-not-given-up", status=status)


def failure(last_error: str | None) -> Failure:
    """Return what an attempt failed at; what is no answer of a server lies with us."""
    return next((one for one, mark in _FAILURES if re.match(mark, last_error or "")), Failure.NOT_WRITTEN)


def retry_after(attempts: int) -> timedelta | None:
    """Return how long to wait after the given number of failed attempts; None to give up.

    Doubles from 30 seconds to 12 hours: about two days in all, as RFC 5321 section 4.5.4.1 advises
    to spread retries.
    """
    if attempts >= ATTEMPT_LIMIT:
        return None
    return min(timedelta(seconds=30 * 1 << max(attempts - 1, 0)), timedelta(hours=12))
