"""The public form for proposing: to whom it is open, what keeps robots and accidents out, the link in the mail."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.db import db, unit_of_work
from campaign.domain.event import Status as EventStatus
from campaign.domain.proposal import Status
from campaign.mail import compose
from campaign.models import Edition, Event, Host, Message, Proposal
from campaign.services import attack_mode, hosts
from tests.page import Client, Page
from tests.web.conftest import STARTS, Soon

SENT = {
    "name_en": "Reading in Berlin",
    "city": "Berlin",
    "country": "",
    "zone": "",
    "starts": f"{STARTS:%Y-%m-%dT%H:%M}",
    "ends": f"{STARTS + timedelta(hours=2):%Y-%m-%dT%H:%M}",
    "host_name": "Hanna",
    "email": "hanna@example.org",
    "keeps_rules": "y",
    "takes_registrations": "y",
    "submission": "0b7f3c4e-5d7e-4a53-9d6e-0a4a7f1a2b3c",
}
FORM = "/khojaly/host/"
UNKNOWN_CITY = "We don't know this city. Choose its country and time zone below, and it is fine."


@pytest.fixture
def edition(app: Flask, soon: Soon) -> Edition:
    """Return an edition ahead, of a campaign that takes proposals."""
    edition = soon.edition()
    with unit_of_work():
        edition.campaign.takes_proposals = True
        edition.campaign.host_rules = {"en": "Be **kind**.", "az": "Mehriban olun."}
    return edition


def _count(table: type[Event] | type[Host] | type[Proposal] | type[Message]) -> int:
    db.session.rollback()
    return db.session.scalars(select(func.count()).select_from(table)).one()


def _only() -> Proposal:
    db.session.rollback()
    return db.session.scalars(select(Proposal)).one()


def test_propose_and_confirm(edition: Edition, client: Client) -> None:
    page = client.get(FORM)
    assert page.value_of("starts") == f"{STARTS.date()}T18:00"
    assert "<strong>kind</strong>" in page.text
    assert client.follow(client.post(FORM, SENT)).heading == "Look in your mail"
    proposal = _only()
    assert (proposal.status, proposal.event.status) == (Status.UNVERIFIED, EventStatus.PROPOSED)
    assert (proposal.country, proposal.event.zone, proposal.language) == ("DE", "Europe/Berlin", "en")
    mail = compose.compose(db.session.scalars(select(Message)).one())
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # it has one
    assert "Reading" not in f"{mail['Subject']} {text}"  # What a stranger typed goes to nobody by our mail.
    found = re.search(r"http://[^/]+(/h/\S+/confirm/\S+)", text)
    assert found
    before = client.get(found[1])
    assert "Reading in Berlin" in before.text
    assert _only().status is Status.UNVERIFIED
    assert client.post(found[1]).status == 303
    assert _only().status is Status.WAITING
    assert client.post(found[1]).status == 303
    assert "confirmed this already" in client.get(found[1]).text


def test_the_form_in_the_readers_language(edition: Edition, client: Client) -> None:
    page = client.get(f"{FORM}?hl=az")
    assert "Mehriban olun." in page.text
    fields = [one.get("name") for one in page.all("input") if (one.get("name") or "").startswith("name_")]
    assert fields == ["name_az", "name_en"]
    sent = {**SENT, "name_az": "Berlində oxunuş"}
    del sent["name_en"]
    assert client.post(FORM, sent).status == 303
    assert (_only().language, _only().event.name) == ("az", {"az": "Berlində oxunuş"})


def test_the_answer_is_the_same_whether_the_address_is_known(edition: Edition, soon: Soon, client: Client) -> None:
    with unit_of_work():
        host = hosts.find_or_add(edition.campaign, email=SENT["email"], name="Hanna", language="en", now=soon.now)
        hosts.verify(host, now=soon.now)
        hosts.trust(host, is_trusted=True, actor=None, now=soon.now)
    known = client.post(FORM, SENT)
    unknown = client.post(
        FORM, {**SENT, "email": "new@example.org", "submission": "x", "name_en": "Other", "is_another": "y"}
    )
    assert (known.status, known.location) == (unknown.status, unknown.location) == (303, "/khojaly/host/sent")
    db.session.rollback()
    assert {one.status for one in db.session.scalars(select(Proposal))} == {Status.UNVERIFIED}
    assert _count(Message) == 2


def test_two_clicks_are_one_proposal(edition: Edition, client: Client) -> None:
    assert [client.post(FORM, SENT).status for _click in range(2)] == [303, 303]
    assert (_count(Proposal), _count(Event), _count(Message)) == (1, 1, 1)


def test_disown_what_somebody_else_sent(edition: Edition, client: Client) -> None:
    client.post(FORM, SENT)
    token = _only().host.token
    page = client.post(f"/h/{token}/disown/{edition.year}/reading-in-berlin/")
    assert page.status == 303
    assert (_count(Proposal), _count(Event), _count(Host)) == (0, 0, 0)


def test_an_honest_looking_robot_stores_nothing(edition: Edition, client: Client) -> None:
    assert client.post(FORM, {**SENT, "website": "https://spam.example"}).status == 303
    assert _count(Proposal) == 0


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"name_en": "\u0301" * 300}, "name_en", "Please fill this in."),
        ({"name_en": "x" * 161}, "name_en", "That is too long: at most 160 characters."),
        ({"keeps_rules": ""}, "keeps_rules", "Please fill this in."),
        ({"email": "hanna"}, "email", "Write a mail address such as name@example.org."),
        ({"host_name": "win at www.example.com"}, "host_name", "Write a name without a web or mail address."),
        (
            {"city": "Nowherethatexists"},
            "city",
            UNKNOWN_CITY,
        ),
        ({"ends": f"{STARTS - timedelta(hours=2):%Y-%m-%dT%H:%M}"}, "ends", "The end must be later than the start."),
        ({"online_url": "javascript:alert(1)"}, "online_url", "The address must start with https:// or http://."),
        ({"capacity": "0"}, "capacity", "Write a whole number from 1 to 100000."),
    ],
)
def test_bad_input_gets_a_sentence_and_stores_nothing(
    edition: Edition, client: Client, changes: dict[str, str], field: str, sentence: str
) -> None:
    page = client.post(FORM, {**SENT, **changes})
    assert page.status in (409, 422)
    assert page.error_of(field) == sentence
    assert page.value_of("host_name") in (SENT["host_name"], changes.get("host_name"))
    assert (_count(Proposal), _count(Event), _count(Host)) == (0, 0, 0)


def test_marks_beyond_reason_are_left_out(edition: Edition, client: Client) -> None:
    assert client.post(FORM, {**SENT, "name_en": "Re" + "\u0301" * 300 + "ading"}).status == 303
    assert len(_only().event.name["en"]) < 16


def test_near_duplicate_is_said_before_it_is_sent(edition: Edition, soon: Soon, client: Client) -> None:
    soon.event(edition, name={"en": "Evening reading in Berlin"})
    soon.event(edition, name={"en": "Reading of a draft in Berlin"}, is_published=False)
    page = client.post(FORM, SENT)
    assert page.status == 422
    assert "There is already an event in Berlin at that time:" in page.text
    assert "Evening reading in Berlin" in page.text
    assert "Reading of a draft" not in page.text  # What isn't public is nobody's business.
    assert _count(Proposal) == 0
    assert client.post(FORM, {**SENT, "is_another": "y"}).status == 303
    assert _count(Proposal) == 1


def _closed(client: Client, words: str) -> None:
    page = client.get(FORM)
    assert words in page.text
    assert client.post(FORM, SENT).status == 409
    assert _count(Proposal) == 0


def test_closed_unless_the_campaign_takes_proposals(edition: Edition, client: Client) -> None:
    with unit_of_work():
        edition.campaign.takes_proposals = False
    _closed(client, "This campaign takes no proposals at the moment.")


def test_closed_while_the_campaign_is_attacked(edition: Edition, soon: Soon, client: Client) -> None:
    with unit_of_work():
        attack_mode.begin(edition.campaign, actor=None, now=soon.now)
    _closed(client, "Proposals rest for a short while.")


def test_closed_before_and_after_the_window(edition: Edition, client: Client) -> None:
    today = datetime.now(UTC).date()
    with unit_of_work():
        edition.proposals_from = today + timedelta(days=2)
    _closed(client, "can be proposed from this day on:")
    with unit_of_work():
        edition.proposals_from, edition.proposals_until = None, today - timedelta(days=1)
    _closed(client, "is over.")


def test_filled_in_from_another_campaigns_event(edition: Edition, soon: Soon, client: Client) -> None:
    other = soon.event(soon.edition(soon.campaign("earth-hour")), name={"en": "Lights out"}, venue_is_public=False)
    where = f"{client.app.config['SETTINGS'].public_url}/earth-hour/{edition.year}/{other.slug}/"
    page = client.get(FORM, query_string={"from": where})
    assert (page.value_of("name_en"), page.value_of("city"), page.value_of("venue")) == ("Lights out", "Berlin", "")
    assert page.value_of("url") == where
    ticked = page.by_id("takes_registrations")
    assert ticked is not None
    assert ticked.get("checked") is None
    draft = soon.event(other.edition, name={"en": "Secret"}, is_published=False)
    assert "Secret" not in client.get(FORM, query_string={"from": where.replace(other.slug, draft.slug)}).text
    elsewhere = client.get(FORM, query_string={"from": "https://other.example/evening"})
    assert elsewhere.value_of("url") == "https://other.example/evening"
    assert client.get(FORM, query_string={"from": "javascript:alert(1)"}).value_of("url") == ""


def test_a_network_and_a_robots_pace(edition: Edition, client: Client) -> None:
    away = {"REMOTE_ADDR": "203.0.113.9"}
    refused = client.post(FORM, SENT, environ_base=away)
    assert (refused.status, "open for very long" in refused.text) == (422, True)
    shown = _shown(client.get(FORM, environ_base=away))
    quick = client.post(FORM, {**SENT, "shown": shown}, environ_base=away)
    assert (quick.status, "That was very quick" in quick.text) == (422, True)
    assert _count(Proposal) == 0


def _shown(page: Page) -> str:
    return next(one.get("value") or "" for one in page.all("input") if one.get("name") == "shown")
