"""Registrations in numbers: right, and none so small that somebody could be recognised."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from campaign.db import unit_of_work
from campaign.models import Event
from campaign.services import people, registrations, statistics
from campaign.services.statistics import Part, in_steps
from tests.make import Maker

DAY = timedelta(days=1)


def register(make: Maker, event: Event, count: int, *, at: datetime, language: str = "en") -> None:
    for number in range(count):
        given = f"{language}-{at:%d%H}-{number}@example.org"
        row = make.registration(event, given, language=language)
        with unit_of_work():
            row.created_at = at


def test_numbers_of_an_event(app_on_both: Flask, make: Maker) -> None:
    event = make.event(capacity=40)
    late = datetime(2026, 11, 22, 23, 59, 59, 999000, tzinfo=UTC)
    register(make, event, 5, at=late)
    register(make, event, 6, at=late + timedelta(milliseconds=1), language="az")
    register(make, event, 1, at=late + 2 * DAY, language="az")
    with unit_of_work():
        registrations.cancel(make.registration(event, "gone@example.org"), now=make.now)
    found = statistics.of(people.of_event(event))
    assert found.total == 12
    assert found.days == [(date(2026, 11, 22), 5), (date(2026, 11, 23), 11)]
    assert found.languages == {"az": 7, "en": 5}
    assert found.countries == {"DE": 12}
    assert found.places == Part(12, 40)
    assert found.shown_up is None


def test_numbers_of_a_year_by_country(app_on_both: Flask, make: Maker) -> None:
    event = make.event(capacity=None)
    baku = make.event(event.edition, name={"en": "Baku"}, country="AZ", city="Baku", capacity=20)
    register(make, event, 6, at=make.now)
    register(make, baku, 9, at=make.now)
    with unit_of_work():
        event.attended, baku.attended = 5, 9
    found = statistics.of(people.of_edition(event.edition))
    assert found.countries == {"AZ": 9, "DE": 6}
    assert found.places == Part(9, 20)
    assert found.shown_up is None  # One who did not come could be recognised.
    with unit_of_work():
        baku.attended = 4
    assert statistics.of(people.of_edition(event.edition)).shown_up == Part(9, 15)


def test_few_are_not_told_apart(app: Flask, make: Maker) -> None:
    event = make.event(capacity=30)
    register(make, event, 3, at=make.now, language="az")
    found = statistics.of(people.of_event(event))
    assert (found.days, found.languages, found.countries, found.places) == ([], {}, {}, None)
    register(make, event, 7, at=make.now)
    found = statistics.of(people.of_event(event))
    assert found.languages == {"en": None, "az": None}  # One hidden number alone could be told from the sum.
    assert found.days == [(date(2026, 11, 22), 10)]


@pytest.mark.parametrize("attended", [1, 4])
def test_few_who_came_are_not_told_of(app: Flask, make: Maker, attended: int) -> None:
    event = make.event(capacity=30)
    register(make, event, 20, at=make.now)
    with unit_of_work():
        event.attended = attended
    assert statistics.of(people.of_event(event)).shown_up is None


def test_more_may_come_than_were_expected(app: Flask, make: Maker) -> None:
    event = make.event(capacity=30)
    register(make, event, 5, at=make.now)
    with unit_of_work():
        event.attended = 8
    part = statistics.of(people.of_event(event)).shown_up
    assert part == Part(8, 5)
    assert part.share == 1.0


def test_a_step_holds_five_at_least() -> None:
    day = date(2026, 11, 1)
    counts = [(day + number * DAY, count) for number, count in enumerate((2, 2, 1, 9, 4, 1, 3))]
    assert in_steps(counts) == [(day + 2 * DAY, 5), (day + 3 * DAY, 14), (day + 5 * DAY, 19)]
    assert in_steps([]) == []
