"""Whether this installation is well: what is wrong, and what to do about it."""

from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from campaign import checkup


@click.command("doctor")
@click.pass_context
@with_appcontext
def doctor(context: click.Context) -> None:
    """Look at settings, versions, database, mail, keys, clock and disk. The exit code is 1 when something is wrong."""
    is_well = True
    for found in checkup.look(current_app.config["SETTINGS"], now=datetime.now(UTC)):
        mark = click.style("ok  ", fg="green") if found.is_well else click.style("wrong", fg="red")
        click.echo(f"{mark} {found.subject}: {found.sentence}")
        is_well &= found.is_well
    if not is_well:
        context.exit(1)


COMMANDS = (doctor,)
