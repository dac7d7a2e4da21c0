"""The command that imports events: what it prints, what it stores, how it ends."""

import io
from datetime import date, datetime, time
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from openpyxl import Workbook

from campaign.models import Edition
from tests.make import Maker
from tests.services.test_imports import events_of, rows_of_all_tables

FILE = "Name,Place,Date\nEvening,Berlin,2027-02-26\nNight,Qqqxyzzy,\n"


@pytest.fixture
def edition(make: Maker, app: Flask) -> Edition:
    """Return the year 2027 of the campaign khojaly."""
    return make.edition()


@pytest.fixture
def run(app: Flask, tmp_path: Path):
    """Return what runs the command on a file with some content."""

    def run(*options: str, content: str | bytes = FILE, campaign: str = "khojaly", year: str = "2027") -> Result:
        path = tmp_path / "events.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return app.test_cli_runner().invoke(args=["import-events", campaign, year, str(path), *options])

    return run


def last_line(result: Result) -> str:
    """Return the line that scripts read."""
    return result.stdout.splitlines()[-1]


def test_import_events(run, edition: Edition) -> None:
    result = run()
    assert result.exit_code == 0, result.output
    refused, counts = result.stdout.splitlines()
    assert refused.startswith("line 3: The place “Qqqxyzzy” isn't known")
    assert counts == "1 new, 0 changed, 0 unchanged, 1 refused"
    assert [event.name for event in events_of(edition)] == [{"en": "Evening"}]


def test_once_more(run, edition: Edition) -> None:
    run()
    before = rows_of_all_tables()
    assert last_line(run()) == "0 new, 0 changed, 1 unchanged, 1 refused"
    assert rows_of_all_tables() == before
    assert last_line(run(content=FILE.replace("Berlin", "Berlin Mitte"))) == "1 new, 0 changed, 0 unchanged, 1 refused"


def test_a_workbook(run, edition: Edition) -> None:
    book, file = Workbook(), io.BytesIO()
    book.active.append(["Name", "Latitude", "Longitude", "Date", "Start", "Capacity"])
    book.active.append(["Evening", 52.52, 13.405, date(2027, 2, 27), time(18, 30), 50])
    book.save(file)
    assert last_line(run(content=file.getvalue())) == "1 new, 0 changed, 0 unchanged, 0 refused"
    (event,) = events_of(edition)
    assert (event.city, event.starts, event.capacity) == ("Berlin", datetime(2027, 2, 27, 18, 30), 50)
    assert last_line(run(content=file.getvalue())) == "0 new, 0 changed, 1 unchanged, 0 refused"


def test_dry_run_stores_nothing_and_shows_everything(run, edition: Edition) -> None:
    before = rows_of_all_tables()
    result = run("--dry-run")
    assert rows_of_all_tables() == before
    assert (result.exit_code, last_line(result)) == (0, "1 new, 0 changed, 0 unchanged, 1 refused")
    assert "line 2: new: Evening | Berlin | Berlin, DE | Europe/Berlin | 2027-02-26, all day" in result.stdout
    assert "    Country: Germany (from the place's name)" in result.stdout
    assert "    Coordinates: 52.5" in result.stdout


def test_verbose_says_what_is_odd_and_what_is_missing(run, edition: Edition) -> None:
    result = run("--verbose", content="Name,Place,URL\nEvening,Online,n/a\n")
    assert "    ! An online event needs the address at which to take part." in result.stdout
    assert "    ! needs a place or an online address before it can be published" in result.stdout


def test_a_year_that_is_not_there_is_opened(run, make: Maker, app: Flask) -> None:
    make.campaign()
    before = rows_of_all_tables()
    result = run("--dry-run")
    assert "The edition 2027 would be opened as planned, on Friday, February 26, 2027." in result.stdout
    assert rows_of_all_tables() == before
    assert "The edition 2027 is opened as planned" in run().stdout
    (row,) = rows_of_all_tables()["edition"]
    assert "planned" in [str(getattr(value, "value", value)) for value in row]


def test_options(run, edition: Edition) -> None:
    content = "Was,Wo\nLesung,Online\n"
    result = run(
        *("--map", "name=Was", "--map", "place=Wo", "--zone", "Asia/Baku", "--start", "18:30", "-v"), content=content
    )
    assert "Lesung | Online | online | Asia/Baku | 2027-02-26 18:30 to 2027-02-26 20:30" in result.stdout


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--map", "place=Wohin"], "There is no column “Wohin”. The file has: Name, Place, Date."),
        (["--map", "colour=Name"], "There is no field “colour”."),
        (["--map", "place"], "--map takes FIELD=COLUMN"),
        (["--map", "place="], "No column says where the events are."),
        (["--zone", "Mars/Base"], "There is no time zone “Mars/Base”."),
        (["--zone", "localtime"], "There is no time zone “localtime”."),
        (["--start", "25:00"], "“25:00” is no time of day."),
        (["--start", "2027-02-26"], "“2027-02-26” is no time of day."),
    ],
)
def test_bad_options(run, edition: Edition, options: list[str], sentence: str) -> None:
    before = rows_of_all_tables()
    result = run(*options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert rows_of_all_tables() == before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        ("Name\nKöln\n".encode("cp1252"), "The file isn't in UTF-8."),
        (b"BEGIN:VCALENDAR\r\n", "The calendar is cut off or damaged"),
        (b"PK\x03\x04", "This file can't be read."),
        (b'Name,Place\n"A,Bonn\n', "In line 2 a quotation mark isn't closed"),
        (b"Name,Place\n" + b"A,Bonn\n" * 20_001, "This file is too large: at most 20000 rows or 5 MB."),
        (b"x" * 6_000_000, "This file is too large"),
        (b"a,b\n1,2\n", "No column says where the events are."),
    ],
)
def test_bad_files(run, make: Maker, content: bytes, sentence: str) -> None:
    make.campaign()
    before = rows_of_all_tables()
    result = run(content=content)
    assert (result.exit_code, result.stdout, sentence in result.stderr) == (2, "", True), result.output
    assert rows_of_all_tables() == before, "not even the edition may be opened"


def test_a_campaign_that_does_not_exist(run, app: Flask) -> None:
    result = run(campaign="nowhere")
    assert (result.exit_code, result.stderr) == (2, "Error: There is no campaign 'nowhere'.\n")


def test_a_file_that_does_not_exist(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["import-events", "khojaly", "2027", "/nowhere.csv"])
    assert result.exit_code == 2
