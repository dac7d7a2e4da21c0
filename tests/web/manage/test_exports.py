"""Taking registrations along: with a reason that is kept, after proving who one is, and only by those who may."""

import csv
import io
import time
from contextvars import Context

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.permission import Role
from campaign.domain.question import Kind
from campaign.models import Audit, Event, User
from campaign.services import bulk
from tests.page import Client, Page
from tests.web.conftest import YEAR, Soon

OF_EVENT = f"/manage/khojaly/{YEAR}/events/evening-in-berlin/registrations/export/"
OF_YEAR = f"/manage/khojaly/{YEAR}/registrations/export/"
BADGES = {"reason": "Badges for the door", "kind": "csv"}


@pytest.fixture
def event(app: Flask, soon: Soon) -> Event:
    """Return an event for which two people registered."""
    event = soon.event()
    question = soon.question(event, Kind.LONG_TEXT)
    soon.registration(event, name="Rəna", party_size=2, answers={question.id: ['=HYPERLINK("http://evil.example")']})
    soon.registration(event, "ali@example.org", name="+Ali نسرين")
    return event


@pytest.fixture
def owner(event: Event, soon: Soon) -> User:
    return soon.member(event.edition.campaign, Role.OWNER)


def exported() -> list[Audit]:
    db.session.rollback()
    return list(db.session.scalars(select(Audit).where(Audit.action == "export-registrations")))


def table(page: Page) -> list[list[str]]:
    content = page.response.get_data().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content, newline="")))


def grow_stale(client: Client, minutes: float) -> None:
    """Let the sign-in be so old."""
    with client.http.session_transaction() as session:
        session["fs_paa"] = time.time() - minutes * 60


def test_a_csv_of_an_event_says_everything_and_computes_nothing(client: Client, event: Event, owner: User) -> None:
    client.sign_in(owner)
    assert client.get(OF_EVENT).heading == "Export registrations"
    answer = client.post(OF_EVENT, BADGES)
    assert answer.response.headers["Content-Disposition"] == f"attachment; filename=evening-in-berlin-{YEAR}.csv"
    assert answer.response.headers["Cache-Control"] == "no-store"
    heads, first, second = table(answer)
    assert heads[:6] == ["State", "Name", "Mail address", "Places", "Language", "Registered on (UTC)"]
    assert heads[6:] == ["A long-text question", "Tags", "Note", "Ticket"]
    assert first[:5] == ["Not confirmed yet", "Rəna", "rena@example.org", "2", "en"]
    assert first[6] == '\'=HYPERLINK("http://evil.example")'
    assert second[1] == "'+Ali نسرين"
    (row,) = exported()
    assert (row.actor_id, row.subject_id) == (owner.id, event.id)
    assert row.facts == {"reason": "Badges for the door", "kind": "csv"}


def test_a_sheet_of_a_year_names_the_events(client: Client, event: Event, owner: User, soon: Soon) -> None:
    baku = soon.event(event.edition, name={"en": "Evening in Baku"}, country="AZ", city="Baku")
    row = soon.registration(baku, "leyla@example.org", name="Leyla")
    with unit_of_work():
        bulk.rewrite(row, note="Comes late.", words=["press"], actor=owner, now=soon.now)
    client.sign_in(owner)
    db.session.rollback()
    answer = Context().run(client.http.post, OF_YEAR, data={**BADGES, "kind": "xlsx"})
    assert answer.headers["Content-Disposition"] == f"attachment; filename=khojaly-{YEAR}.xlsx"
    sheet = load_workbook(io.BytesIO(answer.get_data())).worksheets[0]
    heads, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert heads[:4] == ["Event", "City", "Country", "State"]
    assert [row[4] for row in rows] == ["Rəna", "'+Ali نسرين", "Leyla"]
    assert rows[2][:3] == ["Evening in Baku", "Baku", "Azerbaijan"]
    assert rows[2][-3:] == ["press", "Comes late.", row.code]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    assert {one.subject_id for one in exported()} == {event.id, baku.id}


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_without_a_reason_nothing_leaves(client: Client, event: Event, owner: User, reason: str) -> None:
    client.sign_in(owner)
    page = client.post(OF_EVENT, {**BADGES, "reason": reason})
    assert page.status == 422
    assert page.error_of("reason")
    assert exported() == []


@pytest.mark.parametrize("path", [OF_EVENT, OF_YEAR])
def test_who_signed_in_a_while_ago_proves_again_who_they_are(
    client: Client, event: Event, owner: User, path: str
) -> None:
    client.sign_in(owner)
    grow_stale(client, 9.9)
    assert client.get(path).status == 200
    grow_stale(client, 10.1)
    for page in (client.get(path), client.post(path, BADGES)):
        assert page.location == f"/account/verify?next={path}"
    assert exported() == []
    assert "show once more that it is you" in client.follow(client.get(path)).text


def test_a_sensitive_page_seen_before_does_not_put_the_question_off(client: Client, event: Event, owner: User) -> None:
    client.sign_in(owner)
    grow_stale(client, 30)
    assert client.get("/account/wan-register").status == 200  # The library lets what follows count as fresh.
    assert client.get(OF_EVENT).status == 303


def test_a_clock_that_was_put_back_is_not_taken_for_fresh(client: Client, event: Event, owner: User) -> None:
    client.sign_in(owner)
    grow_stale(client, -60)
    assert client.get(OF_EVENT).status == 303


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.VIEWER, Role.DOOR])
def test_only_owners_and_editors_may(client: Client, event: Event, soon: Soon, role: Role) -> None:
    client.sign_in(soon.member(event.edition.campaign, role, countries=["DE"]))
    for path in (OF_EVENT, OF_YEAR):
        assert client.get(path).status == 403
        assert client.post(path, BADGES).status == 403
    assert exported() == []
    assert OF_EVENT not in client.get(OF_EVENT.removesuffix("export/")).text


def test_looking_at_the_form_takes_nothing(client: Client, event: Event, owner: User) -> None:
    client.sign_in(owner)
    assert client.get(OF_YEAR).status == 200
    assert exported() == []
