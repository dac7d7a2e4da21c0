"""Whoever carries out events without an account: found by mail address or secret link, written to, forgotten."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from campaign import address
from campaign.db import db
from campaign.domain.event import Status
from campaign.i18n import direction
from campaign.keys import address_hash, new_token, token_hash
from campaign.models import Campaign, Event, Host, Proposal, Renewal, User
from campaign.services import audit, events, outbox


def by_token(token: str) -> Host | None:
    """Return the host whose secret address this is."""
    return db.session.scalar(select(Host).where(Host.token_hash == token_hash(token)))


def by_email(campaign: Campaign, email: str) -> Host | None:
    """Return the campaign's host with this mail address."""
    return db.session.scalar(_of_address(campaign, email))


def find_or_add(campaign: Campaign, *, email: str, name: str, language: str, now: datetime) -> Host:
    """Return the host with this address, a new one if nobody has it; name and language of a known one stay."""
    if known := by_email(campaign, email):
        return known
    token = new_token()
    host = Host(
        campaign=campaign,
        name=name,
        email=email.strip(),
        email_hash=address_hash(email),
        language=language,
        token=token,
        token_hash=token_hash(token),
        is_trusted=False,
        wants_asking=True,
        created_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(host)
    except IntegrityError:  # Somebody gave the same address at the same moment.
        return db.session.scalars(_of_address(campaign, email)).one()
    return host


def verify(host: Host, *, now: datetime) -> None:
    """Note that the mail address is the host's own, since they opened a link that only it was sent."""
    host.verified_at = host.verified_at or now


def trust(host: Host, *, is_trusted: bool, actor: User | None, now: datetime) -> None:
    """Let what the host proposes and changes need nobody's approval, or need it again."""
    host.is_trusted = is_trusted
    audit.record("trust", host, campaign=host.campaign, actor=actor, now=now, is_trusted=is_trusted)


def entrust(event: Event, host: Host | None, *, actor: User | None, now: datetime) -> None:
    """Let a host, or nobody, carry out the event; a host who is new to a coming one gets a mail with their own page."""
    before, event.host = event.host_id, host
    db.session.flush()
    if event.host_id == before:
        return
    if host is not None and event.edition.last_day >= now.date():
        write("welcome", host, key=f"welcome:{event.id}:{host.id}:{now.timestamp()}", event=event, now=now)
    audit.record("entrust", event, campaign=event.edition.campaign, actor=actor, now=now, host=event.host_id)


def appoint(
    event: Event, *, name: str, email: str, language: str, is_trusted: bool, actor: User | None, now: datetime
) -> Host:
    """Let whoever has this mail address carry out the event, as somebody known or new; return them."""
    campaign = event.edition.campaign
    host = find_or_add(campaign, email=email, name=name, language=language, now=now)
    if host.id == event.host_id:
        host.name, host.language = name, language
    if host.is_trusted is not is_trusted and (is_trusted or host.id == event.host_id):
        trust(host, is_trusted=is_trusted, actor=actor, now=now)
    entrust(event, host, actor=actor, now=now)
    return host


def write(kind: str, host: Host, *, key: str, now: datetime, event: Event | None = None, **facts: object) -> None:
    """Queue a mail to a host in their language; `kind` names its templates under `mail/host/`."""
    outbox.put(
        kind,
        unique_key=f"host:{key}",
        to=host.email,
        language=host.language,
        registration=None,
        event=event,
        letter=None,
        host=host,
        due_at=None,
        now=now,
        **facts,
    )


def mail_context(host: Host, event: Event | None, *, language: str, facts: Mapping[str, object]) -> dict[str, object]:
    """Return what the templates of a mail to a host need."""
    return {
        "host": host,
        "event": event,
        "campaign": host.campaign,
        "locale": language,
        "direction": direction(language),
        "host_page": address.host_page(host.token),
        "stop_page": address.host_stop_page(host.token),
        "report_page": address.host_report(host.token, event.edition.year, event.slug) if event else "",
        "facts": facts,
    }


def drop_unused(host: Host) -> None:
    """Delete a host who carries out nothing, proposes nothing and was never asked anything."""
    about = (Event, Event.host_id), (Proposal, Proposal.host_id), (Renewal, Renewal.host_id)
    if not any(db.session.scalar(select(table.id).where(column == host.id).limit(1)) for table, column in about):
        db.session.delete(host)
        db.session.flush()


def erase(host: Host, *, now: datetime) -> None:
    """Forget a host: name, address, links and what they wrote to us.

    The events stay, in nobody's hands; what is only proposed goes, since nobody could be asked about it.
    """
    audit.record("erase", host, campaign=host.campaign, actor=None, now=now)
    for event in db.session.scalars(
        select(Event).where(Event.host_id == host.id, Event.status == Status.PROPOSED)
    ).all():
        events.delete(event, actor=None, now=now)
    db.session.delete(host)
    db.session.flush()
    db.session.expire_all()


def _of_address(campaign: Campaign, email: str) -> Select[Host]:
    return select(Host).where(Host.campaign_id == campaign.id, Host.email_hash == address_hash(email))
