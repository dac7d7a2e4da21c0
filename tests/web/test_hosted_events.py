"""A host's own page: what they see of their events, and change, write, print and open for others."""

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.event import Status
from campaign.domain.letter import Audience
from campaign.domain.proposal import Kind
from campaign.models import Audit, DoorLink, Event, Host, Letter, Proposal
from campaign.services import events, hosts, letters, registrations
from campaign.services.mail_texts import Words
from tests.page import Client, Page, words
from tests.web.conftest import STARTS, YEAR, Soon

CHANGED = {
    "name_en": "Evening in Berlin", "city": "Berlin", "country": "DE", "zone": "Europe/Berlin", "venue": "Library",
    "address": "Musterstraße 1", "venue_is_public": "y", "takes_registrations": "y", "capacity": "10",
    "languages": "de, en", "starts": f"{STARTS:%Y-%m-%dT%H:%M}", "ends": f"{STARTS:%Y-%m-%dT}20:30",
}  # fmt: skip


def answered(status: int, page: Page) -> Page:
    """Return a page that was answered as expected."""
    assert page.status == status, page.text[:500]
    return page


def said(page: Page) -> str:
    return words(page.all("main")[0])


@pytest.fixture
def event(app: Flask, soon: Soon) -> Event:
    """Return Rena's public evening, with two people who have a place."""
    event = soon.event(description={})
    for name in ("leyla", "ali"):
        registration = soon.registration(event, f"{name}@example.org")
        with unit_of_work():
            registrations.confirm(registration, now=soon.now)
    with unit_of_work():
        campaign = event.edition.campaign
        rena = hosts.find_or_add(campaign, email="rena@example.org", name="Rena", language="az", now=soon.now)
        hosts.verify(rena, now=soon.now)
        event.host = rena
    return event


@pytest.fixture
def host(event: Event) -> Host:
    """Return Rena."""
    assert event.host
    return event.host


@pytest.fixture
def home(host: Host) -> str:
    """Return the path of Rena's page."""
    return f"/h/{host.token}/"


@pytest.fixture
def where(home: str) -> str:
    """Return the path below which her evening stands."""
    return f"{home}{YEAR}/evening-in-berlin/"


def test_she_sees_state_day_and_numbers(client: Client, home: str, event: Event) -> None:
    shown = said(client.get(home))
    assert "Published" in shown
    assert "Places taken 2 / 10" in shown
    assert "Waiting 0" in shown
    assert "leyla" not in client.get(home).text.lower()
    with unit_of_work():
        event.ends_at = event.starts_at = event.created_at
    assert "Change the event" not in said(client.get(home))


def test_what_she_changes_waits_for_a_coordinator(client: Client, home: str, where: str, event: Event) -> None:
    assert client.get(f"{where}edit/").value_of("venue") == "Community hall"
    assert answered(303, client.post(f"{where}edit/", {**CHANGED, "note": "More room"})).location == home
    proposal = db.session.scalars(select(Proposal)).one()
    assert (proposal.kind, proposal.changes, proposal.note) == (Kind.CHANGE, {"venue": "Library"}, "More room")
    assert event.venue == "Community hall"
    assert client.get(f"{where}edit/").value_of("venue") == "Library"
    assert "The coordinators look at what you proposed." in said(client.get(home))
    client.post(f"{where}withdraw")
    assert client.get(f"{where}edit/").value_of("venue") == "Community hall"
    assert answered(422, client.post(f"{where}edit/", {**CHANGED, "starts": "x"})).error_of("starts")


def test_what_a_trusted_host_changes_is_public_at_once(client: Client, where: str, event: Event, host: Host) -> None:
    with unit_of_work():
        host.is_trusted = True
    assert client.post(f"{where}edit/", CHANGED).status == 303
    db.session.rollback()
    assert (event.venue, event.tags) == ("Library", ["concert"])


def test_an_event_that_is_over_or_cancelled_stays_as_it_is(
    client: Client, where: str, event: Event, soon: Soon
) -> None:
    with unit_of_work():
        events.cancel(event, reason={}, actor=None, now=soon.now)
    assert "can't be changed any more" in said(client.get(f"{where}edit/"))
    assert client.post(f"{where}edit/", CHANGED).status == 422
    db.session.rollback()
    assert event.venue == "Community hall"


def test_she_writes_in_one_language_looks_and_sends(client: Client, home: str, where: str, event: Event) -> None:
    sent = {"audience": "confirmed", "subject_az": "Xəbər", "body_az": "Hörmətli {name}"}
    assert answered(422, client.post(f"{where}letter/", {"audience": "confirmed", "subject_az": "Xəbər"}))
    assert answered(303, client.post(f"{where}letter/", sent)).location == f"{where}letter/look/"
    seen = said(client.get(f"{where}letter/look/"))
    assert "It goes to 2 addresses" in seen
    assert "Hörmətli Leyla" in seen
    client.post(f"{where}letter/", {**sent, "subject_az": "Yenilik", "ignores_daily_limit": "y"})
    assert client.get(f"{where}letter/").value_of("subject_az") == "Yenilik"
    assert answered(303, client.post(f"{where}letter/send")).location == home
    letter = db.session.scalars(select(Letter)).one()
    assert (letter.subject, letter.ignores_daily_limit, letter.host_id) == ({"az": "Yenilik"}, False, event.host_id)
    assert client.get(f"{where}letter/look/").status == 303
    assert "Yenilik" in said(client.get(f"{where}letter/"))
    actions = db.session.scalars(select(Audit.action).where(Audit.subject == "letter")).all()
    assert actions == ["write-letter", "write-as-host", "send-letter"]


def test_she_writes_twice_a_day_at_most_and_nobody_gets_both(client: Client, where: str, soon: Soon) -> None:
    sent = {"audience": "all", "subject_en": "News", "body_en": "There is some."}
    for number in range(3):
        client.post(f"{where}letter/", sent)
        if number == 1:
            assert "It goes to 0 addresses" in said(client.get(f"{where}letter/look/"))
        client.post(f"{where}letter/send")
        with unit_of_work():
            letters.queue_due(now=soon.now)
            letters.queue_due(now=soon.now)
    sent_ones = db.session.scalars(select(Letter).where(Letter.sent_at.is_not(None))).all()
    assert len(sent_ones) == 2
    assert "You wrote to them 2 times" in said(client.get(f"{where}letter/look/"))
    client.post(f"{where}letter/discard")
    assert len(db.session.scalars(select(Letter)).all()) == 2


def test_organizers_drafts_are_not_hers(client: Client, where: str, event: Event, soon: Soon) -> None:
    with unit_of_work():
        draft = letters.Draft(Audience.ALL, {"en": Words("Theirs", "Text")})
        letters.write(event.edition, draft, event=event, country=None, actor=None, now=soon.now)
    assert client.get(f"{where}letter/").value_of("subject_en") in (None, "")
    client.post(f"{where}letter/send")
    assert db.session.scalars(select(Letter)).one().sent_at is None


def test_she_opens_the_door_for_helpers_and_closes_it(client: Client, where: str) -> None:
    day = f"{STARTS:%Y-%m-%d}"
    assert client.get(f"{where}door/").value_of("day") == day
    assert answered(422, client.post(f"{where}door/", {"day": "2020-01-01"})).error_of("day")
    done = client.follow(client.post(f"{where}door/", {"day": day}))
    assert "The PIN of the new link is" in said(done)
    assert "The PIN of the new link is" not in said(client.get(f"{where}door/"))
    assert client.post(f"{where}door/0/close").status == 303
    assert client.post(f"{where}door/7/close").status == 404
    db.session.rollback()
    assert db.session.scalars(select(DoorLink)).one().revoked_at


def test_another_hosts_event_is_not_there(client: Client, where: str, event: Event, soon: Soon) -> None:
    with unit_of_work():
        other = hosts.find_or_add(event.edition.campaign, email="x@x.org", name="X", language="en", now=soon.now)
    theirs = f"/h/{other.token}/{YEAR}/evening-in-berlin/"
    for path in ("edit/", "letter/", "letter/look/", "door/"):
        assert client.get(theirs + path).status == 404
    for path in ("edit/", "letter/", "letter/send", "letter/discard", "door/", "door/0/close", "withdraw"):
        assert client.post(theirs + path).status == 404


def test_the_poster_is_there_in_each_language_while_the_event_is(
    client: Client, event: Event, home: str, soon: Soon
) -> None:
    poster = f"/khojaly/{YEAR}/evening-in-berlin/poster.pdf"
    assert f"{poster}?lang=az" in client.get(home).text
    assert poster in client.get(f"/khojaly/{YEAR}/evening-in-berlin/").text
    for language, name in (("en", "en"), ("az", "az"), ("xx", "en"), ("de", "en")):
        found = client.http.get(f"{poster}?lang={language}")
        assert found.mimetype == "application/pdf"
        assert f"berlin-{YEAR}-{name}.pdf" in found.headers["Content-Disposition"]
    shown = client.http.get(poster).data
    with unit_of_work():
        event.venue_is_public = False
    assert client.http.get(poster).data != shown
    with unit_of_work():
        events.cancel(event, reason={}, actor=None, now=soon.now)
    assert client.get(poster).status == 303
    assert event.status is Status.CANCELLED


def test_forgetting_her_takes_her_mails_along(client: Client, home: str, event: Event, soon: Soon) -> None:
    with unit_of_work():
        hosts.write("welcome", hosts.by_token(home.split("/")[2]), key="x", event=event, now=soon.now)  # type: ignore[arg-type]
    assert answered(422, client.post(f"{home}forget", {})).error_of("is_meant")
    assert client.post(f"{home}forget", {"is_meant": "y"}).status == 303
    assert client.get(home).status == 404
    assert event.host_id is None
