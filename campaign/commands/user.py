"""Accounts from the command line."""

from datetime import UTC, datetime

import click
from email_validator import EmailNotValidError, validate_email
from flask.cli import AppGroup
from flask_security import hash_password

from campaign import address
from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.models import User
from campaign.services import members

group = AppGroup("user", help="Create accounts of organizers.")
COMMANDS = (group,)
PASSWORD_MINIMUM = 12


@group.command("create")
@click.argument("email")
@click.option("--password", help="At least 12 characters; without one, the sign-in link below is the way in.")
@click.option("--creator/--no-creator", default=True, help="Whether the account may create campaigns.")
def create(email: str, password: str | None, creator: bool) -> None:
    """Create the account EMAIL and print a link that signs it in once."""
    if password is not None and len(password) < PASSWORD_MINIMUM:
        raise click.ClickException(f"The password needs at least {PASSWORD_MINIMUM} characters.")
    hashed = hash_password(password) if password else None
    try:
        with unit_of_work():
            now = datetime.now(UTC)
            user = members.create_user(_address(email), password_hash=hashed, may_create_campaigns=creator, now=now)
            token = members.link(user, now=now)
    except Refused as refused:
        raise click.ClickException(f"There is an account {email} already.") from refused
    click.echo(address.sign_in_page(token))


@group.command("link")
@click.argument("email")
def link(email: str) -> None:
    """Print a link that signs EMAIL in once, within a day."""
    with unit_of_work():
        token = members.link(_user(email), now=datetime.now(UTC))
    click.echo(address.sign_in_page(token))


def _user(email: str) -> User:
    user = members.by_email(email)
    if user is None:
        raise click.ClickException(f"There is no account {email}.")
    return user


def _address(email: str) -> str:
    try:
        return validate_email(email, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise click.ClickException(f"{email} is not a mail address.") from error
