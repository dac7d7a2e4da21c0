"""What registrants do by themselves on their own page: correct, decide about mails and consents, see who looked."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import delete, select

from campaign.db import db, lock
from campaign.domain import event as event_rules
from campaign.domain import registration as rules
from campaign.domain.errors import Refused
from campaign.domain.permission import Role
from campaign.domain.question import Answer as AnswerValue
from campaign.domain.registration import Choice, Status
from campaign.models import Answer, Audit, ChosenOption, Consent, Event, Invitation, Member, Registration
from campaign.services import audit, consents, questions, registrations, seats, submissions, waiting

LOOKS = ("view-registrations", "export-registrations", "view-mail-addresses")
"""What organizers do with a list of names, as the audit calls it."""
LOOK_LIMIT = 500


@dataclass(frozen=True)
class Correction:
    """What a registrant may change, the answers still raw: question id to the values sent."""

    name: str
    language: str
    party_size: int
    answers: Mapping[int, Sequence[str]] = field(default_factory=dict)
    drops_earlier: bool = False
    """Whether answers to questions that are no longer asked are deleted."""


@dataclass(frozen=True)
class Look:
    """On one day, somebody saw a list that this person stands on."""

    day: date
    role: Role | None
    """As it is now; None for who came by a link to the door, or is no member any more."""
    action: str
    way: str
    """Of a list that was taken along: "print" on paper, "door" to a device at the door; else empty."""


def may_resize(registration: Registration, *, now: datetime) -> bool:
    """Return whether the number of people can still change: before the start, while nobody of them has come."""
    event = registration.event
    is_ahead = event.starts_at is None or event.starts_at > now
    takes_place = event.status is event_rules.Status.PUBLISHED
    return takes_place and is_ahead and registration.status not in rules.ENDED | {Status.ATTENDED}


def correct(registration: Registration, given: Correction, *, now: datetime) -> None:
    """Change name, answers, language of mails and number of people; what comes free goes to whoever waits.

    Refuses as the form does, and raises Refused("registration-ended"), ("party-settled") when the number can't
    change any more, ("party-too-large"), ("event-full") or ("option-full", question=id) where there is no room.
    """
    event = registration.event
    lock(event)
    db.session.refresh(registration)
    if registration.status in rules.ENDED:
        raise Refused("registration-ended")
    answers = submissions.clean_answers(event, given.answers)
    _resize(registration, given.party_size, seats.limited(event, answers), now=now)
    registration.name, registration.language = given.name, given.language
    _answer(registration, answers, drops_earlier=given.drops_earlier)
    seats.recount(event)
    waiting.offer_free_places(event, now=now)
    audit.record("correct", registration, campaign=event.edition.campaign, actor=None, now=now)


def answers_of(registration: Registration) -> dict[int, AnswerValue]:
    """Return what the form shows as answered, by question.

    Of a choice whose words have changed since, the places that were taken of its options say what was chosen.
    """
    asked = {question.id for question in registration.event.questions}
    taken: dict[int, list[int]] = defaultdict(list)
    for one in _chosen(registration):
        taken[one.question_id].append(one.option)
    said = {one.question_id: json.loads(one.value) for one in registration.answers}
    return {number: answer for number, answer in {**taken, **said}.items() if number in asked}


def earlier(registration: Registration) -> list[Answer]:
    """Return the answers to questions that are no longer asked."""
    return [one for one in registration.answers if one.question.retired_at is not None]


def remind(registration: Registration, *, wanted: bool, now: datetime) -> None:
    """Have reminders sent, or not."""
    registration.wants_reminders = wanted
    action = "reminders-on" if wanted else "reminders-off"
    audit.record(action, registration, campaign=registration.event.edition.campaign, actor=None, now=now)


def withdraw(registration: Registration, *, purpose: str, now: datetime) -> None:
    """Take a consent back; without the one that registering needs, the registration is cancelled.

    Raises Refused("registration-attended") after the event, when only erasing is left to do.
    """
    is_needed = purpose == consents.REGISTRATION
    if is_needed and registration.status is Status.ATTENDED:
        raise Refused("registration-attended")
    for consent in registration.consents:
        if consent.consent_text.purpose == purpose:
            consent.withdrawn_at = consent.withdrawn_at or now
    campaign = registration.event.edition.campaign
    audit.record("withdraw-consent", registration, campaign=campaign, actor=None, now=now, purpose=purpose)
    if is_needed and registration.status not in rules.ENDED:
        registrations.cancel(registration, now=now)


def withdraw_answer(registration: Registration, *, number: int, now: datetime) -> None:
    """Take back a consent that a question of the event asked for; without a required one, nobody can come.

    Raises Refused("registration-attended") after the event, when only erasing is left to do.
    """
    answer = next(one for one in registration.answers if one.question_id == number)
    is_needed = answer.question.is_required and answer.question.retired_at is None
    if is_needed and registration.status is Status.ATTENDED:
        raise Refused("registration-attended")
    registration.answers.remove(answer)
    campaign = registration.event.edition.campaign
    audit.record("withdraw-consent", registration, campaign=campaign, actor=None, now=now, purpose="question")
    if is_needed and registration.status not in rules.ENDED:
        registrations.cancel(registration, now=now)


def given(registration: Registration, purpose: str) -> list[Consent]:
    """Return the consents for a purpose that still hold."""
    ours = (one for one in registration.consents if one.consent_text.purpose == purpose)
    return [one for one in ours if one.withdrawn_at is None]


def looks(registration: Registration) -> list[Look]:
    """Return on which days organizers of which role looked at the list since this person stands on it, newest first."""
    event = registration.event
    rows = (
        select(Audit.at, Member.role, Audit.action, Audit.facts)
        .outerjoin(Member, (Member.user_id == Audit.actor_id) & (Member.campaign_id == event.edition.campaign_id))
        .where(Audit.subject == Event.__tablename__, Audit.subject_id == event.id)
        .where(Audit.action.in_(LOOKS), Audit.at >= registration.created_at)
        .order_by(Audit.at.desc(), Audit.id.desc())
        .limit(LOOK_LIMIT)
    )
    found = (
        Look(at.date(), role, action, str(facts.get("way", ""))) for at, role, action, facts in db.session.execute(rows)
    )
    return list(dict.fromkeys(found))


def _resize(registration: Registration, party: int, choices: list[Choice], *, now: datetime) -> None:
    """Give the party another size and other limited options, if there is room beside everybody else."""
    if party != registration.party_size:
        rules.check_party(party, limit=questions.party_limit(registration.event))
        if not may_resize(registration, now=now):
            raise Refused("party-settled")
    _check_room(registration, party, choices)
    _count_at_invitation(registration, party - registration.party_size)
    registration.party_size = party
    db.session.execute(delete(ChosenOption).where(ChosenOption.registration_id == registration.id))
    seats.take(registration, choices)


def _check_room(registration: Registration, party: int, choices: list[Choice]) -> None:
    """Refuse what doesn't fit; who waits for a place need only fit into an event that is empty."""
    event = registration.event
    has_place = registration.status in rules.HOLDS_SEAT
    taken = event.seats_taken - registration.party_size if has_place else 0
    rules.check_seats(capacity=event.capacity, taken=taken, party=party)
    if not has_place or not choices:
        return
    own = {(one.question_id, one.option) for one in _chosen(registration)}
    left = seats.options_left(event)
    for choice in choices:
        room = left[choice] + (registration.party_size if choice in own else 0)
        if party > room:
            raise Refused("option-full", left=room, question=choice[0])


def _chosen(registration: Registration) -> list[ChosenOption]:
    chosen = select(ChosenOption).where(ChosenOption.registration_id == registration.id)
    return list(db.session.scalars(chosen.order_by(ChosenOption.option)))


def _count_at_invitation(registration: Registration, more: int) -> None:
    """Let a larger party come by the same invitation only within what it gives."""
    if registration.invitation_id is None or more == 0:
        return
    invitation = db.session.get_one(Invitation, registration.invitation_id, populate_existing=True)
    if invitation.used + more > invitation.quota:
        raise Refused("party-too-large", left=invitation.quota - invitation.used)
    invitation.used += more


def _answer(registration: Registration, answers: Mapping[int, object], *, drops_earlier: bool) -> None:
    """Keep what is answered now; answers to questions that are no longer asked stay unless they are dropped."""
    kept = [one for one in registration.answers if one.question.retired_at and not drops_earlier]
    stored = {one.question_id: one for one in registration.answers}
    for number, value in answers.items():
        one = stored.get(number) or Answer(question_id=number)
        one.value = json.dumps(value)
        kept.append(one)
    registration.answers = kept
