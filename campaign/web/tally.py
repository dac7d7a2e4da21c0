"""How often something was done: counted in Redis where there is one, else, or while that is away, in the database.

What is counted stands under a hash that is keyed by a secret of the day, so that no address is kept anywhere.
"""

import hmac
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from flask import Flask, current_app

from campaign.config import Settings
from campaign.domain.limit import Limit
from campaign.services import limits

Counted = tuple[Limit, str]
"""A limit, and whose: a network, an address, an event."""

PATIENCE = 0.5
"""Seconds to wait for Redis, which answers within a millisecond."""
LEFT_ALONE = 10.0
"""Seconds before Redis is asked again after it failed."""
EXTENSION = "tally"
T = TypeVar("T")
log = logging.getLogger(__name__)


class Shared:
    """Counts in Redis, which all machines share; None is the answer while it is away."""

    def __init__(self, url: str) -> None:
        from redis import Redis, RedisError  # in requirements-scale.txt alone

        self._client = Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        self._errors = (RedisError, OSError)
        self._away_until = 0.0

    def add(self, keys: Mapping[str, datetime]) -> dict[str, int] | None:
        """Count once more under each key, which is forgotten at its moment; return how often each was by now."""

        def ask() -> dict[str, int]:
            pipeline = self._client.pipeline()
            for key, until in keys.items():
                pipeline.incr(key)
                pipeline.expireat(key, until)
            return dict(zip(keys, map(int, pipeline.execute()[::2]), strict=True))

        return self._asked(ask)

    def look(self, keys: Sequence[str]) -> dict[str, int] | None:
        """Return how often was counted under each key."""
        return self._asked(
            lambda: {key: int(count or 0) for key, count in zip(keys, self._client.mget(keys), strict=True)}
        )

    def _asked(self, ask: Callable[[], T]) -> T | None:
        if time.monotonic() < self._away_until:
            return None
        try:
            return ask()
        except self._errors as error:
            self._away_until = time.monotonic() + LEFT_ALONE
            log.warning("Redis does not count (%s); the database does", type(error).__name__)
            return None


def init_app(app: Flask) -> None:
    """Give the application what counts for all its machines, where that is set."""
    settings: Settings = app.config["SETTINGS"]
    app.extensions[EXTENSION] = Shared(settings.redis_url) if settings.redis_url else None


def add(*wanted: Counted, now: datetime) -> list[int]:
    """Count each once more, in a unit of work; return how often it was done within its span by now."""
    keys, shared = {_key(limit, subject, now): limit.ends(now) for limit, subject in wanted}, _shared()
    counts = shared.add(keys) if shared else None
    if counts is None:
        counts = limits.count(keys)
    return [counts[key] for key in keys]


def look(*wanted: Counted, now: datetime) -> list[int]:
    """Return how often each was done within its span; only reads."""
    keys, shared = [_key(limit, subject, now) for limit, subject in wanted], _shared()
    counts = shared.look(keys) if shared else None
    if counts is None:
        counts = limits.counted(keys, now=now)
    return [counts[key] for key in keys]


def _shared() -> Shared | None:
    shared: Shared | None = current_app.extensions[EXTENSION]
    return shared


def _key(limit: Limit, subject: str, now: datetime) -> str:
    """Return a name that nobody can lead back to the subject, not even we after the day."""
    begins = limit.begins(now)
    secret = str(current_app.config["SECRET_KEY"]).encode()
    of_the_day = hmac.digest(secret, f"limits {begins.astimezone(UTC):%Y-%m-%d}".encode(), "sha256")
    digest = hmac.digest(of_the_day, f"{limit.name} {begins.isoformat()} {subject}".encode(), "sha256")
    return f"limit:{limit.name}:{digest.hex()[:40]}"
