"""Accounts from the command line."""

from datetime import UTC, datetime

import click
from email_validator import EmailNotValidError, validate_email
from flask.cli import AppGroup
from flask_security import hash_password
from sqlalchemy import select

from campaign import address
from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.permission import Role
from campaign.geo.countries import country_called
from campaign.i18n import LANGUAGES
from campaign.models import Campaign, User
from campaign.services import member_invitations, members

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


@group.command("invite")
@click.argument("email")
@click.argument("campaign")
@click.option("--role", type=click.Choice(list(Role)), default=Role.COORDINATOR, show_default=True, help="What for.")
@click.option("--country", "countries", multiple=True, help="Where a coordinator may act; repeatable.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the mail.")
def invite(email: str, campaign: str, role: str, countries: tuple[str, ...], language: str) -> None:
    """Write to EMAIL to help organize CAMPAIGN, and print the link that the mail holds."""
    codes = [_country(country) for country in countries]
    if role == Role.COORDINATOR and not codes:
        raise click.ClickException("Say with --country where the coordinator may act.")
    found = db.session.scalar(select(Campaign).where(Campaign.slug == campaign))
    if found is None:
        raise click.ClickException(f"There is no campaign {campaign}.")
    now = datetime.now(UTC)
    try:
        with unit_of_work():
            token = member_invitations.invite(
                found, _address(email), Role(role), countries=codes, language=language, actor=None, now=now
            )
    except Refused as refused:
        raise click.ClickException(f"{email} organizes {campaign} already.") from refused
    click.echo(address.member_invitation_page(token))


def _country(name: str) -> str:
    code = country_called(name)
    if code is None:
        raise click.ClickException(f"There is no country {name}.")
    return code


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
