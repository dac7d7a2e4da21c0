"""CSV: bytes to lines of cells (RFC 4180), with whatever separator the header uses."""

import codecs
import csv
import io
from collections.abc import Iterator

from campaign.domain.errors import Refused

SEPARATORS = ",;\t|"
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
LONGEST_CELL = csv.field_size_limit()
"""Characters at which the csv module stops: nearly always the end of a quotation is missing."""


def lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each record's first line, and its cells.

    Raises Refused("file-not-utf8"), ("file-not-readable"), ("quotes-not-closed", line=…) or
    ("cell-too-long", line=…, limit=…).
    """
    text = _decoded(content)
    reader = csv.reader(_by_line(text), delimiter=_separator(text), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _refusal(error, line) from error
        yield line, cells


def _decoded(content: bytes) -> str:
    """Return the text. Other encodings aren't guessed: a wrong guess would spell every name wrong."""
    try:
        text = content.decode("utf-16" if content.startswith(UTF_16_MARKS) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("file-not-utf8") from error
    if "\0" in text:
        raise Refused("file-not-readable")
    return text


def _separator(text: str) -> str:
    """Return the separator that takes the header apart into most columns."""

    def columns(separator: str) -> int:
        records = csv.reader(_by_line(text.lstrip("\r\n")), delimiter=separator)
        try:
            return len(next(filter(_holds_words, records), []))
        except csv.Error:
            return 0

    return max(SEPARATORS, key=columns)


def _holds_words(cells: list[str]) -> bool:
    return any(char.isalnum() for cell in cells for char in cell)


def _by_line(text: str) -> Iterator[str]:
    return io.StringIO(text, newline="")


def _refusal(error: csv.Error, line: int) -> Refused:
    if "field limit" in str(error):
        return Refused("cell-too-long", line=line, limit=LONGEST_CELL)
    return Refused("quotes-not-closed", line=line)
