"""Moves and cancellations reach the calendars of those who have a place: from the service to the mail server."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from flask import Flask
from icalendar import Calendar
from icalendar import Event as Entry
from sqlalchemy import update

from campaign.db import db, unit_of_work
from campaign.domain.message import Status
from campaign.domain.slice import Slice
from campaign.mail import delivery
from campaign.models import Event, Message, Registration
from campaign.services import events, feeds, ledger, registrations
from tests import servers
from tests.make import Maker
from tests.servers import Inbox

HOUR = timedelta(hours=1)
MOVED = datetime(2027, 2, 26, 17, 0)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def environment(environment: dict[str, str], inbox: Inbox) -> Iterator[dict[str, str]]:
    with servers.smtp(inbox) as address:
        yield {**environment, "SMTP_URL": address}


@pytest.fixture
def event(app: Flask, make: Maker) -> Event:
    return make.event()


@pytest.fixture
def people(event: Event, make: Maker, inbox: Inbox, now: datetime) -> list[Registration]:
    """Return two with a place, who have their invitation, and one who has not confirmed."""
    found = [make.registration(event, f"{who}@example.org", language=who) for who in ("en", "az")]
    for registration in found:
        with unit_of_work():
            registrations.confirm(registration, now=now)
    return [*found, make.registration(event, "pending@example.org")]


def post(inbox: Inbox) -> dict[str, tuple[str, Entry] | None]:
    """Send what is due; return to whom it went, with the method and entry of the calendar part where there is one."""
    before = len(inbox.mails)
    delivery.send_due()
    found: dict[str, tuple[str, Entry] | None] = {}
    for raw in inbox.mails[before:]:
        mail = message_from_bytes(raw, policy=SMTP)
        assert isinstance(mail, EmailMessage)
        assert str(mail["To"]) not in found
        found[str(mail["To"])] = invitation(mail)
    return found


def invitation(mail: EmailMessage) -> tuple[str, Entry] | None:
    parts = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    if not parts:
        return None
    (part,) = parts
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    (entry,) = calendar.walk("VEVENT")
    assert str(entry["ATTENDEE"]) == f"mailto:{mail['To']}"
    assert part.get_param("method") == calendar["METHOD"]
    return str(calendar["METHOD"]), entry


def in_feed(event: Event, language: str, at: datetime) -> Entry:
    """Return the event's entry in the campaign's calendar, as everybody has it."""
    db.session.rollback()
    slice_ = Slice(language=None if language == "en" else language)
    (entry,) = Calendar.from_ical(feeds.feed(event.edition.campaign, slice_, now=at).body).walk("VEVENT")
    return entry


def move(event: Event, at: datetime, starts: datetime = MOVED) -> None:
    draft = replace(events.draft_of(event), starts=starts, ends=starts + 2 * HOUR)
    with unit_of_work():
        events.edit(event, draft, actor=None, now=at)


def cancel(event: Event, at: datetime) -> None:
    with unit_of_work():
        events.cancel(event, reason={"en": "Storm warning"}, actor=None, now=at)


def test_each_change_follows_the_one_before_in_every_calendar(
    event: Event, people: list[Registration], inbox: Inbox, now: datetime
) -> None:
    sent = [post(inbox)]
    move(event, now + HOUR)
    sent.append(post(inbox))
    cancel(event, now + 2 * HOUR)
    sent.append(post(inbox))
    with unit_of_work():
        events.publish(event, actor=None, now=now + 3 * HOUR)
    sent.append(post(inbox))
    for language in ("en", "az"):
        steps = [one[f"{language}@example.org"] for one in sent]
        assert [step and step[0] for step in steps] == ["REQUEST", "REQUEST", "CANCEL", "REQUEST"]
        entries = [step[1] for step in steps if step]
        assert [entry["SEQUENCE"] for entry in entries] == [0, 1, 2, 3]
        assert {str(entry["UID"]) for entry in entries} == {event.uid}
        assert [entry.get("STATUS") for entry in entries] == ["CONFIRMED", "CONFIRMED", "CANCELLED", "CONFIRMED"]
        wall = [entry.decoded("DTSTART").replace(tzinfo=None) for entry in entries]
        assert wall == [datetime(2027, 2, 26, 18, 30), MOVED, MOVED, MOVED]


def test_the_mail_says_what_the_campaigns_calendar_says(
    event: Event, people: list[Registration], inbox: Inbox, now: datetime
) -> None:
    post(inbox)
    for at, change in ((now + HOUR, move), (now + 2 * HOUR, cancel)):
        change(event, at)
        sent = post(inbox)
        for language in ("en", "az"):
            mailed = sent[f"{language}@example.org"]
            assert mailed
            public = in_feed(event, language, at)
            for name in ("UID", "SEQUENCE", "STATUS", "DTSTART", "DTEND", "SUMMARY"):
                assert mailed[1][name].to_ical() == public[name].to_ical(), name


def test_nothing_enters_the_calendar_of_somebody_who_has_not_confirmed(
    event: Event, people: list[Registration], inbox: Inbox, now: datetime
) -> None:
    assert post(inbox)["pending@example.org"] is None
    move(event, now + HOUR)
    assert post(inbox)["pending@example.org"] is None
    cancel(event, now + 2 * HOUR)
    sent = post(inbox)
    assert set(sent) == {"en@example.org", "az@example.org", "pending@example.org"}
    assert sent["pending@example.org"] is None


def test_what_tells_nobody_anything_new_sends_no_mail(
    event: Event, people: list[Registration], inbox: Inbox, now: datetime
) -> None:
    post(inbox)
    with unit_of_work():
        events.edit(event, replace(events.draft_of(event), tags=("talk",)), actor=None, now=now + HOUR)
    assert post(inbox) == {}


def test_a_mail_that_is_late_says_how_things_stand_when_it_is_sent(
    event: Event, people: list[Registration], inbox: Inbox, now: datetime
) -> None:
    post(inbox)
    move(event, now + HOUR)
    with unit_of_work():  # the mail of the move waits, that of the cancellation overtakes it
        db.session.execute(
            update(Message).where(Message.kind == "event-changed").values(due_at=datetime.now(UTC) + HOUR)
        )
    cancel(event, now + 2 * HOUR)
    overtaking = post(inbox)["en@example.org"]
    with unit_of_work():
        db.session.execute(update(Message).values(due_at=now))
    late = post(inbox)["en@example.org"]
    assert overtaking and late
    assert (overtaking[0], late[0]) == ("CANCEL", "CANCEL")
    assert overtaking[1]["SEQUENCE"] == late[1]["SEQUENCE"] == event.sequence


def test_whom_the_server_refused_is_reached_by_trying_again(
    event: Event, people: list[Registration], inbox: Inbox, now: datetime
) -> None:
    post(inbox)
    inbox.answer = "554 not today"
    move(event, now + HOUR)
    assert post(inbox) == {}
    db.session.rollback()
    assert len(ledger.unreached(event)) == 3
    inbox.answer = "250 taken"
    move(event, now + 2 * HOUR, MOVED - HOUR)
    for registration in people[1:]:  # two were told of the newest time, one was not
        with unit_of_work():
            db.session.execute(
                update(Message)
                .where(Message.registration_id == registration.id, Message.created_at == now + 2 * HOUR)
                .values(status=Status.FAILED)
            )
    assert set(post(inbox)) == {"en@example.org"}
    with unit_of_work():
        assert ledger.try_again(event, actor=None, now=now + 3 * HOUR) == 2
    again = post(inbox)
    assert set(again) == {"az@example.org", "pending@example.org"}
    reached = again["az@example.org"]
    assert reached
    assert (reached[0], reached[1]["SEQUENCE"]) == ("REQUEST", event.sequence)
    assert ledger.unreached(event) == []
