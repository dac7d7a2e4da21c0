"""One year's places beside another's: which came back, which are new, which were lost, who has not answered."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS = 6371.0
"""In kilometres."""
NEAR = 60.0
"""Kilometres within which two spellings may be the same city; Hamburg and Homburg are 500 apart."""

Point = tuple[float, float]
"""Latitude and longitude in degrees."""
Key = tuple[str | None, str]
"""Country and city, as they are compared."""


class Standing(StrEnum):
    BACK = "back"
    NEW = "new"
    PREPARED = "prepared"
    """There is a draft or a proposal, which nobody has published yet."""
    UNANSWERED = "unanswered"
    """A host was asked whether it takes place again, and has not answered."""
    LOST = "lost"


@dataclass(frozen=True)
class Place:
    """A country and city with events in one year; no country is online."""

    country: str | None
    key: str
    """The city as it stands in addresses, else folded."""
    city: str
    events: int
    series: frozenset[int] = field(default_factory=frozenset)
    point: Point | None = None

    @property
    def compared(self) -> Key:
        """What the same place has in another year."""
        return self.country, self.key


@dataclass(frozen=True)
class Line:
    """A place in two years, and what became of it."""

    country: str | None
    city: str
    standing: Standing
    before: int
    after: int
    point: Point | None


@dataclass(frozen=True)
class Open:
    """What may still come of the year's places that have no published event: by place, or by series."""

    unanswered: Collection[Key] = ()
    prepared: Collection[Key] = ()
    prepared_series: Collection[int] = ()


Alike = Callable[[str, Sequence[str]], Sequence[int]]
"""Finds a city's key among others: their positions, the most alike first."""
Find = Callable[[Place, Sequence[Place]], Place | None]
"""Finds a place among those of another year in the same country."""


def compare(before: Sequence[Place], after: Sequence[Place], still: Open, *, alike: Alike) -> list[Line]:
    """Return a line for each place of either year.

    A place is the same by country and city, else by a series that goes on in its country, else by a city spelt
    nearly so and not far away.
    """
    lines, prepared = list[Line](), set(still.prepared_series)
    left, right = _by_country(before), _by_country(after)
    finds: tuple[Find, ...] = (_by_key, _by_series, lambda one, others: _by_spelling(one, others, alike))
    for country in {**left, **right}:
        gone, come = left.get(country, []), right.get(country, [])
        for find in finds:
            pairs, gone, come = _paired(gone, come, find)
            lines += (_back(one, other) for one, other in pairs)
        lines += (_gone(one, still, prepared) for one in gone)
        lines += (Line(one.country, one.city, Standing.NEW, 0, one.events, one.point) for one in come)
    return lines


def kilometres(one: Point, other: Point) -> float:
    """Return the distance of two points by the great circle (haversine)."""
    (north1, east1), (north2, east2) = ((radians(lat), radians(lon)) for lat, lon in (one, other))
    half = sin((north2 - north1) / 2) ** 2 + cos(north1) * cos(north2) * sin((east2 - east1) / 2) ** 2
    return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(half)))


def _by_country(places: Sequence[Place]) -> dict[str | None, list[Place]]:
    found: dict[str | None, list[Place]] = {}
    for place in places:
        found.setdefault(place.country, []).append(place)
    return found


def _paired(
    gone: Sequence[Place], come: Sequence[Place], find: Find
) -> tuple[list[tuple[Place, Place]], list[Place], list[Place]]:
    """Return the places of both years that are the same, and those of either that are left."""
    pairs, left, right = [], [], list(come)
    for one in gone:
        found = find(one, right) if right else None
        if found is None:
            left.append(one)
        else:
            right.remove(found)
            pairs.append((one, found))
    return pairs, left, right


def _by_key(one: Place, others: Sequence[Place]) -> Place | None:
    return next((other for other in others if other.key == one.key), None)


def _by_series(one: Place, others: Sequence[Place]) -> Place | None:
    return next((other for other in others if one.series & other.series), None)


def _by_spelling(one: Place, others: Sequence[Place], alike: Alike) -> Place | None:
    if not one.key:
        return None
    ranked = (others[index] for index in alike(one.key, [other.key for other in others]))
    return next(_near(one, ranked), None)


def _near(one: Place, others: Iterator[Place]) -> Iterator[Place]:
    """Yield what is not known to be far away."""
    for other in others:
        if one.point is None or other.point is None or kilometres(one.point, other.point) <= NEAR:
            yield other


def _back(before: Place, after: Place) -> Line:
    point = after.point or before.point
    return Line(after.country, after.city or before.city, Standing.BACK, before.events, after.events, point)


def _gone(one: Place, still: Open, prepared: set[int]) -> Line:
    if one.compared in still.unanswered:
        standing = Standing.UNANSWERED
    elif one.compared in still.prepared or one.series & prepared:
        standing = Standing.PREPARED
    else:
        standing = Standing.LOST
    return Line(one.country, one.city, standing, one.events, 0, one.point)
