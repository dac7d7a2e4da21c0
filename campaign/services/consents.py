"""The texts that registrants agree to, in their versions, and their yes."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, func, select

from campaign.db import Texts, db, lock, store_at_once
from campaign.domain.errors import Refused
from campaign.i18n import pick, say
from campaign.models import Campaign, Consent, ConsentText, Registration, User
from campaign.services import audit

REGISTRATION = "registration"
TEXT_LIMIT = 2000
VERSIONS = (
    select(ConsentText)
    .where(ConsentText.campaign_id == bindparam("campaign"), ConsentText.purpose == bindparam("purpose"))
    .order_by(ConsentText.version.desc())
)


def current(campaign: Campaign, purpose: str = REGISTRATION) -> ConsentText:
    """Return the newest version of what is asked for a purpose."""
    return db.session.scalars(VERSIONS.limit(1), {"campaign": campaign.id, "purpose": purpose}).one()


def history(campaign: Campaign, purpose: str = REGISTRATION) -> list[ConsentText]:
    """Return all versions of what was asked for a purpose, newest first."""
    return list(db.session.scalars(VERSIONS, {"campaign": campaign.id, "purpose": purpose}))


def agreed(campaign: Campaign) -> dict[int, int]:
    """Return how many registrants have agreed to each version and not withdrawn, by its id."""
    counted = select(Consent.consent_text_id, func.count()).join(ConsentText)
    held = counted.where(ConsentText.campaign_id == campaign.id, Consent.withdrawn_at.is_(None))
    return {one[0]: one[1] for one in db.session.execute(held.group_by(Consent.consent_text_id))}


def write_first(campaign: Campaign, *, now: datetime) -> None:
    """Give a new campaign the first version of its registration consent, in each of its languages."""
    _add(campaign, _usual(campaign, campaign.kept_days), version=1, now=now)


def write_next(campaign: Campaign, text: Mapping[str, str], *, actor: User | None, now: datetime) -> ConsentText:
    """Ask for something else from now on; whoever agreed to earlier words agreed to those alone.

    The same words again are no new version. Raises Refused("consent-missing") without the main language.
    """
    lock(campaign)
    if not text.get(campaign.default_language):
        raise Refused("consent-missing")
    newest = current(campaign)
    if newest.text == dict(text) and newest.kept_days == campaign.kept_days:
        return newest
    following = _add(campaign, dict(text), version=newest.version + 1, now=now)
    audit.record("consent", following, campaign=campaign, actor=actor, now=now, version=following.version)
    return following


def promise(campaign: Campaign, *, before: int, actor: User | None, now: datetime) -> None:
    """Say to those who register from now on for how long they are kept, after the days were changed.

    Our own words follow; an organizer's own stay, and have to be looked at.
    """
    newest = current(campaign)
    is_usual = newest.text == _usual(campaign, before, languages=newest.text)
    text = _usual(campaign, campaign.kept_days, languages=newest.text) if is_usual else newest.text
    write_next(campaign, text, actor=actor, now=now)


def give(
    registration: Registration, text: ConsentText, *, language: str, agreed_to: str | None = None, now: datetime
) -> None:
    """Keep that the registrant agreed to this text, in the language in which they read it.

    `agreed_to` is the fingerprint of the words that stood on the page, whatever language was chosen since; a yes to
    words that are not asked any more is refused ("consent-changed").
    """
    shown = {fingerprint(words): code for code, words in text.text.items()}
    if agreed_to is not None and agreed_to not in shown:
        raise Refused("consent-changed")
    words, read_in = pick(text.text, language)
    if agreed_to and fingerprint(words) != agreed_to:
        read_in = shown[agreed_to]
    digest = fingerprint(text.text[read_in])
    store_at_once(
        Consent(
            registration_id=registration.id,
            consent_text_id=text.id,
            language=read_in,
            text_hash=digest,
            given_at=now,
        )
    )


def kept_days(registration: Registration) -> int:
    """Return for how long after the event somebody is kept: no longer than they were promised."""
    promised = (one.consent_text.kept_days for one in registration.consents)
    return min([registration.event.edition.campaign.kept_days, *promised])


def fingerprint(words: str) -> str:
    """Return the SHA-256 of a text, in hex."""
    return hashlib.sha256(words.encode()).hexdigest()


def _add(campaign: Campaign, text: Texts, *, version: int, now: datetime) -> ConsentText:
    one = ConsentText(
        campaign_id=campaign.id,
        purpose=REGISTRATION,
        version=version,
        text=text,
        kept_days=campaign.kept_days,
        created_at=now,
    )
    db.session.add(one)
    db.session.flush()
    return one


def _usual(campaign: Campaign, days: int, *, languages: Mapping[str, str] | None = None) -> Texts:
    """Return our own words in each of the campaign's languages, or in those of a version before."""
    return {
        language: say(
            language,
            "I agree that the organizers keep my name, my mail address and my answers for this event. "
            "They are deleted %(days)s days after it, or two days after I cancel.",
            days=days,
        )
        for language in languages or campaign.languages
    }
