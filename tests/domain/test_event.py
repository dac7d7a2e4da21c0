"""An event: which state follows which, what it lacks, which changes people must learn of, and its places."""

from dataclasses import replace
from datetime import datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.domain.errors import Refused
from campaign.domain.event import (
    CAPACITY_LIMIT,
    DELETABLE,
    MOVES,
    PUBLIC,
    Change,
    Facts,
    Status,
    check_capacity,
    check_deletable,
    check_move,
    check_publishable,
    material_changes,
    missing,
    places_left,
)

ALLOWED = {
    ("proposed", "draft"),
    ("proposed", "published"),
    ("draft", "published"),
    ("published", "cancelled"),
    ("published", "draft"),
    ("cancelled", "draft"),
    ("cancelled", "published"),
}
COMPLETE = Facts(
    status=Status.DRAFT,
    has_name=True,
    country="DE",
    city="Berlin",
    venue="Community hall",
    address="Musterstraße 1",
    online_url=None,
    zone="Europe/Berlin",
    starts=datetime(2027, 2, 26, 18, 30),
    ends=datetime(2027, 2, 26, 20, 30),
    is_all_day=False,
)


@pytest.mark.parametrize(("old", "new"), sorted(product(Status, Status)))
def test_moves(old: Status, new: Status) -> None:
    if (old, new) in ALLOWED:
        check_move(old, new)
    else:
        with pytest.raises(Refused, match="event-move"):
            check_move(old, new)


def test_every_state_has_its_moves_and_is_either_public_or_deletable() -> None:
    assert set(MOVES) == set(Status)
    assert set(Status) == PUBLIC | DELETABLE
    assert not PUBLIC & DELETABLE


@pytest.mark.parametrize("status", Status)
def test_what_the_public_has_seen_is_never_deleted(status: Status) -> None:
    if status in ("proposed", "draft"):
        check_deletable(status)
    else:
        with pytest.raises(Refused, match="event-was-public"):
            check_deletable(status)


@pytest.mark.parametrize(
    ("changes", "gaps"),
    [
        pytest.param({}, [], id="complete"),
        pytest.param({"has_name": False}, ["name"], id="nameless"),
        pytest.param({"city": None}, ["city"], id="a country without a city"),
        pytest.param({"country": None, "city": None}, ["place"], id="neither place nor address online"),
        pytest.param({"country": None, "city": None, "online_url": "https://example.org/"}, [], id="online alone"),
        pytest.param({"zone": None}, ["zone"], id="without a zone"),
        pytest.param({"ends": None}, ["end"], id="a start without an end"),
        pytest.param({"starts": None, "ends": None}, [], id="time to be announced"),
        pytest.param({"venue": None, "address": None}, [], id="venue to be announced"),
        pytest.param(
            {"has_name": False, "city": None, "zone": None, "ends": None},
            ["name", "city", "zone", "end"],
            id="nearly everything missing",
        ),
    ],
)
def test_missing(changes: dict[str, object], gaps: list[str]) -> None:
    facts = replace(COMPLETE, **changes)  # type: ignore[arg-type]
    assert missing(facts) == gaps
    if not gaps:
        check_publishable(facts)
        return
    with pytest.raises(Refused, match="event-incomplete") as refused:
        check_publishable(facts)
    assert refused.value.facts == {"missing": gaps}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, set(), id="nothing"),
        pytest.param({"has_name": False}, set(), id="name"),
        pytest.param({"starts": datetime(2027, 2, 26, 19)}, {Change.TIME}, id="start"),
        pytest.param({"ends": datetime(2027, 2, 26, 21)}, {Change.TIME}, id="end"),
        pytest.param({"zone": "Europe/Vienna"}, {Change.TIME}, id="zone"),
        pytest.param({"is_all_day": True}, {Change.TIME}, id="all day"),
        pytest.param({"starts": None, "ends": None}, {Change.TIME}, id="postponed"),
        pytest.param({"country": "AT"}, {Change.PLACE}, id="country"),
        pytest.param({"city": "Potsdam"}, {Change.PLACE}, id="city"),
        pytest.param({"venue": "Town hall"}, {Change.PLACE}, id="venue"),
        pytest.param({"address": None}, {Change.PLACE}, id="street"),
        pytest.param({"online_url": "https://example.org/"}, {Change.PLACE}, id="address online"),
        pytest.param({"status": Status.CANCELLED}, {Change.STATUS}, id="state"),
        pytest.param(
            {"starts": None, "city": "Potsdam", "status": Status.CANCELLED},
            {Change.TIME, Change.PLACE, Change.STATUS},
            id="everything",
        ),
    ],
)
def test_material_changes(changes: dict[str, object], expected: set[Change]) -> None:
    after = replace(COMPLETE, **changes)  # type: ignore[arg-type]
    assert material_changes(COMPLETE, after) == expected
    assert material_changes(after, COMPLETE) == expected


@pytest.mark.parametrize(
    ("capacity", "taken", "code"),
    [
        pytest.param(None, 10_000_000, None, id="no limit"),
        pytest.param(1, 0, None, id="one place"),
        pytest.param(10, 10, None, id="exactly those taken"),
        pytest.param(CAPACITY_LIMIT, 0, None, id="the most"),
        pytest.param(9, 10, "capacity-below-taken", id="fewer than taken"),
        pytest.param(0, 0, "capacity-out-of-range", id="none"),
        pytest.param(-1, 0, "capacity-out-of-range", id="negative"),
        pytest.param(CAPACITY_LIMIT + 1, 0, "capacity-out-of-range", id="more than the most"),
    ],
)
def test_capacity(capacity: int | None, taken: int, code: str | None) -> None:
    if code is None:
        check_capacity(capacity, seats_taken=taken)
    else:
        with pytest.raises(Refused, match=code):
            check_capacity(capacity, seats_taken=taken)


@pytest.mark.parametrize(
    ("capacity", "taken", "expected"),
    [
        pytest.param(None, 5_000, "unlimited", id="no limit"),
        pytest.param(10, 0, "many", id="all free"),
        pytest.param(10, 4, "many", id="six of ten"),
        pytest.param(10, 5, "few", id="five of ten"),
        pytest.param(10, 9, "few", id="the last one"),
        pytest.param(10, 10, "none", id="full"),
        pytest.param(10, 12, "none", id="more than full"),
        pytest.param(5, 0, "few", id="a small room is never said to have many"),
        pytest.param(1000, 899, "many", id="101 of a thousand"),
        pytest.param(1000, 900, "few", id="a tenth of a thousand"),
    ],
)
def test_places_left(capacity: int | None, taken: int, expected: str) -> None:
    assert places_left(capacity=capacity, seats_taken=taken) == expected


@given(st.integers(1, CAPACITY_LIMIT), st.integers(0, CAPACITY_LIMIT))
def test_one_more_person_never_makes_more_room(capacity: int, taken: int) -> None:
    order = ["many", "few", "none"]
    words = [places_left(capacity=capacity, seats_taken=seats) for seats in (taken, taken + 1)]
    assert order.index(words[0]) <= order.index(words[1])
