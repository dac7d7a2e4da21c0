"""How long the coordinators' queue takes with very many proposals."""

import statistics
import time
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import insert, select

from campaign.db import db, unit_of_work
from campaign.domain.permission import Role
from campaign.models import Edition, Event, Proposal, Series, User
from campaign.services import hosts, members, proposals
from tests.bench.figure import Figure
from tests.make import BERLIN, Maker
from tests.page import Client

PROPOSALS = 5_000
COUNTRIES = ("DE", "FR", "TR", "AZ", "US", "BR", "IN", "KE", None)
LANGUAGES = ("en", "az", "tr", "fr")
OF_THEIR_OWN = frozenset({"id", "uid", "series_id", "slug", "event_id", "country", "language", "submission"})
ROUNDS = 15


def figures(app: Flask, *, count: int = PROPOSALS) -> list[Figure]:
    """Return how long the queue's page takes for an owner and for a coordinator, whole, in milliseconds."""
    app.config["WTF_CSRF_ENABLED"] = False  # as in the tests, whose client sends the forms
    with app.app_context():
        edition, owner, coordinator = _lay(count)
        queue = f"/manage/{edition.campaign.slug}/{edition.year}/proposals/"
        found = []
        for who, user in (("an owner", owner), ("a coordinator", coordinator)):
            browser = Client(app)
            browser.sign_in(user)
            for what, path in (("", queue), (", one country and language", f"{queue}?country=DE&lang=en")):
                name = f"queue of {count:,} proposals for {who}{what}"
                found.append(Figure(name, _milliseconds(browser, path), "ms", 100))
        return found


def _milliseconds(browser: Client, path: str) -> float:
    took = []
    for _round in range(ROUNDS):
        begun = time.perf_counter()
        answer = browser.http.get(path)
        took.append((time.perf_counter() - begun) * 1000)
        assert answer.status_code == 200
    return statistics.median(took)


def _lay(count: int) -> tuple[Edition, User, User]:
    """Propose one event by the service, and copy it as often as is wanted."""
    make = Maker(datetime.now(UTC))
    edition = make.edition(make.campaign("queue"), make.now.year + 1)
    with unit_of_work():
        host = hosts.find_or_add(edition.campaign, email="hanna@example.org", name="Hanna", language="en", now=make.now)
        hosts.verify(host, now=make.now)
        first = proposals.propose(edition, BERLIN, host=host, note="Hello", language="en", now=make.now)
    with unit_of_work():
        _copy(first, count - 1)
    owner, coordinator = make.user("owner@example.org"), make.user("coordinator@example.org")
    with unit_of_work():
        members.grant(owner, edition.campaign, Role.OWNER, actor=None, now=make.now)
        members.grant(coordinator, edition.campaign, Role.COORDINATOR, countries=["DE", "FR"], actor=None, now=make.now)
    return edition, owner, coordinator


def _copy(first: Proposal, count: int) -> None:
    event, proposal = _values(first.event), _values(first)
    where = [COUNTRIES[number % len(COUNTRIES)] for number in range(count)]
    campaign_id = first.edition.campaign_id
    db.session.execute(insert(Series), [{"campaign_id": campaign_id, "slug": f"event-{one}"} for one in range(count)])
    series = db.session.scalars(select(Series.id).where(Series.id != first.event.series_id).order_by(Series.id)).all()
    rows = [
        {
            **event,
            "series_id": series[number],
            "uid": f"{number}@example.org",
            "slug": f"event-{number}",
            "country": country,
        }
        for number, country in enumerate(where)
    ]
    db.session.execute(insert(Event), rows)
    added = db.session.scalars(select(Event.id).where(Event.id != first.event_id).order_by(Event.id)).all()
    db.session.execute(
        insert(Proposal),
        [
            {**proposal, "event_id": number, "country": country, "language": LANGUAGES[number % len(LANGUAGES)]}
            for number, country in zip(added, where, strict=True)
        ],
    )


def _values(row: Event | Proposal) -> dict[str, object]:
    columns = [column.key for column in row.__table__.columns if column.key not in OF_THEIR_OWN]
    return {name: getattr(row, name) for name in columns}
