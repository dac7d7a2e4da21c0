"""A registrant's own calendar over HTTP: for the holder of the address alone, who can do nothing else with it."""

from contextvars import Context
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from flask import Flask
from icalendar import Calendar
from werkzeug.test import TestResponse

from campaign import address
from campaign.db import db, unit_of_work
from campaign.models import Event, Registration
from campaign.services import events, own_calendar, registrations
from tests.page import Client
from tests.web.conftest import Soon


@pytest.fixture
def event(app: Flask, soon: Soon) -> Event:
    """Return an event whose venue only registrants learn."""
    return soon.event(venue_is_public=False)


@pytest.fixture
def registration(event: Event, soon: Soon) -> Registration:
    """Return a confirmed place."""
    registration = soon.registration(event)
    with unit_of_work():
        registrations.confirm(registration, now=soon.now)
    return registration


@pytest.fixture
def path(registration: Registration) -> str:
    """Return the path of the registrant's calendar."""
    return urlsplit(address.own_calendar(own_calendar.token_of(registration))).path


def poll(client: Client, path: str, method: str = "GET", **headers: str) -> TestResponse:
    db.session.rollback()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Context().run(client.http.open, path, method=method, headers=named)


def test_an_own_calendar(client: Client, path: str, event: Event) -> None:
    answer = poll(client, path)
    headers = answer.headers
    assert answer.status_code == 200
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert headers["Cache-Control"] == "private, max-age=900"
    assert headers["Content-Disposition"] == 'inline; filename="my-events.ics"'
    assert headers["Vary"] == "Accept-Encoding"
    assert headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in headers
    calendar = Calendar.from_ical(answer.data)
    (one,) = calendar.walk("VEVENT")
    assert (str(one["UID"]), str(one["STATUS"])) == (event.uid, "CONFIRMED")
    assert "Community hall" in one["LOCATION"]
    assert str(calendar["SOURCE"]) == f"{address.base()}{path}"


def test_whoever_has_it_gets_nothing_again_until_it_changes(client: Client, path: str, event: Event) -> None:
    first = poll(client, path)
    again = poll(client, path, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data, again.headers["Cache-Control"]) == (304, b"", "private, max-age=900")
    assert poll(client, path, If_Modified_Since=first.headers["Last-Modified"]).status_code == 304
    with unit_of_work():
        events.cancel(event, reason={}, actor=None, now=datetime.now(UTC))
    assert b"STATUS:CANCELLED" in poll(client, path, If_None_Match=first.headers["ETag"]).data


def test_head_and_gzip(client: Client, path: str) -> None:
    whole = poll(client, path)
    head = poll(client, path, method="HEAD")
    assert (head.status_code, head.data, dict(head.headers)) == (200, b"", dict(whole.headers))
    assert poll(client, path, Accept_Encoding="gzip").headers["Content-Encoding"] == "gzip"


def test_a_place_given_back_leaves(client: Client, path: str, registration: Registration) -> None:
    with unit_of_work():
        registrations.cancel(registration, now=datetime.now(UTC))
    answer = poll(client, path)
    assert answer.status_code == 200
    assert Calendar.from_ical(answer.data).walk("VEVENT") == []


def test_its_secret_opens_no_page_and_changes_nothing(client: Client, path: str, registration: Registration) -> None:
    token = own_calendar.token_of(registration)
    for page in (f"/r/{token}/", f"/r/{token}/ticket"):
        assert client.get(page).status == 404
    for action in ("confirm", "cancel"):
        assert client.post(f"/r/{token}/{action}").status == 404
    assert client.get(f"/feeds/mine/{registration.token}.ics").status == 404
    assert poll(client, path, method="POST").status_code == 405


@pytest.mark.parametrize("token", ["x", "a" * 22, "%00", "%ff", "A" * 5000, "..%2f..%2fkhojaly", "mine"])
def test_an_unknown_secret_is_not_found(client: Client, path: str, token: str) -> None:
    answer = poll(client, f"/feeds/mine/{token}.ics")
    assert answer.status_code in (400, 404)
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("spelling", ["/feeds/mine.ics", "/feeds/mine/{token}.atom", "/feeds/mine/{token}.json"])
def test_there_is_nothing_else_of_that_name(client: Client, registration: Registration, spelling: str) -> None:
    token = own_calendar.token_of(registration)
    assert poll(client, spelling.format(token=token)).status_code == 404


def test_no_copy_of_it_is_kept(app: Flask, client: Client, path: str) -> None:
    poll(client, path)
    assert path not in app.extensions["feeds"]


def test_the_registrants_page_says_its_address_once_there_is_a_place(
    client: Client, soon: Soon, event: Event, registration: Registration, path: str
) -> None:
    assert path in client.get(f"/r/{registration.token}/").text
    waiting = soon.registration(event, "gunel@example.org")
    assert "/feeds/mine/" not in client.get(f"/r/{waiting.token}/").text
