"""Every no has a sentence, in the site's look; and none is forgotten."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from campaign import i18n
from campaign.domain.errors import Refused
from campaign.web import errors, import_words
from tests.page import Client
from tests.web.conftest import YEAR, Soon

PACKAGE = Path(__file__).parents[2] / "campaign"
FACTS = {
    "limit": 3,
    "low": 1,
    "placeholder": "name",
    "minutes": 5,
    "left": 2,
    "language": "de",
    "names": "name",
    "earliest": "09:00",
    "high": 9,
    "option": 2,
    "taken": 2,
    "year": 2027,
    "day": date(2027, 2, 26),
    "last": 28,
    "missing": ["city", "end"],
    "field": "name",
    "line": 4,
    "text": "3/2/2027",
    "column": "B",
    "columns": 3,
    "fields": ["name"],
    "cells": 5,
    "header": "Name",
    "hour": "18:30",
    "name": "Berlin",
    "place": "Berlin",
    "zone": "Europe/Berlin",
    "value": "x",
    "by": "somebody",
    "placeholders": "{name}",
    "version": 2,
}
NEVER_READ = {
    "exception-year-twice",  # the database has one row a year
    "field-unknown",  # the command refuses it by its own words
    "ordinal-out-of-range",
    "rule-field-not-a-number",
    "rule-field-not-used",
    "rule-field-unknown",
    "rule-kind-unknown",
    "rule-leap-day-unknown",
    "point-unknown",
    "degrees-not-understood",  # what an import makes of these two is a warning
    "number-not-understood",
}
"""Refusals that no form can bring about: they guard against our own mistakes, and data that others made."""


def raised() -> Iterator[str]:
    """Return the codes of all refusals in the source that are written out."""
    for folder in ("domain", "services", "sheets"):
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            yield from re.findall(r'Refused\(\s*"([a-z-]+)"', path.read_text())


@pytest.fixture
def vague(app: Flask) -> Iterator[set[str]]:
    """Yield the sentences that say nothing in particular."""
    with app.test_request_context():
        unknown = Refused("no-such-code")
        yield {errors.sentence(unknown), import_words.reason_sentence(unknown)}


def test_every_refusal_has_a_sentence_of_its_own(vague: set[str]) -> None:
    codes = set(raised()) - NEVER_READ
    assert len(codes) > 60
    for code in sorted(codes):
        said = {errors.sentence(Refused(code, **FACTS)), import_words.reason_sentence(Refused(code, **FACTS))}
        assert said - vague, code


def test_a_sentence_holds_its_facts(vague: set[str]) -> None:
    assert errors.sentence(Refused("capacity-below-taken", taken=1)).startswith("1 place is taken")
    assert errors.sentence(Refused("capacity-below-taken", taken=2)).startswith("2 places are taken")
    assert errors.sentence(Refused("text-too-long", limit=80)) == "That is too long: at most 80 characters."
    incomplete = Refused("event-incomplete", missing=["city", "end"])
    assert errors.sentence(incomplete) == "Before it can be published it needs: a city, an end."


@pytest.mark.parametrize(
    ("method", "path", "status", "heading"),
    [
        ("GET", "/no/such/page/at/all", 404, "Page not found"),
        ("GET", "/unknown/", 404, "Page not found"),
        ("GET", f"/khojaly/{YEAR + 1}/", 404, "Page not found"),
        ("GET", f"/khojaly/{YEAR}/unknown/", 404, "Page not found"),
        ("GET", "/khojaly/99999999999999999999/", 404, "Page not found"),
        ("GET", "/khojaly/series/unknown/", 404, "Page not found"),
        ("GET", "/accent/red.css", 404, "Page not found"),
        ("POST", "/", 405, "Not that way"),
        ("POST", f"/khojaly/{YEAR}/", 405, "Not that way"),
        ("GET", "/khojaly/%00/", 404, "Page not found"),
        ("POST", f"/khojaly/{YEAR}/evening-in-berlin/register", 413, "That is too much at once"),
    ],
)
def test_what_is_not_there_has_a_page(
    client: Client, soon: Soon, method: str, path: str, status: int, heading: str
) -> None:
    soon.event()
    page = client.post(path, "x=" + "y" * 70_000) if method == "POST" else client.get(path)
    assert (page.status, page.heading) == (status, heading)
    assert f"Code {status}" in page.text


def test_a_page_that_is_not_there_speaks_the_readers_language(client: Client) -> None:
    page = client.get("/nowhere/", headers={"Accept-Language": "ar"})
    assert page.status == 404
    assert page.all("html")[0].get("dir") == "rtl"


def test_a_form_without_its_token_is_to_be_sent_again(app: Flask, client: Client, soon: Soon) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    soon.event()
    page = client.post(f"/khojaly/{YEAR}/evening-in-berlin/register", {"name": "Rena"})
    assert (page.status, page.heading) == (400, "Please send the form again")


@pytest.mark.parametrize("code", i18n.LANGUAGES)
def test_every_sentence_can_be_said_in_every_language(app: Flask, code: str) -> None:
    with app.test_request_context(headers={"Accept-Language": code}):
        for one in set(raised()) - NEVER_READ:
            assert errors.sentence(Refused(one, **FACTS))
            assert "%(" not in errors.sentence(Refused(one, **FACTS))
