"""Registration that opens and closes so long before the start, wherever the start goes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.event import LEAD_LIMIT
from campaign.domain.registration import Window
from campaign.services import events, registrations
from campaign.services.events import draft_of
from tests.make import Maker

HOUR, DAY = 60, 24 * 60


def test_opening_and_closing_follow_the_start(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event(opens_before=14 * DAY, closes_before=3 * HOUR)  # 18:30 in Berlin on 26 February
    assert (event.opens_at, event.closes_at) == (
        datetime(2027, 2, 12, 17, 30, tzinfo=UTC),
        datetime(2027, 2, 26, 14, 30, tzinfo=UTC),
    )
    moved = replace(draft_of(event), starts=datetime(2027, 4, 2, 18, 30), ends=datetime(2027, 4, 2, 20))
    with unit_of_work():
        events.edit(event, moved, actor=None, now=now)
    assert event.opens_at == datetime(2027, 3, 19, 17, 30, tzinfo=UTC)  # the same hour of the clock, before the summer
    assert event.closes_at == datetime(2027, 4, 2, 13, 30, tzinfo=UTC)
    opens_at = event.opens_at
    assert registrations.window(event, now=opens_at - timedelta(seconds=1)) is Window.NOT_YET
    assert registrations.window(event, now=opens_at) is Window.OPEN
    assert registrations.window(event, now=event.closes_at) is Window.CLOSED


def test_what_is_stored_is_what_was_said(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event(opens_before=14 * DAY, closes=datetime(2027, 2, 20, 18))
    draft = draft_of(event)
    assert (draft.opens, draft.opens_before) == (None, 14 * DAY)
    assert (draft.closes, draft.closes_before) == (datetime(2027, 2, 20, 18), None)
    with unit_of_work():
        assert events.edit(event, draft, actor=None, now=now) == frozenset()


def test_without_a_start_it_has_not_opened(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event(starts=None, ends=None, opens_before=14 * DAY)
    assert (event.opens_at, registrations.window(event, now=now)) == (None, Window.NOT_YET)
    with unit_of_work():
        later = replace(draft_of(event), starts=datetime(2027, 2, 26, 18), ends=datetime(2027, 2, 26, 20))
        events.edit(event, later, actor=None, now=now)
    assert event.opens_at == datetime(2027, 2, 12, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"opens": datetime(2027, 1, 1), "opens_before": DAY}, "opens-twice"),
        ({"closes": datetime(2027, 1, 1), "closes_before": DAY}, "closes-twice"),
        ({"opens_before": -1}, "lead-out-of-range"),
        ({"closes_before": LEAD_LIMIT + 1}, "lead-out-of-range"),
    ],
)
def test_a_time_is_said_once_and_within_reason(
    app: Flask, make: Maker, said: dict[str, datetime | int], code: str
) -> None:
    with pytest.raises(Refused, match=f"^{code}$"):
        make.event(**said)


def test_it_may_close_with_the_start_itself(app: Flask, make: Maker) -> None:
    event = make.event(closes_before=0)
    assert event.closes_at == event.starts_at
