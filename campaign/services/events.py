"""What an organizer does with an event: create, edit, publish, cancel, delete."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import aliased

from campaign import address
from campaign.db import db, lock
from campaign.domain import event as rules
from campaign.domain import moment
from campaign.domain.errors import Refused
from campaign.domain.event import Change, Draft, Facts, Status
from campaign.domain.renewal import Answer
from campaign.domain.text import slugify
from campaign.models import (
    Edition,
    Event,
    EventLanguage,
    EventTag,
    FormerSeriesSlug,
    Renewal,
    Series,
    User,
)
from campaign.services import (
    audit,
    campaigns,
    departures,
    entries,
    event_slugs,
    event_words,
    notices,
    programme,
    reminders,
    waiting,
)

COPIED = tuple(
    (
        "country city venue address venue_is_public latitude longitude online_url url zone starts ends is_all_day "
        "capacity takes_registrations opens_before closes_before has_waiting_list requires_approval external_id"
    ).split()
)
"""The columns that are a draft's fields as they stand."""


def create(
    edition: Edition,
    draft: Draft,
    *,
    series: Series | None = None,
    is_proposed: bool = False,
    actor: User | None,
    now: datetime,
) -> Event:
    """Add a draft event, or one that is proposed, to the edition, in the given series or one of its own.

    Raises Refused for times ("ends-before-start", "zone-unknown", …), capacity and a series that
    already has an event this year ("series-taken").
    """
    draft = event_words.named(edition, draft)
    if series:
        _check_free(series, edition)
    with db.session.no_autoflush:
        slug = event_slugs.free(edition, _main_name(edition, draft))
        series = series or Series(campaign=edition.campaign, slug=event_slugs.free_for_series(edition.campaign, slug))
        event = _new(edition, draft, slug, series, is_proposed=is_proposed, now=now)
    db.session.add(event)
    audit.record("create", event, campaign=edition.campaign, actor=actor, now=now)
    return event


def create_all(
    edition: Edition,
    drafts: Iterable[Draft],
    *,
    actor: User | None,
    now: datetime,
    finish: Callable[[Event, Draft], None] = lambda event, draft: None,
) -> list[Event]:
    """Add many draft events, each in a series of its own, with a few statements in all.

    `finish` is called with each before it is stored. Raises Refused as `create` does.
    """
    slugs, made = event_slugs.FreeSlugs(edition), []
    with db.session.no_autoflush:
        for draft in (event_words.named(edition, one) for one in drafts):
            of_event, of_series = slugs.take(_main_name(edition, draft))
            series = Series(campaign=edition.campaign, slug=of_series)
            made.append(_new(edition, draft, of_event, series, now=now))
            finish(made[-1], draft)
    db.session.add_all(made)
    db.session.flush()
    audit.record_all("create", made, campaign=edition.campaign, actor=actor, now=now)
    return made


def edit(event: Event, draft: Draft, *, actor: User | None, now: datetime) -> frozenset[Change]:
    """Change an event; return what of it matters to people and calendars.

    A public event's calendar entries are rendered anew and its registrants told of a new time or place.
    """
    lock(event)
    before, was, left = facts_of(event), _contents(event), departures.whereabouts(event)
    _apply(event, event_words.named(event.edition, draft))
    if event.status is Status.PUBLISHED:
        rules.check_publishable(facts_of(event))
    changes = rules.material_changes(before, facts_of(event))
    if _contents(event) == was:
        return frozenset()
    if event.status in rules.PUBLIC and before.starts not in (None, event.starts):
        event.moved_from = None if event.starts and event.starts == event.moved_from else before.starts
    if event.status in rules.PUBLIC:
        is_elsewhere = departures.whereabouts(event) != left or (bool(changes) and departures.is_over(event, now=now))
        departures.note(event, left, now=now, is_elsewhere=is_elsewhere)
    _changed(event, changes, now=now)
    waiting.offer_free_places(event, now=now)
    audit.record("edit", event, campaign=event.edition.campaign, actor=actor, now=now, changes=sorted(changes))
    return changes


def publish(event: Event, *, actor: User | None, now: datetime) -> None:
    """Show the event to everybody; raises Refused("event-incomplete", missing=…) or ("event-move")."""
    lock(event)
    rules.check_move(event.status, Status.PUBLISHED)
    rules.check_publishable(facts_of(event))
    changes = frozenset({Change.STATUS}) if event.published_at else frozenset()
    was_public, event.status = event.status in rules.PUBLIC, Status.PUBLISHED
    event.published_at = event.published_at or now
    event.cancelled_at, event.cancel_reason = None, {}
    _changed(event, changes, now=now)
    if not was_public:
        entries.render_next(event, now=now)
    audit.record("publish", event, campaign=event.edition.campaign, actor=actor, now=now)


def publish_ready(edition: Edition, *, may: Callable[[str | None], bool], actor: User | None, now: datetime) -> int:
    """Publish each draft that lacks nothing and in whose country the actor may act; return how many.

    What its host doesn't carry out this year stays a draft.
    """
    old = aliased(Event)
    declined = select(old.series_id).join(Renewal, Renewal.event_id == old.id)
    declined = declined.where(Renewal.edition_id == edition.id, Renewal.answer == Answer.NOT_THIS_YEAR)
    drafts = select(Event).where(Event.edition_id == edition.id, Event.status == Status.DRAFT)
    wanted = drafts.where(Event.series_id.not_in(declined)).order_by(Event.id)
    ready = [event for event in db.session.scalars(wanted) if may(event.country) and not rules.missing(facts_of(event))]
    for event in ready:
        publish(event, actor=actor, now=now)
    return len(ready)


def cancel(event: Event, *, reason: Mapping[str, str], actor: User | None, now: datetime) -> None:
    """Cancel a public event: it stays visible as cancelled, and everybody registered is told."""
    lock(event)
    rules.check_move(event.status, Status.CANCELLED)
    event.status, event.cancelled_at, event.cancel_reason = Status.CANCELLED, now, dict(reason)
    is_elsewhere = departures.is_over(event, now=now)
    departures.note(event, departures.whereabouts(event), now=now, is_elsewhere=is_elsewhere)
    _changed(event, frozenset({Change.STATUS}), now=now)
    audit.record("cancel", event, campaign=event.edition.campaign, actor=actor, now=now)


def withdraw(event: Event, *, actor: User | None, now: datetime) -> None:
    """Take a public event back to a draft, out of every page and calendar.

    Raises Refused("event-has-registrations") while somebody holds a place or waits: they must learn of a cancellation.
    """
    lock(event)
    rules.check_move(event.status, Status.DRAFT)
    if event.seats_taken or waiting.has_line(event):
        raise Refused("event-has-registrations")
    departures.note(event, departures.whereabouts(event), now=now)
    event.status, event.cancelled_at, event.cancel_reason = Status.DRAFT, None, {}
    entries.render(event, now=now)
    entries.render_next(event, now=now)
    campaigns.touch(event.edition.campaign, now=now)
    audit.record("withdraw", event, campaign=event.edition.campaign, actor=actor, now=now)


def delete(event: Event, *, actor: User | None, now: datetime) -> None:
    """Delete an event that the public doesn't see; raises Refused("event-was-public")."""
    lock(event)
    rules.check_deletable(event.status)
    audit.record("delete", event, campaign=event.edition.campaign, actor=actor, now=now, slug=event.slug)
    series, was_public = event.series, event.published_at is not None
    db.session.delete(event)
    db.session.flush()
    if not db.session.scalar(select(Event.id).where(Event.series_id == series.id).limit(1)):
        if was_public:
            db.session.add(FormerSeriesSlug(campaign_id=series.campaign_id, slug=series.slug))
            campaigns.touch(series.campaign, now=now)
        db.session.delete(series)


def facts_of(event: Event) -> Facts:
    """Return what the rules need to know of an event."""
    return Facts(
        status=event.status,
        has_name=any(event.name.values()),
        country=event.country,
        city=event.city,
        venue=event.venue,
        address=event.address,
        online_url=event.online_url,
        zone=event.zone,
        starts=event.starts,
        ends=event.ends,
        is_all_day=event.is_all_day,
    )


def draft_of(event: Event) -> Draft:
    """Return the event as the draft that would leave it unchanged."""
    return Draft(
        name=event.name,
        description=event.description,
        country=event.country,
        city=event.city,
        venue=event.venue,
        address=event.address,
        venue_is_public=event.venue_is_public,
        latitude=event.latitude,
        longitude=event.longitude,
        online_url=event.online_url,
        url=event.url,
        zone=event.zone,
        starts=event.starts,
        ends=event.ends,
        is_all_day=event.is_all_day,
        languages=tuple(event.languages),
        tags=tuple(event.tags),
        accessibility=tuple(event.accessibility),
        capacity=event.capacity,
        takes_registrations=event.takes_registrations,
        opens=_said(event.opens_at, event.zone, event.opens_before),
        closes=_said(event.closes_at, event.zone, event.closes_before),
        opens_before=event.opens_before,
        closes_before=event.closes_before,
        has_waiting_list=event.has_waiting_list,
        requires_approval=event.requires_approval,
        external_id=event.external_id,
    )


def _new(
    edition: Edition, draft: Draft, slug: str, series: Series, *, is_proposed: bool = False, now: datetime
) -> Event:
    """Return an event that isn't in the session yet."""
    event = Event(
        edition=edition,
        series=series,
        slug=slug,
        uid=f"{uuid.uuid4()}@{address.host()}",
        status=Status.PROPOSED if is_proposed else Status.DRAFT,
        sequence=0,
        created_at=now,
        content_changed_at=now,
    )
    event.seats_taken = 0
    _apply(event, draft)
    return event


def _main_name(edition: Edition, draft: Draft) -> str:
    """Return the name in the campaign's main language, else in any."""
    return draft.name.get(edition.campaign.default_language) or next(iter(draft.name.values()), "")


def _changed(event: Event, changes: frozenset[Change], *, now: datetime) -> None:
    """Bring sequence, calendar entries, feeds and registrants up to date with a change."""
    if event.status not in rules.PUBLIC:
        return
    event.sequence += bool(changes)
    event.content_changed_at = now
    reminders.plan(event, now=now)
    db.session.flush()
    entries.render(event, now=now)
    campaigns.touch(event.edition.campaign, now=now)
    notices.tell_registrants(event, changes, now=now)


def _apply(event: Event, draft: Draft) -> None:
    rules.check_capacity(draft.capacity, seats_taken=event.seats_taken)
    for name in COPIED:
        setattr(event, name, getattr(draft, name))
    event.name, event.description = dict(draft.name), dict(draft.description)
    event.accessibility = [one for one in rules.ACCESSIBILITY if one in draft.accessibility]
    event.city_slug = slugify(draft.city) or None if draft.city else None
    event.search_text = programme.search_text(*draft.name.values(), draft.city, draft.venue, *draft.tags)
    _set_words(event, draft)
    _set_instants(event, draft)


def _set_words(event: Event, draft: Draft) -> None:
    languages, tags = sorted(set(draft.languages)), sorted(set(draft.tags))
    if languages != event.languages:
        event.language_rows = [EventLanguage(language=language) for language in languages]
    if tags != event.tags:
        event.tag_rows = [EventTag(tag=tag) for tag in tags]


def _set_instants(event: Event, draft: Draft) -> None:
    """Derive the instants from wall clock and zone, the event's truth."""
    rules.check_window(draft)
    zone = draft.zone
    opens = _before(draft.starts, draft.opens_before) or draft.opens
    closes = _before(draft.starts, draft.closes_before) or draft.closes
    times = (draft.starts, draft.ends, opens, closes)
    if zone is None:
        if any(times):
            raise Refused("zone-missing")
        event.starts_at = event.ends_at = event.opens_at = event.closes_at = None
        return
    event.starts_at, event.ends_at = _span(draft.starts, draft.ends, zone)
    event.opens_at, event.closes_at = (moment.instant(wall, zone) if wall else None for wall in times[2:])


def _before(starts: datetime | None, minutes: int | None) -> datetime | None:
    """Return the wall-clock time so long before the start: three days before half past six it is half past six."""
    return starts - timedelta(minutes=minutes) if starts is not None and minutes is not None else None


def _said(at: datetime | None, zone: str | None, before: int | None) -> datetime | None:
    """Return the wall-clock time that was said itself, rather than by its distance from the start."""
    return moment.wall_clock(at, zone) if at and zone and before is None else None


def _span(starts: datetime | None, ends: datetime | None, zone: str) -> tuple[datetime | None, datetime | None]:
    if starts is None:
        moment.zone(zone)
        return None, None
    return moment.span(starts, ends, zone) if ends else (moment.instant(starts, zone), None)


def _contents(event: Event) -> tuple[Draft, dict[str, str]]:
    return draft_of(event), event.cancel_reason


def _check_free(series: Series, edition: Edition) -> None:
    held = select(Event.id).where(Event.series_id == series.id, Event.edition_id == edition.id)
    if db.session.scalar(held):
        raise Refused("series-taken")
