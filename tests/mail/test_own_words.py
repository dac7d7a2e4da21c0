"""What organizers write into mails, mails that can be stopped, and subjects that give nothing away."""

import re
from datetime import datetime
from email.message import EmailMessage

import html5lib
import pytest
from flask import Flask

from campaign.db import unit_of_work
from campaign.domain.letter import Audience
from campaign.i18n import LANGUAGES
from campaign.models import Event, Registration
from campaign.services import letters, mail_texts, messages
from campaign.services.mail_texts import Words
from tests.mail.test_compose import NAME, composed, confirm, text
from tests.make import Maker


@pytest.fixture
def event(app: Flask, make: Maker) -> Event:
    return make.event()


def unasked(event: Event, registration: Registration, now: datetime) -> list[EmailMessage]:
    """Return a reminder, thanks and a letter, as they are read."""
    with unit_of_work():
        for kind in ("reminder", "thank-you"):
            messages.write(kind, registration, key=kind, now=now, day="2027-02-26")
        draft = letters.Draft(Audience.ALL, {"en": Words("News of {event}", "Dear {name},\n\n<b>see</b> {link}")})
        letter = letters.write(event.edition, draft, event=event, country=None, actor=None, now=now)
        letters.send(letter, actor=None, now=now)
        letters.queue_due(now=now)
    return [composed(kind) for kind in ("reminder", "thank-you", "letter")]


def test_what_nobody_asked_for_can_be_stopped_by_one_click(
    app: Flask, event: Event, make: Maker, now: datetime
) -> None:
    registration = make.registration(event, name=NAME)
    confirm(registration, now)
    stop = f"{app.config['SETTINGS'].public_url}/r/{registration.token}/unsubscribe/"
    for mail in unasked(event, registration, now):
        assert mail["List-Unsubscribe"].startswith(f"<{stop}")
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail["List-Unsubscribe"].strip("<>") in text(mail)
        assert "Unmistakable" not in str(mail.items())
    assert "List-Unsubscribe" not in composed("confirmed")


def test_a_reminder_asks_whether_one_still_comes(app: Flask, event: Event, make: Maker, now: datetime) -> None:
    registration = make.registration(event)
    confirm(registration, now)
    reminder = unasked(event, registration, now)[0]
    assert reminder["Subject"] == "Still coming? Evening in Berlin"
    for kind in ("plain", "html"):
        assert "Are you still coming?" in text(reminder, kind)
        assert f"/r/{registration.token}/" in text(reminder, kind)


def test_a_letter_is_text_in_which_only_ones_own_page_is_a_link(
    app: Flask, event: Event, make: Maker, now: datetime
) -> None:
    registration = make.registration(event, name=NAME)
    confirm(registration, now)
    letter = unasked(event, registration, now)[2]
    page = f"{app.config['SETTINGS'].public_url}/r/{registration.token}/"
    assert letter["Subject"] == "News of Evening in Berlin"
    assert f"Dear {NAME}," in text(letter) and f"<b>see</b> {page}" in text(letter)
    html = text(letter, "html")
    assert f'&lt;b&gt;see&lt;/b&gt; <a href="{page}"' in html


def own_words(event: Event, now: datetime, **texts: Words) -> None:
    with unit_of_work():
        mail_texts.save(event.edition.campaign, "confirm-address", texts, actor=None, now=now)


def test_a_campaigns_own_words_stand_before_the_standard_ones(
    app: Flask, event: Event, make: Maker, now: datetime
) -> None:
    own_words(event, now, en=Words("Welcome to {event} on {day}", "Hello {name},\nbring <warm> clothes to {place}."))
    make.registration(event, name=NAME)
    mail = composed("confirm-address")
    assert mail["Subject"] == "Welcome to Evening in Berlin on Friday, 26 February 2027"
    said = text(mail)
    assert f"Hello {NAME}," in said
    assert said.index("bring <warm> clothes to Community hall") < said.index("A place is held for you")
    assert "bring &lt;warm&gt; clothes" in text(mail, "html")


def test_own_words_of_the_main_language_reach_other_readers_under_a_subject_they_read(
    app: Flask, event: Event, make: Maker, now: datetime
) -> None:
    own_words(event, now, en=Words("Welcome", "Bring your passport."))
    make.registration(event, language="az")
    mail = composed("confirm-address")
    assert mail["Subject"] != "Welcome"
    assert '<p lang="en" dir="ltr"' in text(mail, "html")
    assert "Bring your passport." in text(mail)


def test_a_hidden_venue_is_not_told_by_a_placeholder(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event(venue_is_public=False)
    own_words(event, now, en=Words("", "Come to {place}."))
    make.registration(event)
    assert "Come to Berlin, Germany." in text(composed("confirm-address"))


def test_a_discreet_campaign_names_nothing_where_others_may_look(
    app: Flask, event: Event, make: Maker, now: datetime
) -> None:
    own_words(event, now, en=Words("Welcome to {event}", ""))
    with unit_of_work():
        event.edition.campaign.has_discreet_subjects = True
    registration = make.registration(event, name=NAME)
    first = composed("confirm-address")
    confirm(registration, now)
    for mail in (first, composed("confirmed"), *unasked(event, registration, now)):
        assert mail["Subject"] == "About your registration"
        assert mail["From"] == "campaign@127.0.0.1"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_nobody_asked_for_is_sound_in_every_language(
    app: Flask, event: Event, make: Maker, now: datetime, language: str
) -> None:
    registration = make.registration(event, name=NAME, language=language)
    confirm(registration, now)
    for mail in unasked(event, registration, now):
        html = text(mail, "html")
        parser = html5lib.HTMLParser()
        parser.parse(html)
        assert not parser.errors
        assert "%(" not in html + text(mail) + mail["Subject"]
        base = app.config["SETTINGS"].public_url
        assert all(link.startswith(base) for link in re.findall(r'href="([^"]*)"', html))
