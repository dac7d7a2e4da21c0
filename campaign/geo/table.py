"""The gazetteer's packed files, read into arrays: rows by place, and rows by name.

Rows stand in bands of one degree of latitude, from the south, and from west to east in each band; so the rows
around a point are a few slices. Names stand in the order of their bytes, one a line, and are found by halving.
"""

import json
import lzma
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property
from importlib import resources
from itertools import accumulate
from math import asin, cos, degrees, floor, radians, sin
from typing import NamedTuple

from campaign.geo.point import EARTH_RADIUS, Point, distance

HALF_WAY_ROUND = 20_040.0
"""Kilometres beyond which nothing on Earth lies."""


class Region(NamedTuple):
    """A part of a country that keeps one time zone; `short` is its postal abbreviation, or ""."""

    country: str
    zone: str
    short: str
    name: str


class Places:
    """The columns of cities.jsonl.xz, and the regions of regions.tsv."""

    def __init__(self) -> None:
        columns = map(json.loads, _unpacked("cities.jsonl.xz").splitlines())
        self.ids = array("i", next(columns))
        self.names: list[str] = next(columns)
        self._regions = array("H", next(columns))
        self._latitudes = array("i", next(columns))
        self._longitudes = array("i", accumulate(next(columns)))
        self.populations = array("i", next(columns))
        self._bands = [bisect_left(self._latitudes, band, key=lambda value: value // 1000) for band in range(-90, 92)]

    @cached_property
    def regions(self) -> tuple[Region, ...]:
        rows = (line.split("\t") for line in _data("regions.tsv").decode().splitlines())
        return tuple(Region(country, zone, short, name) for country, _, zone, short, name in rows)

    def region(self, row: int) -> Region:
        return self.regions[self._regions[row]]

    def point(self, row: int) -> Point:
        return Point(self._latitudes[row] / 1000, self._longitudes[row] / 1000)

    def near(self, point: Point, kilometres: float, *, country: str | None, may_grow: bool) -> list[tuple[float, int]]:
        """Return distance and row of the places within `kilometres`, or within the first doubling with any."""
        while True:
            rows = (row for row in self._around(point, kilometres) if country in (None, self.region(row).country))
            found = [(far, row) for row in rows if (far := distance(point, self.point(row))) <= kilometres]
            if found or not may_grow or kilometres > HALF_WAY_ROUND:
                return sorted(found)
            kilometres *= 2

    def _around(self, point: Point, kilometres: float) -> Iterator[int]:
        """Yield the rows in a box that holds the circle of that radius."""
        reach = degrees(kilometres / EARTH_RADIUS)
        south, north = point.latitude - reach, point.latitude + reach
        for band in range(max(-90, floor(south)), min(90, floor(north)) + 1):
            start, end = self._bands[band + 90 : band + 92]
            for west, east in _windows(point, kilometres):
                first = bisect_left(self._longitudes, west * 1000, start, end)
                last = bisect_right(self._longitudes, east * 1000, first, end)
                yield from (row for row in range(first, last) if south <= self._latitudes[row] / 1000 <= north)


class Names:
    """The lines of names.tsv.xz: a name in the spelling of `key`, a tab, the rows of the places called so."""

    def __init__(self) -> None:
        self._lines = _unpacked("names.tsv.xz")

    def rows(self, name: str) -> list[int]:
        """Return the rows of the places with exactly this name, the biggest first."""
        start = self._first_from(name.encode())
        found, _, rows = self._lines[start : self._lines.find(b"\n", start)].partition(b"\t")
        return [int(row) for row in rows.split()] if found == name.encode() else []

    def rows_beginning(self, name: str) -> set[int]:
        """Return the rows of the places that have a name which begins so."""
        first, end = self._first_from(name.encode()), self._first_from(name.encode() + b"\xff")
        lines = self._lines[first:end].splitlines()
        return {int(row) for line in lines for row in line.partition(b"\t")[2].split()}

    def _first_from(self, name: bytes) -> int:
        """Return where the first line starts whose name isn't before `name`."""
        low, high = 1, len(self._lines)
        while low < high:
            start = self._lines.rfind(b"\n", 0, (low + high) // 2) + 1
            tab = self._lines.index(b"\t", start)
            if self._lines[start:tab] < name:
                low = self._lines.index(b"\n", tab) + 1
            else:
                high = start
        return low


def _windows(point: Point, kilometres: float) -> list[tuple[float, float]]:
    """Return the ranges of longitude that a circle reaches: two where it crosses the 180th meridian."""
    reach = sin(min(kilometres / EARTH_RADIUS, radians(90)))
    shrink = cos(radians(point.latitude))
    if reach >= shrink:
        return [(-180.0, 180.0)]
    half = degrees(asin(reach / shrink))
    west, east = point.longitude - half, point.longitude + half
    if west < -180:
        return [(-180.0, east), (west + 360, 180.0)]
    if east > 180:
        return [(west, 180.0), (-180.0, east - 360)]
    return [(west, east)]


def _unpacked(name: str) -> bytes:
    return lzma.decompress(_data(name))


def _data(name: str) -> bytes:
    return resources.files("campaign.geo").joinpath("data", name).read_bytes()
