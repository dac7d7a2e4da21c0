"""Where a calendar is found: under one address, to which every other spelling and every former name leads."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from icalendar import Calendar

from campaign import address
from campaign.db import unit_of_work
from campaign.models import Event
from campaign.services import campaigns, events, series
from tests.page import Client, Page
from tests.services.world import as_draft
from tests.web.conftest import YEAR, Soon

WHOLE = "/feeds/khojaly.ics"
GERMANY = "/feeds/khojaly/country-de.ics"

Poll = Callable[..., Page]


@pytest.fixture
def event(app: Flask, soon: Soon) -> Event:
    """Return an event in Berlin."""
    return soon.event(name={"en": "Evening in Berlin", "az": "Berlində axşam"})


@pytest.fixture
def poll(client: Client, event: Event) -> Poll:
    """Return what asks for a feed, of which no answer sets a cookie."""

    def _poll(path: str, **headers: str) -> Page:
        page = client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        assert "Set-Cookie" not in page.response.headers
        return page

    return _poll


def summaries(page: Page) -> list[str]:
    assert page.status == 200
    return [str(one["SUMMARY"]) for one in Calendar.from_ical(page.response.data).walk("VEVENT")]


def change(event: Event, **changes: object) -> None:
    """Change the event's campaign."""
    campaign = event.edition.campaign
    with unit_of_work():
        draft = replace(as_draft(campaign), **changes)  # type: ignore[arg-type]
        campaigns.edit(campaign, draft, actor=None, now=datetime.now(UTC))


def rename_series(event: Event, slug: str) -> None:
    with unit_of_work():
        series.rename(event.series, slug, actor=None, now=datetime.now(UTC))


def leads(poll: Poll, path: str) -> str:
    """Return the path that another one leads to, in one step, and where there is a calendar."""
    page = poll(path)
    assert page.status == 308, f"{path}: {page.status}"
    base, _slash, rest = page.location.partition("/feeds/")
    assert base == address.base()
    assert poll(f"/feeds/{rest}").status == 200
    return f"/feeds/{rest}"


@pytest.mark.parametrize("kind", ["ics", "atom", "json"])
def test_every_other_spelling_leads_to_the_canonical_one_in_one_step(poll: Poll, kind: str) -> None:
    parts = "series-evening-in-berlin", "city-berlin", "country-de", "lang-az", "tag-concert", f"year-{YEAR}"
    canonical = f"/feeds/khojaly/{parts[5]}/country-de/city-berlin/{parts[0]}/tag-concert/lang-az.{kind}"
    for spelling in ("/".join(parts), "/".join(parts).upper(), "/".join(reversed(parts)), "/".join(sorted(parts))):
        assert leads(poll, f"/feeds/Khojaly/{spelling}.{kind}") == canonical
    assert leads(poll, f"/feeds/KHOJALY.{kind}") == f"/feeds/khojaly.{kind}"
    assert leads(poll, f"/feeds/khojaly/lang-az/online.{kind}") == f"/feeds/khojaly/online/lang-az.{kind}"
    assert leads(poll, f"/feeds/khojaly/city-Berlin.{kind}?hl=az") == f"/feeds/khojaly/city-berlin.{kind}"


def test_former_names_of_campaign_and_series_lead_on_in_one_step_also_together(poll: Poll, event: Event) -> None:
    for slug in ("khojaly-day", "26-february"):
        change(event, slug=slug)
    for slug in ("berlin", "in-berlin"):
        rename_series(event, slug)
    present = "/feeds/26-february/country-de/series-in-berlin.ics"
    assert poll(present).status == 200
    for campaign in ("khojaly", "khojaly-day", "KHOJALY"):
        for slug in ("evening-in-berlin", "berlin", "in-berlin", "Berlin"):
            assert leads(poll, f"/feeds/{campaign}/series-{slug}/country-DE.ics") == present
    assert leads(poll, "/feeds/khojaly.atom") == "/feeds/26-february.atom"


def test_a_name_that_comes_back_is_the_canonical_one_again(poll: Poll, event: Event) -> None:
    was = poll(GERMANY)
    change(event, slug="khojaly-day")
    assert leads(poll, GERMANY) == "/feeds/khojaly-day/country-de.ics"
    change(event, slug="khojaly")
    assert summaries(poll(GERMANY)) == summaries(was)
    assert leads(poll, "/feeds/khojaly-day/country-de.ics") == GERMANY


def test_pages_of_a_renamed_campaign_lead_on(client: Client, event: Event) -> None:
    change(event, slug="khojaly-day")
    for path in ("/", f"/{YEAR}/", f"/{YEAR}/evening-in-berlin/", "/subscribe/?country=DE&city=berlin"):
        page = client.get(f"/khojaly{path}")
        assert (page.status, page.location) == (308, f"{address.base()}/khojaly-day{path}")
        assert client.follow(page).status == 200


def test_a_withdrawn_campaign_is_gone_under_all_its_names_until_it_is_restored(
    client: Client, poll: Poll, event: Event
) -> None:
    change(event, slug="khojaly-day")
    was = poll("/feeds/khojaly-day.ics")
    with unit_of_work():
        campaigns.withdraw(event.edition.campaign, actor=None, now=datetime.now(UTC))
    for path in ("/feeds/khojaly-day.ics", WHOLE, "/feeds/khojaly-day/country-de.json", "/feeds/KHOJALY/online.atom"):
        assert poll(path, If_None_Match=was.response.headers["ETag"]).status == 410
    for path in ("/khojaly-day/", f"/khojaly-day/{YEAR}/", "/khojaly-day/subscribe/", "/khojaly/"):
        assert client.get(path).status == 410
    with unit_of_work():
        campaigns.restore(event.edition.campaign, actor=None, now=datetime.now(UTC))
    assert summaries(poll("/feeds/khojaly-day.ics")) == summaries(was)
    assert leads(poll, WHOLE) == "/feeds/khojaly-day.ics"
    assert client.get("/khojaly-day/").status == 200


def test_a_series_whose_event_was_deleted_is_gone(poll: Poll, event: Event) -> None:
    rename_series(event, "berlin")
    path = "/feeds/khojaly/series-berlin.ics"
    assert summaries(poll(path)) == ["Evening in Berlin"]
    with unit_of_work():
        events.withdraw(event, actor=None, now=datetime.now(UTC))
    assert summaries(poll(path)) == []
    with unit_of_work():
        events.delete(event, actor=None, now=datetime.now(UTC))
    for slug in ("berlin", "evening-in-berlin"):
        assert poll(f"/feeds/khojaly/series-{slug}/lang-az.ics").status == 410
    assert poll(path).status == 410


def test_slices_that_lost_their_only_event_are_empty_not_unknown(poll: Poll, event: Event) -> None:
    """A program that subscribed must see the event go; on a 404 it would keep it."""
    paths = [f"/feeds/khojaly/{part}.ics" for part in ("city-berlin", "tag-concert", "series-evening-in-berlin")]
    assert [summaries(poll(path)) for path in paths] == [["Evening in Berlin"]] * 3
    with unit_of_work():
        events.withdraw(event, actor=None, now=datetime.now(UTC))
    assert [summaries(poll(path)) for path in paths] == [[]] * 3


UNKNOWN = (
    "country-xx country-de/country-az city-nowhere series-nothing tag-nothing lang-de lang-xx nonsense year-1899 "
    "year-27 online-x tag-"
).split()


def test_a_slice_that_cannot_be_is_not_found(poll: Poll) -> None:
    for part in UNKNOWN:
        for kind in ("ics", "atom", "json"):
            assert poll(f"/feeds/khojaly/{part}.{kind}").status == 404, part


def test_addresses_that_are_none(poll: Poll) -> None:
    for path in ("unknown.ics", "khojaly", "khojaly.ics/", "", "khojaly.xml", ".ics", "khojaly/.ics", "khojaly/ics"):
        assert poll(f"/feeds/{path}").status == 404, path


def test_an_address_full_of_nonsense_is_no_error_of_ours(poll: Poll) -> None:
    for part in ("%00", "%ff%fe", "country-%00", "city-%ed%a0%80", "tag-" + "a" * 5000, "a/" * 500 + "b", "lang-İ"):
        for path in (f"/feeds/khojaly/{part}.ics", f"/feeds/{part}.json"):
            assert poll(path).status in (400, 404), path[:60]
