"""When people may register, who gets a place, how long it is held, and which state follows which."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from campaign.domain.errors import Refused
from campaign.domain.registration import (
    ENDED,
    HOLD,
    HOLDS_SEAT,
    MOVES,
    OFFER,
    PARTY_LIMIT,
    SHORTEST_OFFER,
    Choice,
    InLine,
    Status,
    Window,
    check_move,
    check_open,
    check_party,
    check_seats,
    hold_until,
    next_in_line,
    offer_until,
    window,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALLOWED = {
    ("pending", "confirmed"),
    ("pending", "waiting"),
    ("pending", "cancelled"),
    ("pending", "expired"),
    ("confirmed", "cancelled"),
    ("confirmed", "attended"),
    ("confirmed", "waiting"),
    ("waiting", "pending"),
    ("waiting", "offered"),
    ("waiting", "confirmed"),
    ("waiting", "cancelled"),
    ("waiting", "expired"),
    ("offered", "confirmed"),
    ("offered", "cancelled"),
    ("offered", "expired"),
    ("offered", "waiting"),
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
        pytest.param(1, 1, 2, "party-too-large", id="two for a room of one that is full: waiting would not help"),
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


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        pytest.param(None, OFFER, id="no start yet"),
        pytest.param(timedelta(days=30), OFFER, id="two days, a month before"),
        pytest.param(timedelta(days=8), OFFER, id="two days, eight before"),
        pytest.param(timedelta(days=4), timedelta(days=1), id="a quarter of what is left"),
        pytest.param(timedelta(hours=8), timedelta(hours=2), id="two hours on the day"),
        pytest.param(timedelta(hours=2), SHORTEST_OFFER, id="never less than an hour"),
        pytest.param(timedelta(minutes=20), timedelta(minutes=20), id="but not past the start"),
    ],
)
def test_an_offer_stands_for_less_time_as_the_start_nears(ahead: timedelta | None, expected: timedelta) -> None:
    assert offer_until(starts_at=NOW + ahead if ahead else None, now=NOW) == NOW + expected


CHOIR, BAND = (1, 0), (1, 1)


@pytest.mark.parametrize(
    ("line", "free", "options", "expected"),
    [
        pytest.param([InLine(1, 1), InLine(2, 1)], 1, {}, [1], id="the first"),
        pytest.param([InLine(1, 1), InLine(2, 1)], None, {}, [1, 2], id="everybody without a limit"),
        pytest.param([InLine(1, 1), InLine(2, 1)], 0, {}, [], id="nobody"),
        pytest.param([InLine(1, 3), InLine(2, 1), InLine(3, 2)], 2, {}, [2], id="a party that is too large lets by"),
        pytest.param([InLine(1, 2), InLine(2, 1)], 3, {}, [1, 2], id="a party and one more"),
        pytest.param(
            [InLine(1, 1, frozenset({CHOIR})), InLine(2, 1, frozenset({BAND}))],
            2,
            {CHOIR: 0, BAND: 1},
            [2],
            id="an option without room waits on",
        ),
        pytest.param(
            [InLine(1, 2, frozenset({CHOIR})), InLine(2, 1, frozenset({CHOIR})), InLine(3, 1)],
            9,
            {CHOIR: 2},
            [1, 3],
            id="an option is given out as places are",
        ),
        pytest.param([InLine(1, 1, frozenset({CHOIR}))], 1, {}, [1], id="an option whose limit has gone"),
    ],
)
def test_next_in_line(line: list[InLine], free: int | None, options: dict[Choice, int], expected: list[int]) -> None:
    assert next_in_line(line, free=free, options=options) == expected


class Door(RuleBasedStateMachine):
    """An event of ten places as the rules alone lead it: whoever registers, confirms, cancels, or lets time pass."""

    CAPACITY = 10

    def __init__(self) -> None:
        super().__init__()
        self.status: list[Status] = []
        self.party: list[int] = []
        self.line: list[int] = []

    @property
    def taken(self) -> int:
        """How many places are held."""
        return sum(party for status, party in zip(self.status, self.party, strict=True) if status in HOLDS_SEAT)

    def move(self, number: int, new: Status) -> None:
        """Move one registration by the table."""
        check_move(self.status[number], new)
        self.status[number] = new
        if new is not Status.WAITING and number in self.line:
            self.line.remove(number)

    def offer(self) -> None:
        """Offer what is free."""
        line = [InLine(number, self.party[number]) for number in self.line]
        for number in next_in_line(line, free=self.CAPACITY - self.taken):
            self.move(number, Status.OFFERED)

    @rule(party=st.integers(1, PARTY_LIMIT))
    def register(self, party: int) -> None:
        """Register a party, to a place or to the queue."""
        try:
            check_seats(capacity=self.CAPACITY, taken=self.taken, party=party)
        except Refused as refused:
            if refused.code == "party-too-large":
                return
            self.line.append(len(self.status))
        self.status.append(Status.WAITING if len(self.status) in self.line else Status.PENDING)
        self.party.append(party)

    @precondition(lambda self: self.status)
    @rule(data=st.data(), new=st.sampled_from([Status.CONFIRMED, Status.CANCELLED, Status.EXPIRED, Status.ATTENDED]))
    def act(self, data: st.DataObject, new: Status) -> None:
        """Confirm, accept, cancel, let lapse or let in, as far as the table allows."""
        number = data.draw(st.integers(0, len(self.status) - 1))
        if new in MOVES[self.status[number]] and (self.status[number], new) != (Status.WAITING, Status.CONFIRMED):
            self.move(number, new)
            self.offer()

    @invariant()
    def nobody_is_let_in_beyond_the_capacity(self) -> None:
        """Look that no place is given twice."""
        assert self.taken <= self.CAPACITY

    @invariant()
    def no_place_stays_empty_while_somebody_waits_for_it(self) -> None:
        """Look that whoever waits doesn't fit."""
        assert all(self.party[number] > self.CAPACITY - self.taken for number in self.line)


Door.TestCase.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)
TestDoor = Door.TestCase
