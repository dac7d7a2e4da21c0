"""Reading tributes before they are shown: lists by language, one and many, undo, the book's settings."""

import uuid
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.permission import Role
from campaign.domain.tribute import Status
from campaign.models import Campaign, Tribute
from campaign.services import moderation, tributes
from campaign.services.tributes import Draft
from tests.page import Client, words
from tests.web.conftest import Soon

LIST = "/manage/khojaly/tributes/"


@pytest.fixture
def campaign(app: Flask, soon: Soon) -> Campaign:
    """Return a campaign whose book is open."""
    found = soon.campaign()
    with unit_of_work():
        moderation.set_book(found, is_open=True, is_hidden=False, actor=None, now=soon.now)
    return found


@pytest.fixture
def moderator(client: Client, campaign: Campaign, soon: Soon) -> Client:
    """Return the browser of a coordinator."""
    client.sign_in(soon.member(campaign, Role.COORDINATOR, countries=["DE"]))
    return client


def write(campaign: Campaign, text: str, language: str = "en") -> int:
    with unit_of_work():
        found, _token = tributes.write(
            campaign, Draft(text, language), submission=str(uuid.uuid4()), now=datetime.now(UTC)
        )
    return found.id


def states() -> dict[str, Status]:
    db.session.rollback()
    rows = db.session.execute(select(Tribute.text, Tribute.status))
    return {row.text: row.status for row in rows}


def test_a_moderator_reads_one_language_and_shows(moderator: Client, campaign: Campaign) -> None:
    write(campaign, "In English")
    number = write(campaign, "Azərbaycanca", "az")
    page = moderator.get(f"{LIST}?lang=az")
    assert len(page.all("article")) == 1
    assert "In English" not in page.text
    answer = moderator.post(f"{LIST}act", {"what": f"show/{number}", "back": f"{LIST}?lang=az"})
    assert answer.location == f"{LIST}?lang=az"
    assert "1 tribute is shown." in moderator.follow(answer).text
    assert states() == {"In English": Status.WAITING, "Azərbaycanca": Status.SHOWN}
    assert "Azərbaycanca" in moderator.get(f"{LIST}?status=shown").text


def test_many_at_once_and_undo(moderator: Client, campaign: Campaign) -> None:
    ids = [write(campaign, text) for text in ("one", "two", "three")]
    moderator.post(f"{LIST}act", {"what": "decline", "which": [str(number) for number in ids[:2]]})
    assert states() == {"one": Status.DECLINED, "two": Status.DECLINED, "three": Status.WAITING}
    assert "2 tributes are declined." in words(moderator.get(LIST).all("main")[0])
    assert moderator.post(f"{LIST}undo", {"back": LIST}).status == 303
    assert set(states().values()) == {Status.WAITING}
    assert "nothing left to take back" in moderator.follow(moderator.post(f"{LIST}undo")).text


def test_what_nobody_ticked_or_nothing_says_changes_nothing(moderator: Client, campaign: Campaign) -> None:
    write(campaign, "one")
    assert "Tick at least one" in moderator.follow(moderator.post(f"{LIST}act", {"what": "show"})).text
    assert "Choose what to do" in moderator.follow(moderator.post(f"{LIST}act", {"what": "burn"})).text
    for odd in ("x", "-1", "9" * 40, "²"):
        assert moderator.post(f"{LIST}act", {"what": f"show/{odd}"}).status == 303
    assert moderator.get(f"{LIST}?status=odd&lang=zz&before=x&q=%25").status == 200
    assert moderator.post(f"{LIST}act", {"what": "show", "back": "https://evil.example"}).location == LIST
    assert states() == {"one": Status.WAITING}


def test_search(moderator: Client, campaign: Campaign) -> None:
    write(campaign, "Gözəl")
    write(campaign, "other")
    assert len(moderator.get(f"{LIST}?q=gozel").all("article")) == 1
    assert "Nothing found" in moderator.get(f"{LIST}?q=nowhere").text


def test_only_editors_open_and_close_the_book(client: Client, campaign: Campaign, soon: Soon) -> None:
    client.sign_in(soon.member(campaign, Role.COORDINATOR, countries=["DE"]))
    assert client.post(f"{LIST}settings", {"takes_tributes": "y"}).status == 403
    assert "settings" not in client.get(LIST).text
    client.sign_in(soon.member(campaign, Role.EDITOR))
    assert client.post(f"{LIST}settings", {"hides_tributes": "y"}).status == 303
    db.session.rollback()
    assert (campaign.takes_tributes, campaign.hides_tributes) == (False, True)
