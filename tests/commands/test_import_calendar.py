"""The command that imports events, given a calendar."""

from datetime import datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from campaign.models import Edition, Event
from tests.make import Maker
from tests.services.test_imports import events_of, rows_of_all_tables

SAMPLES = Path(__file__).parents[1] / "data" / "calendars"
COUNTS = {
    "apple": "4 new, 0 changed, 0 unchanged, 0 refused",
    "gancio": "1 new, 0 changed, 0 unchanged, 0 refused",
    "google": "4 new, 0 changed, 0 unchanged, 1 refused",
    "mobilizon": "1 new, 0 changed, 0 unchanged, 0 refused",
    "outlook": "4 new, 0 changed, 0 unchanged, 1 refused",
    "thunderbird": "1 new, 0 changed, 0 unchanged, 0 refused",
}


@pytest.fixture
def edition(make: Maker, app: Flask) -> Edition:
    """Return the year 2027 of the campaign khojaly."""
    return make.edition()


@pytest.fixture
def run(app: Flask, tmp_path: Path):
    """Return what runs the command on a file with some content."""

    def run(content: bytes, *options: str, year: str = "2027", name: str = "events.ics") -> Result:
        path = tmp_path / name
        path.write_bytes(content)
        return app.test_cli_runner().invoke(args=["import-events", "khojaly", year, str(path), *options])

    return run


def sample(name: str) -> bytes:
    """Return a calendar as a program writes it."""
    return (SAMPLES / f"{name}.ics").read_bytes()


def last_line(result: Result) -> str:
    """Return the line that scripts read."""
    return result.stdout.splitlines()[-1]


def seen(event: Event) -> tuple[object, ...]:
    """Return where and when an event is."""
    return event.name["en"], event.city, event.zone, event.starts, event.ends


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_a_second_time_nothing_changes(run, edition: Edition, name: str) -> None:
    result = run(sample(name))
    assert (result.exit_code, last_line(result)) == (0, COUNTS[name]), result.output
    before = rows_of_all_tables()
    new, refused = (int(COUNTS[name].split(", ")[at].split()[0]) for at in (0, 3))
    assert last_line(run(sample(name))) == f"0 new, 0 changed, {new} unchanged, {refused} refused"
    assert rows_of_all_tables() == before


def test_times_are_those_of_the_place(run, edition: Edition) -> None:
    result = run(sample("google"))
    assert "line 83: The calendar says that this is private." in result.stdout
    assert {seen(event) for event in events_of(edition)} == {
        (
            *("Evening of remembrance", "Berlin", "Europe/Berlin"),
            *(datetime(2027, 2, 26, 18, 30), datetime(2027, 2, 26, 20, 30)),
        ),
        ("Silent minute", "Munich", "Europe/Berlin", datetime(2027, 2, 26, 12), datetime(2027, 2, 26, 12, 45)),
        ("Exhibition", "Hamburg", "Europe/Berlin", datetime(2027, 2, 26), datetime(2027, 2, 28)),
        ("Talk online", None, "Europe/Berlin", datetime(2027, 2, 25, 17), datetime(2027, 2, 25, 18)),
    }


def test_days_are_days_whatever_the_usual_hour_is(run, edition: Edition) -> None:
    assert run(sample("google"), "--start", "18:30").exit_code == 0
    (exhibition,) = (event for event in events_of(edition) if event.name["en"] == "Exhibition")
    assert (exhibition.is_all_day, exhibition.starts) == (True, datetime(2027, 2, 26))


def test_another_program(run, edition: Edition) -> None:
    run(sample("mobilizon"))
    (event,) = events_of(edition)
    assert seen(event)[1:4] == ("Paris", "Europe/Paris", datetime(2027, 2, 26, 18, 30))
    assert event.url == event.external_id.join(["https://mobilizon.example/events/", ""])
    assert (event.tags, event.latitude) == (["memorial", "paris"], 48.8675)


def test_an_hour_that_moved_is_a_change(run, edition: Edition) -> None:
    run(sample("outlook"))
    result = run(sample("outlook").replace(b"T180000", b"T183000"), "--verbose")
    assert last_line(result) == "0 new, 3 changed, 1 unchanged, 1 refused"
    assert "line 59: changed (Start): Vorbereitung" in result.stdout


def test_what_recurs_is_imported_for_the_year(run, edition: Edition, make: Maker) -> None:
    other = make.edition(edition.campaign, 2028)
    run(sample("google"))
    result = run(sample("google"), year="2028")
    assert [seen(event)[3] for event in events_of(other)] == [datetime(2028, 2, 26, 12)]
    assert last_line(result) == "1 new, 0 changed, 0 unchanged, 4 refused"


def test_dry_run_stores_nothing(run, edition: Edition) -> None:
    before = rows_of_all_tables()
    result = run(sample("gancio"), "--dry-run")
    assert "| Turin, IT | Europe/Rome | 2027-02-26 20:00 to 2027-02-26 22:00" in result.stdout
    assert rows_of_all_tables() == before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (sample("google")[:-30], "The calendar is cut off or damaged"),
        (sample("google") + b"\r\n" * 500_000, "at most 1 MB and 2000 entries"),
        (sample("google").replace(b"VERSION:2.0", b"VERSION:1.0"), "vCalendar 1.0"),
        (sample("google").decode().encode("latin-1"), "isn't in UTF-8"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "There is no event in this calendar."),
    ],
    ids=["cut", "large", "old", "latin-1", "empty"],
)
def test_bad_calendars(run, edition: Edition, content: bytes, sentence: str) -> None:
    before = rows_of_all_tables()
    result = run(content)
    assert (result.exit_code, result.stdout, sentence in result.stderr) == (2, "", True), result.output
    assert rows_of_all_tables() == before


def test_moments_of_utc_in_a_spreadsheet(run, edition: Edition) -> None:
    content = b"Name,Place,Start,End\nEvening,Baku,2027-02-26T20:30Z,2027-02-26 22:00 UTC\n"
    assert last_line(run(content, name="events.csv")) == "1 new, 0 changed, 0 unchanged, 0 refused"
    (event,) = events_of(edition)
    assert seen(event)[2:] == ("Asia/Baku", datetime(2027, 2, 27, 0, 30), datetime(2027, 2, 27, 2, 0))
