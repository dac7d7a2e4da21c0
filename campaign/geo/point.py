"""Points on the globe: degrees north and east, kilometres between them."""

from collections.abc import Iterator
from itertools import product
from math import asin, cos, hypot, radians, sin
from typing import NamedTuple

EARTH_RADIUS = 6371.0088
"""Mean radius in kilometres (IUGG)."""


class Point(NamedTuple):
    """Degrees of latitude, north positive, and of longitude, east positive."""

    latitude: float
    longitude: float


def distance(one: Point, other: Point) -> float:
    """Return the kilometres between two points on a sphere (haversine formula)."""
    north = sin(radians(other.latitude - one.latitude) / 2)
    east = sin(radians(other.longitude - one.longitude) / 2)
    shrink = cos(radians(one.latitude)) * cos(radians(other.latitude))
    return 2 * EARTH_RADIUS * asin(min(1.0, hypot(north, east * shrink**0.5)))


def on_globe(latitude: float | None, longitude: float | None) -> Point | None:
    """Return the point that two numbers name, or None when they name none.

    0, 0 stands for "nothing filled in" and is refused; a longitude from a map that was dragged once around
    the world (-229 for 131 east) is brought back.
    """
    if latitude is None or longitude is None or (latitude, longitude) == (0, 0):
        return None
    if not (-90 <= latitude <= 90 and -360 <= longitude <= 360):
        return None
    return Point(latitude, longitude if abs(longitude) <= 180 else (longitude + 180) % 360 - 180)


def misreadings(latitude: float, longitude: float) -> Iterator[Point]:
    """Yield the points that somebody may have meant who swapped the numbers, or lost a minus sign, or both."""
    for (north, east), up, right in product(((longitude, latitude), (latitude, longitude)), (1, -1), (1, -1)):
        point = on_globe(up * north, right * east)
        if point and point != (latitude, longitude):
            yield point
