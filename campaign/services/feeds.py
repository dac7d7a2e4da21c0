"""A slice of a campaign as a calendar: stored entries joined, the same bytes for the same data."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Row, Select, case, func, select

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


class Part(NamedTuple):
    """One stored entry, as it goes into a calendar."""

    order: tuple[datetime, int]
    body: bytes
    changed_at: datetime


def feed(campaign: Campaign, slice_: Slice, *, now: datetime) -> Feed:
    """Return the calendar of a slice: coming events and the last twelve months; of one year, all of it.

    `changed_at` is when its bytes last became others, by a change, by an event that left, or by time alone.
    """
    rows = db.session.execute(_nearest(campaign, slice_, now=now)).all()
    whole = [row for row in rows if _is_whole(row.body, row.id)]
    shown = whole[: len(calendar.within_limits(row.body for row in whole))]
    is_cut = len(shown) < len(whole)
    parts = sorted([*map(_part, shown), *_days(campaign, slice_, now=now)])
    bodies = [part.body for part in parts]
    zones = calendar.zones_in(bodies)
    left = departures.moments(campaign, slice_, now=now, is_cut=is_cut)
    moments = [campaign.head_changed_at, *(part.changed_at for part in parts), *left, *_laws(zones)]
    changed_at = max(moments).replace(microsecond=0)
    head = _head(campaign, slice_, changed_at, is_cut=is_cut)
    return Feed(calendar.join(head, bodies, zones), changed_at, holds_until(shown, now=now), len(bodies))


def single(event: Event) -> Feed:
    """Return one event as a calendar of its own, in the campaign's main language."""
    campaign = event.edition.campaign
    stored = db.session.get(Entry, (event.id, campaign.default_language))
    if stored is None:
        changed_at = event.content_changed_at.replace(microsecond=0)
        return Feed(calendar.join(_head(campaign, Slice(), changed_at), (), {}), changed_at, changed_at, 0)
    changed_at = max([stored.changed_at, *_laws(calendar.zones_in([stored.body]))]).replace(microsecond=0)
    return Feed(calendar.single(stored.body), changed_at, changed_at, 1)


def count(campaign: Campaign, slice_: Slice, *, now: datetime) -> int:
    """Return how many events the slice's feed holds now."""
    found = db.session.scalars(kept(select(func.count(Entry.event_id)), campaign, slice_, now=now)).one()
    return min(found, calendar.ENTRY_COUNT_LIMIT)


def coming(campaign: Campaign, slice_: Slice, *, now: datetime, limit: int = 5) -> list[Event]:
    """Return the slice's next events."""
    rows = select(Event).join(Edition).where(*slices.belongs(campaign, slice_), Edition.status.in_(edition_rules.SHOWN))
    rows = rows.where(Event.status == Status.PUBLISHED, Event.ends_at >= now)
    return list(db.session.scalars(rows.order_by(Event.starts_at).limit(limit)))


def _part(row: Row[*tuple[Any, ...]]) -> Part:
    return Part((row.starts_at or slices.midnight(row.first_day), row.id), row.body, row.changed_at)


def _nearest(campaign: Campaign, slice_: Slice, *, now: datetime) -> Select[*tuple[Any, ...]]:
    """Return the query for what is still to come first, then the past backwards, a little more than has room."""
    is_past = Event.ends_at < slices.midnight(now.date())
    columns = select(
        Entry.body, Entry.changed_at, Event.id, Event.status, Event.starts_at, Event.ends_at, Edition.first_day
    )
    nearest = (is_past, case((is_past, None), else_=Event.starts_at), Event.starts_at.desc(), Event.id)
    return kept(columns, campaign, slice_, now=now).order_by(*nearest).limit(calendar.ENTRY_COUNT_LIMIT + 1)


def kept(query: Query, campaign: Campaign, slice_: Slice, *, now: datetime) -> Query:
    """Return the query limited to the entries, joined to event and edition, that a slice holds now."""
    return (
        query.join(Event, Entry.event_id == Event.id)
        .join(Edition)
        .where(Entry.language == (slice_.language or campaign.default_language))
        .where(Edition.status.in_(edition_rules.SHOWN))
        .where(*slices.belongs(campaign, slice_), slices.is_kept(slice_, now=now))
    )


def _is_whole(body: bytes, event_id: int) -> bool:
    """Return whether a stored entry can be joined; one that can't is left out and reported, not the whole feed."""
    if calendar_entry.is_whole(body):
        return True
    log.error("the calendar entry of event %s is damaged and left out; `flask feeds rebuild --all` mends it", event_id)
    return False


def _days(campaign: Campaign, slice_: Slice, *, now: datetime) -> Iterable[Part]:
    """Return the editions' own days, where the campaign marks them, for slices that aren't of a place or subject."""
    if not campaign.marks_day or not slice_.is_of_all:
        return
    rows = (
        select(DayEntry.body, DayEntry.changed_at, Edition.first_day)
        .join(Edition)
        .where(DayEntry.language == (slice_.language or campaign.default_language))
        .where(Edition.campaign_id == campaign.id, Edition.status.in_(edition_rules.SHOWN))
    )
    if slice_.year:
        rows = rows.where(Edition.year == slice_.year)
    else:
        rows = rows.where(Edition.last_day >= slices.kept_from(now).date())
    for row in db.session.execute(rows):
        yield Part((slices.midnight(row.first_day), 0), row.body, row.changed_at)


def holds_until(shown: Iterable[Row[*tuple[Any, ...]]], *, now: datetime) -> datetime:
    """Return when time alone changes the calendar: at the next midnight, or when a cancelled event would be over."""
    ends: Iterable[datetime] = (row.ends_at for row in shown if row.status is Status.CANCELLED and row.ends_at)
    return min([slices.midnight(now.date() + timedelta(days=1)), *ends])


def _laws(zones: Iterable[str]) -> list[datetime]:
    """Return when the law of these time zones last changed, as far as that was seen."""
    return list(db.session.scalars(select(ZoneState.changed_at).where(ZoneState.name.in_(zones))))


def _head(campaign: Campaign, slice_: Slice, changed_at: datetime, *, is_cut: bool = False) -> calendar.FeedHead:
    language = slice_.language or campaign.default_language
    summary = pick(campaign.summary, language, campaign.default_language)[0]
    cut = say(language, "It holds only the nearest events; choose a country for all of them.") if is_cut else ""
    return calendar.FeedHead(
        name=" · ".join(title(campaign, slice_)),
        description="\n".join(part for part in (summary, cut) if part),
        colour=campaign.colour,
        source=address.feed(campaign.slug, slice_.path),
        url=f"{address.base()}/{campaign.slug}/",
        changed_at=changed_at,
        language=language,
    )


def title(campaign: Campaign, slice_: Slice) -> list[str]:
    """Return what a slice is called, the campaign first."""
    language = slice_.language or campaign.default_language
    parts = [
        pick(campaign.name, language, campaign.default_language)[0],
        slices.series_name(campaign, slice_.series, language) if slice_.series else "",
        slices.city_name(campaign, slice_.city) if slice_.city else "",
        country_name(slice_.country, language) if slice_.country else "",
        slice_.tag or "",
        say(language, "Online") if slice_.is_online else "",
        str(slice_.year or ""),
    ]
    return [part for part in parts if part]
