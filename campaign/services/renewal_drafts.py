"""The new edition's event of a series, as last year's would have it: what a host says yes to, or changes."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from campaign.db import db
from campaign.domain import roll_over as rules
from campaign.domain.edition import ObservanceKind
from campaign.domain.event import Draft
from campaign.domain.roll_over import Source, Year
from campaign.models import Edition, Event, Renewal
from campaign.services import events, questions


def successor(renewal: Renewal) -> Event | None:
    """Return the new edition's event of the same series."""
    same = Event.series_id == renewal.event.series_id
    return db.session.scalar(select(Event).where(Event.edition_id == renewal.edition_id, same))


def moved(renewal: Renewal) -> Draft:
    """Return last year's facts moved to the new edition's day, as a roll-over moves them."""
    old, last, new = renewal.event, _year(renewal.event.edition), _year(renewal.edition)
    draft = events.draft_of(old)
    starts, ends, shift, _is_lost = rules.times(_source(old), last, new)
    return replace(
        draft,
        name={code: rules.with_year(text, last.year, new.year) for code, text in draft.name.items()},
        starts=starts,
        ends=ends,
        opens=draft.opens + shift if draft.opens and shift is not None else None,
        closes=draft.closes + shift if draft.closes and shift is not None else None,
        external_id=None,
    )


def offered(renewal: Renewal) -> Draft:
    """Return what the form is filled in with: the event that is there already, else last year's, moved."""
    event = successor(renewal)
    return events.draft_of(event) if event else moved(renewal)


def take_over(renewal: Renewal, *, now: datetime) -> Event:
    """Return the new edition's event, made as a draft with the questions of last year's form where there is none."""
    if event := successor(renewal):
        return event
    event = events.create(renewal.edition, moved(renewal), series=renewal.event.series, actor=None, now=now)
    db.session.flush()
    copies: dict[int, int] = {}
    for question in renewal.event.questions:
        draft = questions.draft_of(question)
        hangs_on = copies.get(draft.shown_if) if draft.shown_if else None
        options = draft.shown_if_options if hangs_on else ()
        copy = questions.add(event, replace(draft, shown_if=hangs_on, shown_if_options=options), actor=None, now=now)
        copies[question.id] = copy.id
    return event


def _year(edition: Edition) -> Year:
    kept = {row.country: (ObservanceKind(row.kind), row.day) for row in edition.observances}
    return Year(edition.year, edition.first_day, kept)


def _source(event: Event) -> Source:
    return Source(
        id=event.id,
        series_id=event.series_id,
        status=event.status,
        name=event.name,
        country=event.country,
        city=event.city,
        zone=event.zone,
        starts=event.starts,
        ends=event.ends,
        is_all_day=event.is_all_day,
    )
