"""Last year's events as next year's drafts, from the command line."""

from collections.abc import Sequence
from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from flask_babel import force_locale
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.roll_over import ONLINE, Choice, Item, Outcome
from campaign.models import Campaign
from campaign.services import roll_over
from campaign.services.roll_over import Plan
from campaign.web import filters, roll_over_words
from campaign.web.errors import sentence

ONLINE_CODE = "online"


class BadInput(click.ClickException):
    """A campaign, year or option that nothing can be rolled over with."""

    exit_code = 2


@click.command("roll-over")
@click.argument("campaign")
@click.argument("year", type=click.IntRange(1900, 2200))
@click.option("--from", "from_year", type=click.IntRange(1900, 2200), help="The year to take over; else the latest.")
@click.option("--without", multiple=True, metavar="CODE", help="Leave out a country, or those that are online alone.")
@click.option("--dry-run", is_flag=True, help="Show what each event would become and store nothing.")
@click.option("--verbose", "-v", is_flag=True, help="Show what each event becomes.")
@with_appcontext
def command(
    campaign: str, year: int, from_year: int | None, without: Sequence[str], dry_run: bool, verbose: bool
) -> None:
    """Take the events of an earlier year of CAMPAIGN over into YEAR, as drafts.

    Each keeps its hour on the wall clock and its distance from the campaign's day. What was cancelled or never
    published, and countries that don't keep the day this year, are left out; the page lets you choose them one by
    one, and take the step back. Registrations never come along. Doing it again adds only what is missing.

    The exit code is 0 when it ran, and 2 for a campaign, year or option that it can't run with. The last line
    counts the events.
    """
    choice = Choice(without=frozenset(ONLINE if code.lower() == ONLINE_CODE else code.upper() for code in without))
    with force_locale("en_GB"):
        try:
            plan = _run(campaign, year, choice, from_year, dry_run=dry_run)
        except Refused as refused:
            raise BadInput(sentence(refused)) from refused
        if plan.edition is None and plan.chosen:
            done = "would be opened" if dry_run else "is opened"
            click.echo(f"The edition {year} {done} as planned, on {filters.day(plan.first_day)}.")
        if dry_run or verbose:
            for item in plan.items:
                _show(item, plan)
        click.echo(", ".join(f"{plan.count(outcome)} {outcome}" for outcome in Outcome))


def _run(slug: str, year: int, choice: Choice, from_year: int | None, *, dry_run: bool) -> Plan:
    found = db.session.scalar(select(Campaign).where(Campaign.slug == slug))
    if found is None:
        raise BadInput(f"There is no campaign {slug!r}.")
    if dry_run:
        return roll_over.plan(found, year, choice, from_year=from_year)
    with unit_of_work():
        return roll_over.carry_out(found, year, choice, from_year=from_year, actor=None, now=datetime.now(UTC))


def _show(item: Item, plan: Plan) -> None:
    source = item.source
    where = ", ".join(part for part in (source.city, source.country) if part) or "online"
    times = " -> ".join(roll_over_words.wall_time(at, source.is_all_day) for at in (source.starts, item.starts))
    why = f" ({roll_over_words.why_phrase(item.why)})" if item.why else ""
    click.echo(f"{item.outcome}{why}: {filters.t_plain(item.name)} | {where} | {source.zone} | {times}")
    if item.outcome is Outcome.NEW:
        for note in item.notes:
            click.echo(f"    ! {roll_over_words.note_phrase(note, item, plan)}")


COMMANDS = (command,)
