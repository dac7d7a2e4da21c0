"""Places of an event and of limited options: nobody is counted twice, nobody beyond a limit."""

from datetime import datetime

import pytest
from flask import Flask

from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.question import Kind
from campaign.domain.registration import Status
from campaign.models import Event, OptionLimit, Question, Registration
from campaign.services import questions, registrations, seats, waiting
from campaign.services.submissions import Submission
from tests.make import Maker

OPTIONS = [{"en": "Workshop A"}, {"en": "Workshop B"}, {"en": "None"}]


@pytest.fixture
def event(app_on_both: Flask, make: Maker) -> Event:
    """Return an event of six places, of which two may go to workshop B."""
    return make.event(capacity=6)


@pytest.fixture
def workshop(event: Event, now: datetime) -> Question:
    """Return the question after workshops."""
    one = Question(kind=Kind.SEVERAL_CHOICES, label={"en": "Workshops"}, options=OPTIONS)
    with unit_of_work():
        questions.ask(event, [one], actor=None, now=now)
        db.session.add(OptionLimit(question_id=one.id, option=1, seats=2, seats_taken=0))
    db.session.expire_all()
    return one


def register(event: Event, workshop: Question, name: str, options: str, now: datetime, party: int = 1) -> Registration:
    given = Submission(name, f"{name}@example.org", "en", party_size=party, answers={workshop.id: list(options)})
    with unit_of_work():
        registration = registrations.register(event, given, now=now)
    assert registration is not None
    return registration


def test_an_option_gives_as_many_places_as_it_has(event: Event, workshop: Question, now: datetime) -> None:
    first = register(event, workshop, "ali", "1", now)
    second = register(event, workshop, "leyla", "01", now)
    assert seats.options_left(event) == {(workshop.id, 1): 0}
    with pytest.raises(Refused, match=r"^option-full$") as told:
        register(event, workshop, "samir", "1", now)
    assert told.value.facts == {"left": 0, "question": workshop.id}
    register(event, workshop, "samir", "0", now)
    with unit_of_work():
        registrations.cancel(first, now=now)
    assert seats.options_left(event) == {(workshop.id, 1): 1}
    register(event, workshop, "nigar", "1", now)
    assert (second.status, event.seats_taken) == (Status.PENDING, 3)


def test_a_party_counts_with_all_its_people(event: Event, workshop: Question, now: datetime) -> None:
    register(event, workshop, "ali", "1", now)
    with pytest.raises(Refused, match=r"^option-full$"):
        register(event, workshop, "leyla", "1", now, party=2)


def test_a_place_that_comes_free_goes_to_whom_it_suits(event: Event, workshop: Question, now: datetime) -> None:
    crowd = [register(event, workshop, f"person{number}", "1" if number < 2 else "2", now) for number in range(6)]
    wants_b = register(event, workshop, "ali", "1", now)
    wants_none = register(event, workshop, "leyla", "2", now)
    for one in (*crowd, wants_b, wants_none):
        with unit_of_work():
            registrations.confirm(one, now=now)
    assert [one.status for one in (wants_b, wants_none)] == [Status.WAITING] * 2
    with unit_of_work():
        registrations.cancel(crowd[5], now=now)
    assert [one.status for one in (wants_b, wants_none)] == [Status.WAITING, Status.OFFERED]
    assert waiting.position(wants_b) == 1
    with unit_of_work():
        registrations.cancel(crowd[0], now=now)
    assert wants_b.status is Status.OFFERED
    assert seats.options_left(event) == {(workshop.id, 1): 0}


def test_nobody_waits_for_what_can_never_be(event: Event, workshop: Question, now: datetime) -> None:
    for number in range(6):
        register(event, workshop, f"person{number}", "2", now)
    with pytest.raises(Refused, match=r"^option-full$"):
        register(event, workshop, "ali", "1", now, party=3)
    with pytest.raises(Refused, match=r"^party-too-large$"):
        register(event, workshop, "ali", "2", now, party=7)


def test_the_database_itself_refuses_one_too_many(event: Event, workshop: Question, now: datetime) -> None:
    for name in ("ali", "leyla"):
        register(event, workshop, name, "1", now)
    third = register(event, workshop, "samir", "0", now)
    with pytest.raises(Exception, match="never_oversold"), unit_of_work():
        seats.take(third, [(workshop.id, 1)])
        seats.recount(event)
