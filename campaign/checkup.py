"""What `flask doctor` looks at. Each look says in a sentence what it saw, or what to do."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from cryptography.exceptions import InvalidTag
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from campaign.config import ROOT, Settings
from campaign.db import db
from campaign.domain.message import Status
from campaign.mail.transport import NotSent, Server
from campaign.models import Message, Registration

SOUND_SQLITE = (3, 51, 3)
"""Before, a checkpoint at an unlucky moment could lose what other connections wrote."""
LATE = timedelta(minutes=15)
SKEW = timedelta(seconds=5)
ROOM = 500 * 1024 * 1024


class Finding(NamedTuple):
    """What one look saw."""

    subject: str
    is_well: bool
    sentence: str


class Unwell(Exception):
    """What a look found wrong; the message says what to do."""


def look(settings: Settings, *, now: datetime) -> Iterator[Finding]:
    """Yield what is well and what isn't, in the order in which one would mend it."""
    for subject, sight in SIGHTS.items():
        try:
            yield Finding(subject, True, sight(settings, now))
        except Unwell as unwell:
            yield Finding(subject, False, str(unwell))
        except (SQLAlchemyError, OSError) as error:
            yield Finding(subject, False, f"It can't be looked at: {type(error).__name__}.")
        finally:
            db.session.rollback()


def _settings(settings: Settings, now: datetime) -> str:
    if settings.is_development:
        return f"{settings.public_url} is this machine, so this is a development installation."
    if settings.smtp_url is None:
        raise Unwell("SMTP_URL is missing: mails are written to files, and nobody gets any.")
    if not settings.trusted_proxies:
        return f"{settings.public_url}; no proxy is trusted. With one in front, set TRUSTED_PROXIES=1."
    return f"{settings.public_url}, behind {settings.trusted_proxies} trusted proxies."


def _database(settings: Settings, now: datetime) -> str:
    kind = db.engine.dialect.name
    if kind != "sqlite":
        return f"PostgreSQL {db.session.scalar(text('SHOW server_version'))}."
    if db.session.scalar(text("PRAGMA quick_check")) != "ok":
        raise Unwell("SQLite's file is damaged: stop the site and restore the last backup into a new one.")
    if sqlite3.sqlite_version_info < SOUND_SQLITE:
        return f"SQLite {sqlite3.sqlite_version}, whole. From 3.51.3 on it is safer under many writers."
    return f"SQLite {sqlite3.sqlite_version}, whole."


def _schema(settings: Settings, now: datetime) -> str:
    newest = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    present = MigrationContext.configure(db.session.connection()).get_current_revision()
    if present != newest:
        raise Unwell(f"It is at {present or 'nothing'}, this release needs {newest}: run `flask db upgrade`.")
    return f"{present}, as this release needs it."


def _keys(settings: Settings, now: datetime) -> str:
    """Read the oldest and the newest name that is stored."""
    for order in (Registration.id, Registration.id.desc()):
        try:
            db.session.scalar(select(Registration.name).order_by(order).limit(1))
        except (KeyError, InvalidTag) as error:
            raise Unwell("DATA_KEY doesn't read what is stored: put the key back that it was written with.") from error
    return "What is stored can be read."


def _mail(settings: Settings, now: datetime) -> str:
    if settings.smtp_url is None:
        return f"Mails are written to {settings.instance / 'mail'}."
    try:
        Server(settings.smtp_url).greet()
    except NotSent as error:
        raise Unwell(f"The server of SMTP_URL doesn't answer as it should: {error}") from error
    return "The server of SMTP_URL answers."


def _queue(settings: Settings, now: datetime) -> str:
    waiting = select(func.count(), func.min(Message.due_at)).where(Message.status.in_((Status.QUEUED, Status.SENDING)))
    count, oldest = db.session.execute(waiting).one()
    if oldest and now - oldest > LATE:
        raise Unwell(f"{count} mails wait, the oldest since {oldest:%Y-%m-%d %H:%M} UTC. Does a worker run?")
    return f"{count} mails wait."


def _clock(settings: Settings, now: datetime) -> str:
    if db.engine.dialect.name == "sqlite":
        return f"{now:%Y-%m-%d %H:%M:%S} UTC."
    skew = abs(db.session.scalars(select(func.now())).one() - now)
    if skew > SKEW:
        raise Unwell(f"It differs from the database's by {skew.total_seconds():.0f} seconds: set both by NTP.")
    return "It agrees with the database's."


def _disk(settings: Settings, now: datetime) -> str:
    free = shutil.disk_usage(settings.instance).free
    if free < ROOM:
        raise Unwell(f"Only {free // 1024**2} MB are free under {settings.instance}.")
    return f"{free // 1024**3} GB are free under {settings.instance}."


SIGHTS: dict[str, Callable[[Settings, datetime], str]] = {
    "settings": _settings,
    "database": _database,
    "schema": _schema,
    "keys": _keys,
    "mail": _mail,
    "queue": _queue,
    "clock": _clock,
    "disk": _disk,
}
