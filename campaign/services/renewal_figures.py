"""Who has answered and who hasn't, by country; and which of last year's events have nobody to ask."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from campaign.db import db
from campaign.domain.event import PUBLIC
from campaign.models import Edition, Event, Renewal
from campaign.services import renewals

PAGE_SIZE = 50
SILENT = "silent"


@dataclass(frozen=True)
class Row:
    """One country's answers."""

    country: str | None
    answers: dict[str, int]
    """How many of each Answer, and of SILENT."""

    @property
    def asked(self) -> int:
        """All of them."""
        return sum(self.answers.values())


@dataclass(frozen=True)
class Page:
    """One page of renewals, its number from 1, how many pages and renewals there are."""

    items: Sequence[Renewal]
    number: int
    pages: int
    total: int


def by_country(edition: Edition, *, countries: Collection[str] | None) -> list[Row]:
    """Return the answers of each country in which somebody was asked."""
    counted = select(Event.country, Renewal.answer, func.count()).join(Event, Event.id == Renewal.event_id)
    rows = counted.where(Renewal.edition_id == edition.id, renewals.within(countries)).group_by(
        Event.country, Renewal.answer
    )
    found: dict[str | None, dict[str, int]] = {}
    for country, answer, count in db.session.execute(rows):
        found.setdefault(country, {})[answer or SILENT] = count
    return [Row(country, answers) for country, answers in found.items()]


def find(edition: Edition, *, countries: Collection[str] | None, state: str | None, page: int) -> Page:
    """Return one page of renewals, by country and city; `state` is an Answer, SILENT, or None for all."""
    wanted = [Renewal.edition_id == edition.id, renewals.within(countries)]
    if state == SILENT:
        wanted.append(Renewal.answer.is_(None))
    elif state:
        wanted.append(Renewal.answer == state)
    rows = select(Renewal).join(Event, Event.id == Renewal.event_id).where(*wanted)
    total = db.session.scalars(rows.with_only_columns(func.count())).one()
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(page, 1), pages)
    event = contains_eager(Renewal.event)
    lean = rows.options(event.lazyload(Event.language_rows), event.lazyload(Event.tag_rows), joinedload(Renewal.host))
    ordered = lean.order_by(Event.country, Event.city_slug, Event.id, Renewal.id)
    found = db.session.scalars(ordered.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    return Page(found, number, pages, total)


def successors(edition: Edition, asked: Sequence[Renewal]) -> dict[int, Event]:
    """Return the edition's events of the same series, by series."""
    series = {one.event.series_id for one in asked}
    rows = select(Event).where(Event.edition_id == edition.id, Event.series_id.in_(series))
    return {event.series_id: event for event in db.session.scalars(rows)}


def without_host(edition: Edition, *, countries: Collection[str] | None) -> list[tuple[str | None, int]]:
    """Return how many of last year's events have nobody to ask, by country."""
    rows = _without_host(edition, countries).with_only_columns(Event.country, func.count())
    return [(country, count) for country, count in db.session.execute(rows.group_by(Event.country))]


def events_without_host(edition: Edition, *, country: str | None) -> list[Event]:
    """Return last year's events in one country, or online, that have nobody to ask; at most some hundred."""
    rows = _without_host(edition, None).where(Event.country == country if country else Event.country.is_(None))
    return list(db.session.scalars(rows.order_by(Event.city_slug, Event.id).limit(4 * PAGE_SIZE)))


def _without_host(edition: Edition, countries: Collection[str] | None) -> Select[Event]:
    before = renewals.year_before(edition)
    rows = select(Event).where(Event.edition_id == (before.id if before else None), Event.status.in_(PUBLIC))
    return rows.where(Event.host_id.is_(None), ~renewals.is_settled(edition), renewals.within(countries))
