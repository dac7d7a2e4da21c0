"""One line of the list of the erased, there and back; a line cut off says nothing."""

from datetime import UTC, datetime

import pytest

from campaign.domain.erasure import Erased, line, parse

ONE = Erased("5f2c@example.org", bytes(range(32)), datetime(2027, 2, 26, 18, 30, 0, 123456, tzinfo=UTC))


def test_there_and_back() -> None:
    assert parse(line(ONE)) == ONE
    assert parse(f"{line(ONE)}\n") == ONE


def test_a_line_holds_moment_hash_and_event_alone() -> None:
    assert line(ONE) == f"2027-02-26T18:30:00.123456+00:00 {bytes(range(32)).hex()} 5f2c@example.org"


@pytest.mark.parametrize("cut", [0, 5, 20, 33, 60, 96, 97])
def test_a_line_that_was_cut_off_is_none(cut: int) -> None:
    assert parse(line(ONE)[:cut]) is None


@pytest.mark.parametrize(
    "text", ["", " ", "2027-02-26T18:30:00 00 x", "never 00 x", f"2027-02-26T18:30:00 {'00' * 32} x"]
)
def test_what_is_no_line_is_none(text: str) -> None:
    assert parse(text) is None
