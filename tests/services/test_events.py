"""What organizers do with events: states, sequence numbers, who is told, and what is refused."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from icalendar import Event as Component
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.event import Change, Draft, Status
from campaign.models import Audit, Event, Message, Registration, Series
from campaign.services import events, registrations
from tests.make import BERLIN, Maker

LATER = timedelta(hours=3)
Facts = dict[str, object]


def edit(event: Event, now: datetime, **changes: object) -> frozenset[Change]:
    with unit_of_work():
        return events.edit(event, replace(events.draft_of(event), **changes), actor=None, now=now)  # type: ignore[arg-type]


def publish(event: Event, now: datetime) -> None:
    with unit_of_work():
        events.publish(event, actor=None, now=now)


def cancel(event: Event, now: datetime, reason: str = "Storm warning") -> None:
    with unit_of_work():
        events.cancel(event, reason={"en": reason}, actor=None, now=now)


def entry(event: Event, language: str = "en") -> Component:
    """Return the event's stored calendar entry, parsed."""
    body = next(one.body for one in event.entries if one.language == language)
    return Component.from_ical(body)


def told(kind: str) -> list[str]:
    """Return to whom messages of a kind are queued."""
    return [message.to for message in db.session.scalars(select(Message).where(Message.kind == kind))]


def confirmed(make: Maker, event: Event, email: str, now: datetime) -> Registration:
    registration = make.registration(event, email)
    with unit_of_work():
        registrations.confirm(registration, now=now)
    return registration


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refused, match=f"^{code}$"):
        yield
    db.session.rollback()


def test_create(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event(is_published=False)
    assert (event.status, event.sequence, event.slug) == (Status.DRAFT, 0, "evening-in-berlin")
    assert event.starts == datetime(2027, 2, 26, 18, 30)
    assert event.starts_at == datetime(2027, 2, 26, 17, 30, tzinfo=UTC)
    assert (event.languages, event.tags, event.city_slug) == (["de", "en"], ["concert"], "berlin")
    assert re.fullmatch(r"[0-9a-f-]{36}@127\.0\.0\.1", event.uid)
    assert event.series.slug == event.slug
    assert event.entries == []


def test_publish(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event(is_published=False)
    publish(event, now)
    assert (event.status, event.published_at, event.sequence) == (Status.PUBLISHED, now, 0)
    assert {one.language for one in event.entries} == {"en", "az"}
    assert str(entry(event)["SUMMARY"]) == "Evening in Berlin"
    assert entry(event)["STATUS"] == "CONFIRMED"


def test_edit_moves_the_event_and_tells_its_people(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    confirmed(make, event, "rena@example.org", now)
    sequence, uid = event.sequence, event.uid
    starts = datetime(2027, 2, 26, 19, 0)
    changes = edit(event, now + LATER, starts=starts, ends=starts + timedelta(hours=2))
    assert changes == {Change.TIME}
    assert (event.sequence, event.uid) == (sequence + 1, uid)
    assert event.moved_from == datetime(2027, 2, 26, 18, 30)
    assert entry(event).decoded("DTSTART").replace(tzinfo=None) == starts
    assert (entry(event)["SEQUENCE"], str(entry(event)["UID"])) == (sequence + 1, uid)
    assert told("event-changed") == ["rena@example.org"]


@pytest.mark.parametrize(
    "changes",
    [
        {"starts": datetime(2027, 2, 26, 18, 0)},
        {"ends": datetime(2027, 2, 26, 21, 0)},
        {"zone": "Europe/London"},
        {"city": "Potsdam"},
        {"venue": "Old town hall"},
        {"address": "Musterstraße 2"},
        {"online_url": "https://meet.example.org/x"},
        {"is_all_day": True, "starts": datetime(2027, 2, 26), "ends": datetime(2027, 2, 27)},
        {"starts": None, "ends": None},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_a_change_of_time_or_place_counts_the_sequence_up(
    app: Flask, make: Maker, now: datetime, changes: Facts
) -> None:
    event = make.event()
    confirmed(make, event, "rena@example.org", now)
    sequence = event.sequence
    assert edit(event, now + LATER, **changes)
    assert event.sequence == sequence + 1
    assert entry(event)["SEQUENCE"] == sequence + 1
    assert entry(event).decoded("DTSTAMP") == now + LATER
    assert told("event-changed") == ["rena@example.org"]


@pytest.mark.parametrize(
    "changes",
    [
        {"name": {"en": "Evening for Khojaly"}},
        {"description": {"en": "With a choir."}},
        {"tags": ("lecture",)},
        {"venue_is_public": False},
        {"latitude": 52.5},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_another_change_shows_at_once_but_tells_nobody(app: Flask, make: Maker, now: datetime, changes: Facts) -> None:
    event = make.event()
    confirmed(make, event, "rena@example.org", now)
    sequence, was = event.sequence, entry(event).to_ical()
    assert edit(event, now + LATER, **changes) == set()
    assert (event.sequence, event.moved_from) == (sequence, None)
    assert entry(event).to_ical() != was
    assert entry(event).decoded("LAST-MODIFIED") == now + LATER
    assert told("event-changed") == []


def test_saving_without_a_change_changes_nothing(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event(opens=datetime(2027, 1, 1, 9), closes=datetime(2027, 2, 1, 9), accessibility=("step-free",))
    campaign, was = event.edition.campaign, (event.sequence, event.content_changed_at, entry(event).to_ical())
    revision = campaign.revision
    assert edit(event, now + LATER) == set()
    assert (event.sequence, event.content_changed_at, entry(event).to_ical()) == was
    assert campaign.revision == revision


def test_back_at_its_first_time_nothing_has_moved(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    edit(event, now, starts=datetime(2027, 2, 26, 18, 0))
    assert event.moved_from == BERLIN.starts
    edit(event, now, starts=BERLIN.starts)
    assert event.moved_from is None


def test_an_end_alone_that_moves_is_no_new_start(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    edit(event, now, ends=datetime(2027, 2, 26, 22, 0))
    assert event.moved_from is None


def test_a_draft_that_moves_tells_nobody_and_was_never_announced(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event(is_published=False)
    assert edit(event, now, starts=datetime(2027, 2, 26, 17, 0)) == {Change.TIME}
    assert (event.sequence, event.moved_from, event.entries) == (0, None, [])


def test_cancel(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    rena, ali = (confirmed(make, event, f"{name}@example.org", now) for name in ("rena", "ali"))
    with unit_of_work():
        registrations.cancel(ali, now=now)
    sequence = event.sequence
    cancel(event, now + LATER)
    assert (event.status, event.cancelled_at, event.sequence) == (Status.CANCELLED, now + LATER, sequence + 1)
    assert (entry(event)["STATUS"], entry(event)["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    assert str(entry(event)["SUMMARY"]).startswith("Cancelled: ")
    assert "Storm warning" in entry(event)["DESCRIPTION"]
    assert told("event-cancelled") == [rena.email]


def test_what_was_cancelled_may_take_place_after_all(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    confirmed(make, event, "rena@example.org", now)
    cancel(event, now)
    sequence, first_published = event.sequence, event.published_at
    publish(event, now + LATER)
    assert (event.status, event.sequence, event.cancelled_at) == (Status.PUBLISHED, sequence + 1, None)
    assert (event.cancel_reason, event.published_at) == ({}, first_published)
    assert entry(event)["STATUS"] == "CONFIRMED"
    assert "Storm" not in entry(event)["DESCRIPTION"]
    assert told("event-changed") == ["rena@example.org"]


def test_a_cancelled_event_is_not_cancelled_to_people_twice(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    confirmed(make, event, "rena@example.org", now)
    cancel(event, now)
    edit(event, now + LATER, venue="Another hall")
    assert told("event-cancelled") == ["rena@example.org"]
    assert told("event-changed") == []


def test_only_drafts_can_be_deleted(app_on_both: Flask, make: Maker, now: datetime) -> None:
    draft = make.event(is_published=False)
    with unit_of_work():
        events.delete(draft, actor=None, now=now)
    assert db.session.scalars(select(Event)).all() == db.session.scalars(select(Series)).all() == []
    event = make.event(db.session.scalars(select(events.Edition)).one())
    with refused("event-was-public"), unit_of_work():
        events.delete(event, actor=None, now=now)
    cancel(event, now)
    with refused("event-was-public"), unit_of_work():
        events.delete(event, actor=None, now=now)
    assert db.session.scalars(select(Event)).all() == [event]


def test_deleting_keeps_the_series_that_has_other_years(app: Flask, make: Maker, now: datetime) -> None:
    last = make.event()
    next_year = make.edition(last.edition.campaign, 2028)
    with unit_of_work():
        draft = events.create(next_year, BERLIN, series=last.series, actor=None, now=now)
    assert draft.series is last.series
    with unit_of_work():
        events.delete(draft, actor=None, now=now)
    assert last.series.slug == "evening-in-berlin"


@pytest.mark.parametrize(
    ("status", "act", "code"),
    [
        (Status.DRAFT, cancel, "event-move"),
        (Status.PUBLISHED, publish, "event-move"),
        (Status.CANCELLED, cancel, "event-move"),
    ],
)
def test_a_state_follows_only_where_the_table_says_so(
    app: Flask, make: Maker, now: datetime, status: Status, act: Callable[[Event, datetime], None], code: str
) -> None:
    event = make.event(is_published=status is not Status.DRAFT)
    if status is Status.CANCELLED:
        cancel(event, now)
    with refused(code):
        act(event, now)
    assert event.status is status


@pytest.mark.parametrize(
    ("gap", "missing"),
    [
        ({"name": {}}, ["name"]),
        ({"country": None, "city": None}, ["place"]),
        ({"city": None}, ["city"]),
        ({"zone": None, "starts": None, "ends": None}, ["zone"]),
        ({"ends": None}, ["end"]),
    ],
)
def test_what_lacks_something_is_not_published(
    app: Flask, make: Maker, now: datetime, gap: Facts, missing: list[str]
) -> None:
    event = make.event(is_published=False, **gap)
    with pytest.raises(Refused, match="event-incomplete") as told:
        publish(event, now)
    assert told.value.facts["missing"] == missing
    assert event.status is Status.DRAFT


def test_what_is_public_never_loses_what_it_needs(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    with refused("event-incomplete"):
        edit(event, now, city=None)
    assert event.city == "Berlin"


def test_publish_ready_publishes_the_complete_drafts_of_my_countries(app: Flask, make: Maker, now: datetime) -> None:
    edition = make.edition()
    names = {"ready": {}, "no end": {"ends": None}, "elsewhere": {"country": "AZ", "city": "Baku", "zone": "Asia/Baku"}}
    made = {name: make.event(edition, is_published=False, name={"en": name}, **gap) for name, gap in names.items()}  # type: ignore[arg-type]
    with unit_of_work():
        count = events.publish_ready(edition, may=lambda country: country == "DE", actor=None, now=now)
    assert count == 1
    assert [made[name].status for name in names] == [Status.PUBLISHED, Status.DRAFT, Status.DRAFT]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"ends": datetime(2027, 2, 26, 18, 30)}, "ends-before-start"),
        ({"ends": datetime(2027, 4, 26, 18, 30)}, "too-long"),
        ({"zone": "Mars/Olympus"}, "zone-unknown"),
        ({"zone": None}, "zone-missing"),
        ({"starts": datetime(1899, 2, 26)}, "year-out-of-range"),
        ({"capacity": 0}, "capacity-out-of-range"),
        ({"capacity": 100_001}, "capacity-out-of-range"),
    ],
)
def test_what_cannot_be_is_refused(app_on_both: Flask, make: Maker, now: datetime, wrong: Facts, code: str) -> None:
    edition = make.edition()
    with refused(code), unit_of_work():
        events.create(edition, replace(BERLIN, **wrong), actor=None, now=now)
    event = make.event(edition)
    with refused(code):
        edit(event, now, **wrong)
    assert db.session.scalars(select(Event)).all() == [event]
    assert events.draft_of(event) == BERLIN


def test_the_capacity_never_falls_below_who_holds_a_place(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event(capacity=10)
    make.registration(event, party_size=3)
    with pytest.raises(Refused, match="capacity-below-taken") as told:
        edit(event, now, capacity=2)
    assert told.value.facts["taken"] == 3
    edit(event, now, capacity=3)
    assert event.capacity == 3


def test_the_database_itself_refuses_to_oversell(app_on_both: Flask, make: Maker) -> None:
    event = make.event(capacity=2)
    with pytest.raises(IntegrityError, match="never_oversold"), unit_of_work():
        event.seats_taken = 3


def test_events_of_one_name_have_addresses_of_their_own(app: Flask, make: Maker, now: datetime) -> None:
    edition = make.edition()
    made = [make.event(edition) for _ in range(3)]
    assert [event.slug for event in made] == ["evening-in-berlin", "evening-in-berlin-2", "evening-in-berlin-3"]
    long = make.event(edition, name={"en": "long " * 30})
    again = make.event(edition, name={"en": "long " * 30})
    assert len(long.slug) <= 60 and len(again.slug) <= 60 and again.slug.endswith("-2")
    assert make.event(edition, name={"en": "夜の集い"}).slug == "event"


def test_a_new_name_keeps_the_address(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    edit(event, now, name={"en": "Night of memory", "az": "Anma gecəsi"})
    assert event.slug == "evening-in-berlin"
    assert str(entry(event, "az")["SUMMARY"]) == "Anma gecəsi"


def test_draft_of_is_what_was_given(app_on_both: Flask, make: Maker) -> None:
    full = replace(
        BERLIN,
        accessibility=("step-free", "captions"),
        online_url="https://meet.example.org/x",
        url="https://example.org/",
        opens=datetime(2027, 1, 1, 9),
        closes=datetime(2027, 2, 26, 12),
        venue_is_public=False,
        takes_registrations=False,
        external_id="row-1",
    )
    event = make.event(**{name: getattr(full, name) for name in Draft.__dataclass_fields__})
    db.session.expire_all()
    assert events.draft_of(event) == full


def test_each_act_is_recorded(app: Flask, make: Maker, now: datetime) -> None:
    organizer = make.user()
    event = make.event(is_published=False)
    with unit_of_work():
        events.publish(event, actor=organizer, now=now)
        events.edit(event, replace(BERLIN, venue="Old hall"), actor=organizer, now=now)
        events.cancel(event, reason={}, actor=organizer, now=now)
    rows = db.session.scalars(select(Audit).where(Audit.subject == "event").order_by(Audit.id)).all()
    assert [(row.action, row.actor_id) for row in rows] == [
        ("create", None),
        ("publish", organizer.id),
        ("edit", organizer.id),
        ("cancel", organizer.id),
    ]
    assert rows[2].facts == {"changes": ["place"]}
