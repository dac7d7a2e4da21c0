"""Calendars from the command line."""

import sys
from dataclasses import replace
from datetime import UTC, datetime

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from campaign.domain.slice import Slice
from campaign.jobs import renew_calendars
from campaign.models import Campaign
from campaign.services import campaigns, feed_check, renewal
from campaign.services.feed_check import Checked
from campaign.web.feed_headers_check import check_answers
from campaign.web.feed_words import place, sentence

group = AppGroup("feeds", help="Look after the calendars that people subscribe to.")
COMMANDS = (group,)


@group.command("check")
@click.option("--campaign", "slug", metavar="SLUG", help="Only the calendars of this campaign.")
@click.option("--http", "asks", is_flag=True, help="Ask for each at its public address as well, as programs do.")
@click.pass_context
def check(context: click.Context, slug: str | None, asks: bool) -> None:
    """Check every calendar byte by byte, and say which program would choke on what.

    These are each campaign, each year, country, city, series and subject of it that has events, and what is
    online, in every language. The exit code is 1 when anything is found, 2 for a campaign that there is not.
    The last line counts.
    """
    work = [(campaign, feed_check.slices_of(campaign)) for campaign in _campaigns(slug)]
    total = [_check(campaign, slices, asks=asks) for campaign, slices in work]
    feeds, entries, findings = (sum(column) for column in zip((0, 0, 0), *total, strict=True))
    click.echo(f"{feeds} feeds, {entries} entries, {findings} findings")
    if findings:
        context.exit(1)


@group.command("rebuild")
@click.option("--all", "everything", is_flag=True, help="Also those that are up to date.")
def rebuild(everything: bool) -> None:
    """Render calendar entries anew after a release or a change of a zone's law, as a worker does by itself.

    The last line counts.
    """
    event_ids = renewal.public_events() if everything else renewal.outdated()
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=len(event_ids), label="Rendering", file=sys.stderr, hidden=hidden) as bar:
        for count in renew_calendars(event_ids):
            bar.update(count)
    click.echo(f"{len(event_ids)} events rendered")


def _check(campaign: Campaign, slices: list[Slice], *, asks: bool) -> tuple[int, int, int]:
    """Check a campaign's feeds, say what is wrong, and return how many feeds, entries and findings there are."""
    entries = findings = 0
    checked = feed_check.check_all(campaign, slices, now=datetime.now(UTC))
    hidden = not sys.stderr.isatty()
    with (
        click.progressbar(checked, length=len(slices), label=campaign.slug, file=sys.stderr, hidden=hidden) as bar,
        force_locale("en"),
    ):
        for one in bar:
            whole = replace(one, findings=one.findings + check_answers(one.address)) if asks else one
            entries, findings = entries + whole.entries, findings + len(whole.findings)
            _show(whole)
    return len(slices), entries, findings


def _show(checked: Checked) -> None:
    if checked.findings:
        click.echo(checked.address)
    for one in checked.findings:
        where = place(one)
        click.echo(f"    {where}: {sentence(one)}" if where else f"    {sentence(one)}")


def _campaigns(slug: str | None) -> list[Campaign]:
    found = [one for one in campaigns.everything() if slug in (None, one.slug)]
    if slug and not found:
        raise click.UsageError(f"There is no campaign {slug!r}.")
    return found
