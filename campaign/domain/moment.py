"""Wall-clock times in IANA time zones, and the instants that they name.

An event's truth is what the clocks there will show. Its instants follow from that, and change when a country
changes its law.
"""

import os
import re
import zoneinfo
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

from campaign.domain.errors import Refused

YEARS = range(1900, 2201)
LONGEST = timedelta(days=31)

# Leaves out `posix/…`, `right/…` (leap seconds), `posixrules` and `localtime` (this machine's own zone), and
# whatever else lies in the same folder of some systems.
_ZONE_NAME = re.compile(r"[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*){0,2}")
_ZONE_DATA = "tzdata.zi"
_ZONE_TABLE = "zone.tab"


class Shown(StrEnum):
    """How often the clocks of a zone show a wall-clock time: a change skips some and repeats others."""

    ONCE = "once"
    NEVER = "never"
    TWICE = "twice"


@cache
def zones() -> frozenset[str]:
    """Return every time zone name we read, older ones such as `Asia/Calcutta` or `US/Eastern` among them."""
    return frozenset(
        name for name in zoneinfo.available_timezones() if _ZONE_NAME.fullmatch(name) and name != "Factory"
    )


@cache
def zone_choices() -> tuple[str, ...]:
    """Return the zones to offer in a form: today's Area/City of every country, sorted, then UTC."""
    table = _zone_file(_ZONE_TABLE) or ""
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    listed = {columns[2] for columns in rows if len(columns) > 2} or {name for name in zones() if "/" in name}
    return (*sorted(listed & zones()), "UTC")


@cache
def zone(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name; raises Refused("zone-unknown", zone=…), and then opens no file."""
    if name not in zones():
        raise Refused("zone-unknown", zone=name)
    return ZoneInfo(name)


def instant(wall: datetime, zone_name: str) -> datetime:
    """Return the instant at which the clocks in a zone show a wall-clock time, as aware UTC.

    A time that a change of the clocks skips moves forward by the length of the gap; of one that comes twice
    the first is meant (RFC 5545, section 3.3.5). Raises Refused("zone-unknown") or ("year-out-of-range").
    """
    _check_year(wall)
    if wall.tzinfo is not None:
        raise ValueError("A wall-clock time has no zone of its own")
    return wall.replace(tzinfo=zone(zone_name), fold=0).astimezone(UTC)


def wall_clock(at: datetime, zone_name: str) -> datetime:
    """Return what the clocks in a zone show at an instant, as a naive datetime."""
    if at.tzinfo is None:
        raise ValueError("An instant needs a zone")
    return at.astimezone(zone(zone_name)).replace(tzinfo=None, fold=0)


def shown(wall: datetime, zone_name: str) -> Shown:
    """Return how often the clocks in a zone show a wall-clock time, for a hint to who typed it (PEP 495)."""
    first, second = (wall.replace(tzinfo=zone(zone_name), fold=fold).utcoffset() for fold in (0, 1))
    if first is None or second is None or first == second:
        return Shown.ONCE
    return Shown.NEVER if first < second else Shown.TWICE


def span(start: datetime | date, end: datetime | date, zone_name: str) -> tuple[datetime, datetime]:
    """Return the instants at which an event starts and is over, as aware UTC.

    `start` and `end` are wall-clock times, or days of which `end` is the first that no longer belongs to it.
    An event to be announced has no span. Raises Refused("zone-unknown"), ("year-out-of-range"),
    ("ends-before-start") or ("too-long", days=…).
    """
    starts_at, ends_at = instant(_as_wall(start), zone_name), instant(_as_wall(end), zone_name)
    if ends_at <= starts_at:
        raise Refused("ends-before-start")
    if _as_wall(end) - _as_wall(start) > LONGEST:
        raise Refused("too-long", days=LONGEST.days)
    return starts_at, ends_at


def everywhere(day: date, at: time, zone_names: Iterable[str]) -> dict[str, datetime]:
    """Return the instant of one wall-clock time in each of many zones: "20:30, wherever you are"."""
    return {name: instant(datetime.combine(day, at), name) for name in zone_names}


def use_newest_zone_data() -> None:
    """Read zones from the newer of the system's and tzdata's own data.

    Call once, before the first zone is read: Python prefers the system's copy however old it is, while
    countries change their law at a few weeks' notice. PYTHONTZPATH decides alone where it is set.
    """
    package_is_newer = _version(_package_file(_ZONE_DATA)) > _version(_system_file(_ZONE_DATA))
    if package_is_newer and "PYTHONTZPATH" not in os.environ:
        zoneinfo.reset_tzpath(to=())
        ZoneInfo.clear_cache()
        for cached in (zones, zone_choices, zone, zone_release):
            cached.cache_clear()


@cache
def zone_release() -> str:
    """Return the release of the zone data in use, such as "2026f"; "" if unknown."""
    return _version(_zone_file(_ZONE_DATA))


def _as_wall(value: datetime | date) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time.min)


def _check_year(value: date) -> None:
    if value.year not in YEARS:
        raise Refused("year-out-of-range", first=YEARS[0], last=YEARS[-1])


def _version(zone_data: str | None) -> str:
    """Return the release that a tzdata.zi names in its first line, such as "2026f"."""
    found = re.match(r"# version (\w+)", zone_data or "")
    return found[1] if found else ""


def _zone_file(name: str) -> str | None:
    """Return a text file that comes with the zones in use."""
    return _system_file(name) or _package_file(name)


def _system_file(name: str) -> str | None:
    found = next((path for folder in zoneinfo.TZPATH if (path := Path(folder, name)).is_file()), None)
    return found.read_text(encoding="utf-8") if found else None


def _package_file(name: str) -> str | None:
    try:
        return resources.files("tzdata").joinpath("zoneinfo", name).read_text(encoding="utf-8")
    except (ModuleNotFoundError, FileNotFoundError):
        return None
