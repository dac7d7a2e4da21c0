"""Mail and what ends by itself, one pass at a time."""

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext

from campaign.db import unit_of_work
from campaign.mail import delivery
from campaign.services import privacy


@click.command("send-mail")
@with_appcontext
def send_mail() -> None:
    """Send every message that is due, once."""
    click.echo(f"{delivery.send_due()} sent")


@click.command("purge")
@click.option("--dry-run", is_flag=True, help="Only say how many would go.")
@with_appcontext
def purge(dry_run: bool) -> None:
    """Delete registrations whose purpose is over."""
    now = datetime.now(UTC)
    if dry_run:
        click.echo(f"{privacy.due(now=now)} would be deleted")
        return
    with unit_of_work():
        count = privacy.purge(now=now)
    click.echo(f"{count} deleted")


COMMANDS = (send_mail, purge)
