"""The limits of an answer, and how many come together where an event asks for it in its own way."""

import pytest
from flask import Flask

from campaign.db import unit_of_work
from campaign.domain.question import Draft, Kind
from campaign.domain.registration import Status
from campaign.models import Event, Question
from campaign.services import questions, registrations
from tests.page import Client, words
from tests.web.conftest import Soon
from tests.web.test_registrations import FORM, SENT, everyone, own_page, send

OPTIONS = ({"en": "Soup"}, {"en": "Bread"}, {"en": "Tea"})


@pytest.fixture
def event(app: Flask, soon: Soon) -> Event:
    """Return an event in Berlin with ten places."""
    return soon.event()


def ask(event: Event, soon: Soon, kind: Kind, **facts: object) -> Question:
    with unit_of_work():
        return questions.add(event, Draft(kind, {"en": "Yours?"}, **facts), actor=None, now=soon.now)  # type: ignore[arg-type]


def limit(question: Question, soon: Soon, high: int) -> None:
    with unit_of_work():
        questions.edit(question, Draft(Kind.PARTY_SIZE, {"en": "Yours?"}, high=high), actor=None, now=soon.now)


@pytest.mark.parametrize(
    ("kind", "limits", "typed", "hint", "sentence"),
    [
        (Kind.NUMBER, (18, 99), "17", "From 18 to 99.", "at least 18"),
        (Kind.NUMBER, (None, 99), "100", "At most 99.", "at most 99"),
        (Kind.TEXT, (None, 5), "abcdef", "At most 5 characters.", "at most 5 characters"),
        (Kind.LONG_TEXT, (9, None), "abcdef", "At least 9 characters.", "at least 9 characters"),
        (Kind.SEVERAL_CHOICES, (2, 2), ["0"], "From 2 to 2.", "Choose at least 2."),
    ],
)
def test_limits_are_said_before_and_after(
    client: Client,
    event: Event,
    soon: Soon,
    kind: Kind,
    limits: tuple[int | None, int | None],
    typed: str | list[str],
    hint: str,
    sentence: str,
) -> None:
    options = OPTIONS if kind is Kind.SEVERAL_CHOICES else ()
    name = f"question-{ask(event, soon, kind, low=limits[0], high=limits[1], options=options).id}"
    assert hint in client.get(FORM).text
    page = send(client, **{name: typed})
    assert page.status == 422
    assert sentence in page.error_of(name)
    assert everyone() == []
    assert send(client).location == SENT


def test_how_many_come_in_the_events_own_words_and_place(client: Client, event: Event, soon: Soon) -> None:
    ask(event, soon, Kind.TEXT)
    ask(event, soon, Kind.PARTY_SIZE, high=3, help={"en": "Without babies."})
    page = client.get(FORM)
    labels = [words(label) for label in page.all("label")]
    assert labels.index("Yours? (optional)") < labels.index("Yours?")
    assert "How many people" not in labels
    assert "Without babies. At most 3." in page.text
    refused = send(client, party_size="4")
    assert "from 1 to 3" in refused.error_of("party_size")
    assert send(client, party_size="3").location == SENT
    assert everyone()[0].party_size == 3


def test_where_each_comes_alone_nobody_is_asked(client: Client, event: Event, soon: Soon) -> None:
    ask(event, soon, Kind.PARTY_SIZE, high=1)
    assert client.get(FORM).by_id("party_size") is None
    assert send(client, party_size="9").location == SENT
    (registration,) = everyone()
    assert registration.party_size == 1
    change = {"name": "Rena B", "language": "en", "party_size": "9"}
    assert client.post(f"{own_page(registration)}change", change).status == 303
    assert (everyone()[0].name, everyone()[0].party_size) == ("Rena B", 1)


def test_a_party_that_was_larger_before_may_stay_so(client: Client, event: Event, soon: Soon) -> None:
    question = ask(event, soon, Kind.PARTY_SIZE, high=4)
    registration = soon.registration(event, party_size=3)
    limit(question, soon, high=1)
    change = f"{own_page(registration)}change"
    page = client.get(change)
    assert page.value_of("party_size") == "3"
    data = {"name": "Rena B", "language": "en"}
    assert client.post(change, {**data, "party_size": "2"}).status == 409
    assert client.post(change, {**data, "party_size": "3"}).status == 303
    assert everyone()[0].party_size == 3


def test_the_limit_of_another_event_holds_there(client: Client, event: Event, soon: Soon) -> None:
    other = soon.event(event.edition, name={"en": "Film"})
    ask(other, soon, Kind.PARTY_SIZE, high=2)
    page = send(client, party_size="3", **{"also-film": "y"})
    assert page.status == 409
    assert "from 1 to 2" in page.error_of("also-film")
    assert send(client, party_size="2", **{"also-film": "y"}).location == SENT
    with unit_of_work():
        registrations.confirm(everyone()[0], now=soon.now)
    assert [one.status for one in everyone()] == [Status.CONFIRMED, Status.PENDING]
