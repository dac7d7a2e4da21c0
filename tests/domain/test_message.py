"""When a mail that could not be handed over is tried again, and why it could not."""

from datetime import timedelta

import pytest

from campaign.domain.errors import Refused
from campaign.domain.message import ATTEMPT_LIMIT, Failure, Status, check_given_up, failure, retry_after


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


@pytest.mark.parametrize(
    ("last_error", "expected"),
    [
        ("550 no such person", Failure.NO_SUCH_ADDRESS),
        ("550 5.7.1 refused by our policy", Failure.REFUSED),
        ("551 not here", Failure.NO_SUCH_ADDRESS),
        ("553 5.1.3 bad address", Failure.NO_SUCH_ADDRESS),
        ("552 over quota", Failure.MAILBOX_FULL),
        ("452 4.2.2 full", Failure.MAILBOX_FULL),
        ("554 spam", Failure.REFUSED),
        ("521 takes no mail", Failure.REFUSED),
        ("535 wrong password", Failure.NOT_LET_IN),
        ("530 sign in first", Failure.NOT_LET_IN),
        ("450 busy", Failure.PUT_OFF),
        ("SMTPServerDisconnected", Failure.NO_CONNECTION),
        ("ConnectionRefusedError", Failure.NO_CONNECTION),
        ("TimeoutError", Failure.NO_CONNECTION),
        ("gaierror", Failure.NO_CONNECTION),
        ("SSLCertVerificationError", Failure.NO_CONNECTION),
        ("KeyError", Failure.NOT_WRITTEN),
        ("", Failure.NOT_WRITTEN),
        (None, Failure.NOT_WRITTEN),
    ],
)
def test_failure(last_error: str | None, expected: Failure) -> None:
    assert failure(last_error) is expected


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.FAILED}))
def test_only_what_was_given_up_may_be_tried_again_by_hand(status: Status) -> None:
    check_given_up(Status.FAILED)
    with pytest.raises(Refused, match="message-not-given-up"):
        check_given_up(status)
