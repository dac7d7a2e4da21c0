"""Rows as lines of JSON that say the same in either database, and back."""

import base64
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Any

from sqlalchemy import Column, Connection, Date, DateTime, LargeBinary, Table, Time, func, insert, select, text

BATCH = 1_000


def written(connection: Connection, table: Table) -> Iterator[str]:
    """Yield the names of a table's columns, then each of its rows."""
    yield json.dumps([column.name for column in table.columns])
    rows = connection.execution_options(yield_per=BATCH).execute(select(table))
    for row in rows:
        yield json.dumps([_plain(value) for value in row], ensure_ascii=False)


def load(connection: Connection, table: Table, lines: Iterator[str]) -> int:
    """Fill an empty table; return with how many rows.

    Where a row names another one of the same table, it does so once all are there.
    """
    names = json.loads(next(lines))
    own = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    key = [column.name for column in table.primary_key]
    count, later = 0, []
    while some := [_row(table, names, json.loads(line)) for line in islice(lines, BATCH)]:
        for row in some:
            later += [({name: row[name] for name in key}, name, row[name]) for name in own if row.get(name) is not None]
            row |= dict.fromkeys(own)
        connection.execute(insert(table), some)
        count += len(some)
    for where, name, value in later:
        connection.execute(table.update().values({name: value}).where(*(table.c[one] == where[one] for one in where)))
    _go_on_counting(connection, table)
    return count


def _row(table: Table, names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    return {name: _read(table.c[name], value) for name, value in zip(names, values, strict=True)}


def _plain(value: object) -> object:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime) and value.tzinfo:
        value = value.astimezone(UTC).replace(tzinfo=None)
    return value.isoformat() if isinstance(value, date | time) else value


def _read(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(value)
    if isinstance(column.type, DateTime):
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if column.type.timezone else moment
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return time.fromisoformat(value) if isinstance(column.type, Time) else value


def _go_on_counting(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows behind those that came with their numbers."""
    if connection.dialect.name != "postgresql" or "id" not in table.c:
        return
    sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": f'"{table.name}"'})
    last = connection.scalar(select(func.max(table.c.id))) if sequence else None
    if last is not None:
        connection.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})
