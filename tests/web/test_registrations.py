"""Registering as a person does it: the form, the mail's link, the own page, and every no on the way."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from campaign.db import db, unit_of_work
from campaign.domain.question import Kind
from campaign.domain.registration import Status
from campaign.models import Event, Message, Registration
from campaign.services import events, registrations
from campaign.services.submissions import Submission
from tests.page import Client, Page
from tests.web.conftest import STARTS, YEAR, Soon

EVENT = f"/khojaly/{YEAR}/evening-in-berlin/"
FORM = f"{EVENT}register"
SENT = f"{FORM}/sent"
RENA = {"name": "Rena", "email": "rena@example.org", "party_size": "1", "language": "en", "consent": "y"}


def send(client: Client, **changes: str | list[str]) -> Page:
    """Open the form, fill it in and send it."""
    return client.post(FORM, {**RENA, "submission": opened(client), **changes})


def opened(client: Client) -> str:
    """Return what names one showing of the form."""
    shown = client.get(FORM).all("input")
    return next(str(one.get("value")) for one in shown if one.get("name") == "submission")


def everyone() -> list[Registration]:
    db.session.rollback()
    return list(db.session.scalars(select(Registration).order_by(Registration.id)))


def written() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Message.kind).order_by(Message.id)))


def own_page(registration: Registration) -> str:
    return f"/r/{registration.token}/"


@pytest.fixture
def event(app: Flask, soon: Soon) -> Event:
    """Return an event in Berlin with ten places."""
    return soon.event()


def test_register_then_confirm_then_cancel_then_come_back(client: Client, event: Event) -> None:
    sent = send(client)
    assert (sent.status, sent.location) == (303, SENT)
    assert client.follow(sent).heading == "Look in your mail"
    (registration,) = everyone()
    assert (registration.status, written()) == (Status.PENDING, ["confirm-address"])

    page = client.get(own_page(registration))
    assert "Not confirmed yet" in page.text
    confirmed = client.follow(client.post(f"{own_page(registration)}confirm"))
    assert "Your place is confirmed" in confirmed.text
    assert "<svg" in confirmed.text
    assert (registration.status, event.seats_taken) == (Status.CONFIRMED, 1)

    cancelled = client.follow(client.post(f"{own_page(registration)}cancel"))
    assert "Your registration is cancelled" in cancelled.text
    assert (registration.status, event.seats_taken) == (Status.CANCELLED, 0)

    send(client)
    assert [one.status for one in everyone()] == [Status.CANCELLED, Status.PENDING]
    assert written() == ["confirm-address", "confirmed", "registration-cancelled", "confirm-address"]


def test_looking_changes_nothing(client: Client, event: Event, soon: Soon) -> None:
    registration = soon.registration(event)
    for _ in range(3):
        page = client.get(own_page(registration))
        assert page.heading == "My registration"
        assert client.get(own_page(registration), headers={"User-Agent": "Mail scanner"}).status == 200
        assert client.http.head(own_page(registration)).status_code == 200
    assert (registration.status, written()) == (Status.PENDING, ["confirm-address"])
    for act in ("confirm", "cancel"):
        assert client.get(f"{own_page(registration)}{act}").status == 405
    assert registration.status is Status.PENDING


def test_the_own_page_shows_all_that_is_held(client: Client, event: Event, soon: Soon) -> None:
    options = [{"en": "Soup"}, {"en": "Bread"}]
    text = soon.question(event, Kind.TEXT)
    answers = {text.id: ["A chair at the door"]}
    registration = soon.registration(event, party_size=2, answers=answers)
    page = client.get(own_page(registration))
    for held in ("Rena", "rena@example.org", "A chair at the door", "I agree that"):
        assert held in page.text
    assert "<dd>2</dd>" in page.text
    other = soon.event(event.edition, name={"en": "Supper"})
    choice = soon.question(other, Kind.SEVERAL_CHOICES, options=options)
    registration = soon.registration(other, answers={choice.id: ["1", "0"]})
    assert "Soup, Bread" in client.get(own_page(registration)).text


def test_an_unknown_link_is_not_found(client: Client, event: Event) -> None:
    for act in (client.get("/r/unknown/"), client.post("/r/unknown/confirm"), client.get("/r/unknown/ticket")):
        assert act.status == 404


def test_a_ticket_is_for_the_confirmed(client: Client, event: Event, soon: Soon) -> None:
    registration = soon.registration(event)
    assert client.get(f"{own_page(registration)}ticket").location == own_page(registration)
    client.post(f"{own_page(registration)}confirm")
    page = client.get(f"{own_page(registration)}ticket")
    assert page.heading == "Evening in Berlin"
    assert "<svg" in page.text
    assert "Musterstraße 1" in page.text


def test_confirming_twice_is_once(client: Client, event: Event, soon: Soon) -> None:
    registration = soon.registration(event)
    for _ in range(2):
        assert client.post(f"{own_page(registration)}confirm").status == 303
    assert written() == ["confirm-address", "confirmed"]


def test_sending_the_form_twice_is_one_registration(client: Client, event: Event) -> None:
    filled = {**RENA, "submission": str(uuid.uuid4())}
    answers = [client.post(FORM, filled) for _ in range(2)]
    assert [(one.status, one.location) for one in answers] == [(303, SENT)] * 2
    assert (len(everyone()), written()) == (1, ["confirm-address"])


def test_a_form_without_its_number_still_counts(client: Client, event: Event) -> None:
    for number, submission in enumerate(("", "not a number", "0" * 2000)):
        sent = client.post(FORM, {**RENA, "email": f"person-{number}@example.org", "submission": submission})
        assert sent.location == SENT
    assert len(everyone()) == 3


def test_a_known_address_gets_the_same_answer_and_another_mail_once_a_day(client: Client, event: Event) -> None:
    first = send(client)
    again = [send(client, email=address) for address in ("rena@example.org", "RENA@example.org", " rena@Example.org")]
    for one in again:
        assert (one.status, one.location, one.text) == (first.status, first.location, first.text)
        assert dict(one.response.headers) == dict(first.response.headers)
    assert (len(everyone()), written()) == (1, ["confirm-address", "already-registered"])


def test_a_robot_that_fills_in_every_field_is_thanked_and_forgotten(client: Client, event: Event) -> None:
    sent = send(client, website="https://spam.example/")
    assert (sent.status, sent.location) == (303, SENT)
    assert (everyone(), written()) == ([], [])


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"name": ""}, "name", "Please fill this in."),
        ({"name": "\u200b"}, "name", "Please fill this in."),
        ({"name": "x" * 81}, "name", "too long"),
        ({"name": "Win at www.example.org"}, "name", "without a web or mail address"),
        ({"name": "rena@example.org"}, "name", "without a web or mail address"),
        ({"email": ""}, "email", "Please fill this in."),
        ({"email": "rena"}, "email", "Write a mail address"),
        ({"email": "rena@example.org, ali@example.org"}, "email", "Write a mail address"),
        ({"party_size": "0"}, "party_size", "from 1 to 10"),
        ({"party_size": "11"}, "party_size", "from 1 to 10"),
        ({"party_size": "two"}, "party_size", "from 1 to 10"),
        ({"party_size": "١"}, "party_size", "from 1 to 10"),
        ({"party_size": ""}, "party_size", "Please fill this in."),
        ({"consent": ""}, "consent", "Please fill this in."),
        ({"language": "xx"}, "language", "Not a valid choice"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field_and_nothing_is_lost(
    client: Client, event: Event, typed: dict[str, str], field: str, sentence: str
) -> None:
    filled = {**RENA, "party_size": "3", **typed}
    page = client.post(FORM, {name: value for name, value in filled.items() if value or name != "consent"})
    assert page.status == 422
    assert sentence in page.error_of(field)
    for name in {"name", "email", "party_size"} - {field}:
        assert page.value_of(name) == filled[name]
        assert page.error_of(name) == ""
    assert (everyone(), written()) == ([], [])


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.PARTY_SIZE])
def test_a_question_of_each_kind_is_asked_and_answered(client: Client, event: Event, soon: Soon, kind: Kind) -> None:
    options = [{"en": "Soup"}, {"en": "Bread"}]
    question = soon.question(event, kind, options=options, is_required=True, help={"en": "Only if you like."})
    name = f"question-{question.id}"
    page = client.get(FORM)
    assert f"A {kind} question" in page.text
    assert "Only if you like." in page.text
    refused = send(client, name="Rena Wrote This")
    assert refused.status == 422
    assert refused.error_of(name) == "This question needs an answer."
    assert refused.value_of("name") == "Rena Wrote This"
    assert everyone() == []
    given: dict[Kind, str | list[str]] = {Kind.NUMBER: "7", Kind.ONE_CHOICE: "1", Kind.SEVERAL_CHOICES: ["0", "1"]}
    given |= {Kind.DATE: "2027-02-26", Kind.EMAIL: "a@x.org", Kind.PHONE: "030 901820", Kind.COUNTRY: "AZ"}
    assert send(client, **{name: given.get(kind, "yes")}).location == SENT
    (registration,) = everyone()
    shown = {Kind.NUMBER: "7", Kind.ONE_CHOICE: "Bread", Kind.SEVERAL_CHOICES: "Soup, Bread", Kind.YES_NO: "Yes"}
    shown |= {Kind.DATE: "2027-02-26", Kind.EMAIL: "a@x.org", Kind.PHONE: "+49 30 901820", Kind.COUNTRY: "Azerbaijan"}
    shown[Kind.CONSENT] = "Yes"
    assert f"<dd>{shown.get(kind, 'yes')}</dd>" in client.get(own_page(registration)).text


@pytest.mark.parametrize(
    ("kind", "answer", "sentence"),
    [
        (Kind.TEXT, "x" * 201, "too long"),
        (Kind.LONG_TEXT, "x" * 2001, "too long"),
        (Kind.NUMBER, "many", "whole number"),
        (Kind.NUMBER, "1000001", "whole number"),
        (Kind.ONE_CHOICE, "2", "one of the options"),
        (Kind.SEVERAL_CHOICES, ["0", "7"], "one of the options"),
    ],
)
def test_an_answer_that_cannot_be_taken_is_kept_on_the_page(
    client: Client, event: Event, soon: Soon, kind: Kind, answer: str, sentence: str
) -> None:
    question = soon.question(event, kind, options=[{"en": "Soup"}, {"en": "Bread"}])
    name = f"question-{question.id}"
    page = send(client, **{name: answer})
    assert page.status == 422
    assert sentence in page.error_of(name)
    if kind in (Kind.TEXT, Kind.LONG_TEXT, Kind.NUMBER):
        assert page.value_of(name) == answer
    if kind is Kind.SEVERAL_CHOICES:
        chosen = page.by_id(f"{name}-0")
        assert chosen is not None and "checked" in chosen.attrib
    assert everyone() == []


def full(event: Event) -> None:
    event.has_waiting_list = False
    for number in range(10):
        given = Submission("P", f"person-{number}@x.org", "en")
        registrations.enter(event, given, actor=None, now=datetime.now(UTC))


def cancelled(event: Event) -> None:
    events.cancel(event, reason={"en": "Storm warning"}, actor=None, now=datetime.now(UTC))


def change(**columns: object) -> Callable[[Event], None]:
    def _change(event: Event) -> None:
        db.session.execute(update(Event).values(**columns))

    return _change


@pytest.mark.parametrize(
    ("happened", "sentence", "said"),
    [
        (full, "All places are taken. If somebody cancels, the form opens again.", "All places are taken"),
        (cancelled, "The event is cancelled.", "Storm warning"),
        (change(closes_at=datetime(2020, 1, 1, tzinfo=UTC)), "Registration is closed.", "Registration is closed."),
        (change(starts_at=datetime(2020, 1, 1, tzinfo=UTC)), "Registration is closed.", "Registration is closed."),
        (
            change(opens_at=datetime(YEAR, 1, 1, tzinfo=UTC)),
            "Registration has not opened yet.",
            "Registration opens on 1 Jan",
        ),
        (change(takes_registrations=False), "This event takes no registrations; just come.", "You need not register"),
    ],
    ids=["full", "cancelled", "closed", "begun", "not yet", "none"],
)
def test_while_nobody_can_register(
    client: Client, event: Event, happened: Callable[[Event], None], sentence: str, said: str
) -> None:
    shown_before = opened(client)
    with unit_of_work():
        happened(event)
    count = len(everyone())
    assert said in client.get(EVENT).text
    assert client.get(FORM).location == EVENT
    page = client.post(FORM, {**RENA, "submission": shown_before})
    assert page.status == 409
    assert sentence in page.text
    assert page.value_of("email") == "rena@example.org"
    assert (len(everyone()), written()) == (count, [])


def test_a_party_that_does_not_fit_may_come_smaller(client: Client, event: Event, soon: Soon) -> None:
    soon.registration(event, "ali@example.org", party_size=8)
    page = send(client, party_size="3")
    assert page.status == 409
    assert "not enough places left" in page.text
    assert page.value_of("party_size") == "3"
    assert send(client, party_size="2").location == SENT
    assert event.seats_taken == 10


def test_a_place_that_was_not_confirmed_in_time_is_free_again(client: Client, event: Event, soon: Soon) -> None:
    registration = soon.registration(event)
    with unit_of_work():
        db.session.execute(update(Registration).values(hold_until=datetime.now(UTC) - timedelta(seconds=1)))
    refused = client.follow(client.post(f"{own_page(registration)}confirm"))
    assert "its time ran out" in refused.text
    assert registration.status is Status.PENDING
    with unit_of_work():
        registrations.expire(event, now=datetime.now(UTC))
    assert event.seats_taken == 0
    page = client.get(own_page(registration))
    assert "The time to confirm has passed" in page.text
    assert send(client).location == SENT
    assert [one.status for one in everyone()] == [Status.EXPIRED, Status.PENDING]


def test_a_hidden_venue_is_told_to_the_confirmed_alone(client: Client, soon: Soon) -> None:
    event = soon.event(venue_is_public=False)
    registration = soon.registration(event)
    for path in (EVENT, FORM, f"/khojaly/{YEAR}/", own_page(registration)):
        page = client.get(path)
        assert "Community hall" not in page.text
        assert "Musterstraße" not in page.text
    assert "The exact place is told to those who have registered" in client.get(EVENT).text
    client.post(f"{own_page(registration)}confirm")
    assert "Musterstraße 1" in client.get(f"{own_page(registration)}ticket").text


def test_mails_are_in_the_language_that_was_chosen(client: Client, event: Event) -> None:
    page = client.get(f"{FORM}?hl=de")
    chosen = next(one for one in page.all("option") if "selected" in one.attrib)
    assert chosen.get("value") == "de"
    send(client, language="az")
    (registration,) = everyone()
    assert (registration.language, registration.consents[0].language) == ("az", "en")  # German has no words for it


def test_the_form_is_for_the_public_event_alone(client: Client, soon: Soon) -> None:
    draft = soon.event(is_published=False)
    for path in (EVENT, FORM, SENT):
        assert client.get(path).status == 404
    assert client.post(FORM, RENA).status == 404
    assert (draft.slug, everyone()) == ("evening-in-berlin", [])


def test_the_day_stands_on_the_form(client: Client, event: Event) -> None:
    page = client.get(FORM)
    assert f"26 February {YEAR}" in page.text
    assert re.search(r"18:30–20:30 \(Berlin time\)", page.text)
    assert STARTS.hour == 18
