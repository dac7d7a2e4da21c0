"""An event's public page: when and where, what changed, how to come, what it never tells."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from campaign.db import unit_of_work
from campaign.models import Event
from campaign.services import events
from tests.make import BERLIN
from tests.page import Client, Page, words
from tests.web.conftest import STARTS, YEAR, Soon

EVENT = f"/khojaly/{YEAR}/evening-in-berlin/"


def edit(event: Event, **changes: object) -> None:
    with unit_of_work():
        draft = replace(events.draft_of(event), **changes)  # type: ignore[arg-type]
        events.edit(event, draft, actor=None, now=datetime.now(UTC))


def lede(page: Page) -> str:
    """Return the line that says when."""
    return words(next(one for one in page.all("p") if one.get("class") == "lede"))


def links(page: Page) -> dict[str, str]:
    return {words(one): str(one.get("href")) for one in page.all("a")}


def test_an_event(client: Client, soon: Soon) -> None:
    soon.event(accessibility=("step-free", "captions"))
    page = client.get(EVENT)
    assert page.heading == "Evening in Berlin"
    assert lede(page) == f"{STARTS:%A}, 26 February {YEAR}, 18:30–20:30 (Berlin time)"
    for said in ("Community hall", "Musterstraße 1", "Germany", "German, English", "Step-free access", "Captions"):
        assert said in page.text
    assert "Music and readings." in page.text
    assert "There are places left." in page.text
    assert links(page)["Register"] == f"{EVENT}register"
    moment = next(one for one in page.all("time"))
    assert moment.get("datetime") == f"{YEAR}-02-26T17:30:00+00:00"


def test_ways_to_add_the_one_event(client: Client, soon: Soon) -> None:
    soon.event()
    ways = links(client.get(EVENT))
    assert ways["Calendar file (.ics)"] == f"{EVENT}event.ics"
    google = parse_qs(urlsplit(ways["Google Calendar"]).query)
    assert google["dates"] == [f"{YEAR}0226T173000Z/{YEAR}0226T193000Z"]
    assert google["ctz"] == ["Europe/Berlin"]
    assert google["location"] == ["Community hall, Musterstraße 1, Berlin, Germany"]
    outlook = parse_qs(urlsplit(ways["Outlook.com"]).query)
    assert outlook["startdt"] == [f"{YEAR}-02-26T17:30:00+00:00"]
    assert outlook["subject"] == ["Evening in Berlin"]


def test_a_cancelled_event_stays_with_its_reason(client: Client, soon: Soon) -> None:
    event = soon.event()
    with unit_of_work():
        events.cancel(event, reason={"en": "Storm warning"}, actor=None, now=soon.now)
    page = client.get(EVENT)
    assert "This event is cancelled." in page.text
    assert "Storm warning" in page.text
    assert "Register" not in links(page)
    assert "Google Calendar" not in links(page)
    assert "state-cancelled" in client.get(f"/khojaly/{YEAR}/").text


def test_a_moved_event_says_when_it_was_before(client: Client, soon: Soon) -> None:
    event = soon.event()
    edit(event, starts=STARTS + timedelta(days=1), ends=STARTS + timedelta(days=1, hours=1))
    page = client.get(EVENT)
    assert f"It was announced for {STARTS:%A}, 26 February {YEAR}" in page.text
    assert lede(page).startswith(f"{STARTS + timedelta(days=1):%A}, 27 February")
    assert "New time" in client.get(f"/khojaly/{YEAR}/").text
    edit(event, description={"en": "New words."})
    assert "It was announced for" in client.get(EVENT).text


def test_an_event_whose_time_is_still_open(client: Client, soon: Soon) -> None:
    soon.event(starts=None, ends=None)
    page = client.get(EVENT)
    assert lede(page) == "Date and time to be announced"
    assert "Google Calendar" not in links(page)
    assert "Time to be announced" in client.get(f"/khojaly/{YEAR}/").text


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ({"ends": STARTS + timedelta(hours=8)}, "18:30–02:30 (Berlin time)"),
        ({"ends": STARTS + timedelta(hours=26)}, "18:30 – 27 Feb, 20:30 (Berlin time)"),
        (
            {"is_all_day": True, "starts": datetime(YEAR, 2, 26), "ends": datetime(YEAR, 2, 27)},
            f"{STARTS:%A}, 26 February {YEAR}",
        ),
        (
            {"is_all_day": True, "starts": datetime(YEAR, 2, 26), "ends": datetime(YEAR, 2, 28)},
            f"27 February {YEAR}",
        ),
    ],
)
def test_hours_are_written_as_people_say_them(client: Client, soon: Soon, times: dict[str, object], said: str) -> None:
    soon.event(**times)
    assert lede(client.get(EVENT)).endswith(said)


def test_a_hidden_venue_is_nowhere_on_the_page(client: Client, soon: Soon) -> None:
    soon.event(venue_is_public=False)
    for path in (EVENT, f"/khojaly/{YEAR}/", f"/khojaly/{YEAR}/?q=community+hall", f"{EVENT}event.ics"):
        answer = client.get(path)
        for secret in ("Musterstra", "52.52"):
            assert secret not in answer.text
        assert answer.text.count("Community hall") == 0
    assert "Berlin, Germany" in client.get(EVENT).text.replace("\n", " ")


def test_an_online_event_shows_its_address_and_the_readers_own_time(client: Client, soon: Soon) -> None:
    place = dict.fromkeys(("country", "city", "venue", "address", "latitude", "longitude"))
    soon.event(**place, zone="UTC", online_url="https://meet.example.org/x")
    page = client.get(EVENT)
    assert links(page)["https://meet.example.org/x"] == "https://meet.example.org/x"
    assert lede(page).endswith("(UTC)")
    local = next(one for one in page.all("p") if one.get("data-local-time"))
    assert local.get("data-local-time") == f"{YEAR}-02-26T18:30:00+00:00"


def test_other_years_of_the_series_stand_beside_it(client: Client, soon: Soon) -> None:
    event = soon.event()
    edition = soon.edition(event.edition.campaign, YEAR - 1)
    starts = datetime(YEAR - 1, 2, 26, 18)
    draft = replace(BERLIN, name={"en": "The year before"}, starts=starts, ends=starts + timedelta(hours=2))
    with unit_of_work():
        last = events.create(edition, draft, series=event.series, actor=None, now=soon.now)
        events.publish(last, actor=None, now=soon.now)
    assert links(client.get(EVENT))["The year before"] == f"/khojaly/{YEAR - 1}/the-year-before/"


@pytest.mark.parametrize(("taken", "said"), [(4, "There are places left."), (5, "few places left"), (10, "All places")])
def test_how_many_come_is_told_only_roughly(client: Client, soon: Soon, taken: int, said: str) -> None:
    event = soon.event(capacity=10)
    soon.registration(event, party_size=taken)
    page = client.get(EVENT)
    assert said in page.text
    assert words(page.all("aside")[0][0]).count(str(taken)) == 0


def hide(soon: Soon) -> Event:
    return soon.event(is_published=False)


def plan(soon: Soon) -> Event:
    return soon.event(soon.edition(is_open=False))


@pytest.mark.parametrize("make", [hide, plan])
def test_what_is_not_public_is_not_there(client: Client, soon: Soon, make: Callable[[Soon], Event]) -> None:
    make(soon)
    for path in (EVENT, f"{EVENT}event.ics", f"{EVENT}register", "/khojaly/series/evening-in-berlin/"):
        assert client.get(path).status == 404, path
    assert "Evening in Berlin" not in client.get("/khojaly/").text


def test_a_change_is_seen_by_the_very_next_visitor(app: Flask, client: Client, soon: Soon) -> None:
    event = soon.event()
    assert "Community hall" in client.get(EVENT).text
    edit(event, venue="Old town hall")
    assert "Old town hall" in Client(app).get(EVENT).text
