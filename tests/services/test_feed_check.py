"""Checking a campaign's calendars: which there are, and what stored rows can do to them."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import delete, update

from campaign.db import db, unit_of_work
from campaign.domain.slice import Slice
from campaign.models import Campaign, Entry, Event
from campaign.services import campaigns, feed_check
from campaign.services.feed_check import Checked
from tests.make import Maker


@pytest.fixture
def event(app_on_both: Flask, make: Maker) -> Event:
    """Return a public event of a campaign in English and Azerbaijani."""
    return make.event()


@pytest.fixture
def campaign(event: Event) -> Campaign:
    """Return the event's campaign."""
    return event.edition.campaign


def check_all(campaign: Campaign, now: datetime) -> list[Checked]:
    return list(feed_check.check_all(campaign, feed_check.slices_of(campaign), now=now))


def found(campaign: Campaign, now: datetime) -> list[tuple[str, str | None]]:
    """Return codes and UIDs of all findings."""
    return [(one.code, one.uid) for checked in check_all(campaign, now) for one in checked.findings]


def spoil(event: Event, language: str, old: bytes, new: bytes) -> None:
    """Change the stored entry behind everybody's back."""
    entry = db.session.get_one(Entry, (event.id, language))
    assert old in entry.body
    with unit_of_work():
        changed = update(Entry).where(Entry.event_id == event.id, Entry.language == language)
        db.session.execute(changed.values(body=entry.body.replace(old, new)))
        campaigns.touch(event.edition.campaign, now=event.created_at)
    db.session.expire_all()


def test_every_single_slice_in_every_language(event: Event, campaign: Campaign) -> None:
    parts = ["", "year-2027", "country-de", "city-berlin", f"series-{event.series.slug}", "tag-concert"]
    in_azerbaijani = [f"{part}/lang-az" if part else "lang-az" for part in parts]
    assert [one.path for one in feed_check.slices_of(campaign)] == parts + in_azerbaijani


def test_what_is_online_and_other_years(event: Event, campaign: Campaign, make: Maker) -> None:
    make.edition(campaign, 2026)
    make.edition(campaign, 2028, is_open=False)
    make.event(event.edition, online_url="https://meet.example.org/")
    paths = {one.path for one in feed_check.slices_of(campaign)}
    assert {"online", "online/lang-az", "year-2026"} <= paths
    assert "year-2028" not in paths


def test_a_good_campaign_has_no_finding(event: Event, campaign: Campaign, now: datetime) -> None:
    checked = check_all(campaign, now)
    assert [one.findings for one in checked] == [[]] * 12
    assert {one.entries for one in checked} == {1}
    assert checked[0].address.endswith("/feeds/khojaly.ics")
    assert checked[0].size > 1000


def test_a_campaign_without_events(app_on_both: Flask, make: Maker, now: datetime) -> None:
    assert [(one.entries, one.findings) for one in check_all(make.campaign(), now)] == [(0, []), (0, [])]


def test_an_entry_that_is_damaged(event: Event, campaign: Campaign, now: datetime) -> None:
    spoil(event, "az", b"END:VEVENT\r\n", b"END:VEV")
    assert found(campaign, now) == [("entry-not-whole", event.uid)]


def test_an_entry_of_another_event(event: Event, campaign: Campaign, now: datetime) -> None:
    spoil(event, "en", event.uid[:8].encode(), b"00000000")
    assert found(campaign, now) == [("entry-of-another", event.uid)]


def test_an_entry_that_leads_elsewhere(event: Event, campaign: Campaign, now: datetime) -> None:
    spoil(event, "en", b"http://127.0.0.1", b"http://127.0.0.2")
    assert found(campaign, now) == [("address-elsewhere", event.uid)]


def test_a_mistake_in_an_entry_is_said_once_a_language(event: Event, campaign: Campaign, now: datetime) -> None:
    spoil(event, "en", b"SEQUENCE:0", b"SEQUENCE:-")
    assert found(campaign, now) == [("value-wrong", event.uid)]
    spoil(event, "az", b"SEQUENCE:0", b"SEQUENCE:-")
    assert found(campaign, now) == [("value-wrong", event.uid)] * 2


def test_an_event_that_feeds_leave_out(event: Event, campaign: Campaign, now: datetime) -> None:
    with unit_of_work():
        db.session.execute(delete(Entry).where(Entry.language == "az"))
    db.session.expire_all()
    (checked,) = [one for one in check_all(campaign, now) if one.findings]
    assert checked.address.endswith("/feeds/khojaly/lang-az.ics")
    assert [(one.code, one.uid) for one in checked.findings] == [("entry-missing", event.uid)]
    assert checked.findings[0].facts == {"name": "Evening in Berlin", "language": "az"}


def test_an_event_without_a_time_needs_no_entry(campaign: Campaign, make: Maker, now: datetime) -> None:
    make.event(campaign.editions[0], starts=None, ends=None)
    assert found(campaign, now) == []


def test_what_the_public_does_not_see_is_not_checked(campaign: Campaign, make: Maker, now: datetime) -> None:
    hidden = make.event(make.edition(campaign, 2029, is_open=False))
    spoil(hidden, "en", b"SEQUENCE:0", b"SEQUENCE:-")
    make.event(campaign.editions[0], is_published=False)
    assert found(campaign, now) == []


def test_a_withdrawn_campaign_offers_nothing(campaign: Campaign, now: datetime) -> None:
    with unit_of_work():
        db.session.get_one(Campaign, campaign.id).withdrawn_at = now
    assert feed_check.slices_of(campaign) == []


def test_a_tag_that_no_address_can_spell_has_no_feed(campaign: Campaign, make: Maker) -> None:
    make.event(campaign.editions[0], tags=("Café crème",))
    paths = [one.path for one in feed_check.slices_of(campaign)]
    assert [path for path in paths if path.startswith("tag")] == ["tag-concert", "tag-concert/lang-az"]


def test_one_feed_alone(event: Event, campaign: Campaign, now: datetime) -> None:
    spoil(event, "en", b"STATUS:CONFIRMED", b"STATUS:CERTAINLY")
    checked = feed_check.check_feed(campaign, Slice(country="DE"), now=now)
    assert [one.code for one in checked.findings] == ["value-wrong"]
    assert feed_check.check_feed(campaign, Slice(country="DE", language="az"), now=now).findings == []
