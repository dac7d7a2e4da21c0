"""Which properties a component has, how often, in which order; and the values that several of them share."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from campaign.calendar.check_lines import Component, Property
from campaign.calendar.finding import Finding, finding

ADDRESS_LIMIT = 256
"""Characters of a feed's address: Google Calendar drops a longer one without a word."""

_YEARS = range(1800, 2301)
_TEXT = re.compile(r"(?:[^\\;,]|\\[\\;,nN])*", re.S)
_LIST = re.compile(r"(?:[^\\;]|\\[\\;,nN])*", re.S)
_ESCAPE = re.compile(r"\\(.)", re.S)
_ADDRESS = re.compile(r"https?://[!-~]+")


@dataclass(frozen=True)
class Shape:
    """What a component may hold: properties in this order, some required, some more than once."""

    order: tuple[str, ...]
    required: frozenset[str]
    repeated: frozenset[str] = frozenset()
    parameters: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """A parameter that a property must have, and its value."""
    codes: Mapping[str, str] = field(default_factory=dict)
    """Properties that mean harm of a kind of their own."""


def check_shape(component: Component, shape: Shape) -> Iterator[Finding]:
    """Yield what is missing, there too often, not meant to be there, or in another order."""
    names = [one.name for one in component.properties]
    for name in sorted(shape.required):
        found = component.first(name)
        if found is None or not found.value:
            yield finding("property-missing", line=component.line, property=name, component=component.name)
    for number, one in enumerate(component.properties):
        wrong = partial(finding, line=one.line, property=one.name, component=component.name)
        if one.name not in shape.order:
            yield wrong(shape.codes.get(one.name, "property-unexpected"))
        elif one.name in names[:number] and one.name not in shape.repeated:
            yield wrong("property-repeated")
        name, value = shape.parameters.get(one.name, ("", ""))
        if name and one.parameters.get(name) != value:
            yield wrong("parameter-wrong", parameter=f"{name}={value}")
    ranks = [shape.order.index(name) for name in names if name in shape.order]
    if ranks != sorted(ranks):
        yield finding("property-order", line=component.line, component=component.name)


def check_text(one: Property, *, limit: int | None = None) -> Iterator[Finding]:
    """Yield where a text isn't escaped as RFC 5545, section 3.3.11, has it, or is longer than clients keep."""
    allowed = _LIST if one.name == "CATEGORIES" else _TEXT
    if not allowed.fullmatch(one.value):
        yield finding("text-not-escaped", line=one.line, property=one.name)
    length = len(text(one.value))
    if limit is not None and length > limit:
        yield finding("text-too-long", line=one.line, property=one.name, length=length, limit=limit)


def check_address(one: Property) -> Iterator[Finding]:
    """Yield where an address isn't a whole one in ASCII."""
    if not one.value.isascii():
        yield finding("address-not-ascii", line=one.line, property=one.name)
    elif not _ADDRESS.fullmatch(one.value):
        yield finding("value-wrong", line=one.line, property=one.name, value=one.value[:100])


def check_utc(one: Property) -> Iterator[Finding]:
    """Yield where a time of change isn't one in UTC, in whole seconds."""
    if one.parameters or read_utc(one.value) is None:
        yield finding("time-not-utc", line=one.line, property=one.name, value=one.value[:100])


def text(value: str) -> str:
    """Return a text without its escapes."""
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def read_utc(value: str) -> datetime | None:
    """Return the naive time that such as 20270226T183000Z names, None for anything else."""
    return read_wall(value.removesuffix("Z")) if value.endswith("Z") else None


def read_wall(value: str) -> datetime | None:
    """Return the time that such as 20270226T183000 names, None for anything else."""
    if not re.fullmatch(r"[0-9]{8}T[0-9]{6}", value) or int(value[:4]) not in _YEARS:
        return None
    try:
        return datetime.strptime(value, "%Y%m%dT%H%M%S")
    except ValueError:
        return None
