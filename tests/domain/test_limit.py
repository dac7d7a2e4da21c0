"""Spans, and which addresses are one network."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from campaign.domain import limit
from campaign.domain.limit import DAY, HOUR, Limit

NOON = datetime(2026, 11, 22, 12, 34, 56, tzinfo=UTC)


def test_a_limit_is_near_past_its_half_and_exceeded_past_its_end() -> None:
    four = Limit("four", 4, HOUR)
    assert [four.is_near(count) for count in range(5)] == [False, False, False, True, True]
    assert [four.is_exceeded(count) for count in (3, 4, 5)] == [False, False, True]


def test_a_span_begins_with_its_hour_or_its_day_of_utc() -> None:
    assert Limit("hourly", 1, HOUR).begins(NOON) == NOON.replace(minute=0, second=0)
    assert Limit("hourly", 1, HOUR).ends(NOON) == NOON.replace(hour=13, minute=0, second=0)
    assert Limit("daily", 1, DAY).begins(NOON) == NOON.replace(hour=0, minute=0, second=0)
    in_tonga = NOON.astimezone(timezone(timedelta(hours=13)))
    assert Limit("daily", 1, DAY).ends(in_tonga) == datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", True),
        ("2001:db8:0:1::1", "2001:DB8:0:1::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("", "no address", True),
    ],
)
def test_which_addresses_are_one_network(one: str, other: str, *, are_one: bool) -> None:
    assert (limit.network(one) == limit.network(other)) is are_one


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_this_machine_by_all_its_names(address: str) -> None:
    assert limit.is_this_machine(address)


@pytest.mark.parametrize("address", ["192.0.2.1", "::", "::2", "", "unknown", "10.0.0.1"])
def test_every_other_machine(address: str) -> None:
    assert not limit.is_this_machine(address)


def test_an_event_takes_its_places_some_times_over_within_an_hour() -> None:
    assert [limit.registering_at_event(places).most for places in (1, 100, 1000, None)] == [300, 300, 3000, 3000]
