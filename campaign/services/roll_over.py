"""Opening next year's events from last year's: one plan for page, command and API, then one step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, Text, cast, exists, select
from sqlalchemy.orm import aliased

from campaign.db import db, lock
from campaign.domain import roll_over as rules
from campaign.domain.edition import ObservanceKind
from campaign.domain.errors import Refused
from campaign.domain.event import Status
from campaign.domain.roll_over import Choice, Item, Note, Outcome, Source, Year
from campaign.domain.text import fold
from campaign.geo import public_holidays
from campaign.models import Campaign, Edition, Event, Host, RollOver, User
from campaign.services import audit, editions, roll_over_copy


@dataclass(frozen=True)
class Plan:
    """What becomes of each event of an earlier year in a new one."""

    campaign: Campaign
    source: Edition
    year: int
    edition: Edition | None
    """None where the step would open it."""
    first_day: date
    last_day: date
    choice: Choice
    items: Sequence[Item]
    holidays: Mapping[tuple[str, date], str]
    """What the days off are called that events would fall on, by country and day."""

    def count(self, outcome: str) -> int:
        """Return of how many events this becomes."""
        return sum(item.outcome == outcome for item in self.items)

    @property
    def chosen(self) -> list[Item]:
        """Those that come along."""
        return [item for item in self.items if item.outcome is Outcome.NEW]


EVERYTHING = Choice()


def plan(
    campaign: Campaign,
    year: int,
    choice: Choice = EVERYTHING,
    *,
    from_year: int | None = None,
    language: str | None = None,
) -> Plan:
    """Return what a roll-over would do; only reads. Without `from_year`, from the latest earlier year with events.

    `language` is the one in which holidays are named, else the campaign's. Raises Refused("roll-over-no-source",
    year=…), ("year-has-no-day", year=…) or ("year-out-of-range").
    """
    source = _source(campaign, year, from_year)
    edition = _edition(campaign, year)
    new, last_day = _new_year(campaign, year, edition)
    events = _sources(source, year, edition)
    holidays = _holidays(events, _year_of(source), new, language or campaign.default_language)
    planned = rules.items(events, _year_of(source), new, choice, holidays=holidays)
    if edition:
        planned = rules.mark_shared_venues(planned, _found(_facts(edition, (*rules.OFFERED, Status.PROPOSED))))
    else:
        planned = rules.mark_shared_venues(planned, ())
    return Plan(campaign, source, year, edition, new.first_day, last_day, choice, planned, holidays)


def carry_out(
    campaign: Campaign,
    year: int,
    choice: Choice = EVERYTHING,
    *,
    from_year: int | None = None,
    actor: User | None,
    now: datetime,
) -> Plan:
    """Take the chosen events over as drafts, in one step that can be undone; return the plan that was carried out.

    Opens the edition where there is none. Who does it again adds only what is missing; two at once wait for each
    other. Raises Refused as `plan` does.
    """
    lock(campaign)
    planned = plan(campaign, year, choice, from_year=from_year)
    if not planned.chosen:
        return planned
    edition = planned.edition or editions.open_year(campaign, year, actor=actor, now=now)
    step = RollOver(
        edition=edition, source=planned.source, actor_id=actor.id if actor else None, at=now, events=len(planned.chosen)
    )
    db.session.add(step)
    db.session.flush()
    roll_over_copy.copy(step, planned.chosen, choice.parts, now=now)
    audit.record(
        "roll-over", step, campaign=campaign, actor=actor, now=now, year=year, from_year=planned.source.year,
        events=step.events,
    )  # fmt: skip
    return planned


def years_before(campaign: Campaign, year: int) -> list[int]:
    """Return the earlier years with events, newest first."""
    before = select(Edition.year).where(Edition.campaign_id == campaign.id, Edition.year < year)
    has_events = exists().where(Event.edition_id == Edition.id, Event.status.in_(rules.OFFERED))
    return list(db.session.scalars(before.where(has_events).order_by(Edition.year.desc())))


def _source(campaign: Campaign, year: int, from_year: int | None) -> Edition:
    years = years_before(campaign, year)
    wanted = from_year or next(iter(years), None)
    found = _edition(campaign, wanted) if wanted in years and wanted is not None else None
    if found is None:
        raise Refused("roll-over-no-source", year=from_year or year)
    return found


def _edition(campaign: Campaign, year: int) -> Edition | None:
    return db.session.scalar(select(Edition).where(Edition.campaign_id == campaign.id, Edition.year == year))


def _new_year(campaign: Campaign, year: int, edition: Edition | None) -> tuple[Year, date]:
    """Return the year that events come into and its last day; as the rule gives it, where nobody opened it yet."""
    if edition:
        return _year_of(edition), edition.last_day
    occurrence = campaign.anniversary.occurrence(year)
    if occurrence.first_day is None or occurrence.last_day is None:
        raise Refused("year-has-no-day", year=year)
    return Year(year, occurrence.first_day, {}), occurrence.last_day


def _year_of(edition: Edition) -> Year:
    observances = {row.country: (ObservanceKind(row.kind), row.day) for row in edition.observances}
    return Year(edition.year, edition.first_day, observances)


def _sources(source: Edition, year: int, edition: Edition | None) -> list[Source]:
    """Return the facts of the year's events, and which of their series have one in the new year already."""
    there = set(db.session.scalars(select(Event.series_id).where(Event.edition_id == edition.id))) if edition else set()
    return _found(_facts(source, rules.OFFERED), there)


def _facts(edition: Edition, statuses: Iterable[Status]) -> Select[*tuple[object, ...]]:
    """Return the query for what the rules need of an edition's events, below the ORM: there may be very many."""
    columns = (
        Event.id, Event.series_id, Event.status, Event.name, Event.country, Event.city, Event.city_slug, Event.venue,
        Event.address, Event.zone, Event.starts, Event.ends, Event.is_all_day,
    )  # fmt: skip
    host = aliased(Host)
    names_year = cast(Event.description, Text).contains(str(edition.year))
    return (
        select(
            *columns,
            names_year.label("names_year"),
            host.id.label("host"),
            host.bounced_at.label("bounced_at"),
            host.wants_asking.label("wants_asking"),
        )
        .outerjoin(host, host.id == Event.host_id)
        .where(Event.edition_id == edition.id, Event.status.in_(tuple(statuses)))
        .order_by(Event.id)
    )


def _found(facts: Select[*tuple[object, ...]], there: Iterable[int] = ()) -> list[Source]:
    known = frozenset(there)
    return [
        Source(
            id=row.id,
            series_id=row.series_id,
            status=row.status,
            name=row.name,
            country=row.country,
            city=row.city,
            zone=row.zone,
            starts=row.starts,
            ends=row.ends,
            is_all_day=row.is_all_day,
            venue=_venue(row.country, row.city_slug, row.venue, row.address),
            host=_host_note(row.host, row.bounced_at, wants_asking=row.wants_asking),
            is_there=row.series_id in known,
            names_year=row.names_year,
        )
        for row in db.session.execute(facts)
    ]


def _venue(
    country: str | None, city_slug: str | None, venue: str | None, address: str | None
) -> tuple[str, ...] | None:
    """Return what tells a venue from others, however it is spelled."""
    return (country or "", city_slug or "", fold(venue), fold(address or "")) if venue else None


def _host_note(host: int | None, bounced_at: datetime | None, *, wants_asking: bool | None) -> Note | None:
    if host is None:
        return Note.NO_HOST
    if bounced_at:
        return Note.HOST_UNREACHABLE
    return None if wants_asking else Note.HOST_NOT_ASKED


def _holidays(events: Iterable[Source], last: Year, new: Year, language: str) -> dict[tuple[str, date], str]:
    """Return the days off that events would fall on: each country and day is looked up once."""
    days = set()
    for one in events:
        starts = rules.times(one, last, new)[0]
        if one.country and starts:
            days.add((one.country, starts.date()))
    named = {(country, day): public_holidays.on(country, day, language) for country, day in days}
    return {at: name for at, name in named.items() if name}
