"""Dots on the map: events that would lie over each other become one dot with a count."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import dist

_STEPS = tuple(product((0, -1, 1), repeat=2))
"""A cell itself and the eight around it."""


@dataclass(frozen=True)
class Dot:
    """One place on the map, how many events it stands for, and which: their positions in the input."""

    x: float
    y: float
    count: int
    indexes: tuple[int, ...]


def cluster(points: Sequence[tuple[float, float]], *, radius: float) -> list[Dot]:
    """Return dots at least about `radius` apart, the fullest first; the same points give the same dots.

    Each point joins the first dot within reach, looked for in the nine cells around it: O(n).
    """
    dots: list[list[int]] = []
    cells: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for index, (x, y) in enumerate(points):
        column, row = int(x // radius), int(y // radius)
        near = [dot for step in _STEPS for dot in cells.get((column + step[0], row + step[1]), ())]
        found = next((dot for dot in near if dist(points[dots[dot][0]], (x, y)) <= radius), None)
        if found is None:
            cells[column, row].append(len(dots))
            dots.append([index])
        else:
            dots[found].append(index)
    return sorted((_dot(points, members) for members in dots), key=lambda dot: (-dot.count, dot.indexes))


def _dot(points: Sequence[tuple[float, float]], members: Sequence[int]) -> Dot:
    x = sum(points[index][0] for index in members) / len(members)
    y = sum(points[index][1] for index in members) / len(members)
    return Dot(round(x, 1), round(y, 1), len(members), tuple(members))
