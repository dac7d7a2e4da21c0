"""The questions that an event asks: their order and conditions, versions that keep earlier answers, the library."""

import json
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.question import LIBRARY_LIMIT, Draft, Kind
from campaign.models import Audit, Event, Question, QuestionTemplate, Registration
from campaign.services import question_library, questions, seats, submissions
from tests.make import Maker

WORKSHOPS = Draft(
    Kind.ONE_CHOICE,
    {"en": "Which workshop?"},
    options=({"en": "Singing"}, {"en": "Writing"}, {"en": "Neither"}),
    seats={1: 3},
)


@pytest.fixture
def event(app: Flask, make: Maker) -> Event:
    return make.event()


def add(event: Event, draft: Draft, now: datetime) -> Question:
    with unit_of_work():
        return questions.add(event, draft, actor=None, now=now)


def edit(question: Question, draft: Draft, now: datetime) -> Question:
    with unit_of_work():
        return questions.edit(question, draft, actor=None, now=now)


def text(label: str, **facts: object) -> Draft:
    return Draft(Kind.TEXT, {"en": label}, **facts)  # type: ignore[arg-type]


def labels(event: Event) -> list[str]:
    return [one.label["en"] for one in event.questions]


def people(name: str, event: Event, make: Maker, question: Question, option: int, size: int = 1) -> Registration:
    return make.registration(event, f"{name}@example.org", party_size=size, answers={question.id: [str(option)]})


def taken(question: Question) -> dict[int, tuple[int, int]]:
    return {limit.option: (limit.seats_taken, limit.seats) for limit in question.limits}


def test_ask(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    make.question(event, Kind.TEXT)
    with unit_of_work():
        two = [Question(kind=kind, label={"en": kind}) for kind in (Kind.YES_NO, Kind.NUMBER)]
        questions.ask(event, two, actor=None, now=now)
    assert [(one.position, one.kind) for one in event.questions] == [(0, Kind.YES_NO), (1, Kind.NUMBER)]


def test_a_form_has_twenty_questions_and_a_choice_two_options(event: Event, now: datetime) -> None:
    with pytest.raises(Refused, match="too-many-questions"), unit_of_work():
        questions.ask(event, [Question(kind=Kind.TEXT, label={}) for _ in range(21)], actor=None, now=now)
    lone = Question(kind=Kind.ONE_CHOICE, label={}, options=[{"en": "Only this"}])
    with pytest.raises(Refused, match="question-needs-options"), unit_of_work():
        questions.ask(event, [lone], actor=None, now=now)
    assert event.questions == []
    for number in range(20):
        add(event, text(f"Question {number}"), now)
    with pytest.raises(Refused, match="too-many-questions"):
        add(event, text("One more"), now)
    assert labels(event) == [f"Question {number}" for number in range(20)]


def test_move(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    for label in ("A", "B", "C"):
        add(event, text(label), now)
    for label, up, order in (("C", True, "ACB"), ("A", False, "CAB"), ("C", True, "CAB"), ("B", False, "CAB")):
        question = next(one for one in event.questions if one.label["en"] == label)
        with unit_of_work():
            questions.move(question, up=up, actor=None, now=now)
        assert "".join(labels(event)) == order


def test_a_question_stays_behind_the_one_that_decides_about_it(event: Event, now: datetime) -> None:
    source = add(event, WORKSHOPS, now)
    dependent = add(event, text("Which song?", shown_if=source.id, shown_if_options=(0,)), now)
    for question, up in ((source, False), (dependent, True)):
        with pytest.raises(Refused, match="condition-not-earlier"), unit_of_work():
            questions.move(question, up=up, actor=None, now=now)
    assert labels(event) == ["Which workshop?", "Which song?"]


def test_what_decides_about_another_question_cannot_go(event: Event, now: datetime) -> None:
    source = add(event, WORKSHOPS, now)
    add(event, text("Which song?", shown_if=source.id, shown_if_options=(0,)), now)
    for change in (text("Which workshop?"), Draft(Kind.ONE_CHOICE, {"en": "x"}, options=({"en": "y"}, {"en": "z"}))):
        if change.kind is Kind.TEXT:
            with pytest.raises(Refused, match="question-decides"):
                edit(source, change, now)
    with pytest.raises(Refused, match="question-decides"), unit_of_work():
        questions.remove(source, actor=None, now=now)
    assert labels(event) == ["Which workshop?", "Which song?"]


def test_an_option_that_decides_cannot_go_either(event: Event, now: datetime) -> None:
    source = add(event, WORKSHOPS, now)
    add(event, text("Why neither?", shown_if=source.id, shown_if_options=(2,)), now)
    with pytest.raises(Refused, match="question-decides"):
        edit(source, Draft(Kind.ONE_CHOICE, WORKSHOPS.label, options=WORKSHOPS.options[:2]), now)


@pytest.mark.parametrize(
    ("on", "options"),
    [("itself", (0,)), ("later", (0,)), ("text", (0,)), ("source", (7,)), ("another event's", (0,))],
)
def test_a_condition_that_cannot_be_met(
    event: Event, make: Maker, now: datetime, on: str, options: tuple[int, ...]
) -> None:
    source = add(event, WORKSHOPS, now)
    one = add(event, text("One"), now)
    other = make.event(event.edition, name={"en": "Other"})
    places = {
        "itself": one.id,
        "source": source.id,
        "text": add(event, text("Two"), now).id,
        "later": add(event, WORKSHOPS, now).id,
        "another event's": add(other, WORKSHOPS, now).id,
    }
    with pytest.raises(Refused, match="condition-"):
        edit(one, text("Changed", shown_if=places[on], shown_if_options=options), now)
    assert one.label == {"en": "One"}


def test_an_answered_question_keeps_its_version(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    first = add(event, text("What do you bring?"), now)
    add(event, text("Anything else?"), now)
    registration = make.registration(event, answers={first.id: ["Soup"]})
    second = edit(first, text("What will you bring?", is_required=True), now)
    assert labels(event) == ["What will you bring?", "Anything else?"]
    assert (first.retired_at, second.retired_at) == (now, None)
    assert [(a.question.label["en"], json.loads(a.value)) for a in registration.answers] == [
        ("What do you bring?", "Soup")
    ]
    assert edit(second, text("What can you bring?"), now) is second, "nobody has answered this version"
    with pytest.raises(Refused, match="answer-required"):
        edit(second, text("What can you bring?", is_required=True), now)
        submissions.clean_answers(event, {})


def test_a_change_that_leaves_the_words_alone_makes_no_version(event: Event, make: Maker, now: datetime) -> None:
    question = add(event, text("What do you bring?"), now)
    make.registration(event, answers={question.id: ["Soup"]})
    changed = text("What do you bring?", is_required=True, section={"en": "Food"})
    assert edit(question, changed, now) is question
    assert (question.is_required, question.section) == (True, {"en": "Food"})


def test_a_removed_question_stays_with_its_answers(event: Event, make: Maker, now: datetime) -> None:
    answered, unanswered = add(event, text("Answered"), now), add(event, text("Unanswered"), now)
    registration = make.registration(event, answers={answered.id: ["Yes"]})
    for question in (answered, unanswered):
        with unit_of_work():
            questions.remove(question, actor=None, now=now)
    assert event.questions == []
    assert [one.label["en"] for one in event.all_questions] == ["Answered"]
    assert registration.answers[0].question is answered
    assert labels(event) == []


def test_conditions_follow_a_new_version_and_its_options(event: Event, make: Maker, now: datetime) -> None:
    source = add(event, WORKSHOPS, now)
    dependent = add(event, text("Which song?", shown_if=source.id, shown_if_options=(0, 2)), now)
    people("rena", event, make, source, 1)
    options = ({"en": "Dance"}, {"en": "Neither"}, {"en": "Singing"}, {"en": "Writing"})
    version = edit(source, Draft(Kind.ONE_CHOICE, {"en": "Which one?"}, options=options), now)
    assert version is not source
    assert (dependent.shown_if_id, dependent.shown_if_options) == (version.id, [1, 2])


def test_places_stay_taken_across_versions(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    first = add(event, WORKSHOPS, now)
    people("a", event, make, first, 1, size=2)
    people("b", event, make, first, 0)
    assert taken(first) == {1: (2, 3)}
    options = ({"en": "Writing"}, {"en": "Singing aloud"})
    second = edit(first, Draft(Kind.ONE_CHOICE, {"en": "Where?"}, options=options, seats={0: 3, 1: 5}), now)
    assert taken(second) == {0: (2, 3), 1: (0, 5)}, "Singing went to where Writing stood, and is another option"
    with pytest.raises(Refused, match="option-full"):
        people("c", event, make, second, 0, size=2)
    people("c", event, make, second, 0)
    third = edit(second, Draft(Kind.ONE_CHOICE, {"en": "And where?"}, options=options, seats={0: 4}), now)
    assert taken(third) == {0: (3, 4)}
    with unit_of_work():
        seats.recount(event)
    assert taken(third) == {0: (3, 4)}


def test_a_limit_set_later_counts_who_chose_before(event: Event, make: Maker, now: datetime) -> None:
    question = add(event, Draft(Kind.ONE_CHOICE, WORKSHOPS.label, options=WORKSHOPS.options), now)
    people("a", event, make, question, 2, size=4)
    limited = Draft(Kind.ONE_CHOICE, WORKSHOPS.label, options=WORKSHOPS.options, seats={2: 3})
    with pytest.raises(Refused, match="limit-below-taken") as told:
        edit(question, limited, now)
    assert told.value.facts == {"taken": 4}
    raised = Draft(Kind.ONE_CHOICE, WORKSHOPS.label, options=WORKSHOPS.options, seats={2: 4})
    assert edit(question, raised, now) is question
    assert taken(question) == {2: (4, 4)}
    with pytest.raises(Refused, match="option-full"):
        people("b", event, make, question, 2)


def test_a_question_that_asks_for_protected_data_is_kept_knowingly(event: Event, now: datetime) -> None:
    with pytest.raises(Refused, match="question-sensitive") as told:
        add(event, text("Any allergies?"), now)
    assert told.value.facts == {"category": "health"}
    assert add(event, text("Any allergies?", is_sensitive=True), now).is_sensitive
    assert not add(event, text("Any wishes?", is_sensitive=True), now).is_sensitive
    with unit_of_work():
        questions.ask(event, [Question(kind=Kind.TEXT, label={"en": "Your religion"})], actor=None, now=now)
    assert event.questions[0].is_sensitive


def test_hidden_answers_are_not_stored(event: Event, make: Maker, now: datetime) -> None:
    source = add(event, WORKSHOPS, now)
    song = add(event, text("Which song?", is_required=True, shown_if=source.id, shown_if_options=(0,)), now)
    registration = make.registration(event, answers={source.id: ["2"], song.id: ["Sari gelin"]})
    assert [answer.question_id for answer in registration.answers] == [source.id]
    with pytest.raises(Refused, match="answer-required"):
        make.registration(event, "b@example.org", answers={source.id: ["0"]})


def test_the_library_keeps_a_question_once_and_hands_out_copies(event: Event, make: Maker, now: datetime) -> None:
    question = add(event, text("Any allergies?", is_sensitive=True, help={"en": "Nuts?"}, section={"en": "Food"}), now)
    with unit_of_work():
        kept = question_library.keep(question, actor=None, now=now)
        assert question_library.keep(question, actor=None, now=now) is kept
    other = make.event(event.edition, name={"en": "Other"})
    with unit_of_work():
        copy = question_library.take(other, kept, actor=None, now=now)
    assert (copy.label, copy.help, copy.section, copy.is_sensitive) == (question.label, question.help, {}, True)
    edit(copy, text("Allergic to anything?", is_sensitive=True), now)
    assert (kept.label, question.label) == ({"en": "Any allergies?"}, {"en": "Any allergies?"})
    campaign = event.edition.campaign
    with unit_of_work():
        question_library.forget(kept, campaign=campaign, actor=None, now=now)
    assert question_library.of_campaign(campaign) == []
    assert labels(other) == ["Allergic to anything?"]


def test_a_library_is_full_at_its_limit(event: Event, now: datetime) -> None:
    question = add(event, text("One more?"), now)
    campaign = event.edition.campaign
    with unit_of_work():
        for number in range(LIBRARY_LIMIT):
            db.session.add(QuestionTemplate(campaign_id=campaign.id, kind=Kind.TEXT, label={"en": str(number)}))
    with pytest.raises(Refused, match="library-full"), unit_of_work():
        question_library.keep(question, actor=None, now=now)


def test_what_is_done_to_questions_is_recorded(event: Event, now: datetime) -> None:
    question = add(event, text("What?"), now)
    edit(question, text("What else?"), now)
    with unit_of_work():
        questions.remove(question, actor=None, now=now)
    told = db.session.scalars(select(Audit.action).where(Audit.subject == "question").order_by(Audit.id)).all()
    assert told == ["ask", "reword", "unask"]
    assert db.session.scalar(select(func.count()).select_from(Question)) == 0
