"""Small numbers tell who is behind them: what of a count may be shown."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

SMALLEST = 5
"""The smallest number of people that may be told apart from others."""

K = TypeVar("K", bound=Hashable)


def shown_count(count: int) -> int | None:
    """Return a count of people as it may be shown; None where so few could be recognised."""
    return count if count == 0 or count >= SMALLEST else None


def broken_down(counts: Mapping[K, int]) -> dict[K, int | None]:
    """Return what may be shown of a list broken down by anything, in its order; empty for a list of too few.

    One hidden count alone could be told from the sum, so the smallest beside it is hidden as well.
    """
    if sum(counts.values()) < SMALLEST:
        return {}
    shown = {key: shown_count(count) for key, count in counts.items()}
    hidden = [key for key, count in shown.items() if count is None]
    others = [key for key, count in counts.items() if count >= SMALLEST]
    if len(hidden) == 1 and others:
        shown[min(others, key=lambda key: counts[key])] = None
    return shown
