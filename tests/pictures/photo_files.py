"""Files as strangers send them for a photo: good ones, and those that shall do harm."""

import io
import struct
import zlib
from collections.abc import Mapping

from PIL import Image

ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825


def saved(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """Return the bytes of a picture in one of Pillow's formats."""
    file = io.BytesIO()
    image.save(file, kind, **options)  # type: ignore[arg-type]  # as many options as there are formats
    return file.getvalue()


def halves(mode: str = "RGB", size: tuple[int, int] = (80, 40)) -> Image.Image:
    """Return a picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    return image.convert(mode)


def taken_by_a_telephone(*, orientation: int = 1) -> bytes:
    """Return a JPEG that says where it was taken, by which device, and which side is up."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = orientation, "Spying Camera"
    exif.get_ifd(GPS).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    return saved(halves(), exif=exif, icc_profile=b"a profile of one screen" * 9, comment=b"secret words")


def png_of(width: int, height: int) -> bytes:
    """Return a small PNG that says it is as large as that: what its header says is all that is read."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b"\0" * 9)) + _chunk(b"IEND")


def jpeg_of(width: int, height: int) -> bytes:
    """Return a JPEG whose header says it is as large as that."""
    content = saved(halves())
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + struct.pack(">HH", height, width) + content[at + 4 :]


def webp_of(width: int, height: int) -> bytes:
    """Return a WebP whose canvas is as large as that."""
    canvas = struct.pack("<I", 0) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    frame = saved(halves(), "WEBP")[12:]
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + canvas + frame
    return b"RIFF" + struct.pack("<I", len(body)) + body


def bomb(side: int) -> bytes:
    """Return a PNG that is really as large as that, of nothing, and so packs a thousandfold."""
    packer = zlib.compressobj(9)
    row = b"\0" * (side // 8 + 1)
    packed = b"".join(packer.compress(row) for _row in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", packed) + _chunk(b"IEND")


def moving(kind: str) -> bytes:
    """Return a picture of two frames."""
    other = halves().transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return saved(halves(), kind, save_all=True, append_images=[other], duration=100)


def drawn_over(scans: int) -> bytes:
    """Return a progressive JPEG that draws its last scan so many times."""
    content = saved(halves(), progressive=True)
    at = content.rindex(b"\xff\xda")
    return content[:at] + content[at:-2] * scans + b"\xff\xd9"


def refused() -> Mapping[str, tuple[bytes, str]]:
    """Return what is no photo that can be shown, each with the code of its refusal."""
    plain = Image.new("RGB", (5_100, 5_100))
    jpeg, png = saved(halves()), saved(halves(), "PNG")
    return {
        "nothing": (b"", "photo-missing"),
        "a GIF": (saved(halves(), "GIF"), "photo-unknown-kind"),
        "a TIFF": (saved(halves(), "TIFF"), "photo-unknown-kind"),
        "an SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "photo-unknown-kind"),
        "an SVG with a mark": (b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "photo-unknown-kind"),
        "a page": (b"<!doctype html><title>x</title>", "photo-unknown-kind"),
        "a PDF": (b"%PDF-1.7\n" + jpeg, "photo-unknown-kind"),
        "words": (b"JFIF" * 100, "photo-unknown-kind"),
        "16 bits of grey": (saved(Image.new("I;16", (9, 9), 40_000), "PNG"), "photo-unknown-kind"),
        "a photo that is a page": (jpeg + b"<script>alert(1)</script>", "photo-not-alone"),
        "a comment that is a page": (saved(halves(), comment=b"<HTML><body>"), "photo-not-alone"),
        "a photo that is a program": (png + b"<?php system($_GET[0]);", "photo-not-alone"),
        "a photo that is an archive": (
            jpeg + b"PK\x03\x04" + b"\0" * 40 + b"PK\x05\x06" + b"\0" * 18,
            "photo-not-alone",
        ),
        "a photo that is a PDF": (jpeg + b"\n%PDF-1.7\n", "photo-not-alone"),
        "PNG, 50,000 × 50,000": (png_of(50_000, 50_000), "photo-too-many-pixels"),
        "JPEG, 50,000 × 50,000": (jpeg_of(50_000, 50_000), "photo-too-many-pixels"),
        "JPEG, 10,000 × 10,000": (jpeg_of(10_000, 10_000), "photo-too-many-pixels"),
        "WebP, 16,000 × 16,000": (webp_of(16_000, 16_000), "photo-too-many-pixels"),
        "WebP, 5,100 × 5,100": (saved(plain, "WEBP", lossless=True, method=0), "photo-too-many-pixels"),
        "a real bomb": (bomb(12_000), "photo-too-many-pixels"),
        "a moving PNG": (moving("PNG"), "photo-moves"),
        "a moving WebP": (moving("WEBP"), "photo-moves"),
        "a WebP that doesn't fill its canvas": (webp_of(9_000, 9_000), "photo-broken"),
        "half a JPEG": (jpeg[: len(jpeg) // 2], "photo-broken"),
        "half a PNG": (png[: len(png) // 2], "photo-broken"),
        "half a WebP": (saved(halves(), "WEBP")[:40], "photo-broken"),
        "a JPEG's first bytes": (b"\xff\xd8\xff\xe0", "photo-broken"),
        "a PNG of no width": (png_of(0, 9), "photo-broken"),
        "a JPEG drawn over": (drawn_over(400), "photo-broken"),
    }


def _chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
