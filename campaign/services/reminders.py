"""Reminding people of their event, and thanking them: queued when its time has come, to those who want it."""

from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, exists, literal, select

from campaign.db import db
from campaign.domain.event import Status as EventStatus
from campaign.domain.registration import Status
from campaign.domain.reminder import SHORTEST_NOTICE, Step, by_day, steps
from campaign.models import Event, Message, Registration
from campaign.services import audit, outbox

BATCH = 500
"""How many mails, or events, one unit of work takes."""


def plan(event: Event, *, now: datetime) -> None:
    """Note when the event's people are to be written to next: what is due already, if its time still holds."""
    if event.reminds_at not in [step.at for step in _steps(event)]:
        _go_on(event, now=now)


def is_due(*, now: datetime) -> bool:
    """Return whether some event's people are to be written to; reads one row of an index."""
    return db.session.scalar(select(Event.id).where(Event.reminds_at <= now).limit(1)) is not None


def queue_due(*, now: datetime) -> int:
    """Queue one batch of reminders and thanks that are due; return how many events were dealt with.

    0 when nothing is due, or another worker is about it. A mail carries its registration and day in its key, so
    that a batch done twice queues nothing twice, and a moved event reminds of its new day.
    """
    due = select(Event).where(Event.reminds_at <= now).order_by(Event.reminds_at, Event.id).limit(BATCH)
    held = due.with_for_update(skip_locked=True, of=Event).execution_options(populate_existing=True)
    room, done = BATCH, 0
    for event in db.session.scalars(held).all():
        if room <= 0:
            break
        step = _step_due(event, now=now)
        queued = _queue(event, step, limit=room, now=now) if step else 0
        room, done = room - queued, done + 1
        if room > 0:
            _go_on(event, now=now)
    db.session.flush()
    return done


def stop(registration: Registration, *, now: datetime) -> None:
    """Send them no reminders, thanks and letters any more; twice is once."""
    _want(registration, wanted=False, now=now)


def resume(registration: Registration, *, now: datetime) -> None:
    """Send them reminders, thanks and letters again."""
    _want(registration, wanted=True, now=now)


def _go_on(event: Event, *, now: datetime) -> None:
    """Note the next step that is still ahead; what is past stays undone."""
    event.reminds_at = next((step.at for step in _steps(event) if step.at > now), None)


def _want(registration: Registration, *, wanted: bool, now: datetime) -> None:
    if registration.wants_reminders is wanted:
        return
    registration.wants_reminders = wanted
    action = "resume-reminders" if wanted else "stop-reminders"
    audit.record(action, registration, campaign=registration.event.edition.campaign, actor=None, now=now)


def _steps(event: Event) -> list[Step]:
    if event.status is not EventStatus.PUBLISHED or not (event.starts and event.starts_at and event.zone):
        return []
    return list(steps(starts=event.starts, ends=event.ends, zone=event.zone, starts_at=event.starts_at))


def _step_due(event: Event, *, now: datetime) -> Step | None:
    """Return the step whose time has come since the event was last looked at."""
    if event.edition.campaign.withdrawn_at:
        return None
    since = event.reminds_at or now
    return next((step for step in _steps(event) if since <= step.at <= now < step.until), None)


def _queue(event: Event, step: Step, *, limit: int, now: datetime) -> int:
    """Queue the step's mails to those who have none of it yet, up to a limit; return how many."""
    day = event.starts.date().isoformat() if event.starts else ""
    waiting = select(Registration).where(_wants(event, step), ~_has(step, day)).order_by(Registration.id).limit(limit)
    people = db.session.scalars(waiting).all()
    for registration in people:
        outbox.put(
            "thank-you" if step.is_thanks else "reminder",
            unique_key=f"{step.name}:{registration.id}:{day}",
            to=registration.email,
            language=registration.language,
            registration=registration,
            event=event,
            now=now,
            due_at=by_day(now, event.zone or "UTC"),
            day=day,
        )
    return len(people)


def _wants(event: Event, step: Step) -> ColumnElement[bool]:
    came = exists().where(Registration.event_id == event.id, Registration.status == Status.ATTENDED)
    is_counted = step.is_thanks and db.session.scalar(select(came))
    state = Status.ATTENDED if is_counted else Status.CONFIRMED
    theirs = (Registration.event_id == event.id) & (Registration.status == state)
    willing = Registration.wants_reminders & Registration.bounced_at.is_(None)
    early = Registration.created_at <= step.at - SHORTEST_NOTICE
    return theirs & willing if step.is_thanks else theirs & willing & early


def _has(step: Step, day: str) -> ColumnElement[bool]:
    key = literal(f"{step.name}:") + cast(Registration.id, String) + literal(f":{day}")
    return exists().where(Message.unique_key == key)
