"""Registrations in numbers that tell of nobody: over time, by country and language, places taken, who came."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Integer, cast, extract, func, select

from campaign.db import db
from campaign.domain.disclosure import SMALLEST, broken_down, shown_count
from campaign.domain.registration import ENDED
from campaign.models import Event, Registration
from campaign.services.people import Among

DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Part:
    """So many people of so many."""

    count: int
    total: int

    @property
    def share(self) -> float:
        """The part as a number from 0 to 1."""
        return min(self.count / self.total, 1.0) if self.total else 0.0


@dataclass(frozen=True)
class Statistics:
    """What may be shown of some events' registrations; None stands for a number too small to be."""

    total: int
    days: list[tuple[date, int]]
    """How many there were by the end of a day (UTC)."""
    countries: Mapping[str | None, int | None]
    languages: Mapping[str, int | None]
    places: Part | None
    """Taken of those that there are, at events that have a limit."""
    shown_up: Part | None
    """Who came, of the places that were taken, at events where people were counted at the door."""


def of(among: Among) -> Statistics:
    """Return the numbers of some events: registrations that have not ended, the largest groups first."""
    days: Counter[date] = Counter()
    countries: Counter[str | None] = Counter()
    languages: Counter[str] = Counter()
    for country, language, second, count in _groups(among):
        days[datetime.fromtimestamp(second, UTC).date()] += count
        countries[country] += count
        languages[language] += count
    return Statistics(
        total=days.total(),
        days=in_steps(sorted(days.items())),
        countries=broken_down(dict(countries.most_common())),
        languages=broken_down(dict(languages.most_common())),
        places=_places(among),
        shown_up=_shown_up(among),
    )


def in_steps(days: Iterable[tuple[date, int]]) -> list[tuple[date, int]]:
    """Return how many there were after each day, in steps of five at least: fewer wait for the next day's."""
    steps: list[tuple[date, int]] = []
    total = shown = 0
    for day, count in days:
        total += count
        if total - shown >= SMALLEST:
            steps.append((day, total))
            shown = total
    return steps


def _groups(among: Among) -> list[tuple[str | None, str, int, int]]:
    """Return country, language, the second at which a day began, and how many registered then."""
    second = extract("epoch", Registration.created_at)
    day = cast(second - second % DAY_SECONDS, Integer)
    rows = select(Event.country, Registration.language, day, func.count())
    rows = rows.join(Event, Event.id == Registration.event_id).where(among.events, Registration.status.not_in(ENDED))
    grouped = db.session.execute(rows.group_by(Event.country, Registration.language, day))
    return [(country, language, second, count) for country, language, second, count in grouped]


def _places(among: Among) -> Part | None:
    """Return how many places are taken; none where so few are that they could be recognised."""
    sums = select(func.sum(Event.seats_taken), func.sum(Event.capacity)).where(among.events)
    taken, capacity = db.session.execute(sums.where(Event.capacity.is_not(None))).one()
    return Part(taken, capacity) if capacity and shown_count(taken) is not None else None


def _shown_up(among: Among) -> Part | None:
    """Return who came; none where so few did, or so few did not, that they could be recognised."""
    sums = select(func.sum(Event.attended), func.sum(Event.seats_taken)).where(among.events, Event.attended > 0)
    came, places = db.session.execute(sums).one()
    if not came or came < SMALLEST or 0 < places - came < SMALLEST:
        return None
    return Part(came, places)
