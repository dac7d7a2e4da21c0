"""Writing a letter: draft, preview with count, one button, progress."""

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.permission import Role
from campaign.models import Event, Letter, Message
from campaign.services import letters, registrations
from tests.page import Client, Page, words
from tests.web.conftest import YEAR, Soon

LETTERS = f"/manage/khojaly/{YEAR}/letters/"
TO_EVENT = f"/manage/khojaly/{YEAR}/events/evening-in-berlin/letters/new/"
WRITTEN = {"audience": "all", "country": "all", "subject_en": "News of {event}", "body_en": "Dear {name}"}


def answered(status: int, page: Page) -> Page:
    """Return a page that was answered as expected."""
    assert page.status == status, page.text[:500]
    return page


@pytest.fixture
def event(app: Flask, soon: Soon) -> Event:
    event = soon.event()
    for name in ("rena", "ali"):
        registration = soon.registration(event, f"{name}@example.org")
        with unit_of_work():
            registrations.confirm(registration, now=soon.now)
    return event


def said(page: Page) -> str:
    return words(page.all("main")[0])


def test_write_look_change_send_and_follow(client: Client, event: Event, soon: Soon) -> None:
    client.sign_in(soon.member(event.edition.campaign, Role.EDITOR))
    client.get(LETTERS)
    client.get(f"{LETTERS}new/")
    page = answered(303, client.post(f"{LETTERS}new/", WRITTEN)).location
    shown = client.get(page)
    assert "It goes to 2 addresses" in said(shown)
    assert "Subject: News of Evening in Berlin" in said(shown)
    assert "Dear Leyla" in said(shown)
    assert client.get(f"{page}edit/").value_of("body_en") == "Dear {name}"
    answered(303, client.post(f"{page}edit/", {**WRITTEN, "country": "DE", "body_en": "Dear friend {name}"}))
    assert db.session.scalars(select(Message).where(Message.kind == "letter")).all() == []
    answered(303, client.post(f"{page}send", {}))
    assert "It is being sent." in said(client.get(page))
    with unit_of_work():
        letters.queue_due(now=soon.now)
    assert "2 on their way" in said(client.get(page)) or "on their way 2" in said(client.get(page))
    answered(422, client.post(f"{page}edit/", WRITTEN))
    answered(303, client.post(f"{page}discard", {}))
    assert "News of" in said(client.get(LETTERS))


def test_a_letter_is_shown_with_an_event_that_it_is_for(client: Client, event: Event, soon: Soon) -> None:
    later = soon.event(event.edition, name={"en": "Walk in Paris"}, country="FR", city="Paris")
    client.sign_in(soon.member(event.edition.campaign, Role.EDITOR))
    to_event = answered(303, client.post(TO_EVENT, WRITTEN)).location
    assert "Subject: News of Evening in Berlin" in said(client.get(to_event))
    to_country = answered(303, client.post(f"{LETTERS}new/", {**WRITTEN, "country": "DE"})).location
    assert "Subject: News of Evening in Berlin" in said(client.get(to_country))
    to_all = answered(303, client.post(f"{LETTERS}new/", WRITTEN)).location
    assert f"Subject: News of {later.name['en']}" in said(client.get(to_all))


def test_a_draft_can_be_thrown_away(client: Client, event: Event, soon: Soon) -> None:
    client.sign_in(soon.member(event.edition.campaign, Role.OWNER))
    page = answered(303, client.post(TO_EVENT, WRITTEN)).location
    assert answered(303, client.post(f"{page}discard", {})).location == LETTERS
    answered(404, client.get(page))


def test_what_is_wrong_has_its_sentence_and_what_was_typed_stays(client: Client, event: Event, soon: Soon) -> None:
    client.sign_in(soon.member(event.edition.campaign, Role.OWNER))
    page = answered(422, client.post(TO_EVENT, {**WRITTEN, "body_en": "Dear {person}"}))
    assert "{person}" in page.error_of("body_en")
    assert page.value_of("body_en") == "Dear {person}"
    page = answered(422, client.post(TO_EVENT, {**WRITTEN, "subject_en": ""}))
    assert "main language" in said(page)
    assert answered(422, client.post(TO_EVENT, {**WRITTEN, "audience": "everybody"})).error_of("audience")
    assert db.session.scalars(select(Letter)).all() == []


def test_a_coordinator_writes_to_their_countries_alone(client: Client, event: Event, soon: Soon) -> None:
    campaign, edition = event.edition.campaign, event.edition
    paris = {"country": "FR", "city": "Paris", "zone": "Europe/Paris", "latitude": 48.85, "longitude": 2.35}
    soon.event(edition, name={"en": "Paris"}, **paris)
    client.sign_in(soon.member(campaign, Role.COORDINATOR, countries=["FR"]))
    answered(403, client.get(TO_EVENT))
    for country in ("all", "DE"):
        answered(422, client.post(f"{LETTERS}new/", {**WRITTEN, "country": country}))
    mine = answered(303, client.post(f"{LETTERS}new/", {**WRITTEN, "country": "FR"})).location
    assert "It goes to 0 addresses" in said(client.get(mine))
    with unit_of_work():
        draft = letters.Draft(letters.Audience.ALL, {"en": letters.Words("All", "All")})
        theirs = letters.write(edition, draft, event=None, country=None, actor=None, now=soon.now)
    assert "All" not in said(client.get(LETTERS)).replace("All events", "")
    answered(403, client.get(f"{LETTERS}{theirs.id}/"))
    answered(403, client.post(f"{LETTERS}{theirs.id}/send", {}))


def test_viewers_write_to_nobody(client: Client, event: Event, soon: Soon) -> None:
    client.sign_in(soon.member(event.edition.campaign, Role.VIEWER))
    answered(403, client.get(LETTERS))
    answered(403, client.post(TO_EVENT, WRITTEN))
