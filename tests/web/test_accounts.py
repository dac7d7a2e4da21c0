"""How organizers come in: by password, by a one-time link, by the mail that gives a new password."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from click.testing import Result
from flask import Flask
from flask_security import hash_password
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.mail.compose import compose
from campaign.models import Message, User
from campaign.services import members
from tests.page import Client

PASSWORD = "a long enough phrase"
ALICE = {"email": "alice@example.org", "password": PASSWORD}
LINK = re.compile(r"http://127\.0\.0\.1:\d+(/account/\S+)")

Run = Callable[..., Result]


@pytest.fixture
def alice(app: Flask) -> User:
    """Return an organizer who signs in by password."""
    with unit_of_work():
        return members.create_user(
            ALICE["email"],
            password_hash=hash_password(PASSWORD),
            may_create_campaigns=True,
            now=datetime.now(UTC),
        )


@pytest.fixture
def run(app: Flask) -> Run:
    """Return what runs a command."""
    return lambda *arguments: app.test_cli_runner().invoke(args=arguments)


def written(kind: str = "account") -> list[Message]:
    db.session.rollback()
    return list(db.session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id)))


def test_sign_in_and_out(client: Client, alice: User) -> None:
    asked = client.get("/manage/")
    assert asked.status == 302
    assert client.follow(asked).heading == "Sign in"
    page = client.post("/account/sign-in", ALICE)
    assert (page.status, page.location) == (302, "/manage/")
    assert client.follow(page).heading == "My campaigns"
    assert client.post("/account/sign-out").status in (302, 303)
    assert client.get("/manage/").status == 302


def test_a_wrong_password_says_nothing_about_the_account(client: Client, alice: User) -> None:
    wrong = client.post("/account/sign-in", {**ALICE, "password": "not the phrase"})
    unknown = client.post("/account/sign-in", {**ALICE, "email": "bob@example.org"})
    assert (wrong.status, wrong.heading) == (unknown.status, unknown.heading) == (200, "Sign in")
    assert wrong.value_of("email") == "alice@example.org"
    assert client.get("/manage/").status == 302


def test_a_link_shows_whom_it_signs_in_and_does_it_once(app: Flask, client: Client, alice: User) -> None:
    with unit_of_work():
        token = members.link(alice, now=datetime.now(UTC))
    page = client.get(f"/account/link/{token}/")
    assert "alice@example.org" in page.text
    assert client.get("/manage/").status == 302
    assert client.follow(client.post(f"/account/link/{token}/")).heading == "My campaigns"
    other = Client(app)
    assert "This link was used already" in other.get(f"/account/link/{token}/").text
    assert "This link was used already" in other.follow(other.post(f"/account/link/{token}/")).text
    assert other.get("/manage/").status == 302


def test_a_forgotten_password_is_replaced_by_mail(app: Flask, client: Client, alice: User) -> None:
    assert client.get("/account/reset").heading == "A new password"
    client.post("/account/reset", {"email": "bob@example.org"})
    assert written() == []
    client.post("/account/reset", {"email": "alice@example.org"})
    (message,) = written()
    assert message.to == "alice@example.org"
    found = LINK.search(compose(message).get_content())
    assert found is not None
    page = client.get(found[1])
    assert page.status == 200
    new = "another long enough phrase"
    client.post(found[1], {"password": new, "password_confirm": new})
    other = Client(app)
    assert other.post("/account/sign-in", ALICE).status == 200
    assert other.post("/account/sign-in", {**ALICE, "password": new}).location == "/manage/"
    stale = Client(app).post(found[1], {"password": PASSWORD, "password_confirm": PASSWORD})
    assert stale.status in (302, 303)
    assert Client(app).post("/account/sign-in", {**ALICE, "password": new}).location == "/manage/"


def test_a_password_that_is_too_short_is_refused(app: Flask, client: Client, alice: User) -> None:
    client.sign_in(alice)
    form = {"password": PASSWORD, "new_password": "eleven char", "new_password_confirm": "eleven char"}
    assert "12 characters" in client.post("/account/change", form).error_of("new_password")
    assert Client(app).post("/account/sign-in", ALICE).location == "/manage/"


def test_a_password_is_changed_and_the_owner_told(app: Flask, client: Client, alice: User) -> None:
    client.sign_in(alice)
    new = "another long enough phrase"
    page = client.post("/account/change", {"password": PASSWORD, "new_password": new, "new_password_confirm": new})
    assert page.status in (302, 303)
    assert client.get("/manage/").status == 200  # whoever changed it stays
    assert [message.to for message in written()] == ["alice@example.org"]
    assert Client(app).post("/account/sign-in", {**ALICE, "password": new}).location == "/manage/"


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/account/sign-in", "Sign in"),
        ("/account/reset", "A new password"),
        ("/account/wan-signin", "Sign in with a passkey"),
    ],
)
def test_the_pages_of_whoever_is_outside(client: Client, path: str, heading: str) -> None:
    assert client.get(path).heading == heading


@pytest.mark.parametrize("path", ["/account/change", "/account/wan-register", "/account/verify"])
def test_the_pages_of_whoever_is_inside(app: Flask, client: Client, alice: User, path: str) -> None:
    client.sign_in(alice)
    assert client.get(path).status == 200
    assert Client(app).get(path).status == 302


def test_the_command_creates_an_account_and_prints_its_link(run: Run, client: Client) -> None:
    result = run("user", "create", "Bob@Example.org", "--no-creator")
    assert result.exit_code == 0
    found = LINK.fullmatch(result.output.strip())
    assert found is not None
    assert client.follow(client.post(found[1])).heading == "My campaigns"
    bob = members.by_email("bob@example.org")
    assert bob is not None
    assert (bob.password, bob.may_create_campaigns) == (None, False)
    assert client.get("/manage/new/").status == 403


def test_the_command_sets_a_password_that_works(run: Run, client: Client) -> None:
    assert run("user", "create", "bob@example.org", "--password", PASSWORD).exit_code == 0
    assert client.post("/account/sign-in", {"email": "bob@example.org", "password": PASSWORD}).location == "/manage/"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("create", "alice@example.org"), "There is an account alice@example.org already."),
        (("create", "bob@example.org", "--password", "short"), "at least 12 characters"),
        (("create", "not an address"), "is not a mail address"),
        (("link", "bob@example.org"), "There is no account bob@example.org."),
    ],
)
def test_a_command_that_cannot_be_done_says_why(run: Run, alice: User, arguments: tuple[str, ...], said: str) -> None:
    result = run("user", *arguments)
    assert result.exit_code == 1
    assert said in result.output
    assert db.session.scalars(select(User.email)).all() == ["alice@example.org"]


def test_the_command_prints_a_new_link_and_the_last_one_ends(run: Run, alice: User, app: Flask) -> None:
    first, second = (run("user", "link", "alice@example.org").output.strip() for _ in range(2))
    assert Client(app).post(LINK.fullmatch(first)[1]).location == "/account/sign-in"  # type: ignore[index]
    assert Client(app).post(LINK.fullmatch(second)[1]).location == "/manage/"  # type: ignore[index]
