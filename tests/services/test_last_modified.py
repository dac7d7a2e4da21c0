"""When a calendar's bytes become others, and only then: whatever is done in whatever order, as time goes by."""

import re
from datetime import datetime, timedelta
from itertools import count

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from campaign.calendar import feed as calendar
from campaign.services.feeds import Feed
from tests.services.world import ACTIONS, State, World

SECOND = timedelta(seconds=1)
FOR_ALL = {"colour", "law", "mark_day"}
"""What changes every calendar's head, the law that it writes down, or days that some of them hold no more."""
STEPS = [SECOND, timedelta(minutes=50), timedelta(hours=13), timedelta(days=1), timedelta(days=40)]
STAMP = re.compile(rb'LAST-MODIFIED:\w+|<updated>[^<]*|"updated":"[^"]*"')

Step = tuple[str, int, int, timedelta]
"""What is done, to which event, a number that varies it, and how long after the step before."""

steps = st.lists(
    st.tuples(st.sampled_from(ACTIONS), st.integers(0, 3), st.integers(0, 11), st.sampled_from(STEPS)),
    min_size=4,
    max_size=12,
)
EXAMPLES = 4
"""A few each time: whoever changes what moves calendars lets this run with thousands."""
numbers = count()


def words(feed: Feed) -> bytes:
    """Return a calendar without the hour of its own last change."""
    return STAMP.sub(b"", feed.body, count=1)


def bodies(state: State) -> dict[tuple[str, str], bytes]:
    return {name: feed.body for name, feed in state.items()}


def check_dates(before: State, after: State, *, is_exact: bool) -> None:
    """Look whether the dates of change tell what changed, a second or more apart."""
    for name in before.keys() & after.keys():
        old, new = before[name], after[name]
        if old.body == new.body:
            assert new.changed_at == old.changed_at, f"{name}: another date for the same bytes"
        else:
            assert new.changed_at > old.changed_at, f"{name}: other bytes, dated {new.changed_at}"
            assert words(old) != words(new) or not is_exact, f"{name}: another date for the same words"


def check_that_they_hold(world: World, state: State) -> None:
    """Look whether calendars stay the same as long as they say, if nobody does anything."""
    held = min(feed.until for feed in state.values()) - SECOND
    assert bodies(world.state(max(world.now, held))) == bodies(state)


def take(world: World, was: State, step: Step, *, is_cut: bool) -> State:
    """Let time pass, then something happen; look at every calendar after each."""
    action, which, number, pause = step
    event = world.events[which]
    world.now += pause
    note(f"{world.now}: {action} of event {which}, {number}")
    later = world.state()
    check_dates(was, later, is_exact=not is_cut)
    revision, is_over = world.campaign.revision, world.is_over(event.edition)
    world.do(action, event, number)
    done = world.state()
    is_heard = world.campaign.revision != revision
    assert is_heard or bodies(done) == bodies(later), f"{action} changes calendars, and nobody hears of it"
    is_over |= world.is_over(event.edition)
    check_dates(was, done, is_exact=not (is_cut or is_over or action in FOR_ALL))
    return done


@pytest.mark.parametrize("room", [1000, 2], ids=["room for all", "room for two"])
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(taken=steps)
def test_bytes_and_date_change_together(
    app_on_both: Flask, now: datetime, room: int, monkeypatch: pytest.MonkeyPatch, taken: list[Step]
) -> None:
    monkeypatch.setattr(calendar, "ENTRY_COUNT_LIMIT", room)
    world = World(f"campaign-{next(numbers)}", now=now)
    state = world.state()
    for step in taken:
        state = take(world, state, step, is_cut=room == 2)
    check_that_they_hold(world, state)
