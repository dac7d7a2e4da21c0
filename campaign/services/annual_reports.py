"""The report of a year for everybody: how many events in how many places, and what their hosts told of them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select

from campaign.db import Texts, db
from campaign.domain import edition as edition_rules
from campaign.domain import report as rules
from campaign.domain.disclosure import broken_down, shown_count
from campaign.domain.event import Status as EventStatus
from campaign.domain.report import Status
from campaign.models import Edition, Event, Photo, Report, User
from campaign.services import audit
from campaign.services.reports import is_public


@dataclass(frozen=True)
class Picture:
    """A photo as a page shows it: its address' name, its size, what is to be seen."""

    name: str
    caption: str
    width: int
    height: int


@dataclass(frozen=True)
class Told:
    """One event of the year, with what its host told where that was checked."""

    slug: str
    name: Mapping[str, str]
    country: str | None
    city: str | None
    day: date | None
    came: int | None
    """None where nobody told, or so few came that they could be recognised."""
    words: str
    language: str | None
    photos: Sequence[Picture]


@dataclass(frozen=True)
class AnnualReport:
    """A year in figures, and event by event; None stands for a number too small to be shown."""

    events: Sequence[Told]
    countries: Mapping[str | None, int]
    """How many events there were, by country; None is online."""
    cities: int
    reports: int
    came: int | None


@dataclass(frozen=True)
class _Row:
    id: int
    slug: str
    name: Texts
    country: str | None
    city: str | None
    city_slug: str | None
    starts: datetime | None
    came: int | None
    words: str | None
    language: str | None


def of(edition: Edition) -> AnnualReport:
    """Return the report of a year: its published events, and of their hosts' reports those that were checked."""
    rows, photos = _rows(edition), _photos(edition)
    counts = {row.id: row.came for row in rows if row.came is not None}
    shown = broken_down(counts)
    return AnnualReport(
        events=[_told(row, shown.get(row.id), photos.get(row.id, [])) for row in rows],
        countries=Counter(row.country for row in rows),
        cities=len({(row.country, row.city_slug or row.city) for row in rows if row.city}),
        reports=len(counts),
        came=shown_count(sum(counts.values())),
    )


def publish(edition: Edition, *, actor: User | None, now: datetime) -> None:
    """Let the public see the year's report; raises Refused("report-none-checked") or ("year-hidden")."""
    told = select(func.count(Report.id)).join(Report.event)
    checked = told.where(Event.edition_id == edition.id, *_counted())
    is_shown = edition.status in edition_rules.SHOWN
    rules.check_publishable(checked=db.session.scalars(checked).one(), is_shown=is_shown)
    edition.reported_at = edition.reported_at or now
    audit.record("publish-report", edition, campaign=edition.campaign, actor=actor, now=now)


def take_back(edition: Edition, *, actor: User | None, now: datetime) -> None:
    """Hide the year's report, and its photos, from the public again."""
    edition.reported_at = None
    audit.record("take-back-report", edition, campaign=edition.campaign, actor=actor, now=now)


def write_foreword(edition: Edition, words: Mapping[str, str], *, actor: User | None, now: datetime) -> None:
    """Set what stands before the report, by language."""
    edition.report_words = dict(words)
    audit.record("write-foreword", edition, campaign=edition.campaign, actor=actor, now=now)


def _counted() -> tuple[ColumnElement[bool], ...]:
    return Event.status == EventStatus.PUBLISHED, Report.status == Status.CHECKED


def _rows(edition: Edition) -> list[_Row]:
    columns = (
        Event.id,
        Event.slug,
        Event.name,
        Event.country,
        Event.city,
        Event.city_slug,
        Event.starts,
        Report.came,
        Report.words,
        Report.language,
    )
    checked = (Report.event_id == Event.id) & (Report.status == Status.CHECKED)
    rows = select(*columns).outerjoin(Report, checked)
    held = rows.where(Event.edition_id == edition.id, Event.status == EventStatus.PUBLISHED)
    in_order = held.order_by(Event.starts_at.is_(None), Event.starts_at, Event.id)
    return [_Row(*row) for row in db.session.execute(in_order)]  # type: ignore[call-arg]  # ten columns, ten fields


def _photos(edition: Edition) -> Mapping[int, list[Picture]]:
    """Return the photos that the public may see, by event."""
    columns = (Report.event_id, Photo.name, Photo.caption, Photo.width, Photo.height)
    shown = select(*columns).join(Photo.report).join(Report.event).join(Event.edition).join(Edition.campaign)
    of_year = shown.where(Edition.id == edition.id, *is_public()).order_by(Photo.id)
    found: defaultdict[int, list[Picture]] = defaultdict(list)
    for event_id, name, caption, width, height in db.session.execute(of_year):
        found[event_id].append(Picture(name, caption, width, height))
    return found


def _told(row: _Row, came: int | None, photos: Sequence[Picture]) -> Told:
    return Told(
        slug=row.slug,
        name=row.name,
        country=row.country,
        city=row.city,
        day=row.starts.date() if row.starts else None,
        came=came,
        words=row.words or "",
        language=row.language,
        photos=photos,
    )
