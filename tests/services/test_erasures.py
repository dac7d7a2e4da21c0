"""Erasing: nothing is left, the place comes free, and no older database brings the person back."""

import sqlite3
import stat
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign import erasure_list, forgetting
from campaign.db import Base, db, unit_of_work
from campaign.domain.erasure import Erased
from campaign.domain.question import Kind
from campaign.domain.registration import Status
from campaign.keys import address_hash
from campaign.models import Answer, Audit, Consent, Erasure, Event, Message, Registration
from campaign.services import erasures, invitations, registrations
from campaign.services.submissions import Submission
from tests import servers
from tests.make import Maker

HOUR = timedelta(hours=1)


def count(table: type[Base]) -> int:
    return db.session.scalars(select(func.count()).select_from(table)).one()


def erase(registration: Registration, now: datetime) -> Erased:
    with unit_of_work():
        return erasures.erase(registration, now=now)


def confirmed(make: Maker, event: Event, email: str = "rena@example.org", **changes: object) -> Registration:
    registration = make.registration(event, email, **changes)
    with unit_of_work():
        registrations.confirm(registration, now=make.now)
    return registration


def test_nothing_is_left_but_a_keyed_hash(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    question = make.question(event, Kind.TEXT)
    registration = confirmed(make, event, answers={question.id: ["Yes"]})
    erased = erase(registration, now)
    assert [count(table) for table in (Registration, Answer, Consent, Message)] == [0, 0, 0, 0]
    assert event.seats_taken == 0
    row = db.session.scalars(select(Erasure)).one()
    assert (row.event_id, row.email_hash, row.erased_at) == (event.id, address_hash("rena@example.org"), now)
    assert erased == Erased(event.uid, address_hash("rena@example.org"), now)
    line = db.session.scalars(select(Audit).where(Audit.action == "erase")).one()
    assert (line.subject, line.subject_id, line.actor_id, line.facts) == ("event", event.id, None, {})


def test_what_ended_before_goes_with_it_and_others_stay(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    with unit_of_work():
        registrations.cancel(confirmed(make, event), now=now)
    again, other = confirmed(make, event), confirmed(make, event, "ali@example.org")
    elsewhere = confirmed(make, make.event(event.edition, name={"en": "Supper"}))
    erase(again, now)
    assert list(db.session.scalars(select(Registration))) == [other, elsewhere]
    assert {one.registration_id for one in db.session.scalars(select(Message))} == {other.id, elsewhere.id}


def test_the_place_is_offered_to_whoever_waits(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event(capacity=1)
    first = confirmed(make, event)
    second = confirmed(make, event, "ali@example.org")
    assert second.status is Status.WAITING
    erase(first, now)
    assert (second.status, event.seats_taken) == (Status.OFFERED, 1)


def test_an_invitation_gets_its_places_back(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    with unit_of_work():
        link = invitations.create(event, label="Choir", quota=2, expires_at=None, actor=None, now=now)
        given = Submission("Rena", "rena@example.org", "en", party_size=2)
        registration = registrations.register(event, given, invitation=link, now=now)
    assert registration
    assert link.used == 2
    erase(registration, now)
    assert link.used == 0


def test_after_the_event_the_number_of_places_stays(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    registration = confirmed(make, event)
    assert event.ends_at
    erase(registration, event.ends_at + HOUR)
    assert (count(Registration), event.seats_taken) == (0, 1)


def test_whoever_comes_back_is_a_new_registration(app_on_both: Flask, make: Maker, now: datetime) -> None:
    event = make.event()
    erased = erase(confirmed(make, event), now)
    make.now = now + HOUR
    back = confirmed(make, event)
    with unit_of_work():
        erasures.apply(erased, now=now + 2 * HOUR)
    assert list(db.session.scalars(select(Registration))) == [back]
    erase(back, now + 2 * HOUR)
    assert db.session.scalars(select(Erasure)).one().erased_at == now + 2 * HOUR


@pytest.fixture
def folder(app: Flask) -> Path:
    """Return where the list is kept."""
    instance: Path = app.config["SETTINGS"].instance
    return instance


def test_the_list_is_ours_alone_and_only_grows(folder: Path, now: datetime) -> None:
    first, second = Erased("a@x", bytes(32), now), Erased("b@x", bytes(32), now)
    erasure_list.append(folder, [first])
    erasure_list.append(folder, [second])
    assert erasure_list.read(folder) == [first, second]
    assert stat.S_IMODE((folder / erasure_list.NAME).stat().st_mode) == 0o600


def test_a_line_that_was_cut_off_spoils_no_other(folder: Path, now: datetime) -> None:
    first, second = Erased("a@x", bytes(32), now), Erased("b@x", bytes(32), now)
    erasure_list.append(folder, [first])
    with (folder / erasure_list.NAME).open("a") as file:
        file.write("2027-02-26T18:30:00+00:00 00ff")
    erasure_list.append(folder, [second])
    assert erasure_list.read(folder) == [first, second]


def test_no_list_is_an_empty_one(folder: Path) -> None:
    assert erasure_list.read(folder) == []


def test_what_was_not_listed_is_listed_later(app: Flask, folder: Path, make: Maker, now: datetime) -> None:
    erased = erase(confirmed(make, make.event()), now)  # and the process died before it could write the line
    assert forgetting.keep_erased(folder, now=now) == 0
    assert erasure_list.read(folder) == [erased]
    assert forgetting.keep_erased(folder, now=now) == 0
    assert erasure_list.read(folder) == [erased]


def test_an_event_that_is_not_there_has_nobody(app: Flask, folder: Path, now: datetime) -> None:
    erasure_list.append(folder, [Erased("no-such@event", bytes(32), now)])
    forgetting.keep_erased(folder, now=now)
    assert count(Erasure) == 0


def test_the_purge_forgets_whom_a_backup_brought_back(app: Flask, folder: Path, make: Maker, now: datetime) -> None:
    event = make.event()
    confirmed(make, event)
    erasure_list.append(folder, [Erased(event.uid, address_hash("rena@example.org"), now + HOUR)])
    db.session.remove()
    result = app.test_cli_runner().invoke(args=["purge"])
    assert (result.exit_code, count(Registration), count(Erasure)) == (0, 0, 1)


def backed_up(path: Path, to: Path) -> None:
    """Copy a database as its owner would."""
    with sqlite3.connect(path) as source, sqlite3.connect(to) as target:
        source.backup(target)


def restored(path: Path, backup: Path) -> None:
    """Put an older database in the place of the present one."""
    db.session.remove()
    db.engine.dispose()
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    backup.replace(path)


def test_a_worker_that_finds_a_backup_in_place_forgets_again(
    app: Flask, folder: Path, make: Maker, environment: Mapping[str, str], tmp_path: Path
) -> None:
    make.now = datetime.now(UTC)
    year = make.now.year + 1
    event = make.event(make.edition(year=year), starts=datetime(year, 2, 26, 18), ends=datetime(year, 2, 26, 20))
    person, other = confirmed(make, event), confirmed(make, event, "ali@example.org")
    kept, database, backup = other.id, tmp_path / "test.db", tmp_path / "backup.db"
    backed_up(database, backup)
    erasure_list.append(folder, [erase(person, datetime.now(UTC))])
    restored(database, backup)
    with sqlite3.connect(database) as onlooker:

        def here() -> list[int]:
            return [number for (number,) in onlooker.execute("SELECT id FROM registration")]

        assert len(here()) == 2
        with servers.running(["flask", "--app", "wsgi", "worker"], environment):
            servers.wait_for(lambda: here() == [kept], what="forgetting again")
        assert onlooker.execute("SELECT count(*) FROM message WHERE registration_id IS NULL").fetchone() == (0,)
        assert onlooker.execute("SELECT seats_taken FROM event").fetchone() == (1,)
        mails = "".join(file.read_text() for file in (folder / "mail").glob("*.eml"))
        assert "rena@example.org" not in mails
