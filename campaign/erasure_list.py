"""The list of who was erased, in a file beside the database: a backup that is restored must bring nobody back."""

import os
from collections.abc import Iterable
from pathlib import Path

from campaign.domain.erasure import Erased, line, parse

NAME = "erasures.log"


def append(folder: Path, erased: Iterable[Erased]) -> None:
    """Add lines to the end of the list, and return when they are on the disk; readable by us alone."""
    text = "".join(f"{line(one)}\n" for one in erased)
    if not text:
        return
    descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "rb+", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        is_torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        file.write((f"\n{text}" if is_torn else text).encode())
        os.fsync(descriptor)
    _settle(folder)


def read(folder: Path) -> list[Erased]:
    """Return the list, oldest first; a line that was cut off is left out."""
    try:
        text = (folder / NAME).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    return [found for written in text.splitlines() if (found := parse(written))]


def _settle(folder: Path) -> None:
    """Wait until the file's name is on the disk as well."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
