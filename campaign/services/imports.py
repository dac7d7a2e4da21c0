"""Importing events from a table: a plan that stores nothing, and carrying it out."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from campaign.db import db, lock
from campaign.domain import event as rules
from campaign.domain import moment
from campaign.domain.columns import Row, Table, match
from campaign.domain.errors import Refused
from campaign.domain.event import Draft, Facts, Status
from campaign.domain.imported import adopted, fingerprint, key, merge
from campaign.domain.text import cut, tidy_line
from campaign.models import Edition, Event, User
from campaign.services import audit, event_words, events, known_tables
from campaign.services.import_duplicates import Seen
from campaign.services.import_matches import Stored, source_of
from campaign.services.import_notes import Notes, Setting
from campaign.services.import_plan import Action, Options, Plan, PlannedRow
from campaign.services.import_rows import read_row

PLACE_COLUMNS = frozenset({"place", "city", "country", "latitude", "venue", "address", "online_url"})
SHOWN_LIMIT = 160
"""Characters that a plan repeats of a row's name and place."""


def plan(edition: Edition, table: Table, options: Options, *, tell: Callable[[], None] = lambda: None) -> Plan:
    """Return what importing a table will do; `tell` is called after each row.

    Columns that aren't chosen now are taken as they last were for such a header, else by their names. Raises
    Refused("columns-not-recognised"), ("zone-unknown", zone=…) and what `columns.match` raises.
    """
    remembered = known_tables.find(edition.campaign, table.header)
    chosen = {**(remembered.columns if remembered else {}), **options.columns}
    columns = match(table.header, chosen)
    if PLACE_COLUMNS.isdisjoint(columns):
        raise Refused("columns-not-recognised")
    if options.zone:
        moment.zone(options.zone)
    setting, seen = _setting(edition, options), Seen()

    def readings() -> Iterator[_Told | PlannedRow]:
        for row in table.rows:
            yield _told(row, _cells(row, columns), len(table.header), setting, seen)
            tell()

    told = tuple(readings())
    stored = Stored(edition, [one.said for one in told if isinstance(one, _Told)])
    rows = tuple(_compared(one, stored) if isinstance(one, _Told) else one for one in told)
    source, is_known = source_of(rows)
    return Plan(
        edition=edition,
        header=table.header,
        columns=columns,
        rows=rows,
        gone=stored.gone(rows, source) if is_known else (),
        source=source,
        remembered_at=remembered.used_at if remembered and not options.columns else None,
    )


def carry_out(
    plan: Plan,
    *,
    drop: Collection[str] = (),
    reason: Mapping[str, str] | None = None,
    actor: User | None,
    now: datetime,
    tell: Callable[[], None] = lambda: None,
) -> None:
    """Store what the plan says, which must have been made in this unit of work; `tell` is called after each event.

    Of what is gone from the file, the events with slugs in `drop` are cancelled with the reason, where the public
    sees them, or deleted. Raises Refused("imported-meanwhile") when somebody else stores the same rows at the same
    time, ("gone-unknown") for a slug of nothing that is gone, and ("reason-missing").
    """
    dropped = _dropped(plan, drop, reason or {})
    changed = [row for row in plan.rows if row.action is Action.CHANGED]
    try:
        if changed or dropped:
            lock(*[row.event for row in changed if row.event], *dropped)  # In order, and read afresh.
        for row in changed:
            _change(row, actor=actor, now=now)
            tell()
        _add(plan, actor=actor, now=now, tell=tell)
        for event in dropped:
            _drop(event, reason or {}, actor=actor, now=now)
        db.session.flush()
    except IntegrityError as error:
        raise Refused("imported-meanwhile") from error
    known_tables.remember(plan.edition.campaign, plan.header, plan.columns, now=now)
    if plan.to_do or dropped:
        counts = {action.value: plan.count(action) for action in Action} | {"gone": len(dropped)}
        audit.record("import", plan.edition, campaign=plan.edition.campaign, actor=actor, now=now, **counts)


def _change(row: PlannedRow, *, actor: User | None, now: datetime) -> None:
    """Change an event as its row says; what was changed by hand since the plan isn't lost."""
    event, said = row.event, row.said
    if event is None or said is None:
        return
    events.edit(event, _merged(events.draft_of(event), said, event.import_hash), actor=actor, now=now)
    event.import_hash = fingerprint(said)


def _add(plan: Plan, *, actor: User | None, now: datetime, tell: Callable[[], None]) -> None:
    source = plan.source or plan.digest()

    def finish(event: Event, said: Draft) -> None:
        event.import_hash, event.import_source = fingerprint(said), source
        tell()

    new = [row.said for row in plan.rows if row.said and row.action is Action.NEW]
    events.create_all(plan.edition, new, finish=finish, actor=actor, now=now)


def _dropped(plan: Plan, slugs: Collection[str], reason: Mapping[str, str]) -> list[Event]:
    """Return what is to be cancelled or deleted."""
    dropped = [event for event in plan.gone if event.slug in slugs]
    if len(dropped) < len(set(slugs)):
        raise Refused("gone-unknown")
    if any(event.status is Status.PUBLISHED for event in dropped) and not any(reason.values()):
        raise Refused("reason-missing")
    return dropped


def _drop(event: Event, reason: Mapping[str, str], *, actor: User | None, now: datetime) -> None:
    if event.status is Status.PUBLISHED:
        events.cancel(event, reason=reason, actor=actor, now=now)
    else:
        events.delete(event, actor=actor, now=now)


@dataclass(frozen=True)
class _Told:
    """A row that was understood: what it says under its key, and how its place is written."""

    line: int
    place: str
    said: Draft
    notes: Notes


def _told(row: Row, cells: dict[str, str], width: int, setting: Setting, seen: Seen) -> _Told | PlannedRow:
    name, place = (cut(tidy_line(text), limit=SHOWN_LIMIT) for text in _shown(cells))
    try:
        if row.refused:
            raise row.refused
        if len(row.cells) > width:
            raise Refused("more-cells-than-header", cells=len(row.cells), header=width)
        reading = read_row(cells, setting)
        made = seen.key(row.line, reading)
        if row.is_cut:
            reading.notes.warn("cell-cut")
        return _Told(row.line, place, replace(reading.draft, external_id=made), reading.notes)
    except Refused as refused:
        return PlannedRow(row.line, Action.REFUSED, name, place, reason=refused, key=_own_key(cells))


def _compared(told: _Told, stored: Stored) -> PlannedRow:
    """Return what a row means for the event that it made before, or that is the same to everybody."""
    event, said = stored.find(told.said), told.said
    if event is None and (event := stored.find_alike(said)):
        told.notes.warn("found-alike")
    try:
        before = events.draft_of(event) if event else None
        draft, action = said, Action.NEW
        if event and before:
            draft = _merged(before, said, event.import_hash)
            is_same = event.import_hash == fingerprint(said) and draft == before
            action = Action.UNCHANGED if is_same else Action.CHANGED
            _check_change(event, draft)
    except Refused as refused:
        return PlannedRow(told.line, Action.REFUSED, _name(said), told.place, reason=refused, event=event)
    return PlannedRow(
        line=told.line,
        action=action,
        name=_name(draft),
        place=told.place,
        said=said,
        before=before,
        draft=draft,
        changed=_differing(before, draft) if before else (),
        missing=tuple(rules.missing(_facts(draft))),
        derived=tuple(told.notes.derived),
        warnings=tuple(told.notes.warnings),
        event=event,
    )


def _merged(before: Draft, said: Draft, last: str | None) -> Draft:
    """Return the event as it will be, found from now on by the better of two identifiers."""
    return replace(merge(before, said, last), external_id=adopted(before.external_id, said.external_id))


def _differing(before: Draft, after: Draft) -> tuple[str, ...]:
    return tuple(one.name for one in fields(after) if getattr(after, one.name) != getattr(before, one.name))


def _name(draft: Draft) -> str:
    return next(iter(draft.name.values()))


def _check_change(event: Event, draft: Draft) -> None:
    """Refuse now what `events.edit` would refuse later."""
    rules.check_capacity(draft.capacity, seats_taken=event.seats_taken)
    if draft.starts and not draft.zone:
        raise Refused("zone-missing")
    if draft.starts and draft.ends and draft.zone:
        moment.span(draft.starts, draft.ends, draft.zone)
    if event.status is Status.PUBLISHED:
        rules.check_publishable(_facts(draft))


def _facts(draft: Draft) -> Facts:
    return Facts(
        status=Status.DRAFT,
        has_name=any(draft.name.values()),
        country=draft.country,
        city=draft.city,
        venue=draft.venue,
        address=draft.address,
        online_url=draft.online_url,
        zone=draft.zone,
        starts=draft.starts,
        ends=draft.ends,
        is_all_day=draft.is_all_day,
    )


def _shown(cells: Mapping[str, str]) -> tuple[str, str]:
    return cells.get("name", ""), cells.get("place", "") or cells.get("city", "")


def _own_key(cells: Mapping[str, str]) -> str | None:
    own = tidy_line(cells.get("external_id", ""))
    return key(external_id=own, name="", place="", day="") if own else None


def _cells(row: Row, columns: Mapping[str, int]) -> dict[str, str]:
    """Return what the row has in each field's column."""
    return {field: row.cells[column] if column < len(row.cells) else "" for field, column in columns.items()}


def _setting(edition: Edition, options: Options) -> Setting:
    campaign = edition.campaign
    language = campaign.default_language
    return Setting(
        campaign_name=campaign.name[language],
        language=language,
        year=edition.year,
        first_day=edition.first_day,
        last_day=edition.last_day,
        days={row.country: row.day for row in edition.observances if row.day},
        start=options.start or campaign.default_start,
        minutes=campaign.default_minutes,
        zone=options.zone,
        titles=lambda city: event_words.titles(edition, city=city),
    )
