"""Which events a slice of a campaign holds, as the database's conditions; and names that slices had before."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from campaign.db import db
from campaign.domain import edition as edition_rules
from campaign.domain.event import PUBLIC, Status
from campaign.domain.slice import Slice
from campaign.i18n import pick
from campaign.models import Campaign, Departure, Edition, Event, EventTag, FormerSeriesSlug, Series

KEPT_BACK = timedelta(days=366)


def belongs(campaign: Campaign, slice_: Slice) -> list[ColumnElement[bool]]:
    """Return the conditions on `event` joined to `edition` for a slice, whatever the day and the state."""
    conditions = [Edition.campaign_id == campaign.id]
    if slice_.year:
        conditions.append(Edition.year == slice_.year)
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


def belonged(campaign: Campaign, slice_: Slice) -> list[ColumnElement[bool]]:
    """Return the conditions on `departure` for a slice."""
    conditions = [Departure.campaign_id == campaign.id]
    if slice_.year:
        conditions.append(Departure.year == slice_.year)
    if slice_.country:
        conditions.append(Departure.country == slice_.country)
    if slice_.city:
        conditions.append(Departure.city_slug == slice_.city)
    if slice_.series:
        conditions.append(Departure.series_slug == slice_.series)
    if slice_.tag:
        conditions.append(Departure.tags.contains(f"|{slice_.tag}|", autoescape=True))
    if slice_.is_online:
        conditions.append(Departure.is_online.is_(True))
    return conditions


def is_kept(slice_: Slice, *, now: datetime) -> ColumnElement[bool]:
    """Return the condition by which a calendar still holds a public event.

    Of one year, all; else what isn't over for twelve months. A cancelled one until it would have ended.
    """
    hopeful = or_(Event.status == Status.PUBLISHED, not_over(now))
    if slice_.year:
        return and_(Event.status.in_(PUBLIC), hopeful)
    return and_(Event.status.in_(PUBLIC), hopeful, not_over(kept_from(now)))


def not_over(at: datetime) -> ColumnElement[bool]:
    """Return the condition that an event ends after `at`; one without a date lasts as long as its edition."""
    return or_(Event.ends_at > at, and_(Event.ends_at.is_(None), Edition.last_day >= at.date()))


def is_over(event: Event, *, at: datetime) -> bool:
    """Return for one event what `not_over` denies."""
    return event.ends_at <= at if event.ends_at else event.edition.last_day < at.date()


def kept_from(now: datetime) -> datetime:
    """Return since when past events are kept: it moves once a day, at midnight in UTC."""
    return midnight(now.date()) - KEPT_BACK


def midnight(day: date) -> datetime:
    """Return the instant at which a day begins in UTC."""
    return datetime.combine(day, time(), UTC)


def is_known(campaign: Campaign, slice_: Slice) -> bool:
    """Return whether the campaign speaks the slice's language, and ever had an event in its city, on its subject."""
    if slice_.language and slice_.language not in campaign.languages:
        return False
    parts = (Slice(city=slice_.city), Slice(series=slice_.series), Slice(tag=slice_.tag))
    return all(_has_event(campaign, part) for part in parts if part != Slice())


def current_names(campaign: Campaign, slice_: Slice) -> Slice | None:
    """Return the slice with its series' present name; None where that series was withdrawn."""
    if slice_.series is None:
        return slice_
    former = db.session.get(FormerSeriesSlug, (campaign.id, slice_.series))
    if former is None:
        return slice_
    slug = db.session.scalar(select(Series.slug).where(Series.id == former.series_id))
    return replace(slice_, series=slug) if slug else None


def city_name(campaign: Campaign, slug: str, *, among: Collection[int] | None = None) -> str:
    """Return how these events, or all public ones, spell their city."""
    spelt = select(func.max(Event.city)).join(Edition).where(*belongs(campaign, Slice(city=slug)), *_seen(among))
    return db.session.scalar(spelt) or slug


def series_name(campaign: Campaign, slug: str, language: str, *, among: Collection[int] | None = None) -> str:
    """Return what the series' latest of these events, or of all public ones, is called."""
    latest = select(Event.name).join(Edition).where(*belongs(campaign, Slice(series=slug)), *_seen(among))
    name = db.session.scalar(latest.order_by(Edition.year.desc()).limit(1))
    return pick(name or {}, language, campaign.default_language)[0] or slug


def _seen(among: Collection[int] | None) -> list[ColumnElement[bool]]:
    """Return the conditions for these events, or for those that the public sees."""
    if among is not None:
        return [Event.id.in_(among)]
    return [Event.status.in_(PUBLIC), Edition.status.in_(edition_rules.SHOWN)]


def _has_event(campaign: Campaign, part: Slice) -> bool:
    """Return whether a public event belongs to the part, or did: who subscribed to it must see it empty."""
    has = exists().where(Event.edition_id == Edition.id, Event.status.in_(PUBLIC), *belongs(campaign, part))
    had = exists().where(*belonged(campaign, part))
    return bool(db.session.scalar(select(or_(has, had))))
