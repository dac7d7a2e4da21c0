"""What an event says now and what it is to say, in words: a line for each fact that differs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_time
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign.domain.draft_changes import Difference
from campaign.web import filters

LABELS = {
    "name": _l("Title"),
    "description": _l("Description"),
    "country": _l("Country"),
    "city": _l("City"),
    "venue": _l("Venue"),
    "address": _l("Street and number"),
    "venue_is_public": _l("Show the venue to everybody"),
    "latitude": _l("Latitude"),
    "longitude": _l("Longitude"),
    "online_url": _l("Address to take part online"),
    "url": _l("Web page about it"),
    "zone": _l("Time zone"),
    "starts": _l("Starts"),
    "ends": _l("Ends"),
    "is_all_day": _l("All day"),
    "languages": _l("Languages spoken"),
    "tags": _l("Subjects"),
    "accessibility": _l("Accessibility"),
    "capacity": _l("Places"),
    "takes_registrations": _l("People register here"),
}
"""Of the fields that a host may change; others keep their own name."""


@dataclass(frozen=True)
class Row:
    """One fact: its label, the language of a text, what it says now and what it is to say, "" for nothing."""

    label: str
    language: str | None
    before: str
    after: str


def rows(differences: Iterable[Difference]) -> list[Row]:
    """Return the differences as they are shown."""
    return [
        Row(
            str(LABELS.get(one.field, one.field)),
            one.language,
            _shown(one.field, one.before),
            _shown(one.field, one.after),
        )
        for one in differences
    ]


def _shown(name: str, value: object) -> str:
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return f"{filters.day(value.date())}, {format_time(value.time(), 'short')}"
    if name == "country":
        return filters.country_name(str(value))
    if isinstance(value, tuple):
        named = {"languages": filters.language_name, "accessibility": filters.accessibility_name}.get(name, str)
        return ", ".join(named(one) for one in value)
    return filters.number(value) if name == "capacity" and isinstance(value, int) else str(value)
