"""Where the lines and bars of a plot are; templates/manage/statistics/_plots.html draws them as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 600.0, 200.0
"""The field of a curve, in its own units; it is stretched to the width of the page."""
ROW = 40
"""Height of a bar with its words above it, in pixels."""


@dataclass(frozen=True)
class Curve:
    """A number that grows by steps, from the first day to the last."""

    line: str
    """An SVG path."""
    area: str
    first: date
    last: date
    top: int
    """What the upper edge stands for."""


@dataclass(frozen=True)
class Bar:
    """One bar: what it stands for, its number, how far down it begins and how much of the width it takes."""

    label: str
    count: int | None
    y: int
    share: float
    """Per cent."""


def curve(steps: Sequence[tuple[date, int]]) -> Curve | None:
    """Return the curve of a number that was reached by the end of each day; None where there is nothing to draw."""
    if not steps:
        return None
    first, last = steps[0][0], steps[-1][0]
    days, top = max((last - first).days, 1), steps[-1][1]
    path, y = f"M0 {HEIGHT:g}", HEIGHT
    for day, count in steps:
        x, level = WIDTH * (day - first).days / days, HEIGHT * (1 - count / top)
        path += f"H{x:.1f}V{level:.1f}"
        y = level
    path += f"H{WIDTH:g}" if y == 0 else ""
    return Curve(path, f"{path}V{HEIGHT:g}H0Z", first, last, top)


def bars(rows: Sequence[tuple[str, int | None]], *, whole: int = 0) -> list[Bar]:
    """Return a bar for each row, one below the other; a number that is not to be shown has none.

    Parts of a whole are drawn against it, other numbers against the largest of them.
    """
    full = whole or max((count for _label, count in rows if count), default=1)
    return [
        Bar(label, count, number * ROW, min(round(100 * (count or 0) / full, 1), 100.0))
        for number, (label, count) in enumerate(rows)
    ]
