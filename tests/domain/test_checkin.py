"""Whom a ticket lets in, when a door is open, and codes however they are typed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from campaign.domain import checkin
from campaign.domain.checkin import Outcome
from campaign.domain.registration import Status

NOW = datetime(2027, 2, 26, 18, 0, tzinfo=UTC)
SPELLINGS = (
    "K7PM-2QXA",
    "k7pm2qxa",
    " K7PM 2QXA ",
    "K7PM–2QXA",
    "k7pm-zqxa",
    "K7PM-2OXA",
    "K7PM-20XA",
    "К7РМ-2QХА",  # on a Russian keyboard
    "Ｋ７ＰＭ２ＱＸＡ",
    "K٧PM-٢QXA",
)
"""Of the one code K7PM-2QXA."""
NAMES = (
    ("Gülşən Əliyeva", "gulsen", True),
    ("Gülşən Əliyeva", "eliy gul", True),
    ("Gülşən Əliyeva", "liyeva", False),
    ("Anna-Maria Íñiguez", "maria", True),
    ("أحمد بن محمّد", "محمد", True),
    ("فاطمة", "فاطمه", True),
    ("Анна Ёлкина", "елк", True),
    ("Rena", "rena b", False),
)
"""A name, what somebody types, and whether the name is meant."""


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("confirmed", None),
        ("attended", None),
        ("pending", Outcome.NOT_CONFIRMED),
        ("offered", Outcome.NOT_CONFIRMED),
        ("waiting", Outcome.WAITING),
        ("cancelled", Outcome.ENDED),
        ("expired", Outcome.ENDED),
    ],
)
def test_refusal(status: str, expected: Outcome | None) -> None:
    assert checkin.refusal(Status(status)) is expected


@pytest.mark.parametrize(
    ("party", "come", "wanted", "expected"), [(3, 0, 1, 1), (3, 0, 3, 3), (3, 2, 3, 1), (3, 3, 1, 0)]
)
def test_no_more_come_in_than_the_party_has(party: int, come: int, wanted: int, expected: int) -> None:
    assert checkin.admit(party=party, come=come, wanted=wanted) == expected


def test_the_earliest_hour_wins() -> None:
    later = NOW + timedelta(minutes=3)
    assert checkin.first_arrival(None, later) == later
    assert checkin.first_arrival(later, NOW) == checkin.first_arrival(NOW, later) == NOW


def test_a_devices_clock_is_brought_to_ours() -> None:
    wrong = NOW + timedelta(hours=3)  # three hours ahead
    shown = wrong - timedelta(minutes=10)
    assert checkin.on_our_clock(shown, sent_at=wrong, now=NOW) == NOW - timedelta(minutes=10)
    assert checkin.on_our_clock(NOW + timedelta(days=1), sent_at=NOW, now=NOW) == NOW
    assert checkin.on_our_clock(NOW - timedelta(days=9), sent_at=NOW, now=NOW) == NOW - checkin.OLDEST


def test_a_door_is_open_on_its_day_and_the_night_after_it() -> None:
    start, end = checkin.opening(date(2027, 3, 28), "Europe/Berlin")  # the clocks go forward
    assert start == datetime(2027, 3, 27, 23, tzinfo=UTC)
    assert end == datetime(2027, 3, 29, 4, tzinfo=UTC)
    assert checkin.opening(date(2027, 2, 26), None)[0] == datetime(2027, 2, 26, tzinfo=UTC)


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_code_is_known_however_it_is_typed(typed: str) -> None:
    assert checkin.code_key(typed) == checkin.code_key("K7PM-2QXA")
    assert checkin.may_be_code(typed)


def test_another_code_is_another_one() -> None:
    assert checkin.code_key("K7PM-2QXA") != checkin.code_key("K7PM-2QXC")
    assert not checkin.may_be_code("Rena")


@pytest.mark.parametrize(("name", "words", "expected"), NAMES)
def test_is_named(name: str, words: str, expected: bool) -> None:
    assert checkin.is_named(name, words) is expected
