"""Coordinators look at what hosts told; an editor publishes the report of the year."""

import pytest
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.permission import Role
from campaign.domain.report import Status
from campaign.models import Message, Report
from tests.page import Client
from tests.web.past import YEAR, Past

WHERE = f"/manage/khojaly/{YEAR}/reports/"
PUBLIC = f"/khojaly/{YEAR}/report/"


@pytest.fixture
def report(past: Past, client: Client) -> Report:
    """Return what was told of an event, as an editor sees it."""
    event = past.event()
    past.host(event)
    client.sign_in(past.member(event.edition.campaign, Role.EDITOR))
    return past.report(event)


def stored() -> Report:
    db.session.rollback()
    return db.session.scalars(select(Report)).one()


def test_list_by_country(client: Client, report: Report, past: Past) -> None:
    past.event(report.event.edition, name={"en": "Silent"}, country="AZ", city="Baku", zone="Asia/Baku")
    page = client.get(WHERE)
    assert page.heading == f"Reports {YEAR}"
    assert "1 report is to be checked." in page.text
    assert f"{WHERE}evening-in-berlin/" in page.text
    assert "Events that nobody has told of yet" in page.text
    assert "Azerbaijan" in page.text


def test_check_and_publish(client: Client, report: Report) -> None:
    page = client.get(f"{WHERE}evening-in-berlin/")
    assert "It was calm." in page.text
    none = client.follow(client.post(f"{WHERE}publish"))
    assert "Check at least one host&#39;s report first." in none.text
    assert client.post(f"{WHERE}evening-in-berlin/check").status == 303
    assert stored().status is Status.CHECKED
    again = client.follow(client.post(f"{WHERE}evening-in-berlin/check"))
    assert "Somebody has dealt with this report already." in again.text
    assert client.get(PUBLIC).status == 404
    assert "Everybody can read the report" in client.follow(client.post(f"{WHERE}publish")).text
    assert client.get(PUBLIC).status == 200
    assert "are hidden again" in client.follow(client.post(f"{WHERE}take-back")).text
    assert client.get(PUBLIC).status == 404


def test_send_back_with_a_question(client: Client, report: Report) -> None:
    path = f"{WHERE}evening-in-berlin/send-back"
    assert client.post(path, {"question": " "}).status == 422
    assert client.post(path, {"question": "é" * 1001}).status == 422
    assert stored().status is Status.SENT
    assert client.post(path, {"question": "Who spoke?"}).status == 303
    assert (stored().status, stored().question) == (Status.RETURNED, "Who spoke?")
    assert len(db.session.scalars(select(Message).where(Message.kind == "report-returned")).all()) == 1
    host = stored().event.host
    assert host
    seen = client.get(f"/h/{host.token}/{YEAR}/evening-in-berlin/report").text
    assert "Who spoke?" in seen
    assert client.post(path, {"question": "Again?"}).status == 409


def test_single_photos_are_left_out_and_taken_in_again(client: Client, report: Report) -> None:
    photo = f"{WHERE}evening-in-berlin/photos/{report.photos[0].name}"
    assert client.http.get(f"{photo}.jpg").headers["Cache-Control"] == "no-store"
    client.post(f"{WHERE}evening-in-berlin/check")
    client.post(f"{WHERE}publish")
    shown = f"/photos/{report.photos[0].name}.jpg"
    assert client.http.get(shown).status_code == 200
    page = client.follow(client.post(f"{photo}/leave-out"))
    assert "Left out of the report of the year." in page.text
    assert client.get(shown).status == 404
    client.post(f"{photo}/take-in")
    assert client.http.get(shown).status_code == 200


def test_a_foreword(client: Client, report: Report) -> None:
    form = {"words_en": "A quiet year.", "words_az": "Sakit il.", "words_de": "Nicht in dieser Kampagne"}
    assert client.post(f"{WHERE}foreword", form).status == 303
    assert client.get(WHERE).value_of("words_en") == "A quiet year."
    assert stored().event.edition.report_words == {"en": "A quiet year.", "az": "Sakit il."}
    assert client.post(f"{WHERE}foreword", {"words_en": "a" * 8001}).status == 422


def test_coordinators_check_in_their_countries_and_publish_nothing(client: Client, report: Report, past: Past) -> None:
    campaign = report.event.edition.campaign
    client.sign_in(past.member(campaign, Role.COORDINATOR, countries=["DE"]))
    page = client.get(WHERE)
    assert f"{WHERE}evening-in-berlin/" in page.text
    assert "Publish the report" not in page.text
    assert client.post(f"{WHERE}publish").status == 403
    assert client.post(f"{WHERE}foreword", {}).status == 403
    with unit_of_work():
        campaign.editions[0].events[0].country = "AZ"
    assert f"{WHERE}evening-in-berlin/" not in client.get(WHERE).text
    for path in ("", "check", "send-back", f"photos/{report.photos[0].name}/leave-out"):
        page = client.get(f"{WHERE}evening-in-berlin/") if not path else client.post(f"{WHERE}evening-in-berlin/{path}")
        assert page.status == 403


def test_viewers_read_and_leave_it_as_it_is(client: Client, report: Report, past: Past) -> None:
    client.sign_in(past.member(report.event.edition.campaign, Role.VIEWER))
    page = client.get(f"{WHERE}evening-in-berlin/")
    assert "It was calm." in page.text
    assert "It can be shown" not in page.text
    assert client.post(f"{WHERE}evening-in-berlin/check").status == 403
    assert client.get(f"{WHERE}evening-in-berlin/certificate.pdf").status == 403


def test_the_certificate_of_an_events_host(client: Client, report: Report, past: Past) -> None:
    answer = client.http.get(f"{WHERE}evening-in-berlin/certificate.pdf?language=ar")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    past.event(report.event.edition, name={"en": "Hostless"})
    assert client.get(f"{WHERE}hostless/certificate.pdf").status == 404


def test_an_empty_year(client: Client, past: Past) -> None:
    edition = past.edition()
    client.sign_in(past.member(edition.campaign, Role.EDITOR))
    assert "Nothing told yet" in client.get(WHERE).text
    assert client.get(f"{WHERE}unknown/").status == 404
