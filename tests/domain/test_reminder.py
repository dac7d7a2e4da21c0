"""When reminders and thanks go: at nine by the clocks of the place, whatever they do in between."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.domain.moment import instant
from campaign.domain.reminder import EVENING, MORNING, by_day, steps

ZONES = ("Europe/Berlin", "Asia/Baku", "America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC")


def clocks(zone: str, starts: datetime, ends: datetime | None) -> list[tuple[str, datetime]]:
    """Return each step with what the clocks there show."""
    found = steps(starts=starts, ends=ends, zone=zone, starts_at=instant(starts, zone))
    return [(step.name, step.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)) for step in found]


@pytest.mark.parametrize("zone", ZONES)
def test_a_week_and_a_day_before_and_the_day_after(zone: str) -> None:
    evening = datetime(2027, 2, 26, 18, 30)
    assert clocks(zone, evening, evening + timedelta(hours=2)) == [
        ("reminder-7", datetime(2027, 2, 19, 9)),
        ("reminder-1", datetime(2027, 2, 25, 9)),
        ("thank-you", datetime(2027, 2, 27, 9)),
    ]


def test_a_change_of_the_clocks_in_between_moves_nothing() -> None:
    starts = datetime(2027, 3, 30, 18)  # Berlin's clocks go forward on the 28th.
    assert clocks("Europe/Berlin", starts, None)[0] == ("reminder-7", datetime(2027, 3, 23, 9))


@pytest.mark.parametrize(
    ("ends", "thanked"),
    [
        (datetime(2027, 2, 27, 0, 0), datetime(2027, 2, 27, 9)),  # as of a whole day: it ended the evening before
        (datetime(2027, 2, 27, 1, 0), datetime(2027, 2, 28, 9)),
        (None, datetime(2027, 2, 27, 9)),
    ],
)
def test_thanks_come_the_day_after_the_last(ends: datetime | None, thanked: datetime) -> None:
    assert clocks("Europe/Berlin", datetime(2027, 2, 26), ends)[-1] == ("thank-you", thanked)


def test_a_reminder_that_could_not_go_makes_way_for_the_next() -> None:
    starts = datetime(2027, 2, 26, 18, 30)
    week, day, thanks = steps(
        starts=starts, ends=None, zone="Europe/Berlin", starts_at=instant(starts, "Europe/Berlin")
    )
    assert (week.until, day.until) == (day.at, instant(starts, "Europe/Berlin"))
    assert thanks.until - thanks.at == timedelta(days=7)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),
    st.sampled_from(ZONES),
)
def test_nothing_goes_at_night_and_nothing_waits_longer_than_the_night(now: datetime, zone: str) -> None:
    at = by_day(now, zone)
    assert MORNING <= at.astimezone(ZoneInfo(zone)).time() < EVENING
    assert timedelta() <= at - now <= timedelta(hours=14)
    assert at == now or at.astimezone(ZoneInfo(zone)).time() == MORNING
