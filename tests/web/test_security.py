"""Traps that were measured in this stack once: foreign hosts, foreign ways on, copied cookies, used links."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask
from flask_security import hash_password
from sqlalchemy import select

from campaign import config
from campaign.app import create_app
from campaign.config import Settings
from campaign.db import db, unit_of_work
from campaign.mail.compose import compose
from campaign.models import Message, SignIn, User
from campaign.services import members, registrations
from tests.make import Maker
from tests.page import Client

PASSWORD = "correct horse battery staple"
EVIL = "evil.example"


@pytest.fixture
def settings(app: Flask) -> Settings:
    """Return the settings of the app."""
    found: Settings = app.config["SETTINGS"]
    return found


@pytest.fixture
def alice(make: Maker) -> User:
    """Return an organizer with a password."""
    user = make.user("alice@example.org")
    with unit_of_work():
        user.password = hash_password(PASSWORD)
    return user


def sign_in(client: Client, **more: str) -> str:
    """Sign alice in by her password; return where that leads."""
    page = client.post("/account/sign-in", {"email": "alice@example.org", "password": PASSWORD, **more})
    assert page.status in (302, 303), page.text
    return page.location


def is_signed_in(client: Client) -> bool:
    """Return whether the organizers' pages let this browser in."""
    return client.get("/manage/").status == 200


# ── Hosts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_unknown_host_gets_no_page(app: Flask, make: Maker, settings: Settings) -> None:
    make.event()
    for host in (
        EVIL,
        f"{EVIL}:{settings.port}",
        f"127.0.0.1.{EVIL}",
        f"127.0.0.1@{EVIL}",
        f"{EVIL}/127.0.0.1",
    ):
        for path in ("/khojaly/", "/no/such/page", "/manage/?next=//x", "/khojaly/%00/"):
            for method in ("GET", "POST"):
                page = Client(app)._open(method, path, headers={"Host": host})
                assert page.status == 400, (host, path)
                assert not page.is_html
                assert EVIL not in page.text + str(page.response.headers)


def test_no_header_changes_the_addresses_we_hand_out(environment: dict[str, str], make: Maker) -> None:
    app = create_app(config.read({**environment, "TRUSTED_PROXIES": "1"}))
    app.config["WTF_CSRF_ENABLED"] = False
    port, year = app.config["SETTINGS"].port, datetime.now(UTC).year + 1
    names = ("X-Forwarded-Host", "X-Host", "X-Forwarded-Server", "X-Original-URL")
    headers = {**dict.fromkeys(names, EVIL), "Forwarded": f"host={EVIL}", "Host": f"localhost:{port}"}
    with app.app_context():
        db.create_all()
        start = datetime(year, 2, 26, 18)
        make.event(make.edition(year=year), starts=start, ends=start + timedelta(hours=2))
        client, event = Client(app), f"/khojaly/{year}/evening-in-berlin"
        for path in (
            "/khojaly/subscribe/",
            f"{event}/",
            "/feeds/khojaly.ics",
            "/feeds/khojaly/LANG-az.ics",
            "/khojaly",
        ):
            page = client.get(path, headers=headers)
            assert page.status in (200, 308)
            assert EVIL not in page.text + str(page.response.headers)
        assert f"http://127.0.0.1:{port}/khojaly/{year}/" in client.get("/feeds/khojaly.ics", headers=headers).text
        sent = {"name": "Rena", "email": "rena@example.org", "party_size": "1", "language": "en", "consent": "y"}
        assert client.post(f"{event}/register", sent, headers=headers).status == 303
        mail = compose(db.session.scalars(select(Message)).one()).as_string()
        assert f"http://127.0.0.1:{port}/r/" in mail
        assert EVIL not in mail
        assert "localhost" not in mail.replace("@localhost", "")


def test_only_our_own_hosts_are_trusted(environment: dict[str, str]) -> None:
    app = create_app(config.read({**environment, "PUBLIC_URL": "https://events.example.org"}))
    assert {host.partition(":")[0] for host in app.config["TRUSTED_HOSTS"]} == {"events.example.org"}
    for host, status in (("events.example.org", 200), ("127.0.0.1", 400), ("www.events.example.org", 400)):
        assert app.test_client().get("/healthz", headers={"Host": host}).status_code == status


# ── Where a sign-in leads ────────────────────────────────────────────────────────────────────────────────────────

TRAPS = [
    "//evil.example",
    "///evil.example",
    "/\t/evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\n/evil.example",
    "/%09/evil.example",
    "/%5Cevil.example",
    "/..//evil.example",
    "/.//evil.example",
    "/%2F/evil.example",
    "https://evil.example/",
    "https:evil.example",
    "javascript:alert(1)",
    " //evil.example",
    "\x00//evil.example",
    "／／evil.example",
    "evil.example",
    "@evil.example",
]


def test_no_sign_in_leads_away(app: Flask, alice: User) -> None:
    person = {"email": "alice@example.org", "password": PASSWORD}
    for trap in TRAPS:
        for path, data in ((f"?next={quote(trap, safe='')}", {}), ("", {"next": trap})):
            client = Client(app)
            page = client.post(f"/account/sign-in{path}", {**person, **data})
            assert page.status in (302, 303) or (page.status == 400 and "\0" in trap), trap
            assert page.status == 400 or page.location in ("/account/sign-in", "/manage/"), trap
            assert EVIL not in client.get(f"/account/sign-in{path}").text.replace("hl=", ""), trap


def test_a_sign_in_leads_back_to_the_page_that_was_asked_for(app: Flask, alice: User) -> None:
    client = Client(app)
    asked = client.get("/manage/new/?hl=de")
    assert asked.location.startswith("/account/sign-in?next=")
    client.follow(asked)
    assert sign_in(client, next="/manage/new/?hl=de") == "/manage/new/?hl=de"


def test_whoever_is_signed_in_already_is_led_on_within_the_site(app: Flask, alice: User) -> None:
    client = Client(app)
    sign_in(client)
    page = client.get("/account/sign-in")
    assert page.location == "/manage/"


def test_the_librarys_pages_know_who_is_signed_in(app: Flask, alice: User) -> None:
    client = Client(app)
    sign_in(client)
    for path in ("/account/change", "/account/wan-register"):
        assert client.get(path).status == 200, path


# ── Sessions ─────────────────────────────────────────────────────────────────────────────────────────────────────


def cookie(client: Client) -> str:
    """Return the browser's session cookie."""
    found = client.http.get_cookie("session")
    assert found
    return found.value


def with_cookie(app: Flask, value: str) -> Client:
    """Return another browser with a copied session cookie."""
    copy = Client(app)
    copy.http.set_cookie("session", value)
    return copy


def test_a_copied_cookie_is_worth_nothing_after_signing_out(app: Flask, alice: User) -> None:
    client = Client(app)
    sign_in(client)
    copied = cookie(client)
    assert is_signed_in(with_cookie(app, copied))
    page = client.post("/account/sign-out")
    assert page.status in (302, 303)
    assert page.location == "/"
    assert page.response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_signed_in(client)
    assert not is_signed_in(with_cookie(app, copied))


def test_signing_out_here_leaves_the_other_browser_alone(app: Flask, alice: User) -> None:
    here, there = Client(app), Client(app)
    for client in (here, there):
        sign_in(client)
    here.post("/account/sign-out")
    assert is_signed_in(there)


def test_a_new_password_signs_out_every_other_browser(app: Flask, alice: User) -> None:
    here, there = Client(app), Client(app)
    for client in (here, there):
        sign_in(client)
    new = "a longer and newer passphrase"
    changed = here.post("/account/change", {"password": PASSWORD, "new_password": new, "new_password_confirm": new})
    assert changed.status in (302, 303), changed.text
    assert is_signed_in(here)
    assert not is_signed_in(there)


def test_a_sign_in_ends_by_itself(app: Flask, alice: User) -> None:
    client = Client(app)
    sign_in(client)
    with unit_of_work():
        db.session.scalars(select(SignIn)).one().expires_at = datetime.now(UTC) - timedelta(seconds=1)
    assert not is_signed_in(client)


def test_a_cookie_that_was_tampered_with_is_worth_nothing(app: Flask, alice: User) -> None:
    client = Client(app)
    sign_in(client)
    body, _dot, signature = cookie(client).partition(".")
    assert not is_signed_in(with_cookie(app, f"{body[:-2]}AA.{signature}"))


def test_a_wrong_password_and_an_unknown_address_read_the_same(app: Flask, alice: User) -> None:
    texts = []
    for email in ("alice@example.org", "nobody@example.org"):
        page = Client(app).post("/account/sign-in", {"email": email, "password": "x" * 20})
        assert page.status == 200
        texts.append(page.text.replace(email, ""))
    assert texts[0] == texts[1]


def test_asking_for_a_new_password_tells_nobody_who_has_an_account(app: Flask, alice: User) -> None:
    texts = []
    for email in ("alice@example.org", "nobody@example.org"):
        client = Client(app)
        page = client.post("/account/reset", {"email": email})
        texts.append((client.follow(page) if page.status != 200 else page).text.replace(email, ""))
    assert texts[0] == texts[1]


# ── One-time links ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def link(alice: User) -> str:
    """Return the path that signs alice in once."""
    with unit_of_work():
        return f"/account/link/{members.link(alice, now=datetime.now(UTC))}/"


def test_a_link_signs_in_once(app: Flask, link: str) -> None:
    first, second = Client(app), Client(app)
    assert first.post(link).location == "/manage/"
    assert is_signed_in(first)
    assert second.post(link).location == "/account/sign-in"
    assert not is_signed_in(second)


def test_looking_at_a_link_does_not_use_it_up(app: Flask, link: str) -> None:
    scanner = Client(app)
    for method in ("GET", "HEAD", "OPTIONS", "GET"):
        assert scanner.http.open(link, method=method).status_code == 200
    assert not is_signed_in(scanner)
    assert Client(app).post(link).location == "/manage/"


def test_a_used_link_says_so_and_names_nobody(app: Flask, link: str) -> None:
    Client(app).post(link)
    page = Client(app).get(link)
    assert "alice" not in page.text
    assert page.text == Client(app).get("/account/link/made-up/").text.replace(
        "made-up", urlsplit(link).path.split("/")[3]
    )


def test_a_new_link_ends_the_one_before(app: Flask, alice: User, link: str) -> None:
    with unit_of_work():
        members.link(alice, now=datetime.now(UTC))
    assert Client(app).post(link).location == "/account/sign-in"


def test_a_link_ends_after_a_day(app: Flask, alice: User) -> None:
    with unit_of_work():
        token = members.link(alice, now=datetime.now(UTC) - timedelta(hours=24, seconds=1))
    assert Client(app).post(f"/account/link/{token}/").location == "/account/sign-in"


# ── What lies on the disk ────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_personal_and_no_secret_lies_readable_in_the_database(
    app: Flask, make: Maker, alice: User, link: str, settings: Settings
) -> None:
    event = make.event()
    registration = make.registration(event, "person-of-note@example.org", name="Narmin Q.")
    token = registration.token
    with unit_of_work():
        registrations.confirm(registration, now=make.now)
    client = Client(app)
    assert client.post(link).status == 303
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    stored = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert b"Evening in Berlin" in stored
    with client.http.session_transaction() as session:
        secrets = [str(value) for value in session.values() if isinstance(value, str) and len(value) == 22]
    assert secrets
    for secret in ("person-of-note", "Narmin", token, link.split("/")[3], PASSWORD, *secrets):
        assert secret.encode() not in stored, f"{secret} lies readable on the disk"
