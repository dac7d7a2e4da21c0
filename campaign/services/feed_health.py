"""How a campaign's calendars fare: how large each is, and which programs ask for it how often."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, case, func, select

from campaign import address
from campaign.db import db
from campaign.domain.slice import Slice, parse
from campaign.i18n import LANGUAGES
from campaign.models import Campaign, FeedPoll
from campaign.services import slices, syndication
from campaign.services.feeds import Feed
from campaign.services.polls import OTHERS

COUNTED_DAYS, LISTED_DAYS = 7, 30
LIMIT = 100
NOT_MODIFIED = 304


@dataclass
class Polls:
    """How often a feed was asked for in the last seven days, today among them; and the last time of all."""

    clients: Counter[str] = field(default_factory=Counter)
    """By domain.feed_client.FAMILIES."""
    unchanged: int = 0
    """How many learnt that nothing had changed."""
    last_at: datetime | None = None

    @property
    def total(self) -> int:
        """All of them."""
        return self.clients.total()


@dataclass(frozen=True)
class Health:
    """One feed and its polls; only polls for OTHERS, all those that have no number of their own."""

    name: str
    """The slice's path with its ending, as polls are counted."""
    polls: Polls
    kind: str = ""
    slice_: Slice | None = None
    address: str | None = None
    feed: Feed | None = None
    """None for one that is no longer there."""


def of_campaign(campaign: Campaign, *, now: datetime) -> list[Health]:
    """Return the whole campaign's feeds and those asked for in the last 30 days, most polled first, at most 100."""
    names = list(dict.fromkeys([*_own(campaign), *_asked_for(campaign, now.date())]))[:LIMIT]
    polls = _polls(campaign, names, now.date())
    found = [_health(campaign, name, polls.get(name, Polls()), now=now) for name in names]
    return sorted(found, key=lambda one: (one.name == OTHERS, -one.polls.total, one.name))


def _own(campaign: Campaign) -> list[str]:
    """Return the whole campaign's calendars, one a language."""
    spoken = [code for code in LANGUAGES if code in campaign.languages]
    return [".ics", *(f"{Slice(language=code).path}.ics" for code in spoken if code != campaign.default_language)]


def _asked_for(campaign: Campaign, today: date) -> Sequence[str]:
    total = func.sum(FeedPoll.count)
    most = select(FeedPoll.feed).where(_lately(campaign, today)).group_by(FeedPoll.feed)
    return db.session.scalars(most.order_by(total.desc(), FeedPoll.feed).limit(LIMIT)).all()


def _polls(campaign: Campaign, names: Sequence[str], today: date) -> dict[str, Polls]:
    counted = case((FeedPoll.day > today - timedelta(days=COUNTED_DAYS), FeedPoll.count), else_=0)
    kinds = (FeedPoll.feed, FeedPoll.client, FeedPoll.status)
    rows = select(*kinds, func.sum(counted), func.max(FeedPoll.last_at)).group_by(*kinds)
    found: dict[str, Polls] = {}
    for name, client, status, total, last_at in db.session.execute(
        rows.where(_lately(campaign, today), FeedPoll.feed.in_(names))
    ):
        polls = found.setdefault(name, Polls())
        polls.clients[client] += total
        polls.unchanged += total * (status == NOT_MODIFIED)
        polls.last_at = max(filter(None, (polls.last_at, last_at)))
    return found


def _lately(campaign: Campaign, today: date) -> ColumnElement[bool]:
    return (FeedPoll.campaign_id == campaign.id) & (FeedPoll.day > today - timedelta(days=LISTED_DAYS))


def _health(campaign: Campaign, name: str, polls: Polls, *, now: datetime) -> Health:
    path, _dot, kind = name.rpartition(".")
    slice_ = parse(path)
    if slice_ is None or kind not in syndication.MAKERS:
        return Health(name, polls)
    feed = syndication.MAKERS[kind](campaign, slice_, now=now) if slices.is_known(campaign, slice_) else None
    return Health(name, polls, kind, slice_, address.feed(campaign.slug, path, kind), feed)
