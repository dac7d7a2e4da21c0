"""Letting people in, sending them away, and entering somebody by hand, on organizers' pages."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.permission import Role
from campaign.domain.question import Kind
from campaign.domain.registration import Status
from campaign.models import Audit, Event, Message, Registration
from campaign.services import registrations
from tests.page import Client
from tests.web.conftest import YEAR, Soon

LIST = f"/manage/khojaly/{YEAR}/events/evening-in-berlin/registrations/"
NEW = f"{LIST}new/"
ALI = {"name": "Ali", "email": "ali@example.org", "party_size": "2", "language": "en", "consent": "y"}


@pytest.fixture
def event(app: Flask, client: Client, soon: Soon) -> Event:
    """Return an event of two places where an editor, who has signed in, lets people in."""
    event = soon.event(capacity=2, requires_approval=True)
    client.sign_in(soon.member(event.edition.campaign, Role.EDITOR))
    return event


def waiting(event: Event, soon: Soon, email: str = "rena@example.org") -> Registration:
    registration = soon.registration(event, email)
    with unit_of_work():
        registrations.confirm(registration, now=datetime.now(UTC))
    return registration


def everyone() -> list[Registration]:
    db.session.rollback()
    return list(db.session.scalars(select(Registration).order_by(Registration.id)))


def written() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Message.kind).order_by(Message.id)))


def test_letting_somebody_in(client: Client, event: Event, soon: Soon) -> None:
    registration = waiting(event, soon)
    page = client.follow(client.post(f"{LIST}{registration.code}/approve"))
    assert "Let in. We write to them." in page.text
    assert (registration.status, written()[-1]) == (Status.CONFIRMED, "confirmed")
    again = client.follow(client.post(f"{LIST}{registration.code}/decline"))
    assert "This registration has ended, or was changed already." in again.text
    assert registration.status is Status.CONFIRMED
    decided = db.session.scalars(select(Audit).where(Audit.action == "approve")).one()
    assert decided.actor_id is not None


def test_sending_somebody_away(client: Client, event: Event, soon: Soon) -> None:
    registration = waiting(event, soon)
    page = client.follow(client.post(f"{LIST}{registration.code}/decline"))
    assert "Declined. We write to them." in page.text
    assert (registration.status, written()[-1]) == (Status.CANCELLED, "declined")


def test_a_registration_is_found_at_its_own_event_alone(client: Client, event: Event, soon: Soon) -> None:
    soon.event(event.edition, name={"en": "Supper"})
    registration = waiting(event, soon)
    elsewhere = LIST.replace("evening-in-berlin", "supper")
    for path in (f"{elsewhere}{registration.code}", f"{LIST}XXXX-XXXX"):
        for act in ("approve", "decline"):
            assert client.post(f"{path}/{act}").status == 404
            assert client.get(f"{LIST}{registration.code}/{act}").status == 405
    assert registration.status is Status.WAITING


def test_entering_somebody_by_hand(client: Client, event: Event) -> None:
    assert client.get(NEW).heading == "Enter somebody by hand"
    page = client.follow(client.post(NEW, {**ALI, "with_mail": "y"}))
    assert "The place is given. The ticket is on its way by mail." in page.text
    (registration,) = everyone()
    assert (registration.status, event.seats_taken, written()) == (Status.CONFIRMED, 2, ["confirmed"])
    assert registration.consents[0].language == "en"
    entered = db.session.scalars(select(Audit).where(Audit.action == "enter")).one()
    assert entered.actor_id is not None


def test_without_a_mail_none_is_sent(client: Client, event: Event) -> None:
    assert client.post(NEW, ALI).status == 303
    assert (len(everyone()), written()) == (1, [])


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"name": ""}, "name", "Please fill this in."),
        ({"email": "ali"}, "email", "Write a mail address"),
        ({"party_size": "11"}, "party_size", "from 1 to 10"),
        ({"consent": None}, "consent", "Please fill this in."),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    client: Client, event: Event, typed: dict[str, str | None], field: str, sentence: str
) -> None:
    page = client.post(NEW, {name: value for name, value in {**ALI, **typed}.items() if value is not None})
    assert page.status == 422
    assert sentence in page.error_of(field)
    assert everyone() == []


def test_nobody_is_entered_twice_or_beyond_the_places(client: Client, event: Event) -> None:
    assert client.post(NEW, {**ALI, "party_size": "1"}).status == 303
    known = client.post(NEW, {**ALI, "party_size": "1"})
    assert "This mail address is registered for the event already." in known.text
    large = client.post(NEW, {**ALI, "email": "leyla@example.org"})
    assert "There are not enough places left" in large.text
    assert large.value_of("name") == "Ali"
    client.post(NEW, {**ALI, "email": "leyla@example.org", "party_size": "1"})
    full = client.post(NEW, {**ALI, "email": "samir@example.org", "party_size": "1"})
    assert "All places are taken." in full.text
    assert (len(everyone()), event.seats_taken) == (2, 2)


def test_the_events_questions_are_asked_here_too(client: Client, event: Event, soon: Soon) -> None:
    question = soon.question(event, Kind.TEXT, is_required=True)
    page = client.post(NEW, ALI)
    assert page.error_of(f"question-{question.id}") == "This question needs an answer."
    client.post(NEW, {**ALI, f"question-{question.id}": "Soup"})
    assert [one.value for one in everyone()[0].answers] == ['"Soup"']
