"""The ledger on an event's page: who has been told of its changes, whom nobody reached, and trying again."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.message import Status
from campaign.domain.permission import Role
from campaign.models import Audit, Event, Message, Registration
from campaign.services import events, outbox, registrations
from tests.page import Client, Page, words
from tests.web.conftest import YEAR, Soon

PAGE = f"/manage/khojaly/{YEAR}/events/evening-in-berlin/"
NOW = datetime.now(UTC)


@pytest.fixture
def event(app: Flask, soon: Soon) -> Event:
    return soon.event()


@pytest.fixture
def told(event: Event, soon: Soon) -> list[Registration]:
    """Return three who hold a place and were to be told of another venue: one was, one waits, one has no mailbox."""
    people = [soon.registration(event, f"{name.lower()}@example.org", name=name) for name in ("Rena", "Ali", "Leyla")]
    for registration in people:
        with unit_of_work():
            registrations.confirm(registration, now=NOW)
    with unit_of_work():
        events.edit(event, replace(events.draft_of(event), venue="Old town hall"), actor=None, now=NOW)
    with unit_of_work():
        outbox.mark_sent(mail("rena@example.org").id, now=NOW)
        outbox.mark_failed(mail("leyla@example.org"), error="550 no such person", is_final=True, now=NOW)
    return people


def mail(to: str) -> Message:
    mails = db.session.scalars(select(Message).where(Message.kind == "event-changed"))
    return next(one for one in mails if one.to == to)


def ledger(page: Page) -> str:
    """Return what the page says of who has been told, its table's first row included."""
    text = words(page.all("main")[0])
    return text.partition("Who has been told")[2].partition("Told means")[0]


def test_the_ledger_counts_without_naming(client: Client, told: list[Registration], event: Event, soon: Soon) -> None:
    client.sign_in(soon.member(event.edition.campaign, Role.VIEWER))
    page = client.get(PAGE)
    said = ledger(page)
    assert "3 registrations hold a place. 1 has been told of the change on" in said
    assert "For 1 the mail is on its way. 1 could not be reached." in said
    assert "1 × There is no such mail address, or it takes no mail." in said
    assert "Another place 1 1 1 0" in said
    assert f"{NOW:%H:%M}" in said
    assert "Try again" not in page.text
    assert "Leyla" not in page.text
    assert "unreached" not in page.text


def test_before_any_change_nobody_had_to_be_told(client: Client, event: Event, soon: Soon) -> None:
    client.sign_in(soon.member(event.edition.campaign, Role.VIEWER))
    assert "Nobody holds a place. Nobody had to be told of a change." in ledger(client.get(PAGE))
    soon.registration(event)
    page = client.get(PAGE)
    assert "1 registration holds a place. Nobody had to be told of a change." in ledger(page)
    assert len(page.all("table")) == 0


def test_a_draft_has_no_ledger(client: Client, soon: Soon) -> None:
    event = soon.event(is_published=False)
    client.sign_in(soon.member(event.edition.campaign, Role.OWNER))
    assert client.get(PAGE).by_id("told") is None


def test_a_cancellation_is_told_of_too(client: Client, told: list[Registration], event: Event, soon: Soon) -> None:
    with unit_of_work():
        events.cancel(event, reason={}, actor=None, now=datetime.now(UTC))
    client.sign_in(soon.member(event.edition.campaign, Role.EDITOR))
    page = client.get(PAGE)
    rows = [[words(cell) for cell in row][1:] for row in page.all("tr")][1:]
    assert rows[0] == ["It is cancelled", "0", "3", "0", "0"]
    assert rows[1][0].startswith("Another place")
    assert "could not be reached" not in ledger(page)


def test_whom_nobody_reached_is_named_to_those_who_may_see_names_and_the_look_is_recorded(
    client: Client, told: list[Registration], event: Event, soon: Soon
) -> None:
    editor = soon.member(event.edition.campaign, Role.EDITOR)
    client.sign_in(editor)
    (link,) = [one.get("href") for one in client.get(PAGE).all("a") if "unreached" in (one.get("href") or "")]
    assert looks() == []
    page = client.get(link or "")
    assert page.heading == "Who could not be reached"
    rows = [[words(cell) for cell in row] for row in page.all("tr")][1:]
    assert rows == [
        ["Leyla", "leyla@example.org", "1", "Confirmed", "There is no such mail address, or it takes no mail."]
    ]
    assert [(look.actor_id, look.subject_id) for look in looks()] == [(editor.id, event.id)]


def test_nobody_is_unreached_while_all_were_told(client: Client, event: Event, soon: Soon) -> None:
    client.sign_in(soon.member(event.edition.campaign, Role.EDITOR))
    assert "Everybody who holds a place has been told" in client.get(f"{PAGE}registrations/?unreached=1").text


def test_try_again(client: Client, told: list[Registration], event: Event, soon: Soon) -> None:
    client.sign_in(soon.member(event.edition.campaign, Role.COORDINATOR, countries=["DE"]))
    assert "Try again" in client.get(PAGE).text
    sent = client.post(f"{PAGE}tell-again")
    assert sent.location == f"{PAGE}#told"
    page = client.follow(sent)
    assert "1 mail is on its way again." in page.text
    assert "Try again" not in page.text
    db.session.rollback()
    assert [mail(f"{name}@example.org").status for name in ("rena", "leyla")] == [Status.SENT, Status.QUEUED]
    assert "There is nobody left to tell." in client.follow(client.post(f"{PAGE}tell-again")).text


@pytest.mark.parametrize(("role", "countries"), [(Role.VIEWER, None), (Role.DOOR, None), (Role.COORDINATOR, ["FR"])])
def test_who_may_not_change_an_event_tells_nobody(
    client: Client, told: list[Registration], event: Event, soon: Soon, role: Role, countries: list[str] | None
) -> None:
    client.sign_in(soon.member(event.edition.campaign, role, countries=countries))
    assert client.post(f"{PAGE}tell-again").status == 403
    db.session.rollback()
    assert mail("leyla@example.org").status is Status.FAILED


def looks() -> list[Audit]:
    db.session.rollback()
    return list(db.session.scalars(select(Audit).where(Audit.action == "view-registrations")))
