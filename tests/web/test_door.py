"""The door by link and PIN, page by page and without scripts, and what its device and the server tell each other."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.checkin import PIN_TRIES
from campaign.domain.limit import PINS_FROM_NETWORK
from campaign.models import Audit, DoorLink, Event, Registration, Scan
from campaign.services import checkin, doors, registrations
from campaign.web import tally
from tests.page import Client, Page, words
from tests.web.conftest import Soon


@pytest.fixture
def event(app: Flask, soon: Soon) -> Event:
    """Return an event of today's evening, by the real clock."""
    start = datetime.now(UTC).replace(tzinfo=None) + timedelta(hours=1)
    return soon.event(starts=start, ends=start + timedelta(hours=2), zone="UTC")


@pytest.fixture
def rena(event: Event, soon: Soon) -> Registration:
    """Return the confirmed registration of three people."""
    return confirmed(soon, event, party_size=3)


@pytest.fixture
def link(event: Event) -> tuple[DoorLink, str]:
    """Return a link for today and its PIN."""
    with unit_of_work():
        return doors.create(event, day=datetime.now(UTC).date(), actor=None, now=datetime.now(UTC))


@pytest.fixture
def door(link: tuple[DoorLink, str], client: Client) -> str:
    """Return the address of a door that this client's PIN has opened."""
    found, pin = link
    at = f"/door/{found.token}/"
    assert client.post(f"{at}pin/", {"pin": pin}).location == at
    return at


def confirmed(soon: Soon, event: Event, **given: object) -> Registration:
    registration = soon.registration(event, **given)  # type: ignore[arg-type]
    with unit_of_work():
        registrations.confirm(registration, now=soon.now)
    return registration


def said(page: Page) -> list[str]:
    """Return what the page says of whom it found."""
    return [words(one) for one in page.all("div") if (one.get("class") or "").startswith("notice ")]


def find(client: Client, door: str, typed: str) -> Page:
    return client.follow(client.post(f"{door}find", {"words": typed}))


def fields(page: Page, path: str) -> dict[str, str]:
    """Return the hidden fields of the first form that is sent to a path."""
    form = next(one for one in page.all("form") if one.get("action") == path)
    inputs = [one for one in form.iter() if one.tag.endswith("input")]
    return {str(one.get("name")): str(one.get("value")) for one in inputs}


def test_let_in_by_code_and_take_back(client: Client, door: str, rena: Registration) -> None:
    assert rena.code
    page = find(client, door, rena.code.lower().replace("-", " "))
    assert "Rena" in page.text
    assert "3 people" in page.text
    assert rena.email not in page.text
    assert said(page) == ["Confirmed. Not here yet."]
    page = client.follow(client.post(f"{door}let-in", fields(page, f"{door}let-in")))
    assert said(page) == ["Let in. 1 of 3 are here."]
    all_in = {**fields(page, f"{door}let-in"), "people": "2", "id": str(uuid.uuid4())}
    page = client.follow(client.post(f"{door}let-in", all_in))
    assert said(page) == ["Let in. 3 of 3 are here."]
    assert client.get(door).by_id("main") is not None
    page = client.follow(client.post(f"{door}undo", fields(page, f"{door}undo")))
    assert said(page) == ["Taken back. 1 of 3 are here."]
    page = find(client, door, "rena")
    assert re.match(r"Confirmed\. 1 of 3 are here since .+\d\.", said(page)[0])


def test_sending_the_form_twice_lets_in_once(client: Client, door: str, rena: Registration) -> None:
    sent = fields(find(client, door, str(rena.code)), f"{door}let-in")
    for _time in range(2):
        client.post(f"{door}let-in", sent)
    assert checkin.counts(rena.event).here == 1


def test_what_it_says_of_those_without_a_place(
    client: Client, door: str, event: Event, rena: Registration, soon: Soon
) -> None:
    pending = soon.registration(event, "p@example.org", name="Pending")
    other = confirmed(soon, soon.event(event.edition, name={"en": "Other"}), name="Foreign")
    assert said(find(client, door, str(pending.code)))[0].startswith("Not confirmed")
    assert said(find(client, door, other.ticket)) == ["This ticket is for another event."]
    assert said(find(client, door, "K7PM-2QXA"))[0].startswith("Not a ticket of this event")
    page = find(client, door, "Foreign")
    assert said(page) == ["Nobody of this name is registered here."]
    with unit_of_work():
        registrations.cancel(rena, now=soon.now)
    page = find(client, door, str(rena.code))
    assert said(page)[0].startswith("Cancelled or expired")
    assert "Rena" not in page.text
    assert not [one for one in page.all("form") if one.get("action") == f"{door}let-in"]


def test_somebody_who_is_here_already(client: Client, door: str, rena: Registration) -> None:
    page = find(client, door, str(rena.code))
    client.post(f"{door}let-in", {**fields(page, f"{door}let-in"), "people": "3"})
    assert said(find(client, door, str(rena.code)))[0].startswith("Already here since ")


def test_without_the_pin_there_is_nothing_to_see(
    client: Client, link: tuple[DoorLink, str], rena: Registration
) -> None:
    door = f"/door/{link[0].token}/"
    assert client.get(door).location == f"{door}pin/"
    assert client.get(f"{door}found/").location == f"{door}pin/"
    for path in ("find", "let-in", "undo"):
        assert client.post(f"{door}{path}", {"ticket": rena.ticket}).location == f"{door}pin/"
    assert client.post(f"{door}sync", json=message()).status == 401
    db.session.refresh(rena)
    assert rena.attended_size == 0


def test_ten_wrong_pins_lock_the_link(client: Client, link: tuple[DoorLink, str]) -> None:
    found, pin = link
    for _try in range(PIN_TRIES):
        page = client.post(f"/door/{found.token}/pin/", {"pin": "0" if pin != "000000" else "1"})
        assert page.error_of("pin") == "That is not the PIN of this door."
    page = client.post(f"/door/{found.token}/pin/", {"pin": pin})
    assert page.status == 409
    assert "locked" in page.error_of("pin")


def test_the_pin_in_arabic_digits(client: Client, link: tuple[DoorLink, str]) -> None:
    found, pin = link
    typed = pin.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert client.post(f"/door/{found.token}/pin/", {"pin": f" {typed}"}).location == f"/door/{found.token}/"


def test_a_network_tries_pins_only_so_often(client: Client, link: tuple[DoorLink, str]) -> None:
    found, pin = link
    with unit_of_work():
        for _try in range(PINS_FROM_NETWORK.most):
            tally.add((PINS_FROM_NETWORK, "203.0.113.9"), now=datetime.now(UTC))
    at, sent = f"/door/{found.token}/pin/", {"pin": pin}
    page = client.post(at, sent, environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert page.status == 429
    assert "try again in" in page.error_of("pin")
    assert client.post(at, sent, environ_overrides={"REMOTE_ADDR": "203.0.113.10"}).status == 303


def test_leaving_forgets_the_pin(client: Client, door: str, rena: Registration) -> None:
    find(client, door, "rena")
    assert client.post(f"{door}leave").location == f"{door}pin/"
    assert client.get(door).location == f"{door}pin/"
    assert client.get(f"{door}found/").location == f"{door}pin/"


def test_the_cookie_is_for_this_door_alone(
    app: Flask, client: Client, link: tuple[DoorLink, str], event: Event
) -> None:
    found, pin = link
    with unit_of_work():
        other, _pin = doors.create(event, day=found.day, actor=None, now=datetime.now(UTC))
    cookie = client.post(f"/door/{found.token}/pin/", {"pin": pin}).response.headers["Set-Cookie"]
    assert f"Path=/door/{found.token}/" in cookie
    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    value = cookie.partition("=")[2].partition(";")[0]
    client.http.set_cookie("door", value, path=f"/door/{other.token}/")
    assert client.get(f"/door/{other.token}/").status == 303
    client.http.set_cookie("door", value + "x", path=f"/door/{found.token}/")
    assert client.get(f"/door/{found.token}/").status == 303


def test_a_closed_link_is_as_if_it_had_never_been(client: Client, door: str, link: tuple[DoorLink, str]) -> None:
    with unit_of_work():
        doors.revoke(link[0], actor=None, now=datetime.now(UTC))
    for path in ("", "pin/", "found/", "worker.js"):
        assert client.get(f"{door}{path}").status == 404
    assert client.post(f"{door}sync", json=message()).status == 404


def test_a_link_of_tomorrow_says_when_it_opens(client: Client, event: Event) -> None:
    with unit_of_work():
        day = datetime.now(UTC).date() + timedelta(days=1)
        link, pin = doors.create(event, day=day, actor=None, now=datetime.now(UTC))
    page = client.get(f"/door/{link.token}/pin/")
    assert said(page) == ["This door opens on the day of the event."]
    assert client.post(f"/door/{link.token}/pin/", {"pin": pin}).status == 409
    assert client.post(f"/door/{link.token}/sync", json=message()).status == 404


def test_only_a_door_may_use_the_camera(client: Client, door: str, rena: Registration) -> None:
    find(client, door, "rena")
    page = client.get(door).response
    assert "camera=(self)" in page.headers["Permissions-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in page.headers["Content-Security-Policy"]
    assert "worker-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    for path in (f"{door}pin/", f"{door}found/", "/"):
        other = client.get(path).response
        assert "camera=()" in other.headers["Permissions-Policy"]
        assert "wasm" not in other.headers["Content-Security-Policy"]


def test_the_page_that_devices_keep_holds_no_names(client: Client, door: str, rena: Registration) -> None:
    find(client, door, "rena")
    page = client.get(door)
    assert "Rena" not in page.text
    assert str(rena.code) not in page.text


def message(*scans: dict[str, object], **changes: object) -> dict[str, object]:
    """Return what a device sends."""
    now = datetime.now(UTC).isoformat()
    sent = {"device": str(uuid.uuid4()), "sent_at": now, "since": None, "look": None, "scans": list(scans)}
    return {**sent, **changes}


def scan(ticket: str, people: int = 1, **changes: object) -> dict[str, object]:
    now = datetime.now(UTC).isoformat()
    return {"id": str(uuid.uuid4()), "ticket": ticket, "people": people, "at": now, "undoes": None, **changes}


def test_a_device_takes_the_list_along_which_is_recorded(client: Client, door: str, rena: Registration) -> None:
    told = client.post(f"{door}sync", json=message()).response.json
    assert told
    assert (told["here"], told["expected"]) == (0, 3)
    assert [(one["name"], one["party"], one["refusal"]) for one in told["people"]] == [("Rena", 3, None)]
    assert rena.ticket not in str(told)
    assert rena.email not in str(told)
    assert told["people"][0]["ticket"] == checkin.ticket_key(rena.ticket)
    look = db.session.scalars(select(Audit).where(Audit.action == "view-registrations")).one()
    assert look.facts["way"] == "door"


def test_what_a_device_kept_counts_once(client: Client, door: str, rena: Registration) -> None:
    first = scan(rena.ticket, 2)
    sent = message(first, scan("", 0, undoes=first["id"]), scan(str(rena.code), 3))
    for _time in range(2):
        told = client.post(f"{door}sync", json=sent).response.json
        assert told
        assert [one["outcome"] for one in told["answers"]] == ["let-in", "taken-back", "let-in"]
        assert told["here"] == 3
    assert db.session.scalars(select(Scan.people)).all() in ([2, -2, 3], [-2, 2, 3], [3, 2, -2], [2, 3, -2])


def test_the_other_door_is_named_as_such(client: Client, door: str, rena: Registration) -> None:
    client.post(f"{door}sync", json=message(scan(rena.ticket, 3)))
    told = client.post(f"{door}sync", json=message(scan(rena.ticket, 1))).response.json
    assert told
    assert (told["answers"][0]["outcome"], told["answers"][0]["elsewhere"]) == ("already-here", True)


def test_a_ticket_that_the_device_does_not_know(client: Client, door: str, event: Event, soon: Soon) -> None:
    other = confirmed(soon, soon.event(event.edition, name={"en": "Other"}))
    told = client.post(f"{door}sync", json=message(look=other.ticket)).response.json
    assert told
    assert told["looked"]["outcome"] == "other-event"
    assert told["looked"]["person"] is None


BAD = {
    "nothing": None,
    "a list": [],
    "no scans": {"device": "x"},
    "a bad device": message(device="door one"),
    "a bad hour": message(sent_at="yesterday"),
    "an hour without a zone": message(since="2027-01-01T10:00:00"),
    "the end of time": message(sent_at="9999-12-31T23:59:59+00:00", scans=[scan("x", at="0001-01-01T00:00:00+00:00")]),
    "too many": message(scans=[scan("x")] * 201),
    "no number": message(scan("x", people="1")),
    "a truth": message(scan("x", people=True)),
    "a crowd": message(scan("x", people=11)),
    "fewer than nobody": message(scan("x", people=-1)),
    "nobody": message(scan("x", people=0)),
    "a long ticket": message(scan("x" * 65)),
    "a number for a ticket": message(scan(7)),  # type: ignore[arg-type]
    "a bad id": message(scan("x", id="1")),
    "a word for a scan": message("x"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", BAD)
def test_what_no_device_of_ours_sends_is_refused(client: Client, door: str, name: str) -> None:
    assert client.post(f"{door}sync", json=BAD[name]).status == 422


@pytest.mark.parametrize("ticket", ["\0", "\ud800", "'; --", "  ", "١٢٣٤٥٦٧٨"])
def test_any_text_may_be_typed(client: Client, door: str, ticket: str) -> None:
    told = client.post(f"{door}sync", json=message(scan(ticket), since="0001-01-01T00:00:00+00:00")).response.json
    assert told
    assert told["answers"][0]["outcome"] == "unknown"


def test_the_worker_looks_after_this_door_alone(client: Client, door: str) -> None:
    answer = client.get(f"{door}worker.js").response
    assert answer.mimetype == "text/javascript"
    assert "Service-Worker-Allowed" not in answer.headers
