"""Finding the events of an edition: what visitors and organizers filter, sort and page through."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, func, select

from campaign.db import db
from campaign.domain import edition as edition_rules
from campaign.domain.event import PUBLIC, Status
from campaign.domain.text import fold
from campaign.models import Edition, Event, EventLanguage, EventTag, Series
from campaign.services.proposed_events import in_sight

PAGE_SIZE = 50
ESCAPE = "\\"


@dataclass(frozen=True)
class Filters:
    """What to look for; None or "" is anything."""

    country: str | None = None
    city: str | None = None
    language: str | None = None
    tag: str | None = None
    is_online: bool = False
    words: str | None = None
    statuses: Collection[Status] = PUBLIC


@dataclass(frozen=True)
class Page:
    """One page of a list: its items, its number from 1, how many pages and items there are."""

    items: Sequence[Event]
    number: int
    pages: int
    total: int


def find(edition: Edition, filters: Filters, *, page: int, countries: Sequence[str | None]) -> Page:
    """Return one page of events, by country in the given order, then by time."""
    wanted = _conditions(edition, filters)
    total = db.session.scalars(select(func.count(Event.id)).where(*wanted)).one()
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(page, 1), pages)
    rows = _in_order(select(Event).where(*wanted), countries).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    return Page(list(db.session.scalars(rows)), number, pages, total)


def points(edition: Edition, filters: Filters) -> list[tuple[float, float, str, str | None, str]]:
    """Return latitude, longitude, city, country and slug of each event found that has a place on the map."""
    where = (
        *_conditions(edition, filters),
        Event.latitude.is_not(None),
        Event.venue_is_public | Event.city.is_not(None),
    )
    columns = select(Event.latitude, Event.longitude, Event.city, Event.country, Event.slug).where(*where)
    return [
        (latitude, longitude, city or "", country, slug)
        for latitude, longitude, city, country, slug in db.session.execute(columns.order_by(Event.id))
        if latitude is not None and longitude is not None
    ]


def countries(edition: Edition, *, statuses: Collection[Status] = PUBLIC) -> list[tuple[str, int]]:
    """Return the edition's countries with the number of events in each."""
    rows = select(Event.country, func.count()).where(
        Event.edition_id == edition.id, Event.status.in_(statuses), Event.country.is_not(None)
    )
    if Status.PROPOSED in statuses:
        rows = rows.where(in_sight())
    return [(code, count) for code, count in db.session.execute(rows.group_by(Event.country)) if code]


def words_used(edition: Edition, column: type[EventLanguage] | type[EventTag]) -> list[str]:
    """Return the languages spoken, or the tags, at the edition's public events."""
    word = EventLanguage.language if column is EventLanguage else EventTag.tag
    rows = select(word).join(Event).where(Event.edition_id == edition.id, Event.status.in_(PUBLIC))
    return sorted(set(db.session.scalars(rows)))


def siblings(event: Event) -> list[Event]:
    """Return the same series' public events of other years, newest first."""
    others = _public(event.series_id).where(Event.id != event.id)
    return list(db.session.scalars(others.order_by(Edition.year.desc())))


def of_series(series: Series, *, now: datetime) -> Event | None:
    """Return the series' coming public event, else its latest."""
    every = list(db.session.scalars(_public(series.id).order_by(Edition.year)))
    ahead = [event for event in every if event.ends_at is None or event.ends_at >= now]
    return next(iter(ahead or every[-1:]), None)


def search_text(*words: str | None) -> str:
    """Return what a search for words looks through: folded, so that case and accents don't matter."""
    return fold(" ".join(word for word in words if word))


def _public(series_id: int) -> Select[Event]:
    shown = Event.status.in_(PUBLIC) & Edition.status.in_(edition_rules.SHOWN)
    return select(Event).join(Edition).where(Event.series_id == series_id, shown)


def _conditions(edition: Edition, filters: Filters) -> list[ColumnElement[bool]]:
    conditions = [Event.edition_id == edition.id, Event.status.in_(filters.statuses)]
    if Status.PROPOSED in filters.statuses:
        conditions.append(in_sight())
    if filters.country:
        conditions.append(Event.country == filters.country)
    if filters.city:
        conditions.append(_holds(filters.city))
    if filters.is_online:
        conditions.append(Event.online_url.is_not(None))
    if filters.language:
        conditions.append(Event.language_rows.any(EventLanguage.language == filters.language))
    if filters.tag:
        conditions.append(Event.tag_rows.any(EventTag.tag == filters.tag))
    conditions += [_holds(word) for word in (filters.words or "").split()]
    return conditions


def _holds(words: str) -> ColumnElement[bool]:
    return Event.search_text.contains(fold(words), autoescape=True, escape=ESCAPE)


def _in_order(rows: Select[Event], countries: Sequence[str | None]) -> Select[Event]:
    ranks = {code: rank for rank, code in enumerate(countries) if code}
    by_country = [case(ranks, value=Event.country, else_=len(ranks))] if ranks else []
    return rows.order_by(*by_country, Event.starts_at.is_(None), Event.starts_at, Event.id)
