"""Campaigns from the command line: made, listed, written to a file and read from one."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import click
from flask.cli import AppGroup
from flask_babel import force_locale
from sqlalchemy import func, select

from campaign.db import db, unit_of_work
from campaign.domain.anniversary import AnniversaryRule, Kind
from campaign.domain.errors import Refused
from campaign.i18n import LANGUAGES
from campaign.models import Campaign, Edition, Event, User
from campaign.services import campaign_file, campaigns, members
from campaign.web.errors import sentence

BYTE_LIMIT = 100_000_000
group = AppGroup("campaign", help="Make, list, export and import campaigns.")
COMMANDS = (group,)


class BadInput(click.ClickException):
    """A slug, rule, account or file that the command can't use."""

    exit_code = 2


@group.command("create")
@click.argument("slug")
@click.option("--name", required=True, help="In the main language.")
@click.option("--rule", required=True, help='When its day is: MM-DD, or a JSON object such as {"kind": "easter", …}.')
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="The main language.")
@click.option("--owner", metavar="EMAIL", help="The account that owns it.")
def create(slug: str, name: str, rule: str, language: str, owner: str | None) -> None:
    """Make the campaign SLUG; its texts are written on its page."""
    try:
        draft = campaigns.Draft(
            slug=slug, name={language: name}, rule=_rule(rule), languages=[language], default_language=language
        )
        with unit_of_work():
            campaigns.create(draft, owner=_account(owner) if owner else None, now=datetime.now(UTC))
    except Refused as refused:
        raise _bad(refused) from refused
    click.echo(slug)


@group.command("list")
def list_() -> None:
    """Show each campaign's slug, name, years and number of events, separated by tabs."""
    counted = select(Edition.campaign_id, func.count(Event.id)).join(Event, Event.edition_id == Edition.id)
    events = dict(iter(db.session.execute(counted.group_by(Edition.campaign_id)).tuples()))
    for one in db.session.scalars(select(Campaign).order_by(Campaign.slug)):
        years = ", ".join(str(edition.year) for edition in reversed(one.editions))
        name = one.name.get(one.default_language, "")
        click.echo(f"{one.slug}\t{name}\t{years or 'no year yet'}\t{events.get(one.id, 0)}")


@group.command("export")
@click.argument("slug")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
def export(slug: str, file: Path) -> None:
    """Write the campaign SLUG to FILE: texts, rule, years and events; nobody's registration, account or address."""
    found = db.session.scalar(select(Campaign).where(Campaign.slug == slug))
    if found is None:
        raise BadInput(f"There is no campaign {slug!r}.")
    data = campaign_file.export(found)
    part = file.with_name(f"{file.name}.part")
    part.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    part.replace(file)
    click.echo(f"{campaign_file.count_events(data)} events in {file}")


@group.command("import")
@click.argument("file", type=click.File("rb"))
def import_(file: BinaryIO) -> None:
    """Bring a campaign to what FILE says, as `export` has written it: everything, or nothing.

    What is there and not in FILE stays. The last line counts the events.
    """
    data = _read(file)
    is_hidden = not sys.stderr.isatty()
    with click.progressbar(
        length=campaign_file.count_events(data), label="Storing", file=sys.stderr, hidden=is_hidden
    ) as bar:
        try:
            with unit_of_work():
                done = campaign_file.load(data, actor=None, now=datetime.now(UTC), tell=lambda: bar.update(1))
        except Refused as refused:
            raise _bad(refused) from refused
    click.echo(", ".join(f"{done[what]} {what}" for what in ("new", "changed", "unchanged")))


def _read(file: BinaryIO) -> object:
    content = file.read(BYTE_LIMIT + 1)
    if len(content) > BYTE_LIMIT:
        raise BadInput("The file is larger than 100 MB.")
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadInput("The file isn't JSON as `campaign export` writes it.") from error


def _rule(text: str) -> AnniversaryRule:
    month, separator, day = text.partition("-")
    if separator and (month + day).isascii() and (month + day).isdigit() and len(text) <= len("MM-DD"):
        return AnniversaryRule(Kind.FIXED, month=int(month), day=int(day))
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadInput("--rule takes a date such as 02-26, or a JSON object.")
    return AnniversaryRule.from_json(found)


def _account(email: str) -> User:
    user = members.by_email(email)
    if user is None:
        raise BadInput(f"There is no account {email}.")
    return user


def _bad(refused: Refused) -> BadInput:
    with force_locale("en"):
        return BadInput(sentence(refused))
