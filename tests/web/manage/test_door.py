"""The door by role, its list on paper, and the links that organizers make."""

import re
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.permission import Role
from campaign.models import Audit, DoorLink, Event
from campaign.services import doors, events, registrations
from tests.page import Client, Page, words
from tests.web.conftest import YEAR, Soon

WHERE = f"/manage/khojaly/{YEAR}/events/evening-in-berlin/door/"


def signed_in(app: Flask, soon: Soon, event: Event, role: Role, **given: list[str]) -> Client:
    client = Client(app)
    client.sign_in(soon.member(event.edition.campaign, role, **given))
    return client


def test_whoever_has_the_role_checks_in_without_pin(app: Flask, soon: Soon) -> None:
    event = soon.event()
    registration = soon.registration(event)
    with unit_of_work():
        registrations.confirm(registration, now=soon.now)
    client = signed_in(app, soon, event, Role.DOOR)
    page = client.get(WHERE)
    assert page.heading == "Evening in Berlin"
    assert "Links for helpers" not in page.text
    client.post(f"{WHERE}let-in", {"ticket": str(registration.code), "people": "1"})
    assert [words(one) for one in client.get(f"{WHERE}found/").all("h2")] == ["Rena"]
    db.session.refresh(registration)
    assert registration.status == "attended"


def test_whoever_has_only_this_role_finds_the_doors_of_these_days(app: Flask, soon: Soon) -> None:
    start = datetime.now(UTC).replace(tzinfo=None) + timedelta(hours=1)
    times = {"starts": start, "ends": start + timedelta(hours=2)}
    event = soon.event(**times)
    soon.event(event.edition, name={"en": "Later"})
    soon.event(event.edition, name={"en": "In Paris"}, country="FR", **times)
    cancelled = soon.event(event.edition, name={"en": "Cancelled"}, **times)
    with unit_of_work():
        events.cancel(cancelled, reason={}, actor=None, now=soon.now)
    client = signed_in(app, soon, event, Role.DOOR)
    doors_page = client.get("/manage/khojaly/doors/")
    assert 'href="/manage/khojaly/doors/"' in client.get("/manage/").text
    assert links_of(doors_page, "/door/") == ["Evening in Berlin", "In Paris"]
    assert not links_of(doors_page, "/calendars/")
    client = signed_in(app, soon, event, Role.COORDINATOR, countries=["FR"])
    assert links_of(client.get("/manage/khojaly/doors/"), "/door/") == ["In Paris"]


def test_an_organizer_comes_to_the_door_from_the_event(app: Flask, soon: Soon) -> None:
    event = soon.event()
    page = signed_in(app, soon, event, Role.OWNER).get(WHERE.removesuffix("door/"))
    assert links_of(page, "/door/") == ["At the door"]


def links_of(page: Page, end: str) -> list[str]:
    """Return the words of the links whose address ends so."""
    return [words(one) for one in page.all("a") if (one.get("href") or "").endswith(end)]


def test_leaving_leads_to_the_other_doors(app: Flask, soon: Soon) -> None:
    client = signed_in(app, soon, soon.event(), Role.DOOR)
    assert client.post(f"{WHERE}leave").location == "/manage/khojaly/doors/"


def test_a_viewer_and_another_countrys_coordinator_stay_outside(app: Flask, soon: Soon) -> None:
    event = soon.event()
    viewer = signed_in(app, soon, event, Role.VIEWER)
    coordinator = signed_in(app, soon, event, Role.COORDINATOR, countries=["FR"])
    for client in (viewer, coordinator):
        for path in ("", "found/", "list.pdf", "worker.js", "links/"):
            assert client.get(f"{WHERE}{path}").status == 403
        assert client.post(f"{WHERE}sync", json={}).status == 403


def test_the_list_on_paper_which_is_recorded(app: Flask, soon: Soon) -> None:
    event = soon.event()
    for number, name in enumerate(("Əli", "Анна", "أحمد")):
        with unit_of_work():
            registrations.confirm(soon.registration(event, f"p{number}@example.org", name=name), now=soon.now)
    client = signed_in(app, soon, event, Role.DOOR)
    with unit_of_work():
        registrations.confirm(soon.registration(event, "dots@example.org", name="👍 Yuki"), now=soon.now)
    for language in ("en", "az", "ar"):
        answer = client.http.get(f"{WHERE}list.pdf?hl={language}")
        assert answer.mimetype == "application/pdf"
        assert answer.data.startswith(b"%PDF-")
        assert answer.headers["Cache-Control"] == "no-store"
    looks = db.session.scalars(select(Audit).where(Audit.action == "view-registrations")).all()
    assert [look.facts["way"] for look in looks] == ["print"] * 3


def test_a_link_its_pin_once_and_its_end(app: Flask, soon: Soon) -> None:
    event = soon.event()
    client = signed_in(app, soon, event, Role.EDITOR)
    page = client.get(f"{WHERE}links/")
    assert page.value_of("day") == f"{YEAR}-02-26"
    page = client.follow(client.post(f"{WHERE}links/", {"day": f"{YEAR}-02-26"}))
    link = db.session.scalars(select(DoorLink)).one()
    pin = re.search(r"PIN of the new link is (\d{6})\.", page.text)
    assert pin
    assert doors.enter(link, pin[1], now=event.starts_at) if event.starts_at else False
    db.session.rollback()
    page = client.get(f"{WHERE}links/")
    assert pin[1] not in page.text
    assert link.token in page.text
    page = client.follow(client.post(f"{WHERE}links/0/close"))
    assert link.token not in page.text
    assert client.get(f"/door/{link.token}/pin/").status == 404
    assert client.post(f"{WHERE}links/5/close").status == 404


def test_a_day_that_is_over_keeps_what_was_typed(app: Flask, soon: Soon) -> None:
    client = signed_in(app, soon, soon.event(), Role.OWNER)
    for day, error in (("2020-01-01", "This day is over. Choose the event's day."), ("x", "Write a day that exists")):
        page = client.post(f"{WHERE}links/", {"day": day})
        assert page.status == 422
        assert page.error_of("day").startswith(error)
        assert page.value_of("day") == day
