"""Checking the calendars of a campaign: every feed that it offers, and the stored entries behind them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select

from campaign import address
from campaign.calendar.check import check, check_stored
from campaign.calendar.finding import Finding, finding
from campaign.db import db
from campaign.domain import edition as edition_rules
from campaign.domain.event import PUBLIC
from campaign.domain.slice import Slice, parse
from campaign.i18n import pick
from campaign.models import Campaign, DayEntry, Edition, Entry, Event
from campaign.services import editions, feeds
from campaign.services.facets import facets

ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class Checked:
    """A feed's address, how many entries and bytes it has, and what is wrong with it."""

    address: str
    entries: int
    size: int
    findings: list[Finding]


def slices_of(campaign: Campaign) -> list[Slice]:
    """Return the slices to check: the whole and each single part that has events, in each language."""
    if campaign.withdrawn_at:
        return []
    found = facets(campaign, least_of_series=1)
    parts = [
        Slice(),
        *(Slice(year=edition.year) for edition in editions.shown(campaign)),
        *(Slice(country=code) for code, _count in found.countries),
        *(Slice(city=slug) for slug in dict.fromkeys(city.slug for city in found.cities)),
        *(Slice(series=series.slug) for series in found.series),
        *(Slice(tag=tag) for tag, _count in found.tags),
        *([Slice(is_online=True)] if found.online else []),
    ]
    languages = [None if code == campaign.default_language else code for code in campaign.languages]
    named = (replace(part, language=language) for language in languages for part in parts)
    return [one for one in named if parse(one.path) == one]


def check_all(campaign: Campaign, slices: Iterable[Slice], *, now: datetime) -> Iterator[Checked]:
    """Yield each feed, checked; what is wrong with one entry or zone is said for the first feed that has it."""
    said: set[tuple[object, ...]] = set()
    for slice_ in slices:
        checked = check_feed(campaign, slice_, now=now)
        keys = [_key(slice_, one) for one in checked.findings]
        fresh = [one for one, key in zip(checked.findings, keys, strict=True) if key is None or key not in said]
        said.update(key for key in keys if key)
        yield replace(checked, findings=fresh)


def check_feed(campaign: Campaign, slice_: Slice, *, now: datetime) -> Checked:
    """Return one feed, checked; for a whole language also with the stored entries that ought to be in it."""
    body = feeds.feed(campaign, slice_, now=now).body
    found = check(body)
    if slice_ == Slice(language=slice_.language):
        found += [*_check_rows(campaign, slice_.language), *_missing(campaign, slice_.language)]
    entries = body.count(b"\nBEGIN:VEVENT\r\n")
    return Checked(address.feed(campaign.slug, slice_.path), entries, len(body), found)


def _key(slice_: Slice, one: Finding) -> tuple[object, ...] | None:
    """Return what makes a finding the same in another feed of that language; None for one of the feed itself."""
    if one.uid is None and "zone" not in one.facts:
        return None
    return slice_.language, one.code, one.uid, one.facts.get("property"), one.facts.get("zone")


def _check_rows(campaign: Campaign, language: str | None) -> Iterator[Finding]:
    """Yield what is wrong with the stored entries of events and days, a few in memory at a time."""
    spoken = language or campaign.default_language
    of_events = select(Event.uid, Entry.body).join(Entry, Entry.event_id == Event.id).join(Edition)
    of_days = select(Edition.uid, DayEntry.body).join(DayEntry, DayEntry.edition_id == Edition.id)
    for rows in (
        of_events.where(Entry.language == spoken, Event.status.in_(PUBLIC), *_shown(campaign)),
        of_days.where(DayEntry.language == spoken, *_shown(campaign)),
    ):
        for uid, body in db.session.execute(rows.execution_options(yield_per=ROWS_AT_ONCE)):
            yield from check_stored(body, uid=uid or "", base=address.base())


def _missing(campaign: Campaign, language: str | None) -> Iterator[Finding]:
    """Yield the public events that have, or had, a time and yet no entry in a language: feeds leave them out."""
    spoken = language or campaign.default_language
    has_entry = exists().where(Entry.event_id == Event.id, Entry.language == spoken)
    has_time = or_(Event.starts.is_not(None), Event.moved_from.is_not(None))
    rows = select(Event.uid, Event.name).join(Edition).where(Event.status.in_(PUBLIC), has_time, ~has_entry)
    for uid, name in db.session.execute(rows.where(*_shown(campaign)).order_by(Event.id)):
        yield finding("entry-missing", uid=uid, name=pick(name, spoken, campaign.default_language)[0], language=spoken)


def _shown(campaign: Campaign) -> tuple[ColumnElement[bool], ...]:
    return Edition.campaign_id == campaign.id, Edition.status.in_(edition_rules.SHOWN)
