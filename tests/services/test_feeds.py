"""A slice of a campaign as a calendar: what it holds, in which language, and when its bytes change."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from icalendar import Calendar
from icalendar import Event as Component
from sqlalchemy import update

from campaign.calendar import feed as calendar
from campaign.db import db, unit_of_work
from campaign.domain.edition import Status as EditionStatus
from campaign.domain.slice import Slice
from campaign.models import Campaign, Entry, Event
from campaign.services import campaigns, editions, entries, events, feeds
from tests.make import BERLIN, Maker
from tests.services.world import as_draft

DAY = timedelta(days=1)
BAKU = {"name": {"en": "Evening in Baku"}, "country": "AZ", "city": "Baku", "zone": "Asia/Baku", "tags": ("lecture",)}
WORLD = {
    "name": {"en": "Talk online"}, "country": None, "city": None, "venue": None, "address": None, "tags": (),
    "latitude": None, "longitude": None, "zone": "UTC", "online_url": "https://meet.example.org/x",
}  # fmt: skip


def names(campaign: Campaign, slice_: Slice, now: datetime) -> list[str]:
    """Return the summaries of a slice's entries, in the feed's order."""
    parsed = Calendar.from_ical(feeds.feed(campaign, slice_, now=now).body)
    return [str(one["SUMMARY"]) for one in parsed.walk("VEVENT")]


def edit(event: Event, now: datetime, **changes: object) -> None:
    with unit_of_work():
        events.edit(event, replace(events.draft_of(event), **changes), actor=None, now=now)  # type: ignore[arg-type]


@pytest.fixture
def berlin(campaign: Campaign) -> Event:
    """Return next year's event in Berlin."""
    return next(one for one in campaign.editions[0].events if one.country == "DE")


@pytest.fixture
def campaign(app_on_both: Flask, make: Maker) -> Campaign:
    """Return a campaign with an event in Berlin, one in Baku and one online in 2027, and one in 2026."""
    campaign = make.campaign()
    coming, last = make.edition(campaign), make.edition(campaign, 2026)
    starts = datetime(2026, 2, 26, 18)
    make.event(last, name={"en": "Last year"}, starts=starts, ends=starts + timedelta(hours=2), tags=())
    for place in ({}, BAKU, WORLD):
        make.event(coming, **place)
    return campaign


HELD = [
    (Slice(), ["Last year", "Evening in Baku", "Evening in Berlin", "Talk online"]),
    (Slice(year=2027), ["Evening in Baku", "Evening in Berlin", "Talk online"]),
    (Slice(year=2026), ["Last year"]),
    (Slice(country="AZ"), ["Evening in Baku"]),
    (Slice(country="DE", year=2027), ["Evening in Berlin"]),
    (Slice(city="berlin"), ["Last year", "Evening in Berlin"]),
    (Slice(series="evening-in-baku"), ["Evening in Baku"]),
    (Slice(tag="concert"), ["Evening in Berlin"]),
    (Slice(is_online=True), ["Talk online"]),
    (Slice(country="FR"), []),
]


def test_what_a_slice_holds(campaign: Campaign, now: datetime) -> None:
    for slice_, held in HELD:
        assert names(campaign, slice_, now) == held, slice_.path
        assert feeds.count(campaign, slice_, now=now) == len(held)


def test_a_feed_names_itself_and_its_country(campaign: Campaign, now: datetime) -> None:
    parsed = Calendar.from_ical(feeds.feed(campaign, Slice(country="DE", language="az"), now=now).body)
    assert str(parsed["NAME"]) == str(parsed["X-WR-CALNAME"]) == "Xocalıya ədalət · Almaniya"
    assert str(parsed["SOURCE"]).endswith("/feeds/khojaly/country-de/lang-az.ics")
    assert str(parsed["URL"]).endswith("/khojaly/")
    assert "METHOD" not in parsed
    assert {str(zone["TZID"]) for zone in parsed.walk("VTIMEZONE")} == {"Europe/Berlin"}


def test_a_feed_speaks_the_language_of_its_address(campaign: Campaign, berlin: Event, now: datetime) -> None:
    edit(berlin, now, name={"en": "Evening in Berlin", "az": "Berlində axşam"})
    assert names(campaign, Slice(country="DE", year=2027, language="az"), now) == ["Berlində axşam"]
    assert names(campaign, Slice(country="DE", year=2027), now) == ["Evening in Berlin"]


def test_drafts_and_planned_years_are_in_no_feed(app: Flask, make: Maker, now: datetime) -> None:
    planned = make.edition(is_open=False)
    event = make.event(planned)
    make.event(planned, is_published=False)
    assert names(planned.campaign, Slice(), now) == []
    with unit_of_work():
        editions.move(planned, EditionStatus.OPEN, actor=None, now=now)
    assert names(planned.campaign, Slice(), now) == ["Evening in Berlin"]
    with unit_of_work():
        editions.move(planned, EditionStatus.PLANNED, actor=None, now=now)
    assert names(event.edition.campaign, Slice(), now) == []


def test_a_cancelled_event_stays_and_says_so(campaign: Campaign, berlin: Event, now: datetime) -> None:
    with unit_of_work():
        events.cancel(berlin, reason={}, actor=None, now=now)
    assert names(campaign, Slice(country="DE", year=2027), now) == ["Cancelled: Evening in Berlin"]


def test_a_feed_keeps_a_year_back_unless_it_is_that_years(campaign: Campaign, now: datetime) -> None:
    day, after = (datetime(2027, 2, number, 12, tzinfo=now.tzinfo) for number in (27, 28))
    assert "Last year" in names(campaign, Slice(), day)
    assert "Last year" not in names(campaign, Slice(), after)
    assert names(campaign, Slice(year=2026), after) == ["Last year"]


def test_a_change_shows_at_once_where_it_belongs_and_nowhere_else(
    campaign: Campaign, berlin: Event, now: datetime
) -> None:
    whole, germany, azerbaijan = Slice(), Slice(country="DE"), Slice(country="AZ")
    was = {slice_: feeds.feed(campaign, slice_, now=now) for slice_ in (whole, germany, azerbaijan)}
    edit(berlin, now + DAY, venue="Another hall")
    then = {slice_: feeds.feed(campaign, slice_, now=now + timedelta(seconds=1)) for slice_ in was}
    assert then[whole].body != was[whole].body
    assert then[germany].body != was[germany].body
    assert b"Another hall" in then[germany].body
    assert then[azerbaijan].body == was[azerbaijan].body
    assert then[whole].changed_at == then[germany].changed_at == now + DAY
    assert then[azerbaijan].changed_at == was[azerbaijan].changed_at == now


def test_the_same_data_give_the_same_bytes_on_any_day(campaign: Campaign, now: datetime) -> None:
    first = feeds.feed(campaign, Slice(), now=now).body
    assert feeds.feed(campaign, Slice(), now=now).body == first
    assert feeds.feed(campaign, Slice(), now=now + 30 * DAY).body == first


def test_an_empty_feed_is_a_valid_calendar(app: Flask, make: Maker, now: datetime) -> None:
    body = feeds.feed(make.campaign(), Slice(), now=now).body
    parsed = Calendar.from_ical(body)
    assert len(parsed.walk("VTIMEZONE")) == 1
    assert parsed.walk("VEVENT") == []


def test_a_feed_too_large_keeps_the_nearest_and_says_so(
    campaign: Campaign, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "ENTRY_COUNT_LIMIT", 2)
    assert names(campaign, Slice(), now) == ["Evening in Baku", "Evening in Berlin"]
    assert "nearest events" in str(Calendar.from_ical(feeds.feed(campaign, Slice(), now=now).body)["DESCRIPTION"])


def test_one_event_as_a_calendar_of_its_own(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    parsed = Calendar.from_ical(feeds.single(event).body)
    assert [str(one["UID"]) for one in parsed.walk("VEVENT")] == [event.uid]
    assert "NAME" not in parsed
    to_be_announced = make.event(event.edition, starts=None, ends=None)
    assert Calendar.from_ical(feeds.single(to_be_announced).body).walk("VEVENT") == []


def test_what_comes_next(campaign: Campaign, berlin: Event, now: datetime) -> None:
    coming = feeds.coming(campaign, Slice(), now=now, limit=2)
    assert [event.name["en"] for event in coming] == ["Evening in Baku", "Evening in Berlin"]
    with unit_of_work():
        events.cancel(berlin, reason={}, actor=None, now=now)
    assert berlin not in feeds.coming(campaign, Slice(), now=now)
    assert feeds.coming(campaign, Slice(), now=now + 365 * DAY) == []


def test_every_entry_in_the_feed_is_the_berlin_draft_as_it_was_saved(campaign: Campaign, now: datetime) -> None:
    parsed = Calendar.from_ical(feeds.feed(campaign, Slice(country="DE", year=2027), now=now).body)
    (one,) = parsed.walk("VEVENT")
    assert one.decoded("DTSTART").replace(tzinfo=None) == BERLIN.starts
    assert one.decoded("DTEND").replace(tzinfo=None) == BERLIN.ends
    assert [str(category) for category in one["CATEGORIES"].cats] == ["concert"]
    assert (one["GEO"].latitude, one["GEO"].longitude) == (52.52, 13.4)


def spoil(event: Event, body: bytes, language: str = "en") -> None:
    """Change a stored entry behind everybody's back."""
    with unit_of_work():
        stored = update(Entry).where(Entry.event_id == event.id, Entry.language == language)
        db.session.execute(stored.values(body=body))
    db.session.expire_all()


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "nothing is left": lambda body: b"",
    "cut short": lambda body: body[:200],
    "its end is lost": lambda body: body.removesuffix(b"END:VEVENT\r\n"),
    "its beginning is lost": lambda body: body[20:],
    "twice": lambda body: body * 2,
    "something in it": lambda body: body.replace(b"END:VEVENT", b"BEGIN:VALARM\r\nEND:VALARM\r\nEND:VEVENT"),
    "the calendar's end": lambda body: body.replace(b"END:VEVENT", b"END:VCALENDAR\r\nEND:VEVENT"),
    "half a letter": lambda body: body.replace(b"Evening", b"Even\xc3ng"),
    "a control": lambda body: body.replace(b"Evening", b"Eve\x00ning"),
    "a line feed alone": lambda body: body.replace(b"Evening", b"Eve\nning"),
    "a carriage return alone": lambda body: body.replace(b"Evening", b"Eve\rning"),
    "no such zone": lambda body: body.replace(b"Europe/Berlin", b"Europe/B3rlin"),
    "a zone's name in no letters": lambda body: body.replace(b"Europe/Berlin", "Evropə".encode()),
    "a year beyond": lambda body: body.replace(b"20270226T18", b"00000226T18"),
}


def test_a_damaged_entry_is_left_out_and_reported_and_the_rest_served(
    campaign: Campaign, berlin: Event, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    whole = berlin.entries[0].body
    rest = [name for name in names(campaign, Slice(), now) if name != "Evening in Berlin"]
    for damage, change in DAMAGE.items():
        assert change(whole) != whole
        spoil(berlin, change(whole))
        caplog.clear()
        assert names(campaign, Slice(), now) == rest, damage
        assert f"event {berlin.id}" in caplog.text, damage
        assert names(campaign, Slice(country="DE", year=2027), now) == []
        assert Calendar.from_ical(feeds.single(berlin).body).walk("VEVENT") == [], damage
    with unit_of_work():
        entries.render(berlin, now=now + DAY)
    assert feeds.feed(campaign, Slice(country="DE"), now=now + DAY).changed_at == now + DAY


def test_a_text_that_no_encoding_holds_is_written_without_what_is_no_letter(
    campaign: Campaign, berlin: Event, now: datetime
) -> None:
    with unit_of_work():
        name = {"en": "Half \ud800 a letter\r\nATTACH:x"}
        db.session.execute(update(Event).where(Event.id == berlin.id).values(name=name))
    db.session.expire_all()
    with unit_of_work():
        entries.render(berlin, now=now)
    assert names(campaign, Slice(country="DE", year=2027), now) == ["Half a letter ATTACH:x"]
    assert b"\r\nATTACH" not in feeds.feed(campaign, Slice(), now=now).body


def test_an_entry_that_cannot_be_rendered_any_more_leaves_and_is_reported(
    campaign: Campaign, berlin: Event, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    with unit_of_work():
        db.session.execute(update(Event).where(Event.id == berlin.id).values(zone="Mars/Olympus"))
    db.session.expire_all()
    with unit_of_work():
        campaigns.edit(campaign, replace(as_draft(campaign), languages=["en"]), actor=None, now=now + DAY)
    feed = feeds.feed(campaign, Slice(country="DE", year=2027), now=now + DAY)
    assert (feed.entry_count, feed.changed_at) == (0, now + DAY)
    assert f"event {berlin.id} can't be written" in caplog.text
    assert "Evening in Baku" in names(campaign, Slice(), now + DAY)


def dates(event: Event) -> dict[str, datetime]:
    """Return when each language's entry was last changed, as the entry itself says."""
    db.session.expire_all()
    parsed = {one.language: Component.from_ical(one.body) for one in event.entries}
    for one in parsed.values():
        assert one.decoded("DTSTAMP") == one.decoded("LAST-MODIFIED")
        assert one["SEQUENCE"] == event.sequence
    return {language: one.decoded("LAST-MODIFIED") for language, one in parsed.items()}


UNIMPORTANT: tuple[dict[str, object], ...] = (
    {"description": {"en": "Other words."}},
    {"name": {"en": "Evening in Berlin", "az": "Berlində axşam"}},
    {"tags": ("talk",)},
    {"latitude": 52.6},
    {"venue_is_public": False},
    {"capacity": 99},
    {"url": "https://example.org/"},
)
IMPORTANT: tuple[dict[str, object], ...] = (
    {"starts": datetime(2027, 2, 26, 19)},
    {"ends": datetime(2027, 2, 26, 22)},
    {"zone": "Europe/Vienna"},
    {"venue": "Another hall"},
    {"address": "Another street"},
    {"city": "Potsdam"},
    {"country": "AT"},
    {"online_url": "https://meet.example.org/y"},
    {"is_all_day": True, "starts": datetime(2027, 2, 26), "ends": datetime(2027, 2, 27)},
)


def test_each_entry_is_dated_by_its_last_change_and_counts_the_important_ones(berlin: Event, now: datetime) -> None:
    hours = (now + number * DAY for number in range(1, 100))
    for changes, is_important in ((UNIMPORTANT, False), (IMPORTANT, True)):
        for change in changes:
            was, sequence, at = dates(berlin), berlin.sequence, next(hours)
            edit(berlin, at, **change)
            assert berlin.sequence == sequence + is_important, change
            changed = {language for language, date in dates(berlin).items() if date != was[language]}
            unseen, of_one = change.keys() & {"capacity", "url"}, change.keys() == {"name"}
            assert changed == (set() if unseen else {"az"} if of_one else {"en", "az"}), change
            assert {dates(berlin)[language] for language in changed} <= {at}
    for act in (events.cancel, events.publish):
        sequence, at = berlin.sequence, next(hours)
        with unit_of_work():
            act(berlin, actor=None, now=at, **({"reason": {}} if act is events.cancel else {}))
        assert (berlin.sequence, {*dates(berlin).values()}) == (sequence + 1, {at})


def test_an_entry_names_the_event_before_it_only_while_that_is_public(
    campaign: Campaign, make: Maker, now: datetime
) -> None:
    first, second = make.edition(campaign, 2029), make.edition(campaign, 2030)
    draft = replace(BERLIN, starts=datetime(2030, 2, 26, 18), ends=datetime(2030, 2, 26, 20))
    before = make.event(first, is_published=False)
    with unit_of_work():
        after = events.create(second, draft, series=before.series, actor=None, now=now)
        events.publish(after, actor=None, now=now)
    assert b"RELATED-TO" not in after.entries[0].body
    for act, is_named in ((events.publish, True), (events.withdraw, False)):
        now += DAY
        with unit_of_work():
            act(before, actor=None, now=now)
        assert (before.uid.encode() in after.entries[0].body.replace(b"\r\n ", b"")) is is_named
        assert after.entries[0].changed_at == now
        assert after.sequence == 0
