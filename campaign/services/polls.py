"""How often calendars are asked for: a number by feed, day, kind of program and answer, and nothing else."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from campaign.db import db
from campaign.models import Campaign, FeedPoll

Poll = tuple[int, str, str, int]
"""A campaign's id, the feed's path with its ending, the client's family, the status of the answer."""
OTHERS = "*"
"""Stands for all feeds beyond those that are counted by name."""
FEED_LIMIT = 1000
"""How many feeds of a campaign are counted by name on one day."""
FEED_LENGTH = 250
KEPT = timedelta(days=90)

INSERTS: dict[str, Callable[[type[FeedPoll]], postgresql.Insert | sqlite.Insert]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}
"""Both databases know ON CONFLICT, each by its own construct."""


def store(counts: Mapping[Poll, int], *, now: datetime) -> None:
    """Add what was counted to the day's numbers; what was counted for no campaign of ours is dropped."""
    rows = _bounded(counts, now.date())
    if not rows:
        return
    insert = INSERTS[db.session.get_bind().dialect.name](FeedPoll)
    added = insert.on_conflict_do_update(
        index_elements=["campaign_id", "feed", "day", "client", "status"],
        set_={"count": FeedPoll.count + insert.excluded["count"], "last_at": insert.excluded["last_at"]},
    )
    # In order, so that two processes that store at once wait for each other instead of forever.
    values = [
        {
            "campaign_id": campaign_id,
            "feed": feed,
            "day": now.date(),
            "client": client,
            "status": status,
            "count": count,
            "last_at": now,
        }
        for (campaign_id, feed, client, status), count in sorted(rows.items())
    ]
    db.session.execute(added, values)


def purge(*, now: datetime) -> None:
    """Forget the numbers of days that are past their time."""
    db.session.execute(delete(FeedPoll).where(FeedPoll.day < (now - KEPT).date()))


def _bounded(counts: Mapping[Poll, int], day: date) -> Counter[Poll]:
    """Return the counts of campaigns that exist, with a bounded number of feeds each."""
    ids = {campaign_id for campaign_id, *_rest in counts}
    named = {id: _named(id, day) for id in db.session.scalars(select(Campaign.id).where(Campaign.id.in_(ids)))}
    rows: Counter[Poll] = Counter()
    for (campaign_id, feed, client, status), count in counts.items():
        if campaign_id in named:
            rows[campaign_id, _name(feed, named[campaign_id]), client, status] += count
    return rows


def _named(campaign_id: int, day: date) -> set[str]:
    """Return the feeds that have a number of their own on this day."""
    feeds = select(FeedPoll.feed).where(FeedPoll.campaign_id == campaign_id, FeedPoll.day == day).distinct()
    return {*db.session.scalars(feeds), OTHERS}


def _name(feed: str, named: set[str]) -> str:
    """Return the name that a feed is counted under; a new one is added while there is room."""
    if feed in named:
        return feed
    if len(named) > FEED_LIMIT or len(feed) > FEED_LENGTH:
        return OTHERS
    named.add(feed)
    return feed
