"""Importing events from a table: a plan that stores nothing, and carrying it out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, time
from enum import StrEnum
from hashlib import blake2b

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from campaign.db import db, lock
from campaign.domain import event as rules
from campaign.domain import moment
from campaign.domain.columns import Row, Table, match
from campaign.domain.errors import Refused
from campaign.domain.event import Draft, Facts, Status
from campaign.domain.imported import fingerprint, merge
from campaign.domain.text import cut, tidy_line
from campaign.models import Edition, Event, User
from campaign.services import audit, events
from campaign.services.import_duplicates import Seen
from campaign.services.import_notes import Derived, Note, Notes, Setting
from campaign.services.import_rows import read_row

PLACE_COLUMNS = frozenset({"place", "city", "country", "latitude", "venue", "address", "online_url"})
SHOWN_LIMIT = 160
"""Characters that a plan repeats of a row's name and place."""


class Action(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Options:
    """What an organizer decides about a file: columns by field, and what holds where a row says nothing."""

    columns: Mapping[str, str] = field(default_factory=dict)
    zone: str | None = None
    start: time | None = None


@dataclass(frozen=True)
class PlannedRow:
    """What will become of one row of the file."""

    line: int
    action: Action
    name: str
    place: str
    said: Draft | None = None
    """What the row says; None for a refused one."""
    draft: Draft | None = None
    """The event as it will be, with what people changed by hand."""
    changed: tuple[str, ...] = ()
    """The fields of a stored event that will be others."""
    missing: tuple[str, ...] = ()
    """What the event lacks before it can be published."""
    derived: tuple[Derived, ...] = ()
    warnings: tuple[Note, ...] = ()
    reason: Refused | None = None
    event: Event | None = None


@dataclass(frozen=True)
class Plan:
    """What an import will do."""

    edition: Edition
    columns: Mapping[str, int]
    rows: tuple[PlannedRow, ...]

    def count(self, action: Action) -> int:
        """Return how many rows will be treated so."""
        return sum(row.action is action for row in self.rows)

    @property
    def to_do(self) -> int:
        """How many rows will write something."""
        return self.count(Action.NEW) + self.count(Action.CHANGED)

    def digest(self) -> str:
        """Return a short text that is the same for the same outcome, to be shown with a preview of it."""
        facts = [(row.line, row.action.value, row.draft) for row in self.rows]
        return blake2b(repr(facts).encode(), digest_size=16).hexdigest()


def plan(edition: Edition, table: Table, options: Options, *, tell: Callable[[], None] = lambda: None) -> Plan:
    """Return what importing a table will do; `tell` is called after each row.

    Raises Refused("columns-not-recognised"), ("zone-unknown", zone=…) and what `columns.match` raises.
    """
    columns = match(table.header, options.columns)
    if PLACE_COLUMNS.isdisjoint(columns):
        raise Refused("columns-not-recognised")
    if options.zone:
        moment.zone(options.zone)
    setting, known, seen = _setting(edition, options), _imported(edition), Seen()

    def planned() -> Iterator[PlannedRow]:
        for row in table.rows:
            yield _planned(row, _cells(row, columns), len(table.header), setting, known, seen)
            tell()

    return Plan(edition, columns, tuple(planned()))


def carry_out(plan: Plan, *, actor: User | None, now: datetime, tell: Callable[[], None] = lambda: None) -> None:
    """Store what the plan says, which must have been made in this unit of work; `tell` is called after each event.

    Raises Refused("imported-meanwhile") when somebody else stores the same rows at the same time.
    """
    try:
        for row in plan.rows:
            if row.said and row.action in (Action.NEW, Action.CHANGED):
                event = _stored(plan.edition, row.said, row.event, actor=actor, now=now)
                event.import_hash = fingerprint(row.said)
                tell()
        db.session.flush()
    except IntegrityError as error:
        raise Refused("imported-meanwhile") from error
    if plan.to_do:
        counts = {action.value: plan.count(action) for action in Action}
        audit.record("import", plan.edition, campaign=plan.edition.campaign, actor=actor, now=now, **counts)


def _stored(edition: Edition, said: Draft, event: Event | None, *, actor: User | None, now: datetime) -> Event:
    if event is None:
        return events.create(edition, said, actor=actor, now=now)
    lock(event)  # And read it afresh, so that no change by hand since the plan is lost.
    events.edit(event, merge(events.draft_of(event), said, event.import_hash), actor=actor, now=now)
    return event


def _planned(
    row: Row, cells: dict[str, str], width: int, setting: Setting, known: Mapping[str, Event], seen: Seen
) -> PlannedRow:
    name, place = (cut(tidy_line(text), limit=SHOWN_LIMIT) for text in _shown(cells))
    try:
        if row.refused:
            raise row.refused
        if len(row.cells) > width:
            raise Refused("more-cells-than-header", cells=len(row.cells), header=width)
        reading = read_row(cells, setting)
        key = seen.key(row.line, reading)
        if row.is_cut:
            reading.notes.warn("cell-cut")
        return _compared(row.line, replace(reading.draft, external_id=key), reading.notes, place, known.get(key))
    except Refused as refused:
        return PlannedRow(row.line, Action.REFUSED, name, place, reason=refused)


def _compared(line: int, said: Draft, notes: Notes, place: str, event: Event | None) -> PlannedRow:
    """Return what a row means for the event that was imported from it before, if any."""
    before = events.draft_of(event) if event else said
    action, draft = Action.NEW, said
    if event:
        is_same = event.import_hash == fingerprint(said)
        action = Action.UNCHANGED if is_same else Action.CHANGED
        draft = before if is_same else merge(before, said, event.import_hash)
        _check_change(event, draft)
    return PlannedRow(
        line=line,
        action=action,
        name=next(iter(draft.name.values())),
        place=place,
        said=said,
        draft=draft,
        changed=tuple(one.name for one in fields(draft) if getattr(draft, one.name) != getattr(before, one.name)),
        missing=tuple(rules.missing(_facts(draft))),
        derived=tuple(notes.derived),
        warnings=tuple(notes.warnings),
        event=event,
    )


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
    )


def _imported(edition: Edition) -> dict[str, Event]:
    """Return the edition's events by what they are found again by."""
    rows = db.session.scalars(select(Event).where(Event.edition_id == edition.id, Event.external_id.is_not(None)))
    return {event.external_id: event for event in rows if event.external_id}
