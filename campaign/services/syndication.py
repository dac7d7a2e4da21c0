"""The events of a slice as Atom and GeoJSON: the same events as its calendar, for readers and maps."""

import logging
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select

from campaign import address
from campaign.calendar import feed as calendar
from campaign.db import db
from campaign.domain import event as rules
from campaign.domain.event import Status
from campaign.domain.slice import Slice
from campaign.domain.text import cut
from campaign.i18n import country_name, pick, when
from campaign.models import Campaign, Edition, Entry, Event, EventTag
from campaign.services import departures, event_words, feeds
from campaign.services.feeds import Feed
from campaign.syndication import atom as atom_format
from campaign.syndication import geojson as geojson_format
from campaign.syndication.item import Head, Item

DESCRIPTION_LIMIT = 2000
"""Less than a calendar entry shows, by whose last change these lists are dated."""

log = logging.getLogger(__name__)


def atom(campaign: Campaign, slice_: Slice, *, now: datetime) -> Feed:
    """Return the slice as Atom, what changed last first."""

    def render(head: Head, items: list[Item]) -> bytes:
        newest_first = sorted(items, key=lambda item: (item.changed_at, item.uid), reverse=True)
        return atom_format.render(head, newest_first)

    return _feed(campaign, slice_, "atom", render, now=now)


def geojson(campaign: Campaign, slice_: Slice, *, now: datetime) -> Feed:
    """Return the slice as GeoJSON, in the order of the days."""

    def render(head: Head, items: list[Item]) -> bytes:
        return geojson_format.render(
            head, sorted(items, key=lambda item: (item.starts is None, str(item.starts), item.uid))
        )

    return _feed(campaign, slice_, "json", render, now=now)


def _feed(
    campaign: Campaign, slice_: Slice, kind: str, render: Callable[[Head, list[Item]], bytes], *, now: datetime
) -> Feed:
    rows = db.session.execute(_rows(campaign, slice_, now=now)).all()
    is_cut = len(rows) > calendar.ENTRY_COUNT_LIMIT
    shown = rows[: calendar.ENTRY_COUNT_LIMIT]
    items = list(_items(campaign, slice_, shown, _tags(shown)))
    left = departures.moments(campaign, slice_, now=now, is_cut=is_cut, with_days=False)
    moments = [campaign.head_changed_at, *(item.changed_at for item in items), *left]
    if is_cut:
        moments.append(feeds.last_change(campaign, slice_, now=now))
    head = _head(campaign, slice_, kind, max(moments).replace(microsecond=0), among=[row.id for row in shown])
    return Feed(render(head, items), head.changed_at, feeds.holds_until(rows, now=now), len(items))


def _rows(campaign: Campaign, slice_: Slice, *, now: datetime) -> Select[*tuple[Any, ...]]:
    """Return the query for the slice's nearest events and what is shown of them."""
    shown = select(
        Event.id, Event.uid, Event.slug, Event.name, Event.description, Event.status, Event.published_at,
        Event.country, Event.city, Event.venue, Event.address, Event.venue_is_public, Event.latitude, Event.longitude,
        Event.online_url, Event.zone, Event.starts, Event.ends, Event.ends_at, Event.is_all_day,
        Edition.year, Entry.changed_at, feeds.over_at(),
    )  # fmt: skip
    rows = feeds.kept(shown, campaign, slice_, now=now).order_by(*feeds.nearest(now))
    return rows.limit(calendar.ENTRY_COUNT_LIMIT + 1)


def _tags(rows: Iterable[Row[*tuple[Any, ...]]]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    ids = [row.id for row in rows]
    for event_id, tag in db.session.execute(
        select(EventTag.event_id, EventTag.tag).where(EventTag.event_id.in_(ids)).order_by(EventTag.tag)
    ):
        found[event_id] = (*found.get(event_id, ()), tag)
    return found


def _items(
    campaign: Campaign, slice_: Slice, rows: Iterable[Row[*tuple[Any, ...]]], tags: dict[int, tuple[str, ...]]
) -> Iterable[Item]:
    """Return what can be shown; an event that can't is left out and reported, not the whole feed."""
    for row in rows:
        try:
            yield _item(campaign, slice_.language or campaign.default_language, row, tags.get(row.id, ()))
        except Exception:  # whatever a row, perhaps changed by other hands, may hold
            log.exception("event %s can't be shown in a feed and is left out", row.id)


def _item(campaign: Campaign, language: str, row: Row[*tuple[Any, ...]], tags: tuple[str, ...]) -> Item:
    fallback = campaign.default_language
    title, title_language = pick(row.name, language, fallback)
    shows_venue = row.venue_is_public and campaign.attack_mode_at is None
    venue, street = (row.venue, row.address) if shows_venue else (None, None)
    country = country_name(row.country, language) if row.country else None
    has_time = row.starts is not None and row.zone is not None
    return Item(
        uid=row.uid,
        title=title,
        url=address.event_page(campaign.slug, row.year, row.slug),
        language=title_language,
        changed_at=row.changed_at,
        published_at=row.published_at or row.changed_at,
        is_cancelled=row.status is Status.CANCELLED,
        starts=row.starts,
        ends=row.ends,
        zone=row.zone,
        is_all_day=row.is_all_day,
        when=when(row.starts, row.zone, is_all_day=row.is_all_day, language=language) if has_time else "",
        description=cut(
            "\n\n".join(event_words.described(campaign, row.description, language)), limit=DESCRIPTION_LIMIT
        ),
        place=rules.location(venue=venue, address=street, city=row.city, country=country),
        country=row.country,
        city=row.city,
        latitude=row.latitude if shows_venue else None,
        longitude=row.longitude if shows_venue else None,
        online_url=row.online_url,
        tags=tags,
    )


def _head(campaign: Campaign, slice_: Slice, kind: str, changed_at: datetime, *, among: Collection[int]) -> Head:
    language = slice_.language or campaign.default_language
    return Head(
        title=" · ".join(feeds.title(campaign, slice_, among=among)),
        subtitle=pick(campaign.summary, language, campaign.default_language)[0],
        feed=address.feed(campaign.slug, slice_.path, kind),
        page=f"{address.base()}/{campaign.slug}/",
        language=language,
        author=pick(campaign.name, language, campaign.default_language)[0],
        changed_at=changed_at,
    )


MAKERS = {"ics": feeds.feed, "atom": atom, "json": geojson}
"""What makes a slice, by the ending of its address."""
