"""One VEVENT, checked (RFC 5545, section 3.6.1)."""

import re
from collections.abc import Iterator

from campaign.calendar.check_lines import Component, Property
from campaign.calendar.check_properties import Shape, check_address, check_shape, check_text, check_utc, text
from campaign.calendar.check_times import check_times
from campaign.calendar.finding import Finding, finding

SHAPE = Shape(
    order=tuple(
        "UID DTSTAMP DTSTART DTEND SUMMARY DESCRIPTION LOCATION GEO X-APPLE-STRUCTURED-LOCATION CATEGORIES URL STATUS "
        "TRANSP SEQUENCE CREATED LAST-MODIFIED RELATED-TO".split()
    ),
    required=frozenset("UID DTSTAMP DTSTART DTEND SUMMARY URL STATUS SEQUENCE CREATED LAST-MODIFIED".split()),
    repeated=frozenset({"CATEGORIES", "RELATED-TO"}),
    parameters={"RELATED-TO": ("RELTYPE", "SIBLING"), "X-APPLE-STRUCTURED-LOCATION": ("VALUE", "URI")},
    codes=dict.fromkeys(("RRULE", "RDATE", "EXRULE", "EXDATE", "RECURRENCE-ID"), "recurrence"),
)
# Said once more than in `entry.py`: a check that took the limits from the writer would agree with any.
LIMITS = {"SUMMARY": 255, "LOCATION": 255, "DESCRIPTION": 3000}
UID_LIMIT = 191

_TEXTS = frozenset("UID SUMMARY DESCRIPTION LOCATION CATEGORIES RELATED-TO".split())
_TIMES_OF_CHANGE = frozenset({"DTSTAMP", "CREATED", "LAST-MODIFIED"})
_VALUES = {
    "STATUS": re.compile("CONFIRMED|CANCELLED|TENTATIVE"),
    "TRANSP": re.compile("OPAQUE|TRANSPARENT"),
    "SEQUENCE": re.compile("[0-9]{1,9}"),
}
_GEO = re.compile(r"(-?[0-9]{1,2}\.[0-9]{6});(-?[0-9]{1,3}\.[0-9]{6})")


def check_entry(entry: Component) -> Iterator[Finding]:
    """Yield what is wrong with one entry, zones aside."""
    yield from check_shape(entry, SHAPE)
    for inner in entry.components:
        yield finding("component-unexpected", line=inner.line, name=inner.name)
    for one in entry.properties:
        yield from _check_value(one)
    yield from check_times(entry)
    yield from _check_whole(entry)


def _check_value(one: Property) -> Iterator[Finding]:
    if one.name in _TEXTS:
        yield from check_text(one, limit=LIMITS.get(one.name))
    elif one.name in _TIMES_OF_CHANGE:
        yield from check_utc(one)
    elif one.name == "URL":
        yield from check_address(one)
    elif one.name == "GEO" and not _is_position(one.value):
        yield finding("geo-wrong", line=one.line, value=one.value[:100])
    elif one.name in _VALUES and not _VALUES[one.name].fullmatch(one.value):
        yield finding("value-wrong", line=one.line, property=one.name, value=one.value[:100])
    if one.name == "UID" and len(text(one.value)) > UID_LIMIT:
        yield finding("uid-too-long", line=one.line, length=len(text(one.value)), limit=UID_LIMIT)


def _check_whole(entry: Component) -> Iterator[Finding]:
    """Yield what two properties of an entry say against each other."""
    if _value(entry, "DTSTAMP") != _value(entry, "LAST-MODIFIED"):
        yield finding("stamp-differs", line=entry.line)
    if _value(entry, "STATUS") == "CANCELLED" and _value(entry, "TRANSP") != "TRANSPARENT":
        yield finding("cancelled-but-busy", line=entry.line)
    description = entry.first("DESCRIPTION")
    if description and not text(description.value).endswith(_value(entry, "URL")):
        yield finding("description-without-address", line=description.line)
    place = entry.first("X-APPLE-STRUCTURED-LOCATION")
    if place and place.value != "geo:" + _value(entry, "GEO").replace(";", ","):
        yield finding("geo-differs", line=place.line)


def _is_position(value: str) -> bool:
    found = _GEO.fullmatch(value)
    return found is not None and abs(float(found[1])) <= 90 and abs(float(found[2])) <= 180


def _value(entry: Component, name: str) -> str:
    found = entry.first(name)
    return found.value if found else ""
