"""The book of remembrance on its pages: read, written, found again by its author; hostile words."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.db import db, unit_of_work
from campaign.domain.limit import TRIBUTES_FROM_NETWORK
from campaign.domain.tribute import Status
from campaign.logs import mask
from campaign.models import Campaign, Tribute, User
from campaign.services import attack_mode, moderation
from campaign.web import challenge
from tests.page import Client, Page, words
from tests.web.conftest import Soon

BOOK = "/khojaly/tributes/"
RENA = {"text": "We remember.\n\nAll of us,\nalways.", "name": "", "language": "en"}


@pytest.fixture
def campaign(app: Flask, soon: Soon) -> Campaign:
    """Return a campaign whose book is open."""
    found = soon.campaign()
    with unit_of_work():
        moderation.set_book(found, is_open=True, is_hidden=False, actor=None, now=soon.now)
    return found


@pytest.fixture
def moderator(campaign: Campaign, soon: Soon) -> User:
    return soon.user()


def write(client: Client, **changes: str) -> Page:
    return client.post(f"{BOOK}write/", RENA | changes)


def all_of_them() -> list[Tribute]:
    db.session.rollback()
    return list(db.session.scalars(select(Tribute).order_by(Tribute.id)))


def show_all(campaign: Campaign, moderator: User) -> None:
    ids = [one.id for one in all_of_them()]
    with unit_of_work():
        moderation.decide(campaign, ids, Status.SHOWN, actor=moderator, now=datetime.now(UTC))


def test_write_and_read(client: Client, campaign: Campaign, moderator: User) -> None:
    form = client.get(f"{BOOK}write/")
    assert form.value_of("text") == ""
    answer = write(client)
    assert answer.status == 303
    assert answer.location.startswith("/t/")
    mine = client.follow(answer)
    assert "Somebody reads your words before they are shown" in mine.text
    assert mine.value_of("own-address") == f"{client.app.config['SETTINGS'].public_url}{answer.location}"
    assert "We remember" not in client.get(BOOK).text
    show_all(campaign, moderator)
    book = client.get(BOOK)
    article = book.all("article")[0]
    assert words(article).startswith("We remember. All of us,always. Anonymous,")
    block = article[0]
    assert (block.get("lang"), block.get("dir")) == ("en", "auto")
    assert "Your words are shown" in client.get(answer.location).text
    assert BOOK in client.get("/khojaly/").text


def test_an_authors_page_is_nobody_elses_business(client: Client, campaign: Campaign) -> None:
    address = write(client).location
    headers = client.get(address).response.headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex"
    assert mask(f"GET {address} 200") == "GET /t/…/ 200"
    assert client.get("/t/somebody-elses-token/").status == 404
    assert client.get("/robots.txt").text.count("Disallow: /t/") == 1


def test_an_author_changes_and_deletes(client: Client, campaign: Campaign, moderator: User) -> None:
    address = write(client).location
    show_all(campaign, moderator)
    assert client.post(f"{address}edit", RENA | {"text": ""}).error_of("text") == "Please fill this in."
    assert client.post(f"{address}edit", RENA | {"text": "Other words.", "language": "az"}).status == 303
    assert [(one.text, one.language, one.status) for one in all_of_them()] == [("Other words.", "az", Status.WAITING)]
    assert "Other words" not in client.get(BOOK).text
    assert client.post(f"{address}delete").status == 303
    assert all_of_them() == []
    assert client.get(address).status == 404


def test_sent_twice_leads_to_the_same_page(client: Client, campaign: Campaign) -> None:
    submission = {"submission": "0b0d1c64-4c0a-4c32-8f43-0a8b6de1f1aa"}
    assert write(client, **submission).location == write(client, **submission).location
    assert len(all_of_them()) == 1


def test_what_robots_fill_in_is_thrown_away(client: Client, campaign: Campaign) -> None:
    assert write(client, website="https://spam.example").location == BOOK
    assert all_of_them() == []


@pytest.mark.parametrize(
    ("changes", "field", "error"),
    [
        ({"text": "Look at https://spam.example/"}, "text", "Write it without a web or mail address."),
        ({"text": "ask me@spam.example"}, "text", "Write it without a web or mail address."),
        ({"name": "www.spam.example"}, "name", "Write a name without a web or mail address."),
        ({"text": "a" * 2001}, "text", "That is too long: at most 2000 characters."),
        ({"text": "\u202e\u200b\u0000"}, "text", "Please fill this in."),
        ({"language": "xx"}, "language", "Not a valid choice."),
    ],
)
def test_what_is_refused_says_why(
    client: Client, campaign: Campaign, changes: dict[str, str], field: str, error: str
) -> None:
    page = write(client, **changes)
    assert page.status == 422
    assert page.error_of(field) == error
    assert all_of_them() == []


def test_hostile_text_stands_harmless(client: Client, campaign: Campaign, moderator: User) -> None:
    began = time.monotonic()
    write(client, text="e" + "\u0301" * 300 + "\u202e!\x00 <script>alert(1)</script>", name="\u2067<b>x")
    assert time.monotonic() - began < 1
    show_all(campaign, moderator)
    [one] = all_of_them()
    assert one.text == "é" + "\u0301" * 5 + "! <script>alert(1)</script>"
    assert one.name == "<b>x"
    book = client.get(BOOK)
    assert "<bdi>&lt;b&gt;x</bdi>" in book.text
    assert not book.all("b")
    assert not book.all("article")[0].findall(".//{*}a")


def test_a_book_hidden_from_search_engines_says_so(client: Client, campaign: Campaign, soon: Soon) -> None:
    assert "X-Robots-Tag" not in client.get(BOOK).response.headers
    with unit_of_work():
        moderation.set_book(campaign, is_open=True, is_hidden=True, actor=None, now=soon.now)
    page = client.get(BOOK)
    assert page.response.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in page.text


def test_in_attack_mode_it_is_only_read(client: Client, campaign: Campaign, moderator: User, soon: Soon) -> None:
    address = write(client).location
    show_all(campaign, moderator)
    with unit_of_work():
        attack_mode.begin(campaign, actor=None, now=soon.now)
    book = client.get(BOOK)
    assert "We remember" in book.text
    assert "For the time being nothing new is taken" in book.text
    assert "takes nothing at the moment" in client.get(f"{BOOK}write/").text
    answer = write(client, text="Kept words")
    assert answer.status == 409
    assert "Kept words" in answer.text
    assert client.post(f"{address}edit", RENA | {"text": "Other"}).status == 409
    assert len(all_of_them()) == 1
    assert client.post(f"{address}delete").status == 303


def test_without_a_book_there_is_nothing(client: Client, campaign: Campaign, moderator: User, soon: Soon) -> None:
    write(client)
    with unit_of_work():
        moderation.set_book(campaign, is_open=False, is_hidden=False, actor=None, now=soon.now)
    assert client.get(BOOK).status == client.get(f"{BOOK}write/").status == write(client).status == 404
    assert BOOK not in client.get("/khojaly/").text
    show_all(campaign, moderator)
    assert "We remember" in client.get(BOOK).text
    assert client.get(f"{BOOK}write/").location == BOOK
    assert write(client).status == 409


def test_a_network_can_write_only_so_often(client: Client, campaign: Campaign) -> None:
    def send(number: int, **changes: str) -> Page:
        with client.app.test_request_context():
            ago = datetime.now(UTC) - timedelta(seconds=10)
            shown = challenge.notes("tributes", asks_proof=False, now=ago).shown
        data = RENA | {"text": f"Number {number}", "shown": shown, **changes}
        return client.post(f"{BOOK}write/", data, environ_overrides={"REMOTE_ADDR": "192.0.2.1"})

    assert "very quick" not in send(0).text
    assert send(1, shown="").status == 422
    found = [send(number) for number in range(2, 2 + TRIBUTES_FROM_NETWORK.most)]
    assert found[-1].status in (422, 429)
    with unit_of_work():
        count = db.session.scalars(select(func.count(Tribute.id))).one()
    assert count <= TRIBUTES_FROM_NETWORK.most // 2
    assert "data-task" in found[-2].text


def test_hands_that_are_too_quick_are_asked_again(client: Client, campaign: Campaign) -> None:
    with client.app.test_request_context():
        shown = challenge.notes("tributes", asks_proof=False, now=datetime.now(UTC)).shown
    data = RENA | {"shown": shown}
    page = client.post(f"{BOOK}write/", data, environ_overrides={"REMOTE_ADDR": "192.0.2.1"})
    assert page.status == 422
    assert "That was very quick" in page.text
    assert all_of_them() == []
