"""The whole way: a round is started, a mail comes, its link opens the host's page, and the answers are given there."""

import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from campaign import jobs
from campaign.db import db, unit_of_work
from campaign.domain.event import Status
from campaign.domain.permission import Role
from campaign.domain.proposal import Status as ProposalStatus
from campaign.domain.renewal import Answer
from campaign.models import Edition, Event, Host, Message, Proposal, Renewal
from campaign.services import hosts
from tests.page import Client, Page, words
from tests.web.conftest import STARTS, YEAR, Soon

ROUND = f"/manage/khojaly/{YEAR}/renewal/"


def answered(status: int, page: Page) -> Page:
    """Return a page that was answered as expected."""
    assert page.status == status, page.text[:500]
    return page


def said(page: Page) -> str:
    return words(page.all("main")[0])


@pytest.fixture
def edition(app: Flask, soon: Soon) -> Edition:
    """Return the coming year, after one with Rena's evening in Berlin and a meeting of nobody's in Paris."""
    campaign = soon.campaign()
    last = soon.edition(campaign, YEAR - 1)
    start = STARTS.replace(year=YEAR - 1)
    evening = soon.event(last, starts=start, ends=start.replace(hour=20))
    paris = {"country": "FR", "city": "Paris", "zone": "Europe/Paris"}
    soon.event(last, name={"en": "Meeting in Paris"}, **paris, starts=start, ends=start.replace(hour=20))
    with unit_of_work():
        evening.host = hosts.find_or_add(campaign, email="rena@example.org", name="Rena", language="en", now=soon.now)
    return soon.edition(campaign)


def mails(app: Flask, kind: str) -> list[tuple[str, str]]:
    """Send what is queued; return to whom the mails of a kind went, and what they say."""
    jobs.queue_and_send()
    files = {
        path.stem: message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in Path(app.config["SETTINGS"].instance, "mail").glob("*.eml")
    }
    rows = db.session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id))
    found = []
    for row in rows:
        mail = next(mail for mail in files.values() if mail["Message-ID"] == row.message_id)
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        found.append((row.to, mail.get_body(("plain",)).get_content()))
    return found


def link_in(text: str) -> str:
    found = re.search(r"(/h/[\w-]+/)\r?\n", text)
    assert found, text
    return found[1]


def start(app: Flask, client: Client, edition: Edition, soon: Soon) -> str:
    """Start the round; return the path of the link in the mail."""
    client.sign_in(soon.member(edition.campaign, Role.EDITOR))
    assert answered(303, client.post(f"{ROUND}start")).location == ROUND
    [(to, text)] = mails(app, "renewal")
    assert to == "rena@example.org"
    return link_in(text)


def renewal() -> Renewal:
    db.session.rollback()
    return db.session.scalars(select(Renewal).order_by(Renewal.id)).first()  # type: ignore[return-value]


def new_event() -> Event:
    db.session.rollback()
    return db.session.scalars(select(Event).join(Edition).where(Edition.year == YEAR)).one()


def test_from_the_round_to_the_published_event(app: Flask, client: Client, edition: Edition, soon: Soon) -> None:
    client.sign_in(soon.member(edition.campaign, Role.OWNER))
    before = said(client.get(ROUND))
    assert "Ask 1 host" in before
    assert "1 event has no host." in before
    assert "/h/sample/" in before
    page = start(app, client, edition, soon)
    visitor = Client(app)
    assert f"Does it take place again in {YEAR}?" in said(visitor.get(page))
    assert renewal().answer is None
    assert answered(303, visitor.post(f"{page}again/{YEAR}/evening-in-berlin/yes")).location == page
    assert "Your answer: Again." in said(visitor.get(page))
    assert (new_event().status, new_event().starts) == (Status.DRAFT, STARTS)
    assert "Publish 1 event whose host said “again”" in said(client.get(ROUND))
    assert client.post(f"{ROUND}publish").status == 303
    assert new_event().status is Status.PUBLISHED
    assert "Your answer" in said(visitor.get(page))
    assert "can answer otherwise" not in said(visitor.get(page))
    visitor.post(f"{page}again/{YEAR}/evening-in-berlin/no")
    assert "published already" in said(visitor.get(page))


def test_answer_with_changes(app: Flask, client: Client, edition: Edition, soon: Soon) -> None:
    page = start(app, client, edition, soon)
    where = f"{page}again/{YEAR}/evening-in-berlin/changes/"
    form = client.get(where)
    assert (form.value_of("venue"), form.value_of("starts")) == ("Community hall", f"{STARTS:%Y-%m-%dT%H:%M}")
    sent = {"name_en": "Evening in Berlin", "city": "Berlin", "country": "DE", "zone": "Europe/Berlin"}
    sent |= {"starts": f"{STARTS:%Y-%m-%dT%H:%M}", "ends": f"{STARTS:%Y-%m-%dT}20:30", "venue": "Library"}
    assert answered(422, client.post(where, {**sent, "starts": "never"})).error_of("starts")
    assert new_events() == 0
    assert answered(303, client.post(where, {**sent, "note": "More room"})).location == page
    assert (new_event().venue, new_event().tags) == ("Library", ["concert"])
    proposal = db.session.scalars(select(Proposal)).one()
    assert (proposal.status, proposal.note) == (ProposalStatus.WAITING, "More room")
    assert "The coordinators look at what you proposed." in said(client.get(page))
    assert answered(303, client.post(f"{page}{YEAR}/evening-in-berlin/withdraw")).location == page
    db.session.rollback()
    assert proposal.status is ProposalStatus.WITHDRAWN


def new_events() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Event).join(Edition).where(Edition.year == YEAR)).all())


def test_answer_not_this_year(app: Flask, client: Client, edition: Edition, soon: Soon) -> None:
    page = start(app, client, edition, soon)
    client.post(f"{page}again/{YEAR}/evening-in-berlin/no", {"note": "x" * 2000})
    assert renewal().answer is None
    client.post(f"{page}again/{YEAR}/evening-in-berlin/no", {"note": "We move"})
    assert (renewal().answer, renewal().note) == (Answer.NOT_THIS_YEAR, "We move")
    assert "We move" in said(client.get(f"{ROUND}?state=not-this-year"))
    assert "Nobody here." in said(client.get(ROUND))


def test_hand_over_to_somebody(app: Flask, client: Client, edition: Edition, soon: Soon) -> None:
    page = start(app, client, edition, soon)
    where = f"{page}again/{YEAR}/evening-in-berlin/somebody-else/"
    heir = {"name": "Ali", "email": "ali@example.org", "language": "az"}
    assert answered(422, client.post(where, {**heir, "email": "rena@example.org"}))
    assert answered(422, client.post(where, {**heir, "name": "www.example.org"})).error_of("name")
    assert answered(303, client.post(where, heir)).location == page
    (_rena, _text), (to, text) = mails(app, "renewal")
    assert to == "ali@example.org"
    assert "Rena" in text
    theirs = link_in(text)
    assert theirs != page
    assert "Handed over" in said(client.get(page))
    client.post(f"{theirs}again/{YEAR}/evening-in-berlin/yes")
    assert new_event().host and new_event().host.email == "ali@example.org"
    assert client.get(f"{theirs}again/{YEAR}/evening-in-berlin/changes/").status == 200
    assert "This question is answered." in said(client.get(where))


def test_scanners_that_open_every_link_answer_nothing(app: Flask, client: Client, edition: Edition, soon: Soon) -> None:
    page = start(app, client, edition, soon)
    for path in ("", "unsubscribe", f"again/{YEAR}/evening-in-berlin/changes/"):
        assert client.get(page + path).status == 200
    for path in ("yes", "no"):
        assert client.get(f"{page}again/{YEAR}/evening-in-berlin/{path}").status == 405
    assert renewal().answer is None
    assert renewal().host.wants_asking


def test_one_click_stops_it_without_a_forms_token(app: Flask, client: Client, edition: Edition, soon: Soon) -> None:
    page = start(app, client, edition, soon)
    app.config["WTF_CSRF_ENABLED"] = True
    answer = app.test_client().post(f"{page}unsubscribe", data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.location) == (200, None)
    assert not renewal().host.wants_asking
    assert renewal().due_at is None
    assert app.test_client().post(f"{page}unsubscribe/resume").status_code == 400
    app.config["WTF_CSRF_ENABLED"] = False
    assert client.post(f"{page}unsubscribe/resume").location == page
    assert renewal().host.wants_asking


def test_another_hosts_question_and_an_unknown_link_are_not_there(
    app: Flask, client: Client, edition: Edition, soon: Soon
) -> None:
    page = start(app, client, edition, soon)
    with unit_of_work():
        other = hosts.find_or_add(edition.campaign, email="x@example.org", name="X", language="en", now=soon.now)
    for path in (f"/h/{other.token}/", "/h/unknown/"):
        assert client.post(f"{path}again/{YEAR}/evening-in-berlin/yes").status == 404
    assert client.post(f"{page}again/{YEAR - 1}/evening-in-berlin/yes").status == 404
    unknown = client.get("/h/unknown/")
    assert unknown.heading == client.get("/r/unknown/").heading
    shown = client.get(page).response.headers
    assert (shown["Cache-Control"], shown["X-Robots-Tag"]) == ("no-store", "noindex")


def test_a_coordinator_sees_and_asks_their_countries_alone(
    app: Flask, client: Client, edition: Edition, soon: Soon
) -> None:
    client.sign_in(soon.member(edition.campaign, Role.COORDINATOR, countries=["FR"]))
    seen = said(client.get(ROUND))
    assert "Ask 1 host" not in seen
    assert "France" in seen
    assert "Germany" not in seen
    client.post(f"{ROUND}start")
    assert renewal() is None
    assert client.get(f"{ROUND}without-host/?country=DE").status == 403
    assert "Meeting in Paris" in said(client.get(f"{ROUND}without-host/?country=FR"))
    where = f"/manage/khojaly/{YEAR - 1}/events/meeting-in-paris/host/"
    assert answered(422, client.post(where, {"name": "Leyla", "language": "en"})).error_of("email")
    sent = {"name": "Leyla", "email": "leyla@example.org", "language": "fr"}
    assert client.post(where, sent).status == 303
    assert "Ask 1 host" in said(client.get(ROUND))
    client.post(f"{ROUND}start")
    assert renewal().host.name == "Leyla"
    assert "Leyla" in said(client.get(f"{ROUND}?country=FR"))
    assert client.post(f"{ROUND}remind", {"country": "FR"}).status == 303


def test_organizers_enter_change_and_remove_a_host(client: Client, edition: Edition, soon: Soon) -> None:
    client.sign_in(soon.member(edition.campaign, Role.EDITOR))
    soon.event(edition, name={"en": "Reading"})
    where = f"/manage/khojaly/{YEAR}/events/reading/"
    client.post(f"{where}host/", {"name": "Rena A.", "email": "rena@example.org", "language": "az"})
    rena = db.session.scalars(select(Host)).one()
    assert (rena.name, rena.language, rena.is_trusted) == ("Rena", "en", False)
    changed = {"name": "Rena A.", "email": "rena@example.org", "language": "az", "is_trusted": "y"}
    client.post(f"{where}host/", changed)
    db.session.rollback()
    assert (rena.name, rena.language, rena.is_trusted) == ("Rena A.", "az", True)
    assert "Rena A." in said(client.get(where))
    assert len(db.session.scalars(select(Message).where(Message.kind == "welcome")).all()) == 1
    assert client.post(f"{where}host/remove").status == 303
    db.session.rollback()
    assert new_event().host is None
