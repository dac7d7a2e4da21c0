"""Coming to an event: register, confirm, be let in, cancel; and how an unconfirmed place comes free."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import ColumnElement, select

from campaign.db import db, lock
from campaign.domain import event as event_rules
from campaign.domain import registration as rules
from campaign.domain.errors import Refused
from campaign.domain.registration import Status, Window
from campaign.keys import token_hash
from campaign.models import Event, Invitation, Message, Registration, User
from campaign.services import audit, invitations, messages, questions, seats, submissions, waiting
from campaign.services.submissions import Submission


def window(event: Event, *, now: datetime) -> Window:
    """Return whether the event takes registrations now, and why not."""
    if event.opens_before is not None and event.opens_at is None and event.takes_registrations:
        return Window.NOT_YET  # It opens so long before a start that isn't known yet.
    state = _window(event, event.takes_registrations, event.opens_at, event.closes_at, now=now)
    if state is not Window.OPEN or not is_full(event):
        return state
    return Window.QUEUE if event.has_waiting_list else Window.FULL


def is_full(event: Event) -> bool:
    """Return whether every place is taken."""
    return event.capacity is not None and event.seats_taken >= event.capacity


def invited_window(event: Event, *, now: datetime) -> Window:
    """Return whether those who have an invitation may register now: until the event begins."""
    return _window(event, True, None, None, now=now)


def _window(
    event: Event, takes: bool, opens_at: datetime | None, closes_at: datetime | None, *, now: datetime
) -> Window:
    return rules.window(
        takes_registrations=takes,
        is_cancelled=event.status is event_rules.Status.CANCELLED,
        starts_at=event.starts_at or _end_of_edition(event),
        opens_at=opens_at,
        closes_at=closes_at,
        now=now,
    )


def register(
    event: Event,
    given: Submission,
    *,
    others: Sequence[Event] = (),
    invitation: Invitation | None = None,
    now: datetime,
) -> Registration | None:
    """Hold a place, or one in the queue where there is none, until its owner confirms by mail; write to them.

    The same at each of the `others`, by one mail for all, or nowhere. An address that is registered already
    gets a mail with its link instead, and None is returned: the page must look the same. Sending one form twice
    is one registration. Raises Refused while closed, full without a queue, for a party that doesn't fit in, for an
    answer that can't be taken ("answer-…", question=id) or an invitation that is used up
    ("invitation-not-usable"); of one of the others, its slug is the fact "beside".
    """
    events = [event, *others]
    lock(*events)
    given, known = submissions.told_apart(events, given)
    new = [_enrol(event, given, invitation, known=known.living.get(event.id), now=now)]
    new += [_enrol_beside(one, given, known=known.living.get(one.id), now=now) for one in others]
    if first := next(filter(None, new), None):
        _ask_to_confirm(first, now=now)
    elif not known.sent and event.id in known.living:
        _remind(known.living[event.id], now=now)
    return new[0] or known.sent.get(event.id)


def enter(
    event: Event, given: Submission, *, with_mail: bool = False, actor: User | None, now: datetime
) -> Registration:
    """Give somebody a confirmed place by hand, at any hour, without a mail to confirm.

    Refuses as `register` does, and says aloud that an address is registered ("registered-already").
    """
    lock(event)
    waiting.check_takes_place(event)
    rules.check_party(given.party_size, limit=questions.party_limit(event))
    answers = submissions.clean_answers(event, given.answers)
    given, known = submissions.told_apart([event], given)
    if known.sent:
        return known.sent[event.id]
    seats.check(event, given.party_size, seats.limited(event, answers))
    if known.living:
        raise Refused("registered-already")
    registration = submissions.store(event, given, answers, status=Status.PENDING, now=now)
    registration.address_confirmed_at = registration.approved_at = registration.confirmed_at = now
    registration.hold_until = None
    _move(registration, Status.CONFIRMED)
    seats.recount(event)
    if with_mail:
        messages.write("confirmed", registration, key=f"confirmed:{registration.id}", now=now)
    audit.record("enter", registration, campaign=event.edition.campaign, actor=actor, now=now)
    return registration


def confirm(registration: Registration, *, now: datetime) -> None:
    """Note that the address is theirs: a held place becomes a confirmed one, a place in the queue counts.

    Confirming twice is once. Raises Refused("registration-expired") when the hold ran out, or
    ("registration-cancelled") when the event is cancelled.
    """
    event = registration.event
    lock(event)
    db.session.refresh(registration)
    if registration.address_confirmed_at is not None and registration.status not in rules.ENDED:
        return
    waiting.check_takes_place(event)
    if registration.status is Status.EXPIRED or waiting.is_over(registration, now=now):
        raise Refused("registration-expired")
    if registration.status is Status.CANCELLED:
        raise Refused("registration-move", old=registration.status, new=Status.CONFIRMED)
    registration.address_confirmed_at = now
    if registration.status is Status.PENDING and waiting.is_ready(registration):
        waiting.confirm_place(registration, now=now)
    else:
        _stand_in_line(registration, now=now)


def approve(registration: Registration, *, actor: User | None, now: datetime) -> None:
    """Let somebody in who waits for it: to a place if there is one, else into the queue. Doing so twice is once."""
    event = registration.event
    lock(event)
    db.session.refresh(registration)
    waiting.check_takes_place(event)
    if registration.status is not Status.WAITING:
        raise Refused("registration-move", old=registration.status, new=Status.CONFIRMED)
    if registration.approved_at is not None:
        return
    registration.approved_at, registration.quarantined_from = now, None
    registration.queued_at = registration.queued_at or registration.created_at
    audit.record("approve", registration, campaign=event.edition.campaign, actor=actor, now=now)
    waiting.offer_free_places(event, present=registration, now=now)
    if registration.status is Status.WAITING and registration.address_confirmed_at:
        messages.write("waiting", registration, key=f"approved:{registration.id}", now=now)


def decline(registration: Registration, *, actor: User | None, now: datetime) -> None:
    """Send somebody away who waits, and tell them."""
    lock(registration.event)
    db.session.refresh(registration)
    if registration.status is not Status.WAITING:
        raise Refused("registration-move", old=registration.status, new=Status.CANCELLED)
    _end(registration, kind="declined", action="decline", actor=actor, now=now)


def cancel(registration: Registration, *, actor: User | None = None, now: datetime) -> None:
    """Give the place back, which is offered to whoever waits; the former owner may register again."""
    lock(registration.event)
    db.session.refresh(registration)
    _end(registration, kind="registration-cancelled", action="cancel", actor=actor, now=now)


def overdue(*, now: datetime) -> list[int]:
    """Return the events in which something is held past its time, or somebody waits past the start."""
    late = select(Registration.event_id).where(_is_late(now)).distinct()
    return sorted({*db.session.scalars(late), *waiting.begun(now=now)})


def expire(event: Event, *, now: datetime) -> int:
    """Free what was held or offered past its time, and offer it on; return how many registrations ended.

    Once the event begins its queue ends, too.
    """
    lock(event)
    for registration in (ended := _late(event, now=now)):
        was_offered = registration.status is Status.OFFERED
        _move(registration, Status.EXPIRED)
        registration.hold_until, registration.queued_at = registration.hold_until or now, None
        invitations.give_back(registration)
        if was_offered and event.status is event_rules.Status.PUBLISHED:
            messages.write("offer-lapsed", registration, key=f"offer-lapsed:{registration.id}", now=now)
    if ended:
        seats.recount(event)
    waiting.offer_free_places(event, now=now)
    return len(ended)


def by_token(token: str) -> Registration | None:
    """Return the registration that a link opens."""
    return db.session.scalar(select(Registration).where(Registration.token_hash == token_hash(token)))


def by_code(event: Event, code: str) -> Registration | None:
    """Return an event's registration by the letters of its ticket, typed in any case."""
    same = (Registration.event_id == event.id) & (Registration.code == code.strip().upper())
    return db.session.scalar(select(Registration).where(same))


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
    held = (Status.PENDING, Status.OFFERED, Status.WAITING)
    return Registration.status.in_(held) & (Registration.hold_until <= now)


def _late(event: Event, *, now: datetime) -> list[Registration]:
    is_over = _is_late(now)
    if event.starts_at is not None and event.starts_at <= now:
        is_over |= Registration.status == Status.WAITING
    late = select(Registration).where(Registration.event_id == event.id, is_over).order_by(Registration.id)
    return list(db.session.scalars(late, execution_options={"populate_existing": True}))


def _check_way_in(event: Event, given: Submission, invitation: Invitation | None, *, now: datetime) -> None:
    """Refuse while the form is closed; by invitation it is open until the event begins."""
    rules.check_party(given.party_size, limit=questions.party_limit(event))
    if invitation is None:
        state = window(event, now=now)
        rules.check_open(Window.OPEN if state in (Window.FULL, Window.QUEUE) else state)
    else:
        rules.check_open(invited_window(event, now=now))
        invitations.check(invitation, party=given.party_size, now=now)


def _enrol(
    event: Event, given: Submission, invitation: Invitation | None, *, known: Registration | None, now: datetime
) -> Registration | None:
    """Store who is new; None for an address that is known, after looking at everything else in the same way."""
    if known is not None and known.submission == given.submission:
        return None
    _check_way_in(event, given, invitation, now=now)
    answers = submissions.clean_answers(event, given.answers)
    waiting.offer_free_places(event, now=now)  # Whoever waits comes before whoever is new.
    has_place = _has_place(event, given, answers, invitation)
    if known is not None:
        submissions.store_in_vain(event, given, answers, now=now)
        return None
    status = Status.PENDING if has_place else Status.WAITING
    registration = submissions.store(event, given, answers, status=status, now=now)
    if invitation is not None:
        invitations.use(invitation, registration, now=now)
    if has_place:
        seats.hold(event, given.party_size, seats.limited(event, answers))
    audit.record("register", registration, campaign=event.edition.campaign, actor=None, now=now)
    return registration


def _enrol_beside(event: Event, given: Submission, *, known: Registration | None, now: datetime) -> Registration | None:
    try:
        return _enrol(event, given, None, known=known, now=now)
    except Refused as refused:
        raise Refused(refused.code, **refused.facts, beside=event.slug) from refused


def _ask_to_confirm(registration: Registration, *, now: datetime) -> None:
    kind = "confirm-address" if registration.status is Status.PENDING else "confirm-waiting"
    messages.write(kind, registration, key=f"{kind}:{registration.id}", now=now)


def _has_place(event: Event, given: Submission, answers: Mapping[int, object], invitation: Invitation | None) -> bool:
    """Return whether there is a place now; False for the queue, Refused where there is none or nobody may wait."""
    try:
        seats.check(event, given.party_size, seats.limited(event, answers))
    except Refused as refused:
        if refused.code != "event-full" or not event.has_waiting_list:
            raise
        return False
    return invitation is not None or not waiting.needs_approval(event)


def _stand_in_line(registration: Registration, *, now: datetime) -> None:
    """Count a confirmed address in the queue, and tell where; whose turn it is gets the place at once.

    A place that was held goes, where somebody has to be let in since; the turn is that of registering.
    """
    was_held = registration.status is Status.PENDING
    if was_held:
        _move(registration, Status.WAITING)
        registration.queued_at = registration.created_at
    registration.hold_until = None
    db.session.flush()
    if was_held:
        seats.recount(registration.event)
    waiting.offer_free_places(registration.event, present=registration, now=now)
    if registration.status is Status.WAITING:
        kind = "waiting" if waiting.is_ready(registration) else "awaiting-approval"
        messages.write(kind, registration, key=f"{kind}:{registration.id}", now=now)


def _end(registration: Registration, *, kind: str, action: str, actor: User | None, now: datetime) -> None:
    """End a registration by somebody's wish; whoever had confirmed the address is told."""
    event = registration.event
    _move(registration, Status.CANCELLED)
    registration.cancelled_at, registration.hold_until, registration.queued_at = now, None, None
    seats.recount(event)
    invitations.give_back(registration)
    if registration.address_confirmed_at:
        messages.write(kind, registration, key=f"{kind}:{registration.id}", now=now)
    audit.record(action, registration, campaign=event.edition.campaign, actor=actor, now=now)
    waiting.offer_free_places(event, now=now)


def _move(registration: Registration, status: Status) -> None:
    rules.check_move(registration.status, status)
    registration.status = status
    db.session.flush()


def _remind(registration: Registration, *, now: datetime) -> None:
    """Write an address its link again, at most once a day, whoever asked."""
    key = f"already-registered:{registration.id}:{now:%Y-%m-%d}"
    if not db.session.scalar(select(Message.id).where(Message.unique_key == key)):
        messages.write("already-registered", registration, key=key, now=now)
