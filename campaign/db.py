"""The database handle, its set-up per database, and the only commit in the package."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from sqlite3 import Connection as SqliteConnection
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, ExecutionContext, MetaData, event, inspect, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, lazyload, mapped_column, registry
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

Texts = dict[str, str]
"""One text in several languages, by language code."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware UTC in Python, refusing naive ones; UTC in both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


CONSTRAINT_NAMES = {
    "ix": "ix__%(table_name)s__%(column_0_N_name)s",
    "uq": "uq__%(table_name)s__%(column_0_N_name)s",
    "ck": "ck__%(table_name)s__%(constraint_name)s",
    "fk": "fk__%(table_name)s__%(column_0_name)s__%(referred_table_name)s",
    "pk": "pk__%(table_name)s",
}
"""Names that both databases and the migrations agree on."""

COLUMN_TYPES: dict[type, UtcDateTime | JSON] = {
    datetime: UtcDateTime(),
    Texts: JSON(),
    dict[str, object]: JSON(),
    list[str]: JSON(),
    list[int]: JSON(),
    list[Texts]: JSON(),
    list[dict[str, object]]: JSON(),
}


class Base(DeclarativeBase):
    """The base of all tables."""

    registry = registry(metadata=MetaData(naming_convention=CONSTRAINT_NAMES), type_annotation_map=COLUMN_TYPES)


db = SQLAlchemy(model_class=Base, disable_autonaming=True)

BUSY_SECONDS = 15
"""How long a writer waits for SQLite's lock. It is not handed on in the order of asking: under a rush on one
event somebody may wait three times as long as the rest, and must not be sent away for that."""
PAUSE_SECONDS = 0.001

LOG_PAGES, CACHE_KILOBYTES = 8_000, 16_000
"""How long SQLite's log grows before it is worked in, 32 MB, and how much of the file each connection remembers.
Rows found by random hashes lie all over the file: with less, each page is written and read again many times."""

after_commit: list[Callable[[], None]] = []
"""Called after each commit that queued something; waking a worker may fail without harm."""


@event.listens_for(Engine, "connect")
def _set_up_sqlite(connection: object, record: ConnectionPoolEntry) -> None:
    if not isinstance(connection, SqliteConnection):
        return
    connection.isolation_level = None  # SQLAlchemy's "begin" event below says BEGIN itself
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"wal_autocheckpoint={LOG_PAGES}",
        f"cache_size=-{CACHE_KILOBYTES}",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "before_cursor_execute")
def _take_bytes(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: ExecutionContext, is_many: bool
) -> None:
    """Take rows as they are where a query asks for it: PostgreSQL's text answers write bytes twice as long."""
    if context.execution_options.get("as_bytes") and connection.dialect.name == "postgresql":
        cursor.format = 1


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Take SQLite's write lock at the start of a unit that writes: an upgrade later could only fail."""
    if connection.dialect.name == "sqlite":
        if connection.get_execution_options().get("writing"):
            _take_write_lock(connection)
        else:
            connection.exec_driver_sql("BEGIN")


def _take_write_lock(connection: Connection) -> None:
    """Ask for SQLite's lock every millisecond: its own waiting sleeps ever longer, also while nobody holds it."""
    driver: Any = connection.connection.dbapi_connection
    end = time.monotonic() + BUSY_SECONDS
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while not _has_begun(connection, is_last=time.monotonic() >= end):
            time.sleep(PAUSE_SECONDS)
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def _has_begun(connection: Connection, *, is_last: bool) -> bool:
    """Return whether the lock was free; the last time, raise what was wrong."""
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError:
        if is_last:
            raise
        return False
    return True


def begin_writing() -> None:
    """End the reading transaction and start one that may write; rows are read afresh."""
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("a row was changed outside a unit of work")
    session.rollback()
    session.connection(execution_options={"writing": True})


def finish_writing(*, keep: bool) -> None:
    """Commit what was begun, or take it back; then wake the workers if a message was queued."""
    session = db.session()
    queued = session.info.pop("queued", False)
    if not keep:
        session.rollback()
        return
    session.commit()
    if queued:
        for wake in after_commit:
            wake()


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Commit everything done inside, or nothing."""
    begin_writing()
    try:
        yield
    except BaseException:
        finish_writing(keep=False)
        raise
    finish_writing(keep=True)


@contextmanager
def rehearsal() -> Iterator[None]:
    """Do everything inside as a unit of work would, then take it all back."""
    begin_writing()
    try:
        yield
    finally:
        finish_writing(keep=False)


READ_AFRESH = {"populate_existing": True, "synchronize_session": False}


class Lockable:
    """A row that can be held; its table counts how often it was."""

    id: Mapped[int] = mapped_column(primary_key=True)
    lock_version: Mapped[int] = mapped_column(default=0)


def lock(*rows: Lockable) -> None:
    """Hold rows of one table until the unit of work ends, and read them afresh; always in order, so that no two wait.

    Writing first takes the row lock in PostgreSQL and the write lock in SQLite,
    where SELECT … FOR UPDATE would be ignored.
    """
    db.session.flush()
    numbered = {inspect(row).identity[0]: row for row in rows}  # row.id might read all of it, before it is locked
    for number in sorted(numbered):
        table = type(numbered[number])
        db.session.expire(numbered[number])
        held = update(table).where(table.id == number).values(lock_version=table.lock_version + 1).returning(table)
        db.session.scalars(held.options(lazyload("*")), execution_options=READ_AFRESH).one()
