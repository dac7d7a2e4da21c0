"""Counting under keys that tell nothing, and remembering which proofs were used; `privacy` forgets both again."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.exc import IntegrityError

from campaign.db import UtcDateTime, db
from campaign.models import Hits, SpentChallenge

COUNT = text(
    "INSERT INTO hits (key, count, expires_at) VALUES (:key, 1, :until)"
    " ON CONFLICT (key) DO UPDATE SET count = hits.count + 1 RETURNING count"
).bindparams(bindparam("until", type_=UtcDateTime()))
"""One statement for both databases: whoever counts at the same moment gets another number."""
COUNTED = select(Hits.key, Hits.count).where(
    Hits.key.in_(bindparam("keys", expanding=True)), Hits.expires_at > bindparam("now")
)


def count(key: str, *, until: datetime) -> int:
    """Count once more under a key, which is forgotten after `until`; return how often it was by now."""
    return int(db.session.execute(COUNT, {"key": key, "until": until}).scalar_one())


def counted(keys: Collection[str], *, now: datetime) -> dict[str, int]:
    """Return how often was counted under each key; only reads."""
    found = dict(db.session.execute(COUNTED, {"keys": keys, "now": now}).all())
    return {key: found.get(key, 0) for key in keys}


def spend(digest: bytes, *, until: datetime) -> bool:
    """Remember that a proof was used; return False for one that was used before."""
    try:
        with db.session.begin_nested():
            db.session.execute(insert(SpentChallenge).values(digest=digest, expires_at=until))
    except IntegrityError:
        return False
    return True
