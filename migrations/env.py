"""How migrations run: the whole way in one transaction, one process at a time, on both databases."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection, LargeBinary, String, text
from sqlalchemy.types import DateTime, Enum, TypeDecorator

MIGRATION_LOCK = 7_226_102_026
"""Any number, the same in every process: it names the advisory lock in PostgreSQL."""

database = current_app.extensions["migrate"].db


def render_item(kind: str, item: object, autogen_context: object) -> str | bool:
    """Write our own column types into migrations as the plain ones they are in the database."""
    if kind != "type":
        return False
    if isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    if isinstance(item, TypeDecorator):
        plain = item.impl_instance if hasattr(item, "impl_instance") else item.impl
        if isinstance(plain, LargeBinary):
            return "sa.LargeBinary()"
        if isinstance(plain, DateTime):
            return "sa.DateTime(timezone=True)"
        if isinstance(plain, String):
            return f"sa.{type(plain).__name__}()"
    return False


def migrate(connection: Connection) -> None:
    """Bring the schema to the wanted revision; a second process waits, then finds nothing to do."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
    context.configure(
        connection=connection,
        target_metadata=database.metadatas[None],
        render_item=render_item,
        transactional_ddl=True,
        **current_app.extensions["migrate"].configure_args,
    )
    context.run_migrations()


def run() -> None:
    """Open a connection that may write from its first statement on."""
    with database.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:  # a table that is rebuilt must not take the rows that refer to it along
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        with connection.execution_options(writing=True).begin():
            migrate(connection)
        if is_sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


run()
