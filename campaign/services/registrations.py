"""What a registrant can do: register, confirm, cancel; and how an unconfirmed place comes free."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, select

from campaign.db import db, lock
from campaign.domain import event as event_rules
from campaign.domain import registration as rules
from campaign.domain.errors import Refused
from campaign.domain.question import clean_answer
from campaign.domain.registration import Status, Window
from campaign.keys import address_hash, derived_token, new_token, token_hash
from campaign.models import Answer, Event, Message, Registration, User
from campaign.services import audit, consents, outbox, own_calendar


@dataclass(frozen=True)
class Submission:
    """What one sent form says, its answers still raw: question id to the values sent."""

    name: str
    email: str
    language: str
    """Of the mails to come; the form, and what was agreed to there, may have been read in another."""
    read_in: str | None = None
    party_size: int = 1
    answers: Mapping[int, Sequence[str]] = field(default_factory=dict)
    submission: str = field(default_factory=lambda: str(uuid.uuid4()))


def window(event: Event, *, now: datetime) -> Window:
    """Return whether the event takes registrations now, and why not."""
    state = rules.window(
        takes_registrations=event.takes_registrations,
        is_cancelled=event.status is event_rules.Status.CANCELLED,
        starts_at=event.starts_at or _end_of_edition(event),
        opens_at=event.opens_at,
        closes_at=event.closes_at,
        now=now,
    )
    is_full = event.capacity is not None and event.seats_taken >= event.capacity
    return Window.FULL if state is Window.OPEN and is_full else state


def register(event: Event, given: Submission, *, now: datetime) -> Registration | None:
    """Hold a place for somebody until they confirm by mail; write to them.

    An address that is registered already gets a mail with its link instead, and None is returned: the
    page must look the same. Sending one form twice is one registration. Raises Refused while closed,
    full, or for an answer that can't be taken ("answer-…", question=id).
    """
    lock(event)
    if again := _by_submission(event, given.submission):
        if _is_repeat(again, given):
            return again
        given = replace(given, submission=str(uuid.uuid4()))  # Back, corrected and sent anew is another one.
    state = window(event, now=now)
    rules.check_open(Window.OPEN if state is Window.FULL else state)
    rules.check_party(given.party_size)
    rules.check_seats(capacity=event.capacity, taken=event.seats_taken, party=given.party_size)
    answers = _clean_answers(event, given.answers)
    if known := living(event, given.email):
        _remind(known, now=now)
        return None
    registration = _new(event, given, answers, now=now)
    _recount(event)
    key = f"confirm-address:{registration.id}"
    _write("confirm-address", registration, key=key, now=now)
    return registration


def enter(event: Event, given: Submission, *, now: datetime) -> Registration:
    """Give somebody a confirmed place by hand, without a mail to confirm; refuses as `register` does."""
    lock(event)
    rules.check_party(given.party_size)
    rules.check_seats(capacity=event.capacity, taken=event.seats_taken, party=given.party_size)
    registration = _new(event, given, _clean_answers(event, given.answers), now=now)
    _move(registration, Status.CONFIRMED)
    registration.confirmed_at, registration.hold_until = now, None
    _recount(event)
    return registration


def confirm(registration: Registration, *, now: datetime) -> None:
    """Turn a held place into a confirmed one; confirming twice is once.

    Raises Refused("registration-expired") when the hold ran out or the event is cancelled.
    """
    lock(registration.event)
    db.session.refresh(registration)
    if registration.status is Status.CONFIRMED:
        return
    if registration.event.status is event_rules.Status.CANCELLED:
        raise Refused("registration-cancelled")
    if registration.hold_until and registration.hold_until <= now:
        raise Refused("registration-expired")
    _move(registration, Status.CONFIRMED)
    registration.confirmed_at, registration.hold_until = now, None
    _write("confirmed", registration, key=f"confirmed:{registration.id}", now=now)
    audit.record("confirm", registration, campaign=registration.event.edition.campaign, actor=None, now=now)


def cancel(registration: Registration, *, now: datetime) -> None:
    """Give the place back; whoever cancelled may register again."""
    lock(registration.event)
    db.session.refresh(registration)
    was = registration.status
    _move(registration, Status.CANCELLED)
    registration.cancelled_at, registration.hold_until = now, None
    _recount(registration.event)
    if was is Status.CONFIRMED:
        _write("registration-cancelled", registration, key=f"cancelled:{registration.id}", now=now)
    audit.record("cancel", registration, campaign=registration.event.edition.campaign, actor=None, now=now)


def overdue(*, now: datetime) -> list[int]:
    """Return the events in which an unconfirmed place is held past its time."""
    late = select(Registration.event_id).where(_is_late(now)).distinct()
    return list(db.session.scalars(late))


def expire(event: Event, *, now: datetime) -> int:
    """Free the event's places that nobody confirmed in time; return how many registrations ended."""
    lock(event)
    ended = list(db.session.scalars(select(Registration).where(Registration.event_id == event.id, _is_late(now))))
    for registration in ended:
        _move(registration, Status.EXPIRED)
    _recount(event)
    return len(ended)


def by_token(token: str) -> Registration | None:
    """Return the registration that a link opens."""
    return db.session.scalar(select(Registration).where(Registration.token_hash == token_hash(token)))


def living(event: Event, email: str) -> Registration | None:
    """Return the registration of this address that has not ended."""
    return db.session.scalar(
        select(Registration).where(
            Registration.event_id == event.id,
            Registration.email_hash == address_hash(email),
            Registration.status.not_in(rules.ENDED),
        )
    )


def of_event(event: Event) -> list[Registration]:
    """Return an event's registrations, newest first."""
    rows = select(Registration).where(Registration.event_id == event.id).order_by(Registration.id.desc())
    return list(db.session.scalars(rows))


def note_look(event: Event, *, actor: User, now: datetime) -> None:
    """Record that an organizer looked at the list of names."""
    audit.record("view-registrations", event, campaign=event.edition.campaign, actor=actor, now=now)


def _end_of_edition(event: Event) -> datetime:
    """Return when an event that never got a date is over at the latest."""
    return datetime.combine(event.edition.last_day + timedelta(days=1), time(), UTC)


def _is_late(now: datetime) -> ColumnElement[bool]:
    return (Registration.status == Status.PENDING) & (Registration.hold_until <= now)


def _by_submission(event: Event, submission: str) -> Registration | None:
    same = select(Registration).where(Registration.event_id == event.id, Registration.submission == submission)
    return db.session.scalar(same)


def _is_repeat(again: Registration, given: Submission) -> bool:
    return again.email_hash == address_hash(given.email) and again.status not in rules.ENDED


def _clean_answers(event: Event, raw: Mapping[int, Sequence[str]]) -> dict[int, object]:
    """Return the clean answer to each question that has one; a Refused names its question."""
    answers: dict[int, object] = {}
    for one in event.questions:
        try:
            value = clean_answer(
                one.kind, raw.get(one.id, ()), option_count=len(one.options), is_required=one.is_required
            )
        except Refused as refused:
            raise Refused(refused.code, **refused.facts, question=one.id) from refused
        if value is not None:
            answers[one.id] = value
    return answers


def _new(event: Event, given: Submission, answers: Mapping[int, object], *, now: datetime) -> Registration:
    token = new_token()
    registration = Registration(
        calendar_hash=token_hash(derived_token(token, own_calendar.PURPOSE)),
        event=event,
        status=Status.PENDING,
        party_size=given.party_size,
        name=given.name,
        email=given.email,
        email_hash=address_hash(given.email),
        language=given.language,
        token=token,
        token_hash=token_hash(token),
        submission=given.submission,
        ticket=new_token(),
        created_at=now,
        hold_until=rules.hold_until(starts_at=event.starts_at, now=now),
        answers=[Answer(question_id=number, value=json.dumps(value)) for number, value in answers.items()],
    )
    asked = consents.current(event.edition.campaign)
    consents.give(registration, asked, language=given.read_in or given.language, now=now)
    db.session.add(registration)
    db.session.flush()
    return registration


def _move(registration: Registration, status: Status) -> None:
    rules.check_move(registration.status, status)
    registration.status = status
    db.session.flush()


def _recount(event: Event) -> None:
    """Count the places taken; the table's own constraint refuses one too many."""
    held = select(func.coalesce(func.sum(Registration.party_size), 0)).where(
        Registration.event_id == event.id, Registration.status.in_(rules.HOLDS_SEAT)
    )
    event.seats_taken = db.session.scalars(held).one()
    db.session.flush()


def _write(kind: str, registration: Registration, *, key: str, now: datetime) -> None:
    outbox.put(
        kind,
        unique_key=key,
        to=registration.email,
        language=registration.language,
        registration=registration,
        event=registration.event,
        now=now,
    )


def _remind(registration: Registration, *, now: datetime) -> None:
    """Write an address its link again, at most once a day, whoever asked."""
    key = f"already-registered:{registration.id}:{now:%Y-%m-%d}"
    if not db.session.scalar(select(Message.id).where(Message.unique_key == key)):
        _write("already-registered", registration, key=key, now=now)
