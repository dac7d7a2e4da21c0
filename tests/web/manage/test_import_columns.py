"""The page on which columns are chosen, changes are compared and what is gone is dropped."""

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.models import Event, KnownTable
from campaign.services import events
from campaign.sheets import delimited, reader
from tests.page import Client, Page, words
from tests.services.test_imports import rows_of_all_tables
from tests.web.manage.test_imports import PATH, accept, app, edition, editor, fields_of, names, upload

__all__ = ["app", "edition", "editor"]

UNKNOWN = "Was;Wo;Wer;Wann\nLesung;Bonn;Frau M.;27.02.2027\nنشيد;Baku;;27.02.2027\n".encode()
CHOSEN = {"column-0": "name", "column-1": "place", "column-2": "", "column-3": "date"}


def look_again(client: Client, fields: dict[str, str]) -> Page:
    """Press the button below the columns."""
    return client.post(PATH, fields, content_type="multipart/form-data")


def main(page: Page) -> str:
    return words(page.all("main")[0])


def publish(slug: str, now: datetime) -> None:
    with unit_of_work():
        events.publish(db.session.scalars(select(Event).where(Event.slug == slug)).one(), actor=None, now=now)


def test_each_column_is_shown_with_examples(editor: Client) -> None:
    page = upload(editor, UNKNOWN)
    assert (page.status, "No column says where the events are." in page.text) == (422, True)
    selects = {one.get("id"): one for one in page.all("select")}
    assert set(selects) >= set(CHOSEN)
    assert [words(label) for label in page.all("label") if label.get("for") in CHOSEN] == ["Was", "Wo", "Wer", "Wann"]
    assert {"Lesung", "نشيد", "Frau M."} <= {words(one) for one in page.all("bdi")}


def test_the_choice_is_kept_for_the_next_file(editor: Client) -> None:
    page = look_again(editor, fields_of(upload(editor, UNKNOWN)) | CHOSEN)
    assert (page.status, "1 column is left out: Wer" in main(page)) == (200, True)
    assert accept(editor, fields_of(page)).status == 303
    assert names() == ["Lesung", "نشيد"]
    page = upload(editor, UNKNOWN.replace(b"Lesung", b"Abend"))
    assert page.status == 200
    assert "The columns are taken as they were chosen for such a file before." in main(page)
    assert fields_of(page)["column-3"] == "date"


def test_looking_keeps_nothing(editor: Client) -> None:
    before = rows_of_all_tables()
    look_again(editor, fields_of(upload(editor, UNKNOWN)) | CHOSEN)
    assert rows_of_all_tables() == before


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"column-0": "place"}, "Two columns are taken for “Place, in words”."),
        ({"column-0": "colour"}, "There is no field “colour”."),
        ({"column-0": "x" * 9000}, "There is no field “xxx"),
        ({"column-7": "name"}, "These columns are those of another file."),
        ({"column-999999": "name"}, "These columns are those of another file."),
    ],
)
def test_bad_choices_are_refused_and_stay(editor: Client, changes: dict[str, str], sentence: str) -> None:
    fields = fields_of(upload(editor, UNKNOWN)) | CHOSEN | changes
    before = rows_of_all_tables()
    for page in (look_again(editor, fields), accept(editor, fields)):
        assert (page.status, sentence in main(page)) == (422, True)
        assert fields_of(page)["column-3"] == "date"
    assert rows_of_all_tables() == before


@pytest.mark.parametrize("name", ["column-", "column-x", "column-١", "column-" + "9" * 5000, "column--1"])
def test_what_is_no_column_at_all(editor: Client, name: str) -> None:
    fields = fields_of(upload(editor, UNKNOWN)) | CHOSEN
    assert look_again(editor, fields | {name: "url"}).status == 200


def test_columns_of_one_name_can_be_told_apart(editor: Client) -> None:
    page = upload(editor, b"Name,Name,Place\nChair,Evening,Bonn\n")
    assert [words(label) for label in page.all("label")][-5:-2] == ["Name", "Name (2)", "Place"]
    fields = fields_of(page) | {"column-0": "", "column-1": "name"}
    accept(editor, fields_of(look_again(editor, fields)))
    assert names() == ["Evening"]


def test_a_change_is_shown_before_and_after(editor: Client) -> None:
    accept(editor, fields_of(upload(editor, b"ID,Name,Place,Start\n1,A,Bonn,18:00\n")))
    page = upload(editor, b"ID,Name,Place,Start\n1,A,Ulm,18:00\n")
    assert [words(one) for one in page.all("del")][:1] == ["Bonn"]
    assert [words(one) for one in page.all("ins")][:1] == ["Ulm"]
    assert accept(editor, fields_of(page)).status == 303
    assert db.session.scalars(select(Event.city)).one() == "Ulm"


def test_what_is_gone_stays_unless_it_is_ticked(editor: Client, now: datetime) -> None:
    accept(editor, fields_of(upload(editor, b"ID,Name,Place\n1,A,Bonn\n2,B,Ulm\n3,C,Jena\n")))
    publish("b", now)
    page = upload(editor, b"ID,Name,Place\n1,A,Bonn\n")
    assert "Gone from the file" in main(page)
    boxes = [one for one in page.all("input") if one.get("name") == "gone"]
    assert [(box.get("value"), box.get("checked")) for box in boxes] == [("b", None), ("c", None)]
    fields = {name: value for name, value in fields_of(page).items() if name != "gone"}
    assert accept(editor, fields).status == 303
    assert names() == ["A", "B", "C"]
    page = accept(editor, fields | {"gone": ["b", "c"]})
    assert (page.status, page.error_of("reason")) == (
        422,
        "Say why the public events that you ticked don't take place.",
    )
    boxes = [one for one in page.all("input") if one.get("name") == "gone"]
    assert [box.get("checked") is not None for box in boxes] == [True, True]
    assert accept(editor, fields | {"gone": ["b", "c"], "reason": "Storm"}).status == 303
    found = db.session.scalars(select(Event).order_by(Event.id))
    assert [(event.slug, event.status, event.cancel_reason) for event in found] == [
        ("a", "draft", {}),
        ("b", "cancelled", {"en": "Storm"}),
    ]


def test_nothing_else_can_be_dropped(editor: Client) -> None:
    accept(editor, fields_of(upload(editor, b"ID,Name,Place\n1,A,Bonn\n2,B,Ulm\n")))
    page = upload(editor, b"ID,Name,Place\n1,A,Bonn\n")
    fields = {name: value for name, value in fields_of(page).items() if name != "gone"}
    assert accept(editor, fields | {"gone": ["a"]}).status == 422
    assert names() == ["A", "B"]


def test_what_is_gone_may_have_changed_meanwhile(editor: Client, now: datetime) -> None:
    accept(editor, fields_of(upload(editor, b"ID,Name,Place\n1,A,Bonn\n2,B,Ulm\n")))
    page = upload(editor, b"ID,Name,Place\n1,A,Bonn\n")
    publish("b", now)
    fields = fields_of(page) | {"gone": "b", "reason": "Storm"}
    page = accept(editor, fields)
    assert (page.status, "have changed since the preview" in page.text) == (409, True)
    assert names() == ["A", "B"]


def bomb() -> bytes:
    """Return a real workbook whose sheet unpacks to 300 MB."""
    book, file = Workbook(), io.BytesIO()
    book.active.append(["Name", "Place"])
    book.save(file)
    packed = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for part in old.infolist():
            if part.filename != "xl/worksheets/sheet1.xml":
                new.writestr(part, old.read(part))
        with new.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _number in range(300):
                sheet.write(b" " * 1_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (bomb, "The file unpacks to more than 50 MB."),
        (lambda: b"Name,Place\nA," + b"x" * 7_000_000 + b"\n", "This file is too large"),
        (lambda: b"Name,Place\nA," + b"x" * (delimited.LONGEST_CELL + 1) + b"\n", "Most likely a quotation mark"),
        (lambda: b"Place" + b"," * 100_000 + b"x\n", "Line 1 has more than 200 columns."),
        (lambda: b"Name,Place\nA,Bo\0nn\n", "This file can't be read."),
        (lambda: b"Name,Place\nA,Bonn\nK\xf6ln,K\xc3\xb6ln\n", "The file isn't in UTF-8."),
        (lambda: b"\xff\xfeN\x00a\x00", "No column says where"),
    ],
    ids=["bomb", "7 MB line", "long cell", "columns", "null", "mixed", "utf-16"],
)
def test_hostile_files(editor: Client, content: object, sentence: str) -> None:
    before = rows_of_all_tables()
    page = upload(editor, content())
    assert (page.status, sentence in main(page)) == (422, True)
    assert rows_of_all_tables() == before


def test_a_line_of_10_megabytes(editor: Client) -> None:
    page = upload(editor, b"Name,Place\nA," + b"x" * 10_000_000 + b"\n")
    assert page.status == 413
    assert main(page)


def test_a_workbook_as_people_make_them(editor: Client) -> None:
    book, file = Workbook(), io.BytesIO()
    sheet = book.active
    sheet.append(["Name", "Place", "Date", "Start", "Capacity", "URL"])
    sheet.append(["=1+1", "Bonn", date(2027, 2, 27), 0.75, "=2*3", "https://example.org/"])
    sheet.append(["+49 Songs", "Ulm", datetime(2027, 2, 27, 18, 30), None, 5.0, None])
    sheet.merge_cells("A2:A2")
    sheet.merge_cells("B3:C3")
    book.save(file)
    page = upload(editor, file.getvalue())
    assert page.status == 200
    assert "The name is missing." in main(page), "a formula that was never calculated is nothing, not code"


def test_a_mark_semicolons_and_right_to_left(editor: Client) -> None:
    content = "\ufeffName;Place;Description\nأمسية\u202e;Baku;=HYPERLINK(1)\n".encode()
    accept(editor, fields_of(upload(editor, content)))
    event = db.session.scalars(select(Event)).one()
    assert (event.name, event.description) == ({"en": "أمسية"}, {"en": "=HYPERLINK(1)"})


def test_many_columns_are_asked_about(editor: Client) -> None:
    header = ",".join(["Name", "Place", *(f"Notes {number}" for number in range(reader.COLUMN_LIMIT - 2))])
    page = upload(editor, f"{header}\nA,Bonn\n".encode())
    assert accept(editor, fields_of(page)).status == 303
    assert db.session.scalars(select(KnownTable)).all() == []
