"""The only place where an address becomes a row; what isn't there for you is 404."""

from flask import abort, g, redirect, request
from flask_login import current_user
from sqlalchemy import select

from campaign import address
from campaign.db import db
from campaign.domain import edition as edition_rules
from campaign.domain import event as event_rules
from campaign.domain.moment import YEARS
from campaign.domain.permission import covers_country
from campaign.domain.slice import Slice, parse
from campaign.geo.countries import COUNTRIES
from campaign.models import Campaign, Edition, Event, Member, Registration, Series
from campaign.services import campaigns, registrations, slices
from campaign.services import own_calendar as calendars


def public_campaign(slug: str) -> Campaign:
    """Return the campaign, for anybody; a former address leads to the present one, a withdrawn campaign is 410."""
    found = _campaign(slug)
    if found.slug != slug:
        abort(redirect(f"{address.base()}/{found.slug}{request.full_path[len(slug) + 1 :].rstrip('?')}", 308))
    return found


def public_feed_campaign(slug: str) -> Campaign:
    """Return the campaign that a feed's address names, by its present or a former one, in any case."""
    return _campaign(slug.lower())


def public_feed_slice(campaign: Campaign, path: str) -> Slice:
    """Return the slice that a feed's address spells, its series by the present name; 404 unknown, 410 withdrawn."""
    wanted = parse(path)
    if wanted is None or (wanted.country and wanted.country not in COUNTRIES):
        abort(404)
    present = slices.current_names(campaign, wanted)
    if present is None:
        abort(410)
    return present if slices.is_known(campaign, present) else abort(404)


def own_calendar(token: str) -> Registration:
    """Return the registration whose calendar's secret address this is."""
    return calendars.by_token(token) or abort(404)


def public_edition(campaign: str, year: int) -> Edition:
    """Return an edition that the public may see."""
    found = _edition(public_campaign(campaign).slug, year)
    return found if found and found.status in edition_rules.SHOWN else abort(404)


def public_event(campaign: str, year: int, slug: str) -> Event:
    """Return an event that the public may see."""
    edition = public_edition(campaign, year)
    found = db.session.scalar(select(Event).where(Event.edition_id == edition.id, Event.slug == slug))
    return found if found and found.status in event_rules.PUBLIC else abort(404)


def public_series(campaign: str, slug: str) -> Series:
    """Return a series of a campaign."""
    found = public_campaign(campaign)
    present = slices.current_names(found, Slice(series=slug))
    if present is None:
        abort(410)
    named = select(Series).where(Series.campaign_id == found.id, Series.slug == present.series)
    return db.session.scalar(named) or abort(404)


def own_registration(token: str) -> Registration:
    """Return the registration whose secret address this is."""
    return registrations.by_token(token) or abort(404)


def member(campaign: str) -> Member:
    """Return the signed-in person's membership in a campaign."""
    found = select(Member).join(Campaign).where(Campaign.slug == campaign, Member.user_id == current_user.id)
    return db.session.scalar(found) or abort(404)


def managed_campaign() -> Campaign:
    """Return the campaign of the address, whose member `requires` has found."""
    found: Member = g.member
    return found.campaign


def managed_edition(year: int) -> Edition:
    """Return any edition of the managed campaign."""
    return _edition(managed_campaign().slug, year) or abort(404)


def managed_event(year: int, slug: str) -> Event:
    """Return any event of the managed campaign; a coordinator's only in their countries."""
    edition = managed_edition(year)
    found = db.session.scalar(select(Event).where(Event.edition_id == edition.id, Event.slug == slug)) or abort(404)
    check_country(found.country)
    return found


def check_country(country: str | None) -> None:
    """Refuse a coordinator whose countries don't include this one."""
    if not may_act_in(country):
        abort(403)


def may_act_in(country: str | None) -> bool:
    """Return whether the member of this request may act in a country."""
    return covers_country(g.member.role, g.member.countries, country)


def _campaign(slug: str) -> Campaign:
    found = db.session.scalar(select(Campaign).where(Campaign.slug == slug)) or campaigns.by_former_slug(slug)
    return abort(404) if found is None else abort(410) if found.withdrawn_at else found


def _edition(campaign: str, year: int) -> Edition | None:
    if year not in YEARS:
        return None
    found = select(Edition).join(Campaign).where(Campaign.slug == campaign, Edition.year == year)
    return db.session.scalar(found)
