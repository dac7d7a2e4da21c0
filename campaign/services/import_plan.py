"""What an import is asked to do, and what it will do: shown first, then carried out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from hashlib import blake2b

from campaign.domain.errors import Refused
from campaign.domain.event import Draft
from campaign.models import Edition, Event
from campaign.services.import_notes import Derived, Note

DIGEST_SIZE = 16


class Action(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Options:
    """What an organizer decides about a file: columns by field, and what holds where a row says nothing."""

    columns: Mapping[str, str] = field(default_factory=dict)
    zone: str | None = None
    start: time | None = None


@dataclass(frozen=True)
class PlannedRow:
    """What will become of one row of the file."""

    line: int
    action: Action
    name: str
    place: str
    said: Draft | None = None
    """What the row says; None for a refused one."""
    before: Draft | None = None
    """The stored event as it is."""
    draft: Draft | None = None
    """The event as it will be, with what people changed by hand."""
    changed: tuple[str, ...] = ()
    """The fields of a stored event that will be others."""
    missing: tuple[str, ...] = ()
    """What the event lacks before it can be published."""
    derived: tuple[Derived, ...] = ()
    warnings: tuple[Note, ...] = ()
    reason: Refused | None = None
    event: Event | None = None
    key: str | None = None
    """The row's own identifier, where it has one."""


@dataclass(frozen=True)
class Plan:
    """What an import will do."""

    edition: Edition
    header: tuple[str, ...]
    columns: Mapping[str, int]
    rows: tuple[PlannedRow, ...]
    gone: tuple[Event, ...] = ()
    """What an earlier version of the file made and this one lacks; it stays, unless somebody says otherwise."""
    source: str | None = None
    """What the file's versions have in common; None where this is the first."""

    remembered_at: datetime | None = None
    """When the columns were last chosen for a file with this header, where they are taken as then."""

    def count(self, action: Action) -> int:
        """Return how many rows will be treated so."""
        return sum(row.action is action for row in self.rows)

    @property
    def to_do(self) -> int:
        """How many rows will write something."""
        return self.count(Action.NEW) + self.count(Action.CHANGED)

    def digest(self) -> str:
        """Return a short text that is the same for the same outcome, to be shown with a preview of it."""
        rows = [(row.line, row.action.value, row.before, row.draft) for row in self.rows]
        facts = rows, [(event.slug, event.status.value) for event in self.gone]
        return blake2b(repr(facts).encode(), digest_size=DIGEST_SIZE).hexdigest()
