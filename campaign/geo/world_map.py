"""Dots on the map: events that would lie over each other become one dot with a count."""

from collections.abc import Sequence
from dataclasses import dataclass


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
    cells: dict[tuple[int, int], list[int]] = {}
    for index, point in enumerate(points):
        cell = int(point[0] // radius), int(point[1] // radius)
        found = next((dot for dot in _around(cells, cell) if _near(points[dots[dot][0]], point, radius)), None)
        if found is None:
            cells.setdefault(cell, []).append(len(dots))
            dots.append([index])
        else:
            dots[found].append(index)
    return sorted((_dot(points, members) for members in dots), key=lambda dot: (-dot.count, dot.indexes))


def _around(cells: dict[tuple[int, int], list[int]], cell: tuple[int, int]) -> list[int]:
    steps = (-1, 0, 1)
    return [dot for dx in steps for dy in steps for dot in cells.get((cell[0] + dx, cell[1] + dy), ())]


def _near(one: tuple[float, float], other: tuple[float, float], radius: float) -> bool:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 <= radius * radius


def _dot(points: Sequence[tuple[float, float]], members: Sequence[int]) -> Dot:
    x = sum(points[index][0] for index in members) / len(members)
    y = sum(points[index][1] for index in members) / len(members)
    return Dot(round(x, 1), round(y, 1), len(members), tuple(members))
