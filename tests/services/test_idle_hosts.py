"""Hosts are forgotten two years after their last event; whoever asked to be is forgotten again after a restore."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from campaign import erasure_list, forgetting
from campaign.db import db, unit_of_work
from campaign.models import Event, Host, Message
from campaign.services import hosts, idle_hosts
from tests.make import Maker
from tests.services.test_renewals import hosted

YEARS = timedelta(days=365)


@pytest.fixture
def event(app_on_both: Flask, make: Maker) -> Event:
    """Return an evening of 26 February 2027 whose host has a mail waiting."""
    event = make.event()
    host = hosted(make, event, "rena")
    with unit_of_work():
        hosts.write("welcome", host, key="x", event=event, now=make.now)
    return event


def names() -> list[str]:
    db.session.rollback()
    return sorted(host.name for host in db.session.scalars(select(Host)))


def purge(now: datetime) -> None:
    for _count in forgetting.purge(now=now):
        pass


def test_a_host_goes_two_years_after_the_last_event_with_every_mail(event: Event, make: Maker) -> None:
    campaign = event.edition.campaign
    with unit_of_work():
        hosts.find_or_add(campaign, email="new@example.org", name="New", language="en", now=make.now + 2 * YEARS)
    last = datetime(2027, 2, 26, tzinfo=make.now.tzinfo)
    purge(last + 2 * YEARS)
    assert names() == ["New", "Rena"]
    purge(last + 2 * YEARS + timedelta(days=1))
    assert names() == ["New"]
    assert event.host_id is None
    assert db.session.scalars(select(Message).where(Message.kind == "welcome")).all() == []


def test_a_host_who_has_nothing_goes_two_years_after_coming(event: Event, make: Maker) -> None:
    with unit_of_work():
        event.host = None
    purge(make.now + 2 * YEARS)
    assert names() == ["Rena"]
    purge(make.now + 2 * YEARS + timedelta(days=1))
    assert names() == []


def test_who_was_erased_is_erased_again_when_an_older_backup_comes_back(
    event: Event, make: Maker, now: datetime, tmp_path: Path
) -> None:
    host = event.host
    assert host
    erasure_list.append(tmp_path, [idle_hosts.erased(host, now=now)])
    other = make.event(make.edition(make.campaign("earth-hour")), name={"en": "Lights out"})
    hosted(make, other, "rena")
    assert forgetting.keep_erased(tmp_path, now=now) == 1
    assert names() == ["Rena"]
    assert (event.host_id, other.host_id is None) == (None, False)
    assert forgetting.keep_erased(tmp_path, now=now) == 0
    with unit_of_work():
        later = now + timedelta(hours=1)
        hosts.find_or_add(event.edition.campaign, email="rena@example.org", name="Again", language="en", now=later)
    assert forgetting.keep_erased(tmp_path, now=later) == 0
    assert names() == ["Again", "Rena"]
