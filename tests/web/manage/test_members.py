"""Organizers: invited without touching any account, standing in for each other, never without an owner."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.permission import Role
from campaign.models import Campaign, Member, MemberInvitation, Message, User
from campaign.services import coordinators, members
from tests.page import Client
from tests.web.conftest import YEAR, Soon

MEMBERS = "/manage/khojaly/members/"
INVITED = {"email": "New@example.org", "role": "coordinator", "countries": "Germany, fr", "language": "en"}


class World:
    """A campaign and its owner."""

    def __init__(self, app: Flask, soon: Soon) -> None:
        self.app, self.soon = app, soon
        self.campaign: Campaign = soon.edition().campaign
        self.owner = self.user("owner@example.org", Role.OWNER)

    def user(self, email: str, role: Role, countries: list[str] | None = None) -> User:
        """Make an account with a role."""
        user = self.soon.user(email)
        with unit_of_work():
            members.grant(user, self.campaign, role, countries=countries, actor=None, now=self.soon.now)
        return user

    def member(self, user: User) -> Member:
        """Return the user's membership."""
        db.session.rollback()
        found = members.membership(user, self.campaign)
        assert found
        return found

    def browser(self, user: User | None = None) -> Client:
        """Return somebody's browser."""
        client = Client(self.app)
        if user:
            client.sign_in(user)
        return client

    def invite(self, **changes: str) -> str:
        """Invite somebody and return the path in the mail."""
        assert self.browser(self.owner).post(f"{MEMBERS}invite", {**INVITED, **changes}).status == 303
        db.session.rollback()
        mail = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
        assert mail
        found = re.search(r"(/account/invitation/[^/]+/)", mail.facts)
        assert found
        return found[1]


@pytest.fixture
def world(app: Flask, soon: Soon) -> World:
    """Return the world."""
    return World(app, soon)


def test_invited_and_accepted_by_somebody_new(world: World) -> None:
    link, browser = world.invite(), world.browser()
    page = browser.get(link)
    assert "Coordinator: Germany, France" in page.text
    assert members.by_email("new@example.org") is None
    assert "Welcome." in browser.follow(browser.post(link)).text
    user = members.by_email("new@example.org")
    assert user
    member = world.member(user)
    assert (member.role, member.countries, user.may_create_campaigns) == (Role.COORDINATOR, ["DE", "FR"], False)
    assert browser.get(link).status == 404
    assert world.browser().post(link).status == 404


def test_an_account_accepts_only_when_it_is_signed_in(world: World) -> None:
    user = world.soon.user("new@example.org")
    password = user.password
    link = world.invite()
    stranger = world.browser()
    assert "Sign in with it; then you can accept." in stranger.get(link).text
    assert "There is an account" in stranger.follow(stranger.post(link)).text
    assert stranger.get("/manage/").status == 302
    assert members.membership(user, world.campaign) is None
    browser = world.browser(user)
    assert browser.post(link).status == 303
    assert (world.member(user).role, user.password) == (Role.COORDINATOR, password)


def test_somebody_elses_account_is_left_alone(world: World) -> None:
    link = world.invite()
    browser = world.browser(world.owner)
    assert "You are signed in as somebody else:" in browser.get(link).text
    assert browser.post(link).status == 303
    assert world.member(world.owner).role is Role.OWNER
    assert members.by_email("new@example.org") is None


def test_an_invitation_ends(world: World) -> None:
    link = world.invite()
    second = world.invite(role="viewer", countries="")
    assert world.browser().get(link).status == 404
    invitation = db.session.scalars(select(MemberInvitation).order_by(MemberInvitation.id.desc())).first()
    assert invitation
    browser = world.browser(world.owner)
    assert "new@example.org" in browser.get(MEMBERS).text
    assert browser.post(f"{MEMBERS}invitations/{invitation.id}/revoke").status == 303
    assert world.browser().get(second).status == 404
    third = world.invite()
    with unit_of_work():
        db.session.scalars(select(MemberInvitation)).all()[-1].expires_at = datetime.now(UTC)
    assert world.browser().post(third).status == 404


def test_the_answer_to_inviting_is_the_same_for_known_and_unknown(world: World) -> None:
    world.soon.user("known@example.org")
    browser = world.browser(world.owner)
    known, unknown = (
        browser.post(f"{MEMBERS}invite", {**INVITED, "email": email})
        for email in ("known@example.org", "x@example.org")
    )
    assert (known.status, known.location) == (unknown.status, unknown.location) == (303, MEMBERS)
    twice = browser.post(f"{MEMBERS}invite", {**INVITED, "email": "owner@example.org"})
    assert twice.error_of("email") == "This address organizes the campaign already."


def test_inviting_says_what_is_wrong(world: World) -> None:
    browser = world.browser(world.owner)
    for countries, sentence in (
        ("", "Say for which countries."),
        ("Atlantis", "We know no country called “Atlantis”."),
    ):
        page = browser.post(f"{MEMBERS}invite", {**INVITED, "countries": countries})
        assert (page.status, page.error_of("countries")) == (422, sentence)


def test_the_last_owner_stays(world: World) -> None:
    browser = world.browser(world.owner)
    number = world.member(world.owner).id
    refused = browser.follow(browser.post(f"{MEMBERS}{number}/", {"role": "viewer", "countries": ""}))
    assert "A campaign needs an owner." in refused.text
    browser.post(f"{MEMBERS}{number}/remove", {"is_meant": "y"})
    assert world.member(world.owner).role is Role.OWNER
    world.user("second@example.org", Role.OWNER)
    assert browser.post(f"{MEMBERS}{number}/remove", {"is_meant": "y"}).location == "/manage/"
    assert browser.get(MEMBERS).status == 404


def test_roles_ask_to_sign_in_again(world: World) -> None:
    browser, number = world.browser(world.owner), world.member(world.owner).id
    with browser.http.session_transaction() as session:
        session["fs_paa"] = (datetime.now(UTC) - timedelta(minutes=11)).timestamp()
    for path, back in ((f"{MEMBERS}invite", MEMBERS), (f"{MEMBERS}{number}/remove", f"{MEMBERS}{number}/")):
        assert browser.post(path, INVITED).location == f"/account/verify?next={back}"
    assert db.session.scalars(select(MemberInvitation)).all() == []


def test_coordinators_see_who_is_who_and_change_nothing(world: World) -> None:
    browser = world.browser(world.user("german@example.org", Role.COORDINATOR, ["DE"]))
    page = browser.get(MEMBERS)
    assert "owner@example.org" in page.text
    assert "Invite somebody" not in page.text
    assert browser.get(f"{MEMBERS}1/").status == 403
    assert browser.post(f"{MEMBERS}invite", INVITED).status == 403


def test_a_deputy_acts_during_the_absence_and_only_then(world: World) -> None:
    german = world.user("german@example.org", Role.COORDINATOR, ["DE"])
    french = world.user("french@example.org", Role.COORDINATOR, ["FR"])
    world.soon.event(world.campaign.editions[0])
    event = f"/manage/khojaly/{YEAR}/events/evening-in-berlin/"
    theirs = world.browser(french)
    assert theirs.get(event).status == 403
    mine, today = world.browser(german), datetime.now(UTC).date()
    away = {
        "away_from": f"{today}",
        "away_until": f"{today + timedelta(days=3)}",
        "deputy": str(world.member(french).id),
    }
    assert mine.post("/manage/khojaly/me/", away).status == 303
    assert theirs.get(event).status == 200
    assert "Deputy:" in theirs.get(MEMBERS).text
    assert coordinators.covered(world.campaign, today=today) == {"DE", "FR"}
    assert theirs.get(f"/manage/khojaly/{YEAR}/mail/").status == 200
    ahead = {**away, "away_from": f"{today + timedelta(days=1)}"}
    assert mine.post("/manage/khojaly/me/", ahead).status == 303
    assert theirs.get(event).status == 403
    assert mine.get(event).status == 200


def test_absence_says_what_is_wrong(world: World) -> None:
    german = world.user("german@example.org", Role.COORDINATOR, ["DE"])
    viewer = world.user("viewer@example.org", Role.VIEWER)
    browser = world.browser(german)
    page = browser.post("/manage/khojaly/me/", {"away_from": "2027-02-02", "away_until": "2027-02-01", "deputy": ""})
    assert page.error_of("away_until") == "The last day must not be before the first."
    page = browser.post("/manage/khojaly/me/", {"away_from": "2027-02-02", "away_until": "", "deputy": ""})
    assert page.error_of("away_until") == "Give both days, or neither."
    sent = {"away_from": "", "away_until": "", "deputy": str(world.member(viewer).id)}
    assert browser.post("/manage/khojaly/me/", sent).status == 422


def test_hand_over_in_one_step(world: World) -> None:
    german = world.user("german@example.org", Role.COORDINATOR, ["DE", "AT"])
    french = world.user("french@example.org", Role.COORDINATOR, ["FR"])
    browser, number = world.browser(world.owner), world.member(german).id
    sent = {"to": str(world.member(french).id)}
    assert browser.post(f"{MEMBERS}{number}/handover", sent).status == 303
    assert world.member(french).countries == ["AT", "DE", "FR"]
    assert world.member(german).countries == []
    assert browser.post(f"{MEMBERS}{number}/handover", {"to": str(world.member(world.owner).id)}).status == 422
