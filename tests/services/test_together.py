"""Coming to several evenings by one form: each place is held for itself, one mail confirms all, all or none."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.question import Kind
from campaign.domain.registration import Status
from campaign.models import Event, Message, Registration
from campaign.services import registrations, together
from campaign.services.submissions import Submission
from tests.make import Maker

BAKU = {"country": "AZ", "city": "Baku", "zone": "Asia/Baku", "latitude": 40.4, "longitude": 49.9}
TIMES = (datetime(2027, 2, 25, 19), datetime(2027, 2, 27, 19))
ALI = Submission("Ali", "ali@example.org", "en", submission="6e1e34a8-6a3c-4e5c-8f1e-111111111111")


def evening(make: Maker, first: Event, name: str, starts: datetime, **changes: object) -> Event:
    times = {"starts": starts, "ends": starts + timedelta(hours=2)}
    return make.event(first.edition, name={"en": name}, **{**times, **changes})


@pytest.fixture
def evenings(app_on_both: Flask, make: Maker) -> list[Event]:
    """Return three evenings in Berlin, the middle one first."""
    first = make.event()
    return [first, *(evening(make, first, name, at) for name, at in zip(("Film", "Concert"), TIMES, strict=True))]


def register(events: list[Event], now: datetime, given: Submission = ALI) -> Registration | None:
    with unit_of_work():
        return registrations.register(events[0], given, others=events[1:], now=now)


def states() -> list[tuple[str, Status]]:
    db.session.rollback()
    rows = db.session.scalars(select(Registration).order_by(Registration.event_id, Registration.id))
    return [(row.event.name["en"], row.status) for row in rows]


def written() -> list[tuple[str, str]]:
    db.session.rollback()
    rows = db.session.scalars(select(Message).order_by(Message.id))
    return [(row.kind, row.event.name["en"]) for row in rows if row.event]


def test_one_form_and_one_mail_for_all(evenings: list[Event], now: datetime) -> None:
    registration = register(evenings, now)
    assert registration is not None
    assert [status for _name, status in states()] == [Status.PENDING] * 3
    assert [event.seats_taken for event in evenings] == [1, 1, 1]
    assert written() == [("confirm-address", "Evening in Berlin")]
    assert [one.event.name["en"] for one in together.unconfirmed(registration)] == ["Film", "Concert"]
    with unit_of_work():
        together.confirm(registration, now=now)
    assert [status for _name, status in states()] == [Status.CONFIRMED] * 3
    assert sorted(written()[1:]) == [("confirmed", name) for name in ("Concert", "Evening in Berlin", "Film")]
    assert together.unconfirmed(registration) == []


def test_each_place_is_given_back_for_itself(evenings: list[Event], now: datetime) -> None:
    registration = register(evenings, now)
    assert registration is not None
    with unit_of_work():
        together.confirm(registration, now=now)
    with unit_of_work():
        registrations.cancel(registration, now=now)
    assert [event.seats_taken for event in evenings] == [0, 1, 1]


def test_where_one_is_full_one_waits_there_alone(evenings: list[Event], make: Maker, now: datetime) -> None:
    full = evening(make, evenings[0], "Reading", TIMES[0], capacity=1)
    make.registration(full)
    registration = register([*evenings, full], now)
    assert registration is not None
    assert states()[-1] == ("Reading", Status.WAITING)
    with unit_of_work():
        together.confirm(registration, now=now)
    assert [status for _name, status in states()] == [Status.CONFIRMED] * 3 + [Status.PENDING, Status.WAITING]
    assert ("waiting", "Reading") in written()


def test_all_or_none(evenings: list[Event], make: Maker, now: datetime) -> None:
    full = evening(make, evenings[0], "Reading", TIMES[0], capacity=1, has_waiting_list=False)
    make.registration(full)
    with pytest.raises(Refused, match=r"^event-full$") as told:
        register([*evenings, full], now)
    assert told.value.facts["beside"] == "reading"
    assert [event.seats_taken for event in evenings] == [0, 0, 0]
    assert states() == [("Reading", Status.PENDING)]


def test_an_answer_refused_beside_names_its_question(evenings: list[Event], make: Maker, now: datetime) -> None:
    question = make.question(evenings[1], Kind.TEXT, is_required=True)
    with pytest.raises(Refused, match=r"^answer-required$") as told:
        register(evenings, now)
    assert told.value.facts["question"] == question.id


def test_sending_it_twice_is_once_and_one_more_evening_may_be_added(evenings: list[Event], now: datetime) -> None:
    first = register(evenings[:2], now)
    assert register(evenings[:2], now) is first
    assert written() == [("confirm-address", "Evening in Berlin")]
    assert register(evenings, now) is first
    assert written()[1:] == [("confirm-address", "Concert")]
    assert [status for _name, status in states()] == [Status.PENDING] * 3


def test_whoever_is_known_at_one_is_asked_to_confirm_the_others(
    evenings: list[Event], make: Maker, now: datetime
) -> None:
    known = make.registration(evenings[0], ALI.email)
    assert register(evenings, now) is None
    assert written() == [("confirm-address", "Evening in Berlin"), ("confirm-address", "Film")]
    with unit_of_work():
        together.confirm(db.session.scalars(select(Registration).where(Registration.id > known.id)).first(), now=now)
    assert [status for _name, status in states()] == [Status.PENDING, Status.CONFIRMED, Status.CONFIRMED]
    assert register(evenings, now) is None
    assert [kind for kind, _name in written()].count("already-registered") == 0, "the form was sent twice"


def test_what_ran_out_meanwhile_stays_so(evenings: list[Event], now: datetime) -> None:
    registration = register(evenings, now)
    assert registration is not None
    film = together.unconfirmed(registration)[0]
    with unit_of_work():
        film.hold_until = now
    with unit_of_work():
        together.confirm(registration, now=now)
    assert [status for _name, status in states()] == [Status.CONFIRMED, Status.PENDING, Status.CONFIRMED]


def test_a_form_that_somebody_else_sent_confirms_nothing(evenings: list[Event], make: Maker, now: datetime) -> None:
    registration = register(evenings[:1], now)
    other = make.registration(evenings[1], "leyla@example.org", submission=ALI.submission)
    own = make.registration(evenings[2], ALI.email)
    assert registration is not None
    with unit_of_work():
        together.confirm(registration, now=now)
    assert (other.status, own.status) == (Status.PENDING, Status.PENDING)


def test_what_is_offered_beside(evenings: list[Event], make: Maker, now: datetime) -> None:
    first = evenings[0]
    evening(make, first, "In Baku", TIMES[0], **BAKU)
    evening(make, first, "Draft", TIMES[0], is_published=False)
    evening(make, first, "Just come", TIMES[0], takes_registrations=False)
    evening(make, first, "Too early", TIMES[0], opens=datetime(2027, 2, 1))
    evening(make, first, "Over", datetime(2026, 11, 22, 12, 30))
    make.registration(evening(make, first, "Full", TIMES[0], capacity=1, has_waiting_list=False))
    make.registration(evening(make, first, "Queue", TIMES[1], capacity=1))
    make.event(make.edition(first.edition.campaign, 2028), name={"en": "Next year"})
    assert [one.name["en"] for one in together.others(first, now=now)] == ["Film", "Concert", "Queue"]
    online = evening(make, first, "Online", TIMES[0], country=None, city=None, online_url="https://meet.example.org/")
    assert together.others(online, now=now) == []
