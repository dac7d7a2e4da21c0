"""Links that are somebody's secret: who merely opens them changes nothing, and every wrong one says the same."""

from collections.abc import Iterator
from contextvars import Context
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from campaign.db import db, unit_of_work
from campaign.domain.registration import Status
from campaign.keys import derived_token
from campaign.models import Event, Registration
from campaign.services import doors, invitations, mail_texts, members, own_calendar, registrations
from tests.page import Client
from tests.web.conftest import YEAR, Soon

EVENT = {"campaign": "khojaly", "year": YEAR, "event": "evening-in-berlin"}
OURS = ("registrations.", "own_registration.", "unsubscribe.", "feeds.mine", "door.", "own_tribute.")
"""Where a wrong token is 404; links of accounts say what to do, and members manage invitations."""
FORM = f"/khojaly/{YEAR}/evening-in-berlin/register"
RENA = {"name": "Rena", "email": "rena@example.org", "party_size": "1", "language": "en", "consent": "y"}
IPV4, IPV6 = "203.0.113.77", "2001:db8:77::abcd"


@pytest.fixture
def event(app: Flask, soon: Soon) -> Event:
    """Return an event in Berlin with two places."""
    return soon.event(capacity=2)


@pytest.fixture
def person(event: Event, soon: Soon) -> Registration:
    """Return a registration whose address nobody has confirmed yet."""
    return soon.registration(event)


def secrets(person: Registration, soon: Soon) -> dict[str, str]:
    """Return a token of each purpose that opens something, by the beginning of its endpoints' names."""
    event = person.event
    with unit_of_work():
        link, _pin = doors.create(event, day=event.starts.date(), actor=None, now=soon.now)
        guests = invitations.create(event, label="Choir", quota=2, expires_at=None, actor=None, now=soon.now)
    user = soon.user()
    with unit_of_work():
        account = members.link(user, now=soon.now)
    return {
        "own_registration.": person.token,
        "registrations.confirm": person.token,
        "registrations.accept": person.token,
        "unsubscribe.": person.token,
        "registrations.": guests.token,
        "feeds.mine": derived_token(person.token, own_calendar.PURPOSE),
        "door.": link.token,
        "accounts.": account,
    }


def rules(app: Flask, *beginnings: str) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if "token" in rule.arguments and rule.endpoint.startswith(beginnings):
            yield rule


def path(rule: Rule, token: str, purpose: str = "registration") -> str:
    """Return a rule's address as it would stand in a mail."""
    here = rule.build({**EVENT, "token": "TOKEN", "purpose": purpose}, append_unknown=False)
    assert here
    return here[1].replace("TOKEN", quote(token, safe="%"))


def everything() -> dict[str, list[str]]:
    """Return every row of every table."""
    db.session.rollback()
    rows = {name: db.session.execute(select(table)).all() for name, table in db.metadata.tables.items()}
    return {name: sorted(map(str, found)) for name, found in rows.items()}


@pytest.mark.parametrize("status", [Status.PENDING, Status.CONFIRMED, Status.OFFERED, Status.CANCELLED])
def test_a_scanner_that_opens_every_link_changes_nothing(
    app: Flask, person: Registration, soon: Soon, status: Status
) -> None:
    tokens = secrets(person, soon)
    with unit_of_work():
        if status is Status.OFFERED:
            person.status, person.address_confirmed_at = status, soon.now
        if status in (Status.CONFIRMED, Status.CANCELLED):
            registrations.confirm(person, now=soon.now)
        if status is Status.CANCELLED:
            registrations.cancel(person, now=soon.now)
    before, opened = everything(), set()
    for rule in rules(app, *tokens):
        token = next(token for beginning, token in tokens.items() if rule.endpoint.startswith(beginning))
        for purpose in ("registration", derived_token(person.token, mail_texts.STOP)):
            for method in ("GET", "HEAD"):
                browser = app.test_client()  # a scanner has no cookies
                answer = Context().run(browser.open, path(rule, token, purpose), method=method)
                opened.add((rule.endpoint, answer.status_code))
    assert everything() == before
    assert {("own_registration.mine", 200), ("unsubscribe.ask", 200), ("accounts.link", 200)} <= opened
    assert {code for _endpoint, code in opened} <= {200, 303, 404, 405}


def test_every_wrong_token_gives_one_page(app: Flask, client: Client, person: Registration, soon: Soon) -> None:
    gone = soon.registration(person.event, "ali@example.org")
    used = gone.token
    Client(app).post(f"/r/{used}/erase", {"is_meant": "y"})
    tokens = secrets(person, soon)
    mangled = [f"{person.token}x", person.token[:-1], person.token.swapcase(), "unknown", "x" * 3000]
    foreign = {*tokens.values(), person.ticket, derived_token(person.token, mail_texts.STOP)}
    unwritable = ["%00", "%ff", "ə", "'--", "%0a", "..%2e"]
    for rule in rules(app, *OURS):
        right = {token for beginning, token in tokens.items() if rule.endpoint.startswith(beginning)}
        said = set()
        for token in (used, *mangled, *(foreign - right), *unwritable):
            at = path(rule, token)
            if "GET" in (rule.methods or ()):
                page = client.get(at)
                assert (page.status, page.heading) == (404, "This link opens nothing"), (rule.endpoint, token[:30])
                said |= {page.text.replace(token, "")} if token not in unwritable else set()
                assert rule.endpoint == "feeds.mine" or page.response.headers["Cache-Control"] == "no-store"
            if "POST" in (rule.methods or ()):
                assert client.post(at, {"is_meant": "y", **RENA}).status == 404, (rule.endpoint, token[:30])
        assert len(said) <= 1
    assert [one.status for one in db.session.scalars(select(Registration))] == [Status.PENDING]


def test_no_address_of_a_visitor_is_kept(
    app: Flask, client: Client, event: Event, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for number, network in enumerate((IPV4, IPV6)):
        here = {"environ_overrides": {"REMOTE_ADDR": network}, "headers": {"User-Agent": "Remarkable/7.7"}}
        assert client.post(FORM, {**RENA, "email": f"{number}@example.org"}, **here).status in (303, 422)
        client.post("/account/sign-in", {"email": "nobody@example.org", "password": "wrong"}, **here)
        client.post("/account/reset", {"email": "nobody@example.org"}, **here)
        client.get("/r/unknown/", **here)
        client.get("/feeds/khojaly.ics", **here)
    held = str(everything())
    files = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    for known in (IPV4, IPV6, "2001:db8:77:", "Remarkable"):
        assert known not in held, known
        assert known.encode() not in files, known
        assert known not in caplog.text, known
