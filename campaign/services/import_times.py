"""When an imported event is: from the cells of its row, else from the edition and the campaign's usual hour."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from campaign.domain import moment
from campaign.domain.errors import Refused
from campaign.domain.typed_time import When, hours, is_all_day, when
from campaign.services.import_notes import Notes, Setting

A_DAY = timedelta(days=1)


class Times(NamedTuple):
    """Wall-clock times; those of a whole day are midnights, the second that after its last day."""

    starts: datetime
    ends: datetime
    is_all_day: bool


def times_of(cells: Mapping[str, str], setting: Setting, *, country: str | None, zone: str, notes: Notes) -> Times:
    """Return start and end of a row's event, moments of UTC as clocks in its zone show them.

    Without a day it is the edition's, or that on which the country observes it; without an hour it is the
    usual one, or the whole day. Raises Refused("day-not-understood"), ("day-ambiguous"),
    ("clock-not-understood"), ("year-out-of-range") or ("not-in-year", day=…, year=…).
    """
    date_said = when(cells.get("date", ""))
    has_no_hour = is_all_day(cells.get("start", ""))
    start, end_of_range = (When(), When()) if has_no_hour else hours(cells.get("start", ""))
    end = when(cells["end"]) if cells.get("end") else end_of_range
    date_said, start, end = (_on_clocks_of(zone, said) for said in (date_said, start, end))
    last_day = when(cells.get("end_date", "")).day
    day = start.day or date_said.day
    if day is None:
        day = setting.days.get(country or "", setting.first_day)
        notes.derive("date", "edition", day)
    _check_day(day, setting, notes)
    clock = start.clock or date_said.clock
    if clock is None and setting.start is not None and not has_no_hour:
        clock = setting.start
        notes.derive("start", "usual", clock.isoformat("minutes"))
    if clock is None:
        return _whole_days(day, end.day or last_day or day)
    return _hours(datetime.combine(day, clock), When(end.day or last_day, end.clock), setting, notes)


def check_span(times: Times, zone: str, notes: Notes) -> None:
    """Refuse what can't be an event in that zone, and warn of an hour that the clocks there skip."""
    moment.span(times.starts, times.ends, zone)
    if not times.is_all_day and moment.shown(times.starts, zone) is moment.Shown.NEVER:
        notes.warn("hour-skipped", hour=times.starts.time().isoformat("minutes"), zone=zone)


def _on_clocks_of(zone: str, said: When) -> When:
    if not said.is_utc or said.day is None or said.clock is None:
        return said
    at = moment.instant(datetime.combine(said.day, said.clock), "UTC")
    wall = moment.wall_clock(at, zone)
    return When(wall.date(), wall.time())


def _check_day(day: date, setting: Setting, notes: Notes) -> None:
    if setting.first_day <= day <= setting.last_day:
        return
    if day.year != setting.year:
        raise Refused("not-in-year", day=day, year=setting.year)
    notes.warn("not-on-the-day", day=day)


def _whole_days(first: date, last: date) -> Times:
    return Times(datetime.combine(first, time.min), datetime.combine(last, time.min) + A_DAY, True)


def _hours(starts: datetime, end: When, setting: Setting, notes: Notes) -> Times:
    if end.clock is None:
        ends = datetime.combine(end.day or starts.date(), starts.time()) + timedelta(minutes=setting.minutes)
        notes.derive("end", "usual", ends.time().isoformat("minutes"))
        return Times(starts, ends, False)
    ends = datetime.combine(end.day or starts.date(), end.clock)
    if ends <= starts and end.day is None:
        ends += A_DAY  # From 22:00 to 2:00: past midnight.
    return Times(starts, ends, False)
