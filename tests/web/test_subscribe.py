"""The page on which one chooses a slice and takes it, and the links that take one event."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import segno
from flask import Flask
from werkzeug.datastructures import MultiDict

from campaign import address
from campaign.db import unit_of_work
from campaign.domain.edition import Status as EditionStatus
from campaign.models import Event
from campaign.services import editions, events
from campaign.services.facets import City, Facets
from campaign.web import slices, subscribing
from tests.page import Client, Page, words
from tests.web.conftest import STARTS, YEAR, Soon

PAGE = "/khojaly/subscribe/"
BAKU = {"name": {"en": "Evening in Baku"}, "country": "AZ", "city": "Baku", "zone": "Asia/Baku", "tags": ("lecture",)}
STREAM = {
    "name": {"en": "Talk on the net"},
    "country": None,
    "city": None,
    "venue": None,
    "address": None,
    "online_url": "https://meet.example.org/talk",
}
DAYS = {"is_all_day": True, "starts": datetime(YEAR, 2, 26)}


@pytest.fixture
def event(app: Flask, soon: Soon) -> Event:
    """Return the event in Berlin, beside which there is one in Baku."""
    event = soon.event(name={"en": "Evening in Berlin", "az": "Berlində axşam"})
    soon.event(event.edition, **BAKU)
    return event


def path_of(page: Page) -> str:
    """Return the address that the page hands out, from the slice on."""
    return str(page.value_of("feed-address")).partition("/feeds/khojaly")[2]


def said(page: Page) -> str:
    """Return what is announced when the choice changes."""
    found = page.by_id("found")
    assert found is not None
    assert found.get("role") == "status"
    return words(found)


def offered(page: Page, field: str) -> dict[str, str]:
    """Return the options of a select, none where there is no such field: value and label."""
    select = page.by_id(field)
    return {} if select is None else {str(one.get("value")): words(one) for one in select}


def ways(page: Page) -> dict[str, str]:
    return {words(one): str(one.get("href")) for one in page.all("a")}


def asked(link: str) -> dict[str, str]:
    """Return what stands behind a link's question mark; a plus sign in it would be read as such by some."""
    assert "+" not in urlsplit(link).query
    return dict(parse_qsl(urlsplit(link).query, strict_parsing=True))


def test_the_page_on_which_one_chooses_a_feed(app: Flask, client: Client, event: Event) -> None:
    base = app.config["SETTINGS"].public_url
    page = client.get(PAGE)
    assert page.heading == "Keep it in your calendar"
    assert page.value_of("feed-address") == f"{base}/feeds/khojaly.ics"
    assert said(page) == "The calendar holds 2 events now."
    chosen = client.get(f"{PAGE}?country=DE&lang=az")
    assert chosen.value_of("feed-address") == f"{base}/feeds/khojaly/country-de/lang-az.ics"
    assert said(chosen) == "The calendar holds 1 event now."
    assert "Evening in Berlin" in chosen.text
    assert "Evening in Baku" not in chosen.text


def test_every_program_gets_the_same_feed(app: Flask, client: Client, event: Event) -> None:
    feed = f"{address.base()}/feeds/khojaly/country-de.ics"
    webcal = f"webcal://{feed.partition('://')[2]}"
    links = ways(client.get(f"{PAGE}?country=DE"))
    assert links["Apple Calendar"] == links["Open it in an app on this phone"] == webcal
    assert urlsplit(links["Google Calendar"]).netloc == "calendar.google.com"
    assert asked(links["Google Calendar"]) == {"cid": webcal}
    for program, site in (("Outlook.com", "outlook.live.com"), ("Microsoft 365", "outlook.office.com")):
        parts = urlsplit(links[program])
        assert (parts.netloc, parts.path) == (site, "/calendar/0/addfromweb")
        assert asked(links[program]) == {"url": feed, "name": "Justice for Khojaly · Germany"}
    assert links["Download the calendar as a file (.ics)"] == feed


def test_each_program_says_how_long_it_takes_to_look_again(client: Client, event: Event) -> None:
    found = client.get(PAGE).by_id("links")
    assert found is not None
    rows = [words(row) for row in found.iter("{http://www.w3.org/1999/xhtml}li")]
    for program in ("Apple Calendar", "Google Calendar", "Outlook.com", "Microsoft 365", "Android", "Thunderbird"):
        assert re.search("[Ll]ooks again ", next(row for row in rows if row.startswith(program)))


def test_a_reader_is_offered_the_feed_in_their_language(client: Client, event: Event) -> None:
    assert path_of(client.get(f"{PAGE}?hl=az")) == "/lang-az.ics"
    assert path_of(client.get(f"{PAGE}?hl=az&lang=en")) == ".ics"
    assert path_of(client.get(f"{PAGE}?hl=de")) == ".ics"


def test_every_part_of_a_slice_can_be_chosen(client: Client, soon: Soon, event: Event) -> None:
    soon.event(
        event.edition, country="DE", city="Hamburg", name={"en": "Evening in Hamburg"}, online_url="https://e.org"
    )
    again(soon, event)
    query = f"country=DE&city=berlin&lang=az&year={YEAR}&series={event.series.slug}&tag=concert"
    page = client.get(f"{PAGE}?{query}")
    expected = f"/year-{YEAR}/country-de/city-berlin/series-{event.series.slug}/tag-concert/lang-az.ics"
    assert path_of(page) == expected
    assert client.http.get(f"/feeds/khojaly{expected}").status_code == 200
    assert said(page) == "The calendar holds 1 event now."
    assert path_of(client.get(f"{PAGE}?online=1&country=DE")) == "/country-de/online.ics"
    assert offered(page, "year") == {"": "Every year", str(YEAR + 1): str(YEAR + 1), str(YEAR): str(YEAR)}
    assert offered(page, "series") == {"": "All events", event.series.slug: "Evening in Berlin"}
    assert offered(page, "tag") == {"": "All subjects", "concert": "concert", "lecture": "lecture"}
    assert offered(page, "online") == {"": "In a place or online", "1": "Online only"}


def again(soon: Soon, event: Event) -> None:
    """Open the next year, with the same event in it."""
    with unit_of_work():
        edition = editions.open_year(event.edition.campaign, YEAR + 1, actor=None, now=soon.now)
        editions.move(edition, EditionStatus.OPEN, actor=None, now=soon.now)
        one_year = timedelta(days=365)
        times = {"starts": STARTS + one_year, "ends": STARTS + one_year + timedelta(hours=2)}
        draft = replace(events.draft_of(event), **times)  # type: ignore[arg-type]  # two moments
        events.publish(
            events.create(edition, draft, series=event.series, actor=None, now=soon.now), actor=None, now=soon.now
        )


def test_where_there_is_no_choice_there_is_no_field(client: Client, soon: Soon) -> None:
    campaign = soon.campaign(languages=["en"])
    soon.event(soon.edition(campaign), city="Hamburg")
    page = client.get(PAGE)
    for field in ("country", "city", "lang", "year", "series", "tag", "online"):
        assert page.by_id(field) is None, field
    assert "More choices" not in page.text
    assert path_of(page) == ".ics"


@pytest.mark.parametrize(
    "query",
    [
        "country=XX&lang=xx",
        "country=FR",
        "city=nowhere&year=1999",
        "country=AZ&city=berlin",
        "series=unknown&tag=unknown&online=yes",
        "year=%F0%9F%92%A5&tag=%E2%80%AE&city=../x",
        "country=DE'--&lang=",
    ],
)
def test_what_cannot_be_offered_counts_as_not_chosen(client: Client, event: Event, query: str) -> None:
    assert path_of(client.get(f"{PAGE}?{query}")) == ("/country-az.ics" if "AZ" in query else ".ics")


def test_cities_are_those_of_the_country_and_elsewhere_name_theirs(client: Client, soon: Soon, event: Event) -> None:
    for country, zone in (("ES", "Europe/Madrid"), ("VE", "America/Caracas")):
        soon.event(event.edition, name={"en": f"In {country}"}, country=country, city="Valencia", zone=zone)
    soon.event(event.edition, name={"en": "In Madrid"}, country="ES", city="Madrid", zone="Europe/Madrid")
    everywhere = offered(client.get(PAGE), "city")
    assert list(everywhere) == ["", "baku", "berlin", "madrid", "valencia"]
    assert everywhere["baku"] == "Baku (Azerbaijan)"
    assert everywhere["valencia"] == "Valencia (Spain, Venezuela)"
    assert said(client.get(f"{PAGE}?city=valencia")) == "The calendar holds 2 events now."
    spain = client.get(f"{PAGE}?country=ES&city=valencia")
    assert offered(spain, "city") == {"": "All cities", "madrid": "Madrid", "valencia": "Valencia"}
    assert path_of(spain) == "/country-es/city-valencia.ics"
    assert offered(client.get(f"{PAGE}?country=VE"), "city") == {}


def test_more_cities_than_anybody_looks_through_wait_for_a_country(app: Flask, soon: Soon) -> None:
    campaign = soon.campaign()
    count = slices.CITY_LIMIT + 1
    cities = [City(f"city-{number}", f"City {number}", "DE", 1) for number in range(count)]
    many = Facets([(YEAR, count + 1)], [("AZ", 1), ("DE", count)], cities, [], [], 0)
    for query, shown in (({}, 0), ({"country": "DE"}, count + 1), ({"country": "AZ"}, 0)):
        form = slices.SliceForm(MultiDict(query))
        with app.test_request_context():
            form.offer(campaign, many)
        assert len(form.city.choices) == shown


def test_a_choice_that_holds_nothing_can_still_be_taken(client: Client, event: Event) -> None:
    page = client.get(f"{PAGE}?country=DE&tag=lecture")
    assert said(page).startswith("Nothing yet. Subscribe all the same")
    assert path_of(page) == "/country-de/tag-lecture.ics"
    assert "Apple Calendar" in ways(page)


def test_more_choices_stand_open_when_one_is_made(client: Client, event: Event) -> None:
    def is_open(page: Page) -> bool:
        (more,) = [one for one in page.all("details") if "More choices" in words(one)]
        return more.get("open") is not None

    assert not is_open(client.get(f"{PAGE}?country=DE"))
    assert not is_open(client.get(f"{PAGE}?tag=unknown"))
    assert is_open(client.get(f"{PAGE}?tag=concert"))


def test_what_is_past_is_not_shown_as_coming(client: Client, soon: Soon) -> None:
    ago = soon.now.replace(tzinfo=None) - timedelta(days=30)
    edition = soon.edition(year=ago.year)
    soon.event(edition, starts=ago, ends=ago + timedelta(hours=2))
    page = client.get(PAGE)
    assert said(page) == "The calendar holds 1 event now."
    assert "All of it is past." in page.text


def test_the_code_opens_this_page_with_what_is_chosen(client: Client, event: Event) -> None:
    page = client.get(f"{PAGE}?country=DE&tag=concert&lang=en")
    picture = next(one for one in page.tree.iter() if one.get("role") == "img")
    assert picture.get("aria-label") == "QR code of this page with what you have chosen"
    leads_to = f"{address.base()}{PAGE}?country=DE&lang=en&tag=concert#take"
    expected = segno.make(leads_to, error="m", micro=False).svg_inline(
        border=2, dark="#000", light="#fff", omitsize=True
    )
    assert expected.rpartition(' d="')[2].partition('"')[0] in page.text
    assert page.by_id("take") is not None


def test_a_campaign_without_events_can_be_subscribed_to(client: Client, soon: Soon) -> None:
    soon.campaign()
    page = client.get(PAGE)
    assert said(page).startswith("Nothing yet.")
    assert path_of(page) == ".ics"


def of_one(client: Client, event: Event) -> dict[str, str]:
    page = client.get(f"/khojaly/{YEAR}/{event.slug}/")
    names = ("Calendar file (.ics)", "Google Calendar", "Outlook.com", "Microsoft 365", "Yahoo Calendar")
    return {name: link for name, link in ways(page).items() if name in names}


def test_one_event_for_each_calendar(client: Client, event: Event) -> None:
    links = of_one(client, event)
    page, place = address.event_page("khojaly", YEAR, event.slug), "Community hall, Musterstraße 1, Berlin, Germany"
    assert links["Calendar file (.ics)"] == f"/khojaly/{YEAR}/{event.slug}/event.ics"
    assert asked(links["Google Calendar"]) == {
        "action": "TEMPLATE",
        "text": "Evening in Berlin",
        "dates": f"{YEAR}0226T173000Z/{YEAR}0226T193000Z",
        "ctz": "Europe/Berlin",
        "details": page,
        "location": place,
    }
    for program, site in (("Outlook.com", "outlook.live.com"), ("Microsoft 365", "outlook.office.com")):
        assert urlsplit(links[program]).netloc == site
        assert asked(links[program]) == {
            "path": "/calendar/action/compose",
            "rru": "addevent",
            "subject": "Evening in Berlin",
            "startdt": f"{YEAR}-02-26T17:30:00+00:00",
            "enddt": f"{YEAR}-02-26T19:30:00+00:00",
            "body": page,
            "location": place,
        }
    assert asked(links["Yahoo Calendar"]) == {
        "v": "60",
        "title": "Evening in Berlin",
        "st": f"{YEAR}0226T173000Z",
        "et": f"{YEAR}0226T193000Z",
        "desc": page,
        "in_loc": place,
    }


@pytest.mark.parametrize(("days", "last"), [(1, "27"), (2, "28")])
def test_whole_days_end_with_the_day_after(client: Client, soon: Soon, days: int, last: str) -> None:
    links = of_one(client, soon.event(**DAYS, ends=datetime(YEAR, 2, 26) + timedelta(days=days)))
    google, outlook, yahoo = (asked(links[name]) for name in ("Google Calendar", "Outlook.com", "Yahoo Calendar"))
    assert google["dates"] == f"{YEAR}0226/{YEAR}02{last}"
    assert "ctz" not in google
    assert (outlook["startdt"], outlook["enddt"]) == (f"{YEAR}-02-26", f"{YEAR}-02-{last}")
    assert outlook["allday"] == "true"
    assert yahoo["st"] == f"{YEAR}0226"
    assert (yahoo.get("dur"), yahoo.get("et")) == (("allday", None) if days == 1 else (None, f"{YEAR}0228"))


def test_an_hour_that_is_still_open_can_be_added_nowhere(client: Client, soon: Soon) -> None:
    assert of_one(client, soon.event(starts=None, ends=None)) == {}


def test_an_event_that_lost_its_date_can_be_added_nowhere(client: Client, soon: Soon, event: Event) -> None:
    with unit_of_work():
        draft = replace(events.draft_of(event), starts=None, ends=None)
        events.edit(event, draft, actor=None, now=soon.now)
    assert of_one(client, event) == {}


def test_a_cancelled_event_can_be_added_nowhere(app: Flask, client: Client, soon: Soon, event: Event) -> None:
    with unit_of_work():
        events.cancel(event, reason={}, actor=None, now=soon.now)
    assert of_one(client, event) == {}
    with app.test_request_context():
        assert subscribing.one_event(event) == []


def test_a_hidden_venue_is_in_no_link(client: Client, soon: Soon) -> None:
    links = of_one(client, soon.event(venue="Secret house", address="Hidden street 1", venue_is_public=False))
    assert len(links) == 5
    for link in links.values():
        assert "Secret" not in link
        assert "Hidden" not in link
    assert asked(links["Google Calendar"])["location"] == "Berlin, Germany"


def test_an_event_on_the_net_has_its_address_for_a_place(client: Client, soon: Soon) -> None:
    links = of_one(client, soon.event(**STREAM))
    assert asked(links["Outlook.com"])["location"] == "https://meet.example.org/talk"


def test_what_somebody_typed_stays_one_value_of_the_link(client: Client, soon: Soon) -> None:
    name = 'Tea & talk #1 + "more"?&dates=x'
    links = of_one(client, soon.event(name={"en": name}))
    for program, part in (("Google Calendar", "text"), ("Outlook.com", "subject"), ("Yahoo Calendar", "title")):
        assert asked(links[program])[part] == name
    assert asked(links["Google Calendar"])["dates"].startswith(str(YEAR))
