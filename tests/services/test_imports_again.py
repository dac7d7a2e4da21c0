"""Importing a file once more: nothing changes but what its rows changed; and rows that are there twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.event import Draft, Status
from campaign.models import Audit, Edition, Event
from campaign.services import events, imports
from campaign.services.import_plan import Action, Options
from campaign.sheets.reader import read
from tests.make import Maker
from tests.services.test_imports import (
    content_of,
    counts,
    draft,
    edition,
    events_of,
    one,
    rows_of_all_tables,
    run,
    warned,
)

pytestmark = pytest.mark.usefixtures("app")
__all__ = ["edition", "run"]

HEADER = ["ID", "Name", "Place", "Start", "Venue", "Capacity"]
ROW = ["1", "Evening", "Berlin", "18:30", "Hall", "50"]


def changed(**cells: str) -> list[str]:
    """Return the row with some cells changed."""
    return [cells.get(name, text) for name, text in zip(HEADER, ROW, strict=True)]


def edit(event: Event, now: datetime, **fields: object) -> None:
    """Change an event by hand."""
    with unit_of_work():
        events.edit(event, replace(events.draft_of(event), **fields), actor=None, now=now)


def test_the_same_file_twice_changes_nothing(run, edition: Edition) -> None:
    rows = [HEADER, ROW, ["", "Morning", "Paris", "9:00", "", ""], ["3", "Night", "Qqqxyzzy", "", "", ""]]
    assert counts(run(*rows)) == (2, 0, 0, 1)
    before = rows_of_all_tables()
    assert counts(run(*rows)) == (0, 0, 2, 1)
    assert rows_of_all_tables() == before


def test_a_plan_stores_nothing(edition: Edition) -> None:
    before = rows_of_all_tables()
    with unit_of_work():
        plan = imports.plan(edition, read(content_of(HEADER, ROW)), Options())
    assert plan.to_do == 1
    assert rows_of_all_tables() == before


def test_a_changed_row_changes_its_event(run, edition: Edition) -> None:
    run(HEADER, ROW)
    plan = run(HEADER, changed(Name="Night", Place="Paris"))
    assert counts(plan) == (0, 1, 0, 0)
    (event,) = events_of(edition)
    assert (event.name, event.country, event.zone, event.venue) == ({"en": "Night"}, "FR", "Europe/Paris", "Hall")
    assert counts(run(HEADER, changed(Name="Night", Place="Paris"))) == (0, 0, 1, 0)


def test_the_order_of_rows_does_not_matter(run) -> None:
    rows = [["", "A", "Bonn", "", "", ""], ["", "B", "Bonn", "", "", ""], ROW]
    run(HEADER, *rows)
    assert counts(run(HEADER, *reversed(rows))) == (0, 0, 3, 0)


def test_what_was_changed_by_hand_survives(run, edition: Edition, now: datetime) -> None:
    run(HEADER, ROW)
    (event,) = events_of(edition)
    edit(event, now, venue="Garden", description={"en": "By hand."}, name={"en": "Evening", "az": "Axşam"})
    assert counts(run(HEADER, ROW)) == (0, 0, 1, 0)
    assert counts(run(HEADER, changed(Start="19:00", Name="Night"))) == (0, 1, 0, 0)
    (event,) = events_of(edition)
    assert (event.venue, event.description, event.starts) == ("Garden", {"en": "By hand."}, datetime(2027, 2, 26, 19))
    assert event.name == {"en": "Night", "az": "Axşam"}


def test_a_published_event_follows_its_row(run, edition: Edition, now: datetime) -> None:
    run(HEADER, ROW)
    (event,) = events_of(edition)
    with unit_of_work():
        events.publish(event, actor=None, now=now)
    run(HEADER, changed(Start="19:00"))
    assert (event.status, event.sequence, event.moved_from) == (Status.PUBLISHED, 1, datetime(2027, 2, 26, 18, 30))


def test_a_published_event_never_becomes_incomplete(run, edition: Edition, now: datetime) -> None:
    run(HEADER, ROW)
    with unit_of_work():
        events.publish(events_of(edition)[0], actor=None, now=now)
    plan = run(HEADER, changed(Place="Online"))
    assert (one(plan).action, one(plan).reason.code) == (Action.REFUSED, "event-incomplete")
    assert events_of(edition)[0].country == "DE"


def test_fewer_places_than_are_taken(run, edition: Edition) -> None:
    run(HEADER, ROW)
    with unit_of_work():
        events_of(edition)[0].seats_taken = 7
    plan = run(HEADER, changed(Capacity="5"))
    assert one(plan).reason.code == "capacity-below-taken"


def test_a_zone_that_was_taken_away_by_hand(run, edition: Edition, now: datetime) -> None:
    run(HEADER, ROW)
    edit(events_of(edition)[0], now, zone=None, starts=None, ends=None)
    plan = run(HEADER, changed(Start="19:00"))
    assert one(plan).reason.code == "zone-missing"


def test_a_preview_says_what_changes(run) -> None:
    run(HEADER, ROW)
    assert one(run(HEADER, changed(Start="19:00", Venue=""))).changed == ("venue", "starts", "ends")


def test_a_change_by_hand_after_the_plan_is_not_lost(edition: Edition, run, now: datetime) -> None:
    run(HEADER, ROW)
    with unit_of_work():
        plan = imports.plan(edition, read(content_of(HEADER, changed(Start="19:00"))), Options())
        events_of(edition)[0].venue = "Garden"
        db.session.flush()
        imports.carry_out(plan, actor=None, now=now)
    assert (events_of(edition)[0].venue, events_of(edition)[0].starts) == ("Garden", datetime(2027, 2, 26, 19))


def test_two_at_the_same_time(edition: Edition, now: datetime) -> None:
    table = read(content_of(HEADER, ROW))
    with pytest.raises(Refused, match="imported-meanwhile"), unit_of_work():
        plans = [imports.plan(edition, table, Options()) for _ in range(2)]
        for plan in plans:
            imports.carry_out(plan, actor=None, now=now)
    assert events_of(edition) == []


def test_an_event_that_came_by_another_way(run, edition: Edition, now: datetime) -> None:
    with unit_of_work():
        by_hand = Draft(name={"en": "Old"}, url="https://example.org/", external_id="1")
        events.create(edition, by_hand, actor=None, now=now)
    assert counts(run(HEADER, ROW)) == (0, 1, 0, 0)
    (event,) = events_of(edition)
    assert (event.name, event.url, event.city) == ({"en": "Evening"}, "https://example.org/", "Berlin")


def test_another_year_has_its_own(run, make: Maker, edition: Edition, now: datetime) -> None:
    run(HEADER, ROW)
    other = make.edition(edition.campaign, 2028)
    assert imports.plan(other, read(content_of(HEADER, ROW)), Options()).count(Action.NEW) == 1


def test_all_or_nothing(run, edition: Edition, now: datetime) -> None:
    run(HEADER, ROW)
    before, told = rows_of_all_tables(), []

    def stop() -> None:
        told.append(True)
        if len(told) == 3:
            raise Refused("stopped")

    with pytest.raises(Refused, match="stopped"), unit_of_work():
        rows = [HEADER, changed(Start="19:00"), ["2", "B", "Bonn", "", "", ""], ["3", "C", "Bonn", "", "", ""]]
        plan = imports.plan(edition, read(content_of(*rows)), Options())
        imports.carry_out(plan, actor=None, now=now, tell=stop)
    assert rows_of_all_tables() == before


def test_an_import_is_recorded(run, edition: Edition) -> None:
    run(HEADER, ROW)
    last = db.session.query(Audit).order_by(Audit.id.desc()).first()
    assert (last.action, last.subject, last.subject_id) == ("import", "edition", edition.id)
    assert last.facts == {"new": 1, "changed": 0, "unchanged": 0, "refused": 0, "gone": 0}


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (["", "Evening", "Berlin", "", "Songs."], "duplicate"),
        (["", " EVENING ", "berlin", "", "songs."], "duplicate"),
        (["", "Evening", "Berlin", "", ""], "duplicate"),
        (["", "Evening", "Berlin", "", "Readings."], "new"),
        (["", "Evening", "Berlin", "20:00", "Songs."], "new"),
        (["", "Evening", "Bonn", "", "Songs."], "new"),
        (["", "Morning", "Berlin", "", "Songs."], "new"),
        (["b", "Evening", "Berlin", "", "Songs."], "duplicate"),
        (["b", "Evening", "Berlin", "", "Readings."], "new"),
        (["a", "Morning", "Paris", "", ""], "same-id"),
    ],
)
def test_a_row_that_is_there_twice(run, second: Sequence[str], expected: str) -> None:
    header = ["ID", "Name", "Place", "Start", "Description"]
    first = ["a" if second[0] else "", "Evening", "Berlin", "", "Songs."]
    plan = run(header, first, second)
    if expected == "new":
        assert counts(plan) == (2, 0, 0, 0)
        assert counts(run(header, first, second)) == (0, 0, 2, 0)
    else:
        reason = plan.rows[1].reason
        assert (reason.code, reason.facts) == (expected, {"line": 2})


def test_rows_with_identifiers_do_not_number_those_without(run) -> None:
    header = ["ID", "Name", "Place", "Description"]
    other = ["", "Evening", "Berlin", "Songs."]
    run(header, ["a", "Evening", "Berlin", "Readings."], other)
    assert counts(run(header, other)) == (0, 0, 1, 0)


def test_without_names_descriptions_tell_events_apart(run) -> None:
    plan = run(["Place", "Program"], ["Iwaki", ""], ["Iwaki", "mapping"], ["Iwaki", "Mapping "])
    assert [row.action for row in plan.rows] == [Action.NEW, Action.NEW, Action.REFUSED]


def test_alike_but_for_the_description_is_said(run) -> None:
    plan = run(["Name", "Place", "Description"], ["A", "Bonn", "Songs."], ["A", "Bonn", "Readings."])
    assert [str(note.code) for note in plan.rows[1].warnings] == ["resembles"]


def test_a_digest_stands_for_what_would_happen(run, edition: Edition, now: datetime) -> None:
    table = read(content_of(HEADER, ROW))
    first = imports.plan(edition, table, Options())
    assert first.digest() == imports.plan(edition, table, Options()).digest()
    assert first.digest() != imports.plan(edition, table, Options(zone="Asia/Baku", columns={"venue": ""})).digest()
    run(HEADER, ROW)
    assert first.digest() != imports.plan(edition, table, Options()).digest()


def test_hostile_text_is_only_text(run, edition: Edition) -> None:
    nasty = "=cmd|' /C calc'!A0 <script>alert(1)</script> ' OR 1=1 -- \u202e{{7*7}} %s %(x)s"
    plan = run(["Name", "Place", "Description"], [nasty, "Bonn", nasty])
    assert draft(plan).name["en"] == " ".join(nasty.replace("\u202e", "").split())
    assert warned(plan) == []
