"""The outlines of the countries, to tell in which one a point lies that is far from any town.

Read on first use from data/shapes.json.xz: Natural Earth, 1 to 50 million, as make/shapes.py prepares it.
"""

import json
import lzma
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import accumulate, pairwise
from typing import TypedDict, TypeVar

from campaign.geo.point import Point

T = TypeVar("T")


class Transform(TypedDict):
    """How steps become degrees, east before north: times scale, plus translate."""

    scale: tuple[float, float]
    translate: tuple[float, float]


class Topology(TypedDict):
    """The outlines with every border once (TopoJSON's arcs), and each country's pieces by its code.

    An arc is a list of steps (east, north). A piece is a list of rings, the outer one first; a ring a list of
    arcs by number, ~number for one that runs backwards.
    """

    transform: Transform
    arcs: list[list[tuple[int, int]]]
    countries: dict[str, list[list[list[int]]]]


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a country's land with its holes, and the box around it."""

    country: str
    rings: tuple[tuple[Point, ...], ...]
    southwest: Point
    northeast: Point

    def holds(self, point: Point) -> bool:
        """Return whether a point lies inside: a ray to the east then crosses the rings an odd number of times."""
        (south, west), (north, east) = self.southwest, self.northeast
        # A piece that crosses the 180th meridian goes on beyond it: from 170 to 190 east, say.
        longitude = point.longitude + 360 if point.longitude < west else point.longitude
        point = Point(point.latitude, longitude - 360 if longitude > east else longitude)
        if not (south <= point.latitude <= north and west <= point.longitude <= east):
            return False
        return sum(_crosses(point, one, other) for ring in self.rings for one, other in pairwise(ring)) % 2 == 1


def country_at(point: Point) -> str | None:
    """Return the code of the country whose land holds a point; None at sea."""
    return next((piece.country for piece in _pieces() if piece.holds(point)), None)


def read_topology() -> Topology:
    """Return the outlines as they are stored."""
    packed = resources.files("campaign.geo").joinpath("data", "shapes.json.xz").read_bytes()
    topology: Topology = json.loads(lzma.decompress(packed))
    return topology


def points_of(arc: Sequence[tuple[int, int]], transform: Transform) -> list[Point]:
    """Return the points of an arc in degrees."""
    (across, up), (west, south) = transform["scale"], transform["translate"]
    easts, norths = (accumulate(steps) for steps in zip(*arc, strict=True))
    return [Point(south + up * north, west + across * east) for east, north in zip(easts, norths, strict=True)]


def joined(ring: Sequence[int], arcs: Sequence[Sequence[T]]) -> list[T]:
    """Return the points of a ring, whose arcs each begin where the one before ends."""
    points: list[T] = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[1:] if points else arc
    return points


def pieces_of(topology: Topology) -> list[Piece]:
    """Return the pieces of all countries, in degrees."""
    arcs = [points_of(arc, topology["transform"]) for arc in topology["arcs"]]
    return [
        _piece(country, [unbroken(joined(ring, arcs)) for ring in rings])
        for country, pieces in topology["countries"].items()
        for rings in pieces
    ]


def unbroken(ring: Sequence[Point]) -> tuple[Point, ...]:
    """Return a ring whose longitudes go on beyond 180 degrees where it crosses that meridian."""
    turns = [*accumulate((round((one.longitude - other.longitude) / 360) for one, other in pairwise(ring)), initial=0)]
    if not any(turns):
        return tuple(ring)
    return tuple(Point(point.latitude, point.longitude + 360 * turn) for point, turn in zip(ring, turns, strict=True))


def _piece(country: str, rings: Sequence[tuple[Point, ...]]) -> Piece:
    latitudes, longitudes = zip(*rings[0], strict=True)
    southwest, northeast = Point(min(latitudes), min(longitudes)), Point(max(latitudes), max(longitudes))
    return Piece(country, tuple(rings), southwest, northeast)


def _crosses(point: Point, one: Point, other: Point) -> bool:
    """Return whether a ray from the point to the east crosses the line between two others."""
    if (one.latitude > point.latitude) == (other.latitude > point.latitude):
        return False
    share = (point.latitude - one.latitude) / (other.latitude - one.latitude)
    return point.longitude < one.longitude + share * (other.longitude - one.longitude)


@cache
def _pieces() -> tuple[Piece, ...]:
    return tuple(pieces_of(read_topology()))
