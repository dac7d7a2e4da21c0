"""Events from a spreadsheet or a calendar into the edition of a year."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time
from typing import BinaryIO

import click
from flask.cli import with_appcontext
from flask_babel import force_locale
from sqlalchemy import select

from campaign.db import db, rehearsal, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.typed_time import when
from campaign.models import Campaign, Edition, Event
from campaign.services import editions, import_files, imports
from campaign.services.import_plan import Action, Options, Plan, PlannedRow
from campaign.web import filters
from campaign.web.errors import gaps
from campaign.web.import_words import changed_names, derived_phrase, reason_sentence, warning_sentence


class BadInput(click.ClickException):
    """A file, campaign, year or option that the import can't run with."""

    exit_code = 2


@click.command("import-events")
@click.argument("campaign")
@click.argument("year", type=click.IntRange(1900, 2200))
@click.argument("file", type=click.File("rb"))
@click.option(
    "--map", "columns", multiple=True, metavar="FIELD=COLUMN", help="Take FIELD from COLUMN; nothing: from none."
)
@click.option("--zone", help="The time zone where none can be found for a place, such as Europe/Berlin.")
@click.option(
    "--start", metavar="HH:MM", help="The local time of events without one; else the campaign's usual, else all day."
)
@click.option("--dry-run", is_flag=True, help="Show what each row would become and store nothing.")
@click.option("--verbose", "-v", is_flag=True, help="Show what each row becomes.")
@with_appcontext
def import_events(
    campaign: str,
    year: int,
    file: BinaryIO,
    columns: Sequence[str],
    zone: str | None,
    start: str | None,
    dry_run: bool,
    verbose: bool,
) -> None:
    """Import the events of FILE (CSV, XLSX or .ics) into the edition YEAR of CAMPAIGN.

    Events become drafts. The fields are: name, place, city, country, latitude, longitude, date, start, end,
    end_date, zone, url, description, languages, tags, capacity, online_url, venue, address, external_id;
    columns are matched to them by their names, or as they were last chosen for a file with the same ones.
    Everything is stored, or nothing. A row that was imported before changes its event only where the row itself
    has changed. What an earlier version of the file had and this one lacks is named, and stays. What recurs in a
    calendar is imported once for each time in YEAR.

    The exit code is 0 when the import ran, also where rows were refused, and 2 for a file, campaign or option
    that it can't run with. The last line counts the rows.
    """
    with force_locale("en"):
        try:
            plan = _run(
                campaign, year, file.read(import_files.BYTE_LIMIT + 1), _options(columns, zone, start), dry_run=dry_run
            )
        except Refused as refused:
            raise BadInput(reason_sentence(refused)) from refused
        for row in plan.rows:
            _show(row, in_full=dry_run or verbose)
        for event in plan.gone:
            click.echo(f"gone from the file, left as it is: {_gone(event)}")
        click.echo(", ".join(f"{plan.count(action)} {action}" for action in Action))


def _run(slug: str, year: int, content: bytes, options: Options, *, dry_run: bool) -> Plan:
    table = import_files.read(content, year=year)
    now = datetime.now(UTC)
    with rehearsal() if dry_run else unit_of_work():
        edition, is_new = _edition(slug, year, now=now)
        first_day = edition.first_day
        with _progress("Reading", len(table.rows)) as tell:
            plan = imports.plan(edition, table, options, tell=tell)
        if not dry_run:
            with _progress("Storing", plan.to_do) as tell:
                imports.carry_out(plan, actor=None, now=now, tell=tell)
    if plan.remembered_at:
        taken = ", ".join(f"{field}={plan.header[column]}" for field, column in plan.columns.items())
        click.echo(f"The columns are taken as they were chosen before: {taken}")
    if is_new:
        done = "would be opened" if dry_run else "is opened"
        click.echo(f"The edition {year} {done} as planned, on {filters.day(first_day)}.")
    return plan


def _edition(slug: str, year: int, *, now: datetime) -> tuple[Edition, bool]:
    """Return the edition of a year, and whether it was opened for this."""
    campaign = db.session.scalar(select(Campaign).where(Campaign.slug == slug))
    if campaign is None:
        raise BadInput(f"There is no campaign {slug!r}.")
    found = db.session.scalar(select(Edition).where(Edition.campaign_id == campaign.id, Edition.year == year))
    return (found, False) if found else (editions.open_year(campaign, year, actor=None, now=now), True)


def _options(columns: Sequence[str], zone: str | None, start: str | None) -> Options:
    pairs = [one.partition("=") for one in columns]
    if any(not separator for _field, separator, _column in pairs):
        raise BadInput("--map takes FIELD=COLUMN, such as --map place=Location.")
    chosen: dict[str, str] = {}
    for field, _separator, column in pairs:
        if field.strip() in chosen:
            raise BadInput(f"--map names the field {field.strip()} twice.")
        chosen[field.strip()] = column.strip()
    return Options(chosen, zone, _clock(start))


def _clock(text: str | None) -> time | None:
    if text is None:
        return None
    found = when(text).clock
    if found is None:
        raise Refused("clock-not-understood", text=text)
    return found


@contextmanager
def _progress(label: str, length: int) -> Iterator[Callable[[], None]]:
    """Show a bar on a terminal, beside the output."""
    with click.progressbar(length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield lambda: bar.update(1)


def _show(row: PlannedRow, *, in_full: bool) -> None:
    if row.reason:
        click.echo(f"line {row.line}: {reason_sentence(row.reason)}")
    if not in_full or row.draft is None or row.action is Action.UNCHANGED:
        return
    where = ", ".join(part for part in (row.draft.city, row.draft.country) if part) or "online"
    action = f"{row.action} ({changed_names(row.changed)})" if row.changed else row.action
    click.echo(f"line {row.line}: {action}: {row.name} | {row.place} | {where} | {row.draft.zone} | {_time(row)}")
    for derived in row.derived:
        click.echo(f"    {derived_phrase(derived)}")
    for warning in row.warnings:
        click.echo(f"    ! {warning_sentence(warning)}")
    if row.missing:
        click.echo(f"    ! needs {gaps(row.missing)} before it can be published")


def _gone(event: Event) -> str:
    where = ", ".join(part for part in (event.city, event.country) if part) or "online"
    day = f"{event.starts:%Y-%m-%d}" if event.starts else "to be announced"
    return f"{next(iter(event.name.values()), '')} | {where} | {day} | {event.status}"


def _time(row: PlannedRow) -> str:
    """Return when the event is, in the zone beside it."""
    draft = row.draft
    if draft is None or draft.starts is None or draft.ends is None:
        return "to be announced"
    if draft.is_all_day:
        return f"{draft.starts.date()}, all day"
    return f"{draft.starts:%Y-%m-%d %H:%M} to {draft.ends:%Y-%m-%d %H:%M}"


COMMANDS = (import_events,)
