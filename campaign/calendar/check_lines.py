"""The bytes of a calendar, read as the least careful program does: lines, properties, components.

RFC 5545, section 3.1. Standard library alone: a check must not trust the library that wrote what it checks.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from campaign.calendar.finding import Finding, finding

OCTETS_A_LINE = 75
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_BREAK = re.compile(rb"(\r\n|\r|\n)")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]")
_CONTENT = re.compile(r'([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)', re.S)
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:])*)')


@dataclass(frozen=True)
class Property:
    """One content line, unfolded; the value as it is written, escapes included."""

    line: int
    name: str
    parameters: dict[str, str]
    value: str


@dataclass(frozen=True)
class Component:
    """What stands between a BEGIN and its END."""

    name: str
    line: int
    properties: list[Property] = field(default_factory=list)
    components: list["Component"] = field(default_factory=list)

    def first(self, name: str) -> Property | None:
        """Return the first property of a name."""
        return next((one for one in self.properties if one.name == name), None)

    def below(self, name: str) -> list["Component"]:
        """Return the components of a name that stand directly in this one."""
        return [one for one in self.components if one.name == name]


@dataclass(frozen=True)
class _Unfolded:
    """A content line's number, and the parts that it was folded into."""

    line: int
    parts: list[bytes]


def read(body: bytes) -> tuple[Component, list[Finding]]:
    """Return all that stands in these bytes, below a component without a name, and what is wrong with the lines."""
    found = [finding("byte-order-mark", line=1)] if body.startswith(BYTE_ORDER_MARK) else []
    pieces = _BREAK.split(body.removeprefix(BYTE_ORDER_MARK))
    texts, ends = pieces[::2], pieces[1::2]
    if texts[-1] == b"":
        texts.pop()
    else:
        ends.append(b"")
    found += _check_lines(texts, ends)
    unfolded = list(_unfold(texts))
    found += _check_folds(unfolded)
    root = Component("", 0)
    found += _fill(root, _properties(unfolded, found))
    return root, found


def _check_lines(texts: list[bytes], ends: list[bytes]) -> Iterator[Finding]:
    """Yield each kind of mistake once, with its first line and how many have it."""
    yield from _counted("line-end", ends, lambda end: end != b"\r\n")
    yield from _counted("line-empty", texts, lambda text: not text.strip())
    yield from _counted("line-too-long", texts, lambda text: len(text) > OCTETS_A_LINE)
    yield from _counted("control-character", texts, lambda text: _CONTROL.search(text) is not None)


def _counted(code: str, pieces: Iterable[bytes], is_wrong: Callable[[bytes], bool]) -> list[Finding]:
    lines = [number for number, piece in enumerate(pieces, 1) if is_wrong(piece)]
    return [finding(code, line=lines[0], count=len(lines))] if lines else []


def _unfold(texts: Iterable[bytes]) -> Iterator[_Unfolded]:
    current: _Unfolded | None = None
    for number, text in enumerate(texts, 1):
        if text.startswith((b" ", b"\t")) and current:
            current.parts.append(text[1:])
        elif text:
            if current:
                yield current
            current = _Unfolded(number, [text])
    if current:
        yield current


def _check_folds(lines: Iterable[_Unfolded]) -> Iterator[Finding]:
    """Yield what a fold has torn apart: a letter of several bytes, or a backslash and what it escapes."""
    for one in lines:
        if len(one.parts) == 1 and one.parts[0].isascii():
            continue
        whole = b"".join(one.parts)
        if not _is_utf8(whole):
            yield finding("utf8-broken", line=one.line)
        elif not all(map(_is_utf8, one.parts)):
            yield finding("utf8-split", line=one.line)
        if any(_ends_in_escape(b"".join(one.parts[:end])) for end in range(1, len(one.parts))):
            yield finding("escape-split", line=one.line)


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _ends_in_escape(text: bytes) -> bool:
    return (len(text) - len(text.rstrip(b"\\"))) % 2 == 1


def _properties(lines: Iterable[_Unfolded], found: list[Finding]) -> Iterator[Property]:
    for one in lines:
        text = b"".join(one.parts).decode("utf-8", errors="replace")
        content = _CONTENT.fullmatch(text)
        if content is None:
            found.append(finding("line-unreadable", line=one.line))
        else:
            given = {name.upper(): value.strip('"') for name, value in _PARAMETER.findall(content[2])}
            yield Property(one.line, content[1].upper(), given, content[3])


def _fill(root: Component, properties: Iterable[Property]) -> list[Finding]:
    """Put the properties into components, those into each other; return what is not begun or not ended."""
    found: list[Finding] = []
    begun = [root]
    for one in properties:
        if one.name == "BEGIN":
            inner = Component(one.value.upper(), one.line)
            begun[-1].components.append(inner)
            begun.append(inner)
        elif one.name != "END":
            begun[-1].properties.append(one)
        elif begun[-1].name == one.value.upper() and len(begun) > 1:
            begun.pop()
        else:
            found.append(finding("component-unbalanced", line=one.line, name=one.value))
    return found + [finding("component-unbalanced", line=one.line, name=one.name) for one in begun[1:]]
