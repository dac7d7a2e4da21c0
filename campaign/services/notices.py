"""Telling the people who hold a place that their event changed."""

from datetime import datetime

from sqlalchemy import select

from campaign.db import db
from campaign.domain.event import Change, Status
from campaign.domain.registration import Status as RegistrationStatus
from campaign.models import Event, Registration
from campaign.services import outbox

TOLD = (
    RegistrationStatus.CONFIRMED,
    RegistrationStatus.PENDING,
    RegistrationStatus.WAITING,
    RegistrationStatus.OFFERED,
)


def tell_registrants(event: Event, changes: frozenset[Change], *, now: datetime) -> None:
    """Queue one message a registrant about a new time, a new place, a cancellation or its withdrawal.

    Of an event that is cancelled already, nobody needs to know where it would have been.
    """
    if not changes or (event.status is Status.CANCELLED and Change.STATUS not in changes):
        return
    kind = "event-cancelled" if event.status is Status.CANCELLED else "event-changed"
    people = select(Registration).where(Registration.event_id == event.id, Registration.status.in_(TOLD))
    for registration in db.session.scalars(people):
        outbox.put(
            kind,
            unique_key=f"{kind}:{event.sequence}:{registration.id}",
            to=registration.email,
            language=registration.language,
            registration=registration,
            event=event,
            now=now,
            changes=sorted(changes),
        )
