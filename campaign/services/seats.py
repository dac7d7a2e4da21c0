"""The places of an event and of the options that are limited: counted under the event's lock."""

from collections.abc import Mapping
from typing import cast

from sqlalchemy import Table, bindparam, func, select, update

from campaign.db import db
from campaign.domain import registration as rules
from campaign.domain.errors import Refused
from campaign.domain.registration import Choice
from campaign.models import ChosenOption, Event, OptionLimit, Question, Registration

EVENTS, LIMITS = cast(Table, Event.__table__), cast(Table, OptionLimit.__table__)
HOLD = (
    update(EVENTS)
    .where(EVENTS.c.id == bindparam("number"))
    .values(seats_taken=EVENTS.c.seats_taken + bindparam("party"))
)
HOLD_OPTION = (
    update(LIMITS)
    .where(LIMITS.c.question_id == bindparam("question"), LIMITS.c.option == bindparam("chosen"))
    .values(seats_taken=LIMITS.c.seats_taken + bindparam("party"))
)


def limited(event: Event, answers: Mapping[int, object]) -> list[Choice]:
    """Return which limited options these answers choose."""
    limits = {(limit.question_id, limit.option) for question in event.questions for limit in question.limits}
    chosen = [(number, option) for number, answer in answers.items() for option in _options(answer)]
    return [one for one in chosen if one in limits]


def check(event: Event, party: int, choices: list[Choice]) -> None:
    """Refuse a party that has no room in the event ("event-full", "party-too-large") or an option ("option-full").

    An option that could never hold the party comes first: waiting wouldn't help.
    """
    limits = {(limit.question_id, limit.option): limit for limit in _limits(event)} if choices else {}
    chosen = [limits[one] for one in choices]
    for limit in chosen:
        _check_option(limit, party, taken=0)
    rules.check_seats(capacity=event.capacity, taken=event.seats_taken, party=party)
    for limit in chosen:
        _check_option(limit, party, taken=limit.seats_taken)


def take(registration: Registration, choices: list[Choice]) -> None:
    """Remember which limited options a registration chose."""
    for question_id, option in choices:
        db.session.add(ChosenOption(registration_id=registration.id, question_id=question_id, option=option))


def hold(event: Event, party: int, choices: list[Choice]) -> None:
    """Add a new registration's places to those that are taken, however many there are; call it with the event locked.

    Whatever else changes counts them again.
    """
    db.session.execute(HOLD, {"number": event.id, "party": party})
    db.session.expire(event, ["seats_taken"])
    for question_id, option in choices:
        db.session.execute(HOLD_OPTION, {"question": question_id, "chosen": option, "party": party})


def recount(event: Event) -> None:
    """Count the places taken; the tables' own constraints refuse one too many."""
    db.session.flush()
    holds = (Registration.event_id == event.id) & Registration.status.in_(rules.HOLDS_SEAT)
    held = select(func.coalesce(func.sum(Registration.party_size), 0)).where(holds)
    event.seats_taken = db.session.scalars(held).one()
    for limit in _limits(event):
        chosen = (ChosenOption.question_id == limit.question_id) & (ChosenOption.option == limit.option)
        people = select(func.coalesce(func.sum(Registration.party_size), 0)).join(
            ChosenOption, ChosenOption.registration_id == Registration.id
        )
        limit.seats_taken = db.session.scalars(people.where(holds, chosen)).one()
    db.session.flush()


def free(event: Event) -> int | None:
    """Return how many places nobody holds; None without a limit."""
    return None if event.capacity is None else event.capacity - event.seats_taken


def options_left(event: Event) -> dict[Choice, int]:
    """Return how many more people each limited option takes."""
    return {(limit.question_id, limit.option): limit.seats - limit.seats_taken for limit in _limits(event)}


def _check_option(limit: OptionLimit, party: int, *, taken: int) -> None:
    if taken + party > limit.seats:
        raise Refused("option-full", left=limit.seats - limit.seats_taken, question=limit.question_id)


def _limits(event: Event) -> list[OptionLimit]:
    """Return the limits of the questions that are asked now, read afresh."""
    limits = select(OptionLimit).join(Question).where(Question.event_id == event.id, Question.retired_at.is_(None))
    return list(db.session.scalars(limits, execution_options={"populate_existing": True}))


def _options(chosen: object) -> list[int]:
    return chosen if isinstance(chosen, list) else []
