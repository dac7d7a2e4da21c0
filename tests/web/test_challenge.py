"""What a robot finds dear: some time before sending; a proof of work, or half a minute, when much is going on."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import altcha
import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.db import db, unit_of_work
from campaign.domain import limit as rules
from campaign.models import Event, Registration
from campaign.web import challenge, tally
from tests.page import Client, Page
from tests.web.conftest import YEAR, Soon

FORM = f"/khojaly/{YEAR}/evening-in-berlin/register"
HERE = "192.0.2.1"
RENA = {"name": "Rena", "email": "rena@example.org", "party_size": "1", "language": "en", "consent": "y"}
SUBMISSION = "5f0c4d0e-7e0a-4b6c-9d7d-2b7c2f1f6f10"
SECONDS, MINUTES, HOURS = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def event(app: Flask, soon: Soon) -> Event:
    """Return an event of a campaign that is not attacked."""
    return soon.event(capacity=None)


@pytest.fixture
def stormed(event: Event) -> Event:
    """Return the event while its campaign is attacked."""
    with unit_of_work():
        event.edition.campaign.attack_mode_at = datetime.now(UTC)
    return event


def notes(app: Flask, event_id: int, *, ago: timedelta = 10 * SECONDS) -> dict[str, str]:
    """Return what a form says that was shown, and where it was sent without a proof, a while ago."""
    with app.test_request_context(method="POST", data={"submission": SUBMISSION}):
        made = challenge.notes(event_id, asks_proof=True, now=datetime.now(UTC) - ago)
    return {name: value for name, value in asdict(made).items() if value}


def solved(task: str) -> str:
    """Return the proof that solves a task."""
    found = altcha.Challenge.from_dict(json.loads(task))
    solution = altcha.solve_challenge(found)
    assert solution
    return altcha.Payload(found, solution).to_base64()


def send(client: Client, *, network: str = HERE, **typed: str) -> Page:
    filled = {**RENA, "submission": SUBMISSION, **typed}
    return client.post(FORM, filled, environ_overrides={"REMOTE_ADDR": network})


def registered() -> int:
    db.session.rollback()
    return db.session.scalars(select(func.count(Registration.id))).one()


def hidden(page: Page, name: str) -> str:
    return next((str(one.get("value")) for one in page.all("input") if one.get("name") == name), "")


def task_on(page: Page) -> str:
    return next((str(one.get("data-task")) for one in page.all("div") if one.get("data-task")), "")


def test_a_form_that_was_hardly_looked_at_is_sent_once_more(client: Client, event: Event) -> None:
    shown = notes(client.app, event.id, ago=0 * SECONDS)["shown"]
    page = send(client, shown=shown, name="Rena from Baku")
    assert (page.status, registered()) == (422, 0)
    assert "That was very quick" in page.text
    assert (page.value_of("name"), hidden(page, "shown")) == ("Rena from Baku", shown)
    assert send(client, shown=notes(client.app, event.id, ago=3 * SECONDS)["shown"]).status == 303
    assert registered() == 1


@pytest.mark.parametrize("shown", ["", "forged", "WzFd.x", "é" * 99], ids=["none", "forged", "cut", "strange"])
def test_a_form_that_nobody_was_shown_is_shown(client: Client, event: Event, shown: str) -> None:
    page = send(client, shown=shown)
    assert (page.status, registered(), page.value_of("email")) == (422, 0, "rena@example.org")
    assert hidden(page, "shown") not in ("", shown)


def test_a_form_of_yesterday_is_sent_once_more(client: Client, event: Event) -> None:
    page = send(client, shown=notes(client.app, event.id, ago=13 * HOURS)["shown"])
    assert (page.status, registered(), page.value_of("email")) == (422, 0, "rena@example.org")
    assert "open for very long" in page.text


def test_the_token_against_forged_requests_does_not_outrun_the_form(app: Flask) -> None:
    assert app.config["WTF_CSRF_TIME_LIMIT"] is None


def test_a_robot_is_thanked_and_forgotten_before_anything_is_counted(client: Client, event: Event) -> None:
    page = send(client, website="https://spam.example/")
    assert (page.status, page.location, registered()) == (303, f"{FORM}/sent", 0)


def test_a_proof_is_asked_when_a_limit_nears(client: Client, event: Event) -> None:
    assert task_on(client.get(FORM, environ_overrides={"REMOTE_ADDR": HERE})) == ""
    with unit_of_work():
        for _number in range(rules.REGISTERING_FROM_NETWORK.most // 2 + 1):
            tally.add((rules.REGISTERING_FROM_NETWORK, HERE), now=datetime.now(UTC))
    page = client.get(FORM, environ_overrides={"REMOTE_ADDR": HERE})
    proof = solved(task_on(page))
    shown = notes(client.app, event.id)["shown"]
    assert send(client, shown=shown).status == 422
    assert send(client, shown=shown, proof=proof).status == 303
    assert task_on(client.get(FORM, environ_overrides={"REMOTE_ADDR": "198.51.100.1"})) == ""


def test_a_stormed_event_takes_proofs_until_its_hour_is_full(client: Client, event: Event) -> None:
    limit = rules.registering_at_event(None)
    with unit_of_work():
        for _number in range(limit.most):
            tally.add((limit, str(event.id)), now=datetime.now(UTC))
    sent = notes(client.app, event.id)
    page = send(client, shown=sent["shown"], proof=solved(sent["task"]))
    assert (page.status, registered()) == (429, 0)


def test_under_attack_a_proof_is_always_asked_and_taken_once(client: Client, stormed: Event) -> None:
    shown, proof = notes(client.app, stormed.id)["shown"], solved(task_on(client.get(FORM)))
    page = send(client, shown=shown)
    assert (page.status, registered()) == (422, 0)
    assert "Please wait half a minute" in page.text
    assert task_on(page) != ""
    assert send(client, shown=shown, proof=proof).status == 303
    again = send(client, shown=shown, proof=proof, email="another@example.org", network="198.51.100.1")
    assert (again.status, registered()) == (422, 1)


def forged(task: dict[str, object]) -> str:
    found = altcha.Challenge.from_dict(task)
    solution = altcha.solve_challenge(found)
    assert solution
    return altcha.Payload(found, solution).to_base64()


def test_proofs_that_are_worth_nothing(client: Client, stormed: Event, soon: Soon) -> None:
    other = soon.event(stormed.edition, name={"en": "Another evening"})
    shown, task = notes(client.app, stormed.id)["shown"], json.loads(notes(client.app, stormed.id)["task"])
    easier = {**task, "parameters": {**task["parameters"], "cost": 1}}
    ours = altcha.create_challenge(challenge.ALGORITHM, 1, data={"event": stormed.id}, hmac_secret="another secret")
    worthless = {
        "easier": forged(easier),
        "unsigned": forged({"parameters": task["parameters"]}),
        "of others": forged(ours.to_dict()),
        "of another event": solved(notes(client.app, other.id)["task"]),
        "expired": solved(notes(client.app, stormed.id, ago=2 * HOURS)["task"]),
        "unsolved": altcha.Payload(altcha.Challenge.from_dict(task), altcha.Solution(1, "00" * 32)).to_base64(),
        "no proof": "x",
        "no object": "W10=",
        "half an object": "eyJjaGFsbGVuZ2UiOiB7InBhcmFtZXRlcnMiOiB7fX19",
        "deep": "W1tbW1tb" * 4000,
    }
    for name, proof in worthless.items():
        assert (send(client, shown=shown, proof=proof).status, registered()) == (422, 0), name


def test_without_scripts_half_a_minute_does_instead(client: Client, stormed: Event) -> None:
    shown = notes(client.app, stormed.id)["shown"]
    first = send(client, shown=shown, name="Rena from Baku")
    early = send(client, shown=shown, waited=hidden(first, "waited"))
    assert (early.status, registered()) == (422, 0)
    assert "Half a minute has not passed yet" in early.text
    assert hidden(early, "waited") == hidden(first, "waited"), "who is too early does not begin anew"
    waited = notes(client.app, stormed.id, ago=31 * SECONDS)["waited"]
    assert send(client, shown=shown, waited=waited).status == 303
    assert registered() == 1


def test_half_a_minute_is_waited_for_one_form_alone(client: Client, stormed: Event, soon: Soon) -> None:
    other = soon.event(stormed.edition, name={"en": "Another evening"})
    shown, waited = (notes(client.app, stormed.id, ago=31 * SECONDS)[name] for name in ("shown", "waited"))
    another_form = "00000000-0000-4000-8000-000000000000"
    assert send(client, shown=shown, waited=waited, submission=another_form).status == 422
    elsewhere = notes(client.app, other.id, ago=31 * SECONDS)["waited"]
    assert send(client, shown=shown, waited=elsewhere).status == 422
    assert send(client, shown=shown, waited=shown).status == 422
    assert send(client, shown=shown, waited=waited).status == 303
    again = send(client, shown=shown, waited=waited, email="another@example.org")
    assert (again.status, registered()) == (422, 1)


def test_the_note_to_wait_with_is_given_to_who_sent_a_form_that_was_counted(client: Client, stormed: Event) -> None:
    assert hidden(client.get(FORM), "waited") == ""
