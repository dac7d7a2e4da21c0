"""An event in a campaign's file: as a JSON object, and from one."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import select

from campaign.db import db
from campaign.domain.event import Draft, Status
from campaign.domain.text import tidy_line, tidy_text
from campaign.domain.url import clean_url
from campaign.geo.countries import COUNTRIES
from campaign.models import Edition, Event, Series, User
from campaign.services import events

Object = dict[str, object]

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
TEXTS, WORDS = frozenset({"name", "description"}), frozenset({"languages", "tags", "accessibility"})
TIMES, NUMBERS = frozenset({"starts", "ends", "opens", "closes"}), frozenset({"latitude", "longitude"})
ADDRESSES = frozenset({"url", "online_url"})


def of(event: Event) -> Object:
    """Return an event as it would be made again, without its host and whoever registered."""
    return {
        "slug": event.slug,
        "series": event.series.slug,
        "uid": event.uid,
        "sequence": event.sequence,
        "status": event.status.value,
        "cancel_reason": event.cancel_reason,
        "attended": event.attended,
        "event": {name: _plain(value) for name, value in asdict(events.draft_of(event)).items()},
    }


def load(edition: Edition, said: Object, *, actor: User | None, now: datetime) -> str:
    """Bring the event with that slug to what is said, made anew where there is none; return what was done.

    Raises ValueError, TypeError or KeyError for what no export has written, and Refused as the services do.
    """
    (facts,) = objects([said["event"]])
    draft, status = _draft(facts), Status(words(said["status"]))
    slug = words(said["slug"])
    event = db.session.scalar(select(Event).where(Event.edition_id == edition.id, Event.slug == slug))
    done = UNCHANGED
    if event is None:
        event, done = _made(edition, draft, said, actor=actor, now=now), NEW
    elif events.draft_of(event) != draft:
        events.edit(event, draft, actor=actor, now=now)
        done = CHANGED
    has_moved = _move(event, status, texts(said["cancel_reason"]), actor=actor, now=now)
    return CHANGED if has_moved and done == UNCHANGED else done


def objects(value: object) -> list[Object]:
    """Return a list of JSON objects; raises TypeError for anything else."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise TypeError("no list of objects")
    return value


def texts(value: object) -> dict[str, str]:
    """Return one text in several languages, cleaned."""
    (found,) = objects([value])
    return {words(language): words(text) for language, text in found.items()}


def words(value: object) -> str:
    """Return a text, cleaned; raises TypeError for anything else."""
    if not isinstance(value, str):
        raise TypeError("no text")
    return tidy_text(value)


def _made(edition: Edition, draft: Draft, said: Object, *, actor: User | None, now: datetime) -> Event:
    event = events.create(edition, draft, series=_series(edition, words(said["series"])), actor=actor, now=now)
    event.slug = words(said["slug"])
    uid = tidy_line(words(said["uid"]))
    if not db.session.scalar(select(Event.id).where(Event.uid == uid)):
        event.uid = uid  # So that the calendars which hold it know it again.
    event.sequence, event.attended = _count(said["sequence"]), _count(said["attended"])
    db.session.flush()
    return event


def _series(edition: Edition, slug: str) -> Series:
    """Return the series with this slug, unless it has an event this year, or a new one."""
    of_campaign = select(Series).where(Series.campaign_id == edition.campaign_id, Series.slug == slug)
    series = db.session.scalar(of_campaign)
    if series is None:
        series = Series(campaign=edition.campaign, slug=slug)
        db.session.add(series)
        db.session.flush()
    return series


def _move(event: Event, status: Status, reason: dict[str, str], *, actor: User | None, now: datetime) -> bool:
    """Show or cancel an event as the file says; what the public sees here and not there stays. Return whether so."""
    before = event.status
    if before is Status.DRAFT and status in (Status.PUBLISHED, Status.CANCELLED):
        events.publish(event, actor=actor, now=now)
    if event.status is Status.PUBLISHED and status is Status.CANCELLED:
        events.cancel(event, reason=reason, actor=actor, now=now)
    return event.status is not before


def _draft(facts: Object) -> Draft:
    known = {field.name: field.type for field in fields(Draft)}
    given = {name: _value(name, facts[name], known[name]) for name in facts.keys() & known.keys()}
    draft = Draft(**given)  # type: ignore[arg-type]  # each is of its field's type, which `_value` has seen to
    if draft.country is not None and draft.country not in COUNTRIES:
        raise ValueError("no country")
    return draft


def _value(name: str, value: object, kind: object) -> object:
    if name in TEXTS:
        return texts(value)
    if name in WORDS and isinstance(value, list):
        return tuple(words(one) for one in value)
    if name in TIMES and value is not None:
        return datetime.fromisoformat(words(value)).replace(tzinfo=None)
    if name in NUMBERS and isinstance(value, int):
        return float(value)
    if name in ADDRESSES and value is not None:
        return clean_url(words(value))
    if not isinstance(value, kind):  # type: ignore[arg-type]  # a class, or a class or None
        raise TypeError(f"{name} can't be so")
    return words(value) if isinstance(value, str) else value


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value


def _count(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value < 1_000_000:
        raise ValueError("no count")
    return value
