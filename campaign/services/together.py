"""Coming to several events of an edition in one city by one form, confirmed by one mail."""

from datetime import datetime

from sqlalchemy import bindparam, or_, select

from campaign.db import db, lock
from campaign.domain import event as event_rules
from campaign.domain.errors import Refused
from campaign.domain.registration import Status, Window
from campaign.models import Event, Registration
from campaign.services import registrations

LIMIT = 12
"""Of the other events on one form."""
OTHERS = (
    select(Event)
    .where(Event.edition_id == bindparam("edition"), Event.country == bindparam("country"))
    .where(Event.city_slug == bindparam("city"), Event.id != bindparam("event"))
    .where(Event.takes_registrations, Event.status == event_rules.Status.PUBLISHED)
    .where(or_(Event.starts_at.is_(None), Event.starts_at > bindparam("now")))
    .order_by(Event.starts_at.is_(None), Event.starts_at, Event.id)
    .limit(LIMIT)
)
UNCONFIRMED = (
    select(Registration)
    .join(Event)
    .where(Registration.email_hash == bindparam("address"), Registration.submission == bindparam("form"))
    .where(Registration.id != bindparam("this"), Registration.address_confirmed_at.is_(None))
    .where(Registration.status.in_((Status.PENDING, Status.WAITING)))
    .order_by(Event.starts_at, Registration.id)
)


def others(event: Event, *, now: datetime) -> list[Event]:
    """Return the edition's other events to come in the same city that one can register for now, in their order."""
    if event.city_slug is None:
        return []
    here = {"event": event.id, "edition": event.edition_id, "country": event.country, "city": event.city_slug}
    found = db.session.scalars(OTHERS, {**here, "now": now})
    return [one for one in found if registrations.window(one, now=now) in (Window.OPEN, Window.QUEUE)]


def unconfirmed(registration: Registration) -> list[Registration]:
    """Return what the same form registered its sender for beside this, and nobody has confirmed yet."""
    this = {"address": registration.email_hash, "form": registration.submission, "this": registration.id}
    return list(db.session.scalars(UNCONFIRMED, this))


def confirm(registration: Registration, *, now: datetime) -> None:
    """Note that the address is theirs at each event of the form; refuses as `registrations.confirm` does for this one.

    What ran out meanwhile, or was cancelled, stays so.
    """
    beside = unconfirmed(registration)
    for event in sorted((one.event for one in (registration, *beside)), key=lambda event: event.id):
        lock(event)
    registrations.confirm(registration, now=now)
    for one in beside:
        try:
            registrations.confirm(one, now=now)
        except Refused:  # It says so before it writes.
            continue
