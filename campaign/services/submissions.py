"""What one sent registration form says, and the row that it becomes."""

import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast

from sqlalchemy import Table, and_, bindparam, or_, select

from campaign.db import db, part_of_work, store_at_once
from campaign.domain import registration as rules
from campaign.domain.errors import Refused
from campaign.domain.registration import Status
from campaign.keys import address_hash, derived_token, new_token, token_hash
from campaign.models import Answer, Event, Registration
from campaign.services import consents, messages, own_calendar, questions, seats

CODE_LETTERS = "ACDEFGHJKLMNPQRTUVWXY34679"
ROWS = cast(Table, Registration.__table__)
KNOWN = select(ROWS.c.id).where(
    ROWS.c.event_id.in_(bindparam("events", expanding=True)),
    or_(
        ROWS.c.submission == bindparam("submission"),
        and_(ROWS.c.email_hash == bindparam("address"), ROWS.c.status.not_in(rules.ENDED)),
    ),
)


@dataclass(frozen=True)
class Submission:
    """What one sent form says, its answers still raw: question id to the values sent."""

    name: str
    email: str
    language: str
    """Of the mails to come; the form, and what was agreed to there, may have been read in another."""
    read_in: str | None = None
    agreed_to: str | None = None
    """The fingerprint of the words on the form; None where an organizer writes down what somebody said."""
    party_size: int = 1
    answers: Mapping[int, Sequence[str]] = field(default_factory=dict)
    submission: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True)
class Known:
    """What is stored of a submission and of its address at the events it is for, by event."""

    sent: Mapping[int, Registration]
    """What became of this very form."""
    living: Mapping[int, Registration]
    """What the address is registered by, and has not ended."""


def told_apart(events: Sequence[Event], given: Submission) -> tuple[Submission, Known]:
    """Return the submission, and what is known of it; call it with the events locked.

    A form that was sent, then corrected and sent anew, for another address or after it ended, is another one.
    """
    address = address_hash(given.email)
    whose = {"events": [event.id for event in events], "submission": given.submission, "address": address}
    rows = [db.session.get_one(Registration, number) for number in db.session.scalars(KNOWN, whose)]
    sent = {one.event_id: one for one in rows if one.submission == given.submission}
    living = {one.event_id: one for one in rows if one.email_hash == address and one.status not in rules.ENDED}
    if sent.items() <= living.items():
        return given, Known(sent, living)
    return replace(given, submission=str(uuid.uuid4())), Known({}, living)


def clean_answers(event: Event, raw: Mapping[int, Sequence[str]]) -> dict[int, str | list[int]]:
    """Return the clean answer to each question that has one; a Refused names its question."""
    answers, refusals = questions.clean_answers(event, raw)
    for number, refused in refusals.items():
        raise Refused(refused.code, **refused.facts, question=number)
    return answers


def store(
    event: Event, given: Submission, answers: Mapping[int, object], *, status: Status, now: datetime
) -> Registration:
    """Make the registration, with its answers, consents and limited options; call it with the event locked."""
    token = new_token()
    registration = Registration(
        calendar_hash=token_hash(derived_token(token, own_calendar.PURPOSE)),
        event_id=event.id,
        status=status,
        queued_at=now if status is Status.WAITING else None,
        code=_new_code(),
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
    )
    store_at_once(registration)
    for number, value in answers.items():
        store_at_once(Answer(registration_id=registration.id, question_id=number, value=json.dumps(value)))
    asked = consents.current(event.edition.campaign)
    consents.give(registration, asked, language=given.read_in or given.language, agreed_to=given.agreed_to, now=now)
    seats.take(registration, seats.limited(event, answers))
    return registration


def store_in_vain(event: Event, given: Submission, answers: Mapping[int, object], *, now: datetime) -> None:
    """Do the work of storing, and take it back: an address that is known is not answered sooner than a new one."""
    somebody = replace(given, email=f"{uuid.uuid4()}@example.org", submission=str(uuid.uuid4()))
    with part_of_work(keep=False):
        registration = store(event, somebody, answers, status=Status.PENDING, now=now)
        messages.write("confirm-address", registration, key=f"in-vain:{registration.id}", now=now)


def _new_code() -> str:
    """Return eight letters and digits that can't be taken for one another, in two groups."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _number in range(8))
    return f"{letters[:4]}-{letters[4:]}"
