"""Who is registered, for those whose role includes it; every look is recorded."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.permission import Role
from campaign.domain.question import Kind
from campaign.models import Audit, Campaign, Event
from campaign.services import bulk, people, registrations
from tests.page import Client, Page, words
from tests.web.conftest import YEAR, Soon

PAGE = f"/manage/khojaly/{YEAR}/events/evening-in-berlin/registrations/"
OF_YEAR = f"/manage/khojaly/{YEAR}/registrations/"


@pytest.fixture
def event(app: Flask, soon: Soon) -> Event:
    """Return an event in Berlin with ten places."""
    return soon.event()


def looks() -> list[Audit]:
    db.session.rollback()
    return list(db.session.scalars(select(Audit).where(Audit.action == "view-registrations")))


def rows(page: Page) -> list[list[str]]:
    """Return the words of the table's rows, without the box to tick."""
    return [[words(cell) for cell in row][1:] for row in page.all("tr")][1:]


def names(page: Page) -> list[str]:
    return [row[0] for row in rows(page)]


def link(page: Page, rel: str) -> str:
    """Return where the link to the page before or after leads."""
    (found,) = [one.get("href") or "" for one in page.all("a") if one.get("rel") == rel]
    return found


def test_the_list_shows_people_newest_first_and_records_the_look(client: Client, event: Event, soon: Soon) -> None:
    editor = soon.member(event.edition.campaign, Role.EDITOR)
    client.sign_in(editor)
    assert "Nobody yet" in client.get(PAGE).text
    first = soon.registration(event, party_size=2)
    soon.registration(event, "ali@example.org", name="Ali <b>bold</b>")
    with unit_of_work():
        registrations.confirm(first, now=datetime.now(UTC))
    page = client.get(PAGE)
    assert [row[:4] for row in rows(page)] == [
        ["Ali <b>bold</b>", "ali@example.org", "1", "Not confirmed yet"],
        ["Rena", "rena@example.org", "2", "Confirmed"],
    ]
    assert "That you looked at this list is recorded." in page.text
    assert [(row.actor_id, row.subject_id, row.facts) for row in looks()] == [(editor.id, event.id, {})] * 2


def test_the_overview_counts_without_naming(client: Client, event: Event, soon: Soon) -> None:
    client.sign_in(soon.member(event.edition.campaign, Role.VIEWER))
    soon.registration(event, party_size=3)
    page = client.get(PAGE.removesuffix("registrations/"))
    assert "3 of 10 taken" in page.text
    assert "rena@example.org" not in page.text
    assert not {PAGE, OF_YEAR}.intersection(one.get("href") for one in page.all("a"))


@pytest.mark.parametrize(
    ("role", "countries", "status"),
    [
        (Role.OWNER, None, 200),
        (Role.COORDINATOR, ["DE"], 200),
        (Role.COORDINATOR, ["FR"], 403),
        (Role.DOOR, None, 403),
        (Role.VIEWER, None, 403),
    ],
)
def test_only_some_roles_may_look_and_a_refused_look_is_none(
    client: Client, event: Event, soon: Soon, role: Role, countries: list[str] | None, status: int
) -> None:
    client.sign_in(soon.member(event.edition.campaign, role, countries=countries))
    assert client.get(PAGE).status == status
    assert len(looks()) == (status == 200)
    row = soon.registration(event)
    assert client.get(f"{PAGE}{row.code}/").status == status
    assert len(looks()) == 2 * (status == 200)


def test_pages_lead_on_and_back_without_saying_where_they_are(
    client: Client, event: Event, soon: Soon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "PAGE_SIZE", 2)
    for number in range(5):
        soon.registration(event, f"p{number}@example.org", name=f"Person {number}")
    client.sign_in(soon.member(event.edition.campaign, Role.EDITOR))
    for address in (PAGE, OF_YEAR, f"{PAGE}?sort=name&q=on"):
        page = client.get(address)
        seen = names(page)
        while 'rel="next"' in page.text:
            after = link(page, "next")
            assert "erson" not in after
            page = client.get(after)
            seen += names(page)
        assert seen == sorted(seen, reverse="name" not in address)
        assert len(seen) == 5
        assert names(client.get(link(page, "prev"))) == seen[2:4]


@pytest.mark.parametrize("at", ["x", "AAAA", "é", "", "%00"])
def test_a_mangled_place_is_the_beginning(client: Client, event: Event, soon: Soon, at: str) -> None:
    soon.registration(event)
    client.sign_in(soon.member(event.edition.campaign, Role.EDITOR))
    page = client.get(f"{PAGE}?at={at}")
    assert page.status == 400 if at == "%00" else names(page) == ["Rena"]


def test_a_place_in_a_list_is_of_no_use_in_one_sorted_otherwise(
    client: Client, event: Event, soon: Soon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "PAGE_SIZE", 1)
    soon.registration(event, "a@example.org", name="A")
    soon.registration(event, "b@example.org", name="B")
    client.sign_in(soon.member(event.edition.campaign, Role.EDITOR))
    after = link(client.get(f"{PAGE}?sort=name"), "next")
    assert names(client.get(after)) == ["B"]
    assert names(client.get(after.replace("sort=name", "sort=newest"))) == ["B"]
    assert names(client.get(after.replace("sort=name", "sort=oldest"))) == ["A"]


def test_filters(client: Client, event: Event, soon: Soon) -> None:
    editor = soon.member(event.edition.campaign, Role.EDITOR)
    first, second = (soon.registration(event, f"{name}@example.org", name=name) for name in ("Rena", "Ali"))
    with unit_of_work():
        registrations.confirm(first, now=soon.now)
        bulk.tag([second], ["press"], actor=editor, now=soon.now)
    client.sign_in(editor)
    for query, found in {
        "status=confirmed": ["Rena"],
        "status=nonsense&sort=nonsense": ["Ali", "Rena"],
        "here=no": ["Rena"],
        "here=yes": [],
        "here=no&status=pending": [],
        "tag=press": ["Ali"],
        "q=ali": ["Ali"],
        "q=RENA%40example.org": ["Rena"],
        "q=Nobody": [],
    }.items():
        page = client.get(f"{PAGE}?{query}")
        assert names(page) == found, query
        assert found or "Nobody found" in page.text
    page = client.get(PAGE)
    counts = [words(one) for one in page.all("li") if "status=" in (one[0].get("href") or "")]
    assert counts == ["Not confirmed yet 1", "Confirmed 1"]


def test_the_list_of_a_year_spans_its_events_and_finds_addresses_in_all_years(
    client: Client, event: Event, soon: Soon
) -> None:
    campaign = event.edition.campaign
    baku = soon.event(event.edition, name={"en": "Evening in Baku"}, country="AZ", city="Baku")
    later = soon.event(soon.edition(campaign, YEAR + 1), name={"en": "Next"})
    elsewhere = soon.event(soon.edition(soon.campaign("earth-hour")))
    for one in (event, baku, later, elsewhere):
        soon.registration(one)
    client.sign_in(soon.member(campaign, Role.EDITOR))
    assert [(row[0], row[4]) for row in rows(client.get(OF_YEAR))] == [
        ("Rena", "Evening in Baku"),
        ("Rena", "Evening in Berlin"),
    ]
    assert sorted(look.subject_id for look in looks()) == sorted([event.id, baku.id])
    assert [row[4] for row in rows(client.get(f"{OF_YEAR}?country=AZ"))] == ["Evening in Baku"]
    page = client.get(f"{OF_YEAR}?q=rena@example.org")
    assert [row[4] for row in rows(page)] == [f"Next {YEAR + 1}", "Evening in Baku", "Evening in Berlin"]
    page = client.get(f"{OF_YEAR}?q=Rena")
    assert names(page) == []
    assert "Names are kept encrypted." in page.text


def test_a_coordinator_sees_the_year_only_in_their_countries(client: Client, event: Event, soon: Soon) -> None:
    campaign = event.edition.campaign
    paris = soon.event(event.edition, name={"en": "Paris"}, country="FR", city="Paris")
    for one in (event, paris):
        soon.registration(one)
    client.sign_in(soon.member(campaign, Role.COORDINATOR, countries=["FR"]))
    for query in ("", "?q=rena@example.org"):
        assert [row[4] for row in rows(client.get(OF_YEAR + query))] == ["Paris"]
    page = client.get(f"{OF_YEAR}?country=DE")
    assert names(page) == []
    assert "Germany" not in words(page.all("main")[0])
    assert {look.subject_id for look in looks()} == {paris.id}


def test_one_registration_shows_what_was_answered_and_noted(client: Client, event: Event, soon: Soon) -> None:
    question = soon.question(event, Kind.TEXT)
    row = soon.registration(event, party_size=2, language="az", answers={question.id: ["<b>Vegan</b>"]})
    editor = soon.member(event.edition.campaign, Role.EDITOR)
    client.sign_in(editor)
    assert f"{PAGE}{row.code}/" in [one.get("href") for one in client.get(PAGE).all("a")]
    page = client.get(f"{PAGE}{row.code}/")
    said = words(page.all("main")[0])
    assert page.heading == "Rena"
    for one in ("rena@example.org", "Azerbaijani", "A text question", "<b>Vegan</b>", row.code or "", "recorded"):
        assert one in said
    assert str(row.id) not in re.findall(r"/(\d+)[/\"]", page.text)
    assert client.get(f"{PAGE}XXXX-XXXX/").status == 404
    assert len(looks()) == 2


def test_a_row_without_a_code_is_shown_but_leads_nowhere(client: Client, event: Event, soon: Soon) -> None:
    row = soon.registration(event)
    with unit_of_work():
        row.code = None
    client.sign_in(soon.member(event.edition.campaign, Role.EDITOR))
    page = client.get(PAGE)
    assert names(page) == ["Rena"]
    assert [one for one in page.all("input") if one.get("name") == "who"] == []


def test_very_many_are_not_counted_to_the_end(
    client: Client, event: Event, soon: Soon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "COUNT_LIMIT", 2)
    for number in range(3):
        soon.registration(event, f"p{number}@example.org")
    client.sign_in(soon.member(event.edition.campaign, Role.EDITOR))
    assert "2 and more" in client.get(PAGE).text


def test_another_campaigns_list_is_not_there(client: Client, event: Event, soon: Soon) -> None:
    other: Campaign = soon.campaign("earth-hour")
    client.sign_in(soon.member(other, Role.OWNER))
    row = soon.registration(event)
    for path in (PAGE, OF_YEAR, f"{PAGE}{row.code}/"):
        assert client.get(path).status == 404
    assert looks() == []
