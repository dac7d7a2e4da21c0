"""A real Chromium, and the site as `make run` starts it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import servers

QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Start Debian's Chromium, without its sandbox where root forbids it."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed")
    return {"executable_path": path, "args": [*QUIET, *(["--no-sandbox"] if os.getuid() == 0 else [])]}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    """Read English as in Britain."""
    return {"locale": "en-GB", "viewport": {"width": 1200, "height": 900}}


def flask(environment: dict[str, str], *arguments: str) -> str:
    """Run a `flask` command of the site; return what it printed."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    done = subprocess.run(
        command, cwd=servers.ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def site(environment: dict[str, str]) -> Iterator[str]:
    """Yield the address of a site with an empty, migrated database, web server and worker running."""
    flask(environment, "db", "upgrade")
    with servers.site(environment) as address:
        yield address


@pytest.fixture
def readers() -> Path:
    """Return the folder of khal and vdirsyncer."""
    folder = servers.ROOT / ".venv-readers" / "bin"
    if not (folder / "vdirsyncer").exists():
        pytest.skip("khal and vdirsyncer are not installed")
    return folder
