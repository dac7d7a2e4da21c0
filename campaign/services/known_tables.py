"""Which column meant what in a file with the same header: remembered per campaign where its names don't say it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b

from sqlalchemy import func, select

from campaign.db import db
from campaign.domain.columns import FIELDS, match
from campaign.models import Campaign, KnownTable

REMEMBERED = 100
"""Headers that a campaign remembers; of more, the one not used for longest is forgotten."""
OFTEN = timedelta(days=1)
"""A use is noted at most so often: the same file once more changes nothing."""


def find(campaign: Campaign, header: Sequence[str]) -> KnownTable | None:
    """Return what was chosen for a file with this header, if anything was."""
    return db.session.get(KnownTable, (campaign.id, _hash(header)))


def remember(campaign: Campaign, header: Sequence[str], columns: Mapping[str, int], *, now: datetime) -> None:
    """Keep which field comes from which column; what the columns' names say anyhow need not be kept."""
    known = find(campaign, header)
    if columns == match(header):
        if known:
            db.session.delete(known)
        return
    chosen = {field: header[columns[field]] if field in columns else "" for field in FIELDS}
    if known is None:
        _make_room(campaign)
        db.session.add(KnownTable(campaign_id=campaign.id, header_hash=_hash(header), columns=chosen, used_at=now))
    elif known.columns != chosen or now - known.used_at >= OFTEN:
        known.columns, known.used_at = chosen, now


def _make_room(campaign: Campaign) -> None:
    of_campaign = KnownTable.campaign_id == campaign.id
    if db.session.scalars(select(func.count()).select_from(KnownTable).where(of_campaign)).one() >= REMEMBERED:
        oldest = select(KnownTable).where(of_campaign).order_by(KnownTable.used_at, KnownTable.header_hash).limit(1)
        db.session.delete(db.session.scalars(oldest).one())


def _hash(header: Sequence[str]) -> bytes:
    return blake2b("\n".join(header).encode(), digest_size=32).digest()
