"""Counting under keys that tell nothing, and remembering which proofs were used; `privacy` forgets both again."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache
from typing import cast

from sqlalchemy import Table, TextClause, bindparam, insert, select, text
from sqlalchemy.exc import IntegrityError

from campaign.db import UtcDateTime, db, part_of_work
from campaign.models import Hits, SpentChallenge

HITS = cast(Table, Hits.__table__)
COUNTED = select(HITS.c.key, HITS.c.count).where(
    HITS.c.key.in_(bindparam("keys", expanding=True)), HITS.c.expires_at > bindparam("now")
)


def count(keys: Mapping[str, datetime]) -> dict[str, int]:
    """Count once more under each key, which is forgotten after its moment; return how often each was by now.

    Whoever counts at the same moment gets another number. Keys that others count, too, come in the same order always.
    """
    facts: dict[str, object] = {f"key{number}": key for number, key in enumerate(keys)}
    facts |= {f"until{number}": until for number, until in enumerate(keys.values())}
    return dict(db.session.execute(_count(len(keys)), facts).all())


def counted(keys: Collection[str], *, now: datetime) -> dict[str, int]:
    """Return how often was counted under each key; only reads."""
    found: dict[str, int] = dict(db.session.execute(COUNTED, {"keys": keys, "now": now}).all())
    return {key: found.get(key, 0) for key in keys}


def spend(digest: bytes, *, until: datetime) -> bool:
    """Remember that a proof was used; return False for one that was used before."""
    try:
        with part_of_work():
            db.session.execute(insert(SpentChallenge).values(digest=digest, expires_at=until))
    except IntegrityError:
        return False
    return True


@lru_cache
def _count(size: int) -> TextClause:
    """Return the one statement, for both databases, that counts under so many keys."""
    rows = ", ".join(f"(:key{number}, 1, :until{number})" for number in range(size))
    moments = [bindparam(f"until{number}", type_=UtcDateTime()) for number in range(size)]
    return text(
        f"INSERT INTO hits (key, count, expires_at) VALUES {rows}"  # noqa: S608  # names of parameters alone
        " ON CONFLICT (key) DO UPDATE SET count = hits.count + 1 RETURNING key, count"
    ).bindparams(*moments)
