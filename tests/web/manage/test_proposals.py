"""The coordinators' queue: who sees what, claiming, asking back, approving with what a change would change."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.event import Draft
from campaign.domain.event import Status as EventStatus
from campaign.domain.permission import Role
from campaign.domain.proposal import Status
from campaign.models import Edition, Event, Host, Proposal, User
from campaign.services import events, hosts, members, proposals
from tests.make import BERLIN
from tests.page import Client
from tests.web.conftest import STARTS, YEAR, Soon

QUEUE = f"/manage/khojaly/{YEAR}/proposals/"
DRAFT = replace(BERLIN, name={"en": "Reading in Berlin"}, starts=STARTS, ends=None)
PARIS = {"country": "FR", "city": "Paris", "zone": "Europe/Paris"}


class World:
    """Two proposals, in Berlin and Paris, and who may look at them."""

    def __init__(self, app: Flask, soon: Soon) -> None:
        self.app, self.soon = app, soon
        self.edition: Edition = soon.edition()
        with unit_of_work():
            self.host: Host = hosts.find_or_add(
                self.edition.campaign, email="hanna@example.org", name="Hanna", language="az", now=soon.now
            )
            hosts.verify(self.host, now=soon.now)
        ends = STARTS.replace(hour=20)
        self.berlin = self.propose(replace(DRAFT, ends=ends))
        self.paris = self.propose(replace(DRAFT, ends=ends, name={"en": "Reading in Paris"}, **PARIS))  # type: ignore[arg-type]

    def propose(self, draft: Draft) -> Proposal:
        """Propose an event by the host's own link."""
        with unit_of_work():
            return proposals.propose(
                self.edition, draft, host=self.host, note="Please hurry", language="en", now=self.soon.now
            )

    def user(self, email: str, role: Role, countries: list[str] | None = None) -> User:
        """Make an account with a role."""
        user = self.soon.user(email)
        with unit_of_work():
            members.grant(user, self.edition.campaign, role, countries=countries, actor=None, now=self.soon.now)
        return user

    def browser(self, user: User) -> Client:
        """Return the user's browser."""
        client = Client(self.app)
        client.sign_in(user)
        return client


@pytest.fixture
def world(app: Flask, soon: Soon) -> World:
    """Return the world."""
    return World(app, soon)


def test_approve(world: World) -> None:
    browser = world.browser(world.user("german@example.org", Role.COORDINATOR, ["DE"]))
    page = browser.get(QUEUE)
    assert "Reading in Berlin" in page.text
    assert "Reading in Paris" not in page.text
    where = f"{QUEUE}{world.berlin.id}/"
    shown = browser.get(where)
    assert shown.heading == "Reading in Berlin"
    assert "Please hurry" in shown.text
    done = browser.follow(browser.post(f"{where}approve"))
    assert "The event is published, and its host is told." in done.text
    assert world.berlin.event.status is EventStatus.PUBLISHED
    assert "Nothing waits for you" in browser.get(QUEUE).text


def test_another_countrys_coordinator_sees_and_does_nothing(world: World) -> None:
    browser = world.browser(world.user("french@example.org", Role.COORDINATOR, ["FR"]))
    assert "Reading in Berlin" not in browser.get(f"{QUEUE}?country=DE").text
    where = f"{QUEUE}{world.berlin.id}/"
    assert browser.get(where).status == 403
    for act in ("claim", "release", "approve", "ask", "decline", "trust"):
        assert browser.post(where + act, {"question": "?", "reason": "No"}).status == 403
    assert (world.berlin.status, world.host.is_trusted) == (Status.WAITING, False)


def test_a_change_into_another_country_needs_somebody_for_both(world: World) -> None:
    event = world.soon.event(world.edition, name={"en": "Mine"})
    with unit_of_work():
        event.host = world.host
        draft = replace(events.draft_of(event), **PARIS)  # type: ignore[arg-type]
        wish = proposals.change(event, draft, host=world.host, note=None, now=world.soon.now)
    assert wish
    german = world.browser(world.user("german@example.org", Role.COORDINATOR, ["DE"]))
    assert german.post(f"{QUEUE}{wish.id}/approve").status == 403
    both = world.browser(world.user("both@example.org", Role.COORDINATOR, ["DE", "FR"]))
    shown = both.get(f"{QUEUE}{wish.id}/")
    marked = [(one.tag.rpartition("}")[2], one.text) for kind in ("del", "ins") for one in shown.all(kind)]
    assert {("del", "Berlin"), ("ins", "Paris"), ("del", "Germany"), ("ins", "France")} <= set(marked)
    assert both.post(f"{QUEUE}{wish.id}/approve").status == 303
    assert event.city == "Paris"


def test_what_nobody_confirmed_is_not_there(world: World) -> None:
    with unit_of_work():
        hidden = proposals.propose(
            world.edition,
            replace(DRAFT, name={"en": "Unread"}),
            host=world.host,
            note=None,
            language="en",
            is_confirmed=False,
            now=world.soon.now,
        )
    browser = world.browser(world.user("owner@example.org", Role.OWNER))
    assert "Unread" not in browser.get(QUEUE).text
    assert browser.get(f"{QUEUE}{hidden.id}/").status == 404
    assert "Unread" not in browser.get(f"/manage/khojaly/{YEAR}/events/").text
    assert browser.get(f"/manage/khojaly/{YEAR}/events/unread/").status == 404
    assert "Reading in Berlin" in browser.get(f"/manage/khojaly/{YEAR}/events/").text


def test_countries_without_anybody_fall_to_the_owners(world: World) -> None:
    world.user("german@example.org", Role.COORDINATOR, ["DE"])
    browser = world.browser(world.user("owner@example.org", Role.OWNER))
    assert "1 proposal is nobody" in browser.get(QUEUE).text
    page = browser.get(f"{QUEUE}?country=nobody")
    assert "Reading in Paris" in page.text
    assert "Reading in Berlin" not in page.text
    assert "Nobody's:" in browser.get(f"{QUEUE}{world.paris.id}/").text


def test_claim_shows_who_and_keeps_others_off(world: World) -> None:
    first = world.browser(world.user("first@example.org", Role.COORDINATOR, ["DE"]))
    second = world.browser(world.user("second@example.org", Role.COORDINATOR, ["DE"]))
    where = f"{QUEUE}{world.berlin.id}/"
    first.post(f"{where}claim")
    assert "in the hands of first@example.org" in second.get(QUEUE).text
    refused = second.follow(second.post(f"{where}approve"))
    assert "This is in the hands of first@example.org just now." in refused.text
    assert "in your hands" in first.get(QUEUE).text
    first.post(f"{where}release")
    assert second.post(f"{where}approve").status == 303
    assert world.berlin.event.status is EventStatus.PUBLISHED


def test_ask_back_and_decline_want_words(world: World) -> None:
    browser = world.browser(world.user("owner@example.org", Role.OWNER))
    where = f"{QUEUE}{world.berlin.id}/"
    for act, field in (("ask", "question"), ("decline", "reason")):
        page = browser.post(where + act, {field: "\u200b "})
        assert (page.status, page.error_of(field)) == (422, "Please fill this in.")
    assert browser.post(f"{where}ask", {"question": "Which hall?"}).status == 303
    assert "Which hall?" in browser.get(where).text
    assert browser.post(f"{where}decline", {"reason": "No answer"}).status == 303
    assert world.berlin.status is Status.DECLINED
    assert "No answer" in browser.get(where).text


def test_what_is_missing_is_said_in_place_of_the_button(world: World) -> None:
    proposal = world.propose(replace(DRAFT, city=None, ends=STARTS.replace(hour=20)))
    browser = world.browser(world.user("owner@example.org", Role.OWNER))
    page = browser.get(f"{QUEUE}{proposal.id}/")
    assert "Before it can be published it needs: a city." in page.text
    assert "Approve and publish" not in page.text
    assert "it needs: a city" in browser.follow(browser.post(f"{QUEUE}{proposal.id}/approve")).text


def test_near_duplicates_stand_beside_it(world: World) -> None:
    world.soon.event(world.edition, name={"en": "An evening of reading, Berlin"}, is_published=False)
    browser = world.browser(world.user("owner@example.org", Role.OWNER))
    page = browser.get(f"{QUEUE}{world.berlin.id}/")
    assert "An evening of reading, Berlin" in page.text
    assert "An evening of reading" not in browser.get(f"{QUEUE}{world.paris.id}/").text


def test_trusting_lets_the_next_one_through(world: World) -> None:
    browser = world.browser(world.user("german@example.org", Role.COORDINATOR, ["DE"]))
    browser.post(f"{QUEUE}{world.berlin.id}/trust")
    assert world.propose(replace(DRAFT, ends=STARTS.replace(hour=20))).status is Status.APPROVED
    browser.post(f"{QUEUE}{world.berlin.id}/trust")
    db.session.rollback()
    assert not world.host.is_trusted


def test_terms_of_proposing(world: World) -> None:
    browser = world.browser(world.user("owner@example.org", Role.OWNER))
    terms = {"takes_proposals": "y", "host_rules_en": "Be kind", "proposals_until": f"{YEAR}-01-31"}
    assert browser.post("/manage/khojaly/hosting/", terms).status == 303
    db.session.rollback()
    campaign = world.edition.campaign
    assert (campaign.takes_proposals, campaign.host_rules) == (True, {"en": "Be kind"})
    page = browser.post("/manage/khojaly/hosting/", {**terms, "proposals_from": f"{YEAR}-02-01"})
    assert page.error_of("proposals_until") == "The last day must not be before the first."
    assert "Be kind" in browser.get("/manage/khojaly/hosting/").text
    assert db.session.scalars(select(Event.id)).all()
