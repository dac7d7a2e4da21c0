"""The sample campaigns from the command line."""

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext

from campaign import address
from campaign.db import unit_of_work
from campaign.demo.load import load, samples
from campaign.services import campaigns, members

ORGANIZER = "organizer@example.org"


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="Do nothing when there is a campaign already.")
@with_appcontext
def demo(if_empty: bool) -> None:
    """Load three sample campaigns, and print the link that signs their organizer in once."""
    is_there = {campaign.slug for campaign in campaigns.everything()}
    if not (if_empty and is_there):
        _load(is_there)
    _print_link()


def _load(is_there: set[str]) -> None:
    wanted = [sample for sample in samples() if sample["slug"] not in is_there]
    with click.progressbar(wanted, label="Loading the sample campaigns") as bar:
        for sample in bar:
            with unit_of_work():
                now = datetime.now(UTC)
                owner = members.by_email(ORGANIZER) or members.create_user(
                    ORGANIZER, password_hash=None, may_create_campaigns=True, now=now
                )
                load(sample, owner=owner, now=now)


def _print_link() -> None:
    with unit_of_work():
        organizer = members.by_email(ORGANIZER)
        token = members.link(organizer, now=datetime.now(UTC)) if organizer else None
    click.echo(f"Public pages     {address.base()}/")
    click.echo(f"Organizers       {address.base()}/manage/")
    if token:
        click.echo(f"Sign in once as {ORGANIZER}:\n                 {address.sign_in_page(token)}")


COMMANDS = (demo,)
