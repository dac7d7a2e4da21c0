"""Last year's events as this year's drafts, below the ORM: thousands of them in one step."""

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, cast

from sqlalchemy import Column, Table, insert, literal, select, update
from sqlalchemy.orm import aliased

from campaign import address
from campaign.db import Texts, db
from campaign.domain import moment
from campaign.domain.errors import Refused
from campaign.domain.event import Status
from campaign.domain.roll_over import Item, Part, with_year
from campaign.models import Event, EventLanguage, EventTag, OptionLimit, Question, RollOver
from campaign.services import programme
from campaign.services.event_slugs import FreeSlugs

BATCH = 500
EVENT = cast(Table, Event.__table__)
OLD, NEW = aliased(Event), aliased(Event)

STAYS = (
    "series_id country city city_slug zone is_all_day takes_registrations has_waiting_list requires_approval "
    "venue_is_public"
).split()
"""The columns that always come along as they are."""
OF_PART = {
    Part.DESCRIPTION: ("description",),
    Part.VENUE: ("venue", "address", "latitude", "longitude", "accessibility"),
    Part.LINKS: ("online_url", "url"),
    Part.CAPACITY: ("capacity",),
    Part.WINDOW: ("opens_before", "closes_before"),
    Part.HOST: ("host_id",),
}
"""The columns that come along with a part."""
EMPTY: Mapping[str, object] = {"description": {}, "accessibility": []}
"""What stands in place of a part that stays behind; elsewhere nothing."""


def copy(step: RollOver, items: Sequence[Item], parts: Collection[Part], *, now: datetime) -> None:
    """Add a draft for each item, with what belongs to it; never registrations, nor what an import left."""
    tags = _tags(step) if Part.TAGS in parts else {}
    slugs = FreeSlugs(step.edition)
    for some in _batches(items):
        by_id = {item.source.id: item for item in some}
        found = db.session.execute(select(EVENT).where(EVENT.c.id.in_(by_id))).mappings()
        rows = [dict(row) for row in found]
        drafts = [_draft(row, by_id[row["id"]], step, parts, tags.get(row["id"], ()), slugs, now=now) for row in rows]
        db.session.execute(insert(EVENT), drafts)
    _copy_words(step, EventLanguage, EventLanguage.language)
    if Part.TAGS in parts:
        _copy_words(step, EventTag, EventTag.tag)
    if Part.QUESTIONS in parts:
        _copy_questions(step)


def _draft(
    row: Mapping[str, Any],
    item: Item,
    step: RollOver,
    parts: Collection[Part],
    tags: Sequence[str],
    slugs: FreeSlugs,
    *,
    now: datetime,
) -> dict[str, object]:
    """Return the new row of one event."""
    of_parts = {
        name: row[name] if part in parts else EMPTY.get(name) for part, names in OF_PART.items() for name in names
    }
    name: Texts = dict(item.name)
    return {
        **{column: row[column] for column in STAYS},
        **of_parts,
        **_instants(row, item, follows=Part.WINDOW in parts),
        "edition_id": step.edition_id,
        "roll_over_id": step.id,
        "uid": f"{uuid.uuid4()}@{address.host()}",
        "slug": slugs.take_again(with_year(row["slug"], step.source.year, step.edition.year)),
        "status": Status.DRAFT,
        "name": name,
        "starts": item.starts,
        "ends": item.ends,
        "search_text": _search_text(row, name, parts, tags),
        "lock_version": 0,
        "sequence": 0,
        "seats_taken": 0,
        "attended": 0,
        "cancel_reason": {},
        "content_changed_at": now,
        "created_at": now,
    }


def _search_text(row: Mapping[str, Any], name: Mapping[str, str], parts: Collection[Part], tags: Sequence[str]) -> str:
    """Return what a search looks through: as it was, where all of its words come along."""
    if name == row["name"] and {Part.VENUE, Part.TAGS} <= set(parts):
        return str(row["search_text"])
    return programme.search_text(*name.values(), row["city"], row["venue"] if Part.VENUE in parts else None, *tags)


def _instants(row: Mapping[str, Any], item: Item, *, follows: bool) -> dict[str, datetime | None]:
    """Return the instants that follow from the new wall clock; a window's own times move by as many days."""
    zone = row["zone"]
    starts_at = moment.instant(item.starts, zone) if item.starts else None
    found: dict[str, datetime | None] = {
        "starts_at": starts_at,
        "ends_at": moment.instant(item.ends, zone) if item.ends else None,
    }
    for name in ("opens", "closes"):
        at, before = row[f"{name}_at"], row[f"{name}_before"]
        found[f"{name}_at"] = _window(at, before, item, zone) if follows and zone else None
    return found


def _window(at: datetime | None, before: int | None, item: Item, zone: str) -> datetime | None:
    """Return when a window opens or closes: so long before the new start, or on the same clock so many days on."""
    try:
        if before is not None:
            return moment.instant(item.starts - timedelta(minutes=before), zone) if item.starts else None
        if at is None or item.shift is None:
            return None
        return moment.instant(moment.wall_clock(at, zone) + item.shift, zone)
    except (Refused, OverflowError):
        return None


def _tags(step: RollOver) -> dict[int, list[str]]:
    rows = select(EventTag.event_id, EventTag.tag).join(Event).where(Event.edition_id == step.from_id)
    found: dict[int, list[str]] = {}
    for event_id, tag in db.session.execute(rows.order_by(EventTag.event_id, EventTag.tag)):
        found.setdefault(event_id, []).append(tag)
    return found


def _copy_words(step: RollOver, table: type[EventLanguage] | type[EventTag], word: Any) -> None:
    rows = select(NEW.id, word).select_from(table).join(OLD, OLD.id == table.event_id)
    name = word.key
    db.session.execute(insert(table).from_select(["event_id", name], _with_new(rows, step)))


def _copy_questions(step: RollOver) -> None:
    """Copy what the forms ask now, with limits; then let conditions hang on the copies of what they hung on."""
    table = cast(Table, Question.__table__)
    kept = [column for column in table.columns if column.name not in ("id", "event_id")]
    rows = select(NEW.id, *kept).select_from(Question).join(OLD, OLD.id == Question.event_id)
    asked = _with_new(rows.where(Question.retired_at.is_(None)), step)
    db.session.execute(insert(Question).from_select(["event_id", *_names(kept)], asked))
    _copy_limits(step)
    decides, copied = aliased(Question), aliased(Question)
    same = (
        select(copied.id)
        .join(decides, decides.position == copied.position)
        .where(decides.id == Question.shown_if_id, copied.event_id == Question.event_id, copied.retired_at.is_(None))
        .scalar_subquery()
    )
    came = Question.event_id.in_(select(Event.id).where(Event.roll_over_id == step.id))
    hang = update(Question).where(came, Question.shown_if_id.is_not(None)).values(shown_if_id=same)
    db.session.execute(hang, execution_options={"synchronize_session": False})


def _copy_limits(step: RollOver) -> None:
    copied = aliased(Question)
    rows = (
        select(copied.id, OptionLimit.option, OptionLimit.seats, literal(0))
        .select_from(OptionLimit)
        .join(Question, Question.id == OptionLimit.question_id)
        .join(OLD, OLD.id == Question.event_id)
    )
    limits = _with_new(rows.where(Question.retired_at.is_(None)), step).join(
        copied, (copied.event_id == NEW.id) & (copied.position == Question.position)
    )
    db.session.execute(insert(OptionLimit).from_select(["question_id", "option", "seats", "seats_taken"], limits))


def _with_new(rows: Any, step: RollOver) -> Any:
    """Return the query with each old event's new one beside it, which has its series."""
    return rows.join(NEW, NEW.series_id == OLD.series_id).where(
        OLD.edition_id == step.from_id, NEW.roll_over_id == step.id
    )


def _names(columns: Iterable[Column[Any]]) -> list[str]:
    return [column.name for column in columns]


def _batches(items: Sequence[Item]) -> Iterator[list[Item]]:
    rest = iter(items)
    while some := list(islice(rest, BATCH)):
        yield some
