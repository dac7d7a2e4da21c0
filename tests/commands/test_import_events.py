"""The command that imports events: what it prints, what it stores, how it ends."""

import io
import os
import signal
import subprocess
import sys
from datetime import date, datetime, time
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from openpyxl import Workbook

from campaign.db import db
from campaign.models import Edition
from tests import servers
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


def test_columns_are_remembered(run, edition: Edition) -> None:
    content = "Was,Wo\nLesung,Bonn\n"
    assert run("--map", "name=Was", "--map", "place=Wo", content=content).exit_code == 0
    lines = run(content=content).stdout.splitlines()
    assert lines == [
        "The columns are taken as they were chosen before: name=Was, place=Wo",
        "0 new, 0 changed, 1 unchanged, 0 refused",
    ]


def test_a_rehearsal_remembers_nothing(run, edition: Edition) -> None:
    content = "Was,Wo\nLesung,Bonn\n"
    run("--map", "name=Was", "--map", "place=Wo", "--dry-run", content=content)
    assert run(content=content).exit_code == 2


def test_a_field_named_twice(run, edition: Edition) -> None:
    result = run("--map", "place=Place", "--map", "place=Name")
    assert (result.exit_code, result.stderr) == (2, "Error: --map names the field place twice.\n")


def test_what_is_gone_is_named_before_the_last_line(run, edition: Edition) -> None:
    run(content="Name,Place\nA,Bonn\nB,Ulm\n")
    assert run(content="Name,Place\nA,Bonn\n").stdout.splitlines() == [
        "gone from the file, left as it is: B | Ulm, DE | 2027-02-26 | draft",
        "0 new, 0 changed, 1 unchanged, 0 refused",
    ]
    assert len(events_of(edition)) == 2


KILLED = """
import os, signal
from campaign.services import events

made = events._new
count = 0


def new(*args, **kwargs):
    global count
    count += 1
    if count == 30:
        os.kill(os.getpid(), signal.SIGKILL)
    return made(*args, **kwargs)


events._new = new
from wsgi import app
app.test_cli_runner().invoke(args=["import-events", "khojaly", "2027", "{path}"])
"""
"""An import that is killed while it stores: after some rows are changed and before all new ones are there."""


def test_a_killed_import_leaves_nothing(
    make: Maker, app_on_both: Flask, environment: dict[str, str], database_url: str, tmp_path: Path
) -> None:
    edition, path = make.edition(), tmp_path / "events.csv"
    path.write_text("ID,Name,Place\n1,A,Bonn\n")
    app_on_both.test_cli_runner().invoke(args=["import-events", "khojaly", "2027", str(path)])
    before = rows_of_all_tables()
    assert len(events_of(edition)) == 1
    rows = "".join(f"{number},E{number},Bonn\n" for number in range(2, 50))
    path.write_text(f"ID,Name,Place\n1,A,Ulm\n{rows}")
    db.session.remove()
    settings = {**os.environ, **environment, "DATABASE_URL": database_url}
    command = [sys.executable, "-c", KILLED.replace("{path}", str(path))]
    killed = subprocess.run(command, cwd=servers.ROOT, env=settings, check=False, capture_output=True, timeout=60)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert rows_of_all_tables() == before
    result = app_on_both.test_cli_runner().invoke(args=["import-events", "khojaly", "2027", str(path)])
    assert last_line(result) == "48 new, 1 changed, 0 unchanged, 0 refused"
