"""Attack mode as an organizer uses it, and what strangers see meanwhile."""

import pytest
from flask import Flask

from campaign.domain.permission import Role
from campaign.domain.registration import Status
from campaign.models import Event
from tests.page import Client
from tests.web.conftest import YEAR, Soon

PAGE = "/manage/khojaly/attack-mode/"
EVENT = f"/khojaly/{YEAR}/evening-in-berlin/"


@pytest.fixture
def event(app: Flask, soon: Soon) -> Event:
    """Return an event in Berlin."""
    return soon.event()


@pytest.fixture
def editor(app: Flask, event: Event, soon: Soon) -> Client:
    """Return an editor's browser."""
    client = Client(app)
    client.sign_in(soon.member(event.edition.campaign, Role.EDITOR))
    return client


def test_it_is_switched_on_and_off(editor: Client, client: Client, event: Event) -> None:
    assert "Community hall" in client.get(EVENT).text
    assert "Switch attack mode on" in editor.get(PAGE).text
    page = editor.follow(editor.post(f"{PAGE}begin"))
    assert "Attack mode is on since" in page.text
    assert "Attack mode is on since" in editor.get(f"/manage/khojaly/{YEAR}/events/").text, "on every page"
    for path in (EVENT, f"/khojaly/{YEAR}/", f"{EVENT}event.ics", "/feeds/khojaly.ics", "/feeds/khojaly.json"):
        seen = client.get(path).text
        assert "Community hall" not in seen, path
        assert "Musterstraße" not in seen, path
    page = editor.follow(editor.post(f"{PAGE}end"))
    assert "Attack mode is on since" not in page.text
    assert "Community hall" in client.get(EVENT).text


def test_what_came_in_is_looked_at_set_aside_and_taken_back(editor: Client, event: Event, soon: Soon) -> None:
    one = soon.registration(event, party_size=2)
    page = editor.get(f"{PAGE}?hours=1")
    assert "Set aside the sign-ups of the last 1 hour" in page.text
    assert "Rena" not in page.text, "names stay in the list of the event"
    page = editor.follow(editor.post(f"{PAGE}set-aside", {"hours": "1"}))
    assert "1 sign-up is set aside." in page.text
    assert one.status is Status.WAITING
    editor.post(f"{PAGE}release")
    assert one.status is Status.PENDING


def test_strange_hours_are_the_usual_ones(editor: Client, event: Event) -> None:
    for hours in ("0", "-1", "99999999999", "x", ""):
        assert editor.get(f"{PAGE}?hours={hours}").status == 200


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.VIEWER, Role.DOOR])
def test_it_is_for_owners_and_editors(app: Flask, event: Event, soon: Soon, role: Role) -> None:
    client = Client(app)
    client.sign_in(soon.member(event.edition.campaign, role, countries=["DE"]))
    assert client.get(PAGE).status == 403
    for act in ("begin", "end", "set-aside", "release"):
        assert client.post(f"{PAGE}{act}").status == 403
    assert event.edition.campaign.attack_mode_at is None
