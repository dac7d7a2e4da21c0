"""The words that registrants agree to: changed by a new version, never behind anybody's back."""

from flask import Flask
from sqlalchemy import func, select

from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.permission import Role
from campaign.models import Audit, Campaign, Consent, ConsentText
from campaign.services import consents
from campaign.web import errors
from tests.page import Client, Page
from tests.web.conftest import YEAR, Soon

PAGE = "/manage/khojaly/consents/"
RENA = {"name": "Rena", "email": "rena@example.org", "party_size": "1", "language": "en", "consent": "y"}


def signed_in(client: Client, soon: Soon, role: Role = Role.OWNER) -> Campaign:
    """Return a campaign whose member has come in."""
    campaign = soon.campaign()
    client.sign_in(soon.member(campaign, role))
    return campaign


def test_the_next_version_is_asked_for_and_the_first_stays(app: Flask, client: Client, soon: Soon) -> None:
    campaign = signed_in(client, soon)
    event = soon.event(soon.edition(campaign))
    soon.registration(event)
    assert "I agree that" in str(client.get(PAGE).value_of("text_en"))
    page = client.follow(client.post(PAGE, {"text_en": "I agree.", "text_az": "Razıyam."}))
    assert "From now on people agree to version 2." in page.text
    soon.registration(event, "ali@example.org")
    versions = db.session.scalars(select(ConsentText).order_by(ConsentText.version)).all()
    assert [(one.version, one.text["en"][:8]) for one in versions] == [(1, "I agree "), (2, "I agree.")]
    given = db.session.scalars(select(Consent).order_by(Consent.id)).all()
    assert [one.consent_text.version for one in given] == [1, 2]
    line = db.session.scalars(select(Audit).where(Audit.action == "consent")).one()
    assert (line.facts, line.actor is not None) == ({"version": 2}, True)
    assert "I agree." in client.get(f"/khojaly/{YEAR}/{event.slug}/register").text


def test_the_same_words_are_no_new_version(app: Flask, client: Client, soon: Soon) -> None:
    campaign = signed_in(client, soon)
    text = {f"text_{code}": words for code, words in consents.current(campaign).text.items()}
    assert "the same as before" in client.follow(client.post(PAGE, text)).text
    assert consents.current(campaign).version == 1


def test_the_main_language_is_needed(app: Flask, client: Client, soon: Soon) -> None:
    campaign = signed_in(client, soon)
    page = client.post(PAGE, {"text_en": "", "text_az": "Razıyam."})
    assert page.status == 422
    assert "main language" in page.error_of("text_en")
    assert page.value_of("text_az") == "Razıyam."
    assert client.post(PAGE, {"text_en": "x" * 2001}).status == 422
    assert consents.current(campaign).version == 1


def test_a_coordinator_has_no_say_in_it(app: Flask, client: Client, soon: Soon) -> None:
    signed_in(client, soon, Role.COORDINATOR)
    assert client.get(PAGE).status == client.post(PAGE, {"text_en": "I agree."}).status == 403
    assert "consents" not in client.get("/manage/khojaly/").text


def test_the_owner_sees_and_sets_when_names_go(app: Flask, client: Client, soon: Soon) -> None:
    campaign = signed_in(client, soon)
    event = soon.event(soon.edition(campaign))
    assert "None has gone so far." in client.get("/manage/khojaly/").text
    soon.registration(event)
    assert "The next go on" in client.get("/manage/khojaly/").text
    form = client.get("/manage/khojaly/edit/")
    assert form.value_of("kept_days") == "30"
    filled = {
        "slug": "khojaly",
        "name_en": "Justice for Khojaly",
        "languages": ["en", "az"],
        "default_language": "en",
        "colour": "#1f4e79",
        "kind": "fixed",
        "month": "2",
        "day": "26",
        "since": "1992",
    }
    refused = client.post("/manage/khojaly/edit/", {**filled, "kept_days": "366"})
    assert (refused.status, refused.error_of("kept_days")) == (422, "Write a whole number from 1 to 365.")
    assert client.post("/manage/khojaly/edit/", {**filled, "kept_days": "14"}).status == 303
    db.session.rollback()
    assert (campaign.kept_days, consents.current(campaign).version) == (14, 2)
    assert "14 days after their event" in client.get("/manage/khojaly/").text
    assert "14 days" in str(client.get(PAGE).value_of("text_en"))


def hidden(page: Page, name: str) -> str:
    """Return what a form carries hidden."""
    return next(str(one.get("value")) for one in page.all("input") if one.get("name") == name)


def test_nobody_agrees_to_words_that_they_were_not_shown(app: Flask, client: Client, soon: Soon) -> None:
    event = soon.event()
    campaign, form = event.edition.campaign, f"/khojaly/{YEAR}/{event.slug}/register"
    soon.registration(event, "known@example.org")
    shown = hidden(client.get(form), "agreed_to")
    with unit_of_work():
        consents.write_next(campaign, {"en": "I agree to more."}, actor=None, now=soon.now)
    for email in ("rena@example.org", "known@example.org"):
        page = client.post(form, {**RENA, "email": email, "agreed_to": shown})
        assert (page.status, page.error_of("consent")) == (409, errors.sentence(Refused("consent-changed")))
        assert "I agree to more." in page.text
        box = page.by_id("consent")
        assert box is not None
        assert box.get("checked") is None
    assert db.session.scalars(select(func.count()).select_from(Consent)).one() == 1
    assert client.post(form, {**RENA, "agreed_to": hidden(page, "agreed_to")}).status == 303
    newest = db.session.scalars(select(Consent).order_by(Consent.id.desc())).first()
    assert newest is not None
    assert (newest.consent_text.version, newest.text_hash) == (2, consents.fingerprint("I agree to more."))


def test_the_language_of_a_consent_is_that_of_the_words_on_the_page(app: Flask, client: Client, soon: Soon) -> None:
    event = soon.event()
    form = f"/khojaly/{YEAR}/{event.slug}/register"
    with unit_of_work():
        words = {"en": "I agree.", "az": "Razıyam."}
        consents.write_next(event.edition.campaign, words, actor=None, now=soon.now)
    shown = hidden(client.get(f"{form}?hl=az"), "agreed_to")
    client.get("/?hl=en")  # in another tab
    assert client.post(form, {**RENA, "agreed_to": shown}).status == 303
    given = db.session.scalars(select(Consent)).one()
    assert (given.language, given.text_hash) == ("az", shown)
