"""Three hundred people want a hundred places at the same moment, from several processes."""

from collections.abc import Mapping

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.db import db
from campaign.domain.registration import Status
from campaign.models import Message, Registration
from tests.faults.rush import drop_the_constraint, held, rush
from tests.make import Maker

PLACES, PEOPLE = 100, 300
EVERYBODY = [("register", number) for number in range(PEOPLE)]

pytestmark = pytest.mark.xdist_group("crowd")


def test_a_hundred_places_are_a_hundred_places(app_on_both: Flask, environment: Mapping[str, str], make: Maker) -> None:
    event = make.event(capacity=PLACES, has_waiting_list=False)
    happened, most = rush(app_on_both, environment, event.id, EVERYBODY)
    assert happened == {"register done": PLACES, "event-full": PEOPLE - PLACES}
    assert held(event.id) == event.seats_taken == most == PLACES
    assert db.session.scalars(select(func.count(Message.id))).one() == PLACES


def test_whoever_gets_none_of_them_waits(app_on_both: Flask, environment: Mapping[str, str], make: Maker) -> None:
    event = make.event(capacity=PLACES)
    happened, most = rush(app_on_both, environment, event.id, EVERYBODY)
    assert happened == {"register done": PEOPLE}
    assert held(event.id) == event.seats_taken == most == PLACES
    line = list(db.session.scalars(select(Registration.status).order_by(Registration.id)))
    assert line == [Status.PENDING] * PLACES + [Status.WAITING] * (PEOPLE - PLACES)


def test_without_the_guards_they_are_more(app_on_both: Flask, environment: Mapping[str, str], make: Maker) -> None:
    """The control: the same rush, and what it would do to a program that counts and then inserts."""
    event = make.event(capacity=PLACES, has_waiting_list=False)
    drop_the_constraint()
    happened, most = rush(app_on_both, environment, event.id, EVERYBODY, "--unguarded")
    assert happened["register done"] > PLACES
    assert min(held(event.id), most) > PLACES
