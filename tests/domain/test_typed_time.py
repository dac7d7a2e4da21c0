"""Days and hours as people type them."""

from datetime import date, time

import pytest

from campaign.domain.errors import Refused
from campaign.domain.typed_time import When, hours, is_all_day, when

DAY, EVENING = date(2027, 2, 26), time(18, 30)


@pytest.mark.parametrize(
    "text",
    [
        "2027-02-26",
        "2027/2/26",
        "26.02.2027",
        "26. 2. 2027",
        "26/02/2027",
        "02/26/2027",
        "26 February 2027",
        "26th Feb. 2027",
        "Fri, 26 Feb 2027",
        "February 26, 2027",
        "２０２７-０２-２６",
    ],
)
def test_days(text: str) -> None:
    assert when(text) == When(DAY)


@pytest.mark.parametrize("text", ["18:30", "18.30", "18h30", "6:30 PM", "6:30 p.m.", "18:30:00", "18:30 Uhr", "18:30h"])
def test_hours(text: str) -> None:
    assert when(text) == When(clock=EVENING)


@pytest.mark.parametrize(
    "text",
    ["2027-02-26 18:30", "2027-02-26T18:30:00", "26.02.2027, 18:30", "26 February 2027 at 18:30", "2/26/2027 6:30 pm"],
)
def test_both(text: str) -> None:
    assert when(text) == When(DAY, EVENING)


@pytest.mark.parametrize(("text", "clock"), [("12 am", time(0)), ("12:15 pm", time(12, 15)), ("0:00", time(0))])
def test_noon_and_midnight(text: str, clock: time) -> None:
    assert when(text).clock == clock


def test_nothing_said() -> None:
    assert when("  ") == When()


@pytest.mark.parametrize("text", ["2027-02-26 18:30Z", "2027-02-26T18:30:00Z", "26 February 2027 at 18:30 UTC"])
def test_moments_of_utc(text: str) -> None:
    assert when(text) == When(DAY, EVENING, is_utc=True)


@pytest.mark.parametrize("text", ["all day", "All-day", "Ganztägig", "весь день"])
def test_whole_days(text: str) -> None:
    assert is_all_day(text)


def test_a_range_of_hours() -> None:
    assert hours("18:30–20:00 Uhr") == (When(clock=EVENING), When(clock=time(20)))
    assert hours("10am to 4pm") == (When(clock=time(10)), When(clock=time(16)))
    assert hours("18:30") == (When(clock=EVENING), When())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("03/02/2027", "day-ambiguous"),
        ("2027-02-30", "day-not-understood"),
        ("0000-01-01", "day-not-understood"),
        ("evening", "day-not-understood"),
        ("26 Foo 2027", "day-not-understood"),
        ("2027-02-26T18:30+04:00", "day-not-understood"),
        ("1830", "day-not-understood"),
        ("45350", "day-not-understood"),
        ("1" * 5000, "day-not-understood"),
        ("25:00", "clock-not-understood"),
        ("18", "clock-not-understood"),
        ("18:75", "clock-not-understood"),
        ("2027-02-26 24:01", "clock-not-understood"),
    ],
)
def test_what_cannot_be_read(text: str, code: str) -> None:
    for read in (when, hours):
        with pytest.raises(Refused) as caught:
            read(text)
        assert caught.value.code == code
