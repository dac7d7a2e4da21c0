"""The years ahead: each with its weekday, holidays, clashes and reasons; a year with its own day; opening one."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.anniversary import AnniversaryRule, Kind, RuleException
from campaign.domain.permission import Role
from campaign.models import Campaign, User
from campaign.services import campaigns, members
from tests.make import Maker
from tests.page import HTML, Client, Page, words
from tests.web.conftest import YEAR, Soon

PAGE = "/manage/khojaly/years/"
EXCEPTIONS = "/manage/khojaly/exceptions/"


@pytest.fixture
def campaign(app: Flask, soon: Soon) -> Campaign:
    """Return the campaign on 26 February since 1992."""
    return soon.campaign()


@pytest.fixture
def owner(client: Client, campaign: Campaign, soon: Soon) -> Client:
    """Return the browser of the campaign's owner."""
    client.sign_in(soon.member(campaign, Role.OWNER))
    return client


def stored() -> Campaign:
    db.session.rollback()
    return db.session.scalars(select(Campaign).where(Campaign.slug == "khojaly")).one()


def rows(page: Page) -> dict[str, list[str]]:
    """Return the cells of each year."""
    found = {}
    for row in page.all("tr"):
        cells = [words(cell) for cell in row if cell.tag in (f"{HTML}th", f"{HTML}td")]
        found[cells[0]] = cells[1:]
    return found


def test_the_next_ten_years(owner: Client) -> None:
    found = rows(owner.get(PAGE))
    years = [year for year in found if year != "Year"]
    assert len(years) == 10
    day, number = found[str(YEAR)][:2]
    assert day == f"{date(YEAR, 2, 26):%A}, 26 February {YEAR}"
    assert number.startswith(str(YEAR - 1992))


def test_public_holidays_where_the_campaign_has_events(owner: Client, soon: Soon, campaign: Campaign) -> None:
    with unit_of_work():
        draft = RuleException(YEAR, date(YEAR, 3, 8), {"en": "Moved"})
        campaigns.set_exception(campaign, draft, actor=None, now=soon.now)
    edition = soon.edition(campaign)
    soon.event(edition)
    soon.event(edition, name={"en": "Baku"}, country="AZ", city="Baku", zone="Asia/Baku", is_published=False)
    assert rows(owner.get(PAGE))[str(YEAR)][2] == "Women's Day: Azerbaijan"
    assert "Qadınlar günü" in owner.get(f"{PAGE}?hl=az").text


def test_clashes_with_campaigns_that_one_may_know_of(owner: Client, soon: Soon, campaign: Campaign) -> None:
    near = AnniversaryRule(Kind.FIXED, month=2, day=27)
    secret = soon.campaign("secret", rule=near, name={"en": "Secret"})
    soon.campaign("near", rule=near, name={"en": "Near"})
    soon.campaign("far", rule=AnniversaryRule(Kind.FIXED, month=2, day=28), name={"en": "Far"})
    withdraw(secret, soon)
    clashes = rows(owner.get(PAGE))[str(YEAR)][3]
    assert clashes == f"Near: {date(YEAR, 2, 27):%A}, 27 February {YEAR}"
    with unit_of_work():
        own = db.session.scalars(select(User)).one()
        members.grant(own, secret, Role.VIEWER, countries=None, actor=None, now=soon.now)
    assert "Secret" in rows(owner.get(PAGE))[str(YEAR)][3]


def withdraw(campaign: Campaign, soon: Maker) -> None:
    with unit_of_work():
        campaigns.withdraw(campaign, actor=None, now=soon.now)


def test_a_year_with_its_own_day(owner: Client) -> None:
    sent = owner.post(EXCEPTIONS, {"year": str(YEAR), "day": f"{YEAR}-02-28", "reason": "Election day"})
    page = owner.follow(sent)
    assert f"The year {YEAR} now has its own day." in page.text
    assert "Election day" in page.text
    assert stored().anniversary.occurrence(YEAR).first_day == date(YEAR, 2, 28)
    page = owner.follow(owner.post(f"/manage/khojaly/exceptions/{YEAR}/remove"))
    assert f"The rule holds again in {YEAR}." in page.text
    assert stored().anniversary.occurrence(YEAR).first_day == date(YEAR, 2, 26)


def test_a_year_that_rests_has_no_day(owner: Client) -> None:
    assert owner.post(EXCEPTIONS, {"year": str(YEAR), "day": "", "reason": "Rest"}).status == 303
    assert stored().anniversary.occurrence(YEAR).first_day is None
    assert "Rest" in owner.get(PAGE).text


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"year": ""}, "year", "Please fill this in."),
        ({"year": "1899"}, "year", "from 1900 to 2200"),
        ({"day": "2027-02-30"}, "day", "a day that exists"),
        ({"day": f"{YEAR + 2}-02-26"}, "day", "at most 31 days outside"),
        ({"reason": ""}, "reason", "Please fill this in."),
    ],
)
def test_an_own_day_that_cannot_be_is_said_beside_its_field(
    owner: Client, wrong: dict[str, str], field: str, sentence: str
) -> None:
    typed = {"year": str(YEAR), "day": f"{YEAR}-02-28", "reason": "Election day", **wrong}
    page = owner.post(EXCEPTIONS, typed)
    assert page.status == 422
    assert sentence in page.error_of(field)
    for name in {"year", "day", "reason"} - {field}:
        assert page.value_of(name) == typed[name]
    assert stored().exceptions == []


def test_open_a_year(owner: Client) -> None:
    assert f"Set up {YEAR}" in owner.get(PAGE).text
    page = owner.follow(owner.post("/manage/khojaly/editions/", {"year": str(YEAR)}))
    assert f"The year {YEAR} is set up." in page.text
    assert page.heading == f"Justice for Khojaly {YEAR}"
    assert "No event yet" in page.text
    again = owner.follow(owner.post("/manage/khojaly/editions/", {"year": str(YEAR)}))
    assert f"The edition {YEAR} exists already." in again.text
    assert "from 1900 to 2200" in owner.follow(owner.post("/manage/khojaly/editions/", {"year": "1492"})).text
    assert [edition.year for edition in stored().editions] == [YEAR]


def test_a_year_that_was_set_up_on_another_day_says_so(owner: Client, soon: Soon, campaign: Campaign) -> None:
    soon.edition(campaign)
    assert "was set up on this day" not in owner.get(PAGE).text
    owner.post(EXCEPTIONS, {"year": str(YEAR), "day": f"{YEAR}-02-28", "reason": "Election day"})
    page = owner.get(PAGE)
    assert "was set up on this day; rule and exceptions now give" in page.text
    assert "26 February" in rows(page)[str(YEAR)][0]
    moved = owner.follow(owner.post(f"/manage/khojaly/{YEAR}/day"))
    assert "was set up on this day" not in moved.text
    assert "28 February" in rows(moved)[str(YEAR)][0]


def test_a_year_in_which_the_rule_gives_no_date(owner: Client, campaign: Campaign) -> None:
    with unit_of_work():
        campaign.rule = {"kind": "fixed", "month": 2, "day": 29, "leap_day": "leap-years-only", "days": 1}
    years = [year for year in rows(owner.get(PAGE)) if year != "Year"]
    assert len(years) == 10
    assert all(int(year) % 4 == 0 for year in years)
    page = owner.follow(owner.post("/manage/khojaly/editions/", {"year": "2027"}))
    assert "The rule gives no day in 2027." in page.text
    assert stored().editions == []


def test_a_viewer_looks_and_changes_nothing(client: Client, soon: Soon, campaign: Campaign) -> None:
    client.sign_in(soon.member(campaign, Role.VIEWER))
    page = client.get(PAGE)
    assert page.status == 200
    assert [form.get("action") for form in page.all("form") if "khojaly" in str(form.get("action"))] == []
    assert client.post(EXCEPTIONS, {"year": str(YEAR), "reason": "Storm"}).status == 403
