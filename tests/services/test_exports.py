"""Registrations as rows to take along: everything that was given, in the version of the question that was answered."""

import json

import pytest
from flask import Flask
from sqlalchemy import select, text

from campaign.db import db, unit_of_work
from campaign.domain.question import Kind
from campaign.domain.registration import Status
from campaign.models import Answer, Audit, Question
from campaign.services import bulk, exports, people, registrations
from tests.make import Maker

OPTIONS = [{"en": "Meat", "az": "Ət"}, {"en": "None", "az": "Heç biri"}]


def test_a_row_says_everything(app_on_both: Flask, make: Maker) -> None:
    event = make.event()
    with unit_of_work():
        event.all_questions = [
            Question(position=0, kind=Kind.TEXT, label={"en": "Diet"}),
            Question(position=1, kind=Kind.SEVERAL_CHOICES, label={"en": "Food", "az": "Yemək"}, options=OPTIONS),
            Question(position=2, kind=Kind.NUMBER, label={"en": "Age"}),
            Question(position=3, kind=Kind.COUNTRY, label={"en": "From"}),
            Question(position=4, kind=Kind.YES_NO, label={"en": "Helps"}),
        ]
    values = (["None"], ["0", "1"], ["-7"], ["AZ"], ["y"])
    answers = {question.id: value for question, value in zip(event.questions, values, strict=True)}
    row = make.registration(event, name="Rəna", party_size=2, language="az", answers=answers)
    user = make.user()
    with unit_of_work():
        registrations.confirm(row, now=make.now)
        bulk.rewrite(row, note="Comes late.", words=["press", "choir"], actor=user, now=make.now)
    export = exports.prepare(people.of_event(event), language="az")
    assert export.labels == ["Diet", "Yemək", "Age", "From", "Helps"]
    (line,) = exports.lines(export)
    assert (line.status, line.name, line.email) == (Status.CONFIRMED, "Rəna", "rena@example.org")
    assert (line.party_size, line.language, line.created_at) == (2, "az", make.now)
    assert line.answers == {0: "None", 1: "Ət; Heç biri", 2: -7, 3: "Azərbaycan", 4: "Bəli"}
    assert (line.tags, line.note, line.code) == (["choir", "press"], "Comes late.", row.code)
    assert export.places[line.event_id].city == "Berlin"


def test_questions_of_the_same_words_share_a_column(app: Flask, make: Maker) -> None:
    event = make.event()
    other = make.event(event.edition, name={"en": "Second"})
    for one, labels in ((event, ["Diet", "Age"]), (other, ["Age"])):
        with unit_of_work():
            one.all_questions = [
                Question(position=position, kind=Kind.TEXT, label={"en": label})
                for position, label in enumerate(labels)
            ]
    make.registration(event, "a@example.org", answers={one.id: [one.label["en"]] for one in event.questions})
    with unit_of_work():
        event.questions[1].retired_at = make.now
        event.all_questions.append(Question(position=1, kind=Kind.TEXT, label={"en": "Age"}))
    make.registration(event, "b@example.org", answers={event.questions[1].id: ["new"]})
    make.registration(other, answers={other.questions[0].id: ["other"]})
    export = exports.prepare(people.of_edition(event.edition), language="en")
    assert export.labels == ["Diet", "Age"]
    assert [line.answers for line in exports.lines(export)] == [{0: "Diet", 1: "Age"}, {1: "new"}, {1: "other"}]


def test_rows_come_block_by_block_and_whoever_went_meanwhile_is_left_out(
    app_on_both: Flask, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "BLOCK", 2)
    event = make.event(capacity=None)
    rows = [make.registration(event, f"p{number}@example.org", name=f"P{number}") for number in range(5)]
    lines = exports.lines(exports.prepare(people.of_event(event), language="en"))
    assert next(lines).name == "P0"
    with unit_of_work():
        db.session.delete(rows[3])
    assert [line.name for line in lines] == ["P1", "P2", "P4"]


def test_damaged_bytes_cost_that_cell_alone(app: Flask, make: Maker) -> None:
    event = make.event()
    question = make.question(event, Kind.TEXT)
    first = make.registration(event, "a@example.org", answers={question.id: ["yes"]})
    make.registration(event, "b@example.org", name="Ali", answers={question.id: ["no"]})
    with unit_of_work():
        db.session.execute(text("UPDATE registration SET name = zeroblob(60) WHERE id = :id"), {"id": first.id})
        db.session.execute(text("UPDATE answer SET value = x'00' WHERE registration_id = :id"), {"id": first.id})
    lines = list(exports.lines(exports.prepare(people.of_event(event), language="en")))
    assert [(line.name, line.email, line.answers) for line in lines] == [
        (None, "a@example.org", {}),
        ("Ali", "b@example.org", {0: "no"}),
    ]


def test_an_export_is_recorded_for_each_event_whose_names_leave(app: Flask, make: Maker) -> None:
    event = make.event()
    empty = make.event(event.edition, name={"en": "Nobody came"})
    make.registration(event)
    user = make.user()
    with unit_of_work():
        exports.record(people.of_edition(event.edition), reason="Badges", kind="csv", actor=user, now=make.now)
    (row,) = db.session.scalars(select(Audit).where(Audit.action == "export-registrations"))
    assert (row.subject, row.subject_id, row.actor_id) == ("event", event.id, user.id)
    assert row.facts == {"reason": "Badges", "kind": "csv"}
    assert empty.id != event.id


def test_answers_are_read_as_they_are_stored(app: Flask, make: Maker) -> None:
    event = make.event()
    question = make.question(event, Kind.LONG_TEXT)
    row = make.registration(event, answers={question.id: ["two\nlines"]})
    stored = db.session.scalars(select(Answer).where(Answer.registration_id == row.id)).one()
    assert json.loads(stored.value) == "two\nlines"
    (line,) = exports.lines(exports.prepare(people.of_event(event), language="en"))
    assert line.answers == {0: "two\nlines"}
