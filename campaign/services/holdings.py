"""Everything that is stored of one registrant, to be shown and taken along (GDPR, Articles 15 and 20)."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from campaign.db import Base, db
from campaign.i18n import country_name, pick
from campaign.models import Answer, Audit, Consent, Event, Invitation, Member, Message, Registration, Scan, Undo
from campaign.services import own_registration

Values = dict[str, object]
"""Columns by name: texts, numbers, lists, moments."""

INNER = frozenset({"id", "event_id", "registration_id", "invitation_id", "user_id", "lease_until"})
"""Columns that say nothing of the person, nor do keyed hashes, which only find what stands beside them."""


@dataclass(frozen=True)
class Holdings:
    """What is stored of one registration, everything in it ready for JSON but the moments."""

    registration: Values
    event: Values
    answers: list[Values]
    consents: list[Values]
    mails: list[Values]
    scans: list[Values]
    undo: list[Values]
    """What organizers changed last, as it was before."""
    history: list[Values]
    looks: list[Values]


def of(registration: Registration) -> Holdings:
    """Return all that is stored, texts in the language of the registrant's mails."""
    language = registration.language
    own = _columns(registration)
    own["tags"] = registration.tags
    if registration.invitation_id is not None:
        own["invitation"] = db.session.get_one(Invitation, registration.invitation_id).label
    scans = select(Scan).where(Scan.registration_id == registration.id).order_by(Scan.at)
    mails = select(Message).where(Message.registration_id == registration.id).order_by(Message.id)
    undo = select(Undo).where(Undo.registration_id == registration.id)
    return Holdings(
        registration=own,
        event=_event(registration.event, language),
        answers=[_answer(one, language) for one in registration.answers],
        consents=[_consent(one) for one in registration.consents],
        mails=[_columns(one) for one in db.session.scalars(mails)],
        scans=[_columns(one) for one in db.session.scalars(scans)],
        undo=[_columns(one) for one in db.session.scalars(undo)],
        history=_history(registration),
        looks=[
            {"day": one.day.isoformat(), "role": one.role, "action": one.action, "way": one.way}
            for one in own_registration.looks(registration)
        ],
    )


def _columns(row: Base) -> Values:
    names = [column.key for column in row.__table__.columns]
    return {name: getattr(row, name) for name in names if name not in INNER and not name.endswith("_hash")}


def _event(event: Event, language: str) -> Values:
    campaign = event.edition.campaign
    return {
        "campaign": pick(campaign.name, language, campaign.default_language)[0],
        "name": pick(event.name, language, campaign.default_language)[0],
        "starts": event.starts.isoformat() if event.starts else None,
        "zone": event.zone,
        "city": event.city,
        "country": event.country,
    }


def _answer(answer: Answer, language: str) -> Values:
    question, value = answer.question, json.loads(answer.value)
    words = value
    if isinstance(value, list):
        words = [pick(question.options[number], language)[0] for number in value]
    elif question.kind == "country":
        words = country_name(value, language)
    return {"question": pick(question.label, language)[0], "kind": question.kind, "answer": words}


def _consent(consent: Consent) -> Values:
    text = consent.consent_text
    return {
        "purpose": text.purpose,
        "version": text.version,
        "text": pick(text.text, consent.language)[0],
        "language": consent.language,
        "text_sha256": consent.text_hash,
        "given_at": consent.given_at,
        "withdrawn_at": consent.withdrawn_at,
    }


def _history(registration: Registration) -> list[Values]:
    """Return what was done with it, by a role or, where there is none, by the registrant or the program."""
    campaign_id = registration.event.edition.campaign_id
    rows = (
        select(Audit.at, Audit.action, Member.role)
        .outerjoin(Member, (Member.user_id == Audit.actor_id) & (Member.campaign_id == campaign_id))
        .where(Audit.subject == Registration.__tablename__, Audit.subject_id == registration.id)
        .where(Audit.at >= registration.created_at)
        .order_by(Audit.id)
    )
    return [{"at": at, "action": action, "role": role} for at, action, role in db.session.execute(rows)]


def plain(value: object) -> object:
    """Return a moment as JSON has it, for `json.dumps(default=…)`."""
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in an export")
