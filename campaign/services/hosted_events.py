"""What a host sees of their events, and what they may still do with each."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import func, select

from campaign.db import db
from campaign.domain.errors import Refused
from campaign.domain.event import Draft, Status
from campaign.domain.proposal import OPEN, Kind
from campaign.domain.registration import Status as RegistrationStatus
from campaign.models import Event, Host, Proposal, Registration
from campaign.services import events, proposals

WAITS = (RegistrationStatus.WAITING, RegistrationStatus.OFFERED)


def waiting(hosted: Sequence[Event]) -> dict[int, int]:
    """Return how many people wait for a place, by event."""
    people = select(Registration.event_id, func.sum(Registration.party_size))
    theirs = Registration.event_id.in_([event.id for event in hosted]) & Registration.status.in_(WAITS)
    return dict(db.session.execute(people.where(theirs).group_by(Registration.event_id)).all())


def is_over(event: Event, *, now: datetime) -> bool:
    """Return whether the event has ended; one without a date ends with its edition."""
    midnight = datetime.combine(event.edition.last_day + timedelta(days=1), time(), tzinfo=UTC)
    return (event.ends_at or midnight) <= now


def may_change(event: Event, *, now: datetime) -> bool:
    """Return whether its host may still change it."""
    return event.status is not Status.CANCELLED and not is_over(event, now=now)


def change(event: Event, draft: Draft, *, host: Host, note: str | None, now: datetime) -> Proposal | None:
    """Change the event as `proposals.change` does; raises Refused("hosted-over") for one that is past or cancelled."""
    if not may_change(event, now=now):
        raise Refused("hosted-over")
    return proposals.change(event, draft, host=host, note=note, now=now)


def wanted(event: Event) -> Draft:
    """Return the event as its host would have it: with what still waits for a coordinator."""
    pending = proposals.of_event(event, Kind.CHANGE)
    return proposals.wanted(pending) if pending else events.draft_of(event)


def pending(event: Event) -> Proposal | None:
    """Return what coordinators have not decided yet: a wish to change the event, or the event itself."""
    found = proposals.of_event(event, Kind.CHANGE) or proposals.of_event(event, Kind.NEW)
    return found if found and found.status in OPEN else None
