"""What hosts answer: again, changed, not this year, somebody else; one answer at a time, changed until it is shown."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.event import Status
from campaign.domain.proposal import Status as ProposalStatus
from campaign.domain.question import Draft, Kind
from campaign.domain.renewal import Answer
from campaign.models import Edition, Event, Host, Proposal, Renewal
from campaign.services import events, questions, renewal_answers, renewal_drafts, renewals
from tests.make import BERLIN, Maker
from tests.services.test_renewals import hosted, mails, queue, start

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def renewal(app_on_both: Flask, make: Maker) -> Renewal:
    """Return the question to Rena whether her evening of 2027 takes place again in 2028."""
    campaign = make.campaign()
    last = make.event(make.edition(campaign, 2027), name={"en": "Evening 2027 in Berlin"})
    with unit_of_work():
        train = questions.add(last, Draft(Kind.YES_NO, {"en": "By train?"}), actor=None, now=make.now)
        second = Draft(Kind.TEXT, {"en": "Which one?"}, shown_if=train.id, shown_if_options=(1,))
        questions.add(last, second, actor=None, now=make.now)
    hosted(make, last, "rena")
    edition = make.edition(campaign, 2028)
    start(edition, make.now)
    queue(make.now)
    return db.session.scalars(select(Renewal)).one()


def again(renewal: Renewal, now: datetime, note: str | None = None) -> Event:
    with unit_of_work():
        return renewal_answers.again(renewal, note=note, now=now)


def change(renewal: Renewal, now: datetime, **changes: object) -> Event:
    with unit_of_work():
        draft = replace(renewal_drafts.offered(renewal), **changes)  # type: ignore[arg-type]
        return renewal_answers.change(renewal, draft, note=None, now=now)


def decline(renewal: Renewal, now: datetime) -> None:
    with unit_of_work():
        renewal_answers.decline(renewal, note="We move house", now=now)


def hand_over(renewal: Renewal, now: datetime, name: str = "ali") -> Renewal:
    with unit_of_work():
        return renewal_answers.hand_over(
            renewal, name=name.title(), email=f"{name}@example.org", language="az", note=None, now=now
        )


def new_events(edition: Edition) -> list[Event]:
    return list(db.session.scalars(select(Event).where(Event.edition_id == edition.id)))


def proposal() -> Proposal:
    return db.session.scalars(select(Proposal).order_by(Proposal.id.desc())).first()  # type: ignore[return-value]


def trust(host: Host) -> None:
    with unit_of_work():
        host.is_trusted = True


def test_again_is_last_years_event_on_this_years_day_with_its_questions(renewal: Renewal, now: datetime) -> None:
    event = again(renewal, now, "With pleasure")
    assert (event.status, event.host_id, event.series_id) == (Status.DRAFT, renewal.host_id, renewal.event.series_id)
    assert event.starts == datetime(2028, 2, 26, 18, 30)
    assert event.name == {"en": "Evening 2028 in Berlin"}
    assert (event.venue, event.capacity, event.tags) == (BERLIN.venue, BERLIN.capacity, list(BERLIN.tags))
    first, second = event.questions
    assert (second.shown_if_id, second.shown_if_options) == (first.id, [1])
    assert (renewal.answer, renewal.note, renewal.due_at) == (Answer.AGAIN, "With pleasure", None)
    assert renewal.host.verified_at == now
    assert not db.session.scalars(select(Proposal)).all()


def test_coordinators_publish_all_who_said_again_in_one_step(renewal: Renewal, now: datetime) -> None:
    def publish(countries: list[str] | None) -> int:
        with unit_of_work():
            return renewal_answers.publish_all(renewal.edition, countries=countries, actor=None, now=now)

    assert publish(None) == 0
    event = again(renewal, now)
    assert publish(["FR"]) == 0
    assert publish(["DE"]) == 1
    assert event.status is Status.PUBLISHED
    assert publish(None) == 0


def test_a_trusted_hosts_again_is_published_at_once(renewal: Renewal, now: datetime) -> None:
    trust(renewal.host)
    assert again(renewal, now).status is Status.PUBLISHED
    with pytest.raises(Refused, match="renewal-settled"):
        decline(renewal, now)


def test_a_trusted_hosts_incomplete_event_stays_a_draft(renewal: Renewal, now: datetime) -> None:
    with unit_of_work():
        renewal.event.ends = None
        renewal.host.is_trusted = True
    assert again(renewal, now).status is Status.DRAFT
    assert renewal_answers.ready_to_publish(renewal.edition, countries=None) == []


def test_changes_wait_for_a_coordinator(renewal: Renewal, now: datetime) -> None:
    event = change(renewal, now, venue="Library")
    assert (event.venue, event.status, renewal.answer) == ("Library", Status.DRAFT, Answer.CHANGED)
    assert (proposal().status, proposal().event_id) == (ProposalStatus.WAITING, event.id)
    assert renewal_answers.ready_to_publish(renewal.edition, countries=None) == []


def test_a_trusted_hosts_changes_are_published_at_once(renewal: Renewal, now: datetime) -> None:
    trust(renewal.host)
    assert change(renewal, now, venue="Library").status is Status.PUBLISHED


def test_an_answer_can_be_another_until_the_event_is_published(renewal: Renewal, now: datetime) -> None:
    event = change(renewal, now, venue="Library")
    assert change(renewal, now + HOUR, venue="Museum") is event
    assert again(renewal, now + 2 * HOUR) is event
    assert (event.venue, db.session.scalars(select(Proposal)).all()) == (BERLIN.venue, [])
    decline(renewal, now + 3 * HOUR)
    assert (renewal.answer, renewal.note) == (Answer.NOT_THIS_YEAR, "We move house")
    assert renewal_answers.ready_to_publish(renewal.edition, countries=None) == []
    with unit_of_work():
        assert events.publish_ready(renewal.edition, may=lambda _country: True, actor=None, now=now) == 0
    assert again(renewal, now + 4 * HOUR) is event
    assert len(new_events(renewal.edition)) == 1
    with unit_of_work():
        events.publish(event, actor=None, now=now)
    for act in (again, change, decline, hand_over):
        with pytest.raises(Refused, match="renewal-settled"):
            act(renewal, now + 5 * HOUR)  # type: ignore[operator]


def test_a_draft_that_a_roll_over_made_is_the_one_that_is_answered_for(
    renewal: Renewal, make: Maker, now: datetime
) -> None:
    with unit_of_work():
        draft = replace(renewal_drafts.moved(renewal), venue="Town hall")
        made = events.create(renewal.edition, draft, series=renewal.event.series, actor=None, now=now)
    assert again(renewal, now) is made
    assert made.venue == "Town hall"


def test_after_the_edition_nobody_answers_any_more(renewal: Renewal, now: datetime) -> None:
    after = datetime(2028, 2, 27, tzinfo=now.tzinfo)
    with pytest.raises(Refused, match="renewal-over"):
        again(renewal, after)
    assert not renewal_answers.is_open(renewal, now=after)
    assert renewal_answers.of_host(renewal.host, now=after) == []
    assert renewal_answers.of_host(renewal.host, now=now) == [renewal]


def test_who_hands_over_is_followed_by_the_new_person(renewal: Renewal, now: datetime) -> None:
    heir = hand_over(renewal, now)
    assert (renewal.answer, heir.answer, heir.host.email) == (Answer.HANDED_OVER, None, "ali@example.org")
    queue(now + HOUR)
    assert mails() == ["rena", "ali"]
    event = again(heir, now + DAY)
    assert (event.host_id, renewal.event.host_id) == (heir.host_id, renewal.host_id)
    assert not renewal_answers.is_open(renewal, now=now)
    for act in (again, decline, hand_over):
        with pytest.raises(Refused, match="renewal-taken"):
            act(renewal, now + 2 * DAY)  # type: ignore[operator]


def test_handing_over_can_be_taken_back_until_the_new_person_answers(renewal: Renewal, now: datetime) -> None:
    heir = hand_over(renewal, now)
    number, host = heir.id, heir.host
    queue(now)
    assert renewals.is_wanted(host, renewal.edition_id, now=now)
    event = again(renewal, now + HOUR)
    assert event.host_id == renewal.host_id
    assert db.session.get(Renewal, number) is None
    assert not renewals.is_wanted(host, renewal.edition_id, now=now)


def test_it_can_be_handed_on_and_back_again(renewal: Renewal, now: datetime) -> None:
    first = hand_over(renewal, now)
    second = hand_over(first, now + HOUR, "leyla")
    back = hand_over(second, now + 2 * HOUR, "rena")
    assert back is renewal
    assert back.answer is None
    queue(now + 3 * HOUR)
    assert mails()[-1] == "rena"
    assert again(back, now + DAY).host_id == renewal.host_id


def test_nobody_hands_over_to_themselves(renewal: Renewal, now: datetime) -> None:
    with pytest.raises(Refused, match="renewal-to-oneself"):
        hand_over(renewal, now, "rena")
    assert renewal.answer is None


def test_a_draft_that_organizers_gave_to_somebody_else_stays_theirs(
    renewal: Renewal, make: Maker, now: datetime
) -> None:
    event = again(renewal, now)
    hosted(make, event, "leyla")
    with pytest.raises(Refused, match="renewal-taken"):
        decline(renewal, now)


@pytest.mark.parametrize("acts", [(again, again), (again, decline), (hand_over, decline), (change, hand_over)])
def test_two_answers_at_once_leave_one_event_and_one_answer(
    app_on_both: Flask, renewal: Renewal, now: datetime, acts: tuple[Callable[..., object], ...]
) -> None:
    number = renewal.id
    db.session.remove()

    def work(act: Callable[..., object]) -> None:
        with app_on_both.app_context():
            act(db.session.get_one(Renewal, number), now)

    workers = [Thread(target=work, args=(act,)) for act in acts]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    found = db.session.get_one(Renewal, number)
    assert found.answer is not None
    assert len(new_events(found.edition)) <= 1
    heirs = db.session.scalars(select(Renewal).where(Renewal.id != number)).all()
    assert len(heirs) == (found.answer is Answer.HANDED_OVER)
