"""A mail on its way: its states, and when it is tried again."""

from datetime import timedelta
from enum import StrEnum


class Status(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"
    """No longer wanted: the registration ended before it was sent."""


ATTEMPT_LIMIT = 12
LEASE = timedelta(minutes=1)
"""How long a worker may take over one message before another may think it dead."""


def retry_after(attempts: int) -> timedelta | None:
    """Return how long to wait after the given number of failed attempts; None to give up.

    Doubles from 30 seconds to 12 hours: about two days in all, as RFC 5321 section 4.5.4.1 advises
    to spread retries.
    """
    if attempts >= ATTEMPT_LIMIT:
        return None
    return min(timedelta(seconds=30 * 1 << max(attempts - 1, 0)), timedelta(hours=12))
