"""Writing to a registrant: one message of a kind, queued with what caused it."""

from datetime import datetime

from campaign.models import Registration
from campaign.services import outbox


def write(kind: str, registration: Registration, *, key: str, now: datetime, **facts: object) -> None:
    """Queue a message to the registrant in their language."""
    outbox.put(
        kind,
        unique_key=key,
        to=registration.email,
        language=registration.language,
        registration=registration,
        event=registration.event,
        letter=None,
        host=None,
        due_at=None,
        now=now,
        **facts,
    )
