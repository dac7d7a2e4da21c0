"""What importing a row takes as given, and what it has to say about the row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time


def _no_titles(_city: str | None) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class Setting:
    """What holds for every row of a file."""

    campaign_name: str
    language: str
    """The campaign's main language: the one that names and descriptions are taken to be in."""
    year: int
    first_day: date
    last_day: date
    days: Mapping[str, date]
    """The day of each country that observes another one."""
    start: time | None
    """The hour of events that say none; None makes them whole days."""
    minutes: int
    zone: str | None
    """The time zone of events for which none can be found."""
    titles: Callable[[str | None], Mapping[str, str]] = _no_titles
    """What the campaign calls an event of this year in a city, by language; nothing without a pattern."""


@dataclass(frozen=True)
class Note:
    """Something to tell about a row; its words are chosen in `web/import_words.py`."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Derived:
    """A field that the row left open: what it was given, and after what."""

    field: str
    source: str
    value: object


@dataclass
class Notes:
    """What was derived for one row, and what its organizers should look at."""

    derived: list[Derived] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)

    def derive(self, name: str, source: str, value: object) -> None:
        """Note that a field was filled in."""
        self.derived.append(Derived(name, source, value))

    def warn(self, code: str, **facts: object) -> None:
        """Note something that deserves a look."""
        self.warnings.append(Note(code, facts))
