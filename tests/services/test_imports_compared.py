"""A later version of a file: what it has in common with what is stored, and what is gone from it."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.event import Status
from campaign.models import Audit, Edition, Event, Series
from campaign.services import events, imports
from campaign.services.import_plan import Action, Options, Plan
from campaign.sheets.reader import read
from tests.make import BERLIN, Maker
from tests.services.test_imports import content_of, counts, events_of, rows_of_all_tables, warned

pytestmark = pytest.mark.usefixtures("app_on_both")

HEADER = ["ID", "Name", "Place", "Start"]
BONN, ULM, JENA = ["1", "A", "Bonn", "18:00"], ["2", "B", "Ulm", "19:00"], ["3", "C", "Jena", "20:00"]
REASON = {"en": "The hall has burnt down."}


@pytest.fixture
def edition(app_on_both: Flask, make: Maker) -> Edition:
    """Return the year 2027 of a campaign whose day is 26 February."""
    return make.edition()


@pytest.fixture
def run(edition: Edition, now: datetime) -> Iterator[object]:
    """Return what imports a file, given by its rows, and what then was planned."""

    def run(*rows: Sequence[str], drop: Sequence[str] = (), reason: dict[str, str] | None = None) -> Plan:
        with unit_of_work():
            plan = imports.plan(edition, read(content_of(*rows)), Options())
            imports.carry_out(plan, drop=drop, reason=reason, actor=None, now=now)
        return plan

    yield run


def names(found: Sequence[Event]) -> list[str]:
    """Return what events are called."""
    return [event.name["en"] for event in found]


def publish(event: Event, now: datetime) -> None:
    with unit_of_work():
        events.publish(event, actor=None, now=now)


def test_gone_is_shown_and_left_alone(run, edition: Edition) -> None:
    run(HEADER, BONN, ULM, JENA)
    before = rows_of_all_tables()
    plan = run(HEADER, BONN)
    assert (counts(plan), names(plan.gone)) == ((0, 0, 1, 0), ["B", "C"])
    assert rows_of_all_tables() == before


def test_what_is_ticked_is_cancelled_or_deleted(run, edition: Edition, now: datetime) -> None:
    run(HEADER, BONN, ULM, JENA)
    publish(events_of(edition)[1], now)
    run(HEADER, BONN, drop=["b", "c"], reason=REASON)
    assert [(event.slug, event.status) for event in events_of(edition)] == [("a", "draft"), ("b", "cancelled")]
    assert events_of(edition)[1].cancel_reason == REASON
    assert db.session.scalars(select(Audit).order_by(Audit.id.desc())).first().facts["gone"] == 2
    plan = run(HEADER, BONN)
    assert plan.gone == (), "what is cancelled is gone already"


def test_a_public_event_is_not_cancelled_without_a_reason(run, edition: Edition, now: datetime) -> None:
    run(HEADER, BONN, ULM)
    publish(events_of(edition)[1], now)
    before = rows_of_all_tables()
    with pytest.raises(Refused, match="reason-missing"):
        run(HEADER, BONN, drop=["b"])
    assert rows_of_all_tables() == before


@pytest.mark.parametrize("slug", ["a", "by-hand", "nothing"])
def test_nothing_is_dropped_that_is_not_gone(run, make: Maker, edition: Edition, slug: str) -> None:
    run(HEADER, BONN, ULM)
    make.event(edition, is_published=False, name={"en": "By hand"})
    before = rows_of_all_tables()
    with pytest.raises(Refused, match="gone-unknown"):
        run(HEADER, BONN, JENA, drop=[slug])
    assert rows_of_all_tables() == before


def test_another_file_misses_nothing_of_the_first(run, edition: Edition) -> None:
    run(HEADER, BONN, ULM)
    other = [["Title", "City"], ["X", "Paris"], ["Y", "Lyon"]]
    assert run(*other).gone == ()
    assert names(run(*other[:2]).gone) == ["Y"]
    assert names(run(HEADER, ULM, JENA).gone) == ["A"]
    assert names(run(HEADER, JENA).gone) == ["A", "B"], "what was added later belongs to the same file"


def test_a_refused_row_still_means_its_event(run) -> None:
    run(HEADER, BONN, ["", "Night", "Ulm", ""], JENA)
    plan = run(HEADER, ["1", "A", "Qqqxyzzy", ""], ["", "night", "Qqqxyzzy", ""], JENA)
    assert (counts(plan), plan.gone) == ((0, 0, 1, 2), ())


def test_an_event_made_by_hand_is_found_by_name_city_and_day(run, make: Maker, edition: Edition) -> None:
    event = make.event(edition, is_published=False)
    plan = run(["Name", "Place", "Start"], [" EVENING in Bérlin", "Berlin", "19:00"])
    assert (counts(plan), warned(plan)) == ((0, 1, 0, 0), ["found-alike"])
    assert (names(events_of(edition)), event.starts.hour) == (["EVENING in Bérlin"], 19)
    assert counts(run(["Name", "Place", "Start"], [" EVENING in Bérlin", "Berlin", "19:00"])) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": {"en": "Another"}},
        {"city": "Potsdam"},
        {"country": "AT"},
        {"starts": datetime(2027, 2, 25, 18), "ends": datetime(2027, 2, 25, 19)},
        {"external_id": "theirs"},
    ],
)
def test_what_differs_is_another_event(run, make: Maker, edition: Edition, changes: dict[str, object]) -> None:
    make.event(edition, is_published=False, **changes)
    assert counts(run(HEADER, ["9", "Evening in Berlin", "Berlin", "18:30"])) == (1, 0, 0, 0)


def test_of_several_that_are_alike_none_is_taken(run, make: Maker, edition: Edition) -> None:
    make.event(edition, is_published=False)
    make.event(edition, is_published=False)
    assert counts(run(HEADER, ["9", "Evening in Berlin", "Berlin", "18:30"])) == (1, 0, 0, 0)


def test_rows_that_are_alike_find_their_own_hour(run, make: Maker, edition: Edition) -> None:
    late = {"starts": datetime(2027, 2, 26, 20), "ends": datetime(2027, 2, 26, 21)}
    make.event(edition, is_published=False, **late)
    name = "Evening in Berlin"
    plan = run(HEADER, ["1", name, "Berlin", "18:30"], ["2", name, "Berlin", "20:00"])
    assert [row.action for row in plan.rows] == [Action.NEW, Action.CHANGED]


def test_a_file_that_gets_identifiers_keeps_its_events(run, edition: Edition) -> None:
    run(["Name", "Place"], ["A", "Bonn"], ["B", "Ulm"])
    plan = run(["ID", "Name", "Place"], ["x-1", "A", "Bonn"], ["x-2", "B", "Ulm"])
    assert (counts(plan), plan.rows[0].changed) == ((0, 2, 0, 0), ("external_id",))
    assert counts(run(["ID", "Name", "Place"], ["x-1", "New name", "Bonn"], ["x-2", "B", "Ulm"])) == (0, 1, 1, 0)
    assert counts(run(["Name", "Place"], ["New name", "Bonn"], ["B", "Ulm"])) == (0, 0, 2, 0), "and without them again"
    assert [event.external_id for event in events_of(edition)] == ["x-1", "x-2"]


def test_what_is_proposed_is_left_to_the_coordinators(run, edition: Edition, now: datetime) -> None:
    with unit_of_work():
        events.create(edition, BERLIN, is_proposed=True, actor=None, now=now)
    assert counts(run(HEADER, ["9", "Evening in Berlin", "Berlin", "18:30"])) == (1, 0, 0, 0)


def test_a_change_is_told_field_by_field(run) -> None:
    run(HEADER, BONN)
    (row,) = run(HEADER, ["1", "A", "Ulm", "18:00"]).rows
    assert (row.before.city, row.draft.city, "city" in row.changed) == ("Bonn", "Ulm", True)


def test_a_digest_stands_for_what_is_gone(run, edition: Edition, now: datetime) -> None:
    run(HEADER, BONN, ULM)
    table = read(content_of(HEADER, BONN))
    first = imports.plan(edition, table, Options()).digest()
    publish(events_of(edition)[1], now)
    assert imports.plan(edition, table, Options()).digest() != first


def test_namesakes_get_numbered_slugs(run, make: Maker, edition: Edition) -> None:
    make.event(edition, name={"en": "A"}, city="Ulm")
    cities = ["Bonn", "Jena", "Paris", "Lyon", "Berlin"]
    run(HEADER, *([f"{city}", "A", city, ""] for city in cities))
    assert [event.slug for event in events_of(edition)] == ["a", "a-2", "a-3", "a-4", "a-5", "a-6"]
    assert sorted(db.session.scalars(select(Series.slug))) == ["a", "a-2", "a-3", "a-4", "a-5", "a-6"]


def test_many_at_once_are_stored_as_one_by_one(run, edition: Edition, now: datetime) -> None:
    run(HEADER, BONN)
    (imported,) = events_of(edition)
    with unit_of_work():
        single = events.create(edition, replace(events.draft_of(imported), external_id=None), actor=None, now=now)
    assert replace(events.draft_of(single), external_id="1") == events.draft_of(imported)
    columns = ("city_slug", "search_text", "status", "sequence", "seats_taken", "starts_at", "ends_at", "created_at")
    assert [getattr(single, name) for name in columns] == [getattr(imported, name) for name in columns]
    lines = select(Audit.subject_id).where(Audit.action == "create", Audit.subject == "event").order_by(Audit.id)
    assert list(db.session.scalars(lines)) == [imported.id, single.id]


def test_two_at_the_same_time_store_each_row_once(app_on_both: Flask, edition: Edition, now: datetime) -> None:
    year, content = edition.id, content_of(HEADER, *([str(number), f"E{number}", "Bonn", ""] for number in range(40)))
    gate, ended = threading.Barrier(2), []

    def take_part() -> None:
        with app_on_both.app_context():
            gate.wait()
            try:
                with unit_of_work():
                    plan = imports.plan(db.session.get_one(Edition, year), read(content), Options())
                    imports.carry_out(plan, actor=None, now=now)
                ended.append(plan.to_do)
            except Refused as refused:
                ended.append(refused.code)

    db.session.remove()
    threads = [threading.Thread(target=take_part) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ended) == 2
    assert set(map(str, ended)) in ({"40", "0"}, {"40", "imported-meanwhile"})
    assert db.session.scalars(select(func.count()).select_from(Event)).one() == 40


def test_of_an_unfinished_import_nothing_stays(run, edition: Edition, now: datetime) -> None:
    run(HEADER, BONN, ULM)
    publish(events_of(edition)[1], now)
    before = rows_of_all_tables()
    with pytest.raises(Refused, match="event-was-public"), unit_of_work():
        plan = imports.plan(edition, read(content_of(HEADER, JENA, BONN)), Options())
        imports.carry_out(plan, drop=["b"], reason=REASON, actor=None, now=now)
        raise Refused("event-was-public")
    assert rows_of_all_tables() == before


def test_gone_events_are_only_drafts_and_public_ones(run, edition: Edition) -> None:
    run(HEADER, BONN, ULM)
    assert [event.status for event in run(HEADER, BONN).gone] == [Status.DRAFT]
