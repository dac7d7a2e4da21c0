"""A registrant's own calendar: what they have a place at, in one campaign."""

from datetime import datetime

from sqlalchemy import select

from campaign import address
from campaign.calendar import feed as calendar
from campaign.db import db
from campaign.domain.event import PUBLIC
from campaign.domain.registration import Status
from campaign.i18n import pick, say
from campaign.keys import derived_token, token_hash
from campaign.models import Edition, Event, Registration
from campaign.services import entries
from campaign.services.feeds import Feed

PURPOSE = "calendar"


def token_of(registration: Registration) -> str:
    """Return the secret in the address of the registrant's calendar; it opens nothing else."""
    return derived_token(registration.token, PURPOSE)


def by_token(token: str) -> Registration | None:
    """Return the registration that a calendar's address was given out with."""
    return db.session.scalar(select(Registration).where(Registration.calendar_hash == token_hash(token)))


def feed(registration: Registration, *, source: str, now: datetime) -> Feed:
    """Return the calendar of everything this person has a place at in the campaign, hidden venues included."""
    theirs = _registrations(registration)
    going = [one for one in theirs if one.status is Status.CONFIRMED and one.event.status in PUBLIC]
    bodies = [body for one in going if (body := _body(one, registration.language))]
    moved = (at for one in theirs for at in (one.confirmed_at, one.cancelled_at, _changed(one)) if at)
    head_changed_at = registration.event.edition.campaign.head_changed_at
    changed_at = max([registration.created_at, head_changed_at, *moved]).replace(microsecond=0)
    body = calendar.join(_head(registration, source, changed_at), bodies, calendar.zones_in(bodies))
    return Feed(body, changed_at, now, len(bodies))


def _registrations(registration: Registration) -> list[Registration]:
    """Return what was registered with the same address in the same campaign."""
    same = (
        select(Registration)
        .join(Event)
        .join(Edition)
        .where(
            Registration.email_hash == registration.email_hash,
            Edition.campaign_id == registration.event.edition.campaign_id,
        )
    )
    return list(db.session.scalars(same.order_by(Event.starts_at, Registration.id)))


def _body(registration: Registration, language: str) -> bytes | None:
    return entries.body(registration.event, language, changed_at=_changed(registration), for_registrant=True)


def _changed(registration: Registration) -> datetime:
    return registration.event.content_changed_at.replace(microsecond=0)


def _head(registration: Registration, source: str, changed_at: datetime) -> calendar.FeedHead:
    campaign, language = registration.event.edition.campaign, registration.language
    name = pick(campaign.name, language, campaign.default_language)[0]
    return calendar.FeedHead(
        name=" · ".join((name, say(language, "My events"))),
        description=say(language, "What you are registered for. This address is yours alone."),
        colour=campaign.colour,
        source=source,
        url=f"{address.base()}/{campaign.slug}/",
        changed_at=changed_at,
        language=language,
    )
