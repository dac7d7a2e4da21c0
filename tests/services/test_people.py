"""Finding registrations: each page follows the one before, in any order, whatever is looked for."""

import sqlite3
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.event import listen

from campaign.db import db, unit_of_work
from campaign.domain.registration import Status
from campaign.models import Audit, Event, Registration, RegistrationTag
from campaign.services import people, registrations
from campaign.services.people import Among, Place, Sort, Wanted
from tests.make import Maker

NAMES = ("Əli", "Leyla", "Zoë", "Émile", "Çiçək", "Anna", "Ümid", "نسرين", "Борис")


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a page hold three."""
    monkeypatch.setattr(people, "PAGE_SIZE", 3)


def crowd(make: Maker, event: Event) -> list[Registration]:
    """Register nine people: every third confirmed, every third cancelled, every second tagged."""
    rows = [make.registration(event, f"p{number}@example.org", name=name) for number, name in enumerate(NAMES)]
    with unit_of_work():
        for number, row in enumerate(rows):
            if number % 3 == 1:
                registrations.confirm(row, now=make.now)
            elif number % 3 == 2:
                registrations.cancel(row, now=make.now)
            if number % 2:
                db.session.add(RegistrationTag(registration_id=row.id, event_id=event.id, tag="choir"))
    return rows


def walk(among: Among, wanted: Wanted) -> list[str]:
    """Return the names of all pages, having gone to the last and back again."""
    pages = [people.find(among, wanted)]
    while (place := pages[-1].after) is not None:
        pages.append(people.find(among, wanted, place=place))
    back = [pages[-1]]
    while (place := back[-1].before) is not None:
        back.append(people.find(among, wanted, place=place))
    assert [[row.id for row in page.items] for page in back[::-1]] == [[row.id for row in page.items] for page in pages]
    assert all(len(page.items) == 3 for page in pages[:-1])
    return [row.name for page in pages for row in page.items]


def test_each_page_follows_the_one_before_in_every_order(app_on_both: Flask, make: Maker, short_pages: None) -> None:
    event = make.event(capacity=None)
    crowd(make, event)
    one, year = people.of_event(event), people.of_edition(event.edition)
    for among in (one, year):
        assert walk(among, Wanted()) == list(NAMES[::-1])
        assert walk(among, Wanted(sort=Sort.OLDEST)) == list(NAMES)
        by_state = [*NAMES[0::3], *NAMES[1::3], *NAMES[2::3]]
        assert walk(among, Wanted(sort=Sort.STATE)) == by_state
    by_name = walk(one, Wanted(sort=Sort.NAME, language="az"))
    assert by_name == ["Anna", "Çiçək", "Émile", "Əli", "Leyla", "Ümid", "Zoë", "Борис", "نسرين"]


def test_a_year_is_read_event_by_event_and_still_in_one_order(
    app_on_both: Flask, make: Maker, short_pages: None
) -> None:
    event = make.event(capacity=None)
    other = make.event(event.edition, name={"en": "Evening in Baku"}, country="AZ", city="Baku", capacity=None)
    for number in range(5):
        make.registration(event, f"b{number}@example.org", name=f"Berlin {number}")
        make.registration(other, f"a{number}@example.org", name=f"Baku {number}")
    year = people.of_edition(event.edition)
    expected = [f"{city} {number}" for number in range(5) for city in ("Berlin", "Baku")]
    assert walk(year, Wanted(sort=Sort.OLDEST)) == expected
    assert walk(year, Wanted()) == expected[::-1]
    baku = people.of_edition(event.edition, countries=["AZ"])
    assert walk(baku, Wanted()) == [f"Baku {number}" for number in range(5)][::-1]
    assert people.find(people.of_edition(event.edition, countries=[]), Wanted()).items == []


def test_state_and_tag_narrow_the_list(app_on_both: Flask, make: Maker, short_pages: None) -> None:
    event = make.event(capacity=None)
    crowd(make, event)
    for among in (people.of_event(event), people.of_edition(event.edition)):
        assert walk(among, Wanted(status=Status.CONFIRMED)) == list(NAMES[1::3][::-1])
        assert walk(among, Wanted(status=Status.CONFIRMED, sort=Sort.STATE)) == list(NAMES[1::3])
        assert walk(among, Wanted(tag="choir")) == list(NAMES[1::2][::-1])
        assert walk(among, Wanted(tag="choir", status=Status.CONFIRMED)) == [NAMES[7], NAMES[1]]
        assert people.find(among, Wanted(status=Status.OFFERED)).items == []
        assert people.tags(among) == ["choir"]
        states = {Status.PENDING: 3, Status.CONFIRMED: 3, Status.CANCELLED: 3}
        assert people.counts(among) == states


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("leyla", ["Leyla"]),
        ("ELI", ["Əli"]),
        ("emile", ["Émile"]),
        ("l", ["Émile", "Leyla", "Əli"]),
        ("نسر", ["نسرين"]),
        ("nobody", []),
        ("%", []),
    ],
)
def test_a_name_is_found_within_its_event(app: Flask, make: Maker, words: str, found: list[str]) -> None:
    event = make.event(capacity=None)
    crowd(make, event)
    assert [row.name for row in people.find(people.of_event(event), Wanted(words=words)).items] == found
    assert people.find(people.of_edition(event.edition), Wanted(words=words)).items == []


def test_pages_of_a_search_follow_each_other(app: Flask, make: Maker, short_pages: None) -> None:
    event = make.event(capacity=None)
    crowd(make, event)
    among = people.of_event(event)
    assert walk(among, Wanted(words="e")) == ["Çiçək", "Émile", "Zoë", "Leyla", "Əli"]
    assert walk(among, Wanted(words="e", sort=Sort.STATE)) == ["Əli", "Émile", "Leyla", "Çiçək", "Zoë"]


def test_a_ticket_is_found_by_its_letters(app: Flask, make: Maker) -> None:
    event = make.event()
    row = make.registration(event)
    make.registration(event, "ali@example.org", name="Ali")
    assert row.code
    assert people.find(people.of_event(event), Wanted(words=row.code.lower())).items == [row]


def test_a_mail_address_is_found_across_everything_of_a_campaign_but_not_in_another(
    app_on_both: Flask, make: Maker
) -> None:
    event = make.event()
    campaign = event.edition.campaign
    next_year = make.event(make.edition(campaign, 2028))
    elsewhere = make.event(make.edition(make.campaign("earth-hour")))
    here, later, _other = (make.registration(one) for one in (event, next_year, elsewhere))
    make.registration(event, "ali@example.org", name="Ali")
    found = people.find(people.of_campaign(campaign.id), Wanted(words=" RENA@example.org"))
    assert list(found.items) == [later, here]
    assert list(people.find(people.of_event(event), Wanted(words="rena@example.org")).items) == [here]
    assert people.find(people.of_campaign(campaign.id, countries=["FR"]), Wanted(words="rena@example.org")).items == []
    assert people.find(people.of_campaign(campaign.id), Wanted(words="rena@")).items == []


def test_a_page_costs_as_much_however_far_it_lies(app: Flask, make: Maker) -> None:
    event = make.event(capacity=None)
    one = make.registration(event)
    columns = [column.name for column in Registration.__table__.columns if column.name != "id"]
    with unit_of_work():
        for number in range(3000):
            values = {name: getattr(one, name) for name in columns}
            values |= {name: f"{name[:2]}{number}" for name in ("token", "submission", "ticket")}
            values |= {name: number.to_bytes(32, "big") for name in ("token_hash", "calendar_hash", "email_hash")}
            db.session.add(Registration(**{**values, "code": f"{number:08d}", "status": Status.CANCELLED}))
    year, by_state = people.of_edition(event.edition), Wanted(sort=Sort.STATE)
    rank = people.ORDER.index(Status.CANCELLED)
    assert steps(year, Wanted(), Place((0, 100))) < 1.2 * steps(year, Wanted())
    assert steps(year, Wanted(sort=Sort.OLDEST), Place((0, 2900))) < 1.2 * steps(year, Wanted(sort=Sort.OLDEST))
    assert steps(year, by_state, Place((rank, 2900))) < 1.2 * steps(year, by_state)


def steps(among: Among, wanted: Wanted, place: Place | None = None) -> int:
    """Return how many hundred instructions SQLite's machine ran to find a page."""
    ran: list[int] = []
    db.session.rollback()
    connection = db.session.connection().connection.driver_connection
    assert isinstance(connection, sqlite3.Connection)
    connection.set_progress_handler(lambda: ran.append(1), 100)
    assert len(people.find(among, wanted, place=place).items) == people.PAGE_SIZE
    connection.set_progress_handler(None, 0)
    return len(ran)


def test_a_look_is_recorded_once_for_each_event(app: Flask, make: Maker) -> None:
    event = make.event()
    other = make.event(event.edition, name={"en": "Second"})
    for one in (event, other):
        for name in ("a", "b"):
            make.registration(one, f"{name}@example.org")
    user = make.user()
    page = people.find(people.of_edition(event.edition), Wanted())
    with unit_of_work():
        people.note_looks(page, actor=user, now=make.now + timedelta(minutes=1))
    looks = db.session.scalars(select(Audit).where(Audit.action == "view-registrations"))
    assert sorted(look.subject_id for look in looks) == [event.id, other.id]


def test_a_page_is_read_at_once_also_after_the_look_at_it_was_recorded(app: Flask, make: Maker) -> None:
    event = make.event()
    for number in range(3):
        make.registration(event, f"person-{number}@example.org")
    user = make.user()
    page = people.find(people.of_edition(event.edition), Wanted())
    with unit_of_work():
        people.note_looks(page, actor=user, now=make.now)
    asked: list[str] = []
    listen(db.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    assert [one.name for one in page.items] == ["Rena"] * 3
    assert sum("FROM registration" in one and "registration_tag" not in one for one in asked) == 1
