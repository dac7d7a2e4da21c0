"""Where a campaign's editions had events: two of them place by place, all of them country by country."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from sqlalchemy import func, select

from campaign.db import db
from campaign.domain import coverage as rules
from campaign.domain.coverage import Key, Line, Open, Place, Standing
from campaign.domain.event import Status
from campaign.domain.text import fold
from campaign.models import Campaign, Edition, Event, Renewal
from campaign.services import goals

ALIKE = 80.0
"""Per cent of the letters that two spellings of a city share, in their order (rapidfuzz' ratio)."""
IN_PREPARATION = frozenset({Status.DRAFT, Status.PROPOSED})


@dataclass(frozen=True)
class Row:
    """One event of the compared years, as far as its place goes."""

    edition_id: int
    status: Status
    country: str | None
    city_slug: str | None
    city: str | None
    series_id: int
    latitude: float | None
    longitude: float | None

    @property
    def key(self) -> Key:
        """Where it is."""
        return _key(self.country, self.city_slug, self.city)


@dataclass(frozen=True)
class Country:
    """One country of the comparison: its places, how many events it has and what was hoped for."""

    code: str | None
    lines: Sequence[Line]
    goal: int | None

    @property
    def events(self) -> int:
        """How many events are published in the year that is looked at."""
        return sum(line.after for line in self.lines)

    def of(self, standing: Standing) -> list[Line]:
        """Return the places of one kind."""
        return [line for line in self.lines if line.standing is standing]


def compare(edition: Edition, other: Edition) -> list[Country]:
    """Return the countries of two editions, with what became of `other`'s places in `edition`."""
    rows = _rows(edition, other)
    now = [row for row in rows if row.edition_id == edition.id]
    before = _places(row for row in rows if row.edition_id == other.id and row.status is Status.PUBLISHED)
    after = _places(row for row in now if row.status is Status.PUBLISHED)
    drafts = [row for row in now if row.status in IN_PREPARATION]
    still = Open(_unanswered(edition), {row.key for row in drafts}, {row.series_id for row in drafts})
    by_country: defaultdict[str | None, list[Line]] = defaultdict(list)
    for line in rules.compare(before, after, still, alike=alike):
        by_country[line.country].append(line)
    hoped = goals.of_edition(edition)
    for code in hoped:
        by_country.setdefault(code, [])
    return [Country(code, _sorted(lines), hoped.get(code or "")) for code, lines in by_country.items()]


def history(campaign: Campaign) -> Mapping[str | None, Mapping[int, int]]:
    """Return how many events were published by country and year, of all editions; one question."""
    counted = select(Event.country, Edition.year, func.count()).join(Edition)
    published = counted.where(Edition.campaign_id == campaign.id, Event.status == Status.PUBLISHED)
    found: defaultdict[str | None, dict[int, int]] = defaultdict(dict)
    for code, year, count in db.session.execute(published.group_by(Event.country, Edition.year)):
        found[code][year] = count
    return found


def alike(key: str, others: Sequence[str]) -> list[int]:
    """Return where among other cities one may stand in another spelling, the most alike first."""
    found = process.extract(key, others, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=5)
    return [index for _key, _score, index in found]


def _rows(edition: Edition, other: Edition) -> list[Row]:
    columns = (
        Event.edition_id,
        Event.status,
        Event.country,
        Event.city_slug,
        Event.city,
        Event.series_id,
        Event.latitude,
        Event.longitude,
    )
    found = select(*columns).where(Event.edition_id.in_((edition.id, other.id)), Event.status != Status.CANCELLED)
    return [Row(*row) for row in db.session.execute(found.order_by(Event.id))]


def _key(country: str | None, city_slug: str | None, city: str | None) -> Key:
    """Return where an event is; all that are online alone are in the same place."""
    return (country, city_slug or fold(city or "")) if country else (None, "")


def _places(rows: Iterable[Row]) -> list[Place]:
    """Return the places of some events, each at the first of its events that has coordinates."""
    grouped: defaultdict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.key].append(row)
    return [_place(key, events) for key, events in grouped.items()]


def _place(key: Key, events: Sequence[Row]) -> Place:
    points = ((row.latitude, row.longitude) for row in events)
    point = next(((north, east) for north, east in points if north is not None and east is not None), None)
    city = next((row.city for row in events if row.city), "")
    return Place(*key, city, len(events), frozenset(row.series_id for row in events), point)


def _unanswered(edition: Edition) -> set[Key]:
    """Return the places of the year before whose hosts were asked and have not answered."""
    asked = select(Event.country, Event.city_slug, Event.city).join(Renewal, Renewal.event_id == Event.id)
    waiting = asked.where(Renewal.edition_id == edition.id, Renewal.answer.is_(None)).distinct()
    return {_key(*place) for place in db.session.execute(waiting)}


def _sorted(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: fold(line.city))
