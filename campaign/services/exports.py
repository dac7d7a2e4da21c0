"""Registrations as rows of a table, read and decrypted block by block, below the ORM."""

import json
from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, LargeBinary, select, type_coerce

from campaign.db import db
from campaign.domain.question import BOXES, CHOICES, Kind
from campaign.domain.registration import Status
from campaign.i18n import country_name, pick, say
from campaign.keys import opened
from campaign.models import Answer, Event, Question, Registration, RegistrationTag, User
from campaign.services import audit
from campaign.services.people import Among

BLOCK = 1000
COLUMNS = (
    Registration.id,
    Registration.event_id,
    Registration.status,
    type_coerce(Registration.name, LargeBinary).label("name"),
    type_coerce(Registration.email, LargeBinary).label("email"),
    Registration.party_size,
    Registration.language,
    Registration.created_at,
    type_coerce(Registration.note, LargeBinary).label("note"),
    Registration.code,
)


@dataclass(frozen=True)
class Place:
    """The event of a row."""

    event: str
    city: str | None
    country: str | None


@dataclass(frozen=True)
class Asked:
    """A question: in which column its answers stand, and the words of its options."""

    column: int
    kind: Kind
    options: Sequence[str]


@dataclass(frozen=True)
class Line:
    """One registration; a text that can't be decrypted is None."""

    event_id: int
    status: Status
    name: str | None
    email: str | None
    party_size: int
    language: str
    created_at: datetime
    answers: Mapping[int, str | int]
    """By column."""
    tags: Sequence[str]
    note: str | None
    code: str | None


@dataclass(frozen=True)
class Export:
    """What is to be written out: the labels of the answers' columns, and whose rows."""

    labels: Sequence[str]
    language: str
    engine: Engine
    ids: Sequence[int]
    places: Mapping[int, Place]
    asked: Mapping[int, Asked]


def prepare(among: Among, *, language: str) -> Export:
    """Return the export of some events' registrations, its texts in a language.

    Questions with the same label share a column, whichever event or version of a form they are from.
    """
    rows = select(Registration.id).join(Event, Event.id == Registration.event_id).where(among.events)
    ids = array("q", db.session.scalars(rows.order_by(Event.starts_at, Event.id, Registration.id)))
    columns: dict[str, int] = {}
    asked: dict[int, Asked] = {}
    questions = select(Question).join(Event, Event.id == Question.event_id).where(among.events)
    questions = questions.where(Question.kind != Kind.PARTY_SIZE)  # It has a column of its own, as people.
    for one in db.session.scalars(questions.order_by(Question.event_id, Question.position, Question.id)):
        column = columns.setdefault(pick(one.label, language)[0], len(columns))
        asked[one.id] = Asked(column, one.kind, [pick(option, language)[0] for option in one.options])
    events = db.session.execute(select(Event.id, Event.name, Event.city, Event.country).where(among.events))
    places = {number: Place(pick(name, language)[0], city, country) for number, name, city, country in events}
    return Export(list(columns), language, db.engine, ids, places, asked)


def record(among: Among, *, reason: str, kind: str, actor: User, now: datetime) -> None:
    """Record, for each event whose names leave the program, who took them, why and in which kind of file."""
    has_names = select(Registration.id).where(Registration.event_id == Event.id).exists()
    for event in db.session.scalars(select(Event).where(among.events, has_names)):
        campaign = event.edition.campaign
        audit.record("export-registrations", event, campaign=campaign, actor=actor, now=now, reason=reason, kind=kind)


def lines(export: Export) -> Iterator[Line]:
    """Return the rows, event by event, the oldest first.

    Each block is read on a connection of its own: whoever takes a file slowly holds nothing up. Rows that went
    in the meantime are left out.
    """
    for start in range(0, len(export.ids), BLOCK):
        with export.engine.connect() as connection:
            block = _block(export, connection, list(export.ids[start : start + BLOCK]))
        yield from block


def _block(export: Export, connection: Connection, ids: Sequence[int]) -> list[Line]:
    answers, tags = _answers(export, connection, ids), _tags(connection, ids)
    found = {
        row.id: Line(
            event_id=row.event_id,
            status=row.status,
            name=opened(row.name, "registration.name"),
            email=opened(row.email, "registration.email"),
            party_size=row.party_size,
            language=row.language,
            created_at=row.created_at,
            answers=answers.get(row.id, {}),
            tags=tags.get(row.id, ()),
            note=opened(row.note, "registration.note"),
            code=row.code,
        )
        for row in connection.execute(select(*COLUMNS).where(Registration.id.in_(ids)))
    }
    return [found[number] for number in ids if number in found]


def _answers(export: Export, connection: Connection, ids: Sequence[int]) -> Mapping[int, Mapping[int, str | int]]:
    found: defaultdict[int, dict[int, str | int]] = defaultdict(dict)
    given = select(Answer.registration_id, Answer.question_id, type_coerce(Answer.value, LargeBinary))
    for number, question, sealed in connection.execute(given.where(Answer.registration_id.in_(ids))):
        asked, value = export.asked[question], opened(sealed, "answer.value")
        if value is not None:
            found[number][asked.column] = _words(asked, json.loads(value), export.language)
    return found


def _words(asked: Asked, value: str | list[int], language: str) -> str | int:
    """Return an answer as people read it, a number as one."""
    if isinstance(value, list):
        return "; ".join(asked.options[option] for option in value) if asked.kind in CHOICES else ""
    if asked.kind is Kind.NUMBER:
        return int(value)
    if asked.kind in BOXES:
        return say(language, "Yes")
    return country_name(value, language) if asked.kind is Kind.COUNTRY else value


def _tags(connection: Connection, ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    rows = select(RegistrationTag.registration_id, RegistrationTag.tag).where(RegistrationTag.registration_id.in_(ids))
    for number, tag in connection.execute(rows.order_by(RegistrationTag.tag)):
        found[number].append(tag)
    return found
