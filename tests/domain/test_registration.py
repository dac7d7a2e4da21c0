"""When people may register, who gets a place, how long it is held, and which state follows which."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.domain.errors import Refused
from campaign.domain.registration import (
    ENDED,
    HOLD,
    HOLDS_SEAT,
    MOVES,
    PARTY_LIMIT,
    Status,
    Window,
    check_move,
    check_open,
    check_party,
    check_seats,
    hold_until,
    window,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALLOWED = {
    ("pending", "confirmed"),
    ("pending", "cancelled"),
    ("pending", "expired"),
    ("confirmed", "cancelled"),
    ("confirmed", "attended"),
    ("waiting", "offered"),
    ("waiting", "cancelled"),
    ("waiting", "expired"),
    ("offered", "confirmed"),
    ("offered", "cancelled"),
    ("offered", "expired"),
    ("attended", "confirmed"),
}


@pytest.mark.parametrize(("old", "new"), sorted(product(Status, Status)))
def test_moves(old: Status, new: Status) -> None:
    if (old, new) in ALLOWED:
        check_move(old, new)
    else:
        with pytest.raises(Refused, match="registration-move"):
            check_move(old, new)


def test_what_has_ended_stays_so_and_holds_no_place() -> None:
    assert {status for status in Status if not MOVES[status]} == ENDED
    assert not ENDED & HOLDS_SEAT


def test_whoever_waits_holds_no_place_but_whoever_has_not_confirmed_yet_does() -> None:
    assert Status.WAITING not in HOLDS_SEAT
    assert {Status.PENDING, Status.OFFERED} < HOLDS_SEAT


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({}, Window.OPEN, id="no limits at all"),
        pytest.param({"starts_at": NOW + HOUR}, Window.OPEN, id="before the start"),
        pytest.param({"starts_at": NOW}, Window.CLOSED, id="at the start"),
        pytest.param({"starts_at": NOW - HOUR}, Window.CLOSED, id="after the start"),
        pytest.param({"opens_at": NOW + HOUR}, Window.NOT_YET, id="before it opens"),
        pytest.param({"opens_at": NOW}, Window.OPEN, id="as it opens"),
        pytest.param({"closes_at": NOW + HOUR}, Window.OPEN, id="before it closes"),
        pytest.param({"closes_at": NOW}, Window.CLOSED, id="as it closes"),
        pytest.param({"closes_at": NOW - HOUR, "starts_at": NOW + HOUR}, Window.CLOSED, id="closed before the start"),
        pytest.param(
            {"closes_at": NOW + HOUR, "starts_at": NOW - HOUR}, Window.CLOSED, id="the start ends it, whatever is said"
        ),
        pytest.param({"takes_registrations": False}, Window.NONE, id="takes none"),
        pytest.param({"is_cancelled": True}, Window.CANCELLED, id="cancelled"),
        pytest.param(
            {"is_cancelled": True, "takes_registrations": False}, Window.CANCELLED, id="cancelled comes first"
        ),
        pytest.param({"takes_registrations": False, "opens_at": NOW + HOUR}, Window.NONE, id="takes none, ever"),
        pytest.param(
            {"opens_at": NOW + HOUR, "closes_at": NOW - HOUR}, Window.NOT_YET, id="opens later than it closed"
        ),
    ],
)
def test_window(facts: dict[str, object], expected: Window) -> None:
    usual = {"takes_registrations": True, "is_cancelled": False, "starts_at": None, "opens_at": None, "closes_at": None}
    state = window(**{**usual, **facts}, now=NOW)  # type: ignore[arg-type]
    assert state is expected


@pytest.mark.parametrize("state", Window)
def test_only_an_open_window_lets_people_in(state: Window) -> None:
    if state is Window.OPEN:
        check_open(state)
    else:
        with pytest.raises(Refused, match=f"registration-{state}"):
            check_open(state)


@pytest.mark.parametrize("size", [-1, 0, 1, PARTY_LIMIT, PARTY_LIMIT + 1])
def test_party(size: int) -> None:
    if 1 <= size <= PARTY_LIMIT:
        check_party(size)
    else:
        with pytest.raises(Refused, match="party-out-of-range"):
            check_party(size)


@pytest.mark.parametrize(
    ("capacity", "taken", "party", "code"),
    [
        pytest.param(None, 10**6, 10, None, id="no limit"),
        pytest.param(10, 9, 1, None, id="the last place"),
        pytest.param(10, 8, 2, None, id="the last two"),
        pytest.param(10, 10, 1, "event-full", id="full"),
        pytest.param(10, 11, 1, "event-full", id="more than full"),
        pytest.param(10, 9, 2, "party-too-large", id="two for one place"),
        pytest.param(1, 0, 2, "party-too-large", id="two for a room of one"),
    ],
)
def test_seats(capacity: int | None, taken: int, party: int, code: str | None) -> None:
    if code is None:
        check_seats(capacity=capacity, taken=taken, party=party)
    else:
        with pytest.raises(Refused, match=code):
            check_seats(capacity=capacity, taken=taken, party=party)


@given(st.integers(1, 200), st.lists(st.integers(1, PARTY_LIMIT), max_size=60))
def test_however_many_come_nobody_is_let_in_beyond_the_capacity(capacity: int, parties: list[int]) -> None:
    taken = 0
    for party in parties:
        try:
            check_seats(capacity=capacity, taken=taken, party=party)
        except Refused:
            continue
        taken += party
    assert taken <= capacity


@pytest.mark.parametrize(
    ("starts_at", "expected"),
    [
        pytest.param(None, NOW + HOLD, id="no start yet"),
        pytest.param(NOW + 3 * HOLD, NOW + HOLD, id="long before the start"),
        pytest.param(NOW + HOUR, NOW + HOUR, id="not past the start"),
        pytest.param(NOW - HOUR, NOW + HOLD, id="entered by hand after the start"),
    ],
)
def test_hold(starts_at: datetime | None, expected: datetime) -> None:
    assert hold_until(starts_at=starts_at, now=NOW) == expected
