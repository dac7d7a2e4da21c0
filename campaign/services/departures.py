"""When events left the slices that held them, so that a calendar's Last-Modified moves on with each that goes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select, true

from campaign.db import db
from campaign.domain import edition as edition_rules
from campaign.domain.event import PUBLIC, Status
from campaign.domain.slice import Slice
from campaign.models import Campaign, Departure, Edition, Event
from campaign.services import slices

DAY = timedelta(days=1)
NO_SERIES = ""
"""Of an edition's own day."""


@dataclass(frozen=True)
class Whereabouts:
    """What decides which slices hold an event."""

    year: int
    country: str | None
    city_slug: str | None
    series_slug: str
    tags: str
    is_online: bool


def whereabouts(event: Event) -> Whereabouts:
    """Return where an event is found now."""
    return Whereabouts(
        year=event.edition.year,
        country=event.country,
        city_slug=event.city_slug,
        series_slug=event.series.slug,
        tags="".join(f"|{tag}" for tag in event.tags) + "|",
        is_online=event.is_online,
    )


def is_over(event: Event, *, now: datetime) -> bool:
    """Return whether time has taken the event out of calendars that aren't of its year, or out of all as cancelled."""
    return slices.is_over(event, at=now if event.status is Status.CANCELLED else slices.kept_from(now))


def note(event: Event, left: Whereabouts, *, now: datetime, is_elsewhere: bool = True) -> None:
    """Note that the slices which held an event may hold it no longer, so that their Last-Modified moves on.

    Where its year is hidden they ceased to hold it when that happened, unless it has changed since.
    """
    edition = event.edition
    if edition.status in edition_rules.SHOWN:
        left_at = now if is_elsewhere else None
    else:
        hidden_at = edition.shown_changed_at
        left_at = hidden_at if hidden_at and event.content_changed_at <= hidden_at else None
    if left_at and event.entries:
        db.session.add(Departure(campaign_id=edition.campaign_id, left_at=left_at, **vars(left)))


def note_days(campaign: Campaign, *, now: datetime) -> None:
    """Note that the editions' own days left, which are of no place and no subject."""
    for edition in campaign.editions:
        left_at = now if edition.status in edition_rules.SHOWN else edition.shown_changed_at
        if left_at and edition.day_entries:
            day = Whereabouts(edition.year, None, None, NO_SERIES, "|", is_online=False)
            db.session.add(Departure(campaign_id=campaign.id, left_at=left_at, **vars(day)))


def moments(
    campaign: Campaign, slice_: Slice, *, now: datetime, is_cut: bool, with_days: bool = True
) -> Iterator[datetime]:
    """Return when events last left the slice, by a change, as too old, over as cancelled, or came with their year.

    And the editions' own days where the campaign marks them, unless the list shows none.
    """
    left = select(func.max(Departure.left_at)).where(*slices.belonged(campaign, slice_))
    left = left if with_days else left.where(Departure.series_slug != NO_SERIES)
    latest = _latest(campaign, slice_, now=now).add_columns(left.scalar_subquery().label("left"))
    found = db.session.execute(latest).one()
    yield from (at for at in (found.left, found.moved, found.cancelled) if at)
    if found.cancelled_undated:
        yield slices.midnight(found.cancelled_undated) + DAY
    if found.too_old and not slice_.year:
        yield _midnight_from(found.too_old + slices.KEPT_BACK)
    if found.undated and not slice_.year:
        yield slices.midnight(found.undated) + slices.KEPT_BACK + DAY
    if found.past and is_cut:
        yield _midnight_from(found.past)
    if with_days and campaign.marks_day and slice_.is_of_all:
        yield from _marked_days(campaign, slice_, now=now)


def _latest(campaign: Campaign, slice_: Slice, *, now: datetime) -> Select[*tuple[Any, ...]]:
    """Return the query for the last of each kind of leaving that time and the editions' states bring.

    An event that never had a time is in no calendar.
    """
    kept_from = slices.kept_from(now)
    is_shown = Edition.status.in_(edition_rules.SHOWN)
    is_cancelled, is_undated = Event.status == Status.CANCELLED, Event.ends_at.is_(None)
    came = and_(is_shown, slices.is_kept(slice_, now=now))
    went = and_(~is_shown, Event.content_changed_at <= Edition.shown_changed_at)
    columns = {
        "moved": case((or_(came, went), Edition.shown_changed_at)),
        "cancelled": case((and_(is_shown, is_cancelled, Event.ends_at <= now), Event.ends_at)),
        "cancelled_undated": case(
            (and_(is_shown, is_cancelled, is_undated, Edition.last_day < now.date()), Edition.last_day)
        ),
        "too_old": case((and_(is_shown, ~is_cancelled, Event.ends_at <= kept_from), Event.ends_at)),
        "undated": case(
            (and_(is_shown, ~is_cancelled, is_undated, Edition.last_day < kept_from.date()), Edition.last_day)
        ),
        "past": case((and_(is_shown, Event.ends_at < slices.midnight(now.date())), Event.ends_at)),
    }
    queries = (func.max(column).label(name) for name, column in columns.items())
    has_time = or_(Event.starts.is_not(None), Event.moved_from.is_not(None))
    events = select(*queries).select_from(Event).join(Edition)
    return events.where(*slices.belongs(campaign, slice_), Event.status.in_(PUBLIC), has_time)


def _marked_days(campaign: Campaign, slice_: Slice, *, now: datetime) -> Iterator[datetime]:
    """Return when the editions' own days came, went or grew too old."""
    is_too_old = and_(Edition.status.in_(edition_rules.SHOWN), Edition.last_day < slices.kept_from(now).date())
    too_old = func.max(case((is_too_old, Edition.last_day)))
    days = select(func.max(Edition.shown_changed_at).label("moved"), too_old.label("day"))
    of_slice = Edition.year == slice_.year if slice_.year else true()
    found = db.session.execute(days.where(Edition.campaign_id == campaign.id, of_slice)).one()
    if found.moved:
        yield found.moved
    if found.day and not slice_.year:
        yield slices.midnight(found.day) + slices.KEPT_BACK + DAY


def _midnight_from(at: datetime) -> datetime:
    """Return the first midnight in UTC that isn't before `at`."""
    day = slices.midnight(at.astimezone(UTC).date())
    return day if day == at else day + DAY
