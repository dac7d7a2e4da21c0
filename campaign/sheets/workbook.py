"""XLSX: bytes to lines of cells. What the file unpacks to is measured before openpyxl reads any of it."""

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import IO

from openpyxl import load_workbook

from campaign.domain.errors import Refused

UNPACKED_LIMIT = 50_000_000
PART_LIMIT = 1_000
TAG_LIMIT = 3_000_000
"""Tags in all parts, four to a cell: each costs memory in a tree, however short it is; more where it is deep."""
DEPTH_LIMIT = 100
LINE_LIMIT = 100_000
"""Lines looked at, empty ones among them: some sheets are formatted down to their last row."""
CHUNK = 1 << 16
DOCTYPE = b"<!DOCTYPE"

# openpyxl warns of everything in a workbook that it won't write again; nobody here writes it again.
warnings.filterwarnings("ignore", module="openpyxl")


def lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of each row of the first visible sheet; formulas as last calculated.

    Raises Refused("file-not-readable"), ("file-unpacks-too-large", limit=…) or ("file-too-large", limit=…).
    """
    try:
        _check_unpacked(content)
        yield from _rows(content)
    except Refused:
        raise
    except Exception as error:  # The file is a stranger's, and openpyxl promises nothing about broken ones.
        raise Refused("file-not-readable") from error


def _check_unpacked(content: bytes) -> None:
    """Refuse a file that unpacks to too much, or whose XML has too many tags or defines entities.

    What the directory says is enough: no part is ever unpacked beyond the size that it gives, and one that is
    longer fails its checksum here.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > PART_LIMIT or sum(part.file_size for part in parts) > UNPACKED_LIMIT:
            raise Refused("file-unpacks-too-large", limit=UNPACKED_LIMIT // 1_000_000)
        tags = 0
        for part in parts:
            with archive.open(part) as file:
                tags += _tags_in(file, most=TAG_LIMIT - tags)


def _tags_in(file: IO[bytes], *, most: int) -> int:
    """Return how many tags a part has; refuse one with more, with deep ones, or with a document type."""
    tags, depth, end = 0, 0, b""
    while chunk := file.read(CHUNK):
        chunk += file.read(1) if chunk.endswith((b"<", b"/")) else b""
        tags += chunk.count(b"<")
        depth += chunk.count(b"<") - 2 * chunk.count(b"</") - chunk.count(b"/>")
        if tags > most or depth > DEPTH_LIMIT:
            raise Refused("file-unpacks-too-large", limit=UNPACKED_LIMIT // 1_000_000)
        if DOCTYPE in end + chunk:
            raise Refused("file-not-readable")
        end = chunk[-len(DOCTYPE) :]
    return tags


def _rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
        sheet.reset_dimensions()  # They are what the file claims; without them each row is as wide as it is.
        for line, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            if line > LINE_LIMIT:
                raise Refused("file-too-large", limit=LINE_LIMIT)
            yield line, [_text(value) for value in values]
    finally:
        book.close()


def _text(value: object) -> str:
    """Return a cell's value as somebody would type it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
