"""A slice of a campaign as a calendar: stored entries joined, and kept while the campaign stands still."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from threading import Lock

from sqlalchemy import ColumnElement, case, or_, select

from campaign import address
from campaign.calendar import feed as calendar
from campaign.db import db
from campaign.domain import edition as edition_rules
from campaign.domain.event import PUBLIC, Status
from campaign.domain.slice import Slice
from campaign.i18n import country_name, pick, say
from campaign.models import Campaign, Edition, Entry, Event, EventTag, Series

KEPT_BACK = timedelta(days=366)
CACHE_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class Feed:
    """A calendar's bytes, and when what it may show last changed."""

    body: bytes
    changed_at: datetime


Key = tuple[int, int, date, str]
_cache: OrderedDict[Key, bytes] = OrderedDict()
_cache_lock = Lock()


def feed(campaign: Campaign, slice_: Slice, *, now: datetime) -> Feed:
    """Return the calendar of a slice: coming events and the last twelve months; of one year, all of it."""
    today = now.date()
    changed_at = max(campaign.changed_at, datetime.combine(today, time(), UTC))
    key = (campaign.id, campaign.revision, today, slice_.path)
    body = _cache.get(key)
    if body is None:
        body = _join(campaign, slice_, today)
        _keep(key, body)
    return Feed(body, changed_at)


def single(event: Event) -> Feed:
    """Return one event as a calendar of its own, in the campaign's main language."""
    campaign = event.edition.campaign
    stored = db.session.get(Entry, (event.id, campaign.default_language))
    empty = calendar.join(_head(campaign, Slice(), event.content_changed_at), (), {})
    return Feed(calendar.single(stored.body) if stored else empty, event.content_changed_at)


def count(campaign: Campaign, slice_: Slice, *, now: datetime) -> int:
    """Return how many entries the slice's feed holds now."""
    return feed(campaign, slice_, now=now).body.count(b"\r\nBEGIN:VEVENT\r\n")


def coming(campaign: Campaign, slice_: Slice, *, now: datetime, limit: int = 5) -> list[Event]:
    """Return the slice's next events."""
    rows = select(Event).join(Edition).where(*_conditions(campaign, slice_, now.date()), Event.ends_at >= now)
    return list(db.session.scalars(rows.where(Event.status == Status.PUBLISHED).order_by(Event.starts_at).limit(limit)))


def clear_cache() -> None:
    """Forget every joined feed of this process."""
    with _cache_lock:
        _cache.clear()


def _keep(key: Key, body: bytes) -> None:
    with _cache_lock:
        _cache[key] = body
        while sum(map(len, _cache.values())) > CACHE_BYTES:
            _cache.popitem(last=False)


def _join(campaign: Campaign, slice_: Slice, today: date) -> bytes:
    """Return the slice's calendar: what is still to come first, then the past backwards, within the limits."""
    is_past = Event.ends_at < datetime.combine(today, time(), UTC)
    rows = db.session.execute(
        select(Entry.body, Event.content_changed_at)
        .join(Event, Entry.event_id == Event.id)
        .join(Edition)
        .where(Entry.language == (slice_.language or campaign.default_language))
        .where(*_conditions(campaign, slice_, today))
        .order_by(is_past, case((is_past, None), else_=Event.starts_at), Event.starts_at.desc(), Event.id)
        .limit(calendar.ENTRY_COUNT_LIMIT + 1)
    ).all()
    shown = calendar.within_limits(row.body for row in rows)
    changed_at = max((row.content_changed_at for row in rows[: len(shown)]), default=campaign.created_at)
    head = _head(campaign, slice_, changed_at, is_cut=len(shown) < len(rows))
    return calendar.join(head, shown, calendar.zones_in(shown))


def _conditions(campaign: Campaign, slice_: Slice, today: date) -> list[ColumnElement[bool]]:
    conditions = [
        Edition.campaign_id == campaign.id,
        Edition.status.in_(edition_rules.SHOWN),
        Event.status.in_(PUBLIC),
    ]
    if slice_.year:
        conditions.append(Edition.year == slice_.year)
    else:
        kept_from = datetime.combine(today - KEPT_BACK, time(), UTC)
        conditions.append(or_(Event.ends_at.is_(None), Event.ends_at >= kept_from))
    if slice_.country:
        conditions.append(Event.country == slice_.country)
    if slice_.city:
        conditions.append(Event.city_slug == slice_.city)
    if slice_.series:
        conditions.append(Event.series.has(Series.slug == slice_.series))
    if slice_.tag:
        conditions.append(Event.tag_rows.any(EventTag.tag == slice_.tag))
    if slice_.is_online:
        conditions.append(Event.online_url.is_not(None))
    return conditions


def _head(campaign: Campaign, slice_: Slice, changed_at: datetime, *, is_cut: bool = False) -> calendar.FeedHead:
    language = slice_.language or campaign.default_language
    name = pick(campaign.name, language, campaign.default_language)[0]
    limits = [country_name(slice_.country, language)] if slice_.country else []
    summary = pick(campaign.summary, language, campaign.default_language)[0]
    cut = say(language, "It holds only the nearest events; choose a country for all of them.") if is_cut else ""
    return calendar.FeedHead(
        name=" · ".join([name, *limits]),
        description="\n".join(part for part in (summary, cut) if part),
        colour=campaign.colour,
        source=address.feed(campaign.slug, slice_.path),
        url=f"{address.base()}/{campaign.slug}/",
        changed_at=changed_at,
        language=language,
    )
