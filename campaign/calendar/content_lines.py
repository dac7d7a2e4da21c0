"""A calendar file taken apart into its content lines (RFC 5545, section 3.1); the bytes are a stranger's."""

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from campaign.domain.errors import Refused

BEGINNING = b"BEGIN:VCALENDAR"
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LOOKED_AT = 200
"""Bytes in which a calendar begins, whatever blank lines come first."""

# Possessive: a line that doesn't fit is given up at once, however long it is.
_VALUE = r'(?:"[^"]*+"|[^";:])*+'
_LINE = re.compile(rf"([A-Za-z0-9-]++)((?:;[A-Za-z0-9-]++={_VALUE})*+):(.*)", re.DOTALL)
_PARAMETER = re.compile(rf";([A-Za-z0-9-]++)=({_VALUE})")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True)
class ContentLine:
    """One property; `number` is that of its first line in the file, `name` is "" where it isn't understood."""

    number: int
    name: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    value: str = ""

    @property
    def text(self) -> str:
        """The value without its escapes (RFC 5545, section 3.3.11)."""
        return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.value)


def is_calendar(content: bytes) -> bool:
    """Return whether a file is a calendar, by how it begins."""
    start = content[:_LOOKED_AT]
    if start.startswith(UTF_16_MARKS):
        start = start.decode("utf-16", "ignore").encode("utf-8", "ignore")
    return start.removeprefix(codecs.BOM_UTF8).lstrip().upper().startswith(BEGINNING)


def content_lines(content: bytes) -> Iterator[ContentLine]:
    """Yield each line that holds anything, unfolded; raises Refused("calendar-not-utf8", line=…)."""
    for number, line in _unfolded(_utf8(content)):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Refused("calendar-not-utf8", line=number) from error
        if text.strip():
            yield _parsed(number, text)


def _utf8(content: bytes) -> bytes:
    """Return the content in UTF-8 without a mark; other encodings than UTF-16 aren't guessed."""
    if not content.startswith(UTF_16_MARKS):
        return content.removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode("utf-16").encode("utf-8")
    except UnicodeError as error:
        raise Refused("calendar-not-utf8", line=1) from error


def _unfolded(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield whole lines and their numbers; joined as bytes, since some programs fold within a letter."""
    first, parts = 0, list[bytes]()
    for number, line in enumerate(content.splitlines(), start=1):
        if parts and line.startswith((b" ", b"\t")):
            parts.append(line[1:])
            continue
        if parts:
            yield first, b"".join(parts)
        first, parts = number, [line]
    if parts:
        yield first, b"".join(parts)


def _parsed(number: int, text: str) -> ContentLine:
    found = _LINE.fullmatch(text)
    if found is None:
        return ContentLine(number)
    parameters = {name.upper(): value.replace('"', "") for name, value in _PARAMETER.findall(found[2])}
    return ContentLine(number, found[1].upper(), parameters, found[3])
