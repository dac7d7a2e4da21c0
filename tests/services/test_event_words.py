"""What a campaign says once for all its events: their names, and words before their own in every calendar."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from campaign import jobs
from campaign.db import db, unit_of_work
from campaign.domain.columns import Row, Table
from campaign.domain.slice import Slice
from campaign.models import Campaign, Entry, Event
from campaign.services import entries, event_words, events, feeds, imports, syndication, wordings
from campaign.services.import_plan import Options
from tests.make import BERLIN, Maker

DAY = timedelta(days=1)
WORDS = {"event_description": {"en": "A day in forty countries."}, "safety_note": {"en": "Bring no flags."}}


@pytest.fixture
def campaign(app_on_both: Flask, make: Maker) -> Campaign:
    return make.campaign()


def say(campaign: Campaign, now: datetime, **texts: dict[str, str]) -> None:
    with unit_of_work():
        changes = {f"campaign.{name}": versions for name, versions in texts.items()}
        wordings.write(campaign, changes, actor=None, now=now)


def bodies() -> list[str]:
    db.session.rollback()
    rows = db.session.scalars(select(Entry.body).order_by(Entry.event_id, Entry.language))
    return [body.decode().replace("\r\n ", "") for body in rows]


def test_an_event_without_a_name_is_called_by_the_pattern(campaign: Campaign, make: Maker) -> None:
    pattern = {"en": "{ordinal} evening in {city}", "az": "{city}, {year} ({ordinal})"}
    say(campaign, make.now, event_title=pattern)
    event = make.event(make.edition(campaign), name={})
    assert event.name == {"en": "35th evening in Berlin", "az": "Berlin, 2027 (35-ci)"}
    assert event.slug == "35th-evening-in-berlin"
    named = make.event(event.edition, name={"en": "Our own"})
    assert named.name == {"en": "Our own"}


def test_a_name_that_is_taken_away_comes_from_the_pattern_again(campaign: Campaign, make: Maker) -> None:
    event = make.event(make.edition(campaign))
    say(campaign, make.now, event_title={"en": "{city} {year}"})
    with unit_of_work():
        draft = events.draft_of(event)
        events.edit(event, replace(draft, name={}), actor=None, now=make.now)
    assert event.name == {"en": "Berlin 2027"}


def test_an_import_names_what_its_rows_dont(campaign: Campaign, make: Maker) -> None:
    say(campaign, make.now, event_title={"en": "{year}, {city}", "az": "{city} {year}"})
    table = Table(("city", "country"), (Row(2, ("Berlin", "DE")),))
    edition = make.edition(campaign)
    with unit_of_work():
        plan = imports.plan(edition, table, Options())
        imports.carry_out(plan, actor=None, now=make.now)
    event = db.session.scalars(select(Event)).one()
    assert event.name == {"en": "2027, Berlin", "az": "Berlin 2027"}


def test_entries_and_lists_say_the_campaigns_words_first(campaign: Campaign, make: Maker) -> None:
    event = make.event(make.edition(campaign))
    before = feeds.feed(campaign, Slice(), now=make.now)
    say(campaign, make.now + DAY, **WORDS)
    told = "A day in forty countries.\\n\\nBring no flags.\\n\\nMusic and readings."
    assert [told in body for body in bodies()] == [True, True]
    after = feeds.feed(campaign, Slice(), now=make.now)
    assert after.changed_at == make.now + DAY
    assert after.body != before.body
    for listed in (syndication.atom, syndication.geojson):
        made = listed(campaign, Slice(), now=make.now)
        assert made.changed_at == make.now + DAY
        assert b"A day in forty countries." in made.body
    assert event.sequence == 0, "nobody who comes need be told"


def test_long_words_stay_short_in_entries(campaign: Campaign, make: Maker) -> None:
    make.event(make.edition(campaign))
    say(campaign, make.now, event_description={"en": "word " * 250}, safety_note={"en": "note " * 100})
    for body in bodies():
        assert 50 < body.count("word") <= event_words.IN_ENTRY // 5
        assert "Music and readings." in body


def test_the_same_words_again_leave_entries_alone(campaign: Campaign, make: Maker) -> None:
    make.event(make.edition(campaign))
    say(campaign, make.now, **WORDS)
    head, was = campaign.head_changed_at, bodies()
    say(campaign, make.now + DAY, **WORDS)
    assert (campaign.head_changed_at, bodies()) == (head, was)


def test_many_entries_are_left_to_the_worker(campaign: Campaign, make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "AT_ONCE", 1)
    edition = make.edition(campaign)
    for number in range(3):
        make.event(edition, name={"en": f"Evening {number}"})
    revision = campaign.revision
    say(campaign, make.now, **WORDS)
    assert not any("forty countries" in body for body in bodies())
    meanwhile = feeds.feed(campaign, Slice(), now=make.now)
    assert meanwhile.entry_count == 3
    assert jobs.render_marked() == 3
    assert all("forty countries" in body for body in bodies())
    assert jobs.render_marked() == 0
    db.session.rollback()
    assert campaign.revision > revision + 1, "feeds are asked for again"
    assert set(db.session.scalars(select(Entry.made_with))) == {entries.made_with()}


def test_marked_entries_are_whole_all_the_while(
    campaign: Campaign, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "AT_ONCE", 0)
    make.event(make.edition(campaign))
    say(campaign, make.now, **WORDS)
    feed = feeds.feed(campaign, Slice(), now=make.now)
    assert feed.body.count(b"BEGIN:VEVENT") == 1
    assert BERLIN.name["en"].encode() in feed.body
