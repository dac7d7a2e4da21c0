"""Mail, one pass at a time."""

import click
from flask.cli import with_appcontext

from campaign.mail import delivery


@click.command("send-mail")
@with_appcontext
def send_mail() -> None:
    """Send every message that is due, once."""
    click.echo(f"{delivery.send_due()} sent")


COMMANDS = (send_mail,)
