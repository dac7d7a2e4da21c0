"""The whole database into one file, and one file into an empty database of either kind."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import JSON, Connection, Engine, MetaData, Table, exists, select, text

from campaign import erasure_list, forgetting, keys
from campaign.backup import archive, rows
from campaign.backup.archive import Damaged, Manifest
from campaign.domain import erasure

REVISION = "alembic_version"
ERASED = "erasures.log"


class Unfit(Exception):
    """A backup and an installation that don't go together; the message says what to do."""


def make(engine: Engine, instance: Path, path: Path, *, now: datetime) -> Manifest:
    """Write everything as it is at this moment, while others go on writing; keys are not among it.

    Raises Unfit for a database that was never set up.
    """
    with archive.writing(path) as file, _snapshot(engine) as connection:
        tables, counts = _tables(connection), {}
        if REVISION not in tables.tables:
            raise Unfit("There is nothing in the database yet.")
        for table in tables.sorted_tables:
            if table.name != REVISION:
                lines = archive.add_lines(file, _member(table), rows.written(connection, table))
                counts[table.name] = lines - 1  # its columns stand first
        erased = (erasure.line(one) for one in erasure_list.read(instance))
        archive.add_lines(file, ERASED, erased)
        revision = connection.scalar(select(tables.tables[REVISION].c.version_num))
        manifest = Manifest(now.astimezone(UTC).isoformat(), revision or "", keys.ids(), counts)
        archive.add_manifest(file, manifest)
    return manifest


def restore(engine: Engine, instance: Path, path: Path, *, now: datetime) -> Manifest:
    """Fill an empty database from a file, bring it to this release, and forget again who was erased since.

    All rows come in one transaction: whatever ends it halfway, the database is still empty. Raises Damaged for a
    file that isn't whole, Unfit where the database isn't empty or a data key is missing.
    """
    with archive.reading(path) as (file, manifest):
        if missing := set(manifest.keys) - set(keys.ids()):
            raise Unfit(f"DATA_KEY lacks the key {', '.join(sorted(missing))}, without which nobody can read it.")
        _empty(engine)
        upgrade(revision=manifest.revision)
        with engine.connect().execution_options(writing=True) as connection, connection.begin():
            for table in _tables(connection).sorted_tables:
                if table.name in manifest.rows:
                    _fill(connection, table, archive.lines(file, _member(table)), manifest)
        erasure_list.append(instance, _unheard(instance, archive.lines(file, ERASED)))
    upgrade()
    forgetting.keep_erased(instance, now=now)
    return manifest


def _fill(connection: Connection, table: Table, lines: Iterator[str], manifest: Manifest) -> None:
    if rows.load(connection, table, lines) != manifest.rows[table.name]:
        raise Damaged(f"The backup is damaged: rows of {table.name} are missing.")


def _unheard(instance: Path, lines: Iterator[str]) -> list[erasure.Erased]:
    """Return what the file's list of the erased says and the one that is here doesn't."""
    known = set(erasure_list.read(instance))
    return [one for line in lines if (one := erasure.parse(line)) and one not in known]


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """Yield a connection that sees the database as it is now, whatever others write meanwhile."""
    level = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**level) as connection:
        yield connection


def _tables(connection: Connection) -> MetaData:
    """Return the tables as they are in the database, not as this release would have them."""
    found = MetaData()
    found.reflect(connection)
    for table in found.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type = JSON(none_as_null=True)
    return found


def _empty(engine: Engine) -> None:
    """Drop tables in which there is nothing; raises Unfit where there is something."""
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        tables = _tables(connection)
        for table in tables.sorted_tables:
            if table.name != REVISION and connection.scalar(select(exists().select_from(table))):
                raise Unfit("The database is not empty. Restore into a new one, and keep this one for now.")
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        tables.drop_all(connection)


def _member(table: Table) -> str:
    return f"{table.name}.jsonl"
