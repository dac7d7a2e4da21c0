"""Each event's calendar entry as it is stored: its times, its languages, what it never shows."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from icalendar import Event as Component

from campaign.db import db, unit_of_work
from campaign.models import Campaign, Event
from campaign.services import campaigns, events
from campaign.services.campaigns import Draft
from tests.make import BERLIN, Maker

LATER = timedelta(hours=3)


def entry(event: Event, language: str = "en") -> Component:
    """Return the event's stored calendar entry, parsed."""
    return Component.from_ical(stored(event)[language])


def stored(event: Event) -> dict[str, bytes]:
    return {one.language: one.body for one in event.entries}


def edit(event: Event, now: datetime, **changes: object) -> None:
    with unit_of_work():
        events.edit(event, replace(events.draft_of(event), **changes), actor=None, now=now)  # type: ignore[arg-type]


def change(campaign: Campaign, now: datetime, **changes: object) -> None:
    names = [name for name in Draft.__dataclass_fields__ if name != "rule"]
    draft = Draft(rule=campaign.anniversary.rule, **{name: getattr(campaign, name) for name in names})
    with unit_of_work():
        campaigns.edit(campaign, replace(draft, **changes), actor=None, now=now)  # type: ignore[arg-type]


def test_an_entry_in_each_language_of_the_campaign(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event(name={"en": "Evening in Berlin", "az": "Berlində axşam"}, description={"az": "Musiqi."})
    english, azerbaijani = entry(event, "en"), entry(event, "az")
    assert (str(english["SUMMARY"]), str(azerbaijani["SUMMARY"])) == ("Evening in Berlin", "Berlində axşam")
    assert english["DESCRIPTION"].startswith("Musiqi.")  # where a language has no text, another one's is better
    assert str(azerbaijani["LOCATION"]) == "Community hall, Musterstraße 1, Berlin, Almaniya"
    for one in (english, azerbaijani):
        assert (str(one["UID"]), str(one["URL"])) == (event.uid, english["URL"])
        assert one.decoded("DTSTAMP") == one.decoded("LAST-MODIFIED") == now
        assert one["URL"].startswith(f"{app_on_both.config['SETTINGS'].public_url}/khojaly/2027/evening-in-berlin/")


def test_the_same_event_is_rendered_to_the_same_bytes(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    was = stored(event)
    edit(event, now, description={"en": "Something else."})
    assert stored(event) != was
    edit(event, now, description=BERLIN.description)
    assert stored(event) == was


def test_times_are_what_the_clocks_there_show(app: Flask, make: Maker, now: datetime) -> None:
    gap = make.event(starts=datetime(2027, 3, 28, 2, 30), ends=datetime(2027, 3, 28, 4, 0))
    assert gap.starts == datetime(2027, 3, 28, 2, 30)
    assert gap.starts_at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)  # clocks went from 02:00 to 03:00
    assert entry(gap).decoded("DTSTART").replace(tzinfo=None) == datetime(2027, 3, 28, 3, 30)
    twice = make.event(gap.edition, starts=datetime(2027, 10, 31, 2, 30), ends=datetime(2027, 10, 31, 4, 0))
    assert twice.starts_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)  # the first of the two


def test_whole_days_end_with_the_first_day_after(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event(is_all_day=True, starts=datetime(2027, 2, 26), ends=datetime(2027, 2, 28))
    assert (entry(event).decoded("DTSTART"), entry(event).decoded("DTEND")) == (date(2027, 2, 26), date(2027, 2, 28))


def test_a_world_wide_moment_is_utc(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event(
        country=None, city=None, venue=None, address=None, latitude=None, longitude=None,
        online_url="https://meet.example.org/x", zone="UTC",
    )  # fmt: skip
    assert b"DTSTART:20270226T183000Z" in stored(event)["en"]
    assert str(entry(event)["LOCATION"]) == "https://meet.example.org/x"
    assert "GEO" not in entry(event)


def test_an_event_to_be_announced_gets_its_entry_with_its_time(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event(starts=None, ends=None)
    assert (event.is_to_be_announced, event.entries, event.starts_at) == (True, [], None)
    edit(event, now, starts=BERLIN.starts, ends=BERLIN.ends)
    assert entry(event)["STATUS"] == "CONFIRMED"
    assert event.moved_from is None
    edit(event, now, starts=None, ends=None)
    assert entry(event)["STATUS"] == "CANCELLED"
    assert str(entry(event)["SUMMARY"]).startswith("Postponed: ")
    assert entry(event).decoded("DTSTART").replace(tzinfo=None) == BERLIN.starts
    edit(event, now, starts=datetime(2027, 3, 5, 18, 30), ends=datetime(2027, 3, 5, 20, 30))
    assert (entry(event)["STATUS"], event.moved_from) == ("CONFIRMED", BERLIN.starts)


def test_a_hidden_venue_is_in_no_entry(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event(venue_is_public=False, description={"en": "Write to us."})
    for body in stored(event).values():
        for secret in (b"Community", b"Muster", b"52.52", b"GEO", b"STRUCTURED"):
            assert secret not in body
    assert str(entry(event)["LOCATION"]) == "Berlin, Germany"
    edit(event, now, venue_is_public=True)
    assert "Community hall" in entry(event)["LOCATION"]
    edit(event, now, venue_is_public=False)
    assert "Community hall" not in entry(event)["LOCATION"]


def test_an_entry_names_the_same_series_event_of_the_year_before(app: Flask, make: Maker, now: datetime) -> None:
    first = make.event()
    campaign = first.edition.campaign
    for year in (2029, 2028):  # in whatever order the years are made
        edition = make.edition(campaign, year)
        starts = datetime(year, 2, 26, 18)
        draft = replace(BERLIN, starts=starts, ends=starts + LATER)
        with unit_of_work():
            event = events.create(edition, draft, series=first.series, actor=None, now=now)
            events.publish(event, actor=None, now=now)
        assert str(entry(event)["RELATED-TO"]) == first.uid
        assert entry(event)["RELATED-TO"].params["RELTYPE"] == "SIBLING"
    assert "RELATED-TO" not in entry(first)


def test_a_language_that_a_campaign_gains_has_entries_at_once(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event(name={"en": "Evening in Berlin", "de": "Abend in Berlin"})
    draft = make.event(event.edition, is_published=False)
    change(event.edition.campaign, now + LATER, languages=["en", "az", "de"], default_language="en")
    assert set(stored(event)) == {"en", "az", "de"}
    assert str(entry(event, "de")["SUMMARY"]) == "Abend in Berlin"
    assert draft.entries == []
    change(event.edition.campaign, now + LATER, languages=["en"], default_language="en")
    assert set(stored(event)) == {"en"}


def test_entries_follow_the_campaigns_new_address(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    sequence = event.sequence
    change(event.edition.campaign, now + LATER, slug="khojaly-day")
    assert "/khojaly-day/2027/" in entry(event)["URL"]
    assert event.sequence == entry(event)["SEQUENCE"] == sequence


@pytest.mark.parametrize("colour", ["#000000", "#7a1f2b"])
def test_a_campaigns_other_changes_leave_the_entries_alone(app: Flask, make: Maker, now: datetime, colour: str) -> None:
    event = make.event()
    was = [(one.changed_at, one.body) for one in event.entries]
    change(event.edition.campaign, now + LATER, colour=colour, summary={"en": "Another summary."})
    db.session.expire_all()
    assert [(one.changed_at, one.body) for one in event.entries] == was
