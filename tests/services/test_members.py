"""Organizers' accounts, their roles, and the links and browsers that sign them in."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.permission import Role
from campaign.models import Audit, Member, SignIn, SignInLink, User
from campaign.services import members
from campaign.services.members import LINK_LIFE, SIGN_IN_LIFE
from tests.make import Maker

SECOND = timedelta(seconds=1)


def link(user: User, now: datetime) -> str:
    with unit_of_work():
        return members.link(user, now=now)


def use(token: str, now: datetime) -> User:
    with unit_of_work():
        return members.use_link(token, now=now)


def sign_in(user: User, now: datetime) -> str:
    with unit_of_work():
        return members.sign_in(user, now=now)


def test_create_user(app_on_both: Flask, now: datetime) -> None:
    with unit_of_work():
        user = members.create_user(" Alice@Example.org ", password_hash="hashed", may_create_campaigns=True, now=now)
    assert (user.email, user.password, user.active, user.may_create_campaigns) == (
        "alice@example.org",
        "hashed",
        True,
        True,
    )
    assert members.by_email("ALICE@example.org") is user
    assert members.by_email("bob@example.org") is None


def test_an_address_has_one_account(app_on_both: Flask, make: Maker) -> None:
    user = make.user("alice@example.org")
    with pytest.raises(Refused, match="account-exists"):
        make.user("Alice@Example.org")
    assert db.session.scalars(select(User)).all() == [user]


def test_grant_puts_one_role_in_place_of_another(app_on_both: Flask, make: Maker, now: datetime) -> None:
    user, campaign = make.user(), make.campaign()
    with unit_of_work():
        members.grant(user, campaign, Role.EDITOR, actor=None, now=now)
        members.grant(user, campaign, Role.COORDINATOR, countries=["FR", "DE"], actor=None, now=now)
    member = db.session.scalars(select(Member)).one()
    assert members.membership(user, campaign) is member
    assert (member.role, member.countries) == (Role.COORDINATOR, ["DE", "FR"])
    assert db.session.scalars(select(Audit.facts).where(Audit.action == "grant")).all() == [
        {"role": "editor"},
        {"role": "coordinator"},
    ]


def test_campaigns_of_are_those_with_a_role(app: Flask, make: Maker) -> None:
    alice = make.user()
    mine, _others = make.campaign("hers", owner=alice), make.campaign("others")
    assert members.campaigns_of(alice) == [mine]


def test_a_link_signs_in_once_within_a_day(app_on_both: Flask, make: Maker, now: datetime) -> None:
    user = make.user()
    token = link(user, now)
    assert members.linked_user(token, now=now + LINK_LIFE - SECOND) is user  # looking uses nothing up
    assert use(token, now + LINK_LIFE - SECOND) is user
    assert members.linked_user(token, now=now) is None
    with pytest.raises(Refused, match="link-used"):
        use(token, now)


def test_a_link_that_is_old_unknown_or_followed_by_another_is_worth_nothing(
    app: Flask, make: Maker, now: datetime
) -> None:
    user = make.user()
    first = link(user, now)
    second = link(user, now)
    for token, at in ((first, now), (second, now + LINK_LIFE), ("unknown", now), ("", now)):
        with pytest.raises(Refused, match="link-used"):
            use(token, at)
    assert use(second, now) is user


def test_a_disabled_account_stays_outside(app: Flask, make: Maker, now: datetime) -> None:
    user = make.user()
    token, secret = link(user, now), sign_in(user, now)
    with unit_of_work():
        db.session.execute(update(User).values(active=False))
    assert members.signed_in_user(secret, now=now) is None
    with pytest.raises(Refused, match="link-used"):
        use(token, now)


def test_a_browser_stays_signed_in_until_its_time_is_over_or_it_signs_out(
    app_on_both: Flask, make: Maker, now: datetime
) -> None:
    user = make.user()
    here, there = sign_in(user, now), sign_in(user, now)
    assert members.signed_in_user(here, now=now + SIGN_IN_LIFE - SECOND) is user
    assert members.signed_in_user(here, now=now + SIGN_IN_LIFE) is None
    with unit_of_work():
        members.sign_out(here)
    assert members.signed_in_user(here, now=now) is None
    assert members.signed_in_user(there, now=now) is user
    with unit_of_work():
        members.sign_out("unknown")
        members.sign_out_everywhere(user)
    assert members.signed_in_user(there, now=now) is None


def test_neither_link_nor_browser_can_be_read_from_the_database(app: Flask, make: Maker, now: datetime) -> None:
    user = make.user()
    token, secret = link(user, now), sign_in(user, now)
    kept = [*db.session.scalars(select(SignInLink.token_hash)), *db.session.scalars(select(SignIn.secret_hash))]
    assert all(len(one) == 32 for one in kept)
    assert not {token.encode(), secret.encode()} & set(kept)
