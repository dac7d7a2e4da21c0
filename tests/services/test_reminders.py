"""Reminders and thanks: once each, at their time, to those who want them, however late the worker is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select, update

from campaign.db import db, unit_of_work
from campaign.domain.registration import Status
from campaign.models import Event, Message, Registration
from campaign.services import events, registrations, reminders
from tests.make import Maker

WEEK_BEFORE = datetime(2027, 2, 19, 8, 0, tzinfo=UTC)  # nine in Berlin
DAY_BEFORE = datetime(2027, 2, 25, 8, 0, tzinfo=UTC)
DAY_AFTER = datetime(2027, 2, 27, 8, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def tick(now: datetime) -> list[str]:
    """Queue what is due as the worker does; return the keys of the new messages without the registration."""
    newest = db.session.scalar(select(Message.id).order_by(Message.id.desc()).limit(1)) or 0
    while reminders.is_due(now=now):
        with unit_of_work():
            reminders.queue_due(now=now)
    keys = db.session.scalars(select(Message.unique_key).where(Message.id > newest).order_by(Message.id))
    return [key.split(":")[0] for key in keys]


def confirmed(
    make: Maker, event: Event, email: str = "rena@example.org", *, at: datetime | None = None
) -> Registration:
    registration = Maker(at or make.now).registration(event, email)
    with unit_of_work():
        registrations.confirm(registration, now=at or make.now)
    return registration


def edit(event: Event, now: datetime, **changes: object) -> None:
    with unit_of_work():
        events.edit(event, replace(events.draft_of(event), **changes), actor=None, now=now)  # type: ignore[arg-type]


def test_a_week_a_day_and_thanks_each_once(app_on_both: Flask, make: Maker) -> None:
    registration = confirmed(make, make.event())
    assert tick(WEEK_BEFORE - MINUTE) == []
    assert tick(WEEK_BEFORE) == ["reminder-7"]
    assert tick(WEEK_BEFORE + HOUR) == []
    assert tick(DAY_BEFORE) == ["reminder-1"]
    assert tick(DAY_AFTER - MINUTE) == []
    assert tick(DAY_AFTER) == ["thank-you"]
    assert tick(DAY_AFTER + 30 * DAY) == []
    key = select(Message.unique_key).where(Message.kind == "reminder").order_by(Message.id).limit(1)
    assert db.session.scalar(key) == f"reminder-7:{registration.id}:2027-02-26"


def test_a_worker_that_slept_reminds_late_but_of_nothing_past(app: Flask, make: Maker) -> None:
    confirmed(make, make.event())
    assert tick(WEEK_BEFORE + 3 * DAY) == ["reminder-7"]
    assert tick(DAY_BEFORE + 2 * HOUR) == ["reminder-1"]
    assert tick(DAY_AFTER + 8 * DAY) == []


def test_of_two_reminders_that_are_late_only_the_last_goes(app: Flask, make: Maker) -> None:
    confirmed(make, make.event())
    assert tick(DAY_BEFORE + HOUR) == ["reminder-1"]


def test_what_is_late_waits_for_the_morning(app: Flask, make: Maker) -> None:
    confirmed(make, make.event())
    assert tick(datetime(2027, 2, 20, 22, 30, tzinfo=UTC)) == ["reminder-7"]
    due = select(Message.due_at).where(Message.kind == "reminder")
    assert db.session.scalar(due) == datetime(2027, 2, 21, 8, 0, tzinfo=UTC)


def test_only_the_confirmed_who_want_it_and_can_be_reached(app: Flask, make: Maker) -> None:
    event = make.event()
    for name in ("unwilling", "bounced", "cancelled"):
        registration = confirmed(make, event, f"{name}@example.org")
        with unit_of_work():
            if name == "unwilling":
                reminders.stop(registration, now=make.now)
            elif name == "bounced":
                registration.bounced_at = make.now
            else:
                registrations.cancel(registration, now=make.now)
    make.registration(event, "pending@example.org")
    assert tick(WEEK_BEFORE) == []
    confirmed(make, event, "rena@example.org")
    assert tick(DAY_BEFORE) == ["reminder-1"]


def test_whoever_came_less_than_a_day_before_needs_none(app: Flask, make: Maker) -> None:
    event = make.event()
    confirmed(make, event, "early@example.org", at=WEEK_BEFORE - DAY)
    confirmed(make, event, "late@example.org", at=WEEK_BEFORE - DAY + MINUTE)
    assert tick(WEEK_BEFORE) == ["reminder-7"]
    assert tick(DAY_BEFORE) == ["reminder-1"] * 2


def test_a_moved_event_reminds_by_its_new_day(app: Flask, make: Maker) -> None:
    event = make.event()
    confirmed(make, event)
    assert tick(WEEK_BEFORE) == ["reminder-7"]
    later = datetime(2027, 3, 20, 18, 30)
    edit(event, WEEK_BEFORE + DAY, starts=later, ends=later + 2 * HOUR)
    assert tick(DAY_BEFORE) == []
    assert tick(datetime(2027, 3, 13, 8, 0, tzinfo=UTC)) == ["reminder-7"]


def test_a_change_of_the_hour_alone_reminds_of_the_day_once(app: Flask, make: Maker) -> None:
    event = make.event()
    confirmed(make, event)
    assert tick(WEEK_BEFORE) == ["reminder-7"]
    edit(event, WEEK_BEFORE + MINUTE, starts=datetime(2027, 2, 26, 17, 0))
    assert tick(WEEK_BEFORE + HOUR) == []
    assert tick(DAY_BEFORE) == ["reminder-1"]


def test_an_edit_between_nine_and_the_tick_loses_no_reminder(app: Flask, make: Maker) -> None:
    event = make.event()
    confirmed(make, event)
    edit(event, WEEK_BEFORE + timedelta(seconds=2), venue="Old town hall")
    assert tick(WEEK_BEFORE + timedelta(seconds=4)) == ["reminder-7"]


def test_what_is_cancelled_postponed_or_withdrawn_reminds_nobody(app: Flask, make: Maker) -> None:
    edition = make.edition()
    for number, act in enumerate(("cancel", "postpone", "withdraw the campaign")):
        event = make.event(edition, name={"en": f"Event {number}"})
        confirmed(make, event)
        if act == "cancel":
            with unit_of_work():
                events.cancel(event, reason={}, actor=None, now=make.now)
        elif act == "postpone":
            edit(event, make.now, starts=None, ends=None)
        else:
            with unit_of_work():
                edition.campaign.withdrawn_at = make.now
    assert tick(WEEK_BEFORE) == []


@pytest.mark.parametrize("somebody_came", [True, False])
def test_thanks_go_to_those_who_came_or_to_all_where_nobody_was_counted(
    app: Flask, make: Maker, somebody_came: bool
) -> None:
    event = make.event()
    there, away = (confirmed(make, event, f"{name}@example.org") for name in ("there", "away"))
    if somebody_came:
        with unit_of_work():
            db.session.execute(update(Registration).where(Registration.id == there.id).values(status=Status.ATTENDED))
    tick(DAY_BEFORE)
    tick(DAY_AFTER)
    thanked = db.session.scalars(select(Message.registration_id).where(Message.kind == "thank-you")).all()
    assert list(thanked) == ([there.id] if somebody_came else [there.id, away.id])


def test_many_people_are_reminded_in_batches(app: Flask, make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "BATCH", 3)
    event = make.event(capacity=20)
    for number in range(7):
        confirmed(make, event, f"{number}@example.org")
    counts = []
    while reminders.is_due(now=WEEK_BEFORE):
        with unit_of_work():
            reminders.queue_due(now=WEEK_BEFORE)
        counts.append(len(db.session.scalars(select(Message.id).where(Message.kind == "reminder")).all()))
    assert counts == [3, 6, 7]


def test_two_workers_at_once_remind_everybody_once(app_on_both: Flask, make: Maker) -> None:
    edition = make.edition()
    for number in range(6):
        confirmed(make, make.event(edition, name={"en": f"Event {number}"}))
    db.session.remove()
    failures: list[BaseException] = []

    def work() -> None:
        with app_on_both.app_context():
            try:
                tick(WEEK_BEFORE)
            except BaseException as error:
                failures.append(error)

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    assert len(db.session.scalars(select(Message.id).where(Message.kind == "reminder")).all()) == 6


def test_a_tick_finds_what_is_due_by_an_index(app: Flask) -> None:
    asked = select(Event.id).where(Event.reminds_at <= WEEK_BEFORE).limit(1).compile(db.engine)
    plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", ("2027-02-19 08:00:00", 1, 0))
    assert "ix__event__reminds_at" in str(plan.all())
