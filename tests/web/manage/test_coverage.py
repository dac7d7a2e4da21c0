"""The page on which editions stand beside each other, and the goals of a country."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from campaign.db import db, unit_of_work
from campaign.domain.anniversary import AnniversaryRule, Kind
from campaign.domain.event import Status
from campaign.domain.permission import Role
from campaign.models import Campaign, Event, Goal
from campaign.services import editions, imports
from campaign.services.imports import Options
from campaign.sheets.reader import read
from tests.make import Maker
from tests.page import Client, Page, words

WHERE = "/manage/khojaly/coverage/"
BAKU = {"country": "AZ", "city": "Baku", "zone": "Asia/Baku", "latitude": 40.4, "longitude": 49.9}
BONN = {"city": "Bonn", "latitude": 50.7, "longitude": 7.1}
DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def campaign(make: Maker, client: Client) -> Campaign:
    """Return a campaign of three years, as its owner sees it."""
    owner = make.user()
    campaign = make.campaign(owner=owner)
    for year, places in ((2025, [{}]), (2026, [{}, BONN]), (2027, [{}, BAKU])):
        edition = make.edition(campaign, year)
        for number, place in enumerate(places):
            make.event(edition, name={"en": f"Evening {number}"}, **place)
    client.sign_in(owner)
    return campaign


def rows(page: Page, number: int) -> list[list[str]]:
    """Return the cells of a table of the page."""
    table = page.all("table")[number]
    return [[words(cell) for cell in row if cell.tag.endswith(("}td", "}th"))] for row in table.iter() if _is_row(row)]


def _is_row(element: object) -> bool:
    return str(getattr(element, "tag", "")).endswith("}tr")


def test_the_two_newest_years_stand_beside_each_other(campaign: Campaign, client: Client) -> None:
    page = client.get(WHERE)
    assert page.heading == "Coverage"
    assert rows(page, 0) == [
        ["Country", "Back", "New", "Lost", "Events", "Goal"],
        ["Azerbaijan", "", "1 Baku", "", "1", ""],
        ["Germany", "1 Berlin", "", "1 Bonn", "1", ""],
    ]
    assert {f'class="mark-{standing}"' in page.text for standing in ("back", "new", "lost")} == {True}
    assert 'class="mark-unanswered"' not in page.text


def test_any_two_years(campaign: Campaign, client: Client) -> None:
    page = client.get(f"{WHERE}?of=2025&with=2027")
    assert "Places of 2025 beside those of 2027" in page.text
    assert rows(page, 0)[1:] == [["Azerbaijan", "", "1 Baku", "0", ""], ["Germany", "1 Berlin", "", "1", ""]]


@pytest.mark.parametrize("query", ["?of=1999", "?of=2027&with=2027", "?of=٢٠٢٧", "?of=9" * 9, "?with=x&of="])
def test_years_that_are_not_there_are_the_newest(campaign: Campaign, client: Client, query: str) -> None:
    assert "Places of 2027 beside those of 2026" in client.get(WHERE + query).text


def test_all_years_by_country_with_marks_that_are_not_colour(campaign: Campaign, client: Client) -> None:
    assert rows(client.get(WHERE), 1) == [
        ["Country", "2027", "2026", "2025"],
        ["Azerbaijan", "▲ 1", "–", "–"],
        ["Germany", "1", "2", "1"],
    ]
    with unit_of_work():
        db.session.execute(update(Event).where(Event.country == "AZ").values(status=Status.CANCELLED))
        db.session.execute(update(Event).where(Event.city == "Bonn").values(country="FR"))
    assert rows(client.get(WHERE), 1)[1] == ["France", "✕ –", "▲ 1", "–"]


def test_goals_show_how_far_it_has_come(campaign: Campaign, client: Client) -> None:
    answer = client.post("/manage/khojaly/coverage/2027/goals", {"country": "DE", "events": "5"})
    assert answer.status == 303
    assert rows(client.follow(answer), 0)[2][-1] == "1 of 5"
    client.post("/manage/khojaly/coverage/2027/goals", {"country": "DE", "events": ""})
    assert rows(client.get(WHERE), 0)[2][-1] == ""


@pytest.mark.parametrize(("typed", "status"), [("0", 422), ("-3", 422), ("٣", 422), ("10001", 422), ("10000", 303)])
def test_a_goal_is_a_number(campaign: Campaign, client: Client, typed: str, status: int) -> None:
    page = client.post("/manage/khojaly/coverage/2027/goals", {"country": "DE", "events": typed})
    assert page.status == status
    assert db.session.query(Goal).count() == (status == 303)


def test_a_coordinator_sees_all_countries_and_sets_goals_in_theirs(
    campaign: Campaign, client: Client, make: Maker
) -> None:
    client.sign_in(make.member(campaign, Role.COORDINATOR, countries=["DE"]))
    page = client.get(WHERE)
    assert [row[0] for row in rows(page, 0)] == ["Country", "Azerbaijan", "Germany"]
    offered = [option.get("value") for option in page.all("option") if len(option.get("value") or "") == 2]
    assert offered == ["DE"]
    path = "/manage/khojaly/coverage/2027/goals"
    assert client.post(path, {"country": "AZ", "events": "3"}).status == 403
    assert client.post(path, {"country": "DE", "events": "3"}).status == 303
    client.sign_in(make.member(campaign, Role.VIEWER))
    assert 'name="events"' not in client.get(WHERE).text
    assert client.post(path, {"country": "DE", "events": "3"}).status == 403


def test_a_young_campaign_has_nothing_to_compare(make: Maker, client: Client) -> None:
    owner = make.user()
    campaign = make.campaign(owner=owner)
    client.sign_in(owner)
    assert "Nothing to compare yet" in client.get(WHERE).text
    make.event(make.edition(campaign))
    assert "Nothing to compare yet" in client.get(WHERE).text


def test_a_real_campaigns_years_name_back_new_and_lost_places(make: Maker, client: Client, now: datetime) -> None:
    owner = make.user()
    rule = AnniversaryRule(Kind.NTH_WEEKDAY, month=3, nth=1, weekday=5, days=7)
    campaign = make.campaign("open-data-day", owner=owner, rule=rule, languages=["en"])
    for year in (2024, 2025):
        content = (DATA / f"open-data-day-{year}.csv").read_bytes()
        with unit_of_work():
            edition = editions.open_year(campaign, year, actor=None, now=now)
            imports.carry_out(imports.plan(edition, read(content), Options()), actor=None, now=now)
    with unit_of_work():
        db.session.execute(update(Event).values(status=Status.PUBLISHED))
    client.sign_in(owner)
    by_country = {row[0]: row for row in rows(client.get("/manage/open-data-day/coverage/"), 0)}
    assert by_country["Country"] == ["Country", "Back", "New", "Lost", "Events", "Goal"]
    assert by_country["Cameroon"][1:5] == ["1 Yaoundé", "", "", "1"]
    assert by_country["Colombia"][1:5] == ["", "1 Ipiales", "1 Bogotá", "2"]
    assert by_country["Germany"][1:5] == ["", "1 Munich", "1 Münster", "1"]
    assert by_country["Japan"][1:5] == ["", "1 Tokyo", "3 Hokuto, Kumamoto, Yokohama", "1"]
