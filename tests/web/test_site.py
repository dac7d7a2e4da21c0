"""The public pages of campaigns and years: which day, which anniversary, where, how to keep it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from campaign.db import unit_of_work
from campaign.domain.anniversary import AnniversaryRule, Kind, RuleException
from campaign.domain.edition import ObservanceKind
from campaign.domain.edition import Status as EditionStatus
from campaign.models import Edition
from campaign.services import campaigns, editions, programme
from campaign.services.programme import PAGE_SIZE
from campaign.web.filters import static_url
from tests.page import Client, Page, words
from tests.web.conftest import YEAR, Soon

PAGE = f"/khojaly/{YEAR}/"
BAKU = {
    "name": {"en": "Evening in Baku", "az": "Bakıda gecə"}, "country": "AZ", "city": "Baku", "zone": "Asia/Baku",
    "latitude": 40.4, "longitude": 49.9, "languages": ("az",), "tags": ("lecture",),
}  # fmt: skip
WORLD = {
    "name": {"en": "Talk online"}, "country": None, "city": None, "venue": None, "address": None, "tags": (),
    "latitude": None, "longitude": None, "zone": "UTC", "online_url": "https://meet.example.org/x",
}  # fmt: skip


@pytest.fixture
def edition(app: Flask, soon: Soon) -> Edition:
    """Return the coming year with an event in Berlin, one in Baku, one online and a draft."""
    edition = soon.edition()
    for place in ({}, BAKU, WORLD):
        soon.event(edition, **place)
    soon.event(edition, is_published=False, name={"en": "A draft"})
    return edition


def listed(page: Page) -> list[str]:
    """Return the names of the events in the programme."""
    return [words(one) for one in page.all("h4")]


def dots(page: Page) -> list[tuple[str, str]]:
    """Return where the map's dots lead, and what they are called."""
    map_ = next(one for one in page.tree.iter("{http://www.w3.org/2000/svg}svg") if one.get("class") == "map")
    links = map_.iter("{http://www.w3.org/2000/svg}a")
    return [(str(one.get("href")), str(one.get("aria-label"))) for one in links]


def test_home_lists_the_campaigns_with_their_next_day(client: Client, soon: Soon) -> None:
    assert "No campaign is published yet." in client.get("/").text
    soon.campaign("khojaly")
    assert client.follow(client.get("/")).heading == "Justice for Khojaly"  # a lone one shows itself
    soon.campaign("earth-hour", name={"en": "Earth Hour"}, since=2007)
    page = client.get("/")
    assert page.heading == "Campaigns"
    assert [words(one) for one in page.all("h2")] == ["Justice for Khojaly", "Earth Hour"]
    assert "26 February" in page.text


def test_a_campaign_tells_its_story_and_its_years(client: Client, soon: Soon) -> None:
    story = {
        "en": "# What happened\n\nIt was *night*.\n\n<script>alert(1)</script>\n\n![x](https://evil.example/x.png)"
    }
    source = {"title": "A letter", "url": "https://example.org/letter", "note": {"en": "Official."}}
    campaign = soon.campaign(story=story, sources=[source])
    soon.edition(campaign)
    page = client.get("/khojaly/")
    assert page.heading == "Justice for Khojaly"
    assert "<em>night</em>" in page.text
    assert "What happened" in [words(one) for level in ("h2", "h3") for one in page.all(level)]
    assert "evil.example" not in "".join(str(one.attrib) for one in page.all("img"))
    assert ("https://example.org/letter", "noopener") in [(one.get("href"), one.get("rel")) for one in page.all("a")]
    assert f"Events in {YEAR}" in page.text
    assert "Every year on 26 February." in page.text
    assert str(YEAR + 8) in page.text


def test_years_that_differ_say_why(client: Client, soon: Soon) -> None:
    campaign = soon.campaign()
    moved = RuleException(YEAR + 1, date(YEAR + 1, 3, 1), {"en": "Election day"})
    with unit_of_work():
        campaigns.set_exception(campaign, moved, actor=None, now=soon.now)
    assert "Election day" in client.get("/khojaly/").text


def test_a_year_answers_in_order_what_day_which_anniversary_where_and_how_to_keep_it(
    client: Client, edition: Edition
) -> None:
    page = client.get(PAGE)
    assert page.heading == f"Justice for Khojaly {YEAR}"
    answers = ["26 February", f"{YEAR - 1992}th anniversary", 'class="map"', "Evening in Baku", 'id="feed-address"']
    ordinals = {1: "st", 2: "nd", 3: "rd"}
    number = YEAR - 1992
    if number % 10 in ordinals and number not in (11, 12, 13):
        answers[1] = f"{number}{ordinals[number % 10]} anniversary"
    places = [page.text.index(answer) for answer in answers]
    assert places == sorted(places)
    assert listed(page) == ["Evening in Baku", "Evening in Berlin", "Talk online"]
    assert [words(one) for one in page.all("h3")] == ["Azerbaijan", "Germany", "Online"]
    assert "3 events" in page.text
    assert "A draft" not in page.text


def test_the_page_says_how_many_days_are_left(client: Client, soon: Soon) -> None:
    today = datetime.now(UTC).date()
    for number, (ahead, said) in enumerate([(0, "today"), (1, "tomorrow"), (40, "in 40 days")]):
        day = today + timedelta(days=ahead)
        rule = AnniversaryRule(Kind.FIXED, month=day.month, day=day.day)
        if (day.month, day.day) == (2, 29):
            pytest.skip("a day that not every year has")
        soon.edition(soon.campaign(f"campaign-{number}", rule=rule), day.year)
        assert f"<span>{said}</span>" in client.get(f"/campaign-{number}/{day.year}/").text.replace("\n", "")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("country=DE", ["Evening in Berlin"]),
        ("country=de", ["Evening in Berlin"]),
        ("city=baku", ["Evening in Baku"]),
        ("lang=az", ["Evening in Baku"]),
        ("tag=lecture", ["Evening in Baku"]),
        ("online=1", ["Talk online"]),
        ("q=gece+baki", ["Evening in Baku"]),
        ("q=evening&country=DE", ["Evening in Berlin"]),
        ("page=1", ["Evening in Baku", "Evening in Berlin", "Talk online"]),
        ("page=99", ["Evening in Baku", "Evening in Berlin", "Talk online"]),
        ("page=-1&country=&q=", ["Evening in Baku", "Evening in Berlin", "Talk online"]),
        ("page=x", ["Evening in Baku", "Evening in Berlin", "Talk online"]),
        ("country=ZZ", []),
        ("q=nothing+like+it", []),
    ],
)
def test_the_programme_can_be_looked_through_by_address(
    client: Client, edition: Edition, query: str, names: list[str]
) -> None:
    page = client.get(f"{PAGE}?{query}")
    assert page.status == 200
    assert listed(page) == names
    if not names:
        assert "No event fits what you chose." in page.text


def test_a_chosen_country_offers_its_own_calendar(client: Client, edition: Edition) -> None:
    assert str(client.get(f"{PAGE}?country=DE").value_of("feed-address")).endswith("/feeds/khojaly/country-de.ics")
    assert str(client.get(f"{PAGE}?country=ZZ").value_of("feed-address")).endswith("/feeds/khojaly.ics")


def test_the_map_says_what_the_list_says(client: Client, edition: Edition, soon: Soon) -> None:
    assert sorted(dots(client.get(PAGE))) == [
        (f"{PAGE}evening-in-baku/", "Baku: 1"),
        (f"{PAGE}evening-in-berlin/", "Berlin: 1"),
    ]
    assert dots(client.get(f"{PAGE}?country=DE")) == [(f"{PAGE}evening-in-berlin/", "Berlin: 1")]
    soon.event(edition, name={"en": "Night in Berlin"})
    assert (f"{PAGE}?country=DE#programme", "Berlin: 2") in dots(client.get(PAGE))


def test_a_long_programme_has_pages(client: Client, soon: Soon) -> None:
    edition = soon.edition()
    for number in range(PAGE_SIZE + 1):
        soon.event(edition, name={"en": f"Event {number}"})
    first = client.get(f"{PAGE}?country=DE&q=event")
    assert len(listed(first)) == PAGE_SIZE
    onward = next(str(one.get("href")) for one in first.all("a") if one.get("rel") == "next")
    second = client.get(onward)
    assert len(listed(second)) == 1
    assert "Page 2 of 2" in second.text
    assert programme.find(edition, programme.Filters(), page=1, countries=[]).pages == 2


def test_an_empty_year_says_what_to_do(client: Client, soon: Soon) -> None:
    soon.edition()
    page = client.get(PAGE)
    assert "The programme is still empty." in page.text
    assert listed(page) == []


def test_countries_that_keep_the_day_differently_are_named(client: Client, edition: Edition, soon: Soon) -> None:
    said = {
        "FR": (ObservanceKind.OTHER_DATE, date(YEAR, 2, 27), f"27 February {YEAR}"),
        "TR": (ObservanceKind.POSTPONED, None, "Postponed, the new day to be announced"),
        "US": (ObservanceKind.NOT_THIS_YEAR, None, "Not in this year"),
        "GB": (ObservanceKind.TO_BE_ANNOUNCED, None, "To be announced"),
    }
    with unit_of_work():
        for country, (kind, day, _words) in said.items():
            editions.observe(edition, country, kind, day=day, reason={"en": "Election"}, actor=None, now=soon.now)
    text = client.get(PAGE).text
    for _kind, _day, sentence in said.values():
        assert sentence in text


def test_a_year_is_seen_from_open_to_archived(client: Client, soon: Soon) -> None:
    edition = soon.edition(is_open=False)
    assert client.get(PAGE).status == 404
    for status in (EditionStatus.OPEN, EditionStatus.HELD, EditionStatus.ARCHIVED):
        with unit_of_work():
            editions.move(edition, status, actor=None, now=soon.now)
        assert client.get(PAGE).status == 200


def test_texts_in_another_language_say_which(client: Client, soon: Soon) -> None:
    soon.edition(soon.campaign(name={"en": "Justice"}, summary={"az": "Anma günü"}))
    page = client.get("/khojaly/?hl=az")
    marked = [(one.get("lang"), words(one)) for one in page.all("span") if one.get("lang")]
    assert ("en", "Justice") in marked
    assert not any(text == "Anma günü" for _language, text in marked)


def test_a_series_has_one_lasting_address(client: Client, edition: Edition) -> None:
    page = client.get("/khojaly/series/evening-in-berlin/")
    assert (page.status, page.location) == (303, f"{PAGE}evening-in-berlin/")


def test_the_accent_is_a_style_sheet_that_caches_may_keep(client: Client, edition: Edition) -> None:
    address = next(str(one.get("href")) for one in client.get(PAGE).all("link") if "accent" in str(one.get("href")))
    page = client.get(address)
    assert (page.status, page.response.mimetype) == (200, "text/css")
    assert "immutable" in page.response.headers["Cache-Control"]
    assert "Set-Cookie" not in page.response.headers


def test_a_page_is_small_and_its_files_are_there(app: Flask, client: Client, edition: Edition) -> None:
    page = client.get(PAGE)
    loaded = [str(one.get("href")) for one in page.all("link") if one.get("rel") in ("stylesheet", "icon")]
    loaded += [str(one.get("src")) for one in page.all("script")]
    sizes = {}
    for address in loaded:
        file = client.get(address)
        assert file.status == 200, address
        sizes[address] = len(file.response.data)
    assert len(page.response.data) + sum(sizes.values()) < 150_000
    with app.test_request_context():
        assert "missing" not in static_url("css/base.css")
