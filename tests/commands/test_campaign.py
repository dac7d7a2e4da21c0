"""The commands that make, list, write and read campaigns."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from campaign.db import db
from campaign.models import Campaign, Event, Member
from tests.make import Maker
from tests.services.test_imports import rows_of_all_tables


@pytest.fixture
def run(app: Flask):
    """Return what runs one of the commands."""

    def run(*arguments: str) -> Result:
        return app.test_cli_runner().invoke(args=["campaign", *arguments])

    return run


def test_create_and_list(run, make: Maker) -> None:
    user = make.user()
    result = run("create", "trees", "--name", "Day of Trees", "--rule", "04-25", "--owner", user.email)
    assert (result.exit_code, result.stdout) == (0, "trees\n"), result.output
    found = db.session.scalars(select(Campaign)).one()
    assert (found.name, found.rule["month"], found.rule["day"]) == ({"en": "Day of Trees"}, 4, 25)
    assert db.session.scalars(select(Member.user_id)).one() == user.id
    assert run("list").stdout == "trees\tDay of Trees\tno year yet\t0\n"


def test_any_rule_as_json(run, app: Flask) -> None:
    rule = '{"kind": "nth-weekday", "month": 3, "nth": -1, "weekday": 5}'
    assert run("create", "hour", "--name", "Hour", "--rule", rule, "--language", "de").exit_code == 0
    assert db.session.scalars(select(Campaign)).one().rule["nth"] == -1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--rule", "13-01"], "Write a month"),
        (["--rule", "02-31"], "This month has no such day"),
        (["--rule", "tomorrow"], "--rule takes a date such as 02-26"),
        (["--rule", "[1]"], "--rule takes a date such as 02-26"),
        (["--rule", '{"kind": "never"}'], ""),
        (["--rule", "02-26", "--owner", "nobody@example.org"], "There is no account nobody@example.org."),
    ],
)
def test_bad_options(run, app: Flask, options: list[str], sentence: str) -> None:
    result = run("create", "trees", "--name", "Day of Trees", *options)
    assert (result.exit_code, sentence in result.stderr) == (2, True), result.output
    assert db.session.scalars(select(Campaign)).all() == []


def test_a_slug_that_is_taken(run, make: Maker) -> None:
    make.campaign("trees")
    assert run("create", "trees", "--name", "x", "--rule", "02-26").exit_code == 2
    assert run("create", "manage", "--name", "x", "--rule", "02-26").exit_code == 2


def test_export_and_import(run, make: Maker, tmp_path: Path) -> None:
    make.event()
    path = tmp_path / "khojaly.json"
    assert run("export", "khojaly", str(path)).stdout == f"1 events in {path}\n"
    before = rows_of_all_tables()
    result = run("import", str(path))
    assert (result.exit_code, result.stdout) == (0, "0 new, 0 changed, 1 unchanged\n"), result.output
    assert rows_of_all_tables() == before
    path.write_text(path.read_text().replace('"slug": "khojaly"', '"slug": "copy"'))
    assert run("import", str(path)).stdout == "1 new, 0 changed, 0 unchanged\n"
    assert len(db.session.scalars(select(Event)).all()) == 2
    assert [one.name for one in tmp_path.glob("*.part")] == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file isn't JSON"),
        (b"\xff\xfe\x00", "The file isn't JSON"),
        (b"[" * 100_000, "The file isn't JSON"),
        (json.dumps({"version": 99}).encode(), "The file has version 99"),
        (b"{}", "This isn't a campaign's file"),
    ],
)
def test_files_that_are_none(run, app: Flask, tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    result = run("import", str(path))
    assert (result.exit_code, sentence in result.stderr) == (2, True), result.output


def test_a_campaign_that_is_not_there(run, app: Flask, tmp_path: Path) -> None:
    assert run("export", "nowhere", str(tmp_path / "x.json")).exit_code == 2
    assert list(tmp_path.glob("x*")) == []
