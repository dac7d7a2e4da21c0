"""What a calendar says of itself, checked (RFC 5545, section 3.6; RFC 7986, section 5)."""

import re
from collections.abc import Iterator

from campaign.calendar.check_lines import Component
from campaign.calendar.check_properties import (
    ADDRESS_LIMIT,
    Shape,
    check_address,
    check_shape,
    check_text,
    check_utc,
)
from campaign.calendar.finding import Finding, finding

SHAPE = Shape(
    order=tuple(
        "VERSION PRODID NAME X-WR-CALNAME DESCRIPTION X-WR-CALDESC COLOR X-APPLE-CALENDAR-COLOR REFRESH-INTERVAL "
        "X-PUBLISHED-TTL SOURCE URL LAST-MODIFIED".split()
    ),
    required=frozenset(
        "VERSION PRODID NAME X-WR-CALNAME REFRESH-INTERVAL X-PUBLISHED-TTL SOURCE URL LAST-MODIFIED".split()
    ),
    parameters={"REFRESH-INTERVAL": ("VALUE", "DURATION"), "SOURCE": ("VALUE", "URI")},
    codes={"METHOD": "method"},
)
SAME = (("NAME", "X-WR-CALNAME"), ("DESCRIPTION", "X-WR-CALDESC"), ("REFRESH-INTERVAL", "X-PUBLISHED-TTL"))
"""Each new property and the older one that says the same to programs that don't know it."""

_VALUES = {
    "VERSION": re.compile(r"2\.0"),
    "REFRESH-INTERVAL": re.compile(r"P(?:\d+W|\d+D|(?:\d+D)?T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)"),
    "COLOR": re.compile("[a-z]+"),
    "X-APPLE-CALENDAR-COLOR": re.compile("#[0-9A-Fa-f]{6}"),
}


def check_head(calendar: Component) -> Iterator[Finding]:
    """Yield what is wrong with the properties of a VCALENDAR."""
    yield from check_shape(calendar, SHAPE)
    yield from _check_pairs(calendar)
    for one in calendar.properties:
        if one.name in _VALUES and not _VALUES[one.name].fullmatch(one.value):
            yield finding("value-wrong", line=one.line, property=one.name, value=one.value[:100])
        if one.name in ("NAME", "X-WR-CALNAME", "DESCRIPTION", "X-WR-CALDESC", "PRODID"):
            yield from check_text(one)
        if one.name in ("SOURCE", "URL"):
            yield from check_address(one)
        if one.name == "LAST-MODIFIED":
            yield from check_utc(one)
        if one.name == "SOURCE" and len(one.value) > ADDRESS_LIMIT:
            yield finding("address-too-long", line=one.line, length=len(one.value), limit=ADDRESS_LIMIT)


def _check_pairs(calendar: Component) -> Iterator[Finding]:
    for new, old in (*SAME, ("COLOR", "X-APPLE-CALENDAR-COLOR")):
        first, second = calendar.first(new), calendar.first(old)
        alone = (first is None) != (second is None) and not {new, old} & SHAPE.required
        if alone or (first and second and new != "COLOR" and first.value != second.value):
            line = (first or second or calendar).line
            yield finding("pair-differs", line=line, property=new, other=old)
