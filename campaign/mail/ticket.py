"""A ticket's QR code as a picture that every mail program shows: a PNG of one bit a dot."""

import struct
import zlib
from collections.abc import Sequence

import segno

MASK = 3
"""The pattern that breaks up a QR code's areas. Readers know all eight; looking for the fairest of them takes
longer than composing the rest of a mail does."""
SCALE, BORDER = 6, 3
"""How many dots a module is wide, and how many modules the white around them is."""
SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = bytes.maketrans(b"\0\1", b"10")
"""A dark module's bit is 0, which is black in a greyscale picture."""


def picture(ticket: str) -> bytes:
    """Return the code of a ticket; written here, as segno's own writer takes ten times as long."""
    rows = segno.make(ticket, error="m", micro=False, mask=MASK).matrix
    side = (len(rows) + 2 * BORDER) * SCALE
    blank = [bytes(len(rows))] * BORDER
    dots = b"".join(_line(row, side) * SCALE for row in (*blank, *rows, *blank))
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)  # one bit, greyscale, no interlacing
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(dots)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, content) for kind, content in parts)


def _line(modules: Sequence[int], side: int) -> bytes:
    """Return a line of the picture: how it is filtered, which it isn't, and its bits in whole bytes."""
    bits = (bytes(BORDER) + bytes(modules) + bytes(BORDER)).translate(COLOURS)
    wide = bits.replace(b"0", b"0" * SCALE).replace(b"1", b"1" * SCALE)
    return b"\0" + int(wide.ljust(-(-side // 8) * 8, b"0"), 2).to_bytes(-(-side // 8), "big")


def _chunk(kind: bytes, content: bytes) -> bytes:
    """Return a part of a PNG: its length, kind and content, and their checksum (ISO/IEC 15948, section 5.3)."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
