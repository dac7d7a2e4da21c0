"""How often the public may do what sends mail or tries passwords, and what they read when it is too often."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import func, select

from campaign import config
from campaign.app import create_app
from campaign.db import db, unit_of_work
from campaign.domain import limit as rules
from campaign.keys import address_hash
from campaign.models import Event, Hits, Message, Registration
from campaign.web import challenge, tally
from tests import servers
from tests.page import Client, Page
from tests.web.conftest import YEAR, Soon

FORM = f"/khojaly/{YEAR}/evening-in-berlin/register"
RENA = {"name": "Rena", "email": "rena@example.org", "party_size": "1", "language": "en", "consent": "y"}
HERE, THERE = "192.0.2.1", "198.51.100.1"


def shown(app: Flask, event: Event, *, ago: timedelta = timedelta(seconds=10)) -> str:
    """Return the note of a form that was shown a while ago."""
    with app.test_request_context():
        return challenge.notes(event.id, asks_proof=False, now=datetime.now(UTC) - ago).shown


def send(client: Client, event: Event, number: int = 0, *, network: str = HERE, **changes: str) -> Page:
    """Send the form for another person from a network."""
    filled = {**RENA, "email": f"person-{number}@example.org", "shown": shown(client.app, event), **changes}
    return client.post(FORM, filled, environ_overrides={"REMOTE_ADDR": network})


def used(limit: rules.Limit, whose: str, count: int) -> None:
    """Let so much of a limit be used already."""
    now = datetime.now(UTC)
    with unit_of_work():
        for _number in range(count):
            tally.add((limit, whose), now=now)


def registered() -> int:
    db.session.rollback()
    return db.session.scalars(select(func.count(Registration.id))).one()


@pytest.fixture
def event(app: Flask, soon: Soon) -> Event:
    """Return an event without a limit of places."""
    return soon.event(capacity=None)


@pytest.fixture(autouse=True)
def within_one_hour() -> None:
    """Begin no test in the last seconds of an hour: counts begin anew with the next."""
    left = 3600 - datetime.now(UTC).timestamp() % 3600
    if left < 20:
        time.sleep(left)


def test_a_network_that_sends_too_much_waits_while_another_one_passes(client: Client, event: Event) -> None:
    used(rules.REGISTERING_FROM_NETWORK, HERE, rules.REGISTERING_FROM_NETWORK.most // 2 - 1)
    assert send(client, event, 1).status == 303
    answers = [send(client, event, number) for number in range(2, 202)]
    assert {one.status for one in answers[-150:]} == {429}
    assert registered() == 1, "past the half a proof is asked"
    assert send(client, event, 900, network=THERE).status == 303


def test_who_is_refused_reads_when_to_try_again_and_loses_nothing(client: Client, event: Event) -> None:
    used(rules.REGISTERING_FROM_NETWORK, HERE, rules.REGISTERING_FROM_NETWORK.most)
    page = send(client, event, name="Rena from Baku")
    wait = int(page.response.headers["Retry-After"])
    assert (page.status, 0 < wait <= 3600) == (429, True)
    assert f"Please try again in {wait // 60} min." in page.text
    assert page.value_of("name") == "Rena from Baku"
    assert registered() == 0


def test_ipv6_networks_are_told_apart_by_their_first_half(client: Client, event: Event) -> None:
    used(rules.REGISTERING_FROM_NETWORK, rules.network("2001:db8:0:1::1"), rules.REGISTERING_FROM_NETWORK.most)
    assert send(client, event, network="2001:db8:0:1:aaaa::2").status == 429
    assert send(client, event, network="2001:db8:0:2::1").status == 303


def test_the_header_of_a_proxy_is_believed_only_where_one_is_expected(
    environment: dict[str, str], client: Client, event: Event
) -> None:
    used(rules.REGISTERING_FROM_NETWORK, HERE, rules.REGISTERING_FROM_NETWORK.most)
    filled = {**RENA, "shown": shown(client.app, event)}
    pretended = {"X-Forwarded-For": THERE}
    assert client.post(FORM, filled, headers=pretended, environ_overrides={"REMOTE_ADDR": HERE}).status == 429

    behind = create_app(config.read({**environment, "TRUSTED_PROXIES": "1"}))
    behind.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    for forwarded, status in ((HERE, 429), (f"{THERE}, {HERE}", 429), (THERE, 303)):
        with behind.app_context():
            page = Client(behind).post(FORM, filled, headers={"X-Forwarded-For": forwarded})
        assert page.status == status, forwarded


def test_an_event_that_is_stormed_closes_for_the_hour_whoever_asks(client: Client, event: Event) -> None:
    with unit_of_work():
        event.capacity = 10
    event_limit = rules.registering_at_event(10)
    used(event_limit, str(event.id), event_limit.most)
    page = send(client, event)
    assert (page.status, registered()) == (422, 0), "first a proof is asked, which costs a stormer"


def test_an_address_gets_no_more_mails_than_a_day_has_room_for_and_nobody_learns_it(
    client: Client, event: Event, soon: Soon
) -> None:
    first = send(client, event)
    others = [soon.event(event.edition, name={"en": f"Evening {number}"}) for number in range(1, 22)]
    answers = []
    for number, other in enumerate(others):
        note = shown(client.app, other)
        filled = {**RENA, "email": "person-0@example.org", "shown": note}
        network = f"203.0.113.{number}"
        path = FORM.replace("evening-in-berlin", other.slug)
        answers.append(client.post(path, filled, environ_overrides={"REMOTE_ADDR": network}))
    assert {(one.status, one.location.rpartition("/")[2]) for one in answers} == {(first.status, "sent")}
    assert registered() == rules.MAILS_TO_ADDRESS.most
    assert send(client, event, 1).status == 303
    assert registered() == rules.MAILS_TO_ADDRESS.most + 1


def test_who_gets_no_more_mail_today_is_refused_what_everybody_is(client: Client, soon: Soon) -> None:
    event = soon.event(capacity=1, has_waiting_list=False)
    soon.registration(event, "first@example.org")
    used(rules.MAILS_TO_ADDRESS, address_hash("person-1@example.org").hex(), rules.MAILS_TO_ADDRESS.most)
    assert [send(client, event, number).status for number in (1, 2)] == [409, 409]
    assert registered() == 1


def test_no_address_is_kept(client: Client, event: Event) -> None:
    send(client, event)
    db.session.rollback()
    keys = list(db.session.scalars(select(Hits.key)))
    assert len(keys) == 3
    assert all(re.fullmatch(r"limit:(register|event|mails):[0-9a-f]{40}", key) for key in keys)


def test_what_was_counted_under_yesterdays_secret_says_nothing_today(client: Client, event: Event) -> None:
    day = datetime.now(UTC)
    with unit_of_work():
        for at in (day, day + timedelta(days=1)):
            tally.add((rules.REGISTERING_FROM_NETWORK, HERE), now=at)
    assert len(set(db.session.scalars(select(Hits.key)))) == 2


def test_looking_at_the_form_counts_nothing(client: Client, event: Event) -> None:
    for _number in range(3):
        assert client.get(FORM, environ_overrides={"REMOTE_ADDR": HERE}).status == 200
    assert list(db.session.scalars(select(Hits.key))) == []


def test_what_is_refused_counts_all_the_same(client: Client, event: Event) -> None:
    with unit_of_work():
        event.closes_at = datetime(2020, 1, 1, tzinfo=UTC)
    assert send(client, event).status == 409
    assert tally.look((rules.REGISTERING_FROM_NETWORK, HERE), now=datetime.now(UTC)) == [1]


@pytest.mark.parametrize(("path", "limit"), [
    ("/account/sign-in", rules.SIGNING_IN_FROM_NETWORK),
    ("/account/reset", rules.PASSWORDS_FROM_NETWORK),
])  # fmt: skip
def test_passwords_are_not_tried_all_day(client: Client, soon: Soon, path: str, limit: rules.Limit) -> None:
    used(limit, HERE, limit.most - 1)
    typed = {"email": "alice@example.org", "password": "wrong"}
    last, refused = (client.post(path, typed, environ_overrides={"REMOTE_ADDR": HERE}) for _number in range(2))
    assert (last.status, refused.status) == (200, 429)
    assert "Please try again in" in refused.text
    assert refused.value_of("email") == "alice@example.org"
    assert "wrong" not in refused.text
    assert client.post(path, typed, environ_overrides={"REMOTE_ADDR": THERE}).status == 200


def test_a_new_password_is_mailed_five_times_a_day_at_most(client: Client, soon: Soon) -> None:
    soon.user("alice@example.org")
    answers = [
        client.post(
            "/account/reset", {"email": "alice@example.org"}, environ_overrides={"REMOTE_ADDR": f"192.0.2.{number}"}
        )
        for number in range(8)
    ]
    assert len({(one.status, one.text) for one in answers}) == 1
    db.session.rollback()
    assert db.session.scalars(select(func.count(Message.id))).one() == rules.PASSWORDS_TO_ADDRESS.most


def test_whether_an_address_is_known_shows_neither_in_the_answer_nor_in_the_work(client: Client, event: Event) -> None:
    send(client, event, 1)
    with statements() as for_a_new_one:
        new = send(client, event, 2)
    with statements() as for_a_known_one:
        known = send(client, event, 1)
    assert (new.status, new.text) == (known.status, known.text)
    assert for_a_new_one.count("COMMIT") == for_a_known_one.count("COMMIT")
    assert abs(len(for_a_new_one) - len(for_a_known_one)) <= 3, "one is stored, the other as if it were"


@contextmanager
def statements() -> Iterator[list[str]]:
    """Note what the database is asked, and each commit."""
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        asked.append(statement)

    def commit(connection: object) -> None:
        asked.append("COMMIT")

    sqlalchemy_event.listen(db.engine, "before_cursor_execute", note)
    sqlalchemy_event.listen(db.engine, "commit", commit)
    yield asked
    sqlalchemy_event.remove(db.engine, "before_cursor_execute", note)
    sqlalchemy_event.remove(db.engine, "commit", commit)


def test_redis_counts_for_all_and_the_database_while_it_is_away(environment: dict[str, str], tmp_path: Path) -> None:
    with servers.redis(tmp_path / "redis") as url:
        app = create_app(config.read({**environment, "REDIS_URL": url}))
        with app.app_context():
            db.create_all()
            now = datetime.now(UTC)
            assert [counted(now) for _number in range(3)] == [1, 2, 3]
            assert tally.look((rules.SIGNING_IN_FROM_NETWORK, HERE), now=now) == [3]
            assert list(db.session.scalars(select(Hits.key))) == []
    with app.app_context():
        assert [counted(now) for _number in range(2)] == [1, 2]
        assert tally.look((rules.SIGNING_IN_FROM_NETWORK, HERE), now=now) == [2]
        assert len(list(db.session.scalars(select(Hits.key)))) == 1
        db.session.remove()
        db.engine.dispose()


def counted(now: datetime) -> int:
    with unit_of_work():
        return tally.add((rules.SIGNING_IN_FROM_NETWORK, HERE), now=now)[0]


def test_without_any_counter_nothing_is_mailed(client: Client, event: Event) -> None:
    with unit_of_work():
        Hits.__table__.drop(db.session.connection())  # type: ignore[attr-defined]  # a table, not any FromClause
    page = send(client, event)
    assert (page.status, page.response.headers["Retry-After"], registered()) == (503, "30", 0)
