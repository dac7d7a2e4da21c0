"""Draw static/map/world.svg from data/shapes.json.xz: a path for each country, with its code, and nothing of style.

    python -m campaign.geo.make.world_map

Every border is thinned once, after Visvalingam and Whyatt ("Line generalisation by repeated elimination of
points", 1993), so that neighbours still meet. Islands too small to see are left out, unless they are a country.
"""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from itertools import pairwise
from pathlib import Path

from campaign.geo.gazetteer import main_city
from campaign.geo.point import Point
from campaign.geo.projection import MERIDIAN, VIEW_BOX, laid_flat, project
from campaign.geo.shapes import joined, points_of, read_topology, unbroken

OUTPUT = Path(__file__).parents[3] / "static" / "map" / "world.svg"
THINNED = 0.4
"""A point is dropped that spans, with its neighbours, a triangle of less than so many square units."""
SMALLEST = 1.0
"""Square units of an island that is drawn."""
SPOT = 0.8
"""Units from the middle to the corners of the diamond that stands for a country too small to see."""

Flat = tuple[float, float]


def main() -> None:
    """Write the map and say how big it is."""
    topology = read_topology()
    arcs = [_thinned(unbroken(points_of(arc, topology["transform"]))) for arc in topology["arcs"]]
    outlines = {
        country: [_flat(joined(ring, arcs)) for piece in pieces for ring in piece]
        for country, pieces in sorted(topology["countries"].items())
    }
    paths = (f'<path id="c-{country}" d="{_path(country, rings)}"/>' for country, rings in outlines.items())
    lines = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="{0}">', '<symbol id="world" viewBox="{0}">']
    text = "\n".join([*lines, *paths, "</symbol>", '<use href="#world"/>', "</svg>", ""]).replace("{0}", VIEW_BOX)
    OUTPUT.write_text(text, "utf-8")
    print(f"{len(outlines)} countries, {len(text.encode()):,} bytes")


def _thinned(arc: Sequence[Point]) -> list[Point]:
    """Return an arc without the points that hardly show, its ends kept."""
    flat = [laid_flat(point.latitude, point.longitude - MERIDIAN) for point in arc]
    before, after = list(range(-1, len(arc) - 1)), list(range(1, len(arc) + 1))
    areas = {at: _triangle(flat[at - 1], flat[at], flat[at + 1]) for at in range(1, len(arc) - 1)}
    heap = [(area, at) for at, area in areas.items()]
    heapify(heap)
    while heap and heap[0][0] < THINNED:
        area, at = heappop(heap)
        if areas.get(at) != area:
            continue
        del areas[at]
        west, east = before[at], after[at]
        after[west], before[east] = east, west
        for side in {west, east} & areas.keys():
            # Never less than what was dropped, so that a slow bend isn't eaten point by point.
            areas[side] = max(area, _triangle(flat[before[side]], flat[side], flat[after[side]]))
            heappush(heap, (areas[side], side))
    return [point for at, point in enumerate(arc) if at in areas or at in (0, len(arc) - 1)]


def _flat(ring: Sequence[Point]) -> list[Flat]:
    """Return a ring on the map, whole, on the side of the cut where its middle is."""
    turns = [point.longitude - MERIDIAN for point in unbroken(ring)]
    shift = 360 * round((min(turns) + max(turns)) / 720)
    return [laid_flat(point.latitude, turn - shift) for point, turn in zip(ring, turns, strict=True)]


def _path(country: str, rings: Sequence[Sequence[Flat]]) -> str:
    """Return the drawing of a country: its rings that can be seen, or a spot where its main city is."""
    drawn = "".join(_outline(ring) for ring in rings if _area(ring) >= SMALLEST)
    city = main_city(country)
    return drawn or _spot(*(project(*city.point) if city else max(rings, key=_area)[0]))


def _outline(ring: Sequence[Flat]) -> str:
    tenths = [(round(x * 10), round(y * 10)) for x, y in ring]
    steps = ((x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(tenths[:-1]))
    text = ""
    for step in (step for move in steps if any(move) for step in move):
        text += _after(text, _short(step))
    return f"M{_short(tenths[0][0])} {_short(tenths[0][1])}l{text.strip()}z"


def _after(text: str, number: str) -> str:
    """Return a number as it may follow in a path: a sign parts it from the one before, and so does a second point."""
    has_point = "." in text[max(map(text.rfind, " -")) + 1 :]
    return number if number.startswith("-") or (number.startswith(".") and has_point) else f" {number}"


def _short(tenths: int) -> str:
    whole, rest = divmod(abs(tenths), 10)
    digits = f"{whole or ''}.{rest}" if rest else str(whole)
    return f"-{digits}" if tenths < 0 else digits


def _spot(x: float, y: float) -> str:
    return _outline([(x - SPOT, y), (x, y - SPOT), (x + SPOT, y), (x, y + SPOT), (x - SPOT, y)])


def _triangle(one: Flat, two: Flat, three: Flat) -> float:
    return _area([one, two, three, one])


def _area(ring: Sequence[Flat]) -> float:
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))) / 2


if __name__ == "__main__":
    main()
