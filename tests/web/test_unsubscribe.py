"""One click in a mail stops reminders and letters (RFC 8058); opening the link does nothing."""

import pytest
from flask import Flask

from campaign.db import db
from campaign.keys import derived_token
from campaign.models import Registration
from campaign.services.mail_texts import STOP
from tests.page import Client, Page, words
from tests.web.conftest import Soon


def answered(status: int, page: Page) -> Page:
    """Return a page that was answered as expected."""
    assert page.status == status, page.text[:500]
    return page


@pytest.fixture
def registration(app: Flask, soon: Soon) -> Registration:
    return soon.registration(soon.event())


def link(registration: Registration) -> str:
    return f"/r/{registration.token}/unsubscribe/{derived_token(registration.token, STOP)}"


def wants(registration: Registration) -> bool:
    db.session.rollback()
    return registration.wants_reminders


def test_a_person_opens_the_link_and_presses_the_button(client: Client, registration: Registration) -> None:
    page = client.get(link(registration))
    assert page.heading == "Reminders and letters"
    assert wants(registration)
    assert "no more reminders" in words(answered(200, client.post(link(registration), {})).all("main")[0])
    assert not wants(registration)
    assert answered(303, client.post(f"{link(registration)}/resume", {})).location == link(registration)
    assert wants(registration)


def test_a_mail_program_needs_neither_cookie_nor_token_nor_redirect(app: Flask, registration: Registration) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    browser = app.test_client()
    for _ in range(2):
        answer = browser.post(link(registration), data={"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.location) == (200, None)
    assert not wants(registration)
    assert browser.post(f"{link(registration)}/resume").status_code == 400


@pytest.mark.parametrize("act", ["get", "head", "post"])
def test_a_link_for_another_purpose_opens_nothing(app: Flask, registration: Registration, act: str) -> None:
    for wrong in (registration.token, derived_token(registration.token, "calendar"), "ə", "x" * 500):
        answer = getattr(app.test_client(), act)(f"/r/{registration.token}/unsubscribe/{wrong}")
        assert answer.status_code == 404
    assert wants(registration)
