"""The pages for importing a spreadsheet: preview, accept exactly that, and what strangers may send."""

import base64
import io
import re
import zlib

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db
from campaign.domain.permission import Role
from campaign.models import Edition, Event
from campaign.sheets import reader
from campaign.web.manage import imports
from tests.make import Maker
from tests.page import Client, Page, words
from tests.services.test_imports import rows_of_all_tables
from tests.web.apart import Apart

PATH = "/manage/khojaly/2027/import/"
FILE = b"Name,Place,Capacity\nEvening,Berlin,~30\nNight,Qqqxyzzy,\n<b>Song</b>,Paris,20\n"


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


def upload(client: Client, content: bytes = FILE, **fields: str) -> Page:
    """Send a file."""
    return client.post(
        PATH, {"file": (io.BytesIO(content), "events.csv"), **fields}, content_type="multipart/form-data"
    )


def fields_of(page: Page) -> dict[str, str]:
    """Return what the preview's form would send."""
    found = {one.get("name", ""): one.get("value", "") for one in page.all("input") if one.get("name")}
    for select_ in page.all("select"):
        chosen = [one for one in select_.iter() if one.get("selected") is not None]
        found[select_.get("name", "")] = chosen[0].get("value", "") if chosen else ""
    return found


def accept(client: Client, fields: dict[str, str]) -> Page:
    """Press the button below a preview."""
    return client.post(f"{PATH}accept", fields, content_type="multipart/form-data")


def names() -> list[str]:
    """Return the names of the events stored."""
    return sorted(event.name["en"] for event in db.session.scalars(select(Event)))


def test_preview_and_accept(editor: Client) -> None:
    page = editor.get(PATH)
    assert page.heading == "Import events into 2027"
    page = upload(editor)
    assert (page.status, page.heading) == (200, "What importing into 2027 would do")
    text = words(page.all("main")[0])
    assert "The place “Qqqxyzzy” isn't known" in text
    assert "Country, City (from the place's name)" in text
    assert "“~30” is no number of places" in text
    assert "Import 2 events" in text
    assert names() == []
    page = accept(editor, fields_of(page))
    assert (page.status, page.location) == (303, "/manage/khojaly/2027/events/")
    assert names() == ["<b>Song</b>", "Evening"]
    assert "2 new, 0 changed, 0 unchanged, 1 refused." in words(editor.follow(page).all("main")[0])


def test_a_preview_stores_nothing(editor: Client) -> None:
    before = rows_of_all_tables()
    upload(editor)
    assert rows_of_all_tables() == before


def test_once_more_there_is_nothing_to_store(editor: Client) -> None:
    accept(editor, fields_of(upload(editor)))
    page = upload(editor)
    assert "There is nothing to store." in page.text
    assert "Import 2 events" not in page.text


def test_columns_and_options_can_be_changed(editor: Client) -> None:
    page = upload(editor, b"Foo,Bar\nLesung,Online\n")
    assert page.status == 422
    assert "No column says where the events are." in page.text
    fields = fields_of(page) | {"column-0": "name", "column-1": "place", "zone": "Asia/Baku", "start": "18:30"}
    page = editor.post(PATH, fields, content_type="multipart/form-data")
    assert page.status == 200
    assert "Time zone (as chosen for the file)" in page.text
    assert fields_of(page)["column-0"] == "name"
    accept(editor, fields_of(page))
    event = db.session.scalar(select(Event))
    assert event is not None
    assert (event.name, event.zone, event.is_all_day) == ({"en": "Lesung"}, "Asia/Baku", False)


def test_only_what_was_shown_is_imported(editor: Client) -> None:
    fields = fields_of(upload(editor))
    page = accept(editor, fields | {"start": "18:30"})
    assert page.status == 409
    assert "have changed since the preview" in page.text
    assert names() == []
    assert accept(editor, fields_of(page)).status == 303


def test_what_changed_meanwhile_is_shown_first(editor: Client) -> None:
    fields = fields_of(upload(editor))
    assert accept(editor, fields).status == 303
    assert accept(editor, fields).status == 409
    assert len(names()) == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"BEGIN:VCALENDAR", "The calendar is cut off or damaged"),
        ("Köln".encode("cp1252"), "The file isn't in UTF-8."),
        (b"x" * (reader.BYTE_LIMIT + 1), "This file is too large"),
    ],
)
def test_bad_files(editor: Client, content: bytes, sentence: str) -> None:
    page = upload(editor, content)
    assert page.status == 422
    assert sentence in page.error_of("file")


def test_no_file(editor: Client) -> None:
    page = editor.post(PATH, {}, content_type="multipart/form-data")
    assert (page.status, page.error_of("file")) == (422, "Choose a file.")


def test_bad_choices_keep_what_was_typed(editor: Client) -> None:
    page = upload(editor, start="25:00")
    assert (page.status, page.value_of("start")) == (422, "25:00")
    assert page.error_of("start") == "Write a time of day such as 18:30."
    page = editor.post(PATH, fields_of(page) | {"start": "18:30"}, content_type="multipart/form-data")
    assert (page.status, "Import 2 events" in page.text) == (200, True)


@pytest.mark.parametrize(
    "content",
    [
        "no base64!",
        base64.b64encode(b"no zlib").decode(),
        base64.b64encode(zlib.compress(b"\xff\xfe\xfd")).decode(),
        base64.b64encode(zlib.compress(b" " * 50_000_000)).decode(),
        "",
    ],
    ids=["base64", "zlib", "text", "bomb", "nothing"],
)
def test_what_comes_back_is_not_believed(editor: Client, content: str) -> None:
    page = accept(editor, {"content": content, "digest": "x"})
    assert page.status == 422
    assert page.error_of("file")
    assert names() == []


def test_a_file_of_the_largest_size_comes_back(editor: Client) -> None:
    noise = base64.b85encode(bytes(range(256)) * 12_000)  # Megabytes that hardly compress as the field holds them.
    lines = [b"Name,Place,Notes"] + [
        b'A,Bonn,"' + noise[at : at + 9000].replace(b'"', b"'") + b'"' for at in range(0, 3_000_000, 9000)
    ]
    content = b"\n".join(lines)
    assert 2_500_000 < len(content) < reader.BYTE_LIMIT
    page = upload(editor, content)
    assert page.status == 200
    assert accept(editor, fields_of(page)).status == 303


def test_more_rows_than_a_page_shows(editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "ROWS_SHOWN", 2)
    page = upload(editor, b"Name,Place\n" + b"".join(b"Event %d,Bonn\n" % number for number in range(5)))
    assert len(page.all("tbody")[0]) == 2
    assert "Shown are the first 2 of 5." in page.text


def test_names_are_only_text(editor: Client) -> None:
    page = upload(editor, b'Name,Place\n<script>alert(1)</script>,Bonn\n"""><img src=x>",Nowhere at all\n')
    assert not re.search(r"<(script>|img src=x)", page.text)


def test_strangers_get_no_more_room(client: Client, edition: Edition) -> None:
    client.app.config["WTF_CSRF_ENABLED"] = True  # It reads the form before anybody is asked to sign in.
    assert client.post(PATH, {"content": "x" * 100_000}, content_type="multipart/form-data").status == 413


def test_a_bomb_is_not_unpacked() -> None:
    bomb = base64.b64encode(zlib.compress(b" " * 50_000_000)).decode()
    assert len(imports._unpacked(bomb)) == reader.BYTE_LIMIT + 1


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.VIEWER, Role.DOOR])
def test_roles_that_may_not(client: Client, make: Maker, edition: Edition, role: Role) -> None:
    client.sign_in(make.member(edition.campaign, role, countries=["DE"]))
    assert client.get(PATH).status == 403
    assert upload(client).status == 403
    assert accept(client, {}).status == 403


def test_another_campaigns_editor_gets_404(client: Client, make: Maker, edition: Edition) -> None:
    client.sign_in(make.member(make.campaign("other"), Role.OWNER))
    assert client.get(PATH).status == 404
    assert upload(client).status == 404
    assert accept(client, {}).status == 404


def test_a_year_that_is_not_there(editor: Client) -> None:
    assert editor.get(PATH.replace("2027", "2031")).status == 404


def test_the_page_in_another_language(editor: Client, app: Flask) -> None:
    assert editor.get(f"{PATH}?hl=ar").status == 200
    assert upload(editor).status == 200
