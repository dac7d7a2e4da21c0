"""When a mail that could not be handed over is tried again."""

from datetime import timedelta

import pytest

from campaign.domain.message import ATTEMPT_LIMIT, retry_after


@pytest.mark.parametrize(
    ("attempts", "expected"),
    [
        pytest.param(1, timedelta(seconds=30), id="soon after the first"),
        pytest.param(2, timedelta(minutes=1), id="twice as long after the second"),
        pytest.param(3, timedelta(minutes=2), id="twice again"),
        pytest.param(11, timedelta(seconds=30 * 2**10), id="hours after the last but one"),
        pytest.param(12, None, id="given up"),
        pytest.param(13, None, id="still given up"),
    ],
)
def test_retry_after(attempts: int, expected: timedelta | None) -> None:
    assert retry_after(attempts) == expected


def test_it_never_waits_longer_than_half_a_day_and_never_less_than_before() -> None:
    waits = [wait for number in range(1, ATTEMPT_LIMIT) if (wait := retry_after(number))]
    assert len(waits) == ATTEMPT_LIMIT - 1
    assert waits == sorted(waits)
    assert max(waits) <= timedelta(hours=12)


def test_a_server_that_is_away_over_night_still_gets_its_mail() -> None:
    total = sum((retry_after(number) or timedelta() for number in range(1, ATTEMPT_LIMIT)), timedelta())
    assert timedelta(hours=12) <= total <= timedelta(days=3)
