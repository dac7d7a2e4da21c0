"""Next year's events from last year's: when each takes place, what to look at, and which come along."""

import re
from calendar import isleap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from campaign.domain import moment
from campaign.domain.edition import ObservanceKind
from campaign.domain.errors import Refused
from campaign.domain.event import Status
from campaign.domain.moment import Shown

OFFERED = (Status.PUBLISHED, Status.DRAFT, Status.CANCELLED)
"""The states from which an event may come along; what is only proposed waits for an answer first."""
USUAL = timedelta(hours=2)
"""How long a venue is thought to be in use where no end is said."""
ONLINE = ""
"""Stands for the country of events that are in none."""


class Outcome(StrEnum):
    """What becomes of one of last year's events; the words of the command's last line."""

    NEW = "new"
    THERE = "already there"
    LEFT_OUT = "left out"


class Why(StrEnum):
    """Why an event is left out."""

    COUNTRY = "country"
    UNTICKED = "unticked"
    NOT_THIS_YEAR = "not-this-year"
    CANCELLED = "cancelled"
    DRAFT = "draft"


class Note(StrEnum):
    """What to look at before an event comes along, in the order in which it is shown."""

    TIME_LOST = "time-lost"
    CLOCK_SKIPS = "clock-skips"
    CLOCK_REPEATS = "clock-repeats"
    OTHER_OFFSET = "other-offset"
    LEAP_DAY = "leap-day"
    HOLIDAY = "holiday"
    OTHER_DATE = "other-date"
    POSTPONED = "postponed"
    TO_BE_ANNOUNCED = "to-be-announced"
    VENUE_TWICE = "venue-twice"
    NO_HOST = "no-host"
    HOST_UNREACHABLE = "host-unreachable"
    HOST_NOT_ASKED = "host-not-asked"
    YEAR_IN_NAME = "year-in-name"
    YEAR_IN_TEXT = "year-in-text"
    WEEKDAY = "weekday"


class Part(StrEnum):
    """What may stay behind when an event comes along; name, town, zone and languages never do."""

    DESCRIPTION = "description"
    VENUE = "venue"
    LINKS = "links"
    TAGS = "tags"
    CAPACITY = "capacity"
    WINDOW = "window"
    HOST = "host"
    QUESTIONS = "questions"


UNDATED = {
    ObservanceKind.POSTPONED: Note.POSTPONED,
    ObservanceKind.TO_BE_ANNOUNCED: Note.TO_BE_ANNOUNCED,
}


@dataclass(frozen=True, slots=True)
class Source:
    """What the rules need to know of one of last year's events; times are its zone's wall clock."""

    id: int
    series_id: int
    status: Status
    name: Mapping[str, str]
    country: str | None
    city: str | None
    zone: str | None
    starts: datetime | None
    ends: datetime | None
    is_all_day: bool
    venue: tuple[str, ...] | None = None
    """What tells its venue from others, None where it names none."""
    host: Note | None = None
    """Why its host can't be asked again."""
    is_there: bool = False
    """Whether its series has an event in the new year already."""
    names_year: bool = False
    """Whether its description speaks of the year that was."""


@dataclass(frozen=True)
class Year:
    """An edition's first day, and how countries keep it that keep it differently."""

    year: int
    first_day: date
    observances: Mapping[str, tuple[ObservanceKind, date | None]]

    def day_in(self, country: str | None) -> date:
        """Return the day from which a country's events are counted."""
        _kind, day = self.observances.get(country or ONLINE, (None, None))
        return day or self.first_day

    def kind_in(self, country: str | None) -> ObservanceKind | None:
        """Return how a country keeps the day, None for as all others do."""
        return self.observances.get(country or ONLINE, (None, None))[0]


@dataclass(frozen=True)
class Choice:
    """Which events come along, and what of them."""

    without: frozenset[str] = frozenset()
    """Countries left out, by code, ONLINE for events in none."""
    left: frozenset[int] = frozenset()
    """Events that would come along and shall not."""
    taken: frozenset[int] = frozenset()
    """Events that would stay behind, by their state or their country's day, and shall come."""
    parts: frozenset[Part] = frozenset(Part)


@dataclass(frozen=True, slots=True)
class Item:
    """One of last year's events, and what would become of it."""

    source: Source
    outcome: Outcome
    why: Why | None
    name: Mapping[str, str]
    starts: datetime | None
    ends: datetime | None
    shift: timedelta | None
    """By how many days its times move; None where the new one is to be announced."""
    notes: tuple[Note, ...]


def items(
    sources: Iterable[Source], last: Year, new: Year, choice: Choice, *, holidays: Collection[tuple[str, date]] = ()
) -> list[Item]:
    """Return what becomes of each event; `holidays` are countries with days on which they rest."""
    return [item(one, last, new, choice, holidays=holidays) for one in sources]


def item(source: Source, last: Year, new: Year, choice: Choice, *, holidays: Collection[tuple[str, date]] = ()) -> Item:
    """Return what becomes of one event: its wall-clock time stays, its day follows the campaign's."""
    outcome, why = _outcome(source, new, choice)
    starts, ends, shift, is_lost = times(source, last, new)
    name = {language: with_year(text, last.year, new.year) for language, text in source.name.items()}
    notes = set(_time_notes(source, starts, ends, last, new))
    if is_lost:
        notes.add(Note.TIME_LOST)
    if starts and (source.country or ONLINE, starts.date()) in holidays:
        notes.add(Note.HOLIDAY)
    if source.host:
        notes.add(source.host)
    if name != source.name:
        notes.add(Note.YEAR_IN_NAME)
    if source.names_year:
        notes.add(Note.YEAR_IN_TEXT)
    return Item(source, outcome, why, name, starts, ends, shift, _in_order(notes))


def times(source: Source, last: Year, new: Year) -> tuple[datetime | None, datetime | None, timedelta | None, bool]:
    """Return the new start and end, by how much they moved, and whether the old ones can't be kept.

    Neither is known where there was none, or where the country's new day isn't known yet. An end that a change
    of the clocks would put before the start keeps its distance from it.
    """
    if source.starts is None or new.kind_in(source.country) in UNDATED:
        return None, None, None, False
    shift = new.day_in(source.country) - last.day_in(source.country)
    try:
        starts = source.starts + shift
        ends = source.ends + shift if source.ends else None
        if source.zone is None:
            raise Refused("zone-missing")
        first = moment.instant(starts, source.zone)
        if ends and source.ends and moment.instant(ends, source.zone) <= first:
            ends = moment.wall_clock(first + (source.ends - source.starts), source.zone)
    except (Refused, OverflowError):
        return None, None, None, True
    return starts, ends, shift, False


def with_year(text: str, last: int, new: int) -> str:
    """Return a text that names last year with the new one in its place; 2026 in 12026 is no year."""
    return re.sub(rf"(?<!\d){last}(?!\d)", str(new), text) if str(last) in text else text


def mark_shared_venues(planned: Sequence[Item], there: Iterable[Source]) -> list[Item]:
    """Return the items, those marked whose venue is used at overlapping times by another of the new year's events."""
    coming = ((one.source.venue, one.starts, one.ends, one.source.id) for one in planned if one.outcome is Outcome.NEW)
    present = ((one.venue, one.starts, one.ends, 0) for one in there)
    spans = [
        (venue, starts, ends or starts + USUAL, number)
        for venue, starts, ends, number in (*coming, *present)
        if venue and starts
    ]
    shared = set(_overlapping(spans))
    return [
        replace(one, notes=_in_order({*one.notes, Note.VENUE_TWICE})) if one.source.id in shared else one
        for one in planned
    ]


def _overlapping(spans: list[tuple[tuple[str, ...], datetime, datetime, int]]) -> Iterator[int]:
    """Return who of those at one venue meets another: each is held against the one that ends last before it."""
    for _venue, at_venue in groupby(sorted(spans), key=lambda span: span[0]):
        latest = None
        for span in at_venue:
            if latest and span[1] < latest[2]:
                yield from (latest[3], span[3])
            latest = span if latest is None or span[2] > latest[2] else latest


def _outcome(source: Source, new: Year, choice: Choice) -> tuple[Outcome, Why | None]:
    if source.is_there:
        return Outcome.THERE, None
    if (source.country or ONLINE) in choice.without:
        return Outcome.LEFT_OUT, Why.COUNTRY
    why = _stays_behind(source, new)
    if why and source.id not in choice.taken:
        return Outcome.LEFT_OUT, why
    if source.id in choice.left:
        return Outcome.LEFT_OUT, Why.UNTICKED
    return Outcome.NEW, None


def _stays_behind(source: Source, new: Year) -> Why | None:
    """Return why an event stays behind unless somebody wants it."""
    if source.status is Status.CANCELLED:
        return Why.CANCELLED
    if source.status is not Status.PUBLISHED:
        return Why.DRAFT
    return Why.NOT_THIS_YEAR if new.kind_in(source.country) is ObservanceKind.NOT_THIS_YEAR else None


def _time_notes(
    source: Source, starts: datetime | None, ends: datetime | None, last: Year, new: Year
) -> Iterator[Note]:
    kind = new.kind_in(source.country)
    if kind in UNDATED:
        yield UNDATED[kind]
    if kind is ObservanceKind.OTHER_DATE:
        yield Note.OTHER_DATE
    if source.starts is None or starts is None or source.zone is None:
        return
    if starts.weekday() != source.starts.weekday():
        yield Note.WEEKDAY
    if _meets_leap_day(source.country, source.starts, starts, last, new):
        yield Note.LEAP_DAY
    if not source.is_all_day:
        yield from _clock_notes(source.starts, starts, ends, source.zone)


def _clock_notes(was: datetime, starts: datetime, ends: datetime | None, zone: str) -> Iterator[Note]:
    """Return what a change of the clocks does to a time that the wall clock keeps."""
    shown = {moment.shown(wall, zone) for wall in (starts, ends) if wall}
    if Shown.NEVER in shown:
        yield Note.CLOCK_SKIPS
    if Shown.TWICE in shown:
        yield Note.CLOCK_REPEATS
    before, after = (wall.replace(tzinfo=moment.zone(zone)).utcoffset() for wall in (was, starts))
    if before != after:
        yield Note.OTHER_OFFSET


def _meets_leap_day(country: str | None, was: datetime, starts: datetime, last: Year, new: Year) -> bool:
    """Return whether 29 February is one of the days, or lies between campaign's day and event in one year alone."""
    if any((day.month, day.day) == (2, 29) for day in (was, starts)):
        return True
    spans = ((last.day_in(country), was.date()), (new.day_in(country), starts.date()))
    first, second = (_spans_leap_day(*sorted(span)) for span in spans)
    return first is not second


def _spans_leap_day(first: date, last: date) -> bool:
    years = range(first.year, last.year + 1)
    return any(isleap(year) and first <= date(year, 2, 29) <= last for year in years)


def _in_order(notes: Collection[Note]) -> tuple[Note, ...]:
    return tuple(note for note in Note if note in notes)
