"""Answering an event's own questions: numbers of every country, conditions, places left, sections."""

import json

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.question import Draft, Kind
from campaign.models import Answer, Event, Question
from campaign.services import questions
from campaign.web.phone import international
from tests.page import Client, Page, words
from tests.web.conftest import Soon
from tests.web.test_registrations import FORM, SENT, send

MEAL = Draft(Kind.ONE_CHOICE, {"en": "Meal?"}, options=({"en": "Soup"}, {"en": "Bread"}), seats={0: 2})


@pytest.fixture
def event(app: Flask, soon: Soon) -> Event:
    """Return an event in Berlin with ten places."""
    return soon.event()


def add(event: Event, draft: Draft, soon: Soon) -> Question:
    with unit_of_work():
        return questions.add(event, draft, actor=None, now=soon.now)


def stored() -> dict[int, object]:
    db.session.rollback()
    return {answer.question_id: json.loads(answer.value) for answer in db.session.scalars(select(Answer))}


@pytest.mark.parametrize(
    ("typed", "country", "expected"),
    [
        ("030 901820", "DE", "+49 30 901820"),
        ("(030) 90 18-20", "DE", "+49 30 901820"),
        ("012 404 00 00", "AZ", "+994 12 404 00 00"),
        ("+994124040000", "DE", "+994 12 404 00 00"),
        ("0049 30 901820", "DE", "+49 30 901820"),
        ("٠٣٠٩٠١٨٢٠", "DE", "+49 30 901820"),
        ("+1 201-555-0123 ext. 5", None, "+1 201-555-0123"),
        ("030 901820", None, None),
        ("12", "DE", None),
        ("call me", "DE", None),
        ("+49" + "1" * 300, "DE", None),
    ],
)
def test_a_telephone_number_becomes_international(typed: str, country: str | None, expected: str | None) -> None:
    assert international(typed, country) == expected


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (Kind.PHONE, "030 901820", "+49 30 901820"),
        (Kind.EMAIL, "Rena@EXAMPLE.org", "Rena@example.org"),
        (Kind.DATE, "2027-02-26", "2027-02-26"),
        (Kind.COUNTRY, "AZ", "AZ"),
        (Kind.CONSENT, "y", "yes"),
    ],
)
def test_answers_are_stored_in_one_form(
    client: Client, event: Event, soon: Soon, kind: Kind, typed: str, kept: str
) -> None:
    question = soon.question(event, kind)
    assert send(client, **{f"question-{question.id}": typed}).location == SENT
    assert stored() == {question.id: kept}


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        (Kind.PHONE, "12", "telephone number"),
        (Kind.EMAIL, "rena@", "mail address"),
        (Kind.DATE, "2027-02-30", "a day that exists"),
        (Kind.COUNTRY, "XX", "one of the options"),
        (Kind.LONG_TEXT, "x" * 10_001, "at most 2000"),
    ],
)
def test_an_answer_of_the_wrong_form_is_kept_on_the_page(
    client: Client, event: Event, soon: Soon, kind: Kind, typed: str, sentence: str
) -> None:
    question = soon.question(event, kind)
    page = send(client, **{f"question-{question.id}": typed})
    assert page.status == 422
    assert sentence in page.error_of(f"question-{question.id}")
    if kind is not Kind.COUNTRY:
        assert page.value_of(f"question-{question.id}") == typed
    assert stored() == {}


def test_a_consent_is_unticked(client: Client, event: Event, soon: Soon) -> None:
    question = soon.question(event, Kind.CONSENT)
    box = client.get(FORM).by_id(f"question-{question.id}")
    assert box is not None
    assert "checked" not in box.attrib
    send(client)
    assert stored() == {}


def conditional(client: Client, event: Event, soon: Soon) -> tuple[str, str]:
    meal = add(event, MEAL, soon)
    wish = Draft(
        Kind.TEXT, {"en": "Which soup?"}, is_required=True, shown_if=meal.id, shown_if_options=(0,), section={"en": "S"}
    )
    return f"question-{meal.id}", f"question-{add(event, wish, soon).id}"


def test_a_condition_is_said_where_no_script_hides_the_question(client: Client, event: Event, soon: Soon) -> None:
    meal, wish = conditional(client, event, soon)
    page = client.get(FORM)
    assert "Only if “Meal?” is: Soup" in page.text
    part = next(one for one in page.tree.iter() if one.get("data-shown-if"))
    assert (part.get("data-shown-if"), part.get("data-shown-if-options"), part.get("hidden")) == (meal, "0", None)
    assert wish in [one.get("id") for one in part.iter()]
    assert "S" in [words(one) for one in page.all("h2")]


def test_the_server_decides_what_is_asked(client: Client, event: Event, soon: Soon) -> None:
    meal, wish = conditional(client, event, soon)
    asked = send(client, **{meal: "0"})
    assert (asked.status, asked.error_of(wish)) == (422, "This question needs an answer.")
    assert send(client, **{meal: "1", wish: "x" * 20_000}).location == SENT
    assert stored() == {int(meal.partition("-")[2]): [1]}


def shown_option(page: Page, name: str) -> str:
    return next(words(label) for label in page.all("label") if label.get("for") == name)


def test_places_of_an_option(client: Client, event: Event, soon: Soon) -> None:
    meal = f"question-{add(event, MEAL, soon).id}"
    assert shown_option(client.get(FORM), f"{meal}-0") == "Soup – 2 places left"
    assert shown_option(client.get(FORM), f"{meal}-1") == "Bread"
    send(client, party_size="2", **{meal: "0"})
    assert shown_option(client.get(FORM), f"{meal}-0") == "Soup – all places taken"
