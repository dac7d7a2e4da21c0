"""A registrant's own calendar: what they have a place at in one campaign, for the holder of the address alone."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from icalendar import Calendar
from icalendar import Event as Component
from sqlalchemy import update

from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.models import Event, Registration
from campaign.services import campaigns, events, own_calendar, registrations
from campaign.services.feeds import Feed
from tests.make import Maker
from tests.services.world import as_draft

SECOND = timedelta(seconds=1)
SOURCE = "https://events.example.org/feeds/mine/x.ics"
BAKU = {"name": {"en": "Evening in Baku"}, "country": "AZ", "city": "Baku", "zone": "Asia/Baku"}


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what the other database can't do otherwise."""


@pytest.fixture
def event(app_on_both: Flask, make: Maker) -> Event:
    """Return an event in Berlin whose venue only registrants learn."""
    return make.event(venue_is_public=False)


def place(make: Maker, event: Event, email: str = "rena@example.org", **changes: object) -> Registration:
    """Register somebody and confirm."""
    registration = make.registration(event, email, **changes)
    with unit_of_work():
        registrations.confirm(registration, now=make.now)
    return registration


def read(registration: Registration, now: datetime) -> Feed:
    return own_calendar.feed(registration, source=SOURCE, now=now)


def entries(registration: Registration, now: datetime) -> list[Component]:
    return Calendar.from_ical(read(registration, now).body).walk("VEVENT")


def names(registration: Registration, now: datetime) -> list[str]:
    return [str(one["SUMMARY"]) for one in entries(registration, now)]


@on_sqlite
def test_an_own_calendar(event: Event, make: Maker, now: datetime) -> None:
    registration = place(make, event)
    calendar = Calendar.from_ical(read(registration, now).body)
    (one,) = calendar.walk("VEVENT")
    assert (str(one["UID"]), str(one["STATUS"])) == (event.uid, "CONFIRMED")
    assert str(one["LOCATION"]) == "Community hall, Musterstraße 1, Berlin, Germany"  # shown to those who come
    assert (one["GEO"].latitude, one["GEO"].longitude) == (52.52, 13.4)
    assert (str(calendar["NAME"]), str(calendar["SOURCE"])) == ("Justice for Khojaly · My events", SOURCE)
    assert "METHOD" not in calendar
    assert "rena" not in read(registration, now).body.decode().casefold()


def test_every_place_of_the_same_person_in_the_campaign(event: Event, make: Maker, now: datetime) -> None:
    registration = place(make, event)
    place(make, make.event(event.edition, **BAKU), "RENA@example.org ")
    assert names(registration, now) == ["Evening in Baku", "Evening in Berlin"]


@on_sqlite
def test_other_peoples_places_and_other_campaigns_never(event: Event, make: Maker, now: datetime) -> None:
    registration = place(make, event)
    place(make, make.event(event.edition, **BAKU), "gunel@example.org")
    elsewhere = make.event(make.edition(make.campaign("another")), name={"en": "Elsewhere"})
    place(make, elsewhere)
    assert names(registration, now) == ["Evening in Berlin"]


@on_sqlite
def test_only_a_confirmed_place_counts(event: Event, make: Maker, now: datetime) -> None:
    registration = place(make, event)
    make.registration(make.event(event.edition, **BAKU))
    assert names(registration, now) == ["Evening in Berlin"]


@on_sqlite
def test_a_place_given_back_leaves(event: Event, make: Maker, now: datetime) -> None:
    registration = place(make, event)
    was = read(registration, now)
    with unit_of_work():
        registrations.cancel(registration, now=now + SECOND)
    then = read(registration, now + SECOND)
    assert (then.entry_count, then.changed_at) == (0, now + SECOND)
    assert was.changed_at < then.changed_at


@on_sqlite
def test_a_cancelled_event_says_so(event: Event, make: Maker, now: datetime) -> None:
    registration = place(make, event)
    with unit_of_work():
        events.cancel(event, reason={"en": "Storm"}, actor=None, now=now + SECOND)
    (one,) = entries(registration, now + SECOND)
    assert (str(one["SUMMARY"]), str(one["STATUS"])) == ("Cancelled: Evening in Berlin", "CANCELLED")


@on_sqlite
def test_it_speaks_the_registrants_language(event: Event, make: Maker, now: datetime) -> None:
    registration = place(make, event, language="az")
    calendar = Calendar.from_ical(read(registration, now).body)
    assert str(calendar["NAME"]).startswith("Xocalıya ədalət")
    assert str(calendar.walk("VEVENT")[0]["LOCATION"]).endswith("Almaniya")


@on_sqlite
def test_the_same_data_are_the_same_bytes(event: Event, make: Maker, now: datetime) -> None:
    registration = place(make, event)
    was = read(registration, now)
    later = read(registration, now + timedelta(days=30))
    assert (later.body, later.changed_at) == (was.body, was.changed_at)
    change = replace(events.draft_of(event), venue="Another hall")
    with unit_of_work():
        events.edit(event, change, actor=None, now=now + SECOND)
    moved = read(registration, now + SECOND)
    assert b"Another hall" in moved.body
    assert moved.changed_at == now + SECOND
    with unit_of_work():
        draft = replace(as_draft(event.edition.campaign), name={"en": "Another name"})
        campaigns.edit(event.edition.campaign, draft, actor=None, now=now + 2 * SECOND)
    assert read(registration, now + 2 * SECOND).changed_at == now + 2 * SECOND


@on_sqlite
def test_one_event_that_cannot_be_written_is_left_out(
    event: Event, make: Maker, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    registration = place(make, event)
    other = make.event(event.edition, **BAKU)
    place(make, other)
    with unit_of_work():
        db.session.execute(update(Event).where(Event.id == other.id).values(zone="Mars/Olympus"))
    db.session.expire_all()
    assert names(registration, now) == ["Evening in Berlin"]
    assert f"event {other.id} can't be written" in caplog.text


@on_sqlite
def test_its_secret_is_found_by_its_hash_alone_and_opens_nothing_else(event: Event, make: Maker) -> None:
    registration = place(make, event)
    token = own_calendar.token_of(registration)
    assert own_calendar.by_token(token) is registration
    assert registrations.by_token(token) is None
    assert own_calendar.by_token(registration.token) is None
    assert own_calendar.by_token("") is None
    assert len(token) == 22


@on_sqlite
def test_each_registration_has_a_secret_of_its_own(event: Event, make: Maker) -> None:
    first, second = place(make, event), place(make, event, "gunel@example.org")
    assert own_calendar.token_of(first) != own_calendar.token_of(second)


@on_sqlite
def test_whoever_registers_again_keeps_both_calendars(event: Event, make: Maker, now: datetime) -> None:
    first = place(make, event)
    with unit_of_work():
        registrations.cancel(first, now=now)
    second = place(make, event)
    assert names(first, now) == names(second, now) == ["Evening in Berlin"]
    with pytest.raises(Refused, match="registration-move"), unit_of_work():
        registrations.cancel(first, now=now)
