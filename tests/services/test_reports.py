"""What hosts tell of their events: when, how it is looked at, and what the public then sees."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from campaign import jobs
from campaign.db import db, unit_of_work
from campaign.domain.edition import Status as EditionStatus
from campaign.domain.errors import Refused
from campaign.domain.report import Status, asks_at
from campaign.models import Event, Host, Message, Photo, Report
from campaign.services import annual_reports, attack_mode, editions, events, hosts, report_asks, reports
from tests.make import Maker

pytestmark = pytest.mark.usefixtures("app_on_both")
AFTER = datetime(2027, 2, 27, 12, tzinfo=UTC)
"""The event ends at 20:30 in Berlin, on 26 February 2027."""


def hosted(make: Maker, event: Event, email: str = "host@example.org") -> Host:
    with unit_of_work():
        host = hosts.find_or_add(event.edition.campaign, email=email, name="Rena", language="az", now=make.now)
        event.host = host
    return host


def told(event: Event, came: int = 40, now: datetime = AFTER) -> Report:
    with unit_of_work():
        return reports.tell(event, came=came, words="It was calm.", language="en", now=now)


def photographed(report: Report, now: datetime = AFTER) -> Photo:
    with unit_of_work():
        return reports.add_photo(report, b"jpeg", width=4, height=3, caption="The hall", now=now)


def checked(event: Event, came: int = 40) -> Report:
    report = told(event, came)
    with unit_of_work():
        reports.check(report, actor=None, now=AFTER)
    return report


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    db.session.rollback()
    return refused.value.code


def test_tell(make: Maker) -> None:
    event = make.event()
    report = told(event)
    assert (report.status, report.came, report.words, report.language) == (Status.SENT, 40, "It was calm.", "en")
    told(event, came=41)
    assert db.session.scalars(select(Report.came)).all() == [41]


def test_only_what_is_over_and_was_held_can_be_told_of(make: Maker) -> None:
    event = make.event()
    with pytest.raises(Refused) as early:
        told(event, now=datetime(2027, 2, 26, 19, 29, tzinfo=UTC))
    assert code_of(early) == "report-not-yet"
    with unit_of_work():
        events.cancel(event, reason={}, actor=None, now=make.now)
    with pytest.raises(Refused) as cancelled:
        told(event)
    assert code_of(cancelled) == "report-not-held"


def test_an_event_without_an_hour_is_over_after_the_editions_last_day(make: Maker) -> None:
    event = make.event(starts=None, ends=None)
    with pytest.raises(Refused):
        told(event, now=datetime(2027, 2, 26, 23, 59, tzinfo=UTC))
    db.session.rollback()
    assert told(event, now=datetime(2027, 2, 27, tzinfo=UTC)).came == 40


def test_an_archived_year_is_not_changed_but_a_photo_can_go(make: Maker) -> None:
    event = make.event()
    report = told(event)
    photo = photographed(report)
    for status in (EditionStatus.HELD, EditionStatus.ARCHIVED):
        with unit_of_work():
            editions.move(event.edition, status, actor=None, now=AFTER)
    for act in (lambda: told(event), lambda: photographed(report)):
        with pytest.raises(Refused) as refused:
            act()
        assert code_of(refused) == "year-archived"
    with unit_of_work():
        reports.remove_photo(photo, now=AFTER)
    assert db.session.scalars(select(Photo.id)).all() == []


def test_a_coordinator_checks_and_a_change_is_looked_at_again(make: Maker) -> None:
    event = make.event()
    report = checked(event)
    assert (report.status, report.checked_at) == (Status.CHECKED, AFTER)
    told(event, came=400)
    assert (report.status, report.checked_at) == (Status.SENT, None)
    with unit_of_work():
        reports.check(report, actor=None, now=AFTER)
    photographed(report)
    assert report.status is Status.SENT
    with unit_of_work():
        reports.check(report, actor=None, now=AFTER)
        reports.remove_photo(report.photos[0], now=AFTER)
    assert report.status is Status.CHECKED
    with pytest.raises(Refused) as twice, unit_of_work():
        reports.check(report, actor=None, now=AFTER)
    assert code_of(twice) == "report-move"


def test_a_question_goes_to_the_host_by_mail(make: Maker) -> None:
    event = make.event()
    hosted(make, event)
    report = checked(event)
    with unit_of_work():
        reports.send_back(report, "How many children?", actor=None, now=AFTER)
    assert (report.status, report.question, report.checked_at) == (Status.RETURNED, "How many children?", None)
    mail = db.session.scalars(select(Message).where(Message.kind == "report-returned")).one()
    assert (mail.to, mail.language, "How many children?" in mail.facts) == ("host@example.org", "az", True)
    told(event)
    assert report.status is Status.SENT
    with unit_of_work():
        reports.send_back(report, "And now?", actor=None, now=AFTER)
    assert len(db.session.scalars(select(Message).where(Message.kind == "report-returned")).all()) == 2


def test_six_photos_and_no_more(make: Maker) -> None:
    report = told(make.event())
    for _number in range(6):
        photographed(report)
    with pytest.raises(Refused) as refused:
        photographed(report)
    assert code_of(refused) == "too-many-photos"
    assert len(db.session.scalars(select(Photo.id)).all()) == 6


def test_a_photo_is_public_only_while_everything_around_it_is(make: Maker) -> None:
    event = make.event()
    report = told(event)
    photo = photographed(report)

    def is_shown() -> bool:
        db.session.rollback()
        return reports.public_photo(photo.name) is not None

    assert not is_shown()
    with unit_of_work():
        reports.check(report, actor=None, now=AFTER)
    assert not is_shown()
    with unit_of_work():
        annual_reports.publish(event.edition, actor=None, now=AFTER)
    assert is_shown()
    with unit_of_work():
        reports.leave_out(photo, is_left_out=True, actor=None, now=AFTER)
    assert not is_shown()
    with unit_of_work():
        reports.leave_out(photo, is_left_out=False, actor=None, now=AFTER)
    assert is_shown()
    with unit_of_work():
        annual_reports.take_back(event.edition, actor=None, now=AFTER)
    assert not is_shown()
    with unit_of_work():
        annual_reports.publish(event.edition, actor=None, now=AFTER)
        events.cancel(event, reason={}, actor=None, now=AFTER)
    assert not is_shown()


def test_a_years_report_needs_one_that_is_checked(make: Maker) -> None:
    event = make.event()
    told(event)
    with pytest.raises(Refused) as refused, unit_of_work():
        annual_reports.publish(event.edition, actor=None, now=AFTER)
    assert code_of(refused) == "report-none-checked"
    checked(event)
    with unit_of_work():
        editions.move(event.edition, EditionStatus.PLANNED, actor=None, now=AFTER)
    with pytest.raises(Refused) as hidden, unit_of_work():
        annual_reports.publish(event.edition, actor=None, now=AFTER)
    assert code_of(hidden) == "year-hidden"


def test_a_year_in_figures(make: Maker) -> None:
    edition = make.edition()
    places = [("DE", "Berlin", 40), ("DE", "Bonn", 3), ("AZ", "Baku", 12), ("AZ", "Baku", None)]
    for number, (country, city, came) in enumerate(places):
        event = make.event(edition, name={"en": f"Evening {number}"}, country=country, city=city)
        if came is not None:
            checked(event, came)
    sent = make.event(edition, name={"en": "Sent only"}, country="FR", city="Paris")
    told(sent, 1000)
    make.event(edition, name={"en": "Draft"}, country="TR", city="Ankara", is_published=False)
    found = annual_reports.of(edition)
    assert (len(found.events), dict(found.countries), found.cities, found.reports) == (
        5,
        {"DE": 2, "AZ": 2, "FR": 1},
        4,
        3,
    )
    assert found.came == 55
    # Three people in Bonn could be told from the sum, so the smallest of the others is hidden, too.
    assert {told.slug: told.came for told in found.events} == {
        "evening-0": 40,
        "evening-1": None,
        "evening-2": None,
        "evening-3": None,
        "sent-only": None,
    }
    assert {told.words for told in found.events if told.slug == "sent-only"} == {""}


def test_very_few_people_are_no_number(make: Maker) -> None:
    event = make.event()
    checked(event, 4)
    found = annual_reports.of(event.edition)
    assert (found.came, found.reports, [told.came for told in found.events]) == (None, 1, [None])


def asked() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Message.unique_key).where(Message.kind == "report")))


def ask(now: datetime) -> int:
    with unit_of_work():
        return report_asks.queue_due(now=now)


def test_hosts_are_asked_once_in_the_morning_after(make: Maker) -> None:
    event = make.event()
    hosted(make, event)
    morning = datetime(2027, 2, 27, 8, tzinfo=UTC)
    assert not report_asks.is_due(now=morning - timedelta(minutes=1))
    assert ask(morning - timedelta(minutes=1)) == 0
    assert report_asks.is_due(now=morning)
    assert (ask(morning), ask(morning + timedelta(hours=1))) == (1, 0)
    assert asked() == [f"host:report:{event.id}"]


def test_whom_nobody_asks(make: Maker) -> None:
    edition = make.edition()
    quiet, other, told_already = (make.event(edition, name={"en": name}) for name in ("Quiet", "Cancelled", "Told"))
    for number, event in enumerate((other, told_already)):
        hosted(make, event, f"host-{number}@example.org")
    with unit_of_work():
        events.cancel(other, reason={}, actor=None, now=make.now)
    told(told_already)
    assert ask(AFTER) == 0
    late = hosted(make, quiet)
    assert ask(datetime(2027, 3, 9, tzinfo=UTC)) == 0
    with unit_of_work():
        late.bounced_at = make.now
    assert ask(AFTER) == 0
    with unit_of_work():
        late.bounced_at = None
        attack_mode.begin(edition.campaign, actor=None, now=make.now)
    assert ask(AFTER) == 0
    with unit_of_work():
        attack_mode.end(edition.campaign, actor=None, now=make.now)
    assert ask(AFTER) == 1


def test_the_worker_asks_by_itself(make: Maker) -> None:
    ended = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
    end = ended.replace(tzinfo=None)
    event = make.event(make.edition(year=ended.year), starts=end - timedelta(hours=2), ends=end, zone="UTC")
    hosted(make, event)
    jobs.queue_report_asks()
    jobs.queue_report_asks()
    assert len(asked()) == 1


@pytest.mark.parametrize(
    ("over_at", "zone", "day"),
    [
        (datetime(2027, 2, 26, 19, 30, tzinfo=UTC), "Europe/Berlin", date(2027, 2, 27)),
        (datetime(2027, 2, 26, 23, 0, tzinfo=UTC), "Europe/Berlin", date(2027, 2, 27)),
        (datetime(2027, 2, 26, 23, 30, tzinfo=UTC), "Europe/Berlin", date(2027, 2, 28)),
        (datetime(2027, 2, 26, 8, 0, tzinfo=UTC), "America/Los_Angeles", date(2027, 2, 26)),
    ],
)
def test_the_morning_after_is_told_by_the_places_clocks(over_at: datetime, zone: str, day: date) -> None:
    assert asks_at(over_at, zone).date() == day


def test_where_nobody_has_told_yet(make: Maker) -> None:
    edition = make.edition()
    told(make.event(edition, name={"en": "Told"}))
    for number, country in enumerate(("DE", "AZ", "AZ")):
        make.event(edition, name={"en": f"Silent {number}"}, country=country)
    assert dict(reports.silent(edition, countries=None, now=AFTER)) == {"DE": 1, "AZ": 2}
    assert dict(reports.silent(edition, countries=["DE"], now=AFTER)) == {"DE": 1}
    assert reports.silent(edition, countries=None, now=make.now) == []
    assert [report.event.slug for report in reports.of_edition(edition, countries=["DE"])] == ["told"]
    assert reports.of_edition(edition, countries=["AZ"]) == []
