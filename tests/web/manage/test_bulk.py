"""What is done with ticked registrations: in the right campaign and country, told honestly, taken back by a button."""

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.permission import Role
from campaign.domain.registration import Status
from campaign.models import Event, Registration
from campaign.services import registrations
from tests.page import Client, Page
from tests.web.conftest import YEAR, Soon

LIST = f"/manage/khojaly/{YEAR}/events/evening-in-berlin/registrations/"
ACT = f"/manage/khojaly/{YEAR}/registrations/act"
UNDO = f"/manage/khojaly/{YEAR}/registrations/undo"


@pytest.fixture
def event(app: Flask, soon: Soon) -> Event:
    """Return an event at which an organizer lets people in."""
    event = soon.event()
    with unit_of_work():
        event.requires_approval = True
    return event


@pytest.fixture
def people(event: Event, soon: Soon) -> list[Registration]:
    """Return two who wait to be let in."""
    rows = [soon.registration(event, f"{name.lower()}@example.org", name=name) for name in ("Rena", "Ali")]
    for row in rows:
        with unit_of_work():
            registrations.confirm(row, now=soon.now)
    return rows


@pytest.fixture
def editor(client: Client, event: Event, soon: Soon) -> Client:
    client.sign_in(soon.member(event.edition.campaign, Role.EDITOR))
    return client


def handle(row: Registration) -> str:
    return f"{YEAR}/{row.event.slug}/{row.code}"


def send(client: Client, what: str, rows: list[Registration], **fields: str) -> Page:
    """Press a button below the list, and follow where that leads."""
    data = {"what": what, "who": [handle(row) for row in rows], "back": LIST, **fields}
    return client.follow(client.post(ACT, data))


def fresh(rows: list[Registration]) -> list[Registration]:
    db.session.rollback()
    return [db.session.get_one(Registration, row.id) for row in rows]


def test_tags_and_notes_are_written_and_taken_back(editor: Client, people: list[Registration]) -> None:
    page = send(editor, "tag", people, tags="Choir, Press")
    assert "2 registrations have the tag." in page.text
    assert [row.tags for row in fresh(people)] == [["choir", "press"]] * 2
    page = editor.follow(editor.post(UNDO, {"back": LIST}))
    assert "Taken back for 2 registrations." in page.text
    assert [row.tags for row in fresh(people)] == [[], []]
    page = send(editor, "note", people[:1], note="Comes late.")
    assert "The note of 1 registration is saved." in page.text
    assert "(note)" in page.text
    assert fresh(people)[0].note == "Comes late."
    assert "There is nothing left to take back." not in editor.follow(editor.post(UNDO, {"back": LIST})).text
    assert "There is nothing left to take back." in editor.follow(editor.post(UNDO, {"back": LIST})).text


def test_the_button_to_take_back_is_shown_while_there_is_something(editor: Client, people: list[Registration]) -> None:
    assert 'action="' + UNDO not in editor.get(LIST).text
    assert 'action="' + UNDO in send(editor, "tag", people, tags="choir").text
    assert 'action="' + UNDO not in send(editor, "cancel", people, sure="y").text


def test_those_who_wait_are_let_in(editor: Client, people: list[Registration]) -> None:
    assert "1 registration is approved." in send(editor, "approve", people[:1]).text
    page = send(editor, "approve", people)
    assert "1 registration is approved." in page.text
    assert "1 stays as it is. This registration has ended, or was changed already." in page.text
    assert [row.status for row in fresh(people)] == [Status.CONFIRMED] * 2
    assert "They have been told already." in editor.follow(editor.post(UNDO, {"back": LIST})).text


@pytest.mark.parametrize(
    ("what", "heading", "done"),
    [
        ("cancel", "Cancel 2 registrations", "2 registrations are cancelled."),
        ("decline", "Decline 2 registrations", "2 registrations are declined."),
    ],
)
def test_what_cannot_be_taken_back_is_asked_twice(
    editor: Client, people: list[Registration], what: str, heading: str, done: str
) -> None:
    asked = editor.post(ACT, {"what": what, "who": [handle(row) for row in people], "back": LIST})
    assert asked.heading == heading
    assert "This can't be undone." in asked.text
    assert [row.status for row in fresh(people)] == [Status.WAITING] * 2
    fields = [(one.get("name") or "", one.get("value") or "") for one in asked.all("input")]
    sent = [(name, value) for name, value in fields if name in ("who", "back", "sure")]
    answer = {name: [value for other, value in sent if other == name] for name, _value in sent}
    assert done in editor.follow(editor.post(ACT, {**answer, "what": what})).text
    assert [row.status for row in fresh(people)] == [Status.CANCELLED] * 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"what": "tag"}, "Write the tag, in letters and digits."),
        ({"what": "tag", "tags": "!!!"}, "Write the tag, in letters and digits."),
        ({"what": "note", "note": "  "}, "Write the note."),
        ({"what": "note", "note": "x" * 2001}, "That is too long"),
        ({"what": "tag", "tags": ",".join(f"t{number}" for number in range(12))}, ""),
    ],
)
def test_a_word_that_is_missing_changes_nothing(
    editor: Client, people: list[Registration], fields: dict[str, str], sentence: str
) -> None:
    page = send(editor, fields.pop("what"), people, **fields)
    assert sentence in page.text
    assert [row.note for row in fresh(people)] == [None, None]
    assert all(bool(row.tags) is not bool(sentence) for row in fresh(people))


def test_nobody_ticked_is_said(editor: Client, people: list[Registration]) -> None:
    assert "Tick at least one registration." in send(editor, "approve", []).text


def test_a_button_that_there_is_not_is_not_there(editor: Client, people: list[Registration]) -> None:
    assert editor.post(ACT, {"what": "delete", "who": handle(people[0])}).status == 404


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/manage/earth-hour/", "/\t/evil.example", ""]
)
def test_it_leads_back_into_the_campaign_and_nowhere_else(
    editor: Client, people: list[Registration], back: str
) -> None:
    answer = editor.post(ACT, {"what": "tag", "tags": "x", "who": handle(people[0]), "back": back})
    assert answer.location == f"/manage/khojaly/{YEAR}/registrations/"


def test_note_and_tags_are_rewritten_on_a_registrations_own_page(editor: Client, people: list[Registration]) -> None:
    row = people[0]
    send(editor, "note", [row], note="Comes late.")
    page = editor.get(f"{LIST}{row.code}/")
    assert page.value_of("note") == "Comes late."
    answer = editor.post(
        f"{LIST}{row.code}/note", {"note": "Comes early.", "tags": "press", "back": f"{LIST}{row.code}/"}
    )
    assert answer.location == f"{LIST}{row.code}/"
    (row,) = fresh([row])
    assert (row.note, row.tags) == ("Comes early.", ["press"])


def test_nobody_acts_in_another_country_or_campaign(
    client: Client, event: Event, people: list[Registration], soon: Soon
) -> None:
    paris = soon.event(event.edition, name={"en": "Paris"}, country="FR", city="Paris")
    theirs = soon.registration(paris, "paul@example.org")
    client.sign_in(soon.member(event.edition.campaign, Role.COORDINATOR, countries=["FR"]))
    for rows in (people, [theirs, *people]):
        data = {"what": "tag", "tags": "x", "who": [handle(row) for row in rows]}
        assert client.post(ACT, data).status == 403
    assert client.post(f"{LIST}{people[0].code}/note", {"note": "x"}).status == 403
    assert [row.tags for row in fresh([theirs, *people])] == [[], [], []]
    assert client.post(ACT, {"what": "tag", "tags": "x", "who": handle(theirs)}).status == 303
    assert [row.tags for row in fresh([theirs])] == [["x"]]


@pytest.mark.parametrize("who", ["", "1", "x/y/z", f"{YEAR}/evening-in-berlin/XXXX-XXXX", "٢٠٢٧/a/b", "9" * 30])
def test_somebody_who_is_not_there_is_not_found(editor: Client, people: list[Registration], who: str) -> None:
    assert editor.post(ACT, {"what": "tag", "tags": "x", "who": who}).status == 404
    assert db.session.scalars(select(Registration.note)).all() == [None, None]
