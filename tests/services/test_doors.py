"""Links to the door: a PIN that is shown once, ten wrong ones, one day, and an end."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from campaign.db import unit_of_work
from campaign.domain.checkin import PIN_TRIES
from campaign.domain.errors import Refused
from campaign.models import DoorLink
from campaign.services import doors
from tests.make import Maker


@pytest.fixture
def made(app_on_both: Flask, make: Maker, now: datetime) -> tuple[DoorLink, str]:
    """Return a link for today and its PIN."""
    event = make.event()
    with unit_of_work():
        return doors.create(event, day=now.date(), actor=None, now=now)


def enter(link: DoorLink, pin: str, now: datetime) -> bool:
    with unit_of_work():
        return doors.enter(link, pin, now=now)


def wrong(pin: str) -> str:
    return f"{(int(pin) + 1) % 1_000_000:06d}"


def test_the_pin_opens_the_door(made: tuple[DoorLink, str], now: datetime) -> None:
    link, pin = made
    assert len(pin) == 6
    assert pin not in link.pin_hash
    assert enter(link, pin, now)
    assert doors.by_token(link.token) is link


def test_ten_wrong_pins_lock_it_for_the_right_one_too(made: tuple[DoorLink, str], now: datetime) -> None:
    link, pin = made
    for _try in range(PIN_TRIES - 1):
        assert not enter(link, wrong(pin), now)
    assert enter(link, pin, now)  # which forgives the wrong ones
    for _try in range(PIN_TRIES):
        assert not enter(link, wrong(pin), now)
    with pytest.raises(Refused, match="door-locked"):
        enter(link, pin, now)
    assert doors.state(link, now=now) == "locked"


@pytest.mark.parametrize(
    ("days", "code"), [(-1, "door-not-yet"), (1, None), (2, "door-closed")], ids=["before", "the night after", "later"]
)
def test_it_holds_on_its_day(made: tuple[DoorLink, str], now: datetime, days: int, code: str | None) -> None:
    link, pin = made
    at = now.replace(hour=3) + timedelta(days=days)
    if code is None:
        assert enter(link, pin, at)
        return
    with pytest.raises(Refused, match=code):
        enter(link, pin, at)


def test_a_late_device_may_still_tell(made: tuple[DoorLink, str], now: datetime) -> None:
    link, _pin = made
    assert doors.takes_late(link, now=now + timedelta(days=1, hours=6))
    assert not doors.takes_late(link, now=now + timedelta(days=3))


def test_a_closed_link_is_gone(made: tuple[DoorLink, str], now: datetime) -> None:
    link, _pin = made
    with unit_of_work():
        doors.revoke(link, actor=None, now=now)
    assert doors.by_token(link.token) is None
    assert doors.state(link, now=now) == "revoked"


def test_no_link_for_a_day_that_is_over_nor_more_than_doors(made: tuple[DoorLink, str], now: datetime) -> None:
    event = made[0].event
    with pytest.raises(Refused, match="door-day-over"), unit_of_work():
        doors.create(event, day=(now - timedelta(days=3)).date(), actor=None, now=now)
    with pytest.raises(Refused, match="too-many-doors"), unit_of_work():
        for _link in range(doors.LIMIT):
            doors.create(event, day=now.date(), actor=None, now=now)
