"""A registrant's own page: everything held, and everything that can be done about it, without an account."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from campaign import erasure_list
from campaign.db import db, unit_of_work
from campaign.domain.permission import Role
from campaign.domain.question import Draft, Kind
from campaign.domain.registration import Status
from campaign.models import Erasure, Event, Message, Registration, RegistrationTag, Scan
from campaign.services import questions, registrations
from campaign.web.holding_words import labels
from tests.page import Client, Page, words
from tests.web.conftest import Soon

RENA = {"name": "Rena", "party_size": "1", "language": "en"}


@pytest.fixture
def event(app: Flask, soon: Soon) -> Event:
    """Return an event in Berlin with ten places."""
    return soon.event()


def confirmed(soon: Soon, event: Event, email: str = "rena@example.org", **changes: object) -> Registration:
    registration = soon.registration(event, email, **changes)
    with unit_of_work():
        registrations.confirm(registration, now=soon.now)
    return registration


def page_of(registration: Registration) -> str:
    return f"/r/{registration.token}/"


def everyone() -> list[Registration]:
    db.session.rollback()
    return list(db.session.scalars(select(Registration).order_by(Registration.id)))


def written() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Message.kind).order_by(Message.id)))


def buttons(page: Page) -> set[str]:
    """Return where the page's forms lead, those of the frame aside."""
    actions = {str(form.get("action")) for form in page.all("form")}
    return {one for one in actions if not one.startswith("/")}


def test_the_page_shows_ticket_code_calendar_and_what_can_be_done(client: Client, event: Event, soon: Soon) -> None:
    registration = confirmed(soon, event)
    page = client.get(page_of(registration))
    assert "<svg" in page.text
    assert str(registration.code) in page.text
    assert "/feeds/mine/" in str(page.value_of("own-calendar"))
    assert buttons(page) == {"cancel", "erase", "reminders-off", "consents/registration/withdraw"}
    ticket = client.get(f"{page_of(registration)}ticket")
    assert str(registration.code) in ticket.text


def test_correct_name_answers_and_language(client: Client, event: Event, soon: Soon) -> None:
    text = soon.question(event, Kind.TEXT)
    registration = confirmed(soon, event, answers={text.id: ["A chair at the door"]})
    form = client.get(f"{page_of(registration)}change")
    assert form.value_of("name") == "Rena"
    assert form.value_of(f"question-{text.id}") == "A chair at the door"
    sent = client.post(
        f"{page_of(registration)}change",
        {"name": "Rəna", "party_size": "1", "language": "az", f"question-{text.id}": ""},
    )
    page = client.follow(sent)
    assert "Your registration is changed." in page.text
    assert "A chair at the door" not in page.text
    assert (registration.name, registration.language, registration.answers) == ("Rəna", "az", [])
    assert written() == ["confirm-address", "confirmed"]


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"name": ""}, "name", "Please fill this in."),
        ({"name": "Win at www.example.org"}, "name", "without a web or mail address"),
        ({"party_size": "0"}, "party_size", "from 1 to 10"),
        ({"party_size": "many"}, "party_size", "from 1 to 10"),
        ({"language": "xx"}, "language", "Not a valid choice"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(
    client: Client, event: Event, soon: Soon, typed: dict[str, str], field: str, sentence: str
) -> None:
    registration = confirmed(soon, event)
    page = client.post(f"{page_of(registration)}change", {**RENA, "name": "Somebody", **typed})
    assert page.status == 422
    assert sentence in page.error_of(field)
    assert field == "name" or page.value_of("name") == "Somebody"
    assert (registration.name, registration.party_size) == ("Rena", 1)


def test_an_answer_that_is_needed_stays_needed(client: Client, event: Event, soon: Soon) -> None:
    question = soon.question(event, Kind.TEXT, is_required=True)
    registration = confirmed(soon, event, answers={question.id: ["Yes"]})
    page = client.post(f"{page_of(registration)}change", RENA)
    assert (page.status, page.error_of(f"question-{question.id}")) == (422, "This question needs an answer.")


def test_more_people_only_while_there_is_room(client: Client, event: Event, soon: Soon) -> None:
    registration, other = confirmed(soon, event), confirmed(soon, event, "ali@example.org", party_size=7)
    page = client.post(f"{page_of(registration)}change", {**RENA, "party_size": "4"})
    assert page.status == 409
    assert "not enough places left" in page.text
    assert (page.value_of("party_size"), registration.party_size, event.seats_taken) == ("4", 1, 8)
    assert client.post(f"{page_of(registration)}change", {**RENA, "party_size": "3"}).status == 303
    assert (registration.party_size, event.seats_taken, other.party_size) == (3, 10, 7)


def test_fewer_people_leave_a_place_to_whoever_waits(client: Client, soon: Soon) -> None:
    event = soon.event(capacity=2)
    registration = confirmed(soon, event, party_size=2)
    waiting = confirmed(soon, event, "ali@example.org")
    assert "You are next." in client.get(page_of(waiting)).text
    assert client.post(f"{page_of(registration)}change", RENA).status == 303
    assert (event.seats_taken, waiting.status) == (2, Status.OFFERED)
    assert "A place has come free" in client.get(page_of(waiting)).text
    assert "The place is yours" in client.follow(client.post(f"{page_of(waiting)}accept")).text
    assert waiting.status is Status.CONFIRMED


def test_who_waits_sees_how_many_are_before(client: Client, soon: Soon) -> None:
    event = soon.event(capacity=1)
    confirmed(soon, event)
    first, second = confirmed(soon, event, "a@example.org"), confirmed(soon, event, "b@example.org")
    assert first.status is Status.WAITING
    assert "1 registration is before you." in client.get(page_of(second)).text


def test_after_the_start_the_number_is_settled(client: Client, event: Event, soon: Soon) -> None:
    registration = confirmed(soon, event)
    with unit_of_work():
        db.session.execute(update(Event).values(starts_at=datetime(2020, 1, 1, tzinfo=UTC)))
    assert "change any more" in client.get(f"{page_of(registration)}change").text
    page = client.post(f"{page_of(registration)}change", {**RENA, "party_size": "2"})
    assert page.status == 409
    assert client.post(f"{page_of(registration)}change", {**RENA, "name": "Rəna"}).status == 303
    assert (registration.name, registration.party_size) == ("Rəna", 1)


def test_a_full_option_is_refused_and_the_own_one_kept(client: Client, event: Event, soon: Soon) -> None:
    options = ({"en": "Soup"}, {"en": "Bread"})
    with unit_of_work():
        draft = Draft(Kind.ONE_CHOICE, {"en": "Workshop"}, options=options, seats={0: 1, 1: 1})
        choice = questions.add(event, draft, actor=None, now=soon.now)
    first = confirmed(soon, event, answers={choice.id: ["0"]})
    second = confirmed(soon, event, "ali@example.org", answers={choice.id: ["1"]})
    name = f"question-{choice.id}"
    page = client.post(f"{page_of(first)}change", {**RENA, name: "1"})
    assert page.status == 409
    assert page.error_of(name) != ""
    assert client.post(f"{page_of(first)}change", {**RENA, "name": "Rəna", name: "0"}).status == 303
    with unit_of_work():
        registrations.cancel(second, now=soon.now)
    assert client.post(f"{page_of(first)}change", {**RENA, name: "1"}).status == 303
    db.session.rollback()
    assert [limit.seats_taken for limit in choice.limits] == [0, 1]


def test_what_has_ended_cannot_be_changed(client: Client, event: Event, soon: Soon) -> None:
    registration = confirmed(soon, event)
    client.post(f"{page_of(registration)}cancel")
    assert client.get(f"{page_of(registration)}change").location == page_of(registration)
    assert client.post(f"{page_of(registration)}change", RENA).status == 409
    assert buttons(client.get(page_of(registration))) == {"erase", "consents/registration/withdraw"}


def test_reminders_on_and_off(client: Client, event: Event, soon: Soon) -> None:
    registration = confirmed(soon, event)
    assert "We send you no reminders." in client.follow(client.post(f"{page_of(registration)}reminders-off")).text
    assert registration.wants_reminders is False
    assert "reminders-on" in buttons(client.get(page_of(registration)))
    client.post(f"{page_of(registration)}reminders-on")
    assert registration.wants_reminders is True


def test_without_the_consent_that_registering_needs_it_is_cancelled(client: Client, event: Event, soon: Soon) -> None:
    registration = confirmed(soon, event)
    assert "withdrawing it cancels your registration" in client.get(page_of(registration)).text
    page = client.follow(client.post(f"{page_of(registration)}consents/registration/withdraw"))
    assert (registration.status, event.seats_taken) == (Status.CANCELLED, 0)
    assert registration.consents[0].withdrawn_at is not None
    assert "Withdrawn on" in page.text
    assert client.post(f"{page_of(registration)}consents/registration/withdraw").status == 303
    assert client.post(f"{page_of(registration)}consents/unknown/withdraw").status == 303
    assert written() == ["confirm-address", "confirmed", "registration-cancelled"]


@pytest.mark.parametrize(("is_required", "status"), [(False, Status.CONFIRMED), (True, Status.CANCELLED)])
def test_a_consent_that_a_question_asked_for_is_withdrawn_alone(
    client: Client, event: Event, soon: Soon, is_required: bool, status: Status
) -> None:
    question = soon.question(event, Kind.CONSENT, is_required=is_required)
    registration = confirmed(soon, event, answers={question.id: ["y"]})
    client.post(f"{page_of(registration)}consents/question-{question.id}/withdraw")
    assert (registration.status, registration.answers) == (status, [])


def test_who_looked_is_shown_by_role_and_day(client: Client, event: Event, soon: Soon) -> None:
    registration = confirmed(soon, event)
    assert "Nobody has looked at the list" in client.get(page_of(registration)).text
    editor = soon.member(event.edition.campaign, Role.EDITOR)
    with unit_of_work():
        for _number in range(3):
            registrations.note_look(event, actor=editor, now=datetime.now(UTC))
    page = client.get(page_of(registration))
    assert page.text.count("an editor opened it") == 1
    assert editor.email not in page.text
    late = confirmed(soon, event, "ali@example.org")
    with unit_of_work():
        late.created_at = datetime.now(UTC) + timedelta(seconds=1)
    assert "Nobody has looked at the list" in client.get(page_of(late)).text


def test_the_export_holds_every_column(client: Client, event: Event, soon: Soon) -> None:
    text = soon.question(event, Kind.TEXT)
    registration = confirmed(soon, event, answers={text.id: ["A chair at the door"]})
    with unit_of_work():
        registration.note = "Came twice"
        registration.tag_rows = [RegistrationTag(tag="choir", event_id=event.id)]
        scan = Scan(id="s", registration_id=registration.id, people=1, door="North", at=soon.now, stored_at=soon.now)
        db.session.add(scan)
    answer = client.get(f"{page_of(registration)}export.json")
    assert answer.response.mimetype == "application/json"
    assert answer.response.headers["Cache-Control"] == "no-store"
    held = json.loads(answer.text)
    hidden = {"id", "event_id", "invitation_id", "email_hash", "token_hash", "calendar_hash"}
    columns = {column.key for column in Registration.__table__.columns}
    assert set(held["registration"]) == (columns - hidden) | {"tags"}
    tables = db.metadata.tables.values()
    hanging = {table.name for table in tables for key in table.foreign_keys if key.column.table.name == "registration"}
    assert hanging == {"answer", "chosen_option", "consent", "message", "registration_tag", "scan", "undo"}
    assert (held["registration"]["name"], held["registration"]["note"]) == ("Rena", "Came twice")
    assert [one["answer"] for one in held["answers"]] == ["A chair at the door"]
    assert [one["kind"] for one in held["mails"]] == ["confirm-address", "confirmed"]
    assert [one["door"] for one in held["scans"]] == ["North"]
    assert held["consents"][0]["text"].startswith("I agree")
    page = client.get(f"{page_of(registration)}export")
    for held_text in (
        "Rena",
        "rena@example.org",
        "Came twice",
        "choir",
        "A chair at the door",
        "North",
        "I agree that",
    ):
        assert held_text in page.text
    terms = {words(one) for one in page.all("dt")}
    assert terms <= set(labels().values()) | {"A text question"}


def test_erase(client: Client, app: Flask, event: Event, soon: Soon) -> None:
    registration = confirmed(soon, event)
    path = page_of(registration)
    untold = client.post(f"{path}erase")
    assert untold.status == 422
    assert untold.error_of("is_meant") == "Please fill this in."
    assert len(everyone()) == 1
    done = client.post(f"{path}erase", {"is_meant": "y"})
    assert done.status == 303
    assert (everyone(), written(), event.seats_taken) == ([], [], 0)
    assert client.get(path).status == 404
    assert client.post(f"{path}erase", {"is_meant": "y"}).status == 404
    row = db.session.scalars(select(Erasure)).one()
    (line,) = erasure_list.read(app.config["SETTINGS"].instance)
    assert (line.event, line.email_hash, line.at) == (event.uid, row.email_hash, row.erased_at)
