"""The map: the projection, the drawing, the dots."""

import random
import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from campaign.geo.countries import COUNTRIES
from campaign.geo.gazetteer import main_city
from campaign.geo.projection import HEIGHT, VIEW_BOX, WIDTH, project
from campaign.geo.world_map import cluster

MAP = Path(__file__).parents[2] / "static" / "map" / "world.svg"
SVG = "{http://www.w3.org/2000/svg}"
ELSEWHERE = {"EH", "VU"}
"""Natural Earth draws El Aaiún as in Morocco; Port Vila's island is too small to see."""
TINY = 2.0
"""Units beside its country's outline at which a capital on the coast or in a small country may lie."""
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


def symbol() -> ElementTree.Element:
    return ElementTree.parse(MAP).getroot().find(f"{SVG}symbol")


def outlines(path: str) -> list[list[tuple[float, float]]]:
    """Return the rings of a path of M, l and z."""
    rings = []
    for part in path.split("z")[:-1]:
        numbers = [float(text) for text in _NUMBER.findall(part)]
        x = y = 0.0
        ring = []
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        rings.append([*ring, ring[0]])
    return rings


def holds(rings: list[list[tuple[float, float]]], x: float, y: float) -> bool:
    lines = [line for ring in rings for line in pairwise(ring)]
    crossed = [(a, b) for a, b in lines if (a[1] > y) != (b[1] > y)]
    return sum(x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) for a, b in crossed) % 2 == 1


def test_map_is_small_and_says_nothing_of_style() -> None:
    text = MAP.read_text("utf-8")
    assert len(text.encode()) < 80_000
    assert not re.search(r"style|fill|stroke|class|script|http(?!://www\.w3\.org/2000/svg)", text)
    assert symbol().get("viewBox") == VIEW_BOX


def test_map_has_every_country_but_antarctica_and_specks() -> None:
    drawn = {path.get("id").removeprefix("c-") for path in symbol()}
    assert drawn <= COUNTRIES
    assert COUNTRIES - drawn <= {"AQ", "BV", "CC", "CX", "GI", "SJ", "TK", "TV", "UM"}


def test_capitals_lie_in_their_country() -> None:
    drawn = {path.get("id").removeprefix("c-"): outlines(path.get("d")) for path in symbol()}
    assert {code for code, rings in drawn.items() if not _is_beside(code, rings)} == ELSEWHERE


def _is_beside(code: str, rings: list[list[tuple[float, float]]]) -> bool:
    city = main_city(code)
    if city is None:
        return True
    x, y = project(*city.point)
    return holds(rings, x, y) or any(abs(a - x) < TINY and abs(b - y) < TINY for ring in rings for a, b in ring)


@pytest.mark.parametrize("code", ["DE", "FR", "BR", "IN", "CN", "RU", "CD", "MX", "ES", "PL", "UA", "IR", "TR", "AM"])
def test_inland_capitals_lie_inside(code: str) -> None:
    path = next(path for path in symbol() if path.get("id") == f"c-{code}")
    assert holds(outlines(path.get("d")), *project(*main_city(code).point))


def test_project() -> None:
    assert project(0, 11) == (WIDTH / 2, pytest.approx(HEIGHT * 0.6, abs=20))
    assert project(51.5, -0.1)[0] < project(52.5, 13.4)[0] < project(35.7, 139.7)[0]
    assert project(60, 20)[1] < project(0, 20)[1] < project(-50, 20)[1]
    assert project(0, -169.1)[0] == pytest.approx(WIDTH, abs=0.5)
    assert project(0, -168.9)[0] == pytest.approx(0, abs=0.5)
    assert project(0, 181) == project(0, -179)


def test_points_off_the_map_come_to_its_edge() -> None:
    assert project(90, 0)[1] == 0
    assert project(-90, 0)[1] == pytest.approx(HEIGHT, abs=1)


def test_cluster() -> None:
    dots = cluster([(10, 10), (10.5, 10), (50, 50)], radius=5)
    assert [(dot.x, dot.y, dot.count, dot.indexes) for dot in dots] == [(10.2, 10, 2, (0, 1)), (50, 50, 1, (2,))]
    assert cluster([], radius=5) == []


def test_cluster_keeps_every_point_once_and_near_its_dot() -> None:
    chance = random.Random(7)
    points = [(chance.uniform(0, WIDTH), chance.uniform(0, HEIGHT)) for _ in range(10_000)]
    dots = cluster(points, radius=6)
    assert sorted(index for dot in dots for index in dot.indexes) == list(range(10_000))
    assert all(dot.count == len(dot.indexes) for dot in dots)
    assert dots == cluster(points, radius=6)
    for dot in dots:
        for x, y in (points[index] for index in dot.indexes):
            assert (x - dot.x) ** 2 + (y - dot.y) ** 2 <= 12.2**2
