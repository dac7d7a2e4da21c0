"""The renewal round: who is asked, once, by mail; who is reminded, and when nobody is written to."""

from datetime import datetime, timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.models import Campaign, Edition, Event, Host, Message, Renewal
from campaign.services import events, hosts, renewals
from tests.make import Maker

DAY = timedelta(days=1)


def hosted(make: Maker, event: Event, name: str) -> Host:
    """Give an event a host whose mail address begins with a name."""
    with unit_of_work():
        campaign = event.edition.campaign
        host = hosts.find_or_add(campaign, email=f"{name}@example.org", name=name.title(), language="en", now=make.now)
        event.host = host
    return host


@pytest.fixture
def edition(app_on_both: Flask, make: Maker) -> Edition:
    """Return 2028, after a year with two events of Rena's, one of Ali's in Baku, and one of nobody's."""
    campaign = make.campaign()
    last = make.edition(campaign, 2027)
    hosted(make, make.event(last, name={"en": "Berlin"}), "rena")
    hosted(make, make.event(last, name={"en": "Potsdam"}, city="Potsdam"), "rena")
    hosted(make, make.event(last, name={"en": "Baku"}, country="AZ", city="Baku", zone="Asia/Baku"), "ali")
    make.event(last, name={"en": "Nobody"}, country="FR", city="Paris", zone="Europe/Paris")
    hosted(make, make.event(last, name={"en": "Draft"}, is_published=False), "leyla")
    return make.edition(campaign, 2028)


def start(edition: Edition, now: datetime, countries: list[str] | None = None) -> int:
    with unit_of_work():
        return renewals.start(edition, countries=countries, actor=None, now=now)


def queue(now: datetime) -> None:
    while renewals.is_due(now=now):
        with unit_of_work():
            assert renewals.queue_due(now=now)


def mails(kind: str = renewals.QUESTION) -> list[str]:
    found = db.session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id))
    return [message.to.partition("@")[0] for message in found]


def test_each_host_of_last_year_gets_one_mail_about_all_their_events(edition: Edition, now: datetime) -> None:
    assert renewals.outlook(edition) == renewals.Outlook(3, 2, 0, 0, 1, 0, 0)
    assert start(edition, now) == 3
    queue(now)
    assert mails() == ["rena", "ali"]
    assert renewals.outlook(edition) == renewals.Outlook(0, 0, 3, 0, 1, 0, 0)
    assert db.session.scalars(select(Renewal.asked_at)).all() == [now] * 3


def test_a_second_round_adds_only_what_is_missing(edition: Edition, make: Maker, now: datetime) -> None:
    start(edition, now)
    queue(now)
    nobodys = db.session.scalars(select(Event).where(Event.slug == "nobody")).one()
    hosted(make, nobodys, "leyla")
    assert start(edition, now + DAY) == 1
    queue(now + DAY)
    assert mails() == ["rena", "ali", "leyla"]


def test_a_coordinator_asks_in_their_countries_alone(edition: Edition, now: datetime) -> None:
    assert start(edition, now, ["AZ", "FR"]) == 1
    queue(now)
    assert mails() == ["ali"]


def test_who_wants_no_asking_or_cannot_be_reached_is_left_out(edition: Edition, now: datetime) -> None:
    rena, ali = db.session.scalars(select(Host).where(Host.id.in_(select(Event.host_id))).order_by(Host.id).limit(2))
    with unit_of_work():
        rena.bounced_at = now
        renewals.stop(ali, now=now)
    assert renewals.outlook(edition) == renewals.Outlook(0, 0, 0, 0, 1, 1, 2)
    assert start(edition, now) == 0


def test_what_the_new_year_shows_already_is_not_asked_about(edition: Edition, make: Maker, now: datetime) -> None:
    berlin = db.session.scalars(select(Event).where(Event.slug == "berlin")).one()
    with unit_of_work():
        draft = events.draft_of(berlin)
        new = events.create(edition, draft, series=berlin.series, actor=None, now=now)
        events.publish(new, actor=None, now=now)
    assert renewals.outlook(edition) == renewals.Outlook(2, 2, 0, 1, 1, 0, 0)
    assert start(edition, now) == 2


def test_two_reminders_after_ten_and_twenty_days_and_no_third(edition: Edition, now: datetime) -> None:
    start(edition, now)
    for days in range(60):
        queue(now + days * DAY)
    assert mails(renewals.REMINDER) == ["rena", "ali", "rena", "ali"]
    sent = db.session.scalars(select(Message.created_at).where(Message.kind == renewals.REMINDER)).all()
    assert [(at - now).days for at in sent] == [10, 10, 20, 20]
    assert not renewals.is_due(now=now + 600 * DAY)


def test_a_coordinator_reminds_at_once_but_not_twice_in_two_days_and_not_three_times(
    edition: Edition, now: datetime
) -> None:
    def remind(at: datetime) -> int:
        with unit_of_work():
            count = renewals.remind(edition, countries=None, actor=None, now=at)
        queue(at)
        return count

    start(edition, now)
    queue(now)
    assert [remind(now + days * DAY) for days in (1, 3, 4, 6, 9)] == [0, 3, 0, 3, 0]
    assert mails(renewals.REMINDER) == ["rena", "ali"] * 2


def test_nobody_is_reminded_from_the_editions_first_day_on(edition: Edition, now: datetime) -> None:
    start(edition, now)
    queue(now)
    day = datetime(2028, 2, 26, 1, tzinfo=now.tzinfo)
    with unit_of_work():
        for one in db.session.scalars(select(Renewal)):
            one.due_at = day
    queue(day)
    assert mails(renewals.REMINDER) == []
    assert not renewals.is_due(now=day)
    with pytest.raises(Refused, match="renewal-too-late"):
        start(edition, day)


@pytest.mark.parametrize("column", ["attack_mode_at", "withdrawn_at"])
def test_a_campaign_under_attack_or_withdrawn_writes_to_nobody(edition: Edition, now: datetime, column: str) -> None:
    start(edition, now)
    campaign = db.session.scalars(select(Campaign)).one()
    with unit_of_work():
        setattr(campaign, column, now)
    assert not renewals.is_due(now=now)
    with unit_of_work():
        assert renewals.queue_due(now=now) == 0
    for act in (start, lambda *_: renewals.remind(edition, countries=None, actor=None, now=now)):
        with pytest.raises(Refused, match="renewal-paused"), unit_of_work():
            act(edition, now) if act is not start else renewals.start(edition, countries=None, actor=None, now=now)
    with unit_of_work():
        setattr(campaign, column, None)
    queue(now)
    assert mails() == ["rena", "ali"]


def test_stopping_ends_reminders_and_takes_queued_mails_back(edition: Edition, now: datetime) -> None:
    start(edition, now)
    queue(now)
    rena = db.session.scalars(select(Host).order_by(Host.id)).first()
    assert rena
    assert renewals.is_wanted(rena, edition.id, now=now)
    with unit_of_work():
        renewals.stop(rena, now=now)
    assert not renewals.is_wanted(rena, edition.id, now=now)
    queue(now + 30 * DAY)
    assert mails(renewals.REMINDER) == ["ali"]


def test_two_workers_write_to_each_host_once(app_on_both: Flask, edition: Edition, now: datetime) -> None:
    start(edition, now)
    db.session.remove()

    def work() -> None:
        with app_on_both.app_context():
            for _ in range(3):
                with unit_of_work():
                    renewals.queue_due(now=now)

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(mails()) == ["ali", "rena"]
