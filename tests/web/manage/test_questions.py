"""The form builder as an organizer uses it: every refusal beside its field, and nothing typed is lost."""

import pytest
from flask import Flask

from campaign.db import db
from campaign.domain.permission import Role
from campaign.domain.question import Draft, Kind
from campaign.models import Event
from campaign.services import question_library, questions
from tests.page import Client, Page, words
from tests.web.conftest import YEAR, Soon

BERLIN = f"/manage/khojaly/{YEAR}/events/evening-in-berlin/"
LIST = f"{BERLIN}questions/"
NEW = f"{LIST}new/"
PREVIEW = f"{LIST}preview/"
LIBRARY = "/manage/khojaly/questions/"
MEAL = {
    "kind": "one-choice",
    "label_en": "Soup or bread?",
    "label_az": "Şorba, yoxsa çörək?",
    "options_en": "Soup [5]\r\n\r\nBread\r\n",
    "options_az": "Şorba\r\nÇörək",
    "help_en": "Both are warm.",
    "section_en": "Food",
    "is_required": "y",
}


@pytest.fixture
def event(app: Flask, client: Client, soon: Soon) -> Event:
    """Return an event in Berlin, whose campaign's editor has signed in."""
    event = soon.event()
    client.sign_in(soon.member(event.edition.campaign, Role.EDITOR))
    return event


def said(page: Page) -> str:
    """Return what the page says of what was just done."""
    return " ".join(words(one) for one in page.all("div") if one.get("role") in ("alert", "status"))


def send(client: Client, address: str, data: dict[str, object] | None = None) -> str:
    """Send a form that is taken; return what is said then."""
    sent = client.post(address, data)
    assert sent.status == 303, sent.text
    return said(client.follow(sent))


def labels(event: Event) -> list[str]:
    db.session.rollback()
    return [one.label["en"] for one in event.questions]


def number(event: Event, label: str) -> int:
    db.session.rollback()
    return next(one.id for one in event.questions if one.label["en"] == label)


def test_build_a_form(client: Client, event: Event) -> None:
    assert LIST in client.get(BERLIN).text
    assert client.get(NEW).heading == "New question"
    assert "The question is added" in send(client, NEW, MEAL)
    (meal,) = event.questions
    assert (meal.kind, meal.is_required, meal.section) == (Kind.ONE_CHOICE, True, {"en": "Food"})
    assert meal.label == {"en": "Soup or bread?", "az": "Şorba, yoxsa çörək?"}
    assert meal.options == [{"en": "Soup", "az": "Şorba"}, {"en": "Bread", "az": "Çörək"}]
    assert [(limit.option, limit.seats) for limit in meal.limits] == [(0, 5)]
    song = {"kind": "text", "label_en": "Which song?", "shown_if": [f"{meal.id}:0"]}
    send(client, NEW, song)
    page = client.get(LIST)
    assert "0 of 5 taken" in page.text
    assert "Only if “Soup or bread?” is: Soup" in page.text
    assert "change" in said(client.follow(client.post(f"{LIST}{meal.id}/", {**MEAL, "label_en": "Bread or soup?"})))
    assert labels(event) == ["Bread or soup?", "Which song?"]
    assert "only asked after certain answers" in send(client, f"{LIST}{meal.id}/remove")
    send(client, f"{LIST}{number(event, 'Which song?')}/remove")
    assert labels(event) == ["Bread or soup?"]


def test_a_question_is_shown_as_it_was_written(client: Client, event: Event) -> None:
    send(client, NEW, MEAL)
    page = client.get(f"{LIST}{number(event, 'Soup or bread?')}/")
    assert page.heading == "Change the question"
    shown = {name: page.value_of(name) for name in ("label_en", "label_az", "help_en", "section_en")}
    assert shown == {name: MEAL[name] for name in shown}
    assert page.value_of("options_en") == "Soup [5] Bread"
    assert page.value_of("options_az") == "Şorba Çörək"


def test_up_and_down(client: Client, event: Event) -> None:
    for label in ("A", "B", "C"):
        send(client, NEW, {"kind": "text", "label_en": label})
    assert "order is changed" in send(client, f"{LIST}{number(event, 'C')}/move", {"direction": "up"})
    send(client, f"{LIST}{number(event, 'A')}/move", {"direction": "down"})
    assert labels(event) == ["C", "A", "B"]


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"label_en": ""}, "label_en", "Please fill this in."),
        ({"label_en": "\u0301" * 300}, "label_en", "Please fill this in."),
        ({"label_en": "x" * 201}, "label_en", "at most 200"),
        ({"kind": "riddle"}, "kind", "Not a valid choice"),
        ({"options_en": "Only this"}, "options_en", "two to 30 options"),
        ({"options_en": ""}, "options_en", "two to 30 options"),
        ({"options_en": "\n".join(map(str, range(10_000)))}, "options_en", "two to 30 options"),
        ({"options_en": "x" * 100_001}, "options_en", "too long"),
        ({"options_en": f"Soup\n{'x' * 201}"}, "options_en", "An option has at most 200"),
        ({"options_en": "Soup\nBread\nsoup", "options_az": ""}, "options_en", "“soup” stands there twice"),
        ({"options_az": "Şorba"}, "options_az", "in the same order: 2 lines"),
        ({"options_en": "Soup [0]\nBread"}, "options_en", "[1] to [100000]"),
        ({"kind": "number", "low": "5", "high": "4"}, "high", "must not be above"),
        ({"kind": "several-choices", "high": "3"}, "high", "from 1 to 2"),
        ({"kind": "party-size", "high": "11"}, "high", "from 1 to 10"),
        ({"kind": "text", "low": "many"}, "low", "whole number"),
        ({"shown_if": ["999:0"]}, "shown_if", "asked earlier"),
        ({"shown_if": ["x"]}, "shown_if", "asked earlier"),
    ],
)
def test_a_question_that_cannot_be_asked(
    client: Client, event: Event, typed: dict[str, str], field: str, sentence: str
) -> None:
    page = client.post(NEW, {**MEAL, **typed})
    assert page.status == 422
    assert sentence in page.error_of(field)
    assert page.value_of("help_en") == "Both are warm."
    assert event.questions == []


def test_three_hundred_marks_on_a_letter_are_six(client: Client, event: Event) -> None:
    send(client, NEW, {"kind": "text", "label_en": "Why" + "\u0316" * 300})
    assert labels(event) == ["Why" + "\u0316" * 6]


def test_conditions_that_cannot_be_met(client: Client, event: Event) -> None:
    send(client, NEW, MEAL)
    send(client, NEW, {"kind": "yes-no", "label_en": "By train?"})
    meal, train = (one.id for one in event.questions)
    both = client.post(NEW, {"kind": "text", "label_en": "x", "shown_if": [f"{meal}:0", f"{train}:1"]})
    assert "one question only" in both.error_of("shown_if")
    itself = client.post(f"{LIST}{train}/", {"kind": "yes-no", "label_en": "x", "shown_if": [f"{train}:1"]})
    later = client.post(f"{LIST}{meal}/", {**MEAL, "shown_if": [f"{train}:1"]})
    unknown = client.post(NEW, {"kind": "text", "label_en": "x", "shown_if": [f"{meal}:2"]})
    for page in (itself, later, unknown):
        assert page.status == 422
        assert "asked earlier" in page.error_of("shown_if")
    send(client, NEW, {"kind": "text", "label_en": "Which train?", "shown_if": [f"{train}:1"]})
    assert "asked earlier" in send(client, f"{LIST}{train}/move", {"direction": "down"})
    assert labels(event) == ["Soup or bread?", "By train?", "Which train?"]


def test_a_sensitive_question_is_kept_only_knowingly(client: Client, event: Event) -> None:
    asked = {"kind": "text", "label_en": "Any allergies?"}
    page = client.post(NEW, asked)
    assert page.status == 422
    assert "seems to ask about health" in page.text
    assert "GDPR, Article 9" in page.text
    assert "Tick this box" in page.error_of("is_sensitive")
    assert page.value_of("label_en") == "Any allergies?"
    assert event.questions == []
    send(client, NEW, {**asked, "is_sensitive": "y"})
    assert "specially protected data" in client.get(LIST).text
    assert "seems to ask about health" in client.get(f"{LIST}{number(event, 'Any allergies?')}/").text


def test_a_reworded_question_says_what_becomes_of_its_answers(client: Client, event: Event, soon: Soon) -> None:
    send(client, NEW, {"kind": "text", "label_en": "What?"})
    first = number(event, "What?")
    registration = soon.registration(event, answers={first: ["Soup"]})
    assert "keep its former words" not in client.get(LIST).text
    assert "keep its former words" in send(client, f"{LIST}{first}/", {"kind": "text", "label_en": "What else?"})
    own = client.get(f"/r/{registration.token}/")
    assert "What?" in own.text
    assert labels(event) == ["What else?"]
    assert client.get(f"{LIST}{first}/").status == 404, "a former version is not changed any more"
    assert client.post(f"{LIST}{first}/remove").status == 404


def test_the_library(client: Client, event: Event, soon: Soon) -> None:
    assert "Nothing is kept yet" in client.get(LIBRARY).text
    send(client, NEW, MEAL)
    assert "in the library" in send(client, f"{LIST}{number(event, 'Soup or bread?')}/keep")
    kept = question_library.of_campaign(event.edition.campaign)[0].id
    page = client.get(LIBRARY)
    assert (page.heading, "Soup or bread?" in page.text) == ("Library of questions", True)
    soon.event(event.edition, name={"en": "Other"})
    other = LIST.replace("evening-in-berlin", "other")
    assert "Soup or bread?" in client.get(other).text
    assert "is added" in send(client, f"{other}take/{kept}")
    assert "has left the library" in send(client, f"{LIBRARY}{kept}/forget")
    assert client.post(f"{other}take/{kept}").status == 404
    assert client.get(other).text.count("Soup or bread?") > 1


def test_charlie_gets_404(client: Client, app: Flask, event: Event, soon: Soon) -> None:
    send(client, NEW, MEAL)
    question = number(event, "Soup or bread?")
    send(client, f"{LIST}{question}/keep")
    (kept,) = question_library.of_campaign(event.edition.campaign)
    charlies = soon.campaign("charlies")
    soon.event(soon.edition(charlies))
    other = Client(app)
    other.sign_in(soon.member(charlies, Role.OWNER))
    own = LIST.replace("khojaly", "charlies")
    assert other.get(own).status == 200
    for address in (f"{LIST}{question}/remove", f"{own}{question}/remove", f"{own}{question}/keep"):
        assert other.post(address).status == 404
    assert other.post(f"{own}take/{kept.id}").status == 404
    assert other.post(f"{LIBRARY.replace('khojaly', 'charlies')}{kept.id}/forget").status == 404
    assert other.get(f"{own}{question}/").status == 404
    assert labels(event) == ["Soup or bread?"]
    assert len(question_library.of_campaign(event.edition.campaign)) == 1


@pytest.mark.parametrize("language", ["en", "az", "ar"])
def test_the_preview_shows_the_form_and_sends_nothing(client: Client, event: Event, language: str) -> None:
    send(client, NEW, MEAL)
    page = client.get(f"{PREVIEW}?hl={language}")
    assert ("Şorba" if language == "az" else "Soup") in page.text
    assert "Food" in [words(one) for one in page.all("h2")]
    assert f"question-{event.questions[0].id}" in page.text
    assert not [form for form in page.all("form") if "evening-in-berlin" in (form.get("action") or "evening-in-berlin")]
    assert client.post(PREVIEW).status == 405


def test_every_kind_can_be_asked_and_previewed(client: Client, event: Event) -> None:
    for kind in Kind:
        send(client, NEW, {**MEAL, "kind": kind, "label_en": f"A {kind}"})
    assert [one.kind for one in event.questions] == list(Kind)
    assert client.get(LIST).status == client.get(PREVIEW).status == 200
    limited = [one.kind for one in event.questions if one.limits]
    assert limited == [Kind.ONE_CHOICE, Kind.SEVERAL_CHOICES]
    assert all(not one.options for one in event.questions if one.kind not in limited)


def test_a_former_version_is_not_in_the_rules_of_the_form(event: Event, soon: Soon) -> None:
    one = soon.question(event, Kind.TEXT)
    assert questions.draft_of(one) == Draft(Kind.TEXT, {"en": "A text question"})
