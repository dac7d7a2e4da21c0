"""The database handle, its set-up per database, and the only commit in the package."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from threading import Lock
from typing import Any, Protocol, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    ExecutionContext,
    Insert,
    MetaData,
    Table,
    bindparam,
    event,
    insert,
    inspect,
    update,
)
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Mapper,
    lazyload,
    make_transient_to_detached,
    mapped_column,
    registry,
)
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.dml import ReturningUpdate
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
TURN = "turn"
_turn = Lock()

LOG_PAGES, CACHE_KILOBYTES = 8_000, 16_000
"""How long SQLite's log grows before it is worked in, 32 MB, and how much of the file each connection remembers.
Rows found by random hashes lie all over the file: with less, each page is written and read again many times."""

after_commit: list[Callable[[], None]] = []
"""Called after each commit that queued something; waking a worker may fail without harm."""


@event.listens_for(Engine, "connect")
def _set_up_sqlite(connection: object, record: ConnectionPoolEntry) -> None:
    if not isinstance(connection, sqlite3.Connection):
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
    """Ask for SQLite's lock every millisecond: its own waiting sleeps ever longer, also while nobody holds it.

    The driver is asked itself, since each refusal costs SQLAlchemy a fifth of a millisecond.
    """
    end = time.monotonic() + BUSY_SECONDS
    _wait_for_turn(connection)
    driver = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while not _has_begun(driver):
            if time.monotonic() >= end:
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # this refusal SQLAlchemy may put into its own words
                return
            time.sleep(PAUSE_SECONDS)
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def _has_begun(driver: sqlite3.Connection) -> bool:
    """Return whether the lock was free."""
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    return True


def _wait_for_turn(connection: Connection) -> None:
    """Let one thread of this process write, or ask to, at a time: the others sleep instead of asking.

    This is politeness alone, SQLite's own lock is what holds: who waited too long goes on and asks without a turn.
    """
    if TURN not in connection.info and _turn.acquire(timeout=BUSY_SECONDS):
        connection.info[TURN] = True


@event.listens_for(Engine, "checkin")
def _end_turn(connection: object, record: ConnectionPoolEntry) -> None:
    """Let the next thread write once a connection is given back, whatever became of what it wrote."""
    if record.info.pop(TURN, False):
        _turn.release()


def begin_writing(*, keeping: Sequence[Base] = ()) -> None:
    """End the reading transaction and start one that may write.

    Rows are read afresh, except those in `keeping`: what was read of them before is good enough.
    """
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("a row was changed outside a unit of work")
    for row in keeping:
        session.expunge(row)
    session.rollback()
    session.add_all(keeping)
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
def unit_of_work(*, keeping: Sequence[Base] = ()) -> Iterator[None]:
    """Commit everything done inside, or nothing; `keeping` as in `begin_writing`."""
    begin_writing(keeping=keeping)
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


@contextmanager
def part_of_work(*, keep: bool = True) -> Iterator[None]:
    """Keep everything done inside or nothing, within a unit of work whose other changes stay; or only rehearse it."""
    part = db.session.begin_nested()
    try:
        yield
    except BaseException:
        part.rollback()
        raise
    if keep:
        part.commit()
    else:
        part.rollback()


class Numbered(Protocol):
    """A row whose id the database gives it."""

    id: int


def store_at_once(row: Numbered) -> None:
    """Insert a new row by one statement, and let the session know it as it is stored.

    A flush weighs everything that the session holds, and takes several times as long. No relationship is followed:
    the row has the ids of what it belongs to.
    """
    table = cast(Table, inspect(type(row)).local_table)
    values = {name: value for name, value in vars(row).items() if name in table.columns}
    stored = cast(CursorResult[Any], db.session.execute(_insertion(table), values))
    row.id = stored.inserted_primary_key[0]  # type: ignore[index]  # None is for statements of another kind
    make_transient_to_detached(row)
    db.session.add(row)


@lru_cache
def _insertion(table: Table) -> Insert:
    return insert(table)


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
        db.session.expire(numbered[number])
        hold = _holding(inspect(numbered[number]).mapper)
        db.session.scalars(hold, {"number": number}, execution_options=READ_AFRESH).one()


@lru_cache
def _holding(mapper: Mapper[Lockable]) -> ReturningUpdate[Lockable]:
    table = mapper.class_
    held = update(table).where(table.id == bindparam("number")).values(lock_version=table.lock_version + 1)
    return held.returning(table).options(lazyload("*"))
