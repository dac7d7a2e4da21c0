"""Organizers' pages about mail: own words with a preview, the log without names, sending again."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.message import Status
from campaign.domain.permission import Role
from campaign.models import Audit, Event, MailText, Message
from campaign.services import mail_log, outbox
from tests.page import Client, Page, words
from tests.web.conftest import YEAR, Soon

TEXT = "/manage/khojaly/mail/confirm-address/"
LOG = f"/manage/khojaly/{YEAR}/events/evening-in-berlin/mail/"


def answered(status: int, page: Page) -> Page:
    """Return a page that was answered as expected."""
    assert page.status == status, page.text[:500]
    return page


@pytest.fixture
def event(app: Flask, soon: Soon) -> Event:
    return soon.event()


def message() -> Message:
    db.session.rollback()
    return db.session.scalars(select(Message).order_by(Message.id)).one()


def audited(action: str) -> int:
    return len(db.session.scalars(select(Audit.id).where(Audit.action == action)).all())


class TestWords:
    """What a campaign adds to its mails."""

    def test_write_look_and_save(self, client: Client, event: Event, soon: Soon) -> None:
        client.sign_in(soon.member(event.edition.campaign, Role.EDITOR))
        written = {"subject_en": "Welcome to {event}", "body_en": "Hello {name}, <b>come</b>."}
        looked = answered(200, client.post(TEXT, {**written, "look": "1"}))
        assert "Welcome to Evening in Berlin" in words(looked.all("main")[0])
        assert "Hello Leyla, <b>come</b>." in words(looked.all("pre")[0])
        assert looked.value_of("subject_en") == "Welcome to {event}"
        assert db.session.scalars(select(MailText)).all() == []
        assert answered(303, client.post(TEXT, written)).location == TEXT
        assert client.get(TEXT).value_of("body_en") == "Hello {name}, <b>come</b>."
        assert "English" in words(client.get("/manage/khojaly/mail/").all("main")[0])
        answered(303, client.post(TEXT, {}))
        assert db.session.scalars(select(MailText)).all() == []
        assert audited("edit-mail-text") == 2

    def test_an_unknown_placeholder_has_its_sentence_and_stays(self, client: Client, event: Event, soon: Soon) -> None:
        client.sign_in(soon.member(event.edition.campaign, Role.EDITOR))
        for field, typed in (("body_az", "{name.__class__}"), ("subject_en", "For {name}")):
            page = answered(422, client.post(TEXT, {field: typed}))
            assert typed.removeprefix("For ") in page.error_of(field)
            assert page.value_of(field) == typed
        assert db.session.scalars(select(MailText)).all() == []

    def test_every_kind_can_be_looked_at(self, client: Client, event: Event, soon: Soon) -> None:
        client.sign_in(soon.member(event.edition.campaign, Role.OWNER))
        listing = client.get("/manage/khojaly/mail/")
        links = [
            a.get("href") or "" for a in listing.all("a") if (a.get("href") or "").startswith("/manage/khojaly/mail/")
        ]
        assert len(set(links)) > 12
        for link in set(links):
            client.get(link)
        assert answered(404, client.get("/manage/khojaly/mail/nonsense/"))

    def test_before_the_first_event_there_is_no_preview(self, client: Client, soon: Soon) -> None:
        campaign = soon.campaign()
        client.sign_in(soon.member(campaign, Role.OWNER))
        assert "first event" in words(client.get(TEXT).all("main")[0])


class TestLog:
    """What became of the mails."""

    def test_it_says_what_and_when_but_not_to_whom(self, client: Client, event: Event, soon: Soon) -> None:
        soon.registration(event)
        with unit_of_work():
            outbox.mark_failed(message(), error="550 no", is_final=True, now=soon.now)
        client.sign_in(soon.member(event.edition.campaign, Role.VIEWER))
        for address in (LOG, f"/manage/khojaly/{YEAR}/mail/", f"{LOG}?addresses=1", f"{LOG}?status=failed"):
            page = client.get(address)
            assert "There is no such mail address" in words(page.all("main")[0])
            assert "rena@example.org" not in page.text
            assert "Send again" not in page.text
        assert "No mails" in words(client.get(f"{LOG}?status=sent").all("main")[0])
        assert audited("view-mail-addresses") == 0

    def test_addresses_are_shown_on_request_and_the_look_is_recorded(
        self, client: Client, event: Event, soon: Soon
    ) -> None:
        soon.registration(event)
        client.sign_in(soon.member(event.edition.campaign, Role.EDITOR))
        assert "rena@example.org" not in client.get(LOG).text
        assert audited("view-mail-addresses") == 0
        assert "rena@example.org" in client.get(f"{LOG}?addresses=1").text
        assert audited("view-mail-addresses") == 1

    def test_it_has_pages(self, client: Client, event: Event, soon: Soon, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(mail_log, "PAGE_SIZE", 2)
        for name in "abc":
            soon.registration(event, f"{name}@example.org")
        client.sign_in(soon.member(event.edition.campaign, Role.EDITOR))
        first = client.get(f"{LOG}?addresses=1")
        assert ["c@" in first.text, "b@" in first.text, "a@" in first.text] == [True, True, False]
        (following,) = [a.get("href") for a in first.all("a") if a.get("rel") == "next"]
        assert following is not None
        assert "a@example.org" in client.get(following).text

    def test_sending_again(self, client: Client, event: Event, soon: Soon) -> None:
        soon.registration(event)
        client.sign_in(soon.member(event.edition.campaign, Role.EDITOR))
        number = message().id
        refused = client.follow(answered(303, client.post(f"{LOG}{number}/resend", {})))
        assert "on its way already" in refused.text
        with unit_of_work():
            outbox.mark_failed(message(), error="451 later", is_final=True, now=soon.now)
        answered(303, client.post(f"{LOG}{number}/resend", {}))
        assert message().status is Status.QUEUED
        with unit_of_work():
            outbox.mark_sent(message().id, now=datetime.now(UTC))
        for _ in range(2):
            answered(303, client.post(f"{LOG}{number}/resend", {}))
        db.session.rollback()
        assert len(db.session.scalars(select(Message)).all()) == 2
        assert audited("resend") == 2

    def test_a_mail_of_another_event_is_not_there(self, client: Client, event: Event, soon: Soon) -> None:
        other = soon.event(event.edition, name={"en": "Other"})
        soon.registration(other)
        client.sign_in(soon.member(event.edition.campaign, Role.EDITOR))
        answered(404, client.post(f"{LOG}{message().id}/resend", {}))
        answered(404, client.post(f"{LOG}{10**30}/resend", {}))

    def test_a_coordinator_sees_the_year_only_in_their_countries(
        self, client: Client, event: Event, soon: Soon
    ) -> None:
        soon.registration(event)
        client.sign_in(soon.member(event.edition.campaign, Role.COORDINATOR, countries=["FR"]))
        assert "No mails" in words(client.get(f"/manage/khojaly/{YEAR}/mail/").all("main")[0])
