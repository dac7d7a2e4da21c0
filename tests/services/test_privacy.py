"""What ends by itself: registrations go when their purpose is over, with everything that hangs on them."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from campaign import forgetting
from campaign.db import Base, db, unit_of_work
from campaign.domain.anniversary import AnniversaryRule
from campaign.domain.errors import Refused
from campaign.domain.question import Kind
from campaign.domain.registration import Status
from campaign.models import (
    Answer,
    Campaign,
    Consent,
    ConsentText,
    Event,
    Hits,
    Message,
    Purge,
    Registration,
    SpentChallenge,
)
from campaign.services import campaigns, consents, outbox, privacy, questions, registrations
from campaign.services.privacy import Due, Reason
from campaign.services.submissions import Submission
from tests.make import Maker

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
KEPT_AFTER_EVENT, KEPT_AFTER_END = timedelta(days=30), timedelta(hours=48)
"""What people are promised."""


def count(table: type[Base]) -> int:
    return db.session.scalars(select(func.count()).select_from(table)).one()


def purge(now: datetime) -> int:
    return sum(forgetting.purge(now=now))


def confirmed(make: Maker, event: Event, email: str = "rena@example.org") -> Registration:
    registration = make.registration(event, email)
    with unit_of_work():
        registrations.confirm(registration, now=make.now)
    return registration


def keep(campaign: Campaign, days: int, now: datetime) -> None:
    """Change how long a campaign keeps names, as its form does."""
    draft = campaigns.Draft(
        slug=campaign.slug,
        name=campaign.name,
        rule=AnniversaryRule.from_json(campaign.rule),
        languages=campaign.languages,
        default_language=campaign.default_language,
        since=campaign.since,
        kept_days=days,
    )
    with unit_of_work():
        campaigns.edit(campaign, draft, actor=None, now=now)


def over(event: Event) -> datetime:
    """Return the last moment at which the event's registrations are kept."""
    assert event.ends_at is not None
    return event.ends_at + KEPT_AFTER_EVENT


def test_purge_thirty_days_after_the_event(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    question = make.question(event, Kind.TEXT)
    for name in ("rena", "ali"):
        registration = make.registration(event, f"{name}@example.org", answers={question.id: ["Yes"]})
        with unit_of_work():
            registrations.confirm(registration, now=now)
    assert purge(over(event)) == 0
    assert privacy.due(now=over(event) + SECOND) == [Due("khojaly", Reason.EVENT_OVER, 2)]
    assert (count(Registration), count(Answer), count(Consent), count(Message)) == (2, 2, 2, 4)
    assert purge(over(event) + SECOND) == 2
    assert [count(table) for table in (Registration, Answer, Consent, Message)] == [0, 0, 0, 0]
    assert event.seats_taken == 2  # how many came stays known
    assert purge(over(event) + DAY) == 0


def test_what_was_cancelled_goes_two_days_later(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    registration, staying = confirmed(make, event), confirmed(make, event, "ali@example.org")
    ended = now + 10 * DAY
    with unit_of_work():
        registrations.cancel(registration, now=ended)
    assert purge(ended + KEPT_AFTER_END) == 0
    assert privacy.due(now=ended + KEPT_AFTER_END + SECOND) == [Due("khojaly", Reason.ENDED, 1)]
    assert purge(ended + KEPT_AFTER_END + SECOND) == 1
    assert db.session.scalars(select(Registration)).all() == [staying]


def test_what_was_never_confirmed_goes_two_days_after_it_came(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    make.registration(event)
    with unit_of_work():
        registrations.expire(event, now=now + DAY)
    assert purge(now + KEPT_AFTER_END) == 0
    assert purge(now + KEPT_AFTER_END + SECOND) == 1


def test_an_offer_that_lapsed_is_kept_two_days_more(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event(capacity=1)
    first, second = confirmed(make, event), confirmed(make, event, "ali@example.org")
    with unit_of_work():
        registrations.cancel(first, now=now + 10 * DAY)
    lapsed = second.hold_until
    assert lapsed
    with unit_of_work():
        registrations.expire(event, now=lapsed)
    assert second.status is Status.EXPIRED
    assert purge(lapsed + KEPT_AFTER_END) == 1  # the one that was cancelled
    assert purge(lapsed + KEPT_AFTER_END + SECOND) == 1


def test_each_campaign_says_for_how_long(app_on_both: Flask, make: Maker, now: datetime) -> None:
    brief = make.event(make.edition(make.campaign("brief", kept_days=1)))
    long = make.event(make.edition(make.campaign("long", kept_days=365)))
    for event in (brief, long):
        confirmed(make, event)
    assert brief.ends_at
    assert privacy.next_end(brief.edition.campaign) == brief.ends_at + DAY
    assert purge(brief.ends_at + DAY) == 0
    assert purge(brief.ends_at + DAY + SECOND) == 1
    assert privacy.next_end(brief.edition.campaign) is None
    assert purge(brief.ends_at + 365 * DAY) == 0
    assert purge(brief.ends_at + 365 * DAY + SECOND) == 1


def test_nobody_is_kept_longer_than_was_promised(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    campaign = event.edition.campaign
    confirmed(make, event)
    keep(campaign, 60, now)
    confirmed(make, event, "ali@example.org")
    assert purge(over(event) + SECOND) == 1
    assert [one.email for one in db.session.scalars(select(Registration))] == ["ali@example.org"]
    assert purge(over(event) + 30 * DAY) == 0
    keep(campaign, 2, now)
    assert purge(over(event)) == 1


def test_the_words_follow_the_days(app_on_both: Flask, make: Maker, now: datetime) -> None:
    campaign = make.campaign()
    keep(campaign, 7, now)
    newest = consents.current(campaign)
    assert (newest.version, newest.kept_days, "7 days" in newest.text["en"]) == (2, 7, True)
    with unit_of_work():
        consents.write_next(campaign, {"en": "I agree."}, actor=None, now=now)
    keep(campaign, 8, now)
    newest = consents.current(campaign)
    assert (newest.version, newest.kept_days, newest.text) == (4, 8, {"en": "I agree."})


@pytest.mark.parametrize("days", [0, 366, -1])
def test_a_number_of_days_out_of_range_is_refused(app: Flask, make: Maker, days: int) -> None:
    with pytest.raises(Refused, match=r"^kept-days-out-of-range$"):
        make.campaign(kept_days=days)


def test_what_a_purge_took_is_kept_as_numbers(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    other = make.event(make.edition(make.campaign("other")))
    for email in ("rena@example.org", "ali@example.org"):
        confirmed(make, event, email)
    confirmed(make, other)
    assert privacy.last_purge(event.edition.campaign) is None
    run = over(event) + SECOND
    purge(run)
    purge(run + DAY)
    lines = db.session.scalars(select(Purge).order_by(Purge.campaign_id)).all()
    assert [(one.campaign_id, one.at, one.registrations) for one in lines] == [
        (event.edition.campaign_id, run, 2),
        (other.edition.campaign_id, run, 1),
    ]
    assert privacy.last_purge(event.edition.campaign) is lines[0]


def test_a_batch_is_its_own_unit_of_work(
    app_on_both: Flask, make: Maker, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privacy, "BATCH", 2)
    event = make.event()
    for number in range(5):
        confirmed(make, event, f"person-{number}@example.org")
    run = over(event) + SECOND
    batches = forgetting.purge(now=run)
    assert (next(batches), count(Registration)) == (2, 3)
    db.session.remove()  # and the process dies
    assert db.session.scalars(select(Purge)).one().registrations == 2
    assert list(forgetting.purge(now=run + DAY)) == [2, 1]
    assert sum(one.registrations for one in db.session.scalars(select(Purge))) == 5


def test_what_becomes_wanted_meanwhile_stays(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    confirmed(make, event)
    run = over(event) + SECOND
    ids = privacy.due_registrations(now=run)
    keep(event.edition.campaign, 60, now)
    with unit_of_work():
        db.session.execute(update(ConsentText).values(kept_days=60))
        privacy.forget_registrations(ids, run=run)
    assert count(Registration) == 1


def test_mails_are_emptied_after_a_week_and_still_counted(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    registration = confirmed(make, event)
    with unit_of_work():
        for message in db.session.scalars(select(Message)):
            outbox.mark_failed(message, error="550", is_final=True, now=now)
            message.facts = '{"body": "secret"}'
        outbox.put("sign-in", unique_key="x", to="a@example.org", language="en", now=now, body="secret")
        outbox.put("letter", unique_key="y", to="b@example.org", language="en", now=now, body="secret", event=event)
        for message in db.session.scalars(select(Message).where(Message.registration_id.is_(None))):
            outbox.mark_dropped(message)
        outbox.put("confirmed", unique_key="z", to="c@example.org", language="en", now=now, registration=registration)
    purge(now + 7 * DAY)
    assert privacy.due_messages(now=now + 7 * DAY) == []
    assert len(privacy.due_messages(now=now + 7 * DAY + SECOND)) == 4
    purge(now + 7 * DAY + SECOND)
    left = db.session.scalars(select(Message).order_by(Message.id)).all()
    assert [(one.kind, one.facts, one.forgotten_at is not None) for one in left] == [
        ("confirm-address", "{}", True),
        ("confirmed", "{}", True),
        ("confirmed", "{}", False),  # still to be sent
    ]
    assert privacy.due_messages(now=now + 8 * DAY) == []


def test_counters_and_proofs_go_when_their_time_is_over(app_on_both: Flask, now: datetime) -> None:
    with unit_of_work():
        for name, expires_at in (("old", now), ("new", now + SECOND)):
            db.session.add(Hits(key=name, count=1, expires_at=expires_at))
            db.session.add(SpentChallenge(digest=name.encode() * 10, expires_at=expires_at))
    purge(now)
    assert db.session.scalars(select(Hits.key)).all() == ["new"]
    assert db.session.scalars(select(SpentChallenge.digest)).all() == [b"new" * 10]


def test_an_event_that_never_got_a_date_is_over_with_its_year(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event(starts=None, ends=None)
    with unit_of_work():
        registrations.confirm(make.registration(event), now=now)
    last = datetime.combine(event.edition.last_day, time(), UTC) + KEPT_AFTER_EVENT
    assert purge(last) == 0
    assert purge(last + DAY) == 1


def test_questions_can_change_again_when_the_answers_are_gone(app: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    question = make.question(event, Kind.TEXT)
    make.registration(event, answers={question.id: ["Yes"]})
    purge(over(event) + SECOND)
    with unit_of_work():
        questions.ask(event, [], actor=None, now=now)
    assert event.questions == []


@pytest.fixture
def run(app: Flask) -> Callable[..., str]:
    """Return what runs a command and returns what it printed."""

    def _run(*arguments: str) -> str:
        result = app.test_cli_runner().invoke(args=list(arguments))
        assert result.exit_code == 0, result.output
        return str(result.output)

    return _run


def test_the_command_says_first_what_it_would_do(
    app: Flask, make: Maker, now: datetime, run: Callable[..., str]
) -> None:
    starts = (datetime.now(UTC) - 40 * DAY).replace(tzinfo=None)
    event = make.event(make.edition(year=starts.year), starts=starts, ends=starts + timedelta(hours=2))
    for email in ("rena@example.org", "ali@example.org"):
        with unit_of_work():
            registrations.enter(event, Submission("Rena", email, "en"), actor=None, now=now)
    db.session.remove()
    assert run("purge", "--dry-run") == (
        "khojaly: 2 registrations (event over)\n2 registrations would be deleted, 0 mails emptied\n"
    )
    assert count(Registration) == 2
    assert run("purge") == "2 registrations deleted\n"
    assert count(Registration) == 0
    assert run("purge", "--dry-run") == "0 registrations would be deleted, 0 mails emptied\n"
