"""Several evenings in one city by one form, as a person does it: boxes to tick, one mail, one confirmation."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from campaign.db import db, unit_of_work
from campaign.domain import limit as rules
from campaign.domain.question import Kind
from campaign.domain.registration import Status
from campaign.mail.compose import compose
from campaign.models import Event, Message, Registration
from tests.page import Client, Page, words
from tests.web import test_limits
from tests.web.conftest import STARTS, Soon
from tests.web.test_registrations import EVENT, FORM, RENA, SENT, everyone, own_page, send
from tests.web.test_registrations_invited import invite

FILM = "also-film"


@pytest.fixture
def film(app: Flask, soon: Soon) -> Event:
    """Return the film on the day before the evening in Berlin, with two places."""
    edition = soon.event().edition
    times = {"starts": STARTS - timedelta(days=1), "ends": STARTS - timedelta(hours=22)}
    return soon.event(edition, name={"en": "Film"}, capacity=2, **times)


def conditions(page: Page) -> list[str | None]:
    return [one.get("data-shown-if") for one in page.tree.iter() if one.get("data-shown-if")]


def test_one_form_one_mail_one_confirmation(client: Client, film: Event) -> None:
    page = client.get(FORM)
    assert "More in Berlin" in [words(one) for one in page.all("legend")]
    box = page.by_id(FILM)
    assert box is not None and "checked" not in box.attrib
    assert send(client, **{FILM: "y"}).location == SENT
    first, second = everyone()
    assert [one.event.name["en"] for one in (first, second)] == ["Evening in Berlin", "Film"]
    mail = compose(db.session.scalars(select(Message)).one())
    for form in ("plain", "html"):
        body = mail.get_body((form,))
        assert body is not None
        said = body.get_content()
        assert "Confirming holds for these, too:" in said
        assert "Film" in said
    assert "Film" in client.get(own_page(first)).text
    client.post(f"{own_page(first)}confirm")
    db.session.rollback()
    assert [one.status for one in (first, second)] == [Status.CONFIRMED] * 2
    assert "Film" not in client.get(own_page(first)).text, "each has a link of its own now"


def test_without_a_tick_it_is_one_registration(client: Client, film: Event, soon: Soon) -> None:
    soon.question(film, Kind.TEXT, is_required=True)
    assert send(client).location == SENT
    assert len(everyone()) == 1
    page = client.get(own_page(everyone()[0]))
    assert "Confirming holds for these" not in page.text


def test_what_is_asked_beside_is_asked_of_those_who_come(client: Client, film: Event, soon: Soon) -> None:
    question = soon.question(film, Kind.TEXT, is_required=True)
    name = f"question-{question.id}"
    page = client.get(FORM)
    assert conditions(page) == [FILM]
    assert "Only if you come to “Film”" in page.text
    page = send(client, **{FILM: "y"})
    assert (page.status, page.error_of(name)) == (422, "This question needs an answer.")
    box = page.by_id(FILM)
    assert box is not None and "checked" in box.attrib
    assert everyone() == []
    assert send(client, **{FILM: "y", name: "Soup"}).location == SENT
    assert [len(one.answers) for one in everyone()] == [0, 1]


def test_where_there_is_no_room_nothing_is_stored(client: Client, film: Event) -> None:
    page = send(client, party_size="3", **{FILM: "y"})
    assert page.status == 409
    assert "not enough places left" in page.error_of(FILM)
    assert page.value_of("party_size") == "3"
    assert everyone() == []


def test_an_event_that_closed_meanwhile_is_not_passed_over(client: Client, film: Event) -> None:
    with unit_of_work():
        db.session.execute(update(Event).where(Event.id == film.id).values(takes_registrations=False))
    page = send(client, **{FILM: "y"})
    assert page.status == 422
    assert "An event that you ticked takes no registrations any more." in page.text
    assert "More in Berlin" not in page.text
    assert everyone() == []
    assert client.post(FORM, {**RENA, "also-no-such-event": "y"}).status == 422


def test_a_full_one_says_that_one_waits_for_it(client: Client, film: Event, soon: Soon) -> None:
    soon.registration(film, "ali@example.org", party_size=2)
    assert "All places are taken; you can wait for one." in client.get(FORM).text
    assert send(client, **{FILM: "y"}).location == SENT
    first, second = everyone()[1:]
    assert [first.status, second.status] == [Status.PENDING, Status.WAITING]
    assert "(waiting list)" in client.get(own_page(first)).text


def test_a_known_address_gets_the_same_answer_for_all(client: Client, film: Event, soon: Soon) -> None:
    first = send(client, **{FILM: "y"})
    again = send(client, **{FILM: "y"})
    assert (again.status, again.location, again.text) == (first.status, first.location, first.text)
    assert len(everyone()) == 2
    kinds = db.session.scalars(select(Message.kind).order_by(Message.id)).all()
    assert kinds == ["confirm-address", "already-registered"]


def test_elsewhere_nothing_else_is_offered(client: Client, film: Event, soon: Soon) -> None:
    soon.event(film.edition, name={"en": "Alone"}, city="Potsdam")
    alone = client.get(EVENT.replace("evening-in-berlin", "alone") + "register")
    assert alone.heading == "Register"
    assert not any("also-" in (one.get("name") or "") for one in alone.all("input"))


def test_an_invitation_is_to_one_event(client: Client, film: Event) -> None:
    event = db.session.scalars(select(Event).where(Event.id != film.id)).one()
    page = client.get(f"{FORM}/{invite(event).token}")
    assert "More in Berlin" not in page.text
    assert db.session.scalars(select(Registration)).all() == []


def test_what_is_ticked_counts_at_its_own_event(client: Client, film: Event) -> None:
    event = db.session.scalars(select(Event).where(Event.id != film.id)).one()
    most = rules.registering_at_event(film.capacity)
    test_limits.used(most, str(film.id), most.most)
    assert test_limits.send(client, event, **{FILM: "y"}).status == 429
    assert everyone() == []
    assert test_limits.send(client, event).location == SENT
