"""The file: a zip of one manifest and one list of rows a table, with a digest over every byte of it."""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

FORMAT = 1
MANIFEST = "manifest.json"
MARK = b"sha256:"
DIGEST = 64
"""How many letters the digest at the end of the file has; it is taken with zeros in its own place."""


class Damaged(Exception):
    """A file that can't be trusted or understood; the message says why."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    made_at: str
    revision: str
    """Of the schema, as the migrations name it."""
    keys: list[str]
    """The ids of the data keys that its personal columns need."""
    rows: dict[str, int]
    """How many each table has."""
    format: int = FORMAT


@contextmanager
def writing(path: Path) -> Iterator[zipfile.ZipFile]:
    """Yield the file to fill, readable by its owner alone; it gets its name once it is whole and on the disk."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as archive:
                yield archive
                archive.comment = MARK + b"0" * DIGEST
            _sign(path, file.fileno())
        part.rename(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def add_manifest(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Write what the backup says of itself."""
    archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))


def add_lines(archive: zipfile.ZipFile, name: str, lines: Iterable[str]) -> int:
    """Write a member line by line, however many there are; return their number."""
    count = 0
    with archive.open(name, "w", force_zip64=True) as member:
        for line in lines:
            member.write(f"{line}\n".encode())
            count += 1
    return count


@contextmanager
def reading(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Yield the file and what it says of itself; raises Damaged for one that isn't whole, or isn't ours."""
    _check_digest(path)
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive, _manifest(json.loads(archive.read(MANIFEST)))
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise Damaged("The file is not a backup of ours.") from error


def lines(archive: zipfile.ZipFile, name: str) -> Iterator[str]:
    """Yield a member's lines."""
    with archive.open(name) as member:
        for line in member:
            yield line.decode().rstrip("\n")


def _manifest(said: Mapping[str, object]) -> Manifest:
    if said.get("format") != FORMAT:
        raise Damaged("The backup was made by a newer release.")
    return Manifest(**said)  # type: ignore[arg-type]  # TypeError for what doesn't fit


def _sign(path: Path, descriptor: int) -> None:
    """Put the digest of the whole file into its last bytes, and wait until all of it is on the disk."""
    size = os.fstat(descriptor).st_size
    os.pwrite(descriptor, _digest(descriptor, size), size - DIGEST)
    os.fsync(descriptor)


def _check_digest(path: Path) -> None:
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        end = os.pread(file.fileno(), len(MARK) + DIGEST, max(size - len(MARK) - DIGEST, 0))
        if not end.startswith(MARK):
            raise Damaged("The file is not a backup of ours, or its end is missing.")
        if end.removeprefix(MARK) != _digest(file.fileno(), size):
            raise Damaged("The backup is damaged: it is not what was written.")


def _digest(descriptor: int, size: int) -> bytes:
    digest, at, end = hashlib.sha256(), 0, size - DIGEST
    while some := os.pread(descriptor, min(1 << 20, end - at), at):
        digest.update(some)
        at += len(some)
    digest.update(b"0" * DIGEST)
    return digest.hexdigest().encode()
