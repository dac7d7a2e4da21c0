"""The mails of the queue: what each says, to whom it is still of use, and what it never tells."""

from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.message import Status as MessageStatus
from campaign.mail import delivery
from campaign.mail.compose import compose
from campaign.models import Event, Message, Registration
from campaign.services import registrations, waiting
from tests.make import Maker, living


@pytest.fixture
def full(app: Flask, make: Maker, now: datetime) -> Event:
    """Return an event whose one place Rena has."""
    event = make.event(capacity=1)
    with unit_of_work():
        registrations.confirm(make.registration(event), now=now)
    return event


def line(event: Event, make: Maker, *names: str) -> list[Registration]:
    stood = [make.registration(event, f"{name}@example.org") for name in names]
    for one in stood:
        with unit_of_work():
            registrations.confirm(one, now=make.now)
    return stood


def mail(registration: Registration, kind: str) -> EmailMessage:
    found = select(Message).where(Message.registration_id == registration.id, Message.kind == kind)
    return compose(db.session.scalars(found).one())


def read(registration: Registration, kind: str) -> str:
    """Return the words of both parts, after looking that they say the same and lead to the person's own page."""
    parts = [mail(registration, kind).get_body((form,)) for form in ("plain", "html")]
    texts = [part.get_content() for part in parts if isinstance(part, EmailMessage)]
    assert len(texts) == 2
    assert all(registration.token in text for text in texts)
    return texts[0]


def give_back(event: Event, email: str, now: datetime) -> None:
    with unit_of_work():
        registrations.cancel(living(event, email), now=now)


def test_each_mail_says_what_is_so_and_what_to_do(full: Event, make: Maker, now: datetime) -> None:
    unconfirmed = make.registration(full, "samir@example.org")
    assert "All places are taken." in read(unconfirmed, "confirm-waiting")
    with unit_of_work():
        registrations.expire(full, now=now + timedelta(days=1))
    first, second = line(full, make, "ali", "leyla")
    assert "You are number 1 in the queue." in read(first, "waiting")
    assert "You are number 2 in the queue." in read(second, "waiting")
    give_back(full, "rena@example.org", now)
    offer = read(first, "offer")
    assert "A place has come free for you." in offer
    assert "It is held until" in offer
    with unit_of_work():
        registrations.expire(full, now=now + timedelta(days=2))
    assert "It has gone to the next person" in read(first, "offer-lapsed")


def test_where_an_organizer_decides(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event(requires_approval=True)
    registration = make.registration(event)
    assert "The organizers look at each registration." in read(registration, "confirm-waiting")
    with unit_of_work():
        registrations.confirm(registration, now=now)
    assert "The organizers look at your registration" in read(registration, "awaiting-approval")
    with unit_of_work():
        registrations.decline(registration, actor=None, now=now)
    assert "could not accept your registration" in read(registration, "declined")


def test_an_offer_holds_no_ticket_yet(full: Event, make: Maker, now: datetime) -> None:
    (first,) = line(full, make, "ali")
    give_back(full, "rena@example.org", now)
    told = mail(first, "offer")
    assert [part.get_content_type() for part in told.walk() if not part.is_multipart()] == ["text/plain", "text/html"]
    assert first.ticket not in told.as_string()


def test_nobody_hears_what_is_no_longer_so(full: Event, make: Maker, now: datetime) -> None:
    first, _second = line(full, make, "ali", "leyla")
    give_back(full, "rena@example.org", now)
    with unit_of_work():
        waiting.accept(first, now=now)
    number = first.id
    delivery.send_due()
    states = select(Message.kind, Message.status).where(Message.registration_id == number).order_by(Message.id)
    dropped, sent = MessageStatus.DROPPED, MessageStatus.SENT
    assert [tuple(row) for row in db.session.execute(states)] == [
        ("confirm-waiting", dropped),
        ("waiting", dropped),
        ("offer", dropped),
        ("confirmed", sent),
    ]


def test_bad_news_outlives_the_registration(full: Event, make: Maker, now: datetime) -> None:
    first, second = line(full, make, "ali", "leyla")
    give_back(full, "rena@example.org", now)
    with unit_of_work():
        first.hold_until = now
        registrations.expire(full, now=now)
        registrations.cancel(second, now=now)
    number = first.id
    delivery.send_due()
    sent = select(Message.kind).where(Message.status == MessageStatus.SENT, Message.registration_id == number)
    assert db.session.scalars(sent).all() == ["offer-lapsed"]


def test_the_queue_tells_no_names(full: Event, make: Maker) -> None:
    first, second = line(full, make, "ali", "leyla")
    assert "leyla" not in read(first, "waiting")
    assert "ali@" not in read(second, "waiting")
