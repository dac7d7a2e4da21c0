"""Every code that an import may give has its sentence."""

import ast
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from campaign.domain.errors import Refused
from campaign.geo.choice import Warn
from campaign.geo.places import Source
from campaign.services.import_notes import Derived, Note
from campaign.web import import_words

PACKAGE = Path(__file__).parents[2] / "campaign"
SOURCES = [
    *(PACKAGE / "services").glob("import*.py"),
    *(PACKAGE / "sheets").glob("*.py"),
    *(
        PACKAGE / "calendar" / f"{name}.py"
        for name in ("reader", "content_lines", "components", "stamps", "recurrence", "occurrences")
    ),
    *(PACKAGE / "domain" / f"{name}.py" for name in ("cell", "columns", "typed_time")),
]
FACTS = dict.fromkeys(
    "cells column columns field fields header hour limit line place rule text year zone".split(), "url"
) | {"day": date(2027, 2, 26)}
FALLBACK = "That isn't possible as it stands."


def calls(name: str) -> list[list[object]]:
    """Return the constant arguments of each call of a function by that name."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES]
    found = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [node for node in found if getattr(node.func, "attr", getattr(node.func, "id", "")) == name]
    return [[arg.value if isinstance(arg, ast.Constant) else None for arg in node.args] for node in named]


LEFT_OUT = {"degrees-not-understood", "number-not-understood"}
"""Cells that can't be read, and are left out with a warning."""
REFUSED = {args[0] for args in calls("Refused")} - LEFT_OUT
WARNED = (
    LEFT_OUT | {args[0] for args in calls("warn")} | {args[0] for args in calls("Note")} | {str(code) for code in Warn}
)
DERIVED = {tuple(args[:2]) for args in calls("derive")}


@pytest.mark.parametrize("code", sorted(str(code) for code in REFUSED - {None}))
def test_refusals(app: Flask, code: str) -> None:
    with app.test_request_context(), force_locale("en"):
        assert not import_words.reason_sentence(Refused(code, **FACTS)).startswith(FALLBACK)


@pytest.mark.parametrize("code", sorted(str(code) for code in WARNED - {None}))
def test_warnings(app: Flask, code: str) -> None:
    with app.test_request_context(), force_locale("en"):
        assert import_words.warning_sentence(Note(code, FACTS)) != code


def test_what_was_derived(app: Flask) -> None:
    names = {str(name) for name, _source in DERIVED if name}
    sources = {str(source) for _name, source in DERIVED if source} | {str(source) for source in Source}
    with app.test_request_context(), force_locale("en"):
        for name in names:
            for source in sources - {"column"}:
                assert import_words.derived_phrase(Derived(name, source, "DE"))
        assert (
            import_words.derived_phrase(Derived("country", "place", "DE")) == "Country: Germany (from the place's name)"
        )
