"""Nobody gets in: every rule of the URL map, tried as everybody there is."""

import re
import sqlite3
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.event import Status
from campaign.models import Audit, Event, Member, Registration, User
from campaign.services import (
    members,
)
from tests.make import BERLIN, Maker
from tests.web.world import ACTORS, ONE_CLICK, World, address_of, expected, lay, outcome


@pytest.fixture
def world(app: Flask, make: Maker) -> World:
    """Return the world that each actor finds."""
    return lay(app, make)


@pytest.mark.parametrize("actor", ACTORS)
def test_every_rule_lets_in_whom_the_table_says(world: World, actor: str) -> None:
    browser = world.browser(actor)
    wrong = []
    for rule, method, address in world.requests(actor):
        signs_out = rule.endpoint == "security.logout"
        response = (world.browser(actor) if signs_out else browser).open(address, method=method)
        wanted, found = expected(actor, world.access(rule), rule), outcome(response)
        if found != wanted:
            wrong.append(f"{method} {address} ({world.access(rule)}): {found}, not {wanted}")
    assert not wrong, f"{actor}: " + "; ".join(wrong)


@pytest.mark.parametrize("actor", ["anonymous", "owner"])
def test_every_post_without_the_forms_token_is_refused(world: World, actor: str) -> None:
    browser = world.browser(actor)
    world.app.config["WTF_CSRF_ENABLED"] = True
    with sqlite3.connect(world.app.config["SETTINGS"].database_url.removeprefix("sqlite:///")) as onlooker:
        before = _version(onlooker)
        posts = [
            address
            for rule, method, address in world.requests("registrant")
            if method != "GET" and rule.endpoint not in ONE_CLICK and not rule.endpoint.startswith("api_")
        ]
        answers = {address: browser.post(address).status_code for address in posts}
        assert _version(onlooker) == before
    assert len(answers) > 20
    assert {address: status for address, status in answers.items() if status != 400} == {}


def test_looking_changes_nothing_but_the_record_of_looking_at_names(world: World) -> None:
    browser = world.browser("owner")
    wrote = set()
    with sqlite3.connect(world.app.config["SETTINGS"].database_url.removeprefix("sqlite:///")) as onlooker:
        for rule, method, address in world.requests("registrant"):
            if method == "GET":
                before = _version(onlooker)
                browser.get(address)
                if _version(onlooker) != before:
                    wrote.add(rule.endpoint)
    names = {"manage_registrations.listing", "manage_registrations.of_edition", "manage_registrations.show"}
    assert wrote == names | {"manage_door.paper"}
    db.session.rollback()
    looks = db.session.scalars(select(Audit).where(Audit.action == "view-registrations")).all()
    assert {look.actor.email for look in looks if look.actor} == {address_of("owner")}


def _version(onlooker: sqlite3.Connection) -> int:
    """Return a number that differs after every commit of another connection that changed something."""
    return int(onlooker.execute("PRAGMA data_version").fetchone()[0])


def test_somebody_elses_campaign_looks_as_if_there_were_none(world: World) -> None:
    stranger = world.browser("stranger")
    theirs, none = (stranger.get(f"/manage/{slug}/2027/events/") for slug in ("khojaly", "no-such-cause"))
    assert theirs.status_code == none.status_code == 404
    assert _words(theirs.text, "khojaly") == _words(none.text, "no-such-cause")


def _words(page: str, slug: str) -> str:
    """Return a page without what differs at every showing: the token in its forms, the name that was asked for."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page).replace(slug, "")


def test_an_event_is_only_in_its_own_campaign(world: World) -> None:
    browser = world.browser("stranger")
    assert browser.get("/manage/earth-hour/2027/events/lights-out/").status_code == 200
    assert browser.get("/manage/earth-hour/2027/events/evening-in-berlin/").status_code == 404
    assert browser.post("/manage/earth-hour/2027/events/evening-in-berlin/cancel").status_code == 404
    for path in ("", "event.ics", "register"):
        assert browser.get(f"/earth-hour/2027/evening-in-berlin/{path}").status_code == 404


def test_a_draft_and_a_planned_year_are_nobodys_business(world: World, make: Maker) -> None:
    event = _event("evening-in-berlin")
    make.event(event.edition, name={"en": "Draft"}, is_published=False)
    make.event(make.edition(event.edition.campaign, 2028, is_open=False), name={"en": "Early"})
    for actor in ("anonymous", "owner"):
        browser = world.browser(actor)
        for event_path in ("/khojaly/2027/draft/", "/khojaly/2028/early/"):
            for path in ("", "event.ics", "register", "register/sent"):
                assert browser.get(event_path + path).status_code == 404, event_path + path
            assert browser.post(event_path + "register").status_code == 404
        assert browser.get("/khojaly/2028/").status_code == 404
        assert "Draft" not in browser.get("/khojaly/2027/").text
        feed = browser.get("/feeds/khojaly.ics").text
        assert feed.count("BEGIN:VEVENT") == 1
        assert "Evening in Berlin" in feed


def test_a_coordinator_neither_adds_nor_moves_an_event_into_another_country(world: World, make: Maker) -> None:
    edition = _event("evening-in-berlin").edition
    paris = {"country": "FR", "city": "Paris", "zone": "Europe/Paris", "latitude": 48.85, "longitude": 2.35}
    make.event(edition, name={"en": "Paris"}, is_published=False, **paris)
    make.event(edition, name={"en": "Ready"}, is_published=False)
    browser, where = world.browser("coordinator elsewhere"), "/manage/khojaly/2027/events"
    berlin = {"name_en": "Mine now", "city": "Berlin", "country": "DE", "zone": "Europe/Berlin"}
    assert browser.post(f"{where}/new/", data=berlin).status_code == 403
    assert browser.post(f"{where}/paris/edit/", data=berlin).status_code == 403
    assert browser.post(f"{where}/paris/edit/", data={**berlin, "country": "FR"}).status_code == 303
    assert browser.post(f"{where}/publish-ready").status_code == 303
    assert _event("paris").name == {"en": "Mine now"}
    assert _event("ready").status is Status.DRAFT


def test_a_role_that_is_taken_away_is_gone_at_once(world: World) -> None:
    browser = world.browser("editor")
    assert browser.get("/manage/khojaly/").status_code == 200
    with unit_of_work():
        db.session.delete(_member("editor"))
    assert browser.get("/manage/khojaly/").status_code == 404


def test_a_disabled_account_has_no_way_back_in(world: World) -> None:
    user = members.by_email(address_of("viewer"))
    assert user
    with unit_of_work():
        link = members.link(user, now=datetime.now(UTC))
        user.active = False
    browser = world.app.test_client()
    assert browser.post(f"/account/link/{link}/").location == "/account/sign-in"
    assert outcome(browser.get("/manage/")) == "sign in"


def test_a_form_sets_what_it_shows_and_nothing_else(world: World) -> None:
    event = _event("evening-in-berlin")
    before = (event.id, event.uid, event.slug, event.status, event.sequence, event.edition_id, event.series_id)
    sent = {
        "name_en": "Renamed",
        "city": "Berlin",
        "country": "DE",
        "zone": "Europe/Berlin",
        "starts": f"{BERLIN.starts:%Y-%m-%dT%H:%M}",
        "ends": f"{BERLIN.ends:%Y-%m-%dT%H:%M}",
    }
    smuggled = {"id": 99, "uid": "x", "slug": "x", "status": "draft", "sequence": 7, "edition_id": 1, "series_id": 1}
    browser = world.browser("editor")
    answer = browser.post("/manage/khojaly/2027/events/evening-in-berlin/edit/", data={**sent, **smuggled})
    assert answer.status_code == 303
    event = _event("evening-in-berlin")
    assert event.name == {"en": "Renamed"}
    after = (event.id, event.uid, event.slug, event.status, event.sequence, event.edition_id, event.series_id)
    assert after == (*before[:4], before[4] + 1, *before[5:])  # The venue is gone, hence the sequence.


def test_registering_sets_neither_state_nor_token(world: World, make: Maker) -> None:
    start = datetime(datetime.now(UTC).year + 1, 6, 1, 18)
    times = {"starts": start, "ends": start.replace(hour=20)}
    event = make.event(_event("evening-in-berlin").edition, name={"en": "Later"}, **times)
    sent = {"name": "Rena", "email": "new@example.org", "party_size": "1", "language": "en", "consent": "y"}
    smuggled = {"status": "confirmed", "token": "mine", "ticket": "mine", "confirmed_at": "2026-01-01", "event_id": "1"}
    answer = world.browser("anonymous").post("/khojaly/2027/later/register", data={**sent, **smuggled})
    assert answer.status_code == 303
    db.session.rollback()
    found = db.session.scalars(select(Registration).where(Registration.event_id == event.id)).one()
    assert (found.status, found.confirmed_at, "mine" in (found.token, found.ticket)) == ("pending", None, False)


def _event(slug: str) -> Event:
    db.session.rollback()
    return db.session.scalars(select(Event).where(Event.slug == slug)).one()


def _member(actor: str) -> Member:
    return db.session.scalars(select(Member).join(User).where(User.email == address_of(actor))).one()
