"""A photo as the public may have it: looked at before it is unpacked, then drawn anew without anything beside it."""

import io
import re
import warnings
from dataclasses import dataclass
from threading import Lock

from PIL import Image, ImageOps, UnidentifiedImageError

from campaign.domain.errors import Refused

BYTES = 12 * 1024 * 1024
"""What a photo may weigh as it is sent."""
PIXELS = {"JPEG": 50_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
"""What the sharpest telephones take, by kind: a JPEG is made smaller while it is unpacked, the others afterwards."""
MODES = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK"})
INDEXED = frozenset({"1", "P", "PA"})
"""Modes whose values are no colours, so that none lies between two of them."""
LONGEST = 1600
"""Pixels of the longer side as it is kept."""
QUALITY = 82
KINDS = (
    ("JPEG", re.compile(rb"\xff\xd8\xff")),
    ("PNG", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("WEBP", re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
)
"""How the three kinds begin; what begins otherwise is not even opened."""
SCAN = b"\xff\xda"
SCANS = 64
"""Times that a JPEG may be drawn over: cameras do so once, web pages ten times, an attack thousands of times."""
FOREIGN = re.compile(rb"<(?:script|html|svg|iframe|\?php|!doctype)|%PDF-\d", re.IGNORECASE)
ARCHIVE_END, ARCHIVE_TAIL = b"PK\x05\x06", 65_557
"""What a ZIP ends with, and how far from the end that may be (PKWARE, "APPNOTE", 4.3.16)."""
warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # how many pixels there are is looked at below
_one_at_a_time = Lock()
"""So that however many are sent at once, one process never needs the memory of two."""


@dataclass(frozen=True)
class Photo:
    """A JPEG that holds nothing but its pixels."""

    body: bytes
    width: int
    height: int


def taken_in(content: bytes) -> Photo:
    """Return a photo drawn anew, upright, at most LONGEST wide and high, without EXIF, place and profile.

    Raises Refused("photo-missing"), ("photo-too-heavy", limit=…), ("photo-unknown-kind"), ("photo-not-alone"),
    ("photo-too-many-pixels", limit=…), ("photo-moves") or ("photo-broken"). All but the last are found before a
    pixel is unpacked.
    """
    if not content:
        raise Refused("photo-missing")
    if len(content) > BYTES:
        raise Refused("photo-too-heavy", limit=BYTES // 1024 // 1024)
    kind = next((name for name, begins in KINDS if begins.match(content)), None)
    if kind is None:
        raise Refused("photo-unknown-kind")
    if FOREIGN.search(content) or ARCHIVE_END in content[-ARCHIVE_TAIL:]:
        raise Refused("photo-not-alone")
    if kind == "JPEG" and content.count(SCAN) > SCANS:
        raise Refused("photo-broken")
    try:
        with _one_at_a_time, Image.open(io.BytesIO(content), formats=[kind]) as image:
            _check(image, kind)
            return _drawn(image)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(kind) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, EOFError, IndexError) as error:
        raise Refused("photo-broken") from error  # what Pillow raises for bytes that it can't make sense of


def _check(image: Image.Image, kind: str) -> None:
    """Refuse, by its header alone, what is too large to unpack, or moves, or isn't made of colours."""
    width, height = image.size
    if width * height > PIXELS[kind]:
        raise _too_many_pixels(kind)
    # Telephones put a second picture behind a JPEG, with depth or brightness: that doesn't move.
    if kind != "JPEG" and getattr(image, "is_animated", False):
        raise Refused("photo-moves")
    if image.mode not in MODES:
        raise Refused("photo-unknown-kind")


def _too_many_pixels(kind: str) -> Refused:
    return Refused("photo-too-many-pixels", limit=PIXELS[kind] // 1_000_000)


def _drawn(image: Image.Image) -> Photo:
    coloured = image.convert("RGBA") if image.mode in INDEXED else image
    coloured.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS, reducing_gap=2.0)
    upright = ImageOps.exif_transpose(coloured)
    clear = upright.convert("RGBA")
    sheet = Image.new("RGB", clear.size, "white")
    sheet.paste(clear, mask=clear)
    body = io.BytesIO()
    sheet.save(body, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Photo(body.getvalue(), sheet.width, sheet.height)
