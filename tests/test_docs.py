"""The documents say what is there: commands, settings, addresses, files; and nothing that isn't."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from campaign import config

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
OURS = (
    *("backup", "demo", "doctor", "feeds", "import-events", "purge"),
    *("restore", "roll-over", "send-mail", "serve", "user", "worker"),
)


def settings_read() -> set[str]:
    """Return the names that config.py looks for in the environment."""
    calls = [node for node in ast.walk(ast.parse(Path(config.__file__).read_text())) if isinstance(node, ast.Call)]
    words = [argument for call in calls for argument in call.args if isinstance(argument, ast.Constant)]
    return {word.value for word in words if isinstance(word.value, str) and re.fullmatch("[A-Z][A-Z_]+", word.value)}


def commands(group: click.Group, *, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Return a group's commands and those below them, each with its words."""
    for name, command in sorted(group.commands.items()):
        if path or name in OURS:
            yield f"{path}{name}", command
            if isinstance(command, click.Group):
                yield from commands(command, path=f"{path}{name} ")


def test_every_setting_is_documented_twice_and_no_other() -> None:
    read = settings_read()
    assert {"DATABASE_URL", "PUBLIC_URL", "SECRET_KEY"} <= read
    explained = set(re.findall(r"^([A-Z][A-Z_]+) ", config.__doc__ or "", re.MULTILINE))
    assert explained == read, f"config.py explains and reads different settings: {sorted(explained ^ read)}"
    table = README.partition("## Settings")[2].partition("\n## ")[0]
    listed = set(re.findall(r"`([A-Z][A-Z_]+)`", table))
    assert listed == read, f"README.md's table and config.py differ in {sorted(listed ^ read)}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_target_that_is_named_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", document.read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= targets, f"{document.name} names make {sorted(named - targets)}"


def test_make_help_names_every_target() -> None:
    phony = set(re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[1].split())  # type: ignore[index]
    explained = set(re.findall(r"^([a-z]+):.*##", MAKEFILE, re.MULTILINE))
    assert phony - explained == {"parts"}, "write ## and a sentence behind the target"


def test_every_flask_command_that_is_named_exists(app: Flask) -> None:
    known = {words for words, _command in commands(app.cli)} | {"db upgrade", "db migrate"}
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for line in re.findall(r"flask --app wsgi ([a-z][^`#\n]*)", text):
            words = line.split()
            assert words[0] in known or " ".join(words[:2]) in known, f"{document.name}: flask --app wsgi {line}"
            command = dict(commands(app.cli)).get(" ".join(words[:2])) or dict(commands(app.cli)).get(words[0])
            options = {option for one in (command.params if command else []) for option in one.opts}
            unknown = {word for word in words if word.startswith("--")} - options
            assert not unknown or words[0] == "db", f"{document.name}: {words[0]} has no {sorted(unknown)}"


def test_readme_lists_every_command(app: Flask) -> None:
    listed = README.partition("## Commands")[2].partition("\n## ")[0]
    missing = [name for name in OURS if f"`{name}" not in listed]
    assert not missing
    assert set(OURS) <= app.cli.commands.keys()


def test_every_command_explains_itself(app: Flask) -> None:
    runner = app.test_cli_runner()
    for words, command in commands(app.cli):
        assert command.help, f"{words} has no docstring"
        assert command.help.split("\n\n")[0].rstrip().endswith("."), f"{words}: its help starts with a whole sentence"
        for option in command.params:
            said = getattr(option, "help", None)
            assert said or isinstance(option, click.Argument), f"{words} {option.opts[0]} has no help"
        result = runner.invoke(args=[*words.split(), "--help"])
        assert result.exit_code == 0
        assert "Usage:" in result.output


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_is_named_exists(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = [one.partition("#")[0] for one in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in one]
    paths = re.findall(r"`((?:campaign|docs|migrations|static|templates|tests)/[\w./-]*\w)`", text)
    missing = [one for one in links if one and not (document.parent / one).exists()]
    missing += [one for one in paths if not (ROOT / one).exists()]
    assert not missing, f"{document.name} names {missing}"


def test_every_address_in_the_readme_is_one(app: Flask) -> None:
    adapter = app.url_map.bind("127.0.0.1")
    values = {"campaign": "khojaly", "year": "2027", "event": "evening", "name": "evening", "token": "x"}
    named = set(re.findall(r"`(/[a-z<][^`\s]*)`", README))
    assert len(named) > 4
    for address in named:
        path = re.sub(r"<(\w+)>", lambda found: values[found[1]], address)
        try:
            adapter.match(path)
        except RequestRedirect:
            continue
        except HTTPException as error:
            raise AssertionError(f"README.md names {address}: {error}") from error


def test_the_changelog_tells_what_is_new_first() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.*)$", changelog, re.MULTILINE)
    assert headings
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert headings[0] == "Unreleased" or headings[0].startswith(version)
    entries = re.findall(r"^- (.*(?:\n  .*)*)", changelog, re.MULTILINE)
    assert entries
    assert all(entry.rstrip().endswith(".") for entry in entries)


def test_every_requirement_is_pinned_with_its_hashes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    optional = project["optional-dependencies"]
    wanted = {
        "requirements.txt": project["dependencies"],
        "requirements-scale.txt": project["dependencies"] + optional["scale"],
        "requirements-dev.txt": project["dependencies"] + optional["scale"] + optional["dev"],
    }
    for name, requirements in wanted.items():
        text = (ROOT / name).read_text()
        assert "index-url" not in text, f"{name}: where packages come from is the reader's to say"
        blocks = re.split(r"\n(?=[a-z0-9])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip())
        assert all("--hash=sha256:" in block for block in blocks), f"{name}: make lock"
        pinned = dict(re.match(r"([\w.-]+)(?:\[.*?\])?==([^\s;\\]+)", block).groups() for block in blocks)  # type: ignore[union-attr, misc]
        for requirement in requirements:
            found = re.match(r"([\w.-]+)(?:\[.*?\])?(?:==(.*))?$", requirement)
            assert found
            here = pinned.get(found[1].lower().replace("_", "-"))
            assert here and here == (found[2] or here), f"{name} has {found[1]} {here}, not {found[2]}: make lock"
