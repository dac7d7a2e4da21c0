"""A slice of a campaign as a calendar: stored entries joined, the same bytes for the same data."""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, DateTime, Row, Select, case, false, func, literal, null, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute

from campaign import address
from campaign.calendar import entry as calendar_entry
from campaign.calendar import feed as calendar
from campaign.db import db
from campaign.domain import edition as edition_rules
from campaign.domain.event import Status
from campaign.domain.slice import Slice
from campaign.i18n import country_name, pick, say
from campaign.models import Campaign, DayEntry, Edition, Entry, Event, ZoneState
from campaign.services import departures, slices

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Feed:
    """A calendar's bytes; `until` when they hold if nobody changes anything."""

    body: bytes
    changed_at: datetime
    until: datetime
    entry_count: int


Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])


Part = Row[Any, Any, Any, Any, Any]
"""One stored entry, as it goes into a calendar: body, changed_at as the database gives it (in SQLite it doesn't say
that it is UTC), id of the event or 0, starts_at, over_at."""


def feed(campaign: Campaign, slice_: Slice, *, now: datetime) -> Feed:
    """Return the calendar of a slice: coming events and the last twelve months; of one year, all of it.

    `changed_at` is when its bytes last became others, by a change, by an event that left, or by time alone.
    """
    rows = list(db.session.execute(_nearest(campaign, slice_, now=now)))
    whole = rows
    if not calendar_entry.are_whole([body for body, *_ in rows]):
        whole = [row for row in rows if _is_whole(row.body, f"event {row.id}")]
    shown = whole[: len(calendar.within_limits(body for body, *_ in whole))]
    is_cut = len(shown) < len(whole) or len(rows) > calendar.ENTRY_COUNT_LIMIT
    days = list(_days(campaign, slice_, now=now))
    parts, zones = _drawable([*days, *_in_order(shown)])
    left = departures.moments(campaign, slice_, now=now, is_cut=is_cut)
    moments = [campaign.head_changed_at, *_latest([*days, *rows]), *left]
    if len(rows) > calendar.ENTRY_COUNT_LIMIT:
        moments.append(last_change(campaign, slice_, now=now))
    changed_at = _with_laws(max(moments), zones)
    head = _head(campaign, slice_, changed_at, among=[row.id for row in shown], is_cut=is_cut)
    body = calendar.join(head, [body for body, *_ in parts], zones)
    return Feed(body, changed_at, holds_until(rows, now=now), len(parts))


def single(event: Event) -> Feed:
    """Return one event as a calendar of its own, in the campaign's main language."""
    campaign = event.edition.campaign
    stored = select(Entry.body, raw(Entry.changed_at), Event.id, raw(Event.starts_at), over_at()).join(Event)
    language = (Entry.event_id == event.id, Entry.language == campaign.default_language)
    whole = [row for row in db.session.execute(stored.where(*language)) if _is_whole(row.body, f"event {row.id}")]
    parts, zones = _drawable(whole)
    if not parts:
        changed_at = event.content_changed_at.replace(microsecond=0)
        return Feed(calendar.join(_head(campaign, Slice(), changed_at), (), {}), changed_at, changed_at, 0)
    changed_at = _with_laws(max(_latest(parts)), zones)
    return Feed(calendar.single(parts[0].body), changed_at, changed_at, 1)


def count(campaign: Campaign, slice_: Slice, *, now: datetime) -> int:
    """Return how many events the slice's feed holds now."""
    found = db.session.scalars(kept(select(func.count(Entry.event_id)), campaign, slice_, now=now)).one()
    return min(found, calendar.ENTRY_COUNT_LIMIT)


def coming(campaign: Campaign, slice_: Slice, *, now: datetime, limit: int = 5) -> list[Event]:
    """Return the slice's next events."""
    rows = select(Event).join(Edition).where(*slices.belongs(campaign, slice_), Edition.status.in_(edition_rules.SHOWN))
    rows = rows.where(Event.status == Status.PUBLISHED, Event.ends_at >= now)
    return list(db.session.scalars(rows.order_by(Event.starts_at).limit(limit)))


def _in_order(rows: Iterable[Part]) -> list[Part]:
    """Return them by start, those without one behind the others."""
    dated: list[Part] = []
    undated: list[Part] = []
    for row in rows:
        (undated if row[3] is None else dated).append(row)
    return sorted(dated, key=itemgetter(3, 2)) + sorted(undated, key=itemgetter(2))


def _latest(parts: Iterable[Part]) -> Iterable[datetime]:
    """Yield when one of them last changed, as an instant."""
    if changed_at := max((changed_at for _body, changed_at, *_ in parts), default=None):
        yield changed_at.replace(tzinfo=UTC) if changed_at.tzinfo is None else changed_at


def _nearest(campaign: Campaign, slice_: Slice, *, now: datetime) -> Select[*tuple[Any, ...]]:
    """Return the query for what is still to come first, then the past backwards, a little more than has room."""
    columns = select(Entry.body, raw(Entry.changed_at), Event.id, raw(Event.starts_at), over_at())
    rows = kept(columns, campaign, slice_, now=now).order_by(*nearest(now)).limit(calendar.ENTRY_COUNT_LIMIT + 1)
    return rows.execution_options(as_bytes=True)


def raw(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """Return a column of instants as the driver reads it: making a thousand aware ones costs as much as the query."""
    return type_coerce(column, DateTime(timezone=True)).label(column.key)


def over_at() -> ColumnElement[datetime | None]:
    """Return the column of when a cancelled event would have ended; None of one that takes place."""
    return case((Event.status == Status.CANCELLED, Event.ends_at)).label("over_at")


def nearest(now: datetime) -> tuple[ColumnElement[Any], ...]:
    """Return the order in which events make room for others: the oldest goes first; what lost its date is to come."""
    is_past = func.coalesce(Event.ends_at < slices.midnight(now.date()), false())
    coming = case((is_past, None), else_=Event.starts_at)
    return is_past, Event.starts_at.is_(None), coming, Event.starts_at.desc(), Event.id.asc()


def last_change(campaign: Campaign, slice_: Slice, *, now: datetime) -> datetime:
    """Return when an entry of the slice last changed, also of those that have no room: one may have come or gone."""
    return db.session.scalars(kept(select(func.max(Entry.changed_at)), campaign, slice_, now=now)).one()


def kept(query: Query, campaign: Campaign, slice_: Slice, *, now: datetime) -> Query:
    """Return the query limited to the entries, joined to event and edition, that a slice holds now."""
    return (
        query.join(Event, Entry.event_id == Event.id)
        .join(Edition)
        .where(Entry.language == (slice_.language or campaign.default_language))
        .where(Edition.status.in_(edition_rules.SHOWN))
        .where(*slices.belongs(campaign, slice_), slices.is_kept(slice_, now=now))
    )


def _is_whole(body: bytes, name: str) -> bool:
    """Return whether a stored entry can be joined; one that can't is left out and reported, not the whole feed."""
    if calendar_entry.is_whole(body):
        return True
    log.error("the calendar entry of %s is damaged and left out; `flask feeds rebuild --all` mends it", name)
    return False


def _drawable(parts: list[Part]) -> tuple[list[Part], dict[str, tuple[int, int]]]:
    """Return the parts and their time zones, without those that name a zone or a year that there is not."""
    zones = calendar.zones_in(body for body, *_ in parts)
    if calendar.are_known(zones):
        return parts, zones
    good = [part for part in parts if _has_known_zones(part)]
    return good, calendar.zones_in(part.body for part in good)


def _has_known_zones(part: Part) -> bool:
    if calendar.are_known(calendar.zones_in([part.body])):
        return True
    log.error("the calendar entry of event %s names an unknown time zone and is left out", part.id)
    return False


def _days(campaign: Campaign, slice_: Slice, *, now: datetime) -> Iterable[Part]:
    """Return the editions' own days, where the campaign marks them, for slices that aren't of a place or subject."""
    if not campaign.marks_day or not slice_.is_of_all:
        return
    rows = (
        select(
            DayEntry.body, raw(DayEntry.changed_at), literal(0).label("id"), Edition.first_day, null().label("over_at")
        )
        .join(Edition)
        .order_by(Edition.year)
        .where(DayEntry.language == (slice_.language or campaign.default_language))
        .where(Edition.campaign_id == campaign.id, Edition.status.in_(edition_rules.SHOWN))
    )
    if slice_.year:
        rows = rows.where(Edition.year == slice_.year)
    else:
        rows = rows.where(Edition.last_day >= slices.kept_from(now).date())
    for row in db.session.execute(rows):
        if _is_whole(row.body, f"the day {row.first_day}"):
            yield row


def holds_until(shown: Iterable[Any], *, now: datetime) -> datetime:
    """Return when time alone changes the calendar: at the next midnight, or when a cancelled event would be over."""
    ends: Iterable[datetime] = (over_at for *_, over_at in shown if over_at)
    return min([slices.midnight(now.date() + timedelta(days=1)), *ends])


def _with_laws(changed_at: datetime, zones: Collection[str]) -> datetime:
    """Return when a calendar last changed, to the second: also by its time zones' law, as far as that was seen."""
    later = db.session.execute(select(ZoneState.name, ZoneState.changed_at).where(ZoneState.changed_at > changed_at))
    return max([changed_at, *(at for name, at in later if name in zones)]).replace(microsecond=0)


def _head(
    campaign: Campaign, slice_: Slice, changed_at: datetime, *, among: Collection[int] = (), is_cut: bool = False
) -> calendar.FeedHead:
    language = slice_.language or campaign.default_language
    summary = pick(campaign.summary, language, campaign.default_language)[0]
    cut = say(language, "It holds only the nearest events; choose a country for all of them.") if is_cut else ""
    return calendar.FeedHead(
        name=" · ".join(title(campaign, slice_, among=among)),
        description="\n".join(part for part in (summary, cut) if part),
        colour=campaign.colour,
        source=address.feed(campaign.slug, slice_.path),
        url=f"{address.base()}/{campaign.slug}/",
        changed_at=changed_at,
        language=language,
    )


def title(campaign: Campaign, slice_: Slice, *, among: Collection[int] | None = None) -> list[str]:
    """Return what a slice is called, the campaign first; series and city as the events with these ids have it."""
    language = slice_.language or campaign.default_language
    parts = [
        pick(campaign.name, language, campaign.default_language)[0],
        slices.series_name(campaign, slice_.series, language, among=among) if slice_.series else "",
        slices.city_name(campaign, slice_.city, among=among) if slice_.city else "",
        country_name(slice_.country, language) if slice_.country else "",
        slice_.tag or "",
        say(language, "Online") if slice_.is_online else "",
        str(slice_.year or ""),
    ]
    return [part for part in parts if part]
