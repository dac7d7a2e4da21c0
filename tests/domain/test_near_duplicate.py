"""Which two events may be one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from campaign.domain.near_duplicate import Gathering, nearness

STARTS = datetime(2027, 2, 26, 17, 30, tzinfo=UTC)
BERLIN = Gathering(("reading in berlin",), "DE", "berlin", "town hall", STARTS, STARTS + timedelta(hours=2))


def alike(one: str, other: str) -> float:
    """Return 100 for the same text, 95 for the same beginning, 0 for others: as simple as a test can have it."""
    return 100 if one == other else 95 if one[:3] == other[:3] else 0


@pytest.mark.parametrize(
    ("changes", "is_near"),
    [
        ({}, True),
        ({"names": ("something else",)}, True),
        ({"names": ("something else",), "venue": "city library"}, False),
        ({"names": ("something else",), "venue": ""}, True),
        ({"venue": "city library"}, True),
        ({"city": "berln"}, True),
        ({"city": "hamburg"}, False),
        ({"country": "AT"}, False),
        ({"starts_at": STARTS + timedelta(hours=2), "ends_at": None}, True),
        ({"starts_at": STARTS + timedelta(hours=3), "ends_at": None}, False),
        ({"starts_at": None, "ends_at": None}, True),
        ({"starts_at": None, "ends_at": None, "names": ("something else",)}, False),
    ],
)
def test_same_place_and_time(changes: dict[str, object], is_near: bool) -> None:
    other = replace(BERLIN, **changes)  # type: ignore[arg-type]
    for pair in ((BERLIN, other), (other, BERLIN)):
        assert (nearness(*pair, alike) is not None) is is_near


def test_online_the_name_alone_decides() -> None:
    online = replace(BERLIN, country=None, city="", venue="")
    assert nearness(online, online, alike) == 100
    assert nearness(online, replace(online, names=("something else",)), alike) is None


def test_the_likelier_one_is_nearer() -> None:
    elsewhere = nearness(BERLIN, replace(BERLIN, names=("reality",), venue=""), alike)
    assert elsewhere is not None
    assert elsewhere < (nearness(BERLIN, BERLIN, alike) or 0)
