"""Where a point of the Earth lies on the map: the Equal Earth projection of static/map/world.svg.

Source: Šavrič, Patterson, Jenny, "The Equal Earth map projection", 2018. make/world_map.py draws the map with it.
"""

from math import asin, cos, radians, sin, sqrt

A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
WIDTH = 1000
NORTH, SOUTH = 83.7, -56.0
MERIDIAN = 11.0
"""The meridian in the middle, east: the map is then cut in the Bering Strait, and no country is parted."""


def _raw(latitude: float, turn: float) -> tuple[float, float]:
    angle = asin(sqrt(3) / 2 * sin(radians(latitude)))
    square = angle * angle
    six = square**3
    width = 3 * (9 * A4 * six * square + 7 * A3 * six + 3 * A2 * square + A1)
    across = 2 * sqrt(3) * radians(turn) * cos(angle) / width
    return across, angle * (A1 + A2 * square + six * (A3 + A4 * square))


_RIM = _raw(0, 180)[0]
_TOP = _raw(NORTH, 0)[1]
_SCALE = WIDTH / (2 * _RIM)
HEIGHT = round((_TOP - _raw(SOUTH, 0)[1]) * _SCALE)
VIEW_BOX = f"0 0 {WIDTH} {HEIGHT}"


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Return x and y in the map's view box, one decimal; points off the map come to its edge."""
    x, y = laid_flat(latitude, (longitude - MERIDIAN + 180) % 360 - 180)
    return round(x, 1), round(y, 1)


def laid_flat(latitude: float, turn: float) -> tuple[float, float]:
    """Return x and y of a point that lies so many degrees east of the map's middle; more than 180 is beyond the rim."""
    across, up = _raw(min(max(latitude, SOUTH), NORTH), turn)
    return (across + _RIM) * _SCALE, (_TOP - up) * _SCALE
