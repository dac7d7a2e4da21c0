"""Texts for translators and back: keys, gaps, what is stale, and the whole way through a PO file."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from campaign import po
from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.phrase import Phrase
from campaign.domain.question import Kind
from campaign.models import Audit, Campaign, QuestionTemplate
from campaign.services import campaigns, mail_texts, phrases, wordings
from campaign.services.mail_texts import Words
from campaign.services.phrases import Action
from tests.make import Maker

STORY = 'Line one, "quoted"\n\n\tBack\\slash \\n is no line end.\nÜmlaut, ə, 日本'


@pytest.fixture
def campaign(app_on_both: Flask, make: Maker) -> Campaign:
    """Return a campaign in three languages, with words of its own and a kept question."""
    found = make.campaign(languages=["en", "az", "ar"], story={"en": STORY})
    template = QuestionTemplate(
        campaign_id=found.id,
        kind=Kind.ONE_CHOICE,
        label={"en": "Which way?"},
        options=[{"en": "By train"}, {"en": "On foot"}],
    )
    with unit_of_work():
        db.session.add(template)
        words = {"en": Words("About {event}", "Dear {name},\n\n{day}.")}
        mail_texts.save(found, "confirmed", words, actor=None, now=make.now)
        title = {"en": "{ordinal} evening in {city}", "az": "{city}, {year}"}
        wordings.write(found, {"campaign.event_title": title}, actor=None, now=make.now)
    return found


def translated(campaign: Campaign, language: str = "az", **translations: str) -> list[Phrase]:
    """Return what is to be translated, with translations put in by key, its points as underscores."""
    wanted = {key.replace("__", "."): text for key, text in translations.items()}
    found = phrases.to_translate(campaign, language)
    return [replace(one, translation=wanted.get(one.key, one.translation)) for one in found]


def accept(campaign: Campaign, language: str, found: list[Phrase], now: datetime) -> int:
    digest = phrases.plan(campaign, language, found).digest()
    with unit_of_work():
        return phrases.accept(campaign, language, found, digest=digest, actor=None, now=now)


def line(campaign: Campaign, phrase: Phrase) -> phrases.Line:
    [found] = phrases.plan(campaign, "az", [phrase]).lines
    return found


def test_every_text_has_a_lasting_key(campaign: Campaign) -> None:
    number = db.session.scalars(select(QuestionTemplate.id)).one()
    assert [one.key for one in phrases.to_translate(campaign, "az")] == [
        "campaign.name",
        "campaign.summary",
        "campaign.story",
        "campaign.event_title",
        "mail.confirmed.subject",
        "mail.confirmed.body",
        f"question.{number}.label",
        f"question.{number}.option.1",
        f"question.{number}.option.2",
    ]


def test_there_and_back_through_a_file(campaign: Campaign, now: datetime) -> None:
    number = db.session.scalars(select(QuestionTemplate.id)).one()
    arabic = {
        "campaign.story": 'السطر الأول "مقتبس"\n\n\\n ليس نهاية سطر',
        "mail.confirmed.body": "عزيزي {name}،\n\n{day}.",
        f"question.{number}.option.2": "سيرًا على الأقدام",
    }
    sent = [replace(one, translation=arabic.get(one.key, "")) for one in phrases.to_translate(campaign, "ar")]
    content = po.write(sent, language="ar", project="Khojaly", at=now)
    language, back = po.read(content)
    assert (language, back) == ("ar", sent)
    assert accept(campaign, "ar", back, now) == 3
    db.session.expire_all()
    assert campaign.story["ar"] == arabic["campaign.story"]
    assert mail_texts.of_kind(campaign, "confirmed")["ar"].body == arabic["mail.confirmed.body"]
    template = db.session.scalars(select(QuestionTemplate)).one()
    assert template.options == [{"en": "By train"}, {"en": "On foot", "ar": "سيرًا على الأقدام"}]
    again = phrases.plan(campaign, "ar", back)
    assert (again.to_do, again.count(Action.UNCHANGED)) == (0, 3)
    facts = db.session.scalars(
        select(Audit.facts).where(Audit.action == "edit-texts").order_by(Audit.id.desc())
    ).first()
    assert facts == {"keys": sorted(arabic), "language": "ar"}


def test_a_plan_says_what_is_new_changed_and_unchanged(campaign: Campaign) -> None:
    found = translated(campaign, campaign__summary="Xülasə", campaign__event_title="{ordinal} {city}")
    plan = phrases.plan(campaign, "az", found)
    assert {one.phrase.key: one.action for one in plan.lines if one.action is not Action.EMPTY} == {
        "campaign.name": Action.UNCHANGED,
        "campaign.summary": Action.NEW,
        "campaign.event_title": Action.CHANGED,
    }


@pytest.mark.parametrize(
    ("phrase", "code"),
    [
        (Phrase("campaign.summary", "Another source", "x"), "phrase-stale"),
        (Phrase("campaign.slug", "khojaly", "x"), "phrase-unknown"),
        (Phrase("campaign.safety_note", "", "x"), "phrase-unknown"),
        (Phrase("question.999.label", "Which way?", "x"), "phrase-unknown"),
        (Phrase("campaign.summary", "A day of remembrance.", "x", is_unsure=True), "phrase-unsure"),
        (Phrase("campaign.summary", "A day of remembrance.", "x" * 401), "text-too-long"),
        (Phrase("campaign.event_title", "{ordinal} evening in {city}", "{ordinal} axşam"), "placeholders-differ"),
        (
            Phrase("campaign.event_title", "{ordinal} evening in {city}", "{ordinal} {city} {link}"),
            "placeholder-unknown",
        ),
        (Phrase("mail.confirmed.subject", "About {event}", "{name} {event}"), "placeholder-not-in-subject"),
    ],
)
def test_what_cant_be_stored_is_refused_with_its_reason(campaign: Campaign, phrase: Phrase, code: str) -> None:
    found = line(campaign, phrase)
    assert found.action is Action.REFUSED
    assert found.reason is not None
    assert found.reason.code == code


def test_a_key_twice_is_refused_both_times(campaign: Campaign) -> None:
    one = Phrase("campaign.summary", "A day of remembrance.", "x")
    plan = phrases.plan(campaign, "az", [one, replace(one, translation="y")])
    assert [line.reason.code for line in plan.lines if line.reason] == ["phrase-twice"] * 2


def test_braces_in_prose_are_nothing_but_braces(campaign: Campaign) -> None:
    phrase = Phrase("campaign.summary", "A day of remembrance.", "{anything}")
    assert line(campaign, phrase).action is Action.NEW


def test_bad_characters_are_taken_out(campaign: Campaign) -> None:
    phrase = Phrase("campaign.summary", "A day of remembrance.", "a\u202eb\x00c" + "\u0301" * 300)
    assert line(campaign, phrase).after == "abć" + "\u0301" * 5


def test_what_changed_between_looking_and_accepting_is_looked_at_again(campaign: Campaign, now: datetime) -> None:
    found = translated(campaign, campaign__summary="Xülasə")
    digest = phrases.plan(campaign, "az", found).digest()
    with unit_of_work():
        wordings.write(campaign, {"campaign.summary": {"az": "Başqa"}}, actor=None, now=now)
    with pytest.raises(Refused, match="plan-changed"), unit_of_work():
        phrases.accept(campaign, "az", found, digest=digest, actor=None, now=now)
    assert campaign.summary["az"] == "Başqa"


def test_only_the_campaigns_other_languages_are_translated(campaign: Campaign) -> None:
    for language in ("en", "de", "xx"):
        with pytest.raises(Refused, match="language-not-translated"):
            phrases.plan(campaign, language, [])


def test_options_that_would_read_alike_are_refused(campaign: Campaign, now: datetime) -> None:
    number = db.session.scalars(select(QuestionTemplate.id)).one()
    texts = {f"question.{number}.option.{option}": {"az": "Eyni"} for option in (1, 2)}
    with pytest.raises(Refused, match="option-twice"), unit_of_work():
        wordings.write(campaign, texts, actor=None, now=now)
    db.session.expire_all()
    assert "az" not in db.session.scalars(select(QuestionTemplate)).one().options[0]


def test_the_name_in_the_main_language_stays(campaign: Campaign, now: datetime) -> None:
    with pytest.raises(Refused, match="language-missing"), unit_of_work():
        wordings.write(campaign, {"campaign.name": {"en": ""}}, actor=None, now=now)


def test_a_translated_summary_moves_the_head_of_calendars(campaign: Campaign) -> None:
    later = datetime(2027, 1, 1, tzinfo=UTC)
    revision = campaign.revision
    accept(campaign, "az", translated(campaign, campaign__summary="Xülasə"), later)
    assert campaign.head_changed_at == later
    assert campaign.revision == revision + 1
    assert campaigns.shown(campaign).words == ({}, {})
