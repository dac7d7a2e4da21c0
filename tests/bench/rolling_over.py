"""How long next year's ten thousand events take: the preview, the step, a step that finds all of it there, the undo."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import func, insert, literal, select

from campaign.db import db, unit_of_work
from campaign.domain.question import Kind
from campaign.domain.roll_over import Outcome
from campaign.models import Campaign, Event, OptionLimit, Question, RollOver
from campaign.services import roll_over, undoing
from tests.bench import crowd
from tests.bench.figure import Figure

EVENTS = 10_000
NEXT = crowd.YEAR + 1


def figures(app: Flask, *, events: int = EVENTS) -> list[Figure]:
    """Return the seconds of each, for events in 200 countries with two questions and a limit each."""
    crowd.lay(app)
    crowd.grow(app, events)
    with app.app_context():
        _ask()
        crowd.tidy()
        name = f"{events:,} events in {crowd.COUNTRY_COUNT} countries"
        found = [
            Figure(f"preview of rolling over {name}", _seconds(_preview), "s", 3),
            Figure(f"rolling over {name}", _seconds(_step), "s", 10),
            Figure(f"rolling over {name} that are there already", _seconds(_step), "s", 10),
        ]
        assert _count() == events, "an event did not come along"
        found.append(Figure(f"undoing {name}", _seconds(_undo), "s", 10))
        assert _count() == 0, "a draft stayed"
        db.session.remove()
    return found


def _seconds(work: Callable[[], object]) -> float:
    """Return how long it takes a process that has nothing at hand yet."""
    db.session.remove()
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _preview() -> None:
    assert roll_over.plan(_campaign(), NEXT).count(Outcome.NEW) > 0


def _step() -> None:
    with unit_of_work():
        roll_over.carry_out(_campaign(), NEXT, actor=None, now=datetime.now(UTC))


def _undo() -> None:
    with unit_of_work():
        undoing.undo(db.session.scalars(select(RollOver)).one(), actor=None, now=datetime.now(UTC))


def _campaign() -> Campaign:
    return db.session.scalars(select(Campaign).where(Campaign.slug == crowd.SLUG)).one()


def _count() -> int:
    came = select(func.count()).select_from(Event).where(Event.roll_over_id.is_not(None))
    return db.session.scalars(came).one()


def _ask() -> None:
    """Ask at every event what people eat, with a limit, and then why."""
    with unit_of_work():
        for position, kind in enumerate((Kind.ONE_CHOICE, Kind.TEXT)):
            words = {"label": {"en": "What?"}, "options": [{"en": "Soup"}, {"en": "Bread"}]}
            columns = {name: literal(value, Question.__table__.c[name].type) for name, value in words.items()}
            empty = {name: literal(value, Question.__table__.c[name].type) for name, value in _EMPTY.items()}
            own = {"position": literal(position), "kind": literal(kind, Question.__table__.c.kind.type)}
            values = {**columns, **empty, **own}
            db.session.execute(insert(Question).from_select(["event_id", *values], select(Event.id, *values.values())))
        limited = select(Question.id, literal(1), literal(40), literal(0)).where(Question.position == 0)
        names = ["question_id", "option", "seats", "seats_taken"]
        db.session.execute(insert(OptionLimit).from_select(names, limited))


_EMPTY: dict[str, object] = {
    "help": {},
    "section": {},
    "is_required": False,
    "shown_if_options": [],
    "is_sensitive": False,
}
