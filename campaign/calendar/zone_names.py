"""Which time zone a calendar file means: programs call them by names of their own."""

from collections.abc import Iterator, Mapping
from functools import cache

from campaign.calendar.components import Component
from campaign.calendar.windows_zones import IANA_NAMES
from campaign.domain.moment import zones
from campaign.domain.text import cut, tidy_line

UTC = "UTC"
LONGEST_NAME = 100
LONGEST_ZONE = 3
"""Parts of the longest IANA name, such as America/Argentina/Buenos_Aires."""
_UTC = frozenset("utc gmt z zulu uct universal etc/utc etc/gmt etc/uct etc/zulu etc/universal".split())


class ZoneNames:
    """The time zones of one calendar."""

    def __init__(self, calendar: Component) -> None:
        self._places = _places(calendar)
        said = iana_name(calendar.text("X-WR-TIMEZONE"))
        self.usual = said or ""
        """What times without a zone are in; "" where the calendar doesn't say."""

    def find(self, name: str) -> str:
        """Return the IANA name of a TZID, of "" the calendar's own; what is unknown comes back as it is written."""
        if not name:
            return self.usual
        return iana_name(name) or iana_name(self._places.get(name, "")) or cut(tidy_line(name), limit=LONGEST_NAME)


def iana_name(name: str) -> str | None:
    """Return the IANA name for an alias: one of Windows, one behind a path, another case; None for an unknown one.

    No name reaches the zone database but those that it lists.
    """
    bare = name.strip().strip("\"'").strip().casefold()
    if bare in _UTC:
        return UTC
    known = _by_small_letters()
    return next((known[one] for one in _readings(bare) if one in known), None)


def _readings(name: str) -> Iterator[str]:
    """Yield a name, and the ends of a path such as /mozilla.org/20050126_1/Europe/Berlin, longest first."""
    yield name
    parts = name.split("/")
    for length in range(min(LONGEST_ZONE, len(parts) - 1), 0, -1):
        yield "/".join(parts[-length:])


@cache
def _by_small_letters() -> Mapping[str, str]:
    listed = {name.casefold(): name for name in sorted(zones())}
    return {windows: name for windows, name in IANA_NAMES.items() if name in zones()} | listed


def _places(calendar: Component) -> dict[str, str]:
    """Return the places that the calendar's own zones say they are those of, by TZID."""
    found: dict[str, str] = {}
    for zone in calendar.below("VTIMEZONE"):
        names = zone.first("TZID")
        if names:
            found[names.text.strip()] = zone.text("X-LIC-LOCATION") or zone.text("TZID-ALIAS-OF")
    return found
