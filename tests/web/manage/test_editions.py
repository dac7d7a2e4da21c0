"""A year for its organizers: its state, the countries that differ, the view over it."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db
from campaign.domain.edition import ObservanceKind, Status
from campaign.domain.permission import Role
from campaign.models import Edition
from tests.page import HTML, Client, words
from tests.web.conftest import YEAR, Soon

PAGE = f"/manage/khojaly/{YEAR}/"
OBSERVE = f"{PAGE}observances/"
FRANCE = {"country": "FR", "kind": "other-date", "day": f"{YEAR}-02-27", "reason": "Election"}


@pytest.fixture
def edition(app: Flask, client: Client, soon: Soon) -> Edition:
    """Return a planned year, whose editor has signed in."""
    edition = soon.edition(is_open=False)
    client.sign_in(soon.member(edition.campaign, Role.EDITOR))
    return edition


def stored() -> Edition:
    db.session.rollback()
    return db.session.scalars(select(Edition)).one()


def test_a_year_goes_public_and_back(client: Client, edition: Edition) -> None:
    public = f"/khojaly/{YEAR}/"
    assert client.get(public).status == 404
    page = client.get(PAGE)
    assert "Only organizers see this year." in page.text
    opened = client.follow(client.post(f"{PAGE}status/open"))
    assert "The state of the year has changed." in opened.text
    assert "Everybody sees this year" in opened.text
    assert client.get(public).status == 200
    client.post(f"{PAGE}status/planned")
    assert client.get(public).status == 404


def test_the_page_offers_exactly_the_states_that_may_follow(client: Client, edition: Edition) -> None:
    def offered() -> list[str]:
        forms = (str(form.get("action")) for form in client.get(PAGE).all("form"))
        return [action.rpartition("/")[2] for action in forms if "/status/" in action]

    assert offered() == ["open"]
    client.post(f"{PAGE}status/open")
    assert offered() == ["held", "planned"]
    client.post(f"{PAGE}status/held")
    assert offered() == ["archived", "open"]


@pytest.mark.parametrize("state", ["archived", "held", "nonsense"])
def test_a_state_that_cannot_follow_is_refused(client: Client, edition: Edition, state: str) -> None:
    page = client.follow(client.post(f"{PAGE}status/{state}"))
    assert page.status == 200
    assert stored().status is Status.PLANNED


def test_a_country_that_keeps_another_day(client: Client, edition: Edition) -> None:
    page = client.follow(client.post(OBSERVE, FRANCE))
    assert "Noted for France." in page.text
    assert "Election" in page.text
    client.post(OBSERVE, {**FRANCE, "kind": "postponed", "day": "", "reason": "Floods"})
    (row,) = stored().observances
    assert (row.country, row.kind, row.day, row.reason) == ("FR", ObservanceKind.POSTPONED, None, {"en": "Floods"})


@pytest.mark.parametrize(
    ("kind", "shown"),
    [("postponed", "postponed"), ("to-be-announced", "to be announced"), ("not-this-year", "not held this year")],
)
def test_a_country_without_a_day_and_back_to_the_day_of_all(
    client: Client, edition: Edition, kind: str, shown: str
) -> None:
    client.post(f"{PAGE}status/open")
    page = client.follow(client.post(OBSERVE, {**FRANCE, "kind": kind, "day": ""}))
    (said,) = (one for one in page.all("dd") if "Election" in words(one))
    assert words(said).startswith(shown)
    assert "Election" in client.get(f"/khojaly/{YEAR}/").text
    page = client.follow(client.post(f"{OBSERVE}remove", {"country": "FR"}))
    assert "France keeps the day as all others do." in page.text
    assert stored().observances == []
    assert client.post(f"{OBSERVE}remove", {"country": "nowhere"}).status == 303


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"day": ""}, "day", "on which day"),
        ({"kind": "postponed"}, "day", "Leave the day empty"),
        ({"day": "someday"}, "day", "a day that exists"),
        ({"reason": ""}, "reason", "Please fill this in."),
        ({"country": "XX"}, "country", "Not a valid choice"),
        ({"kind": "never"}, "kind", "Not a valid choice"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    client: Client, edition: Edition, wrong: dict[str, str], field: str, sentence: str
) -> None:
    typed = {**FRANCE, **wrong}
    page = client.post(OBSERVE, typed)
    assert page.status == 422
    assert sentence in page.error_of(field)
    for name in {"day", "reason"} - {field}:
        assert page.value_of(name) == typed[name]
    assert stored().observances == []


def test_the_view_over_the_year(client: Client, edition: Edition, soon: Soon) -> None:
    berlin = soon.event(edition)
    soon.registration(berlin, party_size=3)
    soon.event(edition, is_published=False, name={"en": "Half done"}, ends=None)
    soon.event(edition, name={"en": "Baku"}, country="AZ", city="Baku", zone="Asia/Baku", capacity=None)
    page = client.get(PAGE)
    rows = {}
    for row in page.all("tr"):
        cells = [words(cell) for cell in row if cell.tag in (f"{HTML}th", f"{HTML}td")]
        rows[cells[0]] = cells[1:]
    assert rows["Country"] == [
        "Published", "Draft", "Proposed", "Cancelled", "Places", "People registered", "Incomplete",
    ]  # fmt: skip
    assert rows["Azerbaijan"] == ["1", "0", "0", "0", "0", "0", "0"]
    assert rows["Germany"] == ["1", "1", "0", "0", "20", "3", "1"]
    figures = {words(one[0]): words(one[1]) for one in page.all("div") if len(one) == 2 and one[0].tag == f"{HTML}dt"}
    assert figures == {"Events": "3", "Countries": "2", "People registered": "3", "Incomplete": "1"}


def test_the_day_comes_from_the_rule(client: Client, edition: Edition) -> None:
    assert stored().first_day == date(YEAR, 2, 26)
    assert f"26 February {YEAR}" in client.get(PAGE).text


def test_a_year_that_is_not_there(client: Client, edition: Edition) -> None:
    assert client.get(f"/manage/khojaly/{YEAR + 1}/").status == 404
