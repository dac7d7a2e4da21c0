"""What registrants agreed to: which words, in which version and language, and when."""

import hashlib
from datetime import datetime

from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.models import Campaign, Consent, ConsentText
from campaign.services import consents
from tests.make import Maker


def write(campaign: Campaign, version: int, text: dict[str, str], now: datetime) -> None:
    with unit_of_work():
        db.session.add(
            ConsentText(campaign_id=campaign.id, purpose="registration", version=version, text=text, created_at=now)
        )


def test_a_new_campaign_has_words_to_agree_to_in_each_language(app_on_both: Flask, make: Maker) -> None:
    campaign = make.campaign()
    text = consents.current(campaign)
    assert (text.version, set(text.text)) == (1, {"en", "az"})
    assert "30 days" in text.text["en"]


def test_registering_keeps_what_was_agreed_to(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    write(event.edition.campaign, 2, {"en": "I agree.", "az": "Razıyam."}, now)
    registration = make.registration(event, language="az")
    given = db.session.scalars(select(Consent)).one()
    assert (given.registration_id, given.consent_text.version, given.language) == (registration.id, 2, "az")
    assert given.text_hash == hashlib.sha256("Razıyam.".encode()).hexdigest()
    assert (given.given_at, given.withdrawn_at) == (now, None)


def test_the_language_is_the_one_in_which_the_words_were_read(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    write(event.edition.campaign, 2, {"en": "I agree.", "az": "Razıyam."}, now)
    make.registration(event, language="az", read_in="en")  # read in English, mails wanted in Azerbaijani
    make.registration(event, "ali@example.org", language="az", read_in="ru")  # which has no Russian words
    digest = hashlib.sha256(b"I agree.").hexdigest()
    assert [(one.language, one.text_hash) for one in db.session.scalars(select(Consent).order_by(Consent.id))] == [
        ("en", digest),
        ("en", digest),
    ]


def test_an_older_version_stays_with_those_who_agreed_to_it(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    first = make.registration(event)
    write(event.edition.campaign, 2, {"en": "New words."}, now)
    second = make.registration(event, "ali@example.org")
    assert [one.consents[0].consent_text.version for one in (first, second)] == [1, 2]
