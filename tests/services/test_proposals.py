"""What hosts propose: confirmed before anybody reads it, decided once, changed under the coordinators' eyes."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.event import Draft
from campaign.domain.event import Status as EventStatus
from campaign.domain.permission import Role
from campaign.domain.proposal import Kind, Status
from campaign.models import Edition, Event, Host, Message, Proposal, User
from campaign.services import events, fading_proposals, hosts, members, proposal_queue, proposals
from campaign.services.proposal_queue import Wanted
from campaign.services.proposed_events import is_in_sight
from tests.make import BERLIN, Maker

DRAFT = replace(BERLIN, name={"en": "Reading in Berlin"})


class World:
    """An edition, its owner, and a host who wants something."""

    def __init__(self, make: Maker) -> None:
        self.make, self.now = make, make.now
        self.edition: Edition = make.edition()
        self.owner: User = make.member(self.edition.campaign, Role.OWNER)

    def host(self, email: str = "hanna@example.org", *, is_verified: bool = True, is_trusted: bool = False) -> Host:
        """Make a host."""
        with unit_of_work():
            found = hosts.find_or_add(self.edition.campaign, email=email, name="Hanna", language="az", now=self.now)
            if is_verified:
                hosts.verify(found, now=self.now)
            hosts.trust(found, is_trusted=is_trusted, actor=None, now=self.now)
        return found

    def propose(self, host: Host, draft: Draft = DRAFT, **facts: object) -> Proposal:
        """Propose an event."""
        with unit_of_work():
            return proposals.propose(  # type: ignore[misc]
                self.edition,
                draft,
                host=host,
                note=None,
                language="en",
                now=self.now,
                **facts,  # type: ignore[arg-type]
            )

    def published(self, host: Host) -> Event:
        """Make a public event of the host's."""
        event = self.make.event(self.edition)
        with unit_of_work():
            event.host = host
        return event

    def open(self) -> int:
        """Count what waits."""
        return proposal_queue.find(self.edition, Wanted(), page=1).total

    def mails(self) -> list[str]:
        """Return the kinds of the mails to hosts."""
        return list(db.session.scalars(select(Message.kind).order_by(Message.id)))


@pytest.fixture
def world(app_on_both: Flask, make: Maker) -> World:
    """Return the world on both databases."""
    return World(make)


def test_nobody_reads_it_before_the_host_confirmed(world: World) -> None:
    proposal = world.propose(world.host(is_verified=False))
    assert (proposal.status, world.open(), world.mails()) == (Status.UNVERIFIED, 0, ["verify"])
    assert not is_in_sight(proposal.event)
    with unit_of_work():
        proposals.confirm(proposal, now=world.now)
        proposals.confirm(proposal, now=world.now)
    assert (proposal.status, proposal.host.verified_at, world.open()) == (Status.WAITING, world.now, 1)
    assert is_in_sight(proposal.event)
    assert proposal.event.status is EventStatus.PROPOSED


def test_approve(world: World) -> None:
    proposal = world.propose(world.host())
    with unit_of_work():
        proposal_queue.approve(proposal, actor=world.owner, now=world.now)
    assert (proposal.status, proposal.event.status) == (Status.APPROVED, EventStatus.PUBLISHED)
    assert world.mails() == ["approved"]
    assert world.open() == 0


def test_whoever_approves_second_is_refused(world: World) -> None:
    proposal = world.propose(world.host())
    with unit_of_work():
        proposal_queue.approve(proposal, actor=world.owner, now=world.now)
    with pytest.raises(Refused, match="proposal-decided"), unit_of_work():
        proposal_queue.approve(proposal, actor=world.owner, now=world.now)
    assert world.mails() == ["approved"]


def test_what_lacks_something_is_not_published(world: World) -> None:
    proposal = world.propose(world.host(), replace(DRAFT, city=None))
    with pytest.raises(Refused, match="event-incomplete"), unit_of_work():
        proposal_queue.approve(proposal, actor=world.owner, now=world.now)
    assert proposal.status is Status.WAITING


def test_a_trusted_host_goes_straight_through_only_by_their_own_link(world: World) -> None:
    host = world.host(is_trusted=True)
    assert world.propose(host).event.status is EventStatus.PUBLISHED
    stranger = world.propose(host, replace(DRAFT, name={"en": "In their name"}), is_confirmed=False)
    assert (stranger.status, stranger.event.status) == (Status.UNVERIFIED, EventStatus.PROPOSED)
    incomplete = world.propose(host, replace(DRAFT, city=None))
    assert (incomplete.status, incomplete.event.status) == (Status.WAITING, EventStatus.PROPOSED)


def test_sending_twice_is_one_proposal(world: World) -> None:
    host = world.host(is_verified=False)
    first = world.propose(host, submission="a" * 36)
    assert world.propose(host, submission="a" * 36).id == first.id
    assert db.session.scalar(select(func.count(Event.id))) == 1
    assert world.mails() == ["verify"]


def test_a_refused_draft_stores_nothing(world: World) -> None:
    host = world.host()
    with pytest.raises(Refused, match="ends-before-start"):
        world.propose(host, replace(DRAFT, ends=datetime(2027, 2, 26, 10)))
    assert db.session.scalar(select(func.count(Event.id))) == 0


def test_ask_back_and_the_answer_brings_it_back(world: World) -> None:
    host = world.host()
    proposal = world.propose(host)
    with unit_of_work():
        proposal_queue.ask_back(proposal, "Which hall?", actor=world.owner, now=world.now)
    assert (proposal.status, world.open(), world.mails()) == (Status.ASKED_BACK, 1, ["question"])
    with unit_of_work():
        proposals.change(proposal.event, replace(DRAFT, venue="Hall 2"), host=host, note="See hall", now=world.now)
    assert (proposal.status, proposal.event.venue, proposal.note) == (Status.WAITING, "Hall 2", "See hall")


def test_declined_with_a_reason_and_tried_again(world: World) -> None:
    host = world.host()
    proposal = world.propose(host)
    with unit_of_work():
        proposal_queue.decline(proposal, "Not our subject", actor=world.owner, now=world.now)
    assert (proposal.status, proposal.question, world.mails()) == (Status.DECLINED, "Not our subject", ["declined"])
    assert not is_in_sight(proposal.event)
    with unit_of_work():
        proposals.change(proposal.event, replace(DRAFT, venue="Elsewhere"), host=host, note=None, now=world.now)
    assert (proposal.status, world.open()) == (Status.WAITING, 1)


def test_changing_an_approved_event_waits_for_approval(world: World) -> None:
    host = world.host()
    event = world.published(host)
    later = replace(events.draft_of(event), starts=datetime(2027, 2, 26, 19), name={"en": "New", "az": "Yeni"})
    with unit_of_work():
        wish = proposals.change(event, later, host=host, note=None, now=world.now)
    assert wish is not None
    assert (wish.kind, wish.status, event.name) == (Kind.CHANGE, Status.WAITING, BERLIN.name)
    assert wish.changes == {"name": {"en": "New", "az": "Yeni"}, "starts": "2027-02-26T19:00:00"}
    with unit_of_work():
        proposal_queue.approve(wish, actor=world.owner, now=world.now)
    assert (event.starts, event.name["az"], event.sequence) == (datetime(2027, 2, 26, 19), "Yeni", 1)
    assert world.mails() == ["change-approved"]


def test_a_newer_wish_takes_the_place_of_the_older_and_none_ends_it(world: World) -> None:
    host = world.host()
    event = world.published(host)
    draft = events.draft_of(event)
    for venue in ("Hall 1", "Hall 2"):
        with unit_of_work():
            wish = proposals.change(event, replace(draft, venue=venue), host=host, note=None, now=world.now)
    assert wish is not None
    assert (wish.changes, world.open()) == ({"venue": "Hall 2"}, 1)
    with unit_of_work():
        assert proposals.change(event, draft, host=host, note=None, now=world.now) is None
    assert (wish.status, world.open()) == (Status.WITHDRAWN, 0)


def test_a_change_is_made_upon_what_the_organizers_changed_meanwhile(world: World) -> None:
    host = world.host()
    event = world.published(host)
    with unit_of_work():
        wish = proposals.change(
            event, replace(events.draft_of(event), venue="Hall 2"), host=host, note=None, now=world.now
        )
    with unit_of_work():
        events.edit(event, replace(events.draft_of(event), capacity=99), actor=world.owner, now=world.now)
    assert wish is not None
    with unit_of_work():
        proposal_queue.approve(wish, actor=world.owner, now=world.now)
    assert (event.venue, event.capacity) == ("Hall 2", 99)


def test_a_trusted_hosts_change_is_made_at_once(world: World) -> None:
    host = world.host(is_trusted=True)
    event = world.published(host)
    draft = replace(events.draft_of(event), venue="Hall 2")
    with unit_of_work():
        assert proposals.change(event, draft, host=host, note=None, now=world.now) is None
    assert event.venue == "Hall 2"


def test_what_somebody_has_in_hand_is_nobody_elses_for_some_hours(world: World) -> None:
    other = world.make.user("other@example.org")
    proposal = world.propose(world.host())
    with unit_of_work():
        proposal_queue.claim(proposal, actor=world.owner, now=world.now)
    for act in (proposal_queue.claim, proposal_queue.approve, proposal_queue.release):
        with pytest.raises(Refused, match="proposal-claimed"), unit_of_work():
            act(proposal, actor=other, now=world.now)
    later = world.now + proposal_queue.CLAIM_LIFE
    assert proposal_queue.claimant(proposal, now=later) is None
    with unit_of_work():
        proposal_queue.claim(proposal, actor=other, now=later)
    assert proposal.claimed_by == other


def test_queue_by_country_and_language(world: World) -> None:
    host = world.host()
    world.propose(host)
    world.propose(host, replace(DRAFT, country="FR", city="Paris", zone="Europe/Paris"))
    online = replace(DRAFT, country=None, city=None, venue=None, address=None, online_url="https://example.org/x")
    world.propose(host, online)
    found = {
        name: [one.country for one in proposal_queue.find(world.edition, wanted, page=1).items]
        for name, wanted in {
            "all": Wanted(),
            "france": Wanted(country="FR"),
            "online": Wanted(is_online=True),
            "theirs": Wanted(countries=["DE", "AT"]),
            "none": Wanted(countries=[]),
            "smuggled": Wanted(countries=["DE"], country="FR"),
            "nobody's": Wanted(is_nobodys=True, covered=["DE"]),
            "azerbaijani": Wanted(language="az"),
        }.items()
    }
    assert found == {
        "all": ["DE", "FR", None],
        "france": ["FR"],
        "online": [None],
        "theirs": ["DE"],
        "none": [],
        "smuggled": [],
        "nobody's": ["FR", None],
        "azerbaijani": [],
    }
    assert proposal_queue.counts(world.edition, ["FR"]) == {("FR", "en"): 1}


def test_what_nobody_confirmed_vanishes_with_event_and_host(world: World) -> None:
    world.propose(world.host(is_verified=False))
    known = world.host("known@example.org")
    waits = world.propose(known)
    world.propose(known, replace(DRAFT, name={"en": "Not by them"}), is_confirmed=False)
    assert fading_proposals.due(now=world.now + timedelta(days=7)) == []
    later = world.now + timedelta(days=7, seconds=1)
    due = fading_proposals.due(now=later)
    assert len(due) == 2
    with unit_of_work():
        fading_proposals.forget(due, run=later)
    assert [one.id for one in db.session.scalars(select(Proposal))] == [waits.id]
    assert [one.slug for one in db.session.scalars(select(Event))] == [waits.event.slug]
    assert [one.email for one in db.session.scalars(select(Host))] == ["known@example.org"]


def test_what_was_declined_vanishes_later_and_a_public_event_never(world: World) -> None:
    host = world.host()
    proposal, event = world.propose(host), world.published(host)
    with unit_of_work():
        wish = proposals.change(event, replace(BERLIN, venue="Hall 2"), host=host, note=None, now=world.now)
        assert wish
        for one in (proposal, wish):
            proposal_queue.decline(one, "No", actor=world.owner, now=world.now)
    later = world.now + fading_proposals.REFUSED_KEPT + timedelta(seconds=1)
    assert fading_proposals.due(now=world.now + timedelta(days=8)) == []
    with unit_of_work():
        fading_proposals.forget(fading_proposals.due(now=later), run=later)
    assert db.session.scalars(select(Proposal)).all() == []
    assert [one.id for one in db.session.scalars(select(Event))] == [event.id]


def test_a_draft_that_stood_ready_stays_when_what_its_host_proposed_fades(world: World) -> None:
    ready = world.make.event(world.edition, is_published=False)
    proposal = world.propose(world.host(), DRAFT, event=ready)
    with unit_of_work():
        proposals.withdraw(proposal, now=world.now)
    later = world.now + fading_proposals.REFUSED_KEPT + timedelta(seconds=1)
    with unit_of_work():
        fading_proposals.forget(fading_proposals.due(now=later), run=later)
    assert [one.id for one in db.session.scalars(select(Event))] == [ready.id]


def test_what_is_only_proposed_goes_with_a_host_who_is_forgotten(world: World) -> None:
    host = world.host()
    world.propose(host)
    event = world.published(host)
    with unit_of_work():
        hosts.erase(host, now=world.now)
    assert [one.id for one in db.session.scalars(select(Event))] == [event.id]
    assert event.host_id is None


def test_disown_deletes_what_was_sent_in_somebodys_name(world: World) -> None:
    host = world.host(is_verified=False)
    proposal = world.propose(host)
    with unit_of_work():
        proposals.disown(proposal, now=world.now)
    assert db.session.scalar(select(func.count(Event.id))) == 0
    assert db.session.scalar(select(func.count(Host.id))) == 0


def test_what_was_confirmed_is_not_disowned(world: World) -> None:
    proposal = world.propose(world.host())
    with pytest.raises(Refused, match="proposal-decided"), unit_of_work():
        proposals.disown(proposal, now=world.now)


def test_an_event_that_stands_ready_is_proposed_as_it_is_drafted(world: World) -> None:
    host = world.host()
    ready = world.make.event(world.edition, is_published=False)
    proposal = world.propose(host, DRAFT, event=ready)
    assert (proposal.event, ready.host, ready.name) == (ready, host, DRAFT.name)
    with unit_of_work():
        proposal_queue.approve(proposal, actor=world.owner, now=world.now)
    assert ready.status is EventStatus.PUBLISHED
    with pytest.raises(Refused, match="event-move"):
        world.propose(host, DRAFT, event=ready)


def test_removing_who_had_it_in_hand_frees_it(world: World) -> None:
    other = world.make.member(world.edition.campaign, Role.EDITOR)
    proposal = world.propose(world.host())
    with unit_of_work():
        proposal_queue.claim(proposal, actor=other, now=world.now)
    member = members.membership(other, world.edition.campaign)
    assert member
    with unit_of_work():
        members.remove(member, actor=world.owner, now=world.now)
    assert proposal_queue.claimant(proposal, now=world.now) is None
