"""How calendars fare, for organizers: their size, who asks how often, and what a check says."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from campaign.db import db, unit_of_work
from campaign.domain.permission import Role
from campaign.models import Campaign, Entry
from campaign.services import polls
from campaign.services.feed_health import LIMIT
from campaign.services.polls import OTHERS, Poll
from tests.page import Client, Page, words
from tests.web.conftest import YEAR, Soon

PAGE = "/manage/khojaly/feeds/"
NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@pytest.fixture
def campaign(app: Flask, soon: Soon) -> Campaign:
    """Return a campaign with one event in Berlin."""
    return soon.event().edition.campaign


@pytest.fixture
def viewer(client: Client, campaign: Campaign, soon: Soon) -> Client:
    """Return the browser of somebody who may look and no more."""
    client.sign_in(soon.member(campaign, Role.VIEWER))
    return client


def count(counts: dict[Poll, int], at: datetime = NOW) -> None:
    with unit_of_work():
        polls.store(counts, now=at)


def rows(page: Page) -> list[list[str]]:
    return [[words(cell) for cell in row][:6] for row in page.all("tr")][1:]


def test_the_whole_campaigns_calendars_are_listed_before_anybody_asks(viewer: Client) -> None:
    page = viewer.get(PAGE)
    assert page.heading == "Calendars"
    assert "No program has asked yet" in page.text
    assert "No addresses are kept" in page.text
    assert [row[0] for row in rows(page)] == ["/feeds/khojaly.ics", "/feeds/khojaly/lang-az.ics"]
    feed = viewer.http.get("/feeds/khojaly.ics").data
    assert rows(page)[0][1:] == [f"{round(len(feed) / 1000, 1)} kB", "1", "0", "–", "–"]


def test_polls_are_shown_by_program_for_seven_days(viewer: Client, campaign: Campaign) -> None:
    german = "country-de/lang-az.ics"
    count({(campaign.id, german, "apple", 304): 90, (campaign.id, german, "google", 200): 30})
    count({(campaign.id, german, "apple", 304): 5, (campaign.id, ".ics", "other", 200): 2}, NOW - 6 * DAY)
    count({(campaign.id, german, "apple", 200): 1000}, NOW - 7 * DAY)
    page = viewer.get(PAGE)
    first, second, third = rows(page)
    assert (first[0], first[2:5]) == (f"/feeds/khojaly/{german}", ["1", "125 Apple 95 · Google 30", "76%"])
    assert (second[0], second[3:5]) == ("/feeds/khojaly.ics", ["2 Others 2", "0%"])
    assert (third[0], third[3]) == ("/feeds/khojaly/lang-az.ics", "0")
    assert first[5].endswith(f"{NOW:%H:%M}")
    assert "No program has asked yet" not in page.text


def test_a_calendar_is_listed_for_thirty_days_after_its_last_poll(viewer: Client, campaign: Campaign) -> None:
    count({(campaign.id, "country-de.ics", "apple", 304): 1}, NOW - 29 * DAY)
    count({(campaign.id, "country-fr.ics", "apple", 304): 1}, NOW - 30 * DAY)
    assert [row[0] for row in rows(viewer.get(PAGE))] == [
        "/feeds/khojaly.ics", "/feeds/khojaly/country-de.ics", "/feeds/khojaly/lang-az.ics",
    ]  # fmt: skip


def test_every_kind_of_feed_is_listed_and_what_has_no_number_of_its_own_comes_last(
    viewer: Client, campaign: Campaign
) -> None:
    names = ["country-de.atom", "country-de.json", OTHERS, "tag-gone.ics"]
    count({(campaign.id, name, "browser", 200): 10 - place for place, name in enumerate(names)})
    found = {row[0]: row[2] for row in rows(viewer.get(PAGE))}
    assert found["/feeds/khojaly/country-de.atom"] == found["/feeds/khojaly/country-de.json"] == "1"
    assert found["/feeds/khojaly/tag-gone.ics"] == "gone"
    assert list(found)[-1] == "All others"


def test_at_most_a_hundred_are_listed_the_most_polled_ones(viewer: Client, campaign: Campaign) -> None:
    count({(campaign.id, f"year-{year}.ics", "apple", 304): year for year in range(2000, 2000 + LIMIT + 20)})
    listed = [row[0] for row in rows(viewer.get(PAGE))]
    assert len(listed) == LIMIT
    assert listed[0] == f"/feeds/khojaly/year-{2000 + LIMIT + 19}.ics"
    assert "/feeds/khojaly.ics" in listed
    assert "/feeds/khojaly/year-2000.ics" not in listed


def test_another_campaigns_polls_are_its_own(viewer: Client, soon: Soon) -> None:
    other = soon.campaign("earth-hour")
    count({(other.id, "country-de.ics", "apple", 304): 1})
    assert "country-de" not in viewer.get(PAGE).text


def test_a_check_is_made_for_the_calendar_that_one_asks_about(viewer: Client) -> None:
    assert "Check of" not in viewer.get(PAGE).text
    assert "Nothing is wrong with it." in viewer.get(f"{PAGE}?check=").text
    page = viewer.get(f"{PAGE}?check=country-de/lang-az")
    assert "Check of /feeds/khojaly/country-de/lang-az.ics" in page.text
    with unit_of_work():
        for entry in db.session.query(Entry):
            entry.body = entry.body.replace(b"STATUS:CONFIRMED", b"STATUS:MAYBE")
    page = viewer.get(f"{PAGE}?check=country-de/lang-az")
    assert "1 thing is wrong in it." in page.text
    assert "STATUS" in words(page.by_id("checked-findings"))  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["lang-de", "country-xx", "nonsense", "tag-unknown", "../x"])
def test_there_is_nothing_to_check_at_an_address_that_is_no_calendar(viewer: Client, path: str) -> None:
    assert viewer.get(PAGE, query_string={"check": path}).status == 404


def test_members_alone_may_look(client: Client, campaign: Campaign, soon: Soon) -> None:
    assert client.get(PAGE).status == 302
    client.sign_in(soon.member(campaign, Role.DOOR))
    assert client.get(PAGE).status == 403


def test_the_page_stands_in_the_campaigns_navigation(viewer: Client) -> None:
    for path in ("/manage/khojaly/", f"/manage/khojaly/{YEAR}/"):
        assert PAGE in [one.get("href") for one in viewer.get(path).all("a")]
