"""Long lines: in parts of 75 bytes, broken where no program can stumble."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.calendar.folding import BREAK, fold


@given(st.text(st.sampled_from("ab\\;nəж字👨")))
def test_folded_lines_are_short_and_come_together_again(text: str) -> None:
    line = text.encode()
    parts = fold(line).split(b"\r\n")
    assert b"".join(part.removeprefix(b" ") for part in parts) == line or b" " in line
    assert all(0 < len(part) <= 75 for part in parts) or not line
    for part in parts:
        part.decode()


@pytest.mark.parametrize("before", range(70, 80))
@pytest.mark.parametrize("backslashes", [2, 4, 6])
def test_no_escape_is_torn_apart(before: int, backslashes: int) -> None:
    line = b"x" * before + b"\\" * backslashes + b"y" * 90
    for part in fold(line).split(BREAK)[:-1]:
        assert (len(part) - len(part.rstrip(b"\\"))) % 2 == 0


def test_a_short_line_stays() -> None:
    assert fold(b"x" * 75) == b"x" * 75
    assert fold(b"x" * 76) == b"x" * 75 + BREAK + b"x"
