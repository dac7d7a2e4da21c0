"""Content lines of at most 75 bytes (RFC 5545, section 3.1)."""

from icalendar.cal.component import Component

LINE_BYTES = 75
BREAK = b"\r\n "


def written(component: Component) -> bytes:
    r"""Return a component's bytes, its properties in their own order, folded neither in a letter nor in an escape.

    The library folds between the two backslashes of `\\`, which some programs then read as one.
    """
    lines = bytes(component.to_ical(sorted=False)).replace(BREAK, b"").split(b"\r\n")
    return b"\r\n".join(map(fold, lines))


def fold(line: bytes) -> bytes:
    """Return one line in parts of at most 75 bytes, the space before each further part included."""
    parts: list[bytes] = []
    room = LINE_BYTES
    while len(line) > room:
        at = room
        while line[at] & 0xC0 == 0x80:  # in the middle of a letter
            at -= 1
        at -= (at - len(line[:at].rstrip(b"\\"))) % 2  # between a backslash and what it escapes
        parts.append(line[:at])
        line, room = line[at:], LINE_BYTES - 1
    return BREAK.join((*parts, line))
