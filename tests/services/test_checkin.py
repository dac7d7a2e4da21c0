"""At the door: let in, again, at two doors, taken back; and what is said of tickets that let nobody in."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.db import db, unit_of_work
from campaign.domain.checkin import Outcome
from campaign.domain.registration import Status
from campaign.models import Audit, Event, Registration, Scan
from campaign.services import checkin, registrations
from campaign.services.checkin import Answer, Counts, Showing
from tests.make import Maker

Show = Callable[..., Answer]


@pytest.fixture
def party(app_on_both: Flask, make: Maker, now: datetime) -> Registration:
    """Return the confirmed registration of three people."""
    return confirmed(make, make.event(), now, party_size=3)


@pytest.fixture
def show(now: datetime) -> Show:
    """Return what shows a ticket at a door."""

    def show(registration: Registration, people: int = 1, *, minutes: int = 0, door: str = "a", **given: str) -> Answer:
        showing = Showing(
            id=given.get("id") or str(uuid.uuid4()),
            ticket=given.get("ticket", registration.ticket),
            people=people,
            at=now + timedelta(minutes=minutes),
            door=door,
            undoes=given.get("undoes"),
        )
        with unit_of_work():
            return checkin.take(registration.event, [showing], now=now + timedelta(minutes=minutes))[0]

    return show


def confirmed(make: Maker, event: Event, now: datetime, **given: object) -> Registration:
    registration = make.registration(event, **given)  # type: ignore[arg-type]
    with unit_of_work():
        registrations.confirm(registration, now=now)
    return registration


def test_let_in(party: Registration, show: Show, now: datetime) -> None:
    answer = show(party, 2)
    assert (answer.outcome, answer.people) == (Outcome.LET_IN, 2)
    assert (party.status, party.attended_size, party.attended_at) == (Status.ATTENDED, 2, now)
    assert checkin.counts(party.event) == Counts(here=2, expected=3)


def test_no_more_than_the_party(party: Registration, show: Show) -> None:
    show(party, 2)
    assert show(party, 3).people == 1
    again = show(party, 1)
    assert (again.outcome, again.people, again.is_from_elsewhere) == (Outcome.ALREADY_HERE, 0, False)
    assert (party.attended_size, party.event.attended) == (3, 3)


def test_the_same_showing_twice_is_one(party: Registration, show: Show) -> None:
    id = str(uuid.uuid4())
    first, second = show(party, 2, id=id), show(party, 2, id=id, minutes=5)
    assert (first.outcome, first.people) == (second.outcome, second.people) == (Outcome.LET_IN, 2)
    assert party.attended_size == party.event.attended == 2


def test_two_doors_without_a_network_the_earliest_hour_wins(party: Registration, show: Show, now: datetime) -> None:
    show(party, 3, minutes=7, door="b")
    late = show(party, 3, minutes=4, door="a")
    assert (late.outcome, late.is_from_elsewhere) == (Outcome.ALREADY_HERE, True)
    assert party.attended_at == now + timedelta(minutes=4)
    assert party.attended_size == party.event.attended == 3


def test_taken_back_it_is_confirmed_again(party: Registration, show: Show) -> None:
    id = str(uuid.uuid4())
    show(party, 2, id=id)
    answer = show(party, 0, ticket="", undoes=id)
    assert (answer.outcome, answer.people) == (Outcome.TAKEN_BACK, 2)
    assert (party.status, party.attended_size, party.attended_at) == (Status.CONFIRMED, 0, None)
    assert checkin.counts(party.event).here == 0
    assert show(party, 0, ticket="", undoes=id).outcome is Outcome.NOTHING_TO_TAKE_BACK


def test_taking_back_what_was_refused_takes_nobody_from_the_other_door(party: Registration, show: Show) -> None:
    show(party, 3, door="b")
    id = str(uuid.uuid4())
    show(party, 1, door="a", id=id)
    assert show(party, 0, ticket="", undoes=id, door="a").outcome is Outcome.NOTHING_TO_TAKE_BACK
    assert party.attended_size == 3


def test_a_part_of_the_party_taken_back(party: Registration, show: Show) -> None:
    id = str(uuid.uuid4())
    show(party, 1)
    show(party, 2, id=id)
    show(party, 0, ticket="", undoes=id)
    assert (party.status, party.attended_size) == (Status.ATTENDED, 1)


def test_whoever_has_no_place_is_not_let_in(app_on_both: Flask, make: Maker, now: datetime, show: Show) -> None:
    event = make.event()
    pending, cancelled = make.registration(event), make.registration(event, "b@example.org")
    with unit_of_work():
        registrations.cancel(cancelled, now=now)
    assert show(pending).outcome is Outcome.NOT_CONFIRMED
    assert show(cancelled).outcome is Outcome.ENDED
    assert event.attended == 0
    assert db.session.scalars(select(func.count()).select_from(Scan)).one() == 0


def test_another_events_ticket_and_none_at_all(party: Registration, make: Maker, show: Show, now: datetime) -> None:
    other = confirmed(make, make.event(party.event.edition, name={"en": "Other"}), now)
    assert show(party, ticket=other.ticket).outcome is Outcome.OTHER_EVENT
    assert show(party, ticket="no-such-ticket").outcome is Outcome.UNKNOWN
    assert show(party, ticket="").outcome is Outcome.UNKNOWN
    answer = show(other)
    id = db.session.scalars(select(Scan.id)).one()
    assert answer.outcome is Outcome.LET_IN
    assert show(party, id=id).registration is None
    assert show(party, undoes=id).registration is None
    assert (other.attended_size, party.attended_size) == (1, 0)


def test_a_code_in_any_case_and_without_its_hyphen(party: Registration, show: Show) -> None:
    assert party.code
    assert show(party, ticket=party.code.replace("-", "").lower()).outcome is Outcome.LET_IN


def test_another_events_code_is_unknown(party: Registration, make: Maker, show: Show, now: datetime) -> None:
    other = confirmed(make, make.event(party.event.edition, name={"en": "Other"}), now)
    assert show(party, ticket=str(other.code)).outcome is Outcome.UNKNOWN


def test_search_by_the_beginnings_of_a_name_in_this_event(party: Registration, make: Maker, now: datetime) -> None:
    make.registration(party.event, "g@example.org", name="Gülşən Əliyeva")
    make.registration(make.event(party.event.edition, name={"en": "Other"}), "h@example.org", name="Gülay")
    assert [one.name for one in checkin.search(party.event, "gul")] == ["Gülşən Əliyeva"]
    assert [one.name for one in checkin.search(party.event, str(party.code).lower())] == ["Rena"]
    assert checkin.search(party.event, " ") == []


def test_news_are_those_of_whom_a_door_told(party: Registration, make: Maker, show: Show, now: datetime) -> None:
    confirmed(make, party.event, now, email="other@example.org")
    show(party, minutes=10)
    assert checkin.news(party.event, since=now + timedelta(minutes=9)) == [party]
    assert checkin.news(party.event, since=now + timedelta(minutes=20)) == []
    assert len(checkin.everybody(party.event)) == 2


def test_taking_the_list_along_is_recorded(party: Registration, now: datetime) -> None:
    with unit_of_work():
        checkin.note_look(party.event, way="door", actor=None, link=7, now=now)
    look = db.session.scalars(select(Audit).where(Audit.action == "view-registrations")).one()
    assert look.facts == {"way": "door", "link": 7}
