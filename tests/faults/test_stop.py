"""Ctrl-C ends web server and worker together, soon, and leaves nobody behind."""

import signal
import subprocess
import time

import pytest

from tests import servers
from tests.browser.conftest import flask


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "terminated"])
def test_stop_ends_every_process(environment: dict[str, str], number: signal.Signals) -> None:
    flask(environment, "db", "upgrade")
    with servers.running(["flask", "--app", "wsgi", "serve"], environment) as process:
        address = f"http://127.0.0.1:{environment['PORT']}"
        servers.wait_for(lambda: servers.is_up(address), what="the site")
        started = time.monotonic()
        process.send_signal(number)
        assert process.wait(15) == 0
        assert time.monotonic() - started < 8, "they had to be killed"
    left = subprocess.run(["pgrep", "-f", f"port {environment['PORT']}"], capture_output=True, text=True, check=False)
    assert left.stdout == ""
