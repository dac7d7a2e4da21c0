"""Events that leave calendars, one kind of leaving after the other: each dates those that held them, and no others."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask

from campaign.calendar import feed as calendar
from campaign.db import unit_of_work
from campaign.domain.edition import Status as EditionStatus
from campaign.domain.slice import Slice
from campaign.models import Campaign, Event
from campaign.services import campaigns, editions, events, feeds
from tests.make import Maker
from tests.services.world import BAKU, as_draft

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
WHOLE, GERMANY, AZERBAIJAN = Slice(), Slice(country="DE"), Slice(country="AZ")
BERLIN, CONCERTS, ONLINE, YEAR = Slice(city="berlin"), Slice(tag="concert"), Slice(is_online=True), Slice(year=2027)
SLICES = (WHOLE, GERMANY, AZERBAIJAN, BERLIN, CONCERTS, ONLINE, YEAR, Slice(language="az"))


@pytest.fixture
def berlin(app_on_both: Flask, make: Maker) -> Event:
    """Return the event in Berlin, beside which there is one in Baku, and online."""
    event = make.event()
    make.event(event.edition, **BAKU)
    return event


@pytest.fixture
def campaign(berlin: Event) -> Campaign:
    """Return the event's campaign."""
    return berlin.edition.campaign


@pytest.fixture
def hours(now: datetime) -> Iterator[datetime]:
    """Return hours, each a second after the one before."""
    return (now + number * SECOND for number in range(1, 1000))


def read(campaign: Campaign, now: datetime) -> dict[Slice, feeds.Feed]:
    return {slice_: feeds.feed(campaign, slice_, now=now) for slice_ in SLICES}


def moved(campaign: Campaign, was: dict[Slice, feeds.Feed], now: datetime) -> set[Slice]:
    """Return the slices whose bytes are others, all dated now; the others are as they were."""
    then = read(campaign, now)
    found = {slice_ for slice_ in SLICES if then[slice_].body != was[slice_].body}
    assert {then[slice_].changed_at for slice_ in found} <= {now}
    assert all(then[slice_].changed_at == was[slice_].changed_at for slice_ in {*SLICES} - found)
    return found


def edit(event: Event, now: datetime, **changes: object) -> None:
    with unit_of_work():
        events.edit(event, replace(events.draft_of(event), **changes), actor=None, now=now)  # type: ignore[arg-type]


def test_moved_elsewhere(campaign: Campaign, berlin: Event, hours: Iterator[datetime]) -> None:
    always = {WHOLE, YEAR, Slice(language="az")}
    changes = [
        ({"country": "AZ", "city": "Baku"}, {GERMANY, AZERBAIJAN, BERLIN, CONCERTS}),
        ({"tags": ()}, {AZERBAIJAN, CONCERTS}),
        ({"online_url": "https://meet.example.org/y"}, {AZERBAIJAN, ONLINE}),
        ({"online_url": None}, {AZERBAIJAN, ONLINE}),
        ({"country": "DE", "city": "Berlin"}, {GERMANY, AZERBAIJAN, BERLIN}),
    ]
    for change, expected in changes:
        now = next(hours)
        was = read(campaign, now)
        edit(berlin, now, **change)
        assert moved(campaign, was, now) == expected | always, change


def test_taken_back_to_a_draft_and_published_again(
    campaign: Campaign, berlin: Event, hours: Iterator[datetime]
) -> None:
    held = {*SLICES} - {AZERBAIJAN, ONLINE}
    for act in (events.withdraw, events.publish):
        now = next(hours)
        was = read(campaign, now)
        with unit_of_work():
            act(berlin, actor=None, now=now)
        assert moved(campaign, was, now) == held, act


def test_its_year_hidden_and_shown_again(
    campaign: Campaign, berlin: Event, make: Maker, hours: Iterator[datetime]
) -> None:
    make.edition(campaign, 2028, is_open=False)
    make.event(campaign.editions[0], country="FR", starts=datetime(2028, 2, 26, 18), ends=datetime(2028, 2, 26, 20))
    for status in (EditionStatus.PLANNED, EditionStatus.OPEN):
        now = next(hours)
        was = read(campaign, now)
        with unit_of_work():
            editions.move(berlin.edition, status, actor=None, now=now)
        assert moved(campaign, was, now) == {*SLICES}


def test_what_happens_in_a_hidden_year_is_in_no_calendar(
    campaign: Campaign, berlin: Event, hours: Iterator[datetime]
) -> None:
    with unit_of_work():
        editions.move(berlin.edition, EditionStatus.PLANNED, actor=None, now=next(hours))
    now, france = next(hours), Slice(country="FR")
    was, of_france = read(campaign, now), feeds.feed(campaign, france, now=now)
    edit(berlin, now, description={"en": "New"})
    Maker(now).event(berlin.edition, name={"en": "New"}, country="FR", city="Paris")
    assert feeds.feed(campaign, france, now=now) == of_france
    edit(berlin, next(hours), country="FR", city="Paris")
    with unit_of_work():
        events.cancel(berlin, reason={}, actor=None, now=next(hours))
    with unit_of_work():
        events.withdraw(berlin, actor=None, now=next(hours))
    assert moved(campaign, was, next(hours)) == set()


def test_over_as_cancelled(campaign: Campaign, berlin: Event, now: datetime) -> None:
    with unit_of_work():
        events.cancel(berlin, reason={}, actor=None, now=now + SECOND)
    assert berlin.ends_at is not None
    was = read(campaign, berlin.ends_at - SECOND)
    assert was[WHOLE].until <= berlin.ends_at
    assert moved(campaign, was, berlin.ends_at) == {*SLICES} - {AZERBAIJAN, ONLINE}
    assert moved(campaign, read(campaign, berlin.ends_at), berlin.ends_at + 40 * DAY) == set()


def test_cancelled_when_it_was_over(campaign: Campaign, berlin: Event, now: datetime) -> None:
    after = now.replace(year=2027, month=5)
    was = read(campaign, after)
    with unit_of_work():
        events.cancel(berlin, reason={}, actor=None, now=after)
    assert moved(campaign, was, after) == {*SLICES} - {AZERBAIJAN, ONLINE}


def test_cancelled_after_it_had_lost_its_date(campaign: Campaign, berlin: Event, now: datetime) -> None:
    edit(berlin, now + SECOND, starts=None, ends=None)
    with unit_of_work():
        events.cancel(berlin, reason={}, actor=None, now=now + 2 * SECOND)
    midnight = datetime(2027, 2, 27, tzinfo=now.tzinfo)
    was = read(campaign, midnight - SECOND)
    assert was[GERMANY].entry_count == 1
    assert moved(campaign, was, midnight) == {*SLICES} - {AZERBAIJAN, ONLINE}


def test_over_for_twelve_months(campaign: Campaign, berlin: Event, now: datetime) -> None:
    midnight = datetime(2028, 2, 28, tzinfo=now.tzinfo)
    was = read(campaign, midnight - SECOND)
    assert was[WHOLE].entry_count == 2
    assert moved(campaign, was, midnight) == {*SLICES} - {YEAR}
    assert feeds.feed(campaign, WHOLE, now=midnight).entry_count == 0
    assert moved(campaign, read(campaign, midnight), midnight + 400 * DAY) == set()


def test_without_a_date_and_its_day_over_for_twelve_months(campaign: Campaign, berlin: Event, now: datetime) -> None:
    edit(berlin, now + SECOND, starts=None, ends=None)
    midnight = datetime(2028, 2, 28, tzinfo=now.tzinfo)
    was = read(campaign, midnight - SECOND)
    assert moved(campaign, was, midnight) == {*SLICES} - {YEAR}


def test_dated_so_far_back_that_no_calendar_holds_it(campaign: Campaign, berlin: Event, now: datetime) -> None:
    was = read(campaign, now)
    edit(berlin, now + SECOND, starts=datetime(2024, 2, 26, 18), ends=datetime(2024, 2, 26, 20))
    assert moved(campaign, was, now + SECOND) == {*SLICES} - {AZERBAIJAN, ONLINE}
    assert feeds.feed(campaign, GERMANY, now=now + SECOND).entry_count == 0


def test_an_event_that_never_had_a_date_leaves_nothing(
    campaign: Campaign, berlin: Event, make: Maker, hours: Iterator[datetime]
) -> None:
    now = next(hours)
    was = read(campaign, now)
    some_day = make.event(berlin.edition, starts=None, ends=None)
    edit(some_day, next(hours), country="AZ", city="Baku")
    with unit_of_work():
        events.withdraw(some_day, actor=None, now=next(hours))
    assert moved(campaign, was, next(hours)) == set()


def test_what_has_no_room_any_more(
    campaign: Campaign, berlin: Event, make: Maker, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "ENTRY_COUNT_LIMIT", 2)
    starts = datetime(2027, 3, 1, 18)
    was = feeds.feed(campaign, WHOLE, now=now)
    Maker(now + SECOND).event(berlin.edition, name={"en": "In March"}, starts=starts, ends=starts + timedelta(hours=2))
    cut = feeds.feed(campaign, WHOLE, now=now + SECOND)
    assert (cut.entry_count, cut.changed_at) == (2, now + SECOND)
    assert b"nearest events" in cut.body.replace(b"\r\n ", b"")
    assert b"In March" not in cut.body
    assert was.body != cut.body
    midnight = datetime(2027, 2, 27, tzinfo=now.tzinfo)
    assert feeds.feed(campaign, WHOLE, now=midnight - SECOND) == replace(cut, until=midnight)
    after = feeds.feed(campaign, WHOLE, now=midnight)
    assert b"In March" in after.body
    assert after.changed_at == midnight


def test_what_moves_out_of_the_room_there_is(
    campaign: Campaign, berlin: Event, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "ENTRY_COUNT_LIMIT", 1)
    edit(berlin, now + SECOND, starts=datetime(2027, 2, 20, 18), ends=datetime(2027, 2, 20, 20))
    assert b"Evening in Berlin" in feeds.feed(campaign, WHOLE, now=now + SECOND).body
    edit(berlin, now + 2 * SECOND, starts=datetime(2027, 3, 20, 18), ends=datetime(2027, 3, 20, 20))
    then = feeds.feed(campaign, WHOLE, now=now + 2 * SECOND)
    assert b"Evening in Baku" in then.body
    assert then.changed_at == now + 2 * SECOND


def test_what_stands_elsewhere_dates_nothing(
    campaign: Campaign, berlin: Event, make: Maker, hours: Iterator[datetime]
) -> None:
    was = read(campaign, next(hours))
    edit(berlin, next(hours), capacity=99)
    make.registration(berlin)
    make.edition(campaign, 2028)
    make.event(berlin.edition, is_published=False, city="BERLIN", name={"en": "A draft"})
    with unit_of_work():
        draft = replace(as_draft(campaign), story={"en": "Long"}, contact="x@example.org")
        campaigns.edit(campaign, draft, actor=None, now=next(hours))
    assert moved(campaign, was, next(hours)) == set()
    assert moved(campaign, was, next(hours) + DAY) == set()


def test_a_text_dates_the_calendars_of_its_language_alone(campaign: Campaign, berlin: Event, now: datetime) -> None:
    was = read(campaign, now)
    edit(berlin, now + SECOND, name={"en": "Evening in Berlin", "az": "Berlində axşam"})
    assert moved(campaign, was, now + SECOND) == {Slice(language="az")}


def test_a_calendars_name_comes_from_what_stands_in_it(
    campaign: Campaign, berlin: Event, make: Maker, hours: Iterator[datetime]
) -> None:
    """What an event of another year, of none or of the future is called changes no bytes here."""
    slices = [Slice(year=2027, city="berlin"), Slice(year=2027, series=berlin.series.slug)]
    was = [feeds.feed(campaign, one, now=next(hours)) for one in slices]
    assert [b" \xc2\xb7 Berlin" in was[0].body, b"Evening in Berlin" in was[1].body] == [True, True]
    later = make.edition(campaign, 2028)
    starts = datetime(2028, 2, 26, 18)
    draft = replace(events.draft_of(berlin), name={"en": "Z"}, city="berlin", starts=starts, ends=starts + SECOND)
    for act in (events.publish, events.withdraw):
        with unit_of_work():
            namesake = next(iter(later.events), None) or events.create(
                later, draft, series=berlin.series, actor=None, now=next(hours)
            )
            act(namesake, actor=None, now=next(hours))
        assert [feeds.feed(campaign, one, now=was[0].changed_at) for one in slices] == was
