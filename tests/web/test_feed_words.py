"""Every code that the check of a feed may give has its sentence, which names the programs that mind it."""

import ast
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from campaign.calendar.finding import CLIENTS, Finding, finding
from campaign.web.feed_words import place, sentence

PACKAGE = Path(__file__).parents[2] / "campaign"
SOURCES = [*(PACKAGE / "calendar").glob("check*.py"), PACKAGE / "services" / "feed_check.py"]
SOURCES.append(PACKAGE / "web" / "feed_headers_check.py")
FACTS: dict[str, object] = dict.fromkeys(
    "base component header headers language length limit name other parameter property reason said size status true "
    "value wanted zone".split(),
    "<fact>",
) | {"count": 3}


@pytest.mark.parametrize("code", CLIENTS)
def test_each_code_has_a_sentence_with_its_programs(app: Flask, code: str) -> None:
    with app.test_request_context(), force_locale("en"):
        words = sentence(Finding(code, facts=FACTS))
    assert words[0].isupper() or words.startswith(("<fact>", "“"))
    assert "%(" not in words
    assert not [client for client in CLIENTS[code] if client not in words]


def test_no_sentence_blames_a_program_that_its_code_does_not_name(app: Flask) -> None:
    known = {client for clients in CLIENTS.values() for client in clients}
    with app.test_request_context(), force_locale("en"):
        for code, clients in CLIENTS.items():
            words = sentence(Finding(code, facts=FACTS))
            assert {client for client in known if client in words} == set(clients), code


def test_the_checks_give_no_other_codes() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES]
    constants = [node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    said = {value for value in constants if isinstance(value, str)}
    assert CLIENTS.keys() - said == set()
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given = [node.args[0] for node in calls if node.args and ast.unparse(node.func) in ("finding", "_counted", "wrong")]
    codes = {node.value for node in given if isinstance(node, ast.Constant)}
    assert codes <= CLIENTS.keys()


def test_where_a_finding_stands(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert place(finding("method", line=4)) == "line 4"
        assert place(finding("recurrence", line=40, uid="3f1c@example.org")) == "line 40, entry 3f1c@example.org"
        assert place(finding("http-cookie")) == ""


def test_how_many_lines_have_it(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert sentence(finding("line-end", line=1, count=3)).endswith(" (3 lines in all)")
        assert sentence(finding("line-end", line=1, count=1)).endswith("calendar.")
