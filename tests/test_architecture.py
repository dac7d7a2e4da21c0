"""What the design promises of the source itself: layers, one commit, access on every route, sizes, names.

Each check says in its message what is wrong and what to do instead.
"""

import ast
import inspect
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FunctionType

import pytest
from flask import Flask

from campaign.domain.permission import Permission

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "campaign"
MODULES = sorted(PACKAGE.rglob("*.py"))
SOURCES = [*MODULES, *sorted((ROOT / "tests").rglob("*.py")), ROOT / "wsgi.py", ROOT / "migrations" / "env.py"]
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))

LAYERS = {
    "domain": ((), ()),
    "models": (("db", "domain", "keys"), ("sqlalchemy", "flask_security")),
    "calendar": (("domain",), ("icalendar",)),
    "syndication": (("domain",), ()),
    "geo": (("domain", "i18n"), ("babel", "holidays")),
    "sheets": (("domain",), ("openpyxl", "xlsxwriter")),
    "papers": (("domain",), ("fpdf",)),
    "pictures": (("domain",), ("PIL",)),
    # calendar is pure, bytes of facts, and services keep what it renders: the one step sideways.
    "services": (
        ("address", "calendar", "db", "domain", "geo", "i18n", "keys", "models", "sheets", "syndication"),
        ("rapidfuzz", "sqlalchemy"),
    ),
}
"""What of ours, and of others, a layer may import beside itself and the standard library."""

BANNED = {
    "web": ("smtplib", "icalendar", "huey", "campaign.mail", "campaign.jobs", "campaign.commands"),
    "mail": ("icalendar", "wtforms", "huey", "campaign.web", "campaign.jobs", "campaign.commands"),
    "commands": ("smtplib", "icalendar", "wtforms", "campaign.web.manage"),
    "jobs.py": ("smtplib", "icalendar", "campaign.web"),
}
"""What a layer at the edge may not import, since it has another edge's work."""

HOMES = {
    "icalendar": "calendar",
    "smtplib": "mail",
    "huey": "jobs.py",
    "openpyxl": "sheets",
    "xlsxwriter": "sheets",
    "fpdf": "papers",
    "holidays": "geo",
    "PIL": "pictures",
}
"""Libraries that one part alone imports, so that another can take their place."""

CLOCKLESS = ("domain", "models", "services", "calendar", "geo", "papers", "pictures", "sheets", "syndication")
LIBRARY_ROUTES = {"static", "security"}
"""Flask's files, and Flask-Security's blueprint, which guards its own pages."""
ACCESSES = {"public", "account", "creators", *Permission}
FOUND_THROUGH_SCOPE = {"campaign", "year", "event", "series", "token"}
ONE_TIME_LINKS = {"accounts.link", "accounts.use_link"}
"""Their token is found by its hash in services/members, which knows no row before it is used."""
GET_THAT_WRITES = {
    "manage_registrations.listing",
    "manage_registrations.of_edition",
    "manage_registrations.show",
    "manage_mail.of_event",
    "manage_door.paper",
}
"""Looking at people's names is recorded."""
NO_NAMES = {"base", "common", "forms", "helper", "helpers", "misc", "models", "util", "utils", "views"}
FILE_LIMIT, FUNCTION_LIMIT, FUNCTION_RULE = 400, 60, 40


def shown(path: Path) -> str:
    """Return a path as it is said in messages and test names."""
    return str(path.relative_to(ROOT))


def layer_of(path: Path) -> str:
    """Return the first part of a module's path in the package, such as `web` or `jobs.py`."""
    return path.relative_to(PACKAGE).parts[0]


@cache
def tree_of(path: Path) -> ast.Module:
    """Return a module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    """Return the full names of what a module imports; of `from a import b` both a and a.b."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{shown(path)} imports relatively: write the whole name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_below(name: str, parents: tuple[str, ...]) -> bool:
    """Return whether a dotted name is one of `parents` or lies in one."""
    return any(name == parent or name.startswith(f"{parent}.") for parent in parents)


@pytest.mark.parametrize("path", [path for path in MODULES if layer_of(path) in LAYERS], ids=shown)
def test_layers_import_downwards_only(path: Path) -> None:
    layer = layer_of(path)
    ours, others = LAYERS[layer]
    allowed = tuple(f"campaign.{name}" for name in (layer, *ours)) + others
    wrong = [
        name
        for name in imports(path)
        if name.partition(".")[0] not in sys.stdlib_module_names - {"smtplib"} and not is_below(name, allowed)
    ]
    assert not wrong, f"{layer} may not import {wrong}: move the work to the layer above, or take facts instead"


@pytest.mark.parametrize("path", [path for path in MODULES if layer_of(path) in BANNED], ids=shown)
def test_the_edges_do_not_do_each_others_work(path: Path) -> None:
    wrong = [name for name in imports(path) if is_below(name, BANNED[layer_of(path)])]
    assert not wrong, f"{layer_of(path)} may not import {wrong}: call a service, which queues it or has it stored"


@pytest.mark.parametrize(("library", "home"), HOMES.items())
def test_a_library_at_an_edge_has_one_home(library: str, home: str) -> None:
    wrong = [
        shown(path)
        for path in MODULES
        if layer_of(path) != home and any(is_below(n, (library,)) for n in imports(path))
    ]
    assert not wrong, f"{library} is imported in {wrong}: only campaign/{home} may"


def test_importing_the_domain_loads_nothing_else() -> None:
    empty = (PACKAGE / "__init__.py").read_text() == ""
    assert empty, "campaign/__init__.py must stay empty: whoever imports the domain goes through it"
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in MODULES if layer_of(path) == "domain"]
    # -S leaves out every installed library.
    command = [sys.executable, "-S", "-c", f"import sys, {', '.join(names)}; print(*sys.modules)"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, f"the domain must stand on the standard library alone: {result.stderr[-300:]}"
    loaded = [name for name in result.stdout.split() if is_below(name, ("campaign",)) and name != "campaign"]
    foreign = [name for name in loaded if not is_below(name, ("campaign.domain",))]
    assert not foreign, f"importing the domain loads {foreign}: give the rule facts instead"


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_only_db_commits(path: Path) -> None:
    commits = [
        node.lineno for node in ast.walk(tree_of(path)) if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]
    assert not commits or path == PACKAGE / "db.py", (
        f"commit() in lines {commits}: flush, and let unit_of_work() commit"
    )


@pytest.mark.parametrize("path", [path for path in MODULES if layer_of(path) in CLOCKLESS], ids=shown)
def test_time_comes_in_as_an_argument(path: Path) -> None:
    clocks = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "today", "utcnow", "time_ns"}
        # func.now() is the database's clock, and just as hidden.
    ]
    assert not clocks, f"a clock is read in lines {clocks}: take `now` as an argument, web and commands read the clock"


@pytest.mark.parametrize("path", [path for path in MODULES if layer_of(path) == "services"], ids=shown)
def test_a_state_changes_only_by_the_table_of_moves(path: Path) -> None:
    if path.stem == "outbox":  # A message's states are the queue's own marks.
        return
    for function in functions(path):
        assigned = any(
            isinstance(target, ast.Attribute) and target.attr == "status"
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            for top in node.targets
            for target in (top.elts if isinstance(top, ast.Tuple) else [top])
        )
        checked = any(isinstance(node, ast.Attribute) and node.attr == "check_move" for node in ast.walk(function))
        assert checked or not assigned, f"{function.name} sets a status without rules.check_move(old, new)"


def functions(path: Path) -> list[ast.FunctionDef]:
    """Return every function and method of a module."""
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_what_others_may_call_says_what_it_does(path: Path) -> None:
    tree = tree_of(path)
    if not tree.body:
        return
    assert ast.get_docstring(tree), "the module has no docstring: say in a sentence what it is for"
    public = [node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    silent = [node.name for node in public if not ast.get_docstring(node)]
    assert not silent, f"no docstring on {silent}: one imperative sentence, then shapes, errors and sources"


@pytest.mark.parametrize("path", SOURCES, ids=shown)
def test_files_and_functions_stay_small(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= FILE_LIMIT, f"{lines} lines, more than {FILE_LIMIT}: split it by noun"
    sizes = {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions(path)}
    large = {name: size for name, size in sizes.items() if size > FUNCTION_LIMIT}
    assert not large, f"functions of more than {FUNCTION_LIMIT} lines: {large}; name their parts"
    if long := {name: size for name, size in sizes.items() if size > FUNCTION_RULE}:
        warnings.warn(f"{shown(path)}: longer than {FUNCTION_RULE} lines: {long}", stacklevel=1)


def test_no_file_is_a_drawer() -> None:
    wrong = [shown(path) for path in SOURCES if path.stem in NO_NAMES]
    assert not wrong, f"{wrong}: name a file after the noun it is about"


@pytest.mark.parametrize("path", TEMPLATES, ids=shown)
def test_templates_hold_no_code_and_no_style(path: Path) -> None:
    text = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    in_mail = path.parent.name == "mail"
    wrong = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", text) + re.findall(r"\son[a-z]+=[\"'{]", text)
    wrong += re.findall(r"\sstyle=[\"'{]", text) + ([] if in_mail else re.findall(r"<style\b", text))
    assert not wrong, f"inline {wrong}: the content security policy blocks it; use a file under static/"
    unsafe = re.findall(r"\|\s*safe\b|autoescape\s+false|_external", text)
    assert not unsafe, f"{unsafe}: let the template escape, and make addresses with campaign/address.py"


def test_no_address_is_made_from_the_request() -> None:
    wrong = [
        f"{shown(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.keyword) and node.arg == "_external")
        or (isinstance(node, ast.Attribute) and node.attr in {"host_url", "url_root", "base_url"})
    ]
    assert not wrong, f"{wrong}: the Host header is anybody's to choose; use campaign/address.py"


def test_an_address_becomes_a_row_only_in_scope() -> None:
    verbs = tuple(f"sqlalchemy.{verb}" for verb in ("select", "update", "insert", "delete"))
    wrong = [
        shown(path)
        for path in MODULES
        if layer_of(path) == "web" and path.stem != "scope" and any(name in verbs for name in imports(path))
    ]
    assert not wrong, f"{wrong} ask the database: fetch through scope.py, or call a service"


def views(app: Flask) -> Iterator[tuple[str, FunctionType, object]]:
    """Return our routes: endpoint, view, and what `auth` says of it."""
    for endpoint, view in app.view_functions.items():
        if endpoint.partition(".")[0] not in LIBRARY_ROUTES:
            assert isinstance(view, FunctionType)
            yield endpoint, view, getattr(view, "access", None)


def test_every_route_says_who_may_call_it(app: Flask) -> None:
    for endpoint, _view, access in views(app):
        assert access in ACCESSES, f"{endpoint} doesn't say who may call it: @public, @signed_in or @requires(…)"
        for rule in app.url_map.iter_rules(endpoint):
            needs_campaign = isinstance(access, Permission)
            assert "campaign" in rule.arguments or not needs_campaign, f"{rule}: in which campaign is the role?"


def test_what_an_address_names_is_found_through_scope(app: Flask) -> None:
    for endpoint, view, access in views(app):
        named = {name for rule in app.url_map.iter_rules(endpoint) for name in rule.arguments} & FOUND_THROUGH_SCOPE
        if not named or endpoint in ONE_TIME_LINKS:
            continue
        prefix = ("managed_",) if isinstance(access, Permission) else ("public_", "own_")
        used = {
            node.attr
            for body in reach(view)
            for node in ast.walk(body)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "scope"
        }
        assert any(name.startswith(prefix) for name in used), (
            f"{endpoint} takes {sorted(named)} but uses {sorted(used) or 'nothing'} of scope: "
            f"another campaign's row must be 404, see scope.{prefix[0]}…"
        )


def test_looking_changes_nothing(app: Flask) -> None:
    for endpoint, view, _access in views(app):
        methods = {method for rule in app.url_map.iter_rules(endpoint) for method in rule.methods or ()}
        if "GET" not in methods or endpoint in GET_THAT_WRITES:
            continue
        for body in reach(view):
            assert writes_only_when_sent(body, may_be_sent="POST" in methods), (
                f"{endpoint} opens a unit of work on GET: mail scanners and robots follow every link; act on POST"
            )


def reach(view: FunctionType) -> list[ast.FunctionDef]:
    """Return the syntax of a view, and of the functions of its module that it calls."""
    plain = inspect.unwrap(view)
    path = Path(inspect.getsourcefile(plain) or "")
    own = {node.name: node for node in tree_of(path).body if isinstance(node, ast.FunctionDef)}
    start = own[plain.__name__]
    called = {node.id for node in ast.walk(start) if isinstance(node, ast.Name)}
    return [start, *(own[name] for name in called & own.keys() - {start.name})]


def writes_only_when_sent(function: ast.FunctionDef, *, may_be_sent: bool) -> bool:
    """Return whether each unit of work stands below `if form.validate_on_submit()`."""
    below = {
        id(inner)
        for node in ast.walk(function)
        if isinstance(node, ast.If) and may_be_sent and "validate_on_submit()" in ast.unparse(node.test)
        for statement in node.body
        for inner in ast.walk(statement)
    }
    writing = {"unit_of_work", "begin_writing", "finish_writing"}
    return all(id(node) in below for node in ast.walk(function) if isinstance(node, ast.Name) and node.id in writing)
