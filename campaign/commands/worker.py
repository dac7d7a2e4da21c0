"""The process beside the web server."""

import click
from flask import current_app
from flask.cli import with_appcontext

from campaign import jobs


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Send mails, free places and purge, until stopped."""
    jobs.worker(current_app._get_current_object()).run()  # type: ignore[attr-defined]  # out of the proxy


COMMANDS = (worker,)
