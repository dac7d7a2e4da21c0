"""Make data/shapes.json.xz from Natural Earth's countries, 1 to 50 million, as the npm package world-atlas has them.

    npm install world-atlas@2.0.2
    python -m campaign.geo.make.shapes node_modules/world-atlas/countries-50m.json

Natural Earth draws who governs, and gives overseas parts to their country. Here a piece of land in which GeoNames
has no town of its country has the ISO 3166 code of most of its towns, so that shapes and gazetteer agree.
"""

import json
import lzma
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NotRequired, TypedDict

from campaign.geo.gazetteer import all_cities
from campaign.geo.point import Point
from campaign.geo.shapes import Piece, Topology, Transform, pieces_of

DATA = Path(__file__).parent.parent / "data"
LEFT_OUT = {"AQ"}


class Polygon(TypedDict):
    """A country of world-atlas in one piece; `id` is its number in ISO 3166-1, absent for some that have none."""

    type: Literal["Polygon"]
    id: NotRequired[str]
    arcs: list[list[int]]


class MultiPolygon(TypedDict):
    """A country in many pieces."""

    type: Literal["MultiPolygon"]
    id: NotRequired[str]
    arcs: list[list[list[int]]]


def main(source: Path) -> None:
    """Write the shapes, each piece under the code of its country."""
    world = json.loads(source.read_text("utf-8"))
    pieces = list(_pieces(world["objects"]["countries"]["geometries"]))
    towns = _towns([rings for _, rings in pieces], world["arcs"], world["transform"])
    countries: dict[str, list[list[list[int]]]] = {}
    for (drawn_as, rings), people in zip(pieces, towns, strict=True):
        code = people.most_common(1)[0][0] if people and drawn_as not in people else drawn_as
        if code and code not in LEFT_OUT:
            countries.setdefault(code, []).append(rings)
        if code != drawn_as:
            print(f"{drawn_as or 'no code'} -> {code}: {people.total()} towns")
    topology: Topology = {"transform": world["transform"], "arcs": world["arcs"], "countries": countries}
    packed = lzma.compress(json.dumps(topology, separators=(",", ":")).encode(), preset=9 | lzma.PRESET_EXTREME)
    (DATA / "shapes.json.xz").write_bytes(packed)
    print(f"{len(countries)} countries, {len(packed):,} bytes")


def _pieces(geometries: list[Polygon | MultiPolygon]) -> Iterator[tuple[str, list[list[int]]]]:
    """Yield the code of a country, "" when it has none, and the rings of each piece of its land."""
    lines = (DATA / "countries.tsv").read_text("utf-8").splitlines()
    codes = {number.zfill(3): code for code, number, *_ in (line.split("\t") for line in lines) if number}
    for geometry in geometries:
        pieces = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for rings in pieces:
            yield codes.get(geometry.get("id", ""), ""), rings


def _towns(
    pieces: list[list[list[int]]], arcs: list[list[tuple[int, int]]], transform: Transform
) -> list[Counter[str]]:
    """Return for each piece how many towns of which countries are in it."""
    numbered = {str(number): [rings] for number, rings in enumerate(pieces)}
    shapes = pieces_of({"transform": transform, "arcs": arcs, "countries": numbered})
    towns = [Counter[str]() for _ in shapes]
    for city in all_cities():
        holder = _holder(shapes, city.point)
        if holder is not None:
            towns[holder][city.country] += 1
    return towns


def _holder(shapes: list[Piece], point: Point) -> int | None:
    return next((number for number, piece in enumerate(shapes) if piece.holds(point)), None)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
