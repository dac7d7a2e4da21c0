"""Letters: who gets one, each address once, batch by batch, and nobody twice a day."""

from datetime import datetime, timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.letter import Audience
from campaign.domain.message import Status
from campaign.models import Audit, Edition, Event, Letter, Message, Registration
from campaign.services import letters, registrations, reminders
from campaign.services.letters import Draft, Readers
from campaign.services.mail_texts import Words
from tests.make import Maker

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORDS = {"en": Words("News of {event}", "Dear {name}, there is news: {link}")}


def written(
    edition: Edition,
    now: datetime,
    *,
    event: Event | None = None,
    country: str | None = None,
    audience: Audience = Audience.ALL,
    ignores_daily_limit: bool = False,
) -> Letter:
    with unit_of_work():
        draft = Draft(audience, WORDS, ignores_daily_limit)
        return letters.write(edition, draft, event=event, country=country, actor=None, now=now)


def sent(letter: Letter, now: datetime) -> list[str]:
    """Send a letter and let the worker queue it; return to whom."""
    with unit_of_work():
        letters.send(letter, actor=None, now=now)
    queue(now)
    return to_whom(letter)


def queue(now: datetime) -> None:
    while letters.is_due(now=now):
        with unit_of_work():
            letters.queue_due(now=now)


def to_whom(letter: Letter) -> list[str]:
    found = db.session.scalars(select(Message).where(Message.letter_id == letter.id).order_by(Message.id))
    return [message.to.partition("@")[0] for message in found]


def confirmed(make: Maker, event: Event, name: str) -> Registration:
    registration = make.registration(event, f"{name}@example.org")
    with unit_of_work():
        registrations.confirm(registration, now=make.now)
    return registration


@pytest.fixture
def edition(app_on_both: Flask, make: Maker) -> Edition:
    """Return a year with people in Berlin, one of them waiting, and in Baku, one of them in both."""
    edition = make.edition()
    berlin = make.event(edition, name={"en": "Berlin"}, capacity=2)
    baku = make.event(edition, name={"en": "Baku"}, country="AZ", city="Baku", zone="Asia/Baku")
    confirmed(make, berlin, "rena")
    confirmed(make, berlin, "ali")
    confirmed(make, berlin, "waiting")
    confirmed(make, baku, "rena")
    confirmed(make, baku, "leyla")
    make.registration(baku, "unconfirmed@example.org")
    other = make.event(make.edition(make.campaign("earth-hour")), name={"en": "Elsewhere"})
    confirmed(make, other, "stranger")
    return edition


def event(slug: str) -> Event:
    return db.session.scalars(select(Event).where(Event.slug == slug)).one()


def test_a_letter_to_a_year_reaches_each_address_once(edition: Edition, now: datetime) -> None:
    letter = written(edition, now)
    assert letters.readers_of(letter, now=now) == Readers(4, 0, 0)
    assert sent(letter, now) == ["rena", "ali", "waiting", "leyla"]
    assert letters.progress(letter) == {Status.QUEUED: 4}
    assert letter.queued_at == now


def test_a_letter_to_a_country_or_an_event_stays_there(edition: Edition, now: datetime) -> None:
    assert sent(written(edition, now, country="AZ"), now) == ["rena", "leyla"]
    assert sent(written(edition, now + 2 * DAY, event=event("berlin")), now + 2 * DAY) == ["rena", "ali", "waiting"]


@pytest.mark.parametrize(
    ("audience", "expected"), [(Audience.CONFIRMED, ["rena", "ali", "leyla"]), (Audience.WAITING, ["waiting"])]
)
def test_it_is_for_whom_it_says(edition: Edition, now: datetime, audience: Audience, expected: list[str]) -> None:
    letter = written(edition, now, audience=audience)
    assert letters.readers_of(letter, now=now).reached == len(expected)
    assert sent(letter, now) == expected


def test_who_stopped_them_or_has_no_address_is_left_out(edition: Edition, now: datetime) -> None:
    with unit_of_work():
        for one in db.session.scalars(select(Registration).where(Registration.event_id == event("berlin").id)):
            if one.email.startswith("ali"):
                reminders.stop(one, now=now)
            elif one.email.startswith("waiting"):
                one.bounced_at = now
    letter = written(edition, now)
    assert letters.readers_of(letter, now=now) == Readers(2, 2, 0)
    assert sent(letter, now) == ["rena", "leyla"]


def test_an_address_gets_one_letter_a_day_unless_chosen(edition: Edition, now: datetime) -> None:
    sent(written(edition, now, country="AZ"), now)
    second = written(edition, now + HOUR)
    assert letters.readers_of(second, now=now + HOUR) == Readers(2, 0, 2)
    assert sent(second, now + HOUR) == ["ali", "waiting"]
    third = written(edition, now + 2 * HOUR, country="AZ", ignores_daily_limit=True)
    assert letters.readers_of(third, now=now + 2 * HOUR) == Readers(2, 0, 0)
    assert sent(third, now + 2 * HOUR) == ["rena", "leyla"]
    assert sent(written(edition, now + 2 * DAY, country="AZ"), now + 2 * DAY) == ["rena", "leyla"]


def test_sending_twice_is_once_and_what_is_sent_stays(edition: Edition, now: datetime) -> None:
    letter = written(edition, now)
    sent(letter, now)
    assert sent(letter, now + HOUR) == ["rena", "ali", "waiting", "leyla"]
    assert letter.sent_at == now
    draft = Draft(Audience.ALL, WORDS)
    for act in (
        lambda: letters.rewrite(letter, draft, country=None),
        lambda: letters.discard(letter, actor=None, now=now),
    ):
        with pytest.raises(Refused, match="letter-sent"), unit_of_work():
            act()
    assert [row.action for row in db.session.scalars(select(Audit).where(Audit.subject == "letter"))] == [
        "write-letter", "send-letter",
    ]  # fmt: skip


def test_a_long_letter_is_queued_in_batches_and_goes_on_where_it_stopped(
    edition: Edition, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "BATCH", 2)
    letter = written(edition, now)
    with unit_of_work():
        letters.send(letter, actor=None, now=now)
    with unit_of_work():
        letters.queue_due(now=now)
    assert to_whom(letter) == ["rena", "ali"]
    with pytest.raises(RuntimeError), unit_of_work():  # the worker dies in the second batch
        letters.queue_due(now=now)
        raise RuntimeError
    queue(now)
    assert to_whom(letter) == ["rena", "ali", "waiting", "leyla"]


def test_two_workers_write_to_everybody_once(app_on_both: Flask, edition: Edition, now: datetime) -> None:
    letter = written(edition, now)
    with unit_of_work():
        letters.send(letter, actor=None, now=now)
    number = letter.id
    db.session.remove()

    def work() -> None:
        with app_on_both.app_context():
            queue(now)

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(to_whom(db.session.get_one(Letter, number))) == 4


def test_a_letter_needs_the_main_language_and_known_placeholders(edition: Edition, now: datetime) -> None:
    for texts, code in (
        ({"az": Words("Xəbər", "Mətn")}, "letter-incomplete"),
        ({"en": Words("News", "")}, "letter-incomplete"),
        ({"en": Words("News", "Dear {person}")}, "placeholder-unknown"),
        ({"en": Words("For {name}", "Text")}, "placeholder-not-in-subject"),
    ):
        with pytest.raises(Refused, match=code), unit_of_work():
            letters.write(edition, Draft(Audience.ALL, texts), event=None, country=None, actor=None, now=now)
    assert db.session.scalars(select(Letter)).all() == []
