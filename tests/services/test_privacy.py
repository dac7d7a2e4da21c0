"""What ends by itself: registrations go when their purpose is over, with everything that hangs on them."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.db import Base, db, unit_of_work
from campaign.domain.question import Kind
from campaign.models import Answer, Consent, Event, Message, Registration
from campaign.services import events, privacy, registrations
from tests.make import Maker

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
KEPT_AFTER_EVENT, KEPT_AFTER_END = timedelta(days=30), timedelta(hours=48)
"""What people are promised."""


def count(table: type[Base]) -> int:
    return db.session.scalars(select(func.count()).select_from(table)).one()


def purge(now: datetime) -> int:
    with unit_of_work():
        return privacy.purge(now=now)


def over(event: Event) -> datetime:
    """Return the last moment at which the event's registrations are kept."""
    assert event.ends_at is not None
    return event.ends_at + KEPT_AFTER_EVENT


def test_purge_thirty_days_after_the_event(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    question = make.question(event, Kind.TEXT)
    for name in ("rena", "ali"):
        registration = make.registration(event, f"{name}@example.org", answers={question.id: ["Yes"]})
        with unit_of_work():
            registrations.confirm(registration, now=now)
    assert purge(over(event)) == 0
    assert privacy.due(now=over(event) + SECOND) == 2
    assert (count(Registration), count(Answer), count(Consent), count(Message)) == (2, 2, 2, 4)
    assert purge(over(event) + SECOND) == 2
    assert [count(table) for table in (Registration, Answer, Consent, Message)] == [0, 0, 0, 0]
    assert event.seats_taken == 2  # how many came stays known
    assert purge(over(event) + DAY) == 0


@pytest.mark.parametrize("end", ["cancelled", "expired"])
def test_what_ended_goes_two_days_later(app_on_both: Flask, make: Maker, now: datetime, end: str) -> None:
    event = make.event()
    registration, staying = make.registration(event), make.registration(event, "ali@example.org")
    ended = now + timedelta(hours=24)
    with unit_of_work():
        registrations.confirm(staying, now=now)
        if end == "cancelled":
            registrations.cancel(registration, now=ended)
        else:
            registrations.expire(event, now=ended)
    assert purge(ended + KEPT_AFTER_END) == 0
    assert purge(ended + KEPT_AFTER_END + SECOND) == 1
    assert db.session.scalars(select(Registration)).all() == [staying]


def test_an_event_that_never_got_a_date_is_over_with_its_year(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event(starts=None, ends=None)
    with unit_of_work():
        registrations.confirm(make.registration(event), now=now)
    last = datetime.combine(event.edition.last_day, time(), UTC) + KEPT_AFTER_EVENT
    assert purge(last) == 0
    assert purge(last + DAY) == 1


def test_questions_can_change_again_when_the_answers_are_gone(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    question = make.question(event, Kind.TEXT)
    make.registration(event, answers={question.id: ["Yes"]})
    purge(over(event) + SECOND)
    with unit_of_work():
        events.ask(event, [], actor=None, now=now)
    assert event.questions == []


@pytest.fixture
def run(app: Flask) -> Callable[..., str]:
    """Return what runs a command and returns what it printed."""

    def _run(*arguments: str) -> str:
        result = app.test_cli_runner().invoke(args=list(arguments))
        assert result.exit_code == 0, result.output
        return str(result.output)

    return _run


def test_the_command_says_first_what_it_would_do(
    app: Flask, make: Maker, now: datetime, run: Callable[..., str]
) -> None:
    starts = now - 40 * DAY
    event = make.event(make.edition(year=2026), starts=starts.replace(tzinfo=None), ends=None, is_published=False)
    event = make.event(event.edition, starts=starts.replace(tzinfo=None), ends=(starts + DAY).replace(tzinfo=None))
    with unit_of_work():
        registrations.enter(event, registrations.Submission("Rena", "rena@example.org", "en"), now=now)
    db.session.remove()
    assert run("purge", "--dry-run") == "1 would be deleted\n"
    assert count(Registration) == 1
    assert run("purge") == "1 deleted\n"
    assert count(Registration) == 0
    assert run("purge", "--dry-run") == "0 would be deleted\n"
