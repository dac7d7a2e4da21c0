"""Who is registered, for those whose role includes it; every look is recorded."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.permission import Role
from campaign.models import Audit, Event
from campaign.services import registrations
from tests.page import Client, words
from tests.web.conftest import YEAR, Soon

PAGE = f"/manage/khojaly/{YEAR}/events/evening-in-berlin/registrations/"


@pytest.fixture
def event(app: Flask, soon: Soon) -> Event:
    """Return an event in Berlin with ten places."""
    return soon.event()


def looks() -> list[Audit]:
    db.session.rollback()
    return list(db.session.scalars(select(Audit).where(Audit.action == "view-registrations")))


def test_the_list_shows_people_newest_first_and_records_the_look(client: Client, event: Event, soon: Soon) -> None:
    editor = soon.member(event.edition.campaign, Role.EDITOR)
    client.sign_in(editor)
    assert "Nobody yet" in client.get(PAGE).text
    first = soon.registration(event, party_size=2)
    soon.registration(event, "ali@example.org", name="Ali <b>bold</b>")
    with unit_of_work():
        registrations.confirm(first, now=datetime.now(UTC))
    page = client.get(PAGE)
    rows = [[words(cell) for cell in row] for row in page.all("tr")][1:]
    assert [row[:4] for row in rows] == [
        ["Ali <b>bold</b>", "ali@example.org", "1", "Not confirmed yet"],
        ["Rena", "rena@example.org", "2", "Confirmed"],
    ]
    assert "That you looked at this list is recorded." in page.text
    assert [(row.actor_id, row.subject_id, row.facts) for row in looks()] == [(editor.id, event.id, {})] * 2


def test_the_overview_counts_without_naming(client: Client, event: Event, soon: Soon) -> None:
    client.sign_in(soon.member(event.edition.campaign, Role.VIEWER))
    soon.registration(event, party_size=3)
    page = client.get(PAGE.removesuffix("registrations/"))
    assert "3 of 10 taken" in page.text
    assert "rena@example.org" not in page.text
    assert PAGE not in [one.get("href") for one in page.all("a")]


@pytest.mark.parametrize(
    ("role", "countries", "status"),
    [
        (Role.OWNER, None, 200),
        (Role.COORDINATOR, ["DE"], 200),
        (Role.COORDINATOR, ["FR"], 403),
        (Role.DOOR, None, 403),
        (Role.VIEWER, None, 403),
    ],
)
def test_only_some_roles_may_look_and_a_refused_look_is_none(
    client: Client, event: Event, soon: Soon, role: Role, countries: list[str] | None, status: int
) -> None:
    client.sign_in(soon.member(event.edition.campaign, role, countries=countries))
    assert client.get(PAGE).status == status
    assert len(looks()) == (status == 200)
