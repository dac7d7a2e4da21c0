"""The pages for importing, given a calendar: others' and our own."""

import io
import re
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db
from campaign.domain.permission import Role
from campaign.models import Campaign, Edition, Event
from tests.make import Maker
from tests.page import Client, Page, words
from tests.services.test_imports import rows_of_all_tables
from tests.web.apart import Apart
from tests.web.manage.test_imports import accept, fields_of, names

SAMPLES = Path(__file__).parents[2] / "data" / "calendars"
PATH = "/manage/khojaly/2027/import/"


@pytest.fixture
def app(app: Flask) -> Flask:
    """Return the app, whose requests see nothing of each other."""
    app.test_client_class = Apart
    return app


@pytest.fixture
def edition(app: Flask, make: Maker) -> Edition:
    """Return the year 2027 of the campaign khojaly."""
    return make.edition()


@pytest.fixture
def editor(client: Client, make: Maker, edition: Edition) -> Client:
    """Return the browser of an editor of the campaign."""
    client.sign_in(make.member(edition.campaign, Role.EDITOR))
    return client


def upload(client: Client, content: bytes, path: str = PATH) -> Page:
    """Send a calendar."""
    return client.post(path, {"file": (io.BytesIO(content), "x.ics")}, content_type="multipart/form-data")


def sample(name: str) -> bytes:
    """Return a calendar as a program writes it."""
    return (SAMPLES / f"{name}.ics").read_bytes()


def test_the_page_says_that_calendars_are_taken(editor: Client) -> None:
    page = editor.get(PATH)
    assert "what recurs is imported once for each time in 2027" in words(page.all("main")[0])
    (field,) = (one for one in page.all("input") if one.get("type") == "file")
    assert ".ics" in field.get("accept", "")


def test_preview_and_accept(editor: Client) -> None:
    before = rows_of_all_tables()
    page = upload(editor, sample("google"))
    text = words(page.all("main")[0])
    assert (page.status, "Import 4 events" in text) == (200, True)
    assert "The calendar says that this is private." in text
    assert rows_of_all_tables() == before
    assert accept(editor, fields_of(page)).status == 303
    assert names() == ["Evening of remembrance", "Exhibition", "Silent minute", "Talk online"]
    assert "There is nothing to store." in upload(editor, sample("google")).text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (sample("google")[:-30], "The calendar is cut off or damaged"),
        (sample("google") + b" " * 1_000_000, "at most 1 MB and 2000 entries"),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", "There is no event in this calendar."),
    ],
    ids=["cut", "large", "empty"],
)
def test_bad_calendars(editor: Client, content: bytes, sentence: str) -> None:
    page = upload(editor, content)
    assert (page.status, sentence in page.error_of("file")) == (422, True)


def test_names_are_only_text(editor: Client) -> None:
    hostile = sample("gancio").replace(b"SUMMARY:[Memoria]", b"SUMMARY:<script>alert(1)</script>")
    hostile = hostile.replace(b"URL:https://gancio.example/", b"URL:javascript:alert(1)//")
    page = upload(editor, hostile)
    assert not re.search(r"<script>|href=.javascript", page.text)
    assert "is no web address and was left out" in page.text
    assert accept(editor, fields_of(page)).status == 303
    assert db.session.scalars(select(Event.url)).one() is None


ONLINE = {"country": None, "city": None, "venue": None, "address": None, "latitude": None, "longitude": None}


def seen(campaign: Campaign) -> set[tuple[object, ...]]:
    """Return what and when a campaign's events are, and where."""
    events = db.session.scalars(select(Event).join(Edition).where(Edition.campaign_id == campaign.id))
    return {
        (one.name["en"], one.country, one.city, one.zone, one.starts, one.ends, one.is_all_day, tuple(one.tags))
        for one in events
    }


def test_our_own_feed_read_back(client: Client, make: Maker, edition: Edition) -> None:
    make.event(edition)
    baku = {"country": "AZ", "city": "Baku", "zone": "Asia/Baku", "latitude": 40.4, "longitude": 49.87}
    day = {"starts": datetime(2027, 2, 26), "ends": datetime(2027, 2, 28), "is_all_day": True}
    make.event(edition, name={"en": "Quiet; days, two"}, **baku, **day)
    make.event(edition, name={"en": "Everywhere"}, zone="UTC", online_url="https://live.example/", **ONLINE)
    feed = client.app.test_client().get("/feeds/khojaly.ics").data
    other = make.edition(make.campaign("other"))
    client.sign_in(make.member(other.campaign, Role.EDITOR))
    path = PATH.replace("khojaly", "other")
    page = upload(client, feed, path)
    assert "Import 3 events" in page.text
    fields = fields_of(page)
    assert client.post(f"{path}accept", fields, content_type="multipart/form-data").status == 303
    assert seen(other.campaign) == seen(edition.campaign)
