"""What hosts propose: a new event or other facts for theirs, kept until a coordinator has decided."""

from datetime import date, datetime

from sqlalchemy import select

from campaign import address
from campaign.db import db, lock
from campaign.domain import draft_changes
from campaign.domain import event as event_rules
from campaign.domain import proposal as rules
from campaign.domain.errors import Refused
from campaign.domain.event import Draft
from campaign.domain.proposal import OPEN, Kind, Status, Terms, Window, window
from campaign.models import Campaign, Edition, Event, Host, Proposal
from campaign.services import events, hosts

STILL_IN_WORK = OPEN | {Status.UNVERIFIED, Status.DECLINED}
"""The states in which a proposed event is its host's to change."""


def propose(
    edition: Edition,
    draft: Draft,
    *,
    host: Host,
    note: str | None,
    language: str,
    now: datetime,
    event: Event | None = None,
    submission: str | None = None,
    is_confirmed: bool = True,
) -> Proposal:
    """Propose a new event, or one that stands ready in the edition as nobody's or the host's draft.

    `is_confirmed` says that whoever proposes came by the host's own link. Otherwise, or while the host's address
    is not verified, nobody reads it before `confirm`. A trusted host's event is published at once if it lacks
    nothing. The same `submission` again is the same proposal. Raises Refused for what the draft says wrongly.
    """
    if submission:
        lock(edition.campaign)  # so that the second of two clicks finds what the first one made
        if known := _by_submission(submission):
            return known
    if event is None:
        event = events.create(edition, draft, is_proposed=True, actor=None, now=now)
    elif event.status in event_rules.PUBLIC:
        raise Refused("event-move")
    else:
        events.edit(event, draft, actor=None, now=now)
    event.host = host
    proposal = Proposal(
        edition=edition,
        event=event,
        host=host,
        kind=Kind.NEW,
        status=Status.UNVERIFIED,
        country=draft.country,
        language=language,
        changes={},
        note=note,
        submission=submission,
        created_at=now,
    )
    db.session.add(proposal)
    db.session.flush()
    if is_confirmed and host.verified_at:
        _hand_in(proposal, now=now)
    else:
        _ask_to_confirm(proposal, now=now)
    return proposal


def change(event: Event, draft: Draft, *, host: Host, note: str | None, now: datetime) -> Proposal | None:
    """Change a host's event; return what a coordinator has to look at, None when nothing is left to decide.

    An event that isn't approved yet changes at once, and an answer to what was asked back, or another try after it
    was declined, brings it back to the coordinators. An approved one changes at once where the host is trusted;
    otherwise the newest wish takes the place of an older one that nobody has decided.
    """
    lock(event)
    if pending := of_event(event, Kind.NEW):
        return _propose_again(pending, draft, note=note, now=now)
    if host.is_trusted:
        events.edit(event, draft, actor=None, now=now)
        return None
    return _wish(event, draft, host=host, note=note, now=now)


def confirm(proposal: Proposal, *, now: datetime) -> None:
    """Hand a proposal to the coordinators, since its host opened the link in our mail; doing so twice is once."""
    lock(proposal)
    hosts.verify(proposal.host, now=now)
    if proposal.status is Status.UNVERIFIED:
        _hand_in(proposal, now=now)


def disown(proposal: Proposal, *, now: datetime) -> None:
    """Delete a proposal that somebody else made in the name of this address; raises Refused("proposal-decided")."""
    lock(proposal)
    if proposal.status is not Status.UNVERIFIED:
        raise Refused("proposal-decided")
    host = proposal.host
    events.delete(proposal.event, actor=None, now=now)
    hosts.drop_unused(host)


def withdraw(proposal: Proposal, *, now: datetime) -> None:
    """Take back what is not decided yet; a proposed event goes out of organizers' sight."""
    lock(proposal)
    move(proposal, Status.WITHDRAWN)
    proposal.decided_at = now


def coming(campaign: Campaign, *, today: date) -> tuple[Edition | None, Window]:
    """Return the edition for which events may be proposed, else the one that comes first, and whether they may."""
    ahead = sorted(campaign.editions, key=lambda edition: edition.year)
    known = [(edition, window(_terms(edition), today)) for edition in ahead if edition.last_day >= today]
    known = [(edition, is_open) for edition, is_open in known if is_open is not Window.NONE]
    taking = [one for one in known if one[1] in (Window.OPEN, Window.PAUSED)]
    return next(iter(taking or known), (None, Window.NONE))


def of_event(event: Event, kind: Kind) -> Proposal | None:
    """Return what is still in work about an event: it as a proposal, or a wish to change it."""
    states = STILL_IN_WORK if kind is Kind.NEW else OPEN
    about = select(Proposal).where(Proposal.event_id == event.id, Proposal.kind == kind, Proposal.status.in_(states))
    return db.session.scalar(about.order_by(Proposal.id.desc()).limit(1))


def newest(event: Event) -> Proposal | None:
    """Return the latest that was proposed about an event, whatever became of it."""
    return db.session.scalar(
        select(Proposal).where(Proposal.event_id == event.id).order_by(Proposal.id.desc()).limit(1)
    )


def wanted(proposal: Proposal) -> Draft:
    """Return the event as it would be once the proposal is approved."""
    return draft_changes.applied(events.draft_of(proposal.event), proposal.changes)


def move(proposal: Proposal, status: Status) -> None:
    """Put a proposal into another state; raises Refused("proposal-move")."""
    rules.check_move(proposal.status, status)
    proposal.status = status


def _terms(edition: Edition) -> Terms:
    campaign = edition.campaign
    return Terms(
        takes_proposals=campaign.takes_proposals,
        is_attacked=campaign.attack_mode_at is not None,
        status=edition.status,
        last_day=edition.last_day,
        first=edition.proposals_from,
        last=edition.proposals_until,
    )


def _by_submission(submission: str) -> Proposal | None:
    return db.session.scalar(select(Proposal).where(Proposal.submission == submission))


def _ask_to_confirm(proposal: Proposal, *, now: datetime) -> None:
    event, host = proposal.event, proposal.host
    page = address.proposal_page(host.token, proposal.edition.year, event.slug)
    # Without the event: nobody may write to strangers, by our mail, what they like.
    hosts.write("verify", host, key=f"verify:{proposal.id}", now=now, confirm_page=page)


def _hand_in(proposal: Proposal, *, now: datetime) -> None:
    """Let a trusted host's event through, and the coordinators look at any other."""
    event, host = proposal.event, proposal.host
    if not host.is_trusted or event_rules.missing(events.facts_of(event)):
        move(proposal, Status.WAITING)
        return
    events.publish(event, actor=None, now=now)
    move(proposal, Status.APPROVED)
    proposal.decided_at = now


def _propose_again(proposal: Proposal, draft: Draft, *, note: str | None, now: datetime) -> Proposal:
    lock(proposal)
    events.edit(proposal.event, draft, actor=None, now=now)
    proposal.country, proposal.note = draft.country, note or proposal.note
    if proposal.status in (Status.ASKED_BACK, Status.DECLINED):
        move(proposal, Status.WAITING)
    return proposal


def _wish(event: Event, draft: Draft, *, host: Host, note: str | None, now: datetime) -> Proposal | None:
    changes = draft_changes.between(events.draft_of(event), draft)
    pending = of_event(event, Kind.CHANGE)
    if not changes:
        if pending:
            withdraw(pending, now=now)
        return None
    proposal = pending or Proposal(
        edition=event.edition, event=event, host=host, kind=Kind.CHANGE, status=Status.WAITING, created_at=now
    )
    if pending:
        lock(proposal)
        move_back(proposal)
    proposal.changes, proposal.note = changes, note or proposal.note
    proposal.country, proposal.language = event.country, host.language
    db.session.add(proposal)
    db.session.flush()
    return proposal


def move_back(proposal: Proposal) -> None:
    """Let the coordinators look again at what they had asked about."""
    if proposal.status is Status.ASKED_BACK:
        move(proposal, Status.WAITING)
