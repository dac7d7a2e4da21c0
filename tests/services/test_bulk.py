"""What organizers do with several registrations at once: each for itself, and taken back where that is honest."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.message import Status as MailStatus
from campaign.domain.registration import Status
from campaign.models import Audit, Campaign, Event, Message, Registration, Undo, User
from campaign.services import bulk, registrations
from campaign.services.bulk import Last, Outcome
from tests.make import Maker


@pytest.fixture
def owner(app: Flask, make: Maker) -> User:
    return make.user("owner@example.org")


def people(make: Maker, event: Event, *names: str) -> list[Registration]:
    """Register some people and have them confirm their address."""
    rows = [make.registration(event, f"{name}@example.org", name=name) for name in names]
    for row in rows:
        with unit_of_work():
            registrations.confirm(row, now=make.now)
    return rows


def undo(campaign: Campaign, actor: User, make: Maker, *, after: timedelta = timedelta(0)) -> Outcome:
    with unit_of_work():
        return bulk.undo(campaign, may=lambda country: True, actor=actor, now=make.now + after)


def asked_in(make: Maker) -> Event:
    """Return an event at which an organizer lets people in."""
    event = make.event()
    with unit_of_work():
        event.requires_approval = True
    return event


def test_tags_are_given_taken_and_taken_back(make: Maker, owner: User) -> None:
    event = make.event()
    campaign = event.edition.campaign
    rena, ali = people(make, event, "rena", "ali")
    with unit_of_work():
        assert bulk.tag([rena], ["choir", "press"], actor=owner, now=make.now) == Outcome(1)
    with unit_of_work():
        assert bulk.tag([rena, ali], ["choir"], actor=owner, now=make.now) == Outcome(2)
    assert (rena.tags, ali.tags) == (["choir", "press"], ["choir"])
    assert bulk.last(campaign, actor=owner, now=make.now) == Last("tag", 1)  # Rena had it already.
    assert undo(campaign, owner, make) == Outcome(1)
    assert (rena.tags, ali.tags) == (["choir", "press"], [])
    assert undo(campaign, owner, make) == Outcome(0)
    with unit_of_work():
        bulk.untag([rena, ali], ["choir"], actor=owner, now=make.now)
    assert rena.tags == ["press"]
    undo(campaign, owner, make)
    assert rena.tags == ["choir", "press"]


def test_a_note_is_written_below_the_one_before_and_taken_back(make: Maker, owner: User) -> None:
    event = make.event()
    (rena,) = people(make, event, "rena")
    for note in ("Comes late.", "Needs a seat in front."):
        with unit_of_work():
            bulk.add_note([rena], note, actor=owner, now=make.now)
    assert rena.note == "Comes late.\nNeeds a seat in front."
    undo(event.edition.campaign, owner, make)
    assert rena.note == "Comes late."
    with unit_of_work():
        bulk.rewrite(rena, note=" ", words=["press"], actor=owner, now=make.now)
    assert (rena.note, rena.tags) == (None, ["press"])
    undo(event.edition.campaign, owner, make)
    assert (rena.note, rena.tags) == ("Comes late.", [])


def test_notes_rest_encrypted_also_those_that_can_be_taken_back(make: Maker, owner: User) -> None:
    (rena,) = people(make, make.event(), "rena")
    for note in ("Comes late.", "Needs a seat."):
        with unit_of_work():
            bulk.add_note([rena], note, actor=owner, now=make.now)
    connection = db.session.connection()
    kept = [
        bytes(row[0])
        for table in ("registration", "undo")
        for row in connection.exec_driver_sql(f"SELECT note FROM {table}")
    ]
    assert len(kept) == 2
    assert not [one for one in kept if b"late" in one]


@pytest.mark.parametrize("act", ["tag", "note"])
def test_too_much_of_it_is_refused_for_that_one_alone(make: Maker, owner: User, act: str) -> None:
    rena, ali = people(make, make.event(), "rena", "ali")
    with unit_of_work():
        bulk.tag([rena], [f"tag-{number}" for number in range(bulk.TAGS_LIMIT)], actor=owner, now=make.now)
        bulk.add_note([rena], "x" * bulk.NOTE_LIMIT, actor=owner, now=make.now)
    with unit_of_work():
        if act == "tag":
            outcome = bulk.tag([rena, ali], ["more"], actor=owner, now=make.now)
        else:
            outcome = bulk.add_note([rena, ali], "more", actor=owner, now=make.now)
    assert (outcome.done, outcome.refused) == (1, 1)
    assert isinstance(outcome.reason, Refused)
    assert outcome.reason.code == {"tag": "too-many-tags", "note": "text-too-long"}[act]
    assert (len(rena.tags), len(rena.note or "")) == (bulk.TAGS_LIMIT, bulk.NOTE_LIMIT)
    assert (ali.tags or [ali.note]) == ["more"]


def test_what_another_organizer_changed_since_stays(make: Maker, owner: User) -> None:
    event = make.event()
    rena, ali = people(make, event, "rena", "ali")
    other = make.user("other@example.org")
    with unit_of_work():
        bulk.tag([rena, ali], ["choir"], actor=owner, now=make.now)
    with unit_of_work():
        bulk.untag([rena], ["choir"], actor=other, now=make.now)
    assert undo(event.edition.campaign, owner, make) == Outcome(1)
    assert (rena.tags, ali.tags) == ([], [])
    undo(event.edition.campaign, other, make)
    assert rena.tags == ["choir"]


def test_only_the_last_thing_can_be_taken_back_for_a_while_and_where_one_acts(make: Maker, owner: User) -> None:
    event = make.event()
    campaign = event.edition.campaign
    (rena,) = people(make, event, "rena")
    with unit_of_work():
        bulk.tag([rena], ["choir"], actor=owner, now=make.now)
    assert bulk.last(campaign, actor=owner, now=make.now + bulk.UNDO_LIFE) is None
    assert undo(campaign, owner, make, after=bulk.UNDO_LIFE) == Outcome(0)
    with unit_of_work():
        bulk.tag([rena], ["press"], actor=owner, now=make.now)
    with unit_of_work():
        assert bulk.undo(campaign, may=lambda country: country == "FR", actor=owner, now=make.now) == Outcome(0)
    elsewhere = make.campaign("earth-hour")
    assert bulk.last(elsewhere, actor=owner, now=make.now) is None
    assert rena.tags == ["choir", "press"]
    with unit_of_work():
        bulk.tag([rena], ["late"], actor=owner, now=make.now)
        bulk.cancel([rena], actor=owner, now=make.now)
    assert bulk.last(campaign, actor=owner, now=make.now) is None


def test_those_who_wait_are_let_in_and_others_stay_as_they_are(make: Maker, owner: User) -> None:
    event = asked_in(make)
    rena, ali = people(make, event, "rena", "ali")
    with unit_of_work():
        registrations.cancel(ali, now=make.now)
    with unit_of_work():
        outcome = bulk.approve([ali, rena], actor=owner, now=make.now)
    assert (outcome.done, outcome.refused) == (1, 1)
    assert outcome.reason is not None
    assert outcome.reason.code == "registration-move"
    assert (rena.status, ali.status) == (Status.CONFIRMED, Status.CANCELLED)


def test_an_approval_of_which_somebody_was_told_is_not_taken_back(make: Maker, owner: User) -> None:
    event = asked_in(make)
    (rena,) = people(make, event, "rena")
    with unit_of_work():
        bulk.approve([rena], actor=owner, now=make.now)
    outcome = undo(event.edition.campaign, owner, make)
    assert (outcome.done, outcome.refused, outcome.reason and outcome.reason.code) == (0, 1, "approval-told")
    assert rena.status is Status.CONFIRMED
    assert db.session.scalars(select(Undo)).all() == []


@pytest.mark.parametrize("is_sent", [False, True])
def test_an_approval_into_the_queue_is_taken_back_with_its_mail_until_that_is_sent(
    make: Maker, owner: User, is_sent: bool
) -> None:
    event = asked_in(make)
    with unit_of_work():
        event.capacity = 1
    first, rena = people(make, event, "first", "rena")
    with unit_of_work():
        bulk.approve([first], actor=owner, now=make.now)
        bulk.approve([rena], actor=owner, now=make.now)
    assert rena.approved_at == make.now
    mail = db.session.scalars(select(Message).where(Message.unique_key == f"approved:{rena.id}")).one()
    if is_sent:
        with unit_of_work():
            mail.status = MailStatus.SENT
    outcome = undo(event.edition.campaign, owner, make)
    assert (outcome.done, rena.approved_at) == ((0, make.now) if is_sent else (1, None))
    left = db.session.scalars(select(Message).where(Message.unique_key == f"approved:{rena.id}")).all()
    assert len(left) == is_sent


def test_what_was_approved_before_is_not_taken_back_by_whoever_approved_it_again(make: Maker, owner: User) -> None:
    event = asked_in(make)
    rena = make.registration(event)
    other = make.user("other@example.org")
    for user in (other, owner):
        with unit_of_work():
            bulk.approve([rena], actor=user, now=make.now)
    assert bulk.last(event.edition.campaign, actor=owner, now=make.now) is None
    assert undo(event.edition.campaign, other, make) == Outcome(1)
    assert rena.approved_at is None


def test_decline_ends_only_those_who_wait_and_cancel_those_who_have_not_ended(make: Maker, owner: User) -> None:
    event = asked_in(make)
    rena, ali = people(make, event, "rena", "ali")
    with unit_of_work():
        bulk.approve([ali], actor=owner, now=make.now)
    with unit_of_work():
        assert bulk.decline([rena, ali], actor=owner, now=make.now).done == 1
    assert (rena.status, ali.status) == (Status.CANCELLED, Status.CONFIRMED)
    with unit_of_work():
        assert bulk.cancel([rena, ali], actor=owner, now=make.now).done == 1
    assert ali.status is Status.CANCELLED
    kinds = set(db.session.scalars(select(Message.kind)))
    assert {"declined", "registration-cancelled"} <= kinds


def test_everything_is_recorded_without_what_was_written(make: Maker, owner: User) -> None:
    event = make.event()
    (rena,) = people(make, event, "rena")
    with unit_of_work():
        bulk.add_note([rena], "Comes late.", actor=owner, now=make.now)
    undo(event.edition.campaign, owner, make)
    rows = db.session.scalars(select(Audit).where(Audit.actor_id == owner.id).order_by(Audit.id)).all()
    assert [(row.action, row.subject, row.facts) for row in rows] == [
        ("note", "registration", {}),
        ("undo-note", "registration", {}),
    ]


def test_tagging_on_both_databases(app_on_both: Flask, make: Maker) -> None:
    owner = make.user()
    event = make.event()
    rows = people(make, event, "rena", "ali", "leyla")
    with unit_of_work():
        assert bulk.tag(rows[::-1], ["choir"], actor=owner, now=make.now) == Outcome(3)
    with unit_of_work():
        outcome = bulk.approve(rows, actor=owner, now=make.now)
    assert (outcome.done, outcome.refused) == (0, 3)
    db.session.rollback()
    assert [row.tags for row in rows] == [["choir"]] * 3
    with unit_of_work():
        bulk.untag(rows, ["choir"], actor=owner, now=make.now)
    with unit_of_work():
        db.session.delete(rows[0])
    assert len(db.session.scalars(select(Undo)).all()) == 2  # What is remembered goes with the person.
