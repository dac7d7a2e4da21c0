"""The questions that an event asks beside name and address."""

from datetime import datetime

import pytest
from flask import Flask

from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.question import Kind
from campaign.models import Question
from campaign.services import events
from tests.make import Maker


def test_ask(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    make.question(event, Kind.TEXT)
    with unit_of_work():
        two = [Question(kind=kind, label={"en": kind}) for kind in (Kind.YES_NO, Kind.NUMBER)]
        events.ask(event, two, actor=None, now=now)
    assert [(one.position, one.kind) for one in event.questions] == [(0, Kind.YES_NO), (1, Kind.NUMBER)]


def test_questions_stand_once_somebody_has_answered(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    question = make.question(event, Kind.TEXT)
    make.registration(event, answers={question.id: ["An answer"]})
    with pytest.raises(Refused, match="questions-answered"), unit_of_work():
        events.ask(event, [], actor=None, now=now)
    assert [one.id for one in event.questions] == [question.id]


def test_a_form_has_twenty_questions_and_a_choice_two_options(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    with pytest.raises(Refused, match="too-many-questions"), unit_of_work():
        events.ask(event, [Question(kind=Kind.TEXT, label={}) for _ in range(21)], actor=None, now=now)
    lone = Question(kind=Kind.ONE_CHOICE, label={}, options=[{"en": "Only this"}])
    with pytest.raises(Refused, match="question-needs-options"), unit_of_work():
        events.ask(event, [lone], actor=None, now=now)
    assert event.questions == []
