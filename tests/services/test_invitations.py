"""Links with a quota: they open a closed form, never more often than they say, and never tell who is known."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.registration import Status, Window
from campaign.models import Audit, Event, Invitation, Message, Registration
from campaign.services import events, invitations, registrations
from campaign.services.submissions import Submission
from tests.make import Maker

DAY = timedelta(days=1)


def invite(event: Event, now: datetime, quota: int = 2, expires_at: datetime | None = None) -> Invitation:
    with unit_of_work():
        return invitations.create(event, label="The choir", quota=quota, expires_at=expires_at, actor=None, now=now)


def come(invitation: Invitation, name: str, now: datetime, party: int = 1) -> Registration | None:
    given = Submission(name, f"{name}@example.org", "en", party_size=party)
    with unit_of_work():
        return registrations.register(invitation.event, given, invitation=invitation, now=now)


def test_an_invitation_gives_its_places(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event(takes_registrations=False)
    assert registrations.window(event, now=now) is Window.NONE
    invitation = invite(event, now, quota=3)
    first, second = come(invitation, "ali", now, party=2), come(invitation, "leyla", now)
    assert first is not None and second is not None
    assert (first.status, first.invitation_id, invitation.used) == (Status.PENDING, invitation.id, 3)
    with pytest.raises(Refused, match=r"^invitation-not-usable$"):
        come(invitation, "samir", now)
    with unit_of_work():
        registrations.confirm(first, now=now)
    assert (first.status, event.seats_taken) == (Status.CONFIRMED, 3)


def test_an_invitation_gives_back_what_was_not_used(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    invitation = invite(event, now)
    slow, fickle = come(invitation, "ali", now), come(invitation, "leyla", now)
    assert slow is not None and fickle is not None
    with unit_of_work():
        registrations.cancel(fickle, now=now)
    assert invitation.used == 1
    with unit_of_work():
        registrations.expire(event, now=now + DAY)
    assert (slow.status, invitation.used) == (Status.EXPIRED, 0)


def test_a_known_address_meets_the_same_answers(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    make.registration(event, "ali@example.org")
    invitation = invite(event, now, quota=1)
    assert come(invitation, "ali", now) is None
    assert invitation.used == 0
    assert come(invitation, "leyla", now) is not None
    for name in ("ali", "samir"):
        with pytest.raises(Refused, match=r"^invitation-not-usable$"):
            come(invitation, name, now)


def test_nobody_needs_to_let_the_invited_in(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event(requires_approval=True)
    registration = come(invite(event, now), "ali", now)
    assert registration is not None
    with unit_of_work():
        registrations.confirm(registration, now=now)
    assert registration.status is Status.CONFIRMED


def test_the_invited_wait_where_all_places_are_taken(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event(capacity=1, requires_approval=True)
    first, second = (come(invite(event, now), name, now) for name in ("ali", "leyla"))
    assert first is not None and second is not None
    for one in (first, second):
        with unit_of_work():
            registrations.confirm(one, now=now)
    assert [one.status for one in (first, second)] == [Status.CONFIRMED, Status.WAITING]
    with unit_of_work():
        registrations.cancel(first, now=now)
    assert second.status is Status.OFFERED


def test_a_link_that_is_closed_or_too_old_opens_nothing(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    closed, old = invite(event, now), invite(event, now, expires_at=now + DAY)
    for _time in range(2):
        with unit_of_work():
            invitations.revoke(closed, actor=None, now=now)
    assert invitations.is_usable(old, now=now + DAY - timedelta(seconds=1))
    for link, at in ((closed, now), (old, now + DAY)):
        assert not invitations.is_usable(link, now=at)
        with pytest.raises(Refused, match=r"^invitation-not-usable$"):
            come(link, "ali", at)
    noted = db.session.scalars(select(Audit.action).where(Audit.subject == "invitation").order_by(Audit.id)).all()
    assert noted == ["invite", "invite", "revoke"]
    assert db.session.scalars(select(Message)).all() == []


def test_an_invitation_ends_with_the_start_and_with_the_event(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    invitation, starts_at = invite(event, now), event.starts_at
    assert starts_at is not None
    with pytest.raises(Refused, match=r"^registration-closed$"):
        come(invitation, "ali", starts_at)
    with unit_of_work():
        events.cancel(event, reason={}, actor=None, now=now)
    with pytest.raises(Refused, match=r"^registration-cancelled$"):
        come(invitation, "ali", now)


def test_a_link_opens_its_own_event_alone(app: Flask, make: Maker, now: datetime) -> None:
    edition = make.edition()
    event, other = (make.event(edition, name={"en": name}) for name in ("Morning", "Evening"))
    token = invite(event, now).token
    assert invitations.by_token(event, token) is not None
    assert invitations.by_token(other, token) is None


@pytest.mark.parametrize("quota", [0, -1, 1001])
def test_a_quota_has_limits(app: Flask, make: Maker, now: datetime, quota: int) -> None:
    with pytest.raises(Refused, match=r"^quota-out-of-range$"):
        invite(make.event(), now, quota=quota)


def test_a_link_does_not_end_before_it_begins(app: Flask, make: Maker, now: datetime) -> None:
    with pytest.raises(Refused, match=r"^invitation-over$"):
        invite(make.event(), now, expires_at=now)
