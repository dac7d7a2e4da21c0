"""Each public event's calendar entry, rendered in every language of its campaign when the event changes."""

import logging
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, bindparam, select, update

from campaign import address
from campaign.calendar import entry as calendar
from campaign.db import db
from campaign.domain import event as rules
from campaign.domain import moment
from campaign.domain.event import PUBLIC, Status
from campaign.i18n import country_name, pick, say
from campaign.models import Campaign, Edition, Entry, Event
from campaign.services import departures, event_words

AT_ONCE = 100
"""How many events' entries a change of the campaign's words renders by itself, within half a second."""
MARKED = "words-changed"
"""What entries were made with that say what the campaign no longer says."""
log = logging.getLogger(__name__)
LAST_UID = (
    select(Event.uid)
    .join(Edition)
    .where(Event.series_id == bindparam("series"), Edition.year < bindparam("year"), Event.status.in_(PUBLIC))
    .order_by(Edition.year.desc())
    .limit(1)
)


def render(event: Event, *, now: datetime) -> None:
    """Bring the event's entry in each language of its campaign up to date; without a time it has none.

    An entry that says what it said keeps its bytes, and with them the hour of its last change.
    """
    languages = event.edition.campaign.languages if event.status in PUBLIC else []
    kept = {entry.language: entry for entry in event.entries}
    renewed = {language: _renewed(event, language, kept.get(language), now=now) for language in languages}
    if any(entry is None and language in kept for language, entry in renewed.items()):
        departures.note(event, departures.whereabouts(event), now=now)
    event.entries = [entry for entry in renewed.values() if entry]
    db.session.flush()


def render_next(event: Event, *, now: datetime) -> None:
    """Bring the entry of the same series' next event up to date, which names this one while it is public."""
    later = (
        select(Event)
        .join(Edition)
        .where(Event.series_id == event.series_id, Edition.year > event.edition.year, Event.status.in_(PUBLIC))
    )
    if following := db.session.scalar(later.order_by(Edition.year).limit(1)):
        render(following, now=now)


def render_all(campaign: Campaign, *, now: datetime) -> None:
    """Bring the entries of all the campaign's public events up to date, after its address or languages changed."""
    public = select(Event).join(Edition).where(Edition.campaign_id == campaign.id, Event.status.in_(PUBLIC))
    for event in db.session.scalars(public.order_by(Event.id)).all():
        render(event, now=now)


def renew_all(campaign: Campaign, *, now: datetime) -> None:
    """Bring the entries of all the campaign's public events up to date after its words changed.

    Of many events they are marked, and the worker renders them in batches; each entry is whole all the while.
    """
    public = select(Event.id).join(Edition).where(Edition.campaign_id == campaign.id, Event.status.in_(PUBLIC))
    if len(db.session.scalars(public.limit(AT_ONCE + 1)).all()) <= AT_ONCE:
        render_all(campaign, now=now)
        return
    marked = update(Entry).where(Entry.event_id.in_(public)).values(made_with=MARKED)
    db.session.execute(marked, execution_options={"synchronize_session": False})
    db.session.expire_all()


def marked(*, limit: int) -> list[int]:
    """Return some events whose entries are marked to be made anew."""
    return list(db.session.scalars(select(Entry.event_id).where(Entry.made_with == MARKED).distinct().limit(limit)))


def made_with() -> str:
    """Return what entries are made with today: the renderer, and the release of the zone data."""
    return f"{calendar.FORMAT}/{moment.zone_release()}"


def is_outdated() -> ColumnElement[bool]:
    """Return the condition for stored entries that were made with something else."""
    return Entry.made_with != made_with()


def facts(event: Event, language: str, *, changed_at: datetime, for_registrant: bool = False) -> calendar.Entry | None:
    """Return what a calendar shows of the event in one language; None while it never had a time.

    A venue that isn't public is shown to those who are registered.
    """
    span = _span(event)
    if span is None:
        return None
    campaign, edition = event.edition.campaign, event.edition
    hides_venue = not (event.shows_venue or for_registrant)
    return calendar.Entry(
        uid=event.uid,
        sequence=event.sequence,
        created_at=event.created_at,
        changed_at=changed_at,
        start=span[0],
        end=span[1],
        zone=event.zone or "UTC",
        summary=_summary(event, language),
        url=address.event_page(campaign.slug, edition.year, event.slug),
        language=language,
        description=_description(event, language),
        location=_location(event, language, hides_venue=hides_venue),
        latitude=None if hides_venue else event.latitude,
        longitude=None if hides_venue else event.longitude,
        venue="" if hides_venue else event.venue or event.city or "",
        categories=tuple(event.tags),
        status=_status(event),
        related_uid=_last_uid(event),
    )


def body(event: Event, language: str, *, changed_at: datetime, for_registrant: bool = False) -> bytes | None:
    """Return the rendered entry, None for an event without a time or one that can't be written.

    Such a one is left out of the feeds, which `flask feeds check` reports; it must not break its neighbours.
    """
    try:
        found = facts(event, language, changed_at=changed_at, for_registrant=for_registrant)
        return calendar.render(found) if found else None
    except Exception:  # whatever a row, perhaps changed by other hands, may hold
        log.exception("event %s can't be written as a calendar entry and is left out", event.id)
        return None


def _renewed(event: Event, language: str, kept: Entry | None, *, now: datetime) -> Entry | None:
    """Return the entry as it must be now, the kept one wherever it still holds."""
    if kept and body(event, language, changed_at=kept.changed_at) == kept.body:
        kept.made_with = made_with()
        return kept
    at = now.replace(microsecond=0)
    changed_at = max(at, kept.changed_at) if kept else at
    rendered = body(event, language, changed_at=changed_at)
    if rendered is None:
        return None
    entry = kept or Entry(event_id=event.id, language=language)
    entry.body, entry.changed_at, entry.made_with = rendered, changed_at, made_with()
    return entry


def _span(event: Event) -> tuple[datetime | date, datetime | date] | None:
    """Return start and end; of an event that lost its date, those last announced."""
    starts, ends = event.starts, event.ends
    if starts is None and event.moved_from:
        starts, ends = event.moved_from, None
    if starts is None:
        return None
    usual = timedelta(days=1) if event.is_all_day else timedelta(minutes=event.edition.campaign.default_minutes)
    ends = ends or starts + usual
    return (starts.date(), ends.date()) if event.is_all_day else (starts, ends)


def _status(event: Event) -> Literal["CONFIRMED", "CANCELLED"]:
    return "CANCELLED" if event.status is Status.CANCELLED or event.starts is None else "CONFIRMED"


def _summary(event: Event, language: str) -> str:
    name = pick(event.name, language, event.edition.campaign.default_language)[0]
    if event.status is Status.CANCELLED:
        return say(language, "Cancelled: %(name)s", name=name)
    return say(language, "Postponed: %(name)s", name=name) if event.starts is None else name


def _description(event: Event, language: str) -> str:
    campaign = event.edition.campaign
    parts = [
        pick(event.cancel_reason, language, campaign.default_language)[0],
        *event_words.described(campaign, event.description, language),
        say(language, "Online: %(address)s", address=event.online_url) if event.online_url else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _location(event: Event, language: str, *, hides_venue: bool) -> str:
    if not event.country:
        return event.online_url or ""
    return rules.location(
        venue=None if hides_venue else event.venue,
        address=None if hides_venue else event.address,
        city=event.city,
        country=country_name(event.country, language),
    )


def _last_uid(event: Event) -> str | None:
    """Return the UID of the same series' event of the year before, the latest there is."""
    return db.session.scalar(LAST_UID, {"series": event.series_id, "year": event.edition.year})
