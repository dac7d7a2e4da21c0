"""What an organizer does with the questions of an event's form; earlier answers keep the version they were given to."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select

from campaign.db import db, lock
from campaign.domain import question as rules
from campaign.domain import registration as registration_rules
from campaign.domain import sensitive
from campaign.domain.errors import Refused
from campaign.domain.question import Asked, Draft, Kind
from campaign.geo.countries import COUNTRIES
from campaign.models import Answer, ChosenOption, Event, OptionLimit, Question, Registration, User
from campaign.services import audit


def ask(event: Event, questions: Sequence[Question], *, actor: User | None, now: datetime) -> None:
    """Give the event these questions in this order; what was answered before is kept with its answers."""
    lock(event)
    if len(questions) > rules.QUESTION_LIMIT:
        raise Refused("too-many-questions", limit=rules.QUESTION_LIMIT)
    for position, one in enumerate(questions):
        rules.check_question(one.kind, one.options)
        one.position = position
        one.is_sensitive = one.is_sensitive or category_of(draft_of(one)) is not None
    for old in event.questions:
        _drop(old, now=now)
    event.all_questions.extend(questions)
    db.session.flush()
    audit.record("ask", event, campaign=event.edition.campaign, actor=actor, now=now, count=len(questions))


def add(event: Event, draft: Draft, *, actor: User | None, now: datetime) -> Question:
    """Ask one question more, after the others.

    Raises Refused for what the rules of questions and conditions refuse, "too-many-questions", and
    "question-sensitive" for one that asks for specially protected data without the organizer's knowing.
    """
    lock(event)
    if len(event.questions) >= rules.QUESTION_LIMIT:
        raise Refused("too-many-questions", limit=rules.QUESTION_LIMIT)
    _check(draft, earlier=asked(event))
    question = Question(position=max((one.position for one in event.questions), default=-1) + 1)
    _write(question, draft)
    event.all_questions.append(question)
    db.session.flush()
    _limit(question, draft.seats)
    audit.record("ask", question, campaign=event.edition.campaign, actor=actor, now=now)
    return question


def edit(question: Question, draft: Draft, *, actor: User | None, now: datetime) -> Question:
    """Change a question; return its new version where people have answered other words, else itself.

    Places that were chosen of limited options stay taken, and conditions follow their options. Raises
    Refused as `add` does, "question-decides" when a condition hangs on what would go, and
    "limit-below-taken" for fewer places than are taken.
    """
    event = question.event
    lock(event)
    at = event.questions.index(question)
    _check(draft, earlier=asked(event)[:at], later=asked(event)[at + 1 :])
    moved = _moved(question, draft)
    is_reworded = any(getattr(question, name) != value for name, value in _words(draft).items())
    version = question
    if is_reworded and _is_answered(question):
        version = Question(position=question.position)
    chosen = _chosen(question, moved)
    if version is not question:
        question.retired_at = now
        db.session.flush()
        _write(version, draft)
        event.all_questions.append(version)
    else:
        _write(question, draft)
    db.session.flush()
    _follow(event, question, version, moved)
    _choose(question, version, chosen)
    _limit(version, draft.seats)
    db.session.expire(event, ["all_questions"])
    audit.record("reword", version, campaign=event.edition.campaign, actor=actor, now=now, former=question.id)
    return version


def remove(question: Question, *, actor: User | None, now: datetime) -> None:
    """Take a question off the form, keeping its answers; raises Refused("question-decides")."""
    event = question.event
    lock(event)
    if _dependents(event, question):
        raise Refused("question-decides")
    audit.record("unask", question, campaign=event.edition.campaign, actor=actor, now=now)
    _drop(question, now=now)


def move(question: Question, *, up: bool, actor: User | None, now: datetime) -> None:
    """Let a question change places with its neighbour; raises Refused("condition-not-earlier")."""
    event = question.event
    lock(event)
    order = event.questions
    at = order.index(question)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(order):
        return
    first, second = question.position, order[other].position
    for one, position in ((question, -1), (order[other], first), (question, second)):
        one.position = position
        db.session.flush()  # One at a time: no two may ever stand in the same place.
    db.session.expire(event, ["all_questions"])
    rules.check_order(asked(event))
    audit.record("move", question, campaign=event.edition.campaign, actor=actor, now=now)


def clean_answers(event: Event, raw: Mapping[int, Sequence[str]]) -> tuple[dict[int, rules.Answer], dict[int, Refused]]:
    """Return the clean answers by question, and what is wrong with the others."""
    return rules.clean_answers(asked(event), raw, countries=COUNTRIES)


def asked(event: Event) -> list[Asked]:
    """Return what the rules need to know of the form's questions, in its order."""
    return [
        Asked(
            id=one.id,
            kind=one.kind,
            option_count=len(one.options),
            is_required=one.is_required,
            low=one.low,
            high=one.high,
            shown_if=one.shown_if_id,
            shown_if_options=tuple(one.shown_if_options),
        )
        for one in event.questions
    ]


def party_limit(event: Event) -> int:
    """Return how many may come together by one registration."""
    own = (one.high for one in event.questions if one.kind is Kind.PARTY_SIZE)
    return next(own, None) or registration_rules.PARTY_LIMIT


def draft_of(question: Question) -> Draft:
    """Return a question as it is edited."""
    return Draft(
        kind=question.kind,
        label=question.label or {},
        help=question.help or {},
        section=question.section or {},
        is_required=bool(question.is_required),
        options=tuple(question.options or ()),
        seats={limit.option: limit.seats for limit in question.limits},
        low=question.low,
        high=question.high,
        shown_if=question.shown_if_id,
        shown_if_options=tuple(question.shown_if_options or ()),
        is_sensitive=bool(question.is_sensitive),
    )


def category_of(draft: Draft) -> sensitive.Category | None:
    """Return which kind of specially protected data a question seems to ask for."""
    texts: Iterable[Mapping[str, str]] = (draft.label, draft.help, *draft.options)
    return sensitive.category_of(text for one in texts for text in one.values())


def _check(draft: Draft, *, earlier: Sequence[Asked], later: Sequence[Asked] = ()) -> None:
    rules.check_question(draft.kind, draft.options)
    rules.check_limits(draft.kind, draft.low, draft.high, option_count=len(draft.options))
    last = Asked(0, draft.kind, shown_if=draft.shown_if, shown_if_options=draft.shown_if_options)
    rules.check_order([*earlier, last])
    if draft.kind is Kind.PARTY_SIZE and any(one.kind is Kind.PARTY_SIZE for one in later):
        raise Refused("party-size-twice")
    category = category_of(draft)
    if category and not draft.is_sensitive:
        raise Refused("question-sensitive", category=category)


def _words(draft: Draft) -> dict[str, object]:
    options = [dict(option) for option in draft.options] if draft.kind in rules.CHOICES else []
    return {"kind": draft.kind, "label": dict(draft.label), "help": dict(draft.help), "options": options}


def _write(question: Question, draft: Draft) -> None:
    for name, value in _words(draft).items():
        setattr(question, name, value)
    question.section, question.is_required = dict(draft.section), draft.is_required
    question.low, question.high = (draft.low, draft.high) if draft.kind in rules.BOUNDS else (None, None)
    question.shown_if_id, question.shown_if_options = draft.shown_if, list(draft.shown_if_options)
    question.is_sensitive = category_of(draft) is not None


def _drop(question: Question, *, now: datetime) -> None:
    """Take a question off the form: with answers it stays as a former version, else it goes."""
    if _is_answered(question):
        question.retired_at = now
    else:
        question.event.all_questions.remove(question)
    db.session.flush()


def _is_answered(question: Question) -> bool:
    return db.session.scalar(select(Answer.id).where(Answer.question_id == question.id).limit(1)) is not None


def _dependents(event: Event, question: Question) -> list[Question]:
    return [one for one in event.questions if one.shown_if_id == question.id]


def _moved(question: Question, draft: Draft) -> dict[int, int]:
    """Return where each option is in the draft; the main language tells which is which."""
    language = question.event.edition.campaign.default_language
    old, new = ([option.get(language, "") for option in options] for options in (question.options, draft.options))
    return rules.moved_options(old, new)


def _follow(event: Event, question: Question, version: Question, moved: Mapping[int, int]) -> None:
    """Let the conditions that hang on a question hang on its new version, and on the same options."""
    for one in _dependents(event, question):
        if version.kind not in rules.DECIDES:
            raise Refused("question-decides")
        one.shown_if_id = version.id
        if version.kind in rules.CHOICES:
            if not moved.keys() >= set(one.shown_if_options):
                raise Refused("question-decides")
            one.shown_if_options = sorted({moved[number] for number in one.shown_if_options})
    db.session.flush()


def _chosen(question: Question, moved: Mapping[int, int]) -> set[tuple[int, int]]:
    """Return who chose what, registration and option, as the options stand in the draft."""
    if question.kind not in rules.CHOICES:
        return set()
    counted = select(ChosenOption.registration_id, ChosenOption.option).where(ChosenOption.question_id == question.id)
    chosen = {(one.registration_id, one.option) for one in db.session.execute(counted)}
    for answer in db.session.scalars(select(Answer).where(Answer.question_id == question.id)):
        chosen |= {(answer.registration_id, option) for option in json.loads(answer.value)}
    return {(registration, moved[option]) for registration, option in chosen if option in moved}


def _choose(question: Question, version: Question, chosen: Iterable[tuple[int, int]]) -> None:
    """Count the choices for the version that is asked now, so that a limit knows them all."""
    for row in db.session.scalars(select(ChosenOption).where(ChosenOption.question_id == question.id)):
        db.session.delete(row)
    db.session.flush()
    if version.kind in rules.CHOICES:
        for registration, option in sorted(chosen):
            db.session.add(ChosenOption(registration_id=registration, question_id=version.id, option=option))
    db.session.flush()


def _limit(question: Question, seats: Mapping[int, int]) -> None:
    """Limit the options; raises Refused("limit-below-taken", taken=…)."""
    people = select(ChosenOption.option, func.sum(Registration.party_size)).join(
        Registration, Registration.id == ChosenOption.registration_id
    )
    holds = Registration.status.in_(registration_rules.HOLDS_SEAT)
    counted = people.where(ChosenOption.question_id == question.id, holds).group_by(ChosenOption.option)
    taken = {option: int(count) for option, count in db.session.execute(counted)}
    question.limits.clear()
    db.session.flush()
    for option, limit in sorted(seats.items()):
        if taken.get(option, 0) > limit:
            raise Refused("limit-below-taken", taken=taken[option])
        question.limits.append(OptionLimit(option=option, seats=limit, seats_taken=taken.get(option, 0)))
    db.session.flush()
