"""The sample campaigns: loaded as their files say, readable as feeds, and every page of them opens."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import ics  # type: ignore[import-untyped]  # It has no types.
import pytest
import recurring_ical_events
import vobject  # type: ignore[import-untyped]  # It has no types.
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from campaign import config
from campaign.app import create_app
from campaign.commands import demo as command
from campaign.db import db, unit_of_work
from campaign.demo.load import load, samples
from campaign.domain.event import Status
from campaign.domain.moment import instant
from campaign.domain.slice import Slice
from campaign.i18n import LANGUAGES
from campaign.models import Campaign, Edition, Event, Message, Registration, User
from campaign.services import campaigns, feeds, members, registrations
from tests import servers
from tests.conftest import NOW
from tests.page import Client, Page

pytestmark = pytest.mark.xdist_group("demo")
SAMPLES = {sample["slug"]: sample for sample in samples()}
ORGANIZER = "organizer@example.org"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Yield an app with all sample campaigns, loaded once."""
    folder = tmp_path_factory.mktemp("demo")
    environment = {
        "INSTANCE_PATH": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'demo.db'}",
        "PORT": str(servers.free_port()),
        "DATA_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",  # that of every test: a process has one
    }
    app = create_app(config.read(environment))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        db.create_all()
        with unit_of_work():
            owner = members.create_user(ORGANIZER, password_hash=None, may_create_campaigns=True, now=NOW)
            for sample in SAMPLES.values():
                load(sample, owner=owner, now=NOW)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def visitor(loaded: Flask) -> Client:
    db.session.rollback()
    return Client(loaded)


def found(slug: str) -> Campaign:
    db.session.rollback()
    return db.session.scalars(select(Campaign).where(Campaign.slug == slug)).one()


def edition_of(slug: str, year: int) -> Edition:
    return next(edition for edition in found(slug).editions if edition.year == year)


def events_in(slug: str, year: int) -> list[tuple[Event, dict[str, Any]]]:
    """Return each event of a year beside what its file says of it."""
    (sample,) = [one for one in SAMPLES[slug]["editions"] if one["year"] == year]
    by_series = {event.series.slug: event for event in edition_of(slug, year).events}
    assert len(by_series) == len(sample["events"])
    return [(by_series[one["series"]], dict(one)) for one in sample["events"]]


@pytest.mark.parametrize("slug", SAMPLES)
def test_a_campaign_is_loaded_as_its_file_says(loaded: Flask, slug: str) -> None:
    campaign, sample = found(slug), SAMPLES[slug]
    assert (campaign.name, campaign.story, campaign.languages) == (
        sample["name"],
        sample["story"],
        sample["languages"],
    )
    assert campaign.anniversary.rule.to_json() == {"days": 1, **sample["rule"]}
    for year in sample["editions"]:
        edition = edition_of(slug, year["year"])
        assert (edition.status.value, len(edition.observances)) == (year["status"], len(year["observances"]))
        for event, told in events_in(slug, year["year"]):
            assert (event.status.value, event.name, event.city) == (told["status"], told["name"], told["city"])
            assert (event.starts and event.starts.strftime("%Y-%m-%dT%H:%M")) == told["starts"]
            assert event.starts_at == (instant(event.starts, told["zone"]) if event.starts else None)
            assert (event.languages, event.tags) == (sorted(set(told["languages"])), sorted(set(told["tags"])))
            assert len(event.questions) == len(told["questions"])


@pytest.mark.parametrize("slug", SAMPLES)
def test_the_coming_year_shows_every_state_there_is(loaded: Flask, slug: str) -> None:
    pairs = events_in(slug, 2027)
    events = [event for event, _told in pairs]
    public = [event for event in events if event.status in (Status.PUBLISHED, Status.CANCELLED)]
    assert Counter(event.status for event in events if event not in public) == {Status.DRAFT: 1}
    assert sum(event.status is Status.CANCELLED for event in public) == 1
    assert all(event.cancel_reason for event in public if event.status is Status.CANCELLED)
    assert sum(event.seats_taken == event.capacity for event in public) == 1
    assert sum(event.is_to_be_announced for event in public) == 1
    (moved,) = [(event, told) for event, told in pairs if told["moved_from"]]
    assert moved[0].moved_from is not None
    assert moved[0].moved_from.isoformat(timespec="minutes") == moved[1]["moved_from"]["starts"]
    assert moved[0].sequence == 1
    for event, told in pairs:
        coming = 0 if event.status is Status.CANCELLED else told["sample_registrations"]
        assert len(registrations.of_event(event)) == coming <= event.seats_taken


def test_last_year_keeps_no_names_and_nobody_was_written_to(loaded: Flask) -> None:
    db.session.rollback()
    years = select(Edition.year).join(Event).join(Registration, Registration.event_id == Event.id).distinct()
    assert db.session.scalars(years).all() == [2027]
    assert db.session.scalars(select(Message)).all() == []


def test_every_public_event_lacks_nothing_and_says_where_it_is(loaded: Flask) -> None:
    db.session.rollback()
    for event in db.session.scalars(select(Event).where(Event.status != Status.DRAFT)):
        assert event.zone is not None
        assert event.has_place or event.is_online
        assert (event.latitude is None) == (event.longitude is None)


@pytest.mark.parametrize("slug", SAMPLES)
def test_four_libraries_read_the_same_events_at_the_same_hours(loaded: Flask, slug: str) -> None:
    campaign = found(slug)
    for language in campaign.languages:
        body = feeds.feed(campaign, Slice(language=language), now=NOW).body
        expected = {
            event.uid: event.starts.date() if event.is_all_day else event.starts
            for edition in campaign.editions
            for event in edition.events
            if event.status is Status.PUBLISHED and event.starts
        }
        for read in (read_by_icalendar, read_by_vobject, read_by_ics, read_by_recurring_ical_events):
            starts = read(body)
            assert {uid: starts[uid] for uid in expected if uid in starts} == expected, (read.__name__, language)
            assert len(starts) == body.count(b"BEGIN:VEVENT")


def wall_time_or_day(value: date) -> date:
    """Return what the clocks show, of a time in a zone; a day as it is."""
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def read_by_icalendar(body: bytes) -> dict[str, date]:
    found = Calendar.from_ical(body).walk("VEVENT")
    return {str(one["UID"]): wall_time_or_day(one.decoded("DTSTART")) for one in found}


def read_by_vobject(body: bytes) -> dict[str, date]:
    vars(vobject.icalendar)["__tzidMap"].clear()  # it keeps every zone that it ever read in this process
    return {one.uid.value: wall_time_or_day(one.dtstart.value) for one in vobject.readOne(body.decode()).vevent_list}


def read_by_ics(body: bytes) -> dict[str, date]:
    found = ics.Calendar(body.decode()).events
    return {one.uid: one.begin.date() if one.all_day else wall_time_or_day(one.begin.datetime) for one in found}


def read_by_recurring_ical_events(body: bytes) -> dict[str, date]:
    between = recurring_ical_events.of(Calendar.from_ical(body)).between((2020, 1, 1), (2035, 1, 1))
    return {str(one["UID"]): wall_time_or_day(one.decoded("DTSTART")) for one in between}


@pytest.mark.parametrize("slug", SAMPLES)
def test_its_feeds_are_read_by_two_libraries(loaded: Flask, slug: str) -> None:
    campaign = found(slug)
    timed = {
        event.uid
        for edition in campaign.editions
        for event in edition.events
        if event.status is not Status.DRAFT and event.starts
    }
    countries = {event.country for edition in campaign.editions for event in edition.events if event.country}
    slices = [Slice(), *(Slice(language=one) for one in campaign.languages), *(Slice(country=one) for one in countries)]
    held: Counter[str] = Counter()
    for slice_ in slices:
        body = feeds.feed(campaign, slice_, now=NOW).body
        parsed = Calendar.from_ical(body)
        uids = [str(one["UID"]) for one in parsed.walk("VEVENT")]
        assert len(uids) == len(set(uids))
        other = vobject.readOne(body.decode())
        assert sorted(one.uid.value for one in other.contents.get("vevent", [])) == sorted(uids)
        zones = {str(one["TZID"]) for one in parsed.walk("VTIMEZONE")}
        used = set(re.findall(r"^DTSTART;TZID=([^:]+):", body.decode(), re.MULTILINE))
        assert zones == (used or {"UTC"})  # which an empty calendar holds, since it may not be empty
        assert all(len(line) <= 75 for line in body.split(b"\r\n"))
        if slice_.country:
            held.update(uids)
        else:
            assert set(uids) == timed
    assert max(held.values()) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_pages_open_in_every_language(visitor: Client, language: str) -> None:
    def opened(path: str) -> Page:
        page = visitor.get(path, headers={"Accept-Language": language})
        assert page.status == 200, path
        assert page.all("html")[0].get("lang") == language
        return page

    opened("/")
    for slug in SAMPLES:
        assert opened(f"/{slug}/").heading
        programme = opened(f"/{slug}/2027/")
        assert len(programme.all("h4")) == sum(
            event["status"] != "draft" for event in SAMPLES[slug]["editions"][1]["events"]
        )
        (moved,) = [event.slug for event, told in events_in(slug, 2027) if told["moved_from"]]
        opened(f"/{slug}/2027/{moved}/")


def test_every_event_has_its_page_and_its_file(visitor: Client) -> None:
    for slug, sample in SAMPLES.items():
        for year in sample["editions"]:
            for event, told in events_in(slug, year["year"]):
                path = f"/{slug}/{year['year']}/{event.slug}/"
                is_public = told["status"] != "draft"
                assert visitor.get(path).status == (200 if is_public else 404), path
                assert visitor.http.get(f"{path}event.ics").status_code == (200 if is_public else 404)


def test_its_organizer_sees_all_of_it(visitor: Client) -> None:
    organizer = members.by_email(ORGANIZER)
    assert organizer is not None
    visitor.sign_in(organizer)
    for slug in SAMPLES:
        for path in (
            f"/manage/{slug}/",
            f"/manage/{slug}/edit/",
            f"/manage/{slug}/2027/",
            f"/manage/{slug}/2027/events/",
        ):
            assert visitor.get(path).status == 200, path


def test_the_command_loads_once_and_prints_the_way_in(
    app: Flask, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    monkeypatch.setattr(command, "samples", lambda: iter([SAMPLES["rare-disease-day"]]))
    link = re.compile(r"Sign in once as organizer@example.org:\s+http://127\.0\.0\.1:\d+(/account/link/\S+)")
    for arguments in (["demo"], ["demo", "--if-empty"], ["demo"]):
        result = app.test_cli_runner().invoke(args=arguments)
        assert result.exit_code == 0, result.output
        found_link = link.search(result.output)
        assert found_link is not None
    assert [campaign.slug for campaign in campaigns.everything()] == ["rare-disease-day"]
    assert db.session.scalars(select(User.email)).all() == [ORGANIZER]
    assert client.follow(client.post(found_link[1])).heading == "My campaigns"
    assert "/manage/rare-disease-day/" in client.get("/manage/").text


def test_if_empty_leaves_what_people_made_alone(app: Flask) -> None:
    now = NOW
    with unit_of_work():
        campaigns.create(
            campaigns.Draft(
                slug="ours",
                name={"en": "Ours"},
                rule=campaigns.AnniversaryRule.from_json({"kind": "fixed", "month": 2, "day": 26}),
                languages=["en"],
                default_language="en",
            ),
            owner=None,
            now=now,
        )
    result = app.test_cli_runner().invoke(args=["demo", "--if-empty"])
    assert result.exit_code == 0
    assert "Sign in once" not in result.output
    assert [campaign.slug for campaign in campaigns.everything()] == ["ours"]
