"""Web server and worker together, for one machine."""

import os
import signal
import subprocess
import sys
import time
from types import FrameType

import click
from flask import current_app
from flask.cli import with_appcontext

from campaign.config import Settings

GRACE_SECONDS = 10


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--workers", default=2, show_default=True, help="How many web processes.")
@with_appcontext
def serve(host: str, workers: int) -> None:
    """Run web server and worker until Ctrl-C; when one of them ends, end the other."""
    settings: Settings = current_app.config["SETTINGS"]
    server = ["granian", "--interface", "wsgi", "--host", host, "--port", str(settings.port)]
    server += ["--workers", str(workers), "--blocking-threads", "2", "--backpressure", "128", "--log-level", "warning"]
    server += ["--workers-kill-timeout", str(GRACE_SECONDS // 2)]  # one that is only just starting hears no signal
    commands = ([*server, "wsgi:app"], ["flask", "--app", "wsgi", "worker"])
    processes = [subprocess.Popen([sys.executable, "-m", *command], start_new_session=True) for command in commands]
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(0.2)
    except KeyboardInterrupt:
        click.echo("Stopping …")
    else:
        raise click.ClickException("The web server or the worker ended by itself; see above.")
    finally:
        _end(processes)


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask every process to end, and end those that don't; a second Ctrl-C must not leave one behind."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)  # to it alone: its own workers it ends by itself
    deadline = time.monotonic() + GRACE_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


COMMANDS = (serve,)
