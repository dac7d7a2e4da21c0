"""A series' name in addresses."""

from datetime import datetime

from sqlalchemy import select, update

from campaign.db import db, lock
from campaign.domain.errors import Refused
from campaign.domain.text import slugify
from campaign.models import Departure, FormerSeriesSlug, Series, User
from campaign.services import audit, campaigns


def rename(series: Series, slug: str, *, actor: User | None, now: datetime) -> None:
    """Give the series another name in addresses; its former one leads to it.

    Raises Refused("slug-not-usable") or ("slug-taken"), also for a name that another series had.
    """
    lock(series.campaign)
    if not slug or slug != slugify(slug):
        raise Refused("slug-not-usable")
    if slug == series.slug:
        return
    held = select(Series.id).where(Series.campaign_id == series.campaign_id, Series.slug == slug)
    former = db.session.get(FormerSeriesSlug, (series.campaign_id, slug))
    if db.session.scalar(held) or (former and former.series_id != series.id):
        raise Refused("slug-taken")
    if former:
        db.session.delete(former)
    db.session.add(FormerSeriesSlug(campaign_id=series.campaign_id, slug=series.slug, series_id=series.id))
    left = update(Departure).where(Departure.campaign_id == series.campaign_id, Departure.series_slug == series.slug)
    db.session.execute(left.values(series_slug=slug))
    series.slug = slug
    campaigns.touch(series.campaign, now=now)
    audit.record("rename", series, campaign=series.campaign, actor=actor, now=now, slug=slug)
