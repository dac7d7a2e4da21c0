"""Coming by an invitation: its link opens the form, and every link that opens nothing looks the same."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from campaign.db import db, unit_of_work
from campaign.domain.registration import Status
from campaign.models import Event, Invitation, Registration
from campaign.services import invitations
from tests.page import Client
from tests.web.conftest import YEAR, Soon

EVENT = f"/khojaly/{YEAR}/evening-in-berlin/"
FORM = f"{EVENT}register"
ALI = {"name": "Ali", "email": "ali@example.org", "party_size": "1", "language": "en", "consent": "y"}


@pytest.fixture
def event(app: Flask, soon: Soon) -> Event:
    """Return an event whose form is closed to others."""
    return soon.event(takes_registrations=False)


def invite(event: Event, quota: int = 2) -> Invitation:
    with unit_of_work():
        return invitations.create(
            event, label="The choir", quota=quota, expires_at=None, actor=None, now=datetime.now(UTC)
        )


def everyone() -> list[Registration]:
    db.session.rollback()
    return list(db.session.scalars(select(Registration).order_by(Registration.id)))


def test_an_invitation_opens_a_closed_form(client: Client, event: Event) -> None:
    invitation = invite(event)
    assert client.get(FORM).location == EVENT
    page = client.get(f"{FORM}/{invitation.token}")
    assert page.heading == "Register"
    assert "You register by invitation." in page.text
    sent = client.post(f"{FORM}/{invitation.token}", ALI)
    assert sent.location == f"{FORM}/sent"
    (registration,) = everyone()
    assert (registration.status, registration.invitation_id) == (Status.PENDING, invitation.id)


def test_whoever_comes_too_late_is_told_and_nothing_is_lost(client: Client, event: Event) -> None:
    invitation = invite(event)
    page = client.post(f"{FORM}/{invitation.token}", {**ALI, "party_size": "3"})
    assert page.status == 409
    assert "This invitation has no places left for so many people." in page.text
    assert page.value_of("email") == "ali@example.org"
    assert everyone() == []


def test_every_link_that_opens_nothing_gives_one_page(client: Client, event: Event, soon: Soon) -> None:
    other = soon.event(event.edition, name={"en": "Supper"})
    used, closed, old, foreign = invite(event, 1), invite(event), invite(event), invite(other)
    client.post(f"{FORM}/{used.token}", ALI)
    with unit_of_work():
        invitations.revoke(db.session.get_one(Invitation, closed.id), actor=None, now=datetime.now(UTC))
        past = datetime.now(UTC) - timedelta(seconds=1)
        db.session.execute(update(Invitation).where(Invitation.id == old.id).values(expires_at=past))
    tokens = [one.token for one in (used, closed, old, foreign)] + ["unknown", "x" * 300, "%ff", "a.b"]
    pages = [client.get(f"{FORM}/{token}") for token in tokens]
    assert {page.status for page in pages} == {404}
    said = {page.text.replace(token, "") for page, token in zip(pages, tokens, strict=True)}
    assert {page.heading for page in pages} == {"This link opens nothing"}
    assert len({len(text) for text in said}) <= 2  # an address that isn't text is written otherwise
    for token in tokens:
        assert client.post(f"{FORM}/{token}", ALI).status == 404
    assert len(everyone()) == 1


def test_a_known_address_gets_the_same_answer_by_invitation(client: Client, event: Event) -> None:
    path = f"{FORM}/{invite(event, 1).token}"
    first, again = client.post(path, ALI), client.post(path, ALI)
    assert (first.status, again.status) == (303, 404)  # used up, for everybody
    assert client.post(path, {**ALI, "email": "leyla@example.org"}).status == 404


def test_the_token_leaves_no_trace_in_what_is_said(client: Client, event: Event) -> None:
    invitation = invite(event)
    client.post(f"{FORM}/{invitation.token}", ALI)
    page = client.get(f"/r/{everyone()[0].token}/")
    assert invitation.token not in page.text
    assert client.get(f"{FORM}/{invitation.token}").response.headers["Cache-Control"] == "no-store"
