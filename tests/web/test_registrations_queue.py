"""Waiting for a place as a person does it: the form says so, the link confirms, the place is offered and taken."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from campaign.db import db, unit_of_work
from campaign.domain.registration import Status
from campaign.models import Event, Message, Registration
from campaign.services import registrations
from tests.make import living
from tests.page import Client, Page
from tests.web.conftest import YEAR, Soon

EVENT = f"/khojaly/{YEAR}/evening-in-berlin/"
FORM = f"{EVENT}register"
SENT = f"{FORM}/sent"
ALI = {"name": "Ali", "email": "ali@example.org", "party_size": "1", "language": "en", "consent": "y"}


@pytest.fixture
def full(app: Flask, soon: Soon) -> Event:
    """Return an event whose one place Rena has."""
    event = soon.event(capacity=1)
    with unit_of_work():
        registrations.confirm(soon.registration(event), now=datetime.now(UTC))
    return event


def wait(client: Client, name: str = "ali") -> Registration:
    """Send the form and confirm the address."""
    assert client.post(FORM, {**ALI, "email": f"{name}@example.org"}).location == SENT
    registration = by_name(name)
    client.post(f"/r/{registration.token}/confirm")
    return registration


def by_name(name: str) -> Registration:
    db.session.rollback()
    event = db.session.scalars(select(Event)).one()
    return living(event, f"{name}@example.org")


def give_up(client: Client, name: str) -> None:
    client.post(f"/r/{by_name(name).token}/cancel")


def written(registration: Registration) -> list[str]:
    db.session.rollback()
    mails = select(Message.kind).where(Message.registration_id == registration.id).order_by(Message.id)
    return list(db.session.scalars(mails))


def test_waiting_for_a_place_and_taking_it(client: Client, full: Event) -> None:
    shown = client.get(EVENT)
    assert "All places are taken; you can wait for one." in shown.text
    form = client.get(FORM)
    assert "All places are taken; you can wait for one." in form.text
    assert "Wait for a place" in form.text
    sent = client.post(FORM, ALI)
    assert (sent.status, sent.location) == (303, SENT)
    assert client.follow(sent).heading == "Look in your mail"
    ali = by_name("ali")
    assert "that this address is yours" in client.get(f"/r/{ali.token}/").text

    confirmed = client.follow(client.post(f"/r/{ali.token}/confirm"))
    assert "We write to you as soon as a place comes free." in confirmed.text
    assert "You are next." in confirmed.text
    assert ali.status is Status.WAITING

    give_up(client, "rena")
    page = client.get(f"/r/{ali.token}/")
    assert "A place has come free." in page.text
    assert "Take the place" in page.text
    taken = client.follow(client.post(f"/r/{ali.token}/accept"))
    assert "The place is yours." in taken.text
    assert "<svg" in taken.text
    assert written(ali) == ["confirm-waiting", "waiting", "offer", "confirmed"]


def test_the_queue_is_seen_by_those_in_it_alone(client: Client, full: Event) -> None:
    waiting = [wait(client, name) for name in ("ali", "leyla")]
    for place, one in zip(("You are next.", "1 registration is before you."), waiting, strict=True):
        assert place in client.get(f"/r/{one.token}/").text
    for path in (EVENT, FORM, SENT):
        text = client.get(path).text
        assert "next" not in text
        assert "before you" not in text


def test_looking_takes_nothing(client: Client, full: Event) -> None:
    ali = wait(client)
    give_up(client, "rena")
    for act in ("accept", "confirm", "cancel"):
        assert client.get(f"/r/{ali.token}/{act}").status == 405
        assert client.http.head(f"/r/{ali.token}/{act}").status_code == 405
    client.get(f"/r/{ali.token}/")
    assert by_name("ali").status is Status.OFFERED


def test_an_offer_that_lapsed_is_said_to_be_so(client: Client, full: Event) -> None:
    ali, leyla = wait(client), wait(client, "leyla")
    give_up(client, "rena")
    with unit_of_work():
        past = datetime.now(UTC) - timedelta(seconds=1)
        db.session.execute(update(Registration).where(Registration.id == ali.id).values(hold_until=past))
    page = client.follow(client.post(f"/r/{ali.token}/accept"))
    assert "The time for this place has passed" in page.text
    with unit_of_work():
        registrations.expire(db.session.get_one(Event, full.id), now=datetime.now(UTC))
    assert [ali.status, leyla.status] == [Status.EXPIRED, Status.OFFERED]
    assert "The time for this place has passed" in client.get(f"/r/{ali.token}/").text
    assert written(ali)[-1] == "offer-lapsed"
    assert client.post(FORM, ALI).location == SENT


def test_a_known_address_gets_the_same_answer_in_the_queue(client: Client, full: Event) -> None:
    pages = [client.post(FORM, {**ALI, "email": f"{name}@example.org"}) for name in ("ali", "ali", "rena", "leyla")]
    assert {(page.status, page.location, page.text) for page in pages} == {(303, SENT, pages[0].text)}
    assert {str(page.response.headers) for page in pages} == {str(pages[0].response.headers)}


def test_without_a_queue_everybody_is_told_the_same(client: Client, soon: Soon) -> None:
    soon.registration(soon.event(capacity=1, has_waiting_list=False))
    pages = [client.post(FORM, {**ALI, "email": f"{name}@example.org"}) for name in ("rena", "ali")]
    assert [page.status for page in pages] == [409, 409]
    assert all("All places are taken. If somebody cancels" in page.text for page in pages)
    assert client.get(FORM).location == EVENT


def test_where_an_organizer_lets_people_in(client: Client, soon: Soon) -> None:
    event = soon.event(requires_approval=True)
    assert "The organizers look at each registration, and write to you." in client.get(FORM).text
    ali = wait(client)
    page = client.get(f"/r/{ali.token}/")
    assert "The organizers look at each registration." in page.text
    assert "next" not in page.text
    assert (event.seats_taken, written(ali)) == (0, ["confirm-waiting", "awaiting-approval"])


def hidden_actions(page: Page) -> set[str | None]:
    return {one.get("action") for one in page.all("form")}


def test_each_state_offers_what_can_be_done(client: Client, full: Event) -> None:
    assert client.post(FORM, ALI).location == SENT
    ali = by_name("ali")
    assert {"confirm", "cancel"} <= hidden_actions(client.get(f"/r/{ali.token}/"))
    client.post(f"/r/{ali.token}/confirm")
    assert not {"confirm", "accept"} & hidden_actions(client.get(f"/r/{ali.token}/"))
    give_up(client, "rena")
    actions = hidden_actions(client.get(f"/r/{ali.token}/"))
    assert {"accept", "cancel"} <= actions
    assert "confirm" not in actions
    client.post(f"/r/{ali.token}/cancel")
    assert not {"accept", "confirm", "cancel"} & hidden_actions(client.get(f"/r/{ali.token}/"))


def test_registration_that_opens_before_a_start_that_is_not_known(client: Client, soon: Soon) -> None:
    soon.event(starts=None, ends=None, opens_before=3 * 24 * 60)
    assert "Registration opens once the time is set." in client.get(EVENT).text
    assert client.post(FORM, ALI).status == 409
