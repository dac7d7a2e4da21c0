"""Organizers make links for a number of people, copy them, and close them."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from campaign import address
from campaign.db import db
from campaign.domain.permission import Role
from campaign.models import Event, Invitation
from tests.page import Client
from tests.web.conftest import YEAR, Soon

LIST = f"/manage/khojaly/{YEAR}/events/evening-in-berlin/invitations/"
CHOIR = {"label": "The choir", "quota": "12"}


@pytest.fixture
def event(app: Flask, client: Client, soon: Soon) -> Event:
    """Return an event whose editor has signed in."""
    event = soon.event()
    client.sign_in(soon.member(event.edition.campaign, Role.EDITOR))
    return event


def made() -> list[Invitation]:
    db.session.rollback()
    return list(db.session.scalars(select(Invitation).order_by(Invitation.id)))


def test_make_copy_and_close_a_link(client: Client, event: Event) -> None:
    assert "No invitations yet" in client.get(LIST).text
    page = client.follow(client.post(LIST, {**CHOIR, "last_day": f"{YEAR}-01-31"}))
    (invitation,) = made()
    assert (invitation.label, invitation.quota, invitation.used) == ("The choir", 12, 0)
    assert invitation.expires_at == datetime(YEAR, 1, 31, 23, tzinfo=UTC)  # midnight in Berlin
    link = f"{address.event_page('khojaly', YEAR, event.slug)}register/{invitation.token}"
    assert page.value_of("invitation-1") == link
    assert "0 of 12" in page.text
    assert client.get(link).heading == "Register"

    closed = client.follow(client.post(f"{LIST}{invitation.token}/revoke"))
    assert "The link is closed." in closed.text
    assert link not in closed.text
    assert client.get(link).status == 404


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"label": ""}, "label", "Please fill this in."),
        ({"quota": ""}, "quota", "Please fill this in."),
        ({"quota": "0"}, "quota", "from 1 to"),
        ({"quota": "1001"}, "quota", "from 1 to"),
        ({"quota": "١٢"}, "quota", "from 1 to"),
        ({"last_day": "yesterday"}, "last_day", "Write"),
        ({"last_day": "2020-01-01"}, "last_day", "Choose a time that is still to come."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    client: Client, event: Event, typed: dict[str, str], field: str, sentence: str
) -> None:
    page = client.post(LIST, {**CHOIR, **typed})
    assert page.status == 422
    assert sentence in page.error_of(field)
    assert made() == []


def test_looking_at_the_link_to_close_it_changes_nothing(client: Client, event: Event) -> None:
    client.post(LIST, CHOIR)
    (invitation,) = made()
    assert client.get(f"{LIST}{invitation.token}/revoke").status == 405
    assert made()[0].revoked_at is None


def test_a_link_is_closed_at_its_own_event_alone(client: Client, event: Event, soon: Soon) -> None:
    soon.event(event.edition, name={"en": "Supper"})
    client.post(LIST, CHOIR)
    (invitation,) = made()
    elsewhere = LIST.replace("evening-in-berlin", "supper")
    assert client.post(f"{elsewhere}{invitation.token}/revoke").status == 404
    assert client.post(f"{LIST}unknown/revoke").status == 404
    assert made()[0].revoked_at is None
