"""Deleting what is over, from the command line; a worker does it by itself every hour."""

import sys
from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from campaign import forgetting
from campaign.services import privacy
from campaign.services.privacy import Reason

REASONS = {Reason.EVENT_OVER: "event over", Reason.ENDED: "cancelled, lapsed or never confirmed"}


@click.command("purge")
@click.option("--dry-run", is_flag=True, help="Only say how many would go, from which campaign and why.")
@with_appcontext
def purge(dry_run: bool) -> None:
    """Delete registrations and mails whose purpose is over, and whom a backup brought back after erasing."""
    now = datetime.now(UTC)
    if dry_run:
        _tell(now)
        return
    forgetting.keep_erased(current_app.config["SETTINGS"].instance, now=now)
    total = len(privacy.due_registrations(now=now))
    done = 0
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=total, label="Deleting", file=sys.stderr, hidden=hidden) as bar:
        for count in forgetting.purge(now=now):
            bar.update(count)
            done += count
    click.echo(f"{done} registrations deleted")


def _tell(now: datetime) -> None:
    found = privacy.due(now=now)
    for one in found:
        click.echo(f"{one.campaign}: {one.registrations} registrations ({REASONS[one.reason]})")
    mails = len(privacy.due_messages(now=now))
    click.echo(f"{sum(one.registrations for one in found)} registrations would be deleted, {mails} mails emptied")


COMMANDS = (purge,)
