"""`flask roll-over`: what it prints, its exit codes, and that a dry run stores nothing."""

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from campaign.db import db
from campaign.models import Edition, Event
from tests.make import Maker


@pytest.fixture
def year(app: Flask, make: Maker) -> Edition:
    """Return the year 2027 with an event in Berlin and one in Baku."""
    edition = make.edition()
    make.event(edition)
    make.event(edition, name={"en": "Baku"}, country="AZ", city="Baku", zone="Asia/Baku")
    return edition


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["roll-over", *words])


def years() -> list[int]:
    db.session.rollback()
    return sorted(db.session.scalars(select(Edition.year).join(Event)))


def test_roll_over(app: Flask, year: Edition) -> None:
    result = run(app, "khojaly", "2028")
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "The edition 2028 is opened as planned, on Saturday, 26 February 2028.",
        "2 new, 0 already there, 0 left out",
    ]
    assert years() == [2027, 2027, 2028, 2028]
    assert run(app, "khojaly", "2028").output.splitlines() == ["0 new, 2 already there, 0 left out"]


def test_a_dry_run_shows_each_event_and_stores_nothing(app: Flask, year: Edition) -> None:
    result = run(app, "khojaly", "2028", "--dry-run", "--without", "az")
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "The edition 2028 would be opened as planned, on Saturday, 26 February 2028.",
        "new: Evening in Berlin | Berlin, DE | Europe/Berlin | Fri, 26 Feb 2027, 18:30 -> Sat, 26 Feb 2028, 18:30",
        "    ! Nobody to ask",
        "    ! Other weekday",
        "left out (its country stays behind): Baku | Baku, AZ | Asia/Baku | Fri, 26 Feb 2027, 18:30 -> "
        "Sat, 26 Feb 2028, 18:30",
        "1 new, 0 already there, 1 left out",
    ]
    assert years() == [2027, 2027]
    assert db.session.scalars(select(Edition.year)).all() == [2027]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nothing", "2028"), "There is no campaign 'nothing'."),
        (("khojaly", "2027"), "No year before 2027 has events that could be taken over."),
        (("khojaly", "2029", "--from", "2028"), "No year before"),
        (("khojaly", "1492"), "is not in the range"),
    ],
)
def test_what_it_cannot_run_with(app: Flask, year: Edition, words: tuple[str, ...], sentence: str) -> None:
    result = run(app, *words)
    assert result.exit_code == 2
    assert sentence in result.output
    assert years() == [2027, 2027]
