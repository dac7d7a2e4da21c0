"""A campaign with as many events as wanted: 250 through the services, the others as their copies in the database."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy import ColumnElement, LargeBinary, Text, cast, func, insert, literal, select, text, true
from sqlalchemy import SQLColumnExpression as Column
from sqlalchemy.orm import aliased

from campaign.db import Base, db, unit_of_work
from campaign.domain.event import Draft
from campaign.geo import gazetteer
from campaign.geo.countries import COUNTRIES
from campaign.models import Entry, Event, EventLanguage, EventTag, Series
from campaign.services import events
from tests.bench.web_servers import HOST
from tests.make import Maker

SLUG = "khojaly"
ORIGINALS = 250
COUNTRY_COUNT = 200
HERALD = ORIGINALS
"""The event that is changed: in Berlin, a day before all others, so that each slice of them holds it."""
WORDS = {
    "en": "Evening",
    "az": "Axşam",
    "tr": "Akşam",
    "ru": "Вечер",
    "de": "Abend",
    "fr": "Soirée",
    "es": "Velada",
    "ar": "أمسية",
}
YEAR = datetime.now(UTC).year + 1
EVENT = Event.__table__


class Dialect(NamedTuple):
    """What the two databases say in different ways."""

    random: ColumnElement[str]
    """36 characters that nobody had before."""
    text: Callable[[Column[bytes]], ColumnElement[str]]
    bytes: Callable[[ColumnElement[str]], Column[bytes]]
    tidy: str
    """What is said after a load: what would otherwise be done in the middle of a measurement."""


DIALECTS = {
    "sqlite": Dialect(
        random=func.lower(func.hex(func.randomblob(18))),
        text=lambda body: cast(body, Text),
        bytes=lambda said: cast(said, LargeBinary),
        tidy="PRAGMA wal_checkpoint(TRUNCATE)",
    ),
    "postgresql": Dialect(
        random=cast(func.gen_random_uuid(), Text),
        text=lambda body: func.convert_from(body, "UTF8"),
        bytes=lambda said: func.convert_to(said, "UTF8"),
        tidy="ANALYZE",
    ),
}


def lay(app: Flask) -> None:
    """Make the tables, the campaign and its first 250 events: one in each of 200 countries, and 50 in Berlin."""
    make = Maker(datetime.now(UTC))
    with app.app_context():
        db.create_all()
        campaign = make.campaign(SLUG, languages=list(WORDS), name={"en": "Justice for Khojaly"})
        edition = make.edition(campaign, YEAR)
        with unit_of_work():
            for draft in _drafts():
                events.publish(events.create(edition, draft, actor=None, now=make.now), actor=None, now=make.now)


def grow(app: Flask, count: int) -> None:
    """Copy the first events until there are `count`: each with its own UID, address, series and entries."""
    with app.app_context():
        there = db.session.scalar(select(func.count()).select_from(Event)) or 0
        with unit_of_work():
            if there < count:
                _copy(there // ORIGINALS, count // ORIGINALS)
        tidy()


def tidy() -> None:
    """Do after a load what the database would otherwise do in the middle of a measurement."""
    tidying = text(_dialect().tidy)
    db.session.remove()
    with db.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(tidying)


def names(token: object) -> dict[str, str]:
    """Return an event's name in every language, with a word to find it again by."""
    return {language: f"{word} {token}" for language, word in WORDS.items()}


def change(app: Flask, token: object) -> None:
    """Give the herald a new name, as an organizer does."""
    with app.app_context(), unit_of_work():
        event = db.session.get_one(Event, HERALD)
        events.edit(event, replace(events.draft_of(event), name=names(token)), actor=None, now=datetime.now(UTC))


def _drafts() -> Iterator[Draft]:
    """Yield an evening in each country's main city, and those in Berlin, of which the last comes first in time."""
    cities = [city for code in sorted(COUNTRIES) if (city := gazetteer.main_city(code))][:COUNTRY_COUNT]
    berlin = gazetteer.main_city("DE")
    assert berlin is not None
    start = datetime(YEAR, 2, 26, 18)
    for number, city in enumerate([*cities, *[berlin] * (ORIGINALS - COUNTRY_COUNT)], 1):
        starts = start - timedelta(days=number == HERALD)
        yield Draft(
            name=names(number),
            country=city.country,
            city=city.name,
            zone=city.zone,
            starts=starts,
            ends=starts + timedelta(hours=2),
            languages=("en",),
            tags=("concert",) if number % 2 == 0 else ("talk",),
        )


def _copy(first: int, end: int) -> None:
    """Copy the first 250 events once for each number from `first` to before `end`, with all that hangs on them."""
    numbers = select(literal(first).label("number")).cte(recursive=True)
    numbers = numbers.union_all(select(numbers.c.number + 1).where(numbers.c.number < end - 1))
    suffix = "-" + cast(numbers.c.number, Text)
    dialect, kept = _dialect(), {column.name: column for column in EVENT.columns if column.name != "id"}
    series = select(Series.campaign_id, Series.slug + suffix).join(numbers, true()).where(Series.id <= ORIGINALS)
    db.session.execute(insert(Series).from_select(["campaign_id", "slug"], series))
    own = {"uid": dialect.random + f"@{HOST}", "slug": Event.slug + suffix, "series_id": Series.id}
    _insert(Event, {**kept, **own}, Event.id <= ORIGINALS, Series.slug == Event.slug + suffix)
    copy = aliased(Event)
    is_copy = (Event.id <= ORIGINALS, copy.edition_id == Event.edition_id, copy.slug == Event.slug + suffix)
    tags, languages = EventTag.event_id == Event.id, EventLanguage.event_id == Event.id
    _insert(EventTag, {"event_id": copy.id, "tag": EventTag.tag}, tags, *is_copy)
    _insert(EventLanguage, {"event_id": copy.id, "language": EventLanguage.language}, languages, *is_copy)
    said = func.replace(func.replace(dialect.text(Entry.body), Event.uid, copy.uid), "/" + Event.slug, "/" + copy.slug)
    rest = {"language": Entry.language, "changed_at": Entry.changed_at, "made_with": Entry.made_with}
    _insert(Entry, {"event_id": copy.id, "body": dialect.bytes(said), **rest}, Entry.event_id == Event.id, *is_copy)


def _insert(table: type[Base], values: Mapping[str, Column[Any]], *conditions: ColumnElement[bool]) -> None:
    """Insert what a query over the rows that are there yields."""
    db.session.execute(insert(table).from_select(list(values), select(*values.values()).where(*conditions)))


def _dialect() -> Dialect:
    return DIALECTS[db.session.get_bind().dialect.name]
