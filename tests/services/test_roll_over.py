"""Next year's events from last year's: what comes along, twice, at once, and back again."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.db import db, unit_of_work
from campaign.domain.anniversary import AnniversaryRule, Kind, LeapDay
from campaign.domain.edition import ObservanceKind
from campaign.domain.errors import Refused
from campaign.domain.event import Status
from campaign.domain.question import Draft as QuestionDraft
from campaign.domain.question import Kind as QuestionKind
from campaign.domain.roll_over import Choice, Note, Outcome, Part, Why
from campaign.models import Audit, Campaign, Edition, Event, OptionLimit, Question, RollOver
from campaign.services import editions, events, hosts, programme, questions, roll_over, undoing
from campaign.services.roll_over import Plan
from tests.make import BERLIN, Maker

HOURS = timedelta(hours=2)

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what the other database can't do otherwise."""


@pytest.fixture
def last(app_on_both: Flask, make: Maker) -> Edition:
    """Return the year 2027 of a campaign whose day is 26 February."""
    return make.edition()


@pytest.fixture
def campaign(last: Edition) -> Campaign:
    """Return the year's campaign."""
    return last.campaign


def roll(campaign: Campaign, now: datetime, choice: Choice | None = None, year: int = 2028) -> Plan:
    with unit_of_work():
        return roll_over.carry_out(campaign, year, choice or Choice(), actor=None, now=now)


def of_year(campaign: Campaign, year: int = 2028) -> list[Event]:
    db.session.rollback()
    rows = select(Event).join(Edition).where(Edition.campaign_id == campaign.id, Edition.year == year)
    return list(db.session.scalars(rows.order_by(Event.id)))


def counts(plan: Plan) -> tuple[int, ...]:
    return tuple(plan.count(outcome) for outcome in Outcome)


def test_roll_over(campaign: Campaign, last: Edition, make: Maker, now: datetime) -> None:
    old = make.event(last, accessibility=("step-free",), url="https://example.org/", opens_before=200 * 1440)
    host = hosted(old, now)
    make.registration(old)
    plan = roll(campaign, now)
    assert counts(plan) == (1, 0, 0)
    (new,) = of_year(campaign)
    assert (new.edition.status, new.edition.first_day) == ("planned", date(2028, 2, 26))
    assert (new.status, new.series_id, new.slug, new.name) == (Status.DRAFT, old.series_id, old.slug, old.name)
    assert (new.starts, new.ends) == (datetime(2028, 2, 26, 18, 30), datetime(2028, 2, 26, 20, 30))
    assert new.opens_at == datetime(2027, 8, 10, 16, 30, tzinfo=now.tzinfo)
    kept = "description country city venue address latitude url accessibility capacity zone".split()
    assert [getattr(new, name) for name in kept] == [getattr(old, name) for name in kept]
    assert (new.languages, new.tags, new.host_id) == (old.languages, old.tags, host)
    assert (new.uid != old.uid, new.seats_taken, new.lock_version, new.search_text) == (True, 0, 0, old.search_text)
    (step,) = db.session.scalars(select(RollOver))
    assert (new.roll_over_id, step.events, step.source.year, step.edition.year) == (step.id, 1, 2027, 2028)
    assert db.session.scalars(select(Audit.facts).where(Audit.action == "roll-over")).all() == [
        {"year": 2028, "from_year": 2027, "events": 1}
    ]


def hosted(event: Event, now: datetime) -> int:
    with unit_of_work():
        host = hosts.find_or_add(event.edition.campaign, email="host@example.org", name="Aysel", language="en", now=now)
        hosts.entrust(event, host, actor=None, now=now)
    return host.id


def test_again_adds_only_what_is_missing(campaign: Campaign, last: Edition, make: Maker, now: datetime) -> None:
    make.event(last)
    roll(campaign, now)
    assert counts(roll(campaign, now)) == (0, 1, 0)
    make.event(last, name={"en": "Late"})
    assert counts(roll(campaign, now)) == (1, 1, 0)
    assert [event.slug for event in of_year(campaign)] == ["evening-in-berlin", "late"]
    assert len(db.session.scalars(select(RollOver)).all()) == 2
    assert len(db.session.scalars(select(Edition)).all()) == 2


def test_what_never_comes_along(campaign: Campaign, last: Edition, make: Maker, now: datetime) -> None:
    old = make.event(last, external_id="row-7")
    with unit_of_work():
        old.import_hash, old.attended = "abc", 40
    roll(campaign, now)
    (new,) = of_year(campaign)
    assert (new.external_id, new.import_hash, new.attended, new.reminds_at, new.entries) == (None, None, 0, None, [])
    assert (new.published_at, new.moved_from, new.sequence) == (None, None, 0)


def test_the_form_comes_along_with_its_conditions_and_limits(
    campaign: Campaign, last: Edition, make: Maker, now: datetime
) -> None:
    old = make.event(last)
    other = make.event(last, name={"en": "Other"})
    with unit_of_work():
        options = ({"en": "Soup"}, {"en": "Bread"})
        food = QuestionDraft(QuestionKind.ONE_CHOICE, {"en": "Food?"}, options=options, seats={1: 3}, is_required=True)
        first = questions.add(old, food, actor=None, now=now)
        why = QuestionDraft(QuestionKind.TEXT, {"en": "Why?"}, shown_if=first.id, shown_if_options=(1,))
        questions.add(old, why, actor=None, now=now)
        former = Question(kind=first.kind, label={"en": "Former"}, position=0, retired_at=now)
        former.limits.append(OptionLimit(option=0, seats=1))
        old.all_questions.append(former)
        questions.add(other, QuestionDraft(QuestionKind.TEXT, {"en": "Else?"}), actor=None, now=now)
    roll(campaign, now)
    new, second = of_year(campaign)
    asked = new.questions
    assert [one.label["en"] for one in asked] == ["Food?", "Why?"]
    assert (asked[0].shown_if_id, asked[1].shown_if_id, asked[1].shown_if_options) == (None, asked[0].id, [1])
    assert asked[0].id != first.id
    assert [(one.option, one.seats, one.seats_taken) for one in asked[0].limits] == [(1, 3, 0)]
    assert [one.label["en"] for one in second.questions] == ["Else?"]
    assert len(new.all_questions) == len(old.questions) == 2


def test_parts_may_stay_behind(campaign: Campaign, last: Edition, make: Maker, now: datetime) -> None:
    old = make.event(last, url="https://example.org/", opens_before=60, accessibility=("step-free",))
    hosted(old, now)
    make.question(old, QuestionKind.TEXT)
    roll(campaign, now, Choice(parts=frozenset()))
    (new,) = of_year(campaign)
    assert (new.name, new.city, new.zone, new.languages) == (old.name, "Berlin", "Europe/Berlin", ["de", "en"])
    assert (new.description, new.venue, new.address, new.latitude, new.accessibility) == ({}, None, None, None, [])
    assert (new.url, new.tags, new.capacity, new.host, new.questions) == (None, [], None, None, [])
    assert (new.opens_before, new.opens_at) == (None, None)
    assert "hall" not in new.search_text


@on_sqlite
def test_each_part_alone(campaign: Campaign, last: Edition, make: Maker, now: datetime) -> None:
    make.event(last)
    roll(campaign, now, Choice(parts=frozenset({Part.TAGS})))
    (new,) = of_year(campaign)
    assert (new.tags, new.venue, new.capacity) == (["concert"], None, None)


def test_cancelled_events_and_drafts_only_where_they_are_chosen(
    campaign: Campaign, last: Edition, make: Maker, now: datetime
) -> None:
    called_off, draft = make.event(last), make.event(last, is_published=False)
    with unit_of_work():
        events.cancel(called_off, reason={"en": "Storm"}, actor=None, now=now)
    plan = roll_over.plan(campaign, 2028)
    assert [(item.outcome, item.why) for item in plan.items] == [
        (Outcome.LEFT_OUT, Why.CANCELLED), (Outcome.LEFT_OUT, Why.DRAFT),
    ]  # fmt: skip
    assert counts(roll(campaign, now)) == (0, 0, 2)
    assert db.session.scalars(select(RollOver)).all() == []
    assert counts(roll(campaign, now, Choice(taken=frozenset({called_off.id, draft.id})))) == (2, 0, 0)
    assert [(event.status, event.cancel_reason) for event in of_year(campaign)] == [(Status.DRAFT, {})] * 2


@on_sqlite
def test_countries_and_single_events_may_stay_behind(
    campaign: Campaign, last: Edition, make: Maker, now: datetime
) -> None:
    berlin = make.event(last)
    baku = make.event(last, country="AZ", city="Baku", zone="Asia/Baku")
    online = make.event(last, country=None, city=None, online_url="https://example.org/live")
    plan = roll(campaign, now, Choice(without=frozenset({"AZ"}), left=frozenset({online.id})))
    whys = {item.source.id: item.why for item in plan.items}
    assert whys == {berlin.id: None, baku.id: Why.COUNTRY, online.id: Why.UNTICKED}
    assert counts(roll(campaign, now, Choice(without=frozenset({""})))) == (1, 1, 1)


def test_a_country_that_keeps_another_day(campaign: Campaign, last: Edition, make: Maker, now: datetime) -> None:
    make.event(last)
    baku = make.event(last, country="AZ", city="Baku", zone="Asia/Baku")
    paris = make.event(last, country="FR", city="Paris", zone="Europe/Paris")
    new = make.edition(campaign, 2028, is_open=False)
    observe(new, "DE", ObservanceKind.POSTPONED, now)
    observe(new, "AZ", ObservanceKind.OTHER_DATE, now, date(2028, 3, 4))
    observe(new, "FR", ObservanceKind.NOT_THIS_YEAR, now)
    whys = {item.source.city: item.why for item in roll_over.plan(campaign, 2028).items}
    assert whys == {"Berlin": None, "Baku": None, "Paris": Why.NOT_THIS_YEAR}
    plan = roll(campaign, now, Choice(taken=frozenset({paris.id})))
    found = {event.city: event.starts for event in of_year(campaign)}
    assert found == {"Berlin": None, "Baku": datetime(2028, 3, 4, 18, 30), "Paris": datetime(2028, 2, 26, 18, 30)}
    notes = {item.source.city: set(item.notes) for item in plan.items}
    assert Note.POSTPONED in notes["Berlin"]
    assert Note.OTHER_DATE in notes["Baku"]
    assert baku.starts == BERLIN.starts
    assert counts(roll_over.plan(campaign, 2028)) == (0, 3, 0)


def observe(edition: Edition, country: str, kind: ObservanceKind, now: datetime, day: date | None = None) -> None:
    with unit_of_work():
        editions.observe(edition, country, kind, day=day, reason={"en": "Why"}, actor=None, now=now)


@on_sqlite
def test_a_leap_day_campaign(app_on_both: Flask, make: Maker, now: datetime) -> None:
    rule = AnniversaryRule(Kind.FIXED, month=2, day=29, leap_day=LeapDay.FEBRUARY_28)
    last = make.edition(make.campaign("leap", rule=rule), 2028)
    starts = datetime(2028, 2, 29, 18)
    make.event(last, starts=starts, ends=starts + HOURS)
    plan = roll(last.campaign, now, year=2029)
    assert [event.starts for event in of_year(last.campaign, 2029)] == [datetime(2029, 2, 28, 18)]
    assert Note.LEAP_DAY in plan.items[0].notes
    never = AnniversaryRule(Kind.FIXED, month=2, day=29, leap_day=LeapDay.LEAP_YEARS_ONLY)
    only = make.edition(make.campaign("only", rule=never), 2028)
    make.event(only, starts=starts, ends=starts + HOURS)
    with pytest.raises(Refused, match="year-has-no-day"):
        roll(only.campaign, now, year=2029)
    roll(only.campaign, now, year=2032)
    assert [event.starts for event in of_year(only.campaign, 2032)] == [datetime(2032, 2, 29, 18)]


def test_a_time_in_the_gap_of_the_clocks(app_on_both: Flask, make: Maker, now: datetime) -> None:
    """In Berlin the clocks go from two to three on 26 March 2028."""
    rule = AnniversaryRule(Kind.NTH_WEEKDAY, month=3, nth=-1, weekday=6)
    last = make.edition(make.campaign("night", rule=rule), 2026)
    starts = datetime(2026, 3, 29, 3, 30)
    make.event(last, starts=starts - timedelta(hours=25), ends=starts - timedelta(hours=24, minutes=15))
    with unit_of_work():
        last.first_day = last.last_day = date(2026, 3, 28)
    plan = roll(last.campaign, now)
    (event,) = of_year(last.campaign)
    assert event.starts == datetime(2028, 3, 26, 2, 30)
    assert event.starts_at == datetime(2028, 3, 26, 1, 30, tzinfo=now.tzinfo)
    assert event.ends_at and event.starts_at and event.ends_at - event.starts_at == timedelta(minutes=45)
    assert Note.CLOCK_SKIPS in plan.items[0].notes


@on_sqlite
def test_what_to_look_at(campaign: Campaign, last: Edition, make: Maker, now: datetime) -> None:
    """The eighth of March is a holiday in Azerbaijan."""
    starts = datetime(2027, 3, 8, 18)
    times = {"starts": starts, "ends": starts + HOURS}
    place = {"country": "AZ", "city": "Baku", "zone": "Asia/Baku"}
    baku = make.event(last, description={"en": "As in 2027"}, **place, **times)
    hosted(baku, now)
    second = make.event(last, venue="COMMUNITY  hall", **place, **times)
    new = make.edition(campaign, 2028, is_open=False)
    observe(new, "AZ", ObservanceKind.OTHER_DATE, now, date(2028, 2, 27))
    plan = roll_over.plan(campaign, 2028, language="az")
    assert plan.holidays == {("AZ", date(2028, 3, 8)): "Qadınlar günü"}
    notes = {item.source.id: set(item.notes) for item in plan.items}
    always = {Note.HOLIDAY, Note.OTHER_DATE, Note.VENUE_TWICE, Note.WEEKDAY, Note.LEAP_DAY}
    assert notes == {baku.id: {*always, Note.YEAR_IN_TEXT}, second.id: {*always, Note.NO_HOST}}
    with unit_of_work():
        assert baku.host
        baku.host.bounced_at = now
    assert Note.HOST_UNREACHABLE in roll_over.plan(campaign, 2028).items[0].notes


@on_sqlite
def test_from_another_year_than_the_last(campaign: Campaign, last: Edition, make: Maker, now: datetime) -> None:
    make.event(last)
    make.edition(campaign, 2028)
    assert roll_over.plan(campaign, 2029).source is last, "a year without events has nothing to take over"
    make.event(make.edition(campaign, 2029), name={"en": "Newer"})
    assert roll_over.years_before(campaign, 2030) == [2029, 2027]
    assert roll_over.plan(campaign, 2030).source.year == 2029
    assert roll_over.plan(campaign, 2030, from_year=2027).source is last
    for year, from_year in ((2027, None), (2030, 2028), (2030, 2031)):
        with pytest.raises(Refused, match="roll-over-no-source"):
            roll_over.plan(campaign, year, from_year=from_year)
    with pytest.raises(Refused, match="year-out-of-range"):
        roll_over.plan(campaign, 2201)


@on_sqlite
def test_the_year_in_name_and_address(campaign: Campaign, last: Edition, make: Maker, now: datetime) -> None:
    make.event(last, name={"en": "Evening 2027"})
    make.event(make.edition(campaign, 2028), name={"en": "Evening 2028"})
    roll(campaign, now)
    assert [(one.name["en"], one.slug) for one in of_year(campaign)] == [
        ("Evening 2028", "evening-2028"), ("Evening 2028", "evening-2028-2"),
    ]  # fmt: skip


def test_two_at_once(campaign: Campaign, last: Edition, app_on_both: Flask, make: Maker, now: datetime) -> None:
    for number in range(5):
        make.event(last, name={"en": f"Evening {number}"})
    slug, together = campaign.slug, Barrier(2)
    db.session.remove()

    def once() -> tuple[int, ...]:
        with app_on_both.app_context():
            found = db.session.scalars(select(Campaign).where(Campaign.slug == slug)).one()
            together.wait()
            return counts(roll(found, now))

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(once) for _number in range(2)]
    assert sorted(one.result() for one in done) == [(0, 5, 0), (5, 0, 0)]
    assert db.session.scalars(select(func.count()).select_from(RollOver)).one() == 1


def undo(now: datetime, *, with_changed: bool = False) -> int:
    db.session.rollback()
    step = db.session.scalars(select(RollOver).order_by(RollOver.id.desc()).limit(1)).one()
    with unit_of_work():
        return undoing.undo(step, with_changed=with_changed, actor=None, now=now)


def test_undo(campaign: Campaign, last: Edition, make: Maker, now: datetime) -> None:
    make.question(make.event(last), QuestionKind.TEXT)
    own = make.event(make.edition(campaign, 2028), name={"en": "Own"})
    roll(campaign, now)
    (step,) = undoing.steps(own.edition)
    assert (step.there, step.published, step.changed, step.can_be_undone) == (1, 0, 0, True)
    assert undo(now) == 1
    assert of_year(campaign) == [own]
    assert len(db.session.scalars(select(Question)).all()) == 1
    (step,) = undoing.steps(own.edition)
    assert (step.there, step.row.undone_at, step.can_be_undone) == (0, now, False)
    with pytest.raises(Refused, match="roll-over-undone"):
        undo(now)
    assert counts(roll(campaign, now)) == (1, 0, 0)


def test_what_somebody_changed_since_stays_unless_it_is_to_go(
    campaign: Campaign, last: Edition, make: Maker, now: datetime
) -> None:
    for name in ("A", "B", "C", "D"):
        make.event(last, name={"en": name})
    roll(campaign, now)
    edited, asked, hosted_now, _untouched = of_year(campaign)
    with unit_of_work():
        events.edit(edited, replace(events.draft_of(edited), capacity=7), actor=None, now=now)
    make.question(asked, QuestionKind.TEXT)
    hosted(hosted_now, now)
    (step,) = undoing.steps(edited.edition)
    assert (step.there, step.changed) == (4, 3)
    assert undo(now) == 1
    assert of_year(campaign) == [edited, asked, hosted_now]
    assert counts(roll(campaign, now)) == (1, 3, 0)


@on_sqlite
def test_undo_everything(campaign: Campaign, last: Edition, make: Maker, now: datetime) -> None:
    make.event(last)
    roll(campaign, now)
    (event,) = of_year(campaign)
    with unit_of_work():
        events.edit(event, replace(events.draft_of(event), capacity=7), actor=None, now=now)
    assert undo(now, with_changed=True) == 1
    assert of_year(campaign) == []


@on_sqlite
def test_what_was_published_is_not_undone(campaign: Campaign, last: Edition, make: Maker, now: datetime) -> None:
    make.event(last)
    make.event(last, name={"en": "Second"})
    roll(campaign, now)
    event, _second = of_year(campaign)
    for move in (events.publish, events.withdraw):
        with unit_of_work():
            move(event, actor=None, now=now)
        with pytest.raises(Refused, match="roll-over-published"):
            undo(now, with_changed=True)
    assert len(of_year(campaign)) == 2


@on_sqlite
def test_the_new_entry_names_last_years_while_that_is_public(
    campaign: Campaign, last: Edition, make: Maker, now: datetime
) -> None:
    old = make.event(last)
    uid = old.uid.encode()
    roll(campaign, now)
    (new,) = of_year(campaign)
    with unit_of_work():
        events.publish(new, actor=None, now=now)
    assert all(b"RELATED-TO;RELTYPE=SIBLING:" + uid in entry.body for entry in new.entries)
    with unit_of_work():
        events.withdraw(old, actor=None, now=now)
    assert not any(b"RELATED-TO" in entry.body for entry in new.entries)
    assert programme.of_series(new.series, now=now) is None, "only organizers see the new year"
