"""What last year's hosts answer: again, with changes, not this year, or somebody else instead."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from campaign.db import db, lock
from campaign.domain import event as event_rules
from campaign.domain import renewal as rules
from campaign.domain.errors import Refused
from campaign.domain.event import Draft, Status
from campaign.domain.proposal import Kind
from campaign.domain.renewal import Answer
from campaign.models import Edition, Event, Host, Renewal, User
from campaign.services import audit, events, hosts, proposals, renewal_drafts


def again(renewal: Renewal, *, note: str | None, now: datetime) -> Event:
    """Carry it out as last year; return the new edition's event.

    A trusted host's is published at once if it lacks nothing. Anybody else's stays a draft that coordinators
    publish with all the others. Raises Refused("renewal-settled"), ("renewal-over") or ("renewal-taken").
    """
    renewal = _held(renewal, now=now)
    event = renewal_drafts.take_over(renewal, now=now)
    if renewal.answer is Answer.CHANGED:
        events.edit(event, renewal_drafts.moved(renewal), actor=None, now=now)
    _drop_proposal(event)
    event.host = renewal.host
    _settle(renewal, Answer.AGAIN, note=note, now=now)
    if renewal.host.is_trusted and not event_rules.missing(events.facts_of(event)):
        events.publish(event, actor=None, now=now)
    return event


def change(renewal: Renewal, draft: Draft, *, note: str | None, now: datetime) -> Event:
    """Carry it out with other facts: a trusted host's is published at once, others' wait for a coordinator.

    Raises Refused as `again` does, and for what the draft says wrongly.
    """
    renewal = _held(renewal, now=now)
    host, event = renewal.host, renewal_drafts.take_over(renewal, now=now)
    _settle(renewal, Answer.CHANGED, note=note, now=now)
    if proposals.of_event(event, Kind.NEW):
        proposals.change(event, draft, host=host, note=note, now=now)
    else:
        proposals.propose(renewal.edition, draft, host=host, note=note, language=host.language, event=event, now=now)
    return event


def decline(renewal: Renewal, *, note: str | None, now: datetime) -> None:
    """Not carry it out this year; a draft stays, for coordinators to delete or to find another host for."""
    renewal = _held(renewal, now=now)
    if event := renewal_drafts.successor(renewal):
        _drop_proposal(event)
    _settle(renewal, Answer.NOT_THIS_YEAR, note=note, now=now)


def hand_over(renewal: Renewal, *, name: str, email: str, language: str, note: str | None, now: datetime) -> Renewal:
    """Name somebody who is asked instead; return their renewal. Raises Refused("renewal-to-oneself") and as `again`."""
    renewal = _held(renewal, now=now)
    edition, before = renewal.edition, renewal.host
    host = hosts.find_or_add(edition.campaign, email=email, name=name, language=language, now=now)
    if host is before:
        raise Refused("renewal-to-oneself")
    if event := renewal_drafts.successor(renewal):
        _drop_proposal(event)
        event.host = host
    _settle(renewal, Answer.HANDED_OVER, note=note, now=now)
    asked = next((one for one in _all(renewal) if one.host_id == host.id), None)
    asked = asked or Renewal(edition=edition, event=renewal.event, host=host)
    asked.answer, asked.asked_at, asked.reminders, asked.due_at = None, None, 0, now
    db.session.add(asked)
    audit.record("hand-over", renewal.event, campaign=edition.campaign, actor=None, now=now)
    return asked


def is_open(renewal: Renewal, *, now: datetime) -> bool:
    """Return whether the host may still answer, or answer otherwise."""
    try:
        _check_open(renewal, now=now)
    except Refused:
        return False
    return renewal.answer is not Answer.HANDED_OVER or not any(one.answer for one in _their_heirs(renewal))


def of_host(host: Host, *, now: datetime) -> list[Renewal]:
    """Return what a host is asked, or was, about editions that aren't over, in the order of asking."""
    rows = select(Renewal).join(Edition, Edition.id == Renewal.edition_id)
    ahead = rows.where(Renewal.host_id == host.id, Edition.last_day >= now.date())
    return list(db.session.scalars(ahead.order_by(Edition.year, Renewal.id)))


def publish_all(edition: Edition, *, countries: Collection[str] | None, actor: User | None, now: datetime) -> int:
    """Publish each draft whose host said "again" and that lacks nothing; return how many."""
    ready = ready_to_publish(edition, countries=countries)
    for event in ready:
        events.publish(event, actor=actor, now=now)
    return len(ready)


def ready_to_publish(edition: Edition, *, countries: Collection[str] | None) -> list[Event]:
    """Return the edition's drafts whose host said "again" and that lack nothing."""
    said = select(Event.series_id).join(Renewal, Renewal.event_id == Event.id)
    said = said.where(Renewal.edition_id == edition.id, Renewal.answer == Answer.AGAIN)
    drafts = select(Event).where(
        Event.edition_id == edition.id, Event.status == Status.DRAFT, Event.series_id.in_(said)
    )
    if countries is not None:
        drafts = drafts.where(Event.country.in_(countries))
    found = db.session.scalars(drafts.order_by(Event.id))
    return [event for event in found if not event_rules.missing(events.facts_of(event))]


def _held(renewal: Renewal, *, now: datetime) -> Renewal:
    """Hold last year's event, so that nobody else answers for it meanwhile, and read the renewal afresh."""
    number, event = renewal.id, renewal.event
    lock(event)
    afresh = select(Renewal).where(Renewal.id == number).execution_options(populate_existing=True)
    found = db.session.scalar(afresh)
    if found is None:
        raise Refused("renewal-taken")
    _check_open(found, now=now)
    if found.answer is Answer.HANDED_OVER:
        _take_back(found)
    return found


def _check_open(renewal: Renewal, *, now: datetime) -> None:
    event = renewal_drafts.successor(renewal)
    is_settled = event is not None and event.status in event_rules.PUBLIC
    rules.check_open(is_settled=is_settled, last_day=renewal.edition.last_day, now=now)
    is_anothers = event is not None and event.host_id not in (None, renewal.host_id)
    if is_anothers and renewal.answer is not Answer.HANDED_OVER:
        raise Refused("renewal-taken")


def _take_back(renewal: Renewal) -> None:
    """Let whoever was named instead be asked no more; raises Refused("renewal-taken") once they have answered."""
    heirs = _their_heirs(renewal)
    if any(one.answer for one in heirs):
        raise Refused("renewal-taken")
    if (event := renewal_drafts.successor(renewal)) and event.host_id in [one.host_id for one in heirs]:
        event.host = renewal.host
    db.session.execute(delete(Renewal).where(Renewal.id.in_([one.id for one in heirs])))


def _their_heirs(renewal: Renewal) -> list[Renewal]:
    """Return who is asked now in place of a host: those who didn't hand it on themselves."""
    return [one for one in _all(renewal) if one.id != renewal.id and one.answer is not Answer.HANDED_OVER]


def _all(renewal: Renewal) -> list[Renewal]:
    same = (Renewal.edition_id == renewal.edition_id) & (Renewal.event_id == renewal.event_id)
    return list(db.session.scalars(select(Renewal).where(same)))


def _settle(renewal: Renewal, answer: Answer, *, note: str | None, now: datetime) -> None:
    hosts.verify(renewal.host, now=now)  # the link came by mail alone
    renewal.answer, renewal.answered_at, renewal.due_at = answer, now, None
    renewal.note = note
    db.session.flush()
    audit.record("answer-renewal", renewal.event, campaign=renewal.edition.campaign, actor=None, now=now, answer=answer)


def _drop_proposal(event: Event) -> None:
    """Let nobody decide any more about what the host has answered otherwise since; the draft stays."""
    if proposal := proposals.of_event(event, Kind.NEW):
        db.session.delete(proposal)
        db.session.flush()
