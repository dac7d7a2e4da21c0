"""A campaign's texts for its organizers: what is missing where, words for all events, and PO files."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask

from campaign import po
from campaign.db import db, unit_of_work
from campaign.domain.permission import Role
from campaign.domain.phrase import BYTE_LIMIT
from campaign.models import Campaign
from campaign.services import phrases, wordings
from tests.page import Client, Page, words
from tests.web.conftest import YEAR, Soon

TEXTS = "/manage/khojaly/texts/"


@pytest.fixture
def campaign(app: Flask, soon: Soon) -> Campaign:
    return soon.campaign()


@pytest.fixture
def editor(client: Client, campaign: Campaign, soon: Soon) -> Client:
    client.sign_in(soon.member(campaign, Role.EDITOR))
    return client


def send(client: Client, content: bytes, language: str = "az") -> Page:
    data = {"language": language, "file": (io.BytesIO(content), "texts.po")}
    return client.post(f"{TEXTS}import/", data, content_type="multipart/form-data")


def hidden(page: Page) -> dict[str, str]:
    """Return what the preview's form sends back."""
    form = next(one for one in page.all("form") if str(one.get("action")).endswith("accept"))
    fields = form.findall(".//{*}input")
    return {str(one.get("name")): one.get("value") or "" for one in fields}


def translated(campaign: Campaign, **by_key: str) -> bytes:
    wanted = {key.replace("__", "."): text for key, text in by_key.items()}
    found = phrases.to_translate(campaign, "az")
    sent = [replace(one, translation=wanted.get(one.key, one.translation)) for one in found]
    return po.write(sent, language="az", project="x", at=datetime.now(UTC))


def test_what_is_missing_is_seen(editor: Client, campaign: Campaign, soon: Soon) -> None:
    edition = soon.edition(campaign)
    soon.event(edition, name={"en": "One", "az": "Bir"}, description={"en": "Described"})
    soon.event(edition, name={"en": "Two"}, description={})
    page = editor.get(TEXTS)
    rows = [words(row) for row in page.all("tr")]
    assert "Title there there" in rows
    assert "Summary there falls back to English" in rows
    assert "Azerbaijani 1 1" in rows
    assert "English 0 0" in rows
    missing = editor.get(f"{TEXTS}missing/az/")
    cells = [words(row) for row in missing.all("tr")]
    assert cells[1:] == [f"One {YEAR} Published Description", f"Two {YEAR} Published Name"]
    assert editor.get(f"{TEXTS}missing/de/").status == 404
    assert editor.get(f"{TEXTS}missing/az/?after=x9²").status == 200
    assert "Nothing is missing" in editor.get(f"{TEXTS}missing/en/").text


def test_words_for_all_events(editor: Client, campaign: Campaign, soon: Soon) -> None:
    event = soon.event(soon.edition(campaign))
    filled = {
        "event_title_en": "{ordinal} evening in {city}",
        "event_description_en": "In **forty** countries.",
        "safety_note_en": "Bring no flags.",
        "event_description_az": "Qırx ölkədə.",
    }
    look = editor.post(f"{TEXTS}events/", filled | {"look": "1"})
    assert "evening in Tbilisi" in look.text
    db.session.rollback()
    assert campaign.event_title == {}
    assert editor.post(f"{TEXTS}events/", filled).status == 303
    page = editor.get(f"/khojaly/{YEAR}/{event.slug}/")
    text = words(page.all("main")[0])
    assert text.index("In forty countries.") < text.index("Bring no flags.") < text.index("Music and readings.")
    assert "Qırx ölkədə." in editor.get(f"/khojaly/{YEAR}/{event.slug}/?hl=az").text
    assert "Bring no flags." in editor.get("/feeds/khojaly.ics").text
    assert editor.get(f"{TEXTS}events/").value_of("event_title_en") == filled["event_title_en"]
    assert editor.post(f"{TEXTS}events/", {}).status == 303
    db.session.rollback()
    assert (campaign.event_title, campaign.event_description) == ({}, {})


def test_a_gap_that_nothing_fills_is_refused(editor: Client, campaign: Campaign) -> None:
    page = editor.post(f"{TEXTS}events/", {"event_title_en": "{name} in {city}"})
    assert page.status == 422
    assert "Nothing takes the place of {name}" in page.error_of("event_title_en")


def test_a_new_event_needs_no_name_where_there_is_a_pattern(editor: Client, campaign: Campaign, soon: Soon) -> None:
    soon.edition(campaign)
    new = f"/manage/khojaly/{YEAR}/events/new/"
    berlin = {"city": "Berlin", "country": "", "zone": ""}
    assert editor.post(new, berlin).error_of("name_en") == "Please fill this in."
    with unit_of_work():
        wordings.write(campaign, {"campaign.event_title": {"en": "{year} in {city}"}}, actor=None, now=soon.now)
    answer = editor.post(new, berlin)
    assert f"{YEAR} in Berlin" in editor.follow(answer).text


def test_out_to_translators_and_back(editor: Client, campaign: Campaign) -> None:
    answer = editor.get(f"{TEXTS}az.po")
    assert answer.response.headers["Content-Disposition"] == 'attachment; filename="khojaly-az.po"'
    assert 'msgctxt "campaign.summary"' in answer.text
    sent = translated(campaign, campaign__summary='Anım "günü"\nəziz')
    preview = send(editor, sent)
    assert preview.status == 200
    assert "New" in preview.text
    db.session.rollback()
    assert "az" not in campaign.summary
    stored = editor.post(f"{TEXTS}import/accept", hidden(preview))
    assert "1 text is stored." in editor.follow(stored).text
    db.session.rollback()
    assert campaign.summary["az"] == 'Anım "günü"\nəziz'
    assert "nothing to store" in send(editor, sent).text


def test_what_changed_meanwhile_is_shown_anew(editor: Client, campaign: Campaign, soon: Soon) -> None:
    preview = hidden(send(editor, translated(campaign, campaign__summary="Xülasə")))
    with unit_of_work():
        wordings.write(campaign, {"campaign.summary": {"en": "Another."}}, actor=None, now=soon.now)
    again = editor.post(f"{TEXTS}import/accept", preview)
    assert again.status == 409
    assert "Something has changed meanwhile" in again.text
    assert "is another by now" in again.text
    db.session.rollback()
    assert "az" not in campaign.summary


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "There are no texts in this file."),
        (b"\xff\xfe\x00", "This file can&#39;t be read."),
        (b'msgid "a', "This file can&#39;t be read."),
        (b"x" * (BYTE_LIMIT + 1), "This file is too large"),
        (b'msgid ""\nmsgstr "Language: de\\n"\n\nmsgid "a"\nmsgstr "b"\n', "it holds another language: German"),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence(
    editor: Client, campaign: Campaign, content: bytes, sentence: str
) -> None:
    page = send(editor, content)
    assert page.status == 422
    assert sentence in page.text


def test_lies_in_a_file_are_told_and_left(editor: Client, campaign: Campaign) -> None:
    lies = (
        'msgctxt "campaign.summary"\nmsgid "I say so"\nmsgstr "x"\n\n'
        'msgctxt "campaign.contact"\nmsgid "a"\nmsgstr "<script>x</script>"\n\n'
        'msgid "no key"\nmsgstr "y"\n'
    )
    page = send(editor, lies.encode())
    assert page.status == 200
    assert page.text.count("The campaign has no such text any more.") == 2
    assert "is another by now" in page.text
    assert "nothing to store" in page.text


def test_only_languages_of_the_campaign(editor: Client, campaign: Campaign) -> None:
    assert editor.get(f"{TEXTS}de.po").status == 409
    assert editor.get(f"{TEXTS}en.po").status == 409
    assert send(editor, translated(campaign), language="de").status == 422


def test_a_forged_acceptance_stores_nothing(editor: Client, campaign: Campaign) -> None:
    sent = translated(campaign, campaign__summary="Xülasə").decode()
    data = {"language": "az", "content": sent, "digest": "made-up"}
    assert editor.post(f"{TEXTS}import/accept", data).status == 409
    assert editor.post(f"{TEXTS}import/accept", {"language": "az"}).status == 422
    db.session.rollback()
    assert "az" not in campaign.summary
