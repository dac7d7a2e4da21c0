"""A campaign's years to come: their days, what falls on them elsewhere, and what was said of each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from campaign.db import db
from campaign.domain.anniversary import Occurrence
from campaign.domain.errors import Refused
from campaign.domain.text import fold
from campaign.geo import public_holidays
from campaign.i18n import country_name
from campaign.models import Campaign, Edition, Event, Member, User

AHEAD = 10
NEAR = timedelta(days=1)
"""How far apart the days of two campaigns may lie and still get in each other's way."""


@dataclass(frozen=True)
class Clash:
    """Another campaign whose day is the same or the next one."""

    campaign: Campaign
    first_day: date
    last_day: date


@dataclass(frozen=True)
class Year:
    """One year to come; without an occurrence's day the campaign rests in it."""

    occurrence: Occurrence
    edition: Edition | None
    holidays: Mapping[str, Sequence[str]]
    """The countries, by code, that have a day off then, by its name."""
    clashes: Sequence[Clash]

    @property
    def first_day(self) -> date | None:
        """The edition's day where it is set up, else the rule's."""
        return self.edition.first_day if self.edition else self.occurrence.first_day

    @property
    def last_day(self) -> date | None:
        """The last day, which mostly is the first."""
        return self.edition.last_day if self.edition else self.occurrence.last_day

    @property
    def has_other_day(self) -> bool:
        """Whether the year was set up on another day than rule and exceptions give now."""
        return self.edition is not None and self.edition.first_day != self.occurrence.first_day


def ahead(campaign: Campaign, *, reader: User, today: date, language: str) -> list[Year]:
    """Return the next ten years with a day, and those between them in which the campaign rests."""
    editions = {edition.year: edition for edition in campaign.editions}
    occurrences = list(_occurrences(campaign, today))
    countries = _countries(campaign)
    others = _others(campaign, reader)
    years = []
    for one in occurrences:
        edition = editions.get(one.year)
        first, last = (edition.first_day, edition.last_day) if edition else (one.first_day, one.last_day)
        holidays = _holidays(countries, _days(first, last), language)
        years.append(Year(one, edition, holidays, _clashes(others, first, last)))
    return years


def _occurrences(campaign: Campaign, today: date) -> Iterator[Occurrence]:
    """Return the coming years; also those without a day of which an exception says why."""
    anniversary = campaign.anniversary
    coming = {one.year: one for one in anniversary.coming(today, AHEAD)}
    last = max(coming, default=0)
    for exception in campaign.exceptions:
        if exception.day is None and today.year <= exception.year <= last:
            coming[exception.year] = anniversary.occurrence(exception.year)
    yield from (coming[year] for year in sorted(coming))


def _countries(campaign: Campaign) -> list[str]:
    """Return the countries in which the campaign ever had events."""
    used = select(Event.country).join(Edition).where(Edition.campaign_id == campaign.id, Event.country.is_not(None))
    return sorted(filter(None, db.session.scalars(used.distinct())))


def _days(first: date | None, last: date | None) -> list[date]:
    if first is None or last is None:
        return []
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _holidays(countries: Iterable[str], days: Sequence[date], language: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for country in sorted(countries, key=lambda code: fold(country_name(code, language))):
        for name in dict.fromkeys(public_holidays.on(country, day, language) for day in days):
            if name:
                found.setdefault(name, []).append(country)
    return dict(sorted(found.items()))


def _others(campaign: Campaign, reader: User) -> list[Campaign]:
    """Return the other campaigns that the public sees, or that the reader is a member of."""
    own = select(Member.campaign_id).where(Member.user_id == reader.id)
    seen = or_(Campaign.withdrawn_at.is_(None), Campaign.id.in_(own))
    others = select(Campaign).where(Campaign.id != campaign.id, seen).order_by(Campaign.id)
    loads = (selectinload(Campaign.exceptions), selectinload(Campaign.editions).lazyload(Edition.campaign))
    return list(db.session.scalars(others.options(*loads)))


def _clashes(others: Iterable[Campaign], first: date | None, last: date | None) -> list[Clash]:
    if first is None or last is None:
        return []
    found = (Clash(other, *span) for other in others for span in _spans(other, {first.year, last.year}))
    return [one for one in found if one.first_day <= last + NEAR and first <= one.last_day + NEAR]


def _spans(campaign: Campaign, years: set[int]) -> Iterator[tuple[date, date]]:
    """Return the campaign's days in these years and those beside them, as they are set up or as its rule gives them."""
    editions = {edition.year: edition for edition in campaign.editions}
    anniversary = campaign.anniversary
    for year in range(min(years) - 1, max(years) + 2):
        if edition := editions.get(year):
            yield edition.first_day, edition.last_day
            continue
        try:
            occurrence = anniversary.occurrence(year)
        except Refused:  # before 1900, after 2200
            continue
        if occurrence.first_day and occurrence.last_day:
            yield occurrence.first_day, occurrence.last_day
