"""Each kind of mail: its parts, its headers, what it never holds."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import html5lib
import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.i18n import LANGUAGES, direction
from campaign.mail.compose import compose
from campaign.models import Event, Message, Registration
from campaign.services import events, outbox, registrations
from campaign.services.submissions import Submission
from tests.make import Maker

HOUR = timedelta(hours=1)
NAME = "Sevda Unmistakable"


def composed(kind: str) -> EmailMessage:
    """Return the newest mail of a kind, as it is read after its way through servers."""
    newest = select(Message).where(Message.kind == kind).order_by(Message.id.desc()).limit(1)
    mail = message_from_bytes(compose(db.session.scalars(newest).one()).as_bytes(), policy=SMTP)
    assert isinstance(mail, EmailMessage)
    return mail


def text(mail: EmailMessage, kind: str = "plain") -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def calendar(mail: EmailMessage) -> tuple[str, Calendar]:
    """Return the calendar part's method and contents."""
    (part,) = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    assert part.get_content_charset() == "utf-8"
    parsed = Calendar.from_ical(part.get_payload(decode=True))
    assert parsed["METHOD"] == part.get_param("method")
    return str(parsed["METHOD"]), parsed


def everything(mail: EmailMessage) -> str:
    """Return all that the mail says, decoded, its lines unfolded."""
    parts = [part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart()]
    return b"\n".join(parts).replace(b"\r\n ", b"").decode("utf-8", "replace")


def kinds(mail: EmailMessage) -> list[str]:
    return [part.get_content_type() for part in mail.walk()]


def edit(event: Event, now: datetime, **changes: object) -> None:
    with unit_of_work():
        events.edit(event, replace(events.draft_of(event), **changes), actor=None, now=now)  # type: ignore[arg-type]


def confirm(registration: Registration, now: datetime) -> None:
    with unit_of_work():
        registrations.confirm(registration, now=now)


@pytest.fixture
def event(app: Flask, make: Maker) -> Event:
    """Return an event of a campaign that has a contact address."""
    return make.event(make.edition(make.campaign(contact="hello@example.org")))


def test_the_first_mail_asks_to_confirm(app: Flask, event: Event, make: Maker) -> None:
    registration = make.registration(event, name=NAME)
    mail = composed("confirm-address")
    assert kinds(mail) == ["multipart/alternative", "text/plain", "text/html"]
    assert mail["Subject"] == "Please confirm: Evening in Berlin"
    assert mail["To"] == "rena@example.org"
    assert mail["From"] == "Justice for Khojaly <campaign@127.0.0.1>"
    assert mail["Reply-To"] == "hello@example.org"
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "en")
    link = f"{app.config['SETTINGS'].public_url}/r/{registration.token}/"
    for kind in ("plain", "html"):
        assert link in text(mail, kind)
        assert "23 November, 12:00 (UTC)" in text(mail, kind)


def test_the_confirmed_get_ticket_and_calendar_entry(app: Flask, event: Event, make: Maker, now: datetime) -> None:
    registration = make.registration(event, name=NAME)
    confirm(registration, now)
    mail = composed("confirmed")
    assert kinds(mail) == [
        "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png", "text/calendar",
    ]  # fmt: skip
    (picture,) = [one for one in mail.walk() if one.get_content_type() == "image/png"]
    assert picture["Content-ID"] == "<ticket>"
    assert picture.get_content_disposition() == "inline"
    assert picture.get_payload(decode=True).startswith(b"\x89PNG")
    assert 'src="cid:ticket"' in text(mail, "html")
    assert registration.code
    assert registration.code in text(mail)
    assert registration.code in text(mail, "html")

    method, parsed = calendar(mail)
    (entry,) = parsed.walk("VEVENT")
    assert method == "REQUEST"
    assert str(entry["UID"]) == event.uid
    assert entry["SEQUENCE"] == event.sequence
    assert entry.decoded("DTSTART").replace(tzinfo=None) == event.starts
    assert str(entry["ORGANIZER"]) == "mailto:hello@example.org"
    assert str(entry["ATTENDEE"]) == "mailto:rena@example.org"
    assert (entry["ATTENDEE"].params["PARTSTAT"], entry["ATTENDEE"].params["RSVP"]) == ("ACCEPTED", "FALSE")


def test_the_calendar_part_is_the_last_of_the_alternatives_and_as_a_whole(
    app: Flask, event: Event, make: Maker, now: datetime
) -> None:
    confirm(make.registration(event), now)
    mail = composed("confirmed")
    parts = list(mail.iter_parts())
    assert parts[-1].get_content_type() == "text/calendar"
    assert parts[-1].get_content_disposition() != "attachment"
    assert b"\r\nBEGIN:VEVENT\r\n" in parts[-1].get_payload(decode=True)


def test_a_move_moves_the_entry_in_the_calendar(app: Flask, event: Event, make: Maker, now: datetime) -> None:
    confirm(make.registration(event), now)
    first = calendar(composed("confirmed"))[1].walk("VEVENT")[0]
    edit(event, now + HOUR, starts=datetime(2027, 2, 26, 17, 0), venue="Old town hall")
    mail = composed("event-changed")
    assert mail["Subject"] == "Changed: Evening in Berlin"
    for kind in ("plain", "html"):
        assert "a new time and a new place" in text(mail, kind)
        assert "Your place stays yours." in text(mail, kind)
        assert "17:00–20:30 (Berlin time)" in text(mail, kind)
    method, parsed = calendar(mail)
    (moved,) = parsed.walk("VEVENT")
    assert (method, str(moved["UID"])) == ("REQUEST", str(first["UID"]))
    assert moved["SEQUENCE"] == first["SEQUENCE"] + 1
    assert moved.decoded("DTSTART").replace(tzinfo=None) == datetime(2027, 2, 26, 17, 0)


def postpone(event: Event, now: datetime) -> None:
    edit(event, now, starts=None, ends=None)


def cancel(event: Event, now: datetime) -> None:
    with unit_of_work():
        events.cancel(event, reason={"en": "Storm warning"}, actor=None, now=now)


@pytest.mark.parametrize(
    ("act", "kind", "said"),
    [(cancel, "event-cancelled", "Storm warning"), (postpone, "event-changed", "The event is postponed")],
)
def test_what_does_not_take_place_leaves_the_calendar(
    app: Flask, event: Event, make: Maker, now: datetime, act: Callable[[Event, datetime], None], kind: str, said: str
) -> None:
    confirm(make.registration(event), now)
    act(event, now + HOUR)
    mail = composed(kind)
    assert said in text(mail) and said in text(mail, "html")
    method, parsed = calendar(mail)
    (entry,) = parsed.walk("VEVENT")
    assert (method, entry["STATUS"], str(entry["UID"])) == ("CANCEL", "CANCELLED", event.uid)
    assert entry["SEQUENCE"] == event.sequence


def test_what_takes_place_after_all_comes_back(app: Flask, event: Event, make: Maker, now: datetime) -> None:
    confirm(make.registration(event), now)
    cancel(event, now)
    with unit_of_work():
        events.publish(event, actor=None, now=now + HOUR)
    mail = composed("event-changed")
    assert "takes place after all" in text(mail)
    assert calendar(mail)[0] == "REQUEST"


def test_whoever_cancels_loses_the_entry(app: Flask, event: Event, make: Maker, now: datetime) -> None:
    registration = make.registration(event)
    confirm(registration, now)
    with unit_of_work():
        registrations.cancel(registration, now=now)
    mail = composed("registration-cancelled")
    assert calendar(mail)[0] == "CANCEL"
    assert "register again while there are places" in text(mail)


def test_whoever_has_not_confirmed_gets_words_and_no_entry(
    app: Flask, event: Event, make: Maker, now: datetime
) -> None:
    make.registration(event)
    edit(event, now, venue="Old town hall")
    changed = composed("event-changed")
    assert "text/calendar" not in kinds(changed)
    for kind in ("plain", "html"):
        assert "Your registration stays as it is." in text(changed, kind)
        assert "Your place stays yours." not in text(changed, kind)
    cancel(event, now)
    assert "text/calendar" not in kinds(composed("event-cancelled"))


def test_a_hidden_venue_is_told_to_the_confirmed_alone(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event(venue_is_public=False)
    registration = make.registration(event)
    assert "Musterstra" not in everything(composed("confirm-address"))
    edit(event, now, address="Geheimweg 7")
    assert "Geheimweg" not in everything(composed("event-changed"))
    confirm(registration, now)
    mail = composed("confirmed")
    for kind in ("plain", "html"):
        assert "Community hall, Geheimweg 7" in text(mail, kind)
    assert "Geheimweg 7" in calendar(mail)[1].walk("VEVENT")[0]["LOCATION"]
    with unit_of_work():
        registrations.cancel(registration, now=now)
    assert "Geheimweg" not in everything(composed("registration-cancelled"))


def every_kind(event: Event, make: Maker, now: datetime, language: str = "en") -> list[Message]:
    """Return messages of each kind: to somebody who confirms and cancels, and to somebody who does neither."""
    registration, slow = (make.registration(event, f"{who}@example.org", name=NAME, language=language) for who in "ab")
    with unit_of_work():
        registrations.register(event, Submission("x", "a@example.org", "en"), now=now)
    confirm(registration, now)
    edit(event, now, venue="Old town hall")
    cancel(event, now)
    with unit_of_work():
        registrations.cancel(registration, now=now)
    messages = db.session.scalars(select(Message).order_by(Message.id)).all()
    found = [one for one in messages if one.kind != "confirm-address" or one.registration is slow]
    assert len({message.kind for message in found}) == 6
    return found


def test_no_mail_names_anybody_in_its_headers_or_loads_anything(
    app: Flask, event: Event, make: Maker, now: datetime
) -> None:
    for message in every_kind(event, make, now):
        mail = message_from_bytes(compose(message).as_bytes(), policy=SMTP)
        for part in mail.walk():
            assert "Unmistakable" not in str(part.items()), message.kind
        html = str(mail.get_body(("html",)).get_content())  # type: ignore[union-attr]
        loaded = re.findall(r'(?:src|srcset|background)\s*=\s*"([^"]*)"', html)
        assert set(loaded) <= {"cid:ticket"}
        for foreign in ("url(", "@import", "<link", "<script", "<iframe", "<style"):
            assert foreign not in html
        assert '<h1 style="' in html
        base = app.config["SETTINGS"].public_url
        assert all(link.startswith(base) for link in re.findall(r'href="([^"]*)"', html))


def test_the_same_message_is_the_same_mail_each_time(app: Flask, event: Event, make: Maker, now: datetime) -> None:
    for message in every_kind(event, make, now):
        first, again = compose(message), compose(message)
        assert first["Message-ID"] == message.message_id
        assert first.as_bytes() == again.as_bytes()
        borders = [part.get_boundary() for part in first.walk() if part.is_multipart()]
        assert len(borders) == len(set(borders))
        assert all(message.message_id[1:33] in str(border) for border in borders)


def test_lines_are_short_enough_for_every_server(app: Flask, make: Maker, now: datetime) -> None:
    name = {"en": "Ədalət və xatirə gecəsi —" + " uzun ad" * 15}
    event = make.event(name=name, description={"en": "söz " * 1200})
    for message in every_kind(event, make, now):
        raw = compose(message).as_bytes()
        assert max(map(len, raw.split(b"\r\n"))) <= 998
        headers = raw.partition(b"\r\n\r\n")[0]
        assert headers.isascii()
        assert str(message_from_bytes(raw, policy=SMTP)["Subject"]).endswith(name["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_speaks_every_language(app: Flask, event: Event, make: Maker, now: datetime, language: str) -> None:
    for message in every_kind(event, make, now, language):
        mail = compose(message)
        assert mail["Content-Language"] == language
        html = text(mail, "html")
        parser = html5lib.HTMLParser()
        parser.parse(html)
        assert not parser.errors
        assert f'<html lang="{language}" dir="{direction(language)}"' in html
        assert "%(" not in html + text(mail) + mail["Subject"]


def test_a_mail_of_the_account_pages_is_plain_text(app: Flask, now: datetime) -> None:
    with unit_of_work():
        outbox.put(
            "account", unique_key="k", to="a@example.org", language="de", now=now, subject="Hallo", body="Text\n"
        )
    mail = composed("account")
    assert (mail["Subject"], mail["From"]) == ("Hallo", "Campaign <campaign@127.0.0.1>")
    assert kinds(mail) == ["text/plain"]
    assert mail.get_content().splitlines() == ["Text"]
    assert "Reply-To" not in mail
