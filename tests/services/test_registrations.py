"""Registering, confirming, cancelling: who holds a place, who is written to, and what is refused."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.question import Kind
from campaign.domain.registration import Status, Window
from campaign.models import Audit, Event, Message, Question, Registration
from campaign.services import events, questions, registrations
from campaign.services.submissions import Submission
from tests.make import Maker

DAY = timedelta(days=1)
RENA = Submission(name="Rena", email="rena@example.org", language="az")


def register(event: Event, given: Submission, now: datetime) -> Registration | None:
    with unit_of_work():
        return registrations.register(event, given, now=now)


def confirm(registration: Registration, now: datetime) -> None:
    with unit_of_work():
        registrations.confirm(registration, now=now)


def cancel(registration: Registration, now: datetime) -> None:
    with unit_of_work():
        registrations.cancel(registration, now=now)


def written() -> list[str]:
    return [message.kind for message in db.session.scalars(select(Message).order_by(Message.id))]


def everyone() -> list[Registration]:
    return list(db.session.scalars(select(Registration).order_by(Registration.id)))


@contextmanager
def refused(code: str) -> Iterator[None]:
    """Expect a refusal that stores nothing."""
    before = len(everyone()), written()
    with pytest.raises(Refused, match=f"^{code}$"):
        yield
    assert (len(everyone()), written()) == before


def test_register(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    registration = register(event, RENA, now)
    assert registration is not None
    assert registration.status is Status.PENDING
    assert registration.hold_until == now + DAY
    assert (registration.name, registration.email, registration.language) == ("Rena", "rena@example.org", "az")
    assert registrations.by_token(registration.token) is registration
    assert event.seats_taken == 1
    message = db.session.scalars(select(Message)).one()
    assert (message.kind, message.to, message.language) == ("confirm-address", "rena@example.org", "az")
    assert message.registration is registration


def test_confirm(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    registration = make.registration(event)
    confirm(registration, now)
    assert registration.status is Status.CONFIRMED
    assert (registration.confirmed_at, registration.hold_until) == (now, None)
    assert event.seats_taken == 1
    assert written() == ["confirm-address", "confirmed"]


def test_confirming_twice_is_once(app_on_both: Flask, make: Maker, now: datetime) -> None:
    registration = make.registration(make.event())
    confirm(registration, now)
    confirm(registration, now + DAY)
    assert registration.confirmed_at == now
    assert written() == ["confirm-address", "confirmed"]


def test_cancelling_frees_the_place_and_the_person_may_come_back(
    app_on_both: Flask, make: Maker, now: datetime
) -> None:
    event = make.event(capacity=1, has_waiting_list=False)
    first = make.registration(event)
    confirm(first, now)
    with refused("event-full"):
        register(event, Submission("Ali", "ali@example.org", "en"), now)
    cancel(first, now)
    assert (first.status, event.seats_taken) == (Status.CANCELLED, 0)
    again = register(event, RENA, now)
    assert again is not None
    assert again.id != first.id
    assert (again.status, event.seats_taken) == (Status.PENDING, 1)
    assert written() == ["confirm-address", "confirmed", "registration-cancelled", "confirm-address"]


def test_cancelling_what_was_never_confirmed_writes_no_mail(app: Flask, make: Maker, now: datetime) -> None:
    cancel(make.registration(make.event()), now)
    assert written() == ["confirm-address"]


def test_what_is_cancelled_stays_so(app: Flask, make: Maker, now: datetime) -> None:
    registration = make.registration(make.event())
    cancel(registration, now)
    for act in (cancel, confirm):
        with refused("registration-move"):
            act(registration, now)
    assert registration.status is Status.CANCELLED


def test_sending_one_form_twice_is_one_registration(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event(capacity=1)
    first = register(event, RENA, now)
    assert register(event, RENA, now) is first
    assert (len(everyone()), written(), event.seats_taken) == (1, ["confirm-address"], 1)


def test_a_form_sent_again_with_the_address_corrected_counts(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    one_showing = str(uuid.uuid4())
    slip = Submission("Rena", "rena@exmaple.org", "en", submission=one_showing)
    register(event, slip, now)
    corrected = register(event, Submission("Rena", "rena@example.org", "en", submission=one_showing), now)
    assert corrected is not None
    assert corrected.email == "rena@example.org"
    assert written() == ["confirm-address", "confirm-address"]


def test_a_form_sent_again_after_cancelling_counts(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    first = register(event, RENA, now)
    assert first is not None
    cancel(first, now)
    again = register(event, RENA, now)
    assert again is not None
    assert (again.status, event.seats_taken) == (Status.PENDING, 1)


def test_a_known_address_gets_its_link_again_at_most_once_a_day(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    make.registration(event, "rena@example.org")
    for at in (now, now + timedelta(hours=1), now + DAY):
        for spelling in ("rena@example.org", "Rena@Example.ORG"):
            assert register(event, Submission("Eve", spelling, "en"), at) is None
    assert len(everyone()) == 1
    assert written() == ["confirm-address", "already-registered", "already-registered"]
    assert {message.to for message in db.session.scalars(select(Message))} == {"rena@example.org"}


def test_the_same_address_may_come_to_another_event(app: Flask, make: Maker, now: datetime) -> None:
    edition = make.edition()
    for name in ("Morning", "Evening"):
        assert register(make.event(edition, name={"en": name}), Submission("Rena", "rena@example.org", "en"), now)
    assert written() == ["confirm-address", "confirm-address"]


def test_the_database_itself_refuses_a_second_living_registration(app_on_both: Flask, make: Maker) -> None:
    first = make.registration(make.event())
    columns = {name: getattr(first, name) for name in ("event_id", "email_hash", "status", "party_size", "created_at")}
    twin = Registration(
        **columns, name="", email="", language="en", token="t", token_hash=b"t", ticket="t", submission="s"
    )
    with pytest.raises(IntegrityError, match="email_hash"), unit_of_work():
        db.session.add(twin)


def test_a_party_takes_its_places_together(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event(capacity=5, has_waiting_list=False)
    make.registration(event, party_size=4)
    assert event.seats_taken == 4
    with refused("party-too-large"):
        register(event, Submission("Ali", "ali@example.org", "en", party_size=2), now)
    make.registration(event, "ali@example.org")
    with refused("event-full"):
        register(event, Submission("Leyla", "leyla@example.org", "en"), now)
    assert event.seats_taken == 5


@pytest.mark.parametrize("size", [0, -1, 11])
def test_a_party_has_one_to_ten_people(app: Flask, make: Maker, now: datetime, size: int) -> None:
    event = make.event(capacity=None)
    with refused("party-out-of-range"):
        register(event, Submission("Rena", "rena@example.org", "en", party_size=size), now)


def test_without_a_limit_everybody_gets_a_place(app: Flask, make: Maker) -> None:
    event = make.event(capacity=None)
    for number in range(3):
        make.registration(event, f"person-{number}@example.org", party_size=10)
    assert event.seats_taken == 30


def test_registration_is_open_between_its_own_two_times(app: Flask, make: Maker, now: datetime) -> None:
    opens, closes = datetime(2027, 1, 10, 9), datetime(2027, 2, 20, 18)  # clocks in Berlin, an hour before UTC
    event = make.event(opens=opens, closes=closes)
    minute = timedelta(minutes=1)
    opens_at, closes_at = event.opens_at, event.closes_at
    assert opens_at is not None and closes_at is not None
    assert (opens_at.hour, closes_at.hour) == (8, 17)
    with refused("registration-not-yet"):
        register(event, RENA, opens_at - minute)
    assert register(event, RENA, opens_at)
    assert register(event, Submission("Ali", "ali@example.org", "en"), closes_at - minute)
    with refused("registration-closed"):
        register(event, Submission("Leyla", "leyla@example.org", "en"), closes_at)


def test_without_a_closing_time_registration_ends_at_the_start(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    starts_at = event.starts_at
    assert starts_at is not None
    last_minute = starts_at - timedelta(minutes=1)
    registration = register(event, RENA, last_minute)
    assert registration is not None
    assert registration.hold_until == starts_at
    with refused("registration-closed"):
        register(event, Submission("Ali", "ali@example.org", "en"), starts_at)


def test_a_cancelled_event_takes_nobody(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    waiting = make.registration(event)
    with unit_of_work():
        events.cancel(event, reason={}, actor=None, now=now)
    with refused("registration-cancelled"):
        register(event, Submission("Ali", "ali@example.org", "en"), now)
    with refused("registration-cancelled"):
        confirm(waiting, now)
    assert waiting.status is Status.PENDING


def test_an_event_without_registration_takes_nobody(app: Flask, make: Maker, now: datetime) -> None:
    with refused("registration-none"):
        register(make.event(takes_registrations=False), RENA, now)


def test_the_window_says_what_a_page_shows(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event(capacity=1, has_waiting_list=False)
    assert registrations.window(event, now=now) is Window.OPEN
    make.registration(event)
    assert registrations.window(event, now=now) is Window.FULL
    event.has_waiting_list = True
    assert registrations.window(event, now=now) is Window.QUEUE
    assert registrations.window(event, now=now + 365 * DAY) is Window.CLOSED


def test_a_hold_that_ran_out_frees_the_place(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event(capacity=2)
    slow = make.registration(event)
    quick = make.registration(event, "ali@example.org")
    confirm(quick, now)
    assert registrations.overdue(now=now + DAY - timedelta(seconds=1)) == []
    assert registrations.overdue(now=now + DAY) == [event.id]
    with unit_of_work():
        assert registrations.expire(event, now=now + DAY) == 1
    assert (slow.status, quick.status, event.seats_taken) == (Status.EXPIRED, Status.CONFIRMED, 1)
    assert registrations.overdue(now=now + 9 * DAY) == []
    with refused("registration-expired"):
        confirm(slow, now + DAY)
    assert register(event, RENA, now + DAY) is not None


def test_a_hold_counts_to_the_second_even_before_the_worker_comes(app: Flask, make: Maker, now: datetime) -> None:
    registration = make.registration(make.event())
    with refused("registration-expired"):
        confirm(registration, now + DAY)
    confirm(registration, now + DAY - timedelta(seconds=1))


def test_answers_are_kept_clean(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    options = [{"en": "Soup"}, {"en": "Bread"}]
    with unit_of_work():
        one_each = [Question(kind=kind, label={"en": kind}, options=options) for kind in Kind]
        questions.ask(event, one_each, actor=None, now=now)
    raw: dict[str, list[str]] = {"text": [" a\tb "], "long-text": ["one\r\ntwo"], "number": ["007"], "yes-no": ["y"]}
    raw |= {"one-choice": ["1"], "several-choices": ["1", "0"], "date": ["2027-02-26"], "email": [" a@x.org"]}
    raw |= {"phone": ["+49 30 901820"], "country": ["AZ"], "consent": ["y"]}
    raw |= {"party-size": ["7"]}
    sent = {one.id: raw[one.kind] for one in event.questions}
    registration = register(event, Submission("Rena", "rena@example.org", "en", answers=sent), now)
    assert registration is not None
    assert registration.party_size == 1, "which is no answer"
    kept = {answer.question.kind.value: json.loads(answer.value) for answer in registration.answers}
    assert kept == {
        "text": "a b",
        "long-text": "one\ntwo",
        "number": "7",
        "one-choice": [1],
        "several-choices": [0, 1],
        "yes-no": "yes",
        "date": "2027-02-26",
        "email": "a@x.org",
        "phone": "+49 30 901820",
        "country": "AZ",
        "consent": "yes",
    }


def test_a_refused_answer_names_its_question(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    question = make.question(event, Kind.NUMBER, is_required=True)
    for raw, code in (([], "answer-required"), (["many"], "answer-not-a-number")):
        with pytest.raises(Refused, match=code) as told:
            register(event, Submission("Rena", "rena@example.org", "en", answers={question.id: raw}), now)
        assert told.value.facts["question"] == question.id
    assert everyone() == []


def test_somebody_entered_by_hand_is_confirmed_without_a_mail(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event(capacity=1)
    with unit_of_work():
        registration = registrations.enter(event, RENA, actor=None, now=now)
    assert (registration.status, registration.hold_until, event.seats_taken) == (Status.CONFIRMED, None, 1)
    assert written() == []
    with refused("event-full"), unit_of_work():
        registrations.enter(event, Submission("Ali", "ali@example.org", "en"), actor=None, now=now)


def test_what_a_person_does_is_recorded_without_their_name(app: Flask, make: Maker, now: datetime) -> None:
    registration = make.registration(make.event())
    confirm(registration, now)
    cancel(registration, now)
    rows = db.session.scalars(select(Audit).where(Audit.subject == "registration")).all()
    deeds = [(deed, None, {}) for deed in ("register", "confirm", "cancel")]
    assert [(row.action, row.actor_id, row.facts) for row in rows] == deeds


def test_the_list_of_an_event_is_newest_first_and_a_look_is_recorded(app: Flask, make: Maker, now: datetime) -> None:
    event, organizer = make.event(), make.user()
    older, newer = (make.registration(event, f"{name}@example.org") for name in ("rena", "ali"))
    with unit_of_work():
        registrations.note_look(event, actor=organizer, now=now)
    assert registrations.of_event(event) == [newer, older]
    looked = db.session.scalars(select(Audit).where(Audit.action == "view-registrations")).one()
    assert (looked.actor_id, looked.subject, looked.subject_id) == (organizer.id, "event", event.id)


def test_nothing_personal_lies_readable_in_the_database(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    question = make.question(event, Kind.TEXT)
    given = Submission("Sevda Unmistakable", "sevda@example.org", "en", answers={question.id: ["Allergic to nuts"]})
    registration = register(event, given, now)
    assert registration is not None
    token, ticket = registration.token, registration.ticket
    db.session.remove()
    raw = db.engine.raw_connection()
    stored = "\n".join(raw.driver_connection.iterdump())  # type: ignore[union-attr]  # sqlite3's own
    raw.close()
    hidden = "".join(f"{byte:02X}" for byte in b"Unmistakable")
    for secret in ("Unmistakable", hidden, "sevda@", "nuts", token):
        assert secret not in stored
    assert ticket in stored  # random, so that the door can look for it
