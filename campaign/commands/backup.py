"""The whole database in one file, and back."""

from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from campaign.backup import whole
from campaign.backup.archive import Damaged
from campaign.config import Settings
from campaign.db import db

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("backup")
@click.argument("file", type=FILE)
@with_appcontext
def backup(file: Path) -> None:
    """Write everything that the database holds into FILE, while the site goes on.

    Personal columns stay encrypted. The keys are not in it: keep DATA_KEY somewhere else.
    """
    settings: Settings = current_app.config["SETTINGS"]
    try:
        manifest = whole.make(db.engine, settings.instance, file, now=datetime.now(UTC))
    except (whole.Unfit, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{sum(manifest.rows.values()):,} rows of {len(manifest.rows)} tables in {file}")
    click.echo(f"Keep DATA_KEY ({', '.join(manifest.keys)}) somewhere else: without it names and addresses are lost.")


@click.command("restore")
@click.argument("file", type=FILE)
@with_appcontext
def restore(file: Path) -> None:
    """Fill the empty database that DATABASE_URL names from FILE, then forget again who was erased since.

    Stop the site first. A backup of either database fills either.
    """
    settings: Settings = current_app.config["SETTINGS"]
    try:
        manifest = whole.restore(db.engine, settings.instance, file, now=datetime.now(UTC))
    except (Damaged, whole.Unfit, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{sum(manifest.rows.values()):,} rows, as they were on {manifest.made_at[:16].replace('T', ' ')} UTC")


COMMANDS = (backup, restore)
