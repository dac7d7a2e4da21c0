"""The renewal round: every host of the year before is asked whether they carry out their event again, and reminded."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, Select, exists, func, insert, literal, select, update
from sqlalchemy.orm import aliased, joinedload

from campaign.db import UtcDateTime, db, lock
from campaign.domain import renewal as rules
from campaign.domain.errors import Refused
from campaign.domain.event import PUBLIC
from campaign.domain.renewal import Answer
from campaign.models import Campaign, Edition, Event, Host, Renewal, User
from campaign.services import audit, hosts

BATCH = 200
"""How many hosts are written to in one unit of work."""
QUESTION, REMINDER = "renewal", "renewal-reminder"
UNASKED = frozenset({QUESTION, REMINDER})
"""The kinds of mail to hosts that they can do without, and stop by one click (RFC 8058)."""


@dataclass(frozen=True)
class Outlook:
    """What asking now would do: events asked about and mails sent, and events that are left out for each reason."""

    events: int
    mails: int
    asked_already: int
    settled: int
    """Which the new edition shows already."""
    without_host: int
    unwilling: int
    unreachable: int


def year_before(edition: Edition) -> Edition | None:
    """Return the campaign's latest edition before this one."""
    earlier = select(Edition).where(Edition.campaign_id == edition.campaign_id, Edition.year < edition.year)
    return db.session.scalar(earlier.order_by(Edition.year.desc()).limit(1))


def sample(edition: Edition, *, countries: Collection[str] | None = None) -> Event | None:
    """Return one event of the year before, to show what a mail about it says."""
    return db.session.scalar(_events_before(edition, countries).with_only_columns(Event).order_by(Event.id).limit(1))


def outlook(edition: Edition, *, countries: Collection[str] | None = None) -> Outlook:
    """Return what `start` would do."""
    events = _events_before(edition, countries)
    asked, settled = _is_asked(edition), is_settled(edition)
    reached = _to_ask(edition, countries)

    def count(rows: Select[int]) -> int:
        return db.session.scalars(rows.with_only_columns(func.count())).one()

    hosted = events.join(Host, Host.id == Event.host_id).where(~asked, ~settled)
    return Outlook(
        events=count(reached),
        mails=db.session.scalars(reached.with_only_columns(func.count(Event.host_id.distinct()))).one(),
        asked_already=count(events.where(asked)),
        settled=count(events.where(settled, ~asked)),
        without_host=count(events.where(Event.host_id.is_(None), ~asked, ~settled)),
        unwilling=count(hosted.where(Host.wants_asking.is_(False))),
        unreachable=count(hosted.where(Host.wants_asking, Host.bounced_at.is_not(None))),
    )


def start(edition: Edition, *, countries: Collection[str] | None, actor: User | None, now: datetime) -> int:
    """Have the hosts of the year before asked about each of their events; return about how many events.

    A second time adds only what is missing. The worker writes the mails. Raises Refused("renewal-too-late") from
    the edition's first day on, and ("renewal-paused") while the campaign is under attack or withdrawn.
    """
    lock(edition.campaign)
    _check_may_ask(edition, now=now)
    chosen = _to_ask(edition, countries).with_only_columns(
        literal(edition.id), Event.id, Event.host_id, literal(now, UtcDateTime())
    )
    rows = insert(Renewal).from_select(["edition_id", "event_id", "host_id", "due_at"], chosen)
    count = len(db.session.scalars(rows.returning(Renewal.id)).all())
    audit.record("start-renewal", edition, campaign=edition.campaign, actor=actor, now=now, events=count)
    return count


def remind(edition: Edition, *, countries: Collection[str] | None, actor: User | None, now: datetime) -> int:
    """Have those reminded at once who haven't answered; return about how many events.

    Whoever was written to in the last days is left alone, and nobody is reminded more than twice. Raises Refused
    as `start` does.
    """
    lock(edition.campaign)
    _check_may_ask(edition, now=now)
    last = func.coalesce(Renewal.reminded_at, Renewal.asked_at)
    silent = (Renewal.edition_id == edition.id) & Renewal.answer.is_(None)
    silent &= (last <= now - rules.SHORTEST_WAIT) & (Renewal.reminders < rules.REMINDERS_LIMIT)
    silent &= Renewal.event_id.in_(select(Event.id).where(within(countries)))
    ready = silent & Renewal.host_id.in_(select(Host.id).where(Host.wants_asking, Host.bounced_at.is_(None)))
    rows = update(Renewal).where(ready).values(due_at=now).returning(Renewal.id)
    count = len(db.session.scalars(rows, execution_options={"synchronize_session": False}).all())
    db.session.expire_all()
    audit.record("remind-hosts", edition, campaign=edition.campaign, actor=actor, now=now, events=count)
    return count


def is_due(*, now: datetime) -> bool:
    """Return whether a host is to be written to; reads little more than one row of an index."""
    return db.session.scalar(_due(now).limit(1)) is not None


def queue_due(*, now: datetime) -> int:
    """Queue the mails of one batch of hosts of one edition; return how many hosts were dealt with.

    Each host gets one mail, about however many events. 0 when nothing is due, or another worker is about it.
    """
    first = db.session.scalar(_due(now).order_by(Renewal.due_at, Renewal.id).limit(1))
    if first is None:
        return 0
    edition_id = db.session.get_one(Renewal, first).edition_id
    theirs = select(Renewal.host_id).where(Renewal.edition_id == edition_id, Renewal.due_at <= now).distinct()
    some = select(Host).where(Host.id.in_(theirs)).order_by(Host.id).limit(BATCH)
    held = db.session.scalars(some.with_for_update(skip_locked=True, of=Host)).all()
    about = select(Renewal).where(Renewal.edition_id == edition_id, Renewal.host_id.in_([one.id for one in held]))
    rows = about.where(Renewal.due_at <= now).order_by(Renewal.host_id, Renewal.id).options(joinedload(Renewal.event))
    due = db.session.scalars(rows, execution_options={"populate_existing": True}).all()
    for _host, asked in groupby(due, key=lambda one: one.host_id):
        _write(list(asked), now=now)
    db.session.flush()
    return len(held)


def is_wanted(host: Host, edition_id: int, *, now: datetime) -> bool:
    """Return whether a mail that was queued for a host still makes sense: they may have answered meanwhile."""
    silent = select(Renewal.id).where(
        Renewal.host_id == host.id, Renewal.edition_id == edition_id, Renewal.answer.is_(None)
    )
    is_asked = db.session.scalar(silent.limit(1)) is not None
    return is_asked and _is_reached(host) and _may_ask(db.session.get_one(Edition, edition_id), now=now)


def stop(host: Host, *, now: datetime) -> None:
    """Ask them no more, about no event; twice is once."""
    _want(host, wanted=False, now=now)
    unanswered = update(Renewal).where(Renewal.host_id == host.id, Renewal.answer.is_(None))
    db.session.execute(unanswered.values(due_at=None), execution_options={"synchronize_session": False})
    db.session.expire_all()


def resume(host: Host, *, now: datetime) -> None:
    """Ask them again, from the next round on."""
    _want(host, wanted=True, now=now)


def _want(host: Host, *, wanted: bool, now: datetime) -> None:
    if host.wants_asking is wanted:
        return
    host.wants_asking = wanted
    db.session.flush()
    action = "resume-asking" if wanted else "stop-asking"
    audit.record(action, host, campaign=host.campaign, actor=None, now=now)


def _check_may_ask(edition: Edition, *, now: datetime) -> None:
    if not rules.is_in_time(first_day=edition.first_day, now=now):
        raise Refused("renewal-too-late")
    if not _may_ask(edition, now=now):
        raise Refused("renewal-paused")


def _may_ask(edition: Edition, *, now: datetime) -> bool:
    campaign = edition.campaign
    is_paused = campaign.withdrawn_at is not None or campaign.attack_mode_at is not None
    return not is_paused and rules.is_in_time(first_day=edition.first_day, now=now)


def _is_reached(host: Host) -> bool:
    return host.wants_asking and host.bounced_at is None


def _due(now: datetime) -> Select[int]:
    """Return the question for what is due, campaigns aside that may write to nobody now."""
    unpaused = Campaign.withdrawn_at.is_(None) & Campaign.attack_mode_at.is_(None)
    rows = select(Renewal.id).join(Edition, Edition.id == Renewal.edition_id).join(Campaign)
    return rows.where(Renewal.due_at <= now, unpaused)


def _write(asked: Sequence[Renewal], *, now: datetime) -> None:
    """Write to one host about some of their events, unless that makes no sense any more; note when to do so next."""
    host, edition = asked[0].host, asked[0].edition
    open_ones = [one for one in asked if one.answer is None]
    if not open_ones or not _is_reached(host) or not _may_ask(edition, now=now):
        for one in asked:
            one.due_at = None
        return
    first = open_ones[0]
    is_reminder = first.asked_at is not None
    hosts.write(
        REMINDER if is_reminder else QUESTION,
        host,
        key=f"renewal:{first.id}:{now.timestamp()}",
        event=first.event,
        now=now,
        edition=edition.id,
        year=edition.year,
        others=len(open_ones) - 1,
        handed_over_by=_handed_over_by(first),
    )
    for one in asked:
        _note(one, now=now)


def _note(renewal: Renewal, *, now: datetime) -> None:
    if renewal.asked_at is None:
        renewal.asked_at = now
    else:
        renewal.reminded_at, renewal.reminders = now, renewal.reminders + 1
    renewal.due_at = None if renewal.answer else rules.next_due(reminders=renewal.reminders, now=now)


def _handed_over_by(renewal: Renewal) -> str | None:
    """Return the name of whoever named this host in their place; None for last year's own host."""
    if renewal.event.host_id == renewal.host_id:
        return None
    before = select(Renewal).where(Renewal.edition_id == renewal.edition_id, Renewal.event_id == renewal.event_id)
    before = before.where(Renewal.answer == Answer.HANDED_OVER, Renewal.host_id != renewal.host_id)
    found = db.session.scalar(before.order_by(Renewal.answered_at.desc()).limit(1))
    return found.host.name if found else None


def _events_before(edition: Edition, countries: Collection[str] | None) -> Select[int]:
    before = year_before(edition)
    of_year = Event.edition_id == (before.id if before else None)
    return select(Event.id).where(of_year, Event.status.in_(PUBLIC), within(countries))


def _to_ask(edition: Edition, countries: Collection[str] | None) -> Select[int]:
    hosted = _events_before(edition, countries).join(Host, Host.id == Event.host_id)
    reached = Host.wants_asking & Host.bounced_at.is_(None)
    return hosted.where(reached, ~_is_asked(edition), ~is_settled(edition))


def _is_asked(edition: Edition) -> ColumnElement[bool]:
    return exists().where(Renewal.edition_id == edition.id, Renewal.event_id == Event.id)


def is_settled(edition: Edition) -> ColumnElement[bool]:
    """Return the condition that the new edition shows the event already."""
    new = aliased(Event)
    return exists().where(new.edition_id == edition.id, new.series_id == Event.series_id, new.status.in_(PUBLIC))


def within(countries: Collection[str] | None) -> ColumnElement[bool]:
    """Return the condition that an event is in one of the countries; None is all, also none."""
    return Event.country.in_(countries) if countries is not None else Event.id.is_not(None)
