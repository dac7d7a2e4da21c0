"""The texts that registrants agree to, and their yes."""

import hashlib
from datetime import datetime

from sqlalchemy import select

from campaign.db import db
from campaign.i18n import pick, say
from campaign.models import Campaign, Consent, ConsentText, Registration

REGISTRATION = "registration"


def current(campaign: Campaign, purpose: str = REGISTRATION) -> ConsentText:
    """Return the newest version of what is asked for a purpose."""
    newest = (
        select(ConsentText)
        .where(ConsentText.campaign_id == campaign.id, ConsentText.purpose == purpose)
        .order_by(ConsentText.version.desc())
        .limit(1)
    )
    return db.session.scalars(newest).one()


def write_first(campaign: Campaign, *, now: datetime) -> None:
    """Give a new campaign the first version of its registration consent, in each of its languages."""
    text = {
        language: say(
            language,
            "I agree that the organizers keep my name, my mail address and my answers for this event. "
            "They are deleted 30 days after it, or two days after I cancel.",
        )
        for language in campaign.languages
    }
    db.session.add(ConsentText(campaign_id=campaign.id, purpose=REGISTRATION, version=1, text=text, created_at=now))


def give(registration: Registration, text: ConsentText, *, language: str, now: datetime) -> None:
    """Keep that the registrant agreed to this text, in the language in which they read it."""
    words, read_in = pick(text.text, language)
    digest = hashlib.sha256(words.encode()).hexdigest()
    registration.consents.append(Consent(consent_text=text, language=read_in, text_hash=digest, given_at=now))
