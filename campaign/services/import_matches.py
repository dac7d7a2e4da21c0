"""Which stored event a row means, and which imported ones no row means any more."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from campaign.db import db
from campaign.domain.event import Draft, Status
from campaign.domain.imported import is_own
from campaign.domain.text import fold
from campaign.models import Edition, Event
from campaign.services.import_plan import PlannedRow

Alike = tuple[object, ...]


class Stored:
    """The events of a year as the rows of a file find them; what is only proposed isn't among them."""

    def __init__(self, edition: Edition, said: Sequence[Draft]) -> None:
        """Read the events; `said` is what all rows of the file say, each with its key as identifier."""
        rows = select(Event).where(Event.edition_id == edition.id, Event.status != Status.PROPOSED).order_by(Event.id)
        self._events = tuple(db.session.scalars(rows))
        self._by_key = {event.external_id: event for event in self._events if event.external_id}
        self._rows_alike = Counter(_alike(draft, draft.name) for draft in said)
        self._others: dict[Alike, list[Event]] = {}
        keys = {draft.external_id for draft in said}
        for event in self._events:
            if event.external_id not in keys:
                for language in event.name:
                    self._others.setdefault(_alike(event, {language: event.name[language]}), []).append(event)
        self._taken: set[int] = set()

    def find(self, said: Draft) -> Event | None:
        """Return the event with the row's identifier, or the one that was made for the row before."""
        return self._by_key.get(said.external_id or "")

    def find_alike(self, said: Draft) -> Event | None:
        """Return the one event of the same name, city and day that no row finds by its identifier.

        Two identifiers that others gave tell a row and an event apart. Where several rows are alike, only the
        very same start counts. Each event is found once.
        """
        alike = _alike(said, said.name)
        found = [
            event
            for event in dict.fromkeys(self._others.get(alike, ()))
            if event.id not in self._taken
            and not (is_own(said.external_id) and is_own(event.external_id))
            and (self._rows_alike[alike] == 1 or event.starts == said.starts)
        ]
        if len(found) != 1:
            return None
        self._taken.add(found[0].id)
        return found[0]

    def gone(self, rows: Sequence[PlannedRow], source: str | None) -> tuple[Event, ...]:
        """Return what came from a source and is meant by none of the rows, not even by a refused one."""
        meant = {row.event.id for row in rows if row.event}
        refused = [row for row in rows if row.reason]
        keys, names = {row.key for row in refused if row.key}, {fold(row.name) for row in refused}
        return tuple(
            event
            for event in self._events
            if event.import_hash
            and event.import_source == source
            and event.status is not Status.CANCELLED
            and event.id not in meant
            and event.external_id not in keys
            and (is_own(event.external_id) or names.isdisjoint(map(fold, event.name.values())))
        )


def source_of(rows: Iterable[PlannedRow]) -> tuple[str | None, bool]:
    """Return what most of the events that the rows found came from, and whether they found any."""
    sources = Counter(row.event.import_source for row in rows if row.event and row.event.import_hash)
    return (sources.most_common(1)[0][0], True) if sources else (None, False)


def _alike(one: Draft | Event, name: Mapping[str, str]) -> Alike:
    """Return what an event and a row share that are the same: name, country, city and day as people compare them."""
    day = one.starts.date() if one.starts else None
    return fold(next(iter(name.values()), "")), one.country, fold(one.city or ""), day
