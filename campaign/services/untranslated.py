"""Events whose own words lack a language of their campaign, in the years that are still to come or being held."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from campaign.db import Texts, db
from campaign.domain.edition import Status as EditionStatus
from campaign.domain.event import Status
from campaign.models import Campaign, Edition, Event

PAGE_SIZE = 100
YEARS = (EditionStatus.PLANNED, EditionStatus.OPEN)
LIVING = (Status.DRAFT, Status.PUBLISHED)


@dataclass(frozen=True)
class Missing:
    """In how many events a language is missing from the name, and from a description that there is."""

    language: str
    names: int
    descriptions: int


def counts(campaign: Campaign) -> list[Missing]:
    """Return what is missing in each of the campaign's languages."""
    found = []
    for language in campaign.languages:
        names = select(func.count()).select_from(_living(campaign).where(_lacks_name(language)).subquery())
        described = select(func.count()).select_from(_living(campaign).where(_lacks(campaign, language)).subquery())
        found.append(Missing(language, db.session.scalars(names).one(), db.session.scalars(described).one()))
    return found


def events(campaign: Campaign, language: str, *, after: int = 0) -> list[Event]:
    """Return events that lack a language in name or description, in the order of their ids, from behind one on."""
    lacking = or_(_lacks_name(language), _lacks(campaign, language))
    ids = _living(campaign).where(lacking, Event.id > after).order_by(Event.id).limit(PAGE_SIZE + 1)
    return list(db.session.scalars(select(Event).where(Event.id.in_(ids)).order_by(Event.id)))


def _living(campaign: Campaign) -> Select[int]:
    of_years = select(Event.id).join(Edition).where(Edition.campaign_id == campaign.id, Edition.status.in_(YEARS))
    return of_years.where(Event.status.in_(LIVING))


def _lacks_name(language: str) -> ColumnElement[bool]:
    return ~_has(Event.name, language)


def _lacks(campaign: Campaign, language: str) -> ColumnElement[bool]:
    """Return the condition for a description in another language of the campaign, but not in this one."""
    others = [_has(Event.description, code) for code in campaign.languages if code != language]
    return or_(*others) & ~_has(Event.description, language) if others else Event.id.is_(None)


def _has(column: InstrumentedAttribute[Texts], language: str) -> ColumnElement[bool]:
    return func.coalesce(column[language].as_string(), "") != ""
