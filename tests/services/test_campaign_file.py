"""A campaign written to a file and read again: on an empty database the same campaign, on its own no change."""

import json
from copy import deepcopy
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.anniversary import RuleException
from campaign.domain.edition import ObservanceKind
from campaign.domain.errors import Refused
from campaign.domain.event import Status
from campaign.models import Campaign, Event, Registration
from campaign.services import campaign_file, campaigns, consents, editions, events, mail_texts
from campaign.services.mail_texts import Words
from tests.make import BERLIN, Maker
from tests.services.test_imports import rows_of_all_tables

pytestmark = pytest.mark.usefixtures("app_on_both")

Data = dict[str, object]


@pytest.fixture
def campaign(app_on_both: Flask, make: Maker, now: datetime) -> Campaign:
    """Return a campaign with everything that a file holds, and much that it doesn't."""
    found = make.campaign()
    edition = make.edition(found)
    published = make.event(edition)
    draft = make.event(edition, is_published=False, name={"en": "Talk", "az": "Söhbət"}, starts=None, ends=None)
    cancelled = make.event(edition, name={"en": "Concert"}, languages=(), tags=(), opens_before=60)
    make.registration(published)
    with unit_of_work():
        events.create(edition, BERLIN, is_proposed=True, actor=None, now=now)
        events.cancel(cancelled, reason={"en": "Storm"}, actor=None, now=now)
        campaigns.set_exception(found, RuleException(2028, date(2028, 2, 27), {"en": "x"}), actor=None, now=now)
        consents.write_next(found, {"en": "I agree."}, actor=None, now=now)
        mail_texts.save(found, "welcome", {"en": Words("", "Come early.", "en")}, actor=None, now=now)
        day = date(2027, 3, 1)
        kind, reason = ObservanceKind.OTHER_DATE, {"en": "A holiday"}
        editions.observe(edition, "DE", kind, day=day, reason=reason, actor=None, now=now)
        found.safety_note = {"en": "Take care."}
    assert draft.status is Status.DRAFT
    return found


def written(campaign: Campaign) -> Data:
    """Return the file, as JSON keeps it."""
    data: Data = json.loads(json.dumps(campaign_file.export(campaign)))
    return data


def read(data: object, now: datetime) -> dict[str, int]:
    with unit_of_work():
        return dict(campaign_file.load(data, actor=None, now=now))


def test_nobodys_data_is_in_it(campaign: Campaign) -> None:
    registration = db.session.scalars(select(Registration)).one()
    text = json.dumps(campaign_file.export(campaign), ensure_ascii=False)
    assert registration.name not in text
    assert registration.email not in text
    assert text.count('"slug"') == 4, "the campaign, and three events; what is proposed stays"


def test_once_more_changes_nothing(campaign: Campaign) -> None:
    data, before = written(campaign), rows_of_all_tables()
    assert read(data, datetime.now(UTC)) == {"unchanged": 3}
    assert rows_of_all_tables() == before


def test_an_empty_database_gets_the_same_campaign(campaign: Campaign, now: datetime) -> None:
    data = written(campaign)
    db.session.remove()
    db.drop_all()
    db.create_all()
    assert read(data, now) == {"new": 3}
    again = db.session.scalars(select(Campaign)).one()
    copy = written(again)
    for one in (data, copy):
        for event in one["editions"][0]["events"]:
            event["sequence"] = 0
    assert copy == data
    assert read(written(again), now) == {"unchanged": 3}


def test_beside_the_first_it_gets_its_own_uids(campaign: Campaign, now: datetime) -> None:
    data = written(campaign)
    data["campaign"]["slug"] = "other"
    assert read(data, now) == {"new": 3}
    assert len(set(db.session.scalars(select(Event.uid)))) == 7


def test_a_change_in_the_file_is_made(campaign: Campaign, now: datetime) -> None:
    data = written(campaign)
    first, second, third = data["editions"][0]["events"]
    second["event"]["venue"] = "Garden"
    third["status"], third["event"]["starts"], third["event"]["ends"] = "published", "2027-02-26T10:00", None
    data["campaign"]["summary"] = {"en": "Another."}
    third["event"]["ends"] = "2027-02-26T11:00"
    assert first["status"] == "cancelled"
    assert read(data, now) == {"unchanged": 1, "changed": 2}
    assert campaign.summary == {"en": "Another."}
    assert read(written(campaign), now) == {"unchanged": 3}


@pytest.mark.parametrize("version", [0, 2, "1", None, True, 1.5, {"a": 1}])
def test_unknown_versions(campaign: Campaign, now: datetime, version: object) -> None:
    data, before = {**written(campaign), "version": version}, rows_of_all_tables()
    with pytest.raises(Refused, match="campaign-file-version"):
        read(data, now)
    assert rows_of_all_tables() == before


def broken(data: Data) -> list[object]:
    """Return files of which something is wrong, each in another place."""

    def one(path: list[str | int], value: object) -> Data:
        copy: Data = deepcopy(data)
        place = copy
        for step in path[:-1]:
            place = place[step]  # type: ignore[index, assignment]
        place[path[-1]] = value  # type: ignore[index]
        return copy

    event: list[str | int] = ["editions", 0, "events", 0]
    return [
        [],
        "x",
        None,
        {},
        {"version": 1},
        one(["campaign"], 7),
        one(["campaign", "name"], "x"),
        one(["campaign", "since"], "1992"),
        one(["campaign", "default_start"], "25:00"),
        one(["campaign", "languages"], "en"),
        one(["editions"], {"a": 1}),
        one(["editions", 0, "year"], "2027"),
        one(["exceptions", 0, "day"], "2028-02-31"),
        one([*event, "event", "capacity"], "x"),
        one([*event, "event", "starts"], "yesterday"),
        one([*event, "event", "country"], "XX"),
        one([*event, "event", "tags"], {"a": "b"}),
        one([*event, "status"], "proposed?"),
        one([*event, "slug"], None),
    ]


def test_broken_files_store_nothing(campaign: Campaign, now: datetime) -> None:
    before = rows_of_all_tables()
    for data in broken(written(campaign)):
        with pytest.raises(Refused, match="campaign-file-broken"):
            read(data, now)
        assert rows_of_all_tables() == before
