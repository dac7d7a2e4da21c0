"""Forgetting a person at an event for good, also after a backup of earlier days is restored."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select

from campaign.db import db, lock
from campaign.domain.erasure import Erased, campaign_of
from campaign.models import Erasure, Event, Registration
from campaign.services import audit, invitations, seats, waiting


def erase(registration: Registration, *, now: datetime) -> Erased:
    """Delete all that is stored of this person at this event, mails on their way included, and free the place.

    Return the line for the list that outlives the database. Coming back later is a new registration.
    """
    erased = Erased(registration.event.uid, registration.email_hash, now)
    _forget(registration.event, erased, now=now)
    return erased


def unknown(listed: Iterable[Erased]) -> list[Erased]:
    """Return whom events forgot by the list and not by the database, since it is older; the last for each person."""
    known = _known()
    at_events = (one for one in listed if campaign_of(one) is None)
    newest = {(one.event, one.email_hash): one for one in sorted(at_events, key=lambda one: one.at)}
    return [one for key, one in newest.items() if key not in known or known[key] < one.at]


def apply(erased: Erased, *, now: datetime) -> None:
    """Forget somebody again who was registered before they asked for it; an event that isn't there has nobody."""
    if event := db.session.scalar(select(Event).where(Event.uid == erased.event)):
        _forget(event, erased, now=now)


def unlisted(listed: Iterable[Erased]) -> list[Erased]:
    """Return what the database knows and the list doesn't say: a process died in between, or the list was lost."""
    said = set(listed)
    known = (Erased(event, email_hash, at) for (event, email_hash), at in _known().items())
    return [one for one in known if one not in said]


def _known() -> dict[tuple[str, bytes], datetime]:
    rows = select(Event.uid, Erasure.email_hash, Erasure.erased_at).join(Event, Event.id == Erasure.event_id)
    return {(uid, email_hash): at for uid, email_hash, at in db.session.execute(rows)}


def _forget(event: Event, erased: Erased, *, now: datetime) -> None:
    lock(event)
    gone = _rows(event, erased)
    unsynchronized = {"synchronize_session": False}
    ids = [one.id for one in gone]
    db.session.execute(delete(Registration).where(Registration.id.in_(ids)), execution_options=unsynchronized)
    db.session.expire_all()
    db.session.merge(Erasure(event_id=event.id, email_hash=erased.email_hash, erased_at=erased.at))
    if event.ends_at is None or event.ends_at > now:  # How many places were taken stays known of a past event.
        for one in gone:
            invitations.give_back(one)
        seats.recount(event)
        waiting.offer_free_places(event, now=now)
    audit.record("erase", event, campaign=event.edition.campaign, actor=None, now=now)


def _rows(event: Event, erased: Erased) -> list[Registration]:
    """Return what there is of somebody at an event, out of the session's hands, since it is about to go."""
    theirs = (Registration.event_id == event.id) & (Registration.email_hash == erased.email_hash)
    found = list(db.session.scalars(select(Registration).where(theirs, Registration.created_at <= erased.at)))
    for one in found:
        db.session.expunge(one)
    return found
