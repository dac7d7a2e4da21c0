"""Opening a year of a campaign, its observances, and the view over it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from campaign.db import db, lock
from campaign.domain import edition as rules
from campaign.domain import event as event_rules
from campaign.domain import registration as registration_rules
from campaign.domain.edition import ObservanceKind, Status
from campaign.domain.errors import Refused
from campaign.models import Campaign, Edition, Event, Observance, Registration, User
from campaign.services import audit, campaigns, days
from campaign.services.events import facts_of
from campaign.services.proposed_events import in_sight


def open_year(campaign: Campaign, year: int, *, actor: User | None, now: datetime) -> Edition:
    """Create the edition of one year, planned, on the day that rule and exceptions give.

    Raises Refused("year-has-no-day") or ("edition-exists").
    """
    occurrence = campaign.anniversary.occurrence(year)
    if occurrence.first_day is None or occurrence.last_day is None:
        raise Refused("year-has-no-day", year=year)
    edition = Edition(
        year=year,
        first_day=occurrence.first_day,
        last_day=occurrence.last_day,
        reason=dict(occurrence.reason or {}),
        created_at=now,
        status=Status.PLANNED,
    )
    try:
        with db.session.begin_nested():
            campaign.editions.append(edition)
    except IntegrityError as error:
        raise Refused("edition-exists", year=year) from error
    days.render(campaign, now=now)
    audit.record("create", edition, campaign=campaign, actor=actor, now=now, year=year)
    return edition


def move(edition: Edition, status: Status, *, actor: User | None, now: datetime) -> None:
    """Put the edition into another state; raises Refused("edition-move")."""
    rules.check_move(edition.status, status)
    if (edition.status in rules.SHOWN) != (status in rules.SHOWN):
        edition.shown_changed_at = now
    edition.status = status
    campaigns.touch(edition.campaign, now=now)
    audit.record("move", edition, campaign=edition.campaign, actor=actor, now=now, status=status)


def observe(
    edition: Edition,
    country: str,
    kind: ObservanceKind,
    *,
    day: date | None,
    reason: Mapping[str, str],
    actor: User | None,
    now: datetime,
) -> None:
    """Say how one country keeps the day in this edition, replacing what was said before."""
    rules.check_observance(kind, day)
    lock(edition.campaign)
    row = next((row for row in edition.observances if row.country == country), None)
    if row is None:
        row = Observance(country=country)
        edition.observances.append(row)
    row.kind, row.day, row.reason = kind, day, dict(reason)
    campaigns.touch(edition.campaign, now=now)
    audit.record("observe", edition, campaign=edition.campaign, actor=actor, now=now, country=country, kind=kind)


def observe_as_all(edition: Edition, country: str, *, actor: User | None, now: datetime) -> None:
    """Let a country keep the day as all others do."""
    lock(edition.campaign)
    edition.observances = [row for row in edition.observances if row.country != country]
    campaigns.touch(edition.campaign, now=now)
    audit.record("observe-as-all", edition, campaign=edition.campaign, actor=actor, now=now, country=country)


def follow_rule(edition: Edition, *, actor: User | None, now: datetime) -> None:
    """Put the edition on the day that rule and exceptions give now; its events stay where they are.

    Raises Refused("year-has-no-day").
    """
    campaign = edition.campaign
    lock(campaign)
    occurrence = campaign.anniversary.occurrence(edition.year)
    if occurrence.first_day is None or occurrence.last_day is None:
        raise Refused("year-has-no-day", year=edition.year)
    edition.first_day, edition.last_day = occurrence.first_day, occurrence.last_day
    edition.reason = dict(occurrence.reason or {})
    db.session.flush()
    days.render(campaign, now=now)
    campaigns.touch(campaign, now=now)
    audit.record("follow-rule", edition, campaign=campaign, actor=actor, now=now, day=str(edition.first_day))


def shown(campaign: Campaign) -> list[Edition]:
    """Return the editions that the public sees, newest first."""
    return [edition for edition in campaign.editions if edition.status in rules.SHOWN]


def coming(campaign: Campaign, *, today: date) -> Edition | None:
    """Return the public edition that is next or under way, else the latest."""
    public = shown(campaign)
    ahead = [edition for edition in public if edition.last_day >= today]
    return ahead[-1] if ahead else next(iter(public), None)


@dataclass(frozen=True)
class Country:
    """One country's line in the year's overview."""

    code: str | None
    by_status: Mapping[str, int]
    places: int
    registrations: int
    incomplete: int

    @property
    def total(self) -> int:
        """All its events."""
        return sum(self.by_status.values())


def overview(edition: Edition) -> list[Country]:
    """Return the edition's countries with events by state, places, people registered and what is missing."""
    events = list(db.session.scalars(select(Event).where(Event.edition_id == edition.id, in_sight())))
    people = _people(edition)
    codes = sorted({event.country for event in events}, key=lambda code: code or "~")
    return [_country(code, [event for event in events if event.country == code], people) for code in codes]


def _country(code: str | None, events: list[Event], people: Mapping[int, int]) -> Country:
    by_status: dict[str, int] = {}
    for event in events:
        by_status[event.status] = by_status.get(event.status, 0) + 1
    return Country(
        code=code,
        by_status=by_status,
        places=sum(event.capacity or 0 for event in events),
        registrations=sum(people.get(event.id, 0) for event in events),
        incomplete=sum(bool(event_rules.missing(facts_of(event))) for event in events),
    )


def _people(edition: Edition) -> Mapping[int, int]:
    """Return how many people hold a place, by event."""
    rows = db.session.execute(
        select(Registration.event_id, func.sum(Registration.party_size))
        .join(Event)
        .where(Event.edition_id == edition.id, Registration.status.in_(registration_rules.HOLDS_SEAT))
        .group_by(Registration.event_id)
    )
    return dict(iter(rows))
