"""Taking something off the public again: an event, a whole campaign; and giving a lasting address another name."""

import pytest
from flask import Flask

from campaign.domain.event import Status
from campaign.domain.permission import Role
from campaign.models import Event
from tests.page import Client
from tests.web.conftest import YEAR, Soon
from tests.web.manage.test_events import said, stored

SLUG = "evening-in-berlin"
PAGE = f"/manage/khojaly/{YEAR}/events/{SLUG}/"
PUBLIC = ("/khojaly/", f"/khojaly/{YEAR}/", f"/khojaly/{YEAR}/{SLUG}/", "/feeds/khojaly.ics", "/khojaly/subscribe/")


@pytest.fixture
def event(app: Flask, client: Client, soon: Soon) -> Event:
    """Return a public event, whose campaign's owner has signed in."""
    event = soon.event()
    client.sign_in(soon.member(event.edition.campaign, Role.OWNER))
    return event


def test_an_event_becomes_a_draft_again(client: Client, event: Event) -> None:
    assert "Make it a draft again" in client.get(PAGE).text
    page = client.follow(client.post(f"{PAGE}withdraw"))
    assert "gone from every page and calendar" in said(page)
    assert stored(SLUG).status is Status.DRAFT
    assert client.get(f"/khojaly/{YEAR}/{SLUG}/").status == 404
    assert SLUG not in client.get("/feeds/khojaly.ics").text
    client.follow(client.post(f"{PAGE}publish"))
    assert client.get(f"/khojaly/{YEAR}/{SLUG}/").status == 200


def test_not_while_somebody_holds_a_place(client: Client, event: Event, soon: Soon) -> None:
    soon.registration(event)
    assert "Make it a draft again" not in client.get(PAGE).text
    assert "Cancel the event instead" in said(client.follow(client.post(f"{PAGE}withdraw")))
    assert stored(SLUG).status is Status.PUBLISHED


def test_a_campaign_is_withdrawn_and_restored(client: Client, event: Event) -> None:
    assert [client.get(path).status for path in PUBLIC] == [200] * 5
    page = client.follow(client.post("/manage/khojaly/withdraw"))
    assert "Withdrawn on" in page.text
    assert [client.get(path).status for path in PUBLIC] == [410] * 5
    assert client.get(PAGE).status == 200
    client.follow(client.post("/manage/khojaly/restore"))
    assert [client.get(path).status for path in PUBLIC] == [200] * 5


def test_a_withdrawn_campaign_is_not_on_the_first_page(client: Client, event: Event, soon: Soon) -> None:
    soon.campaign("earth-hour")
    assert "/khojaly/" in client.get("/").text
    client.post("/manage/khojaly/withdraw")
    assert 'href="/khojaly/"' not in client.get("/").text


def test_a_lasting_address_gets_another_name(client: Client, event: Event) -> None:
    page = client.follow(client.post(f"{PAGE}series", {"slug": "berlin"}))
    assert "former one leads to it" in said(page)
    for name in ("berlin", SLUG):
        assert client.get(f"/khojaly/series/{name}/").response.location == f"/khojaly/{YEAR}/{SLUG}/"
    assert client.get("/feeds/khojaly/series-berlin.ics").status == 200
    assert client.get(f"/feeds/khojaly/series-{SLUG}.ics").status == 308


@pytest.mark.parametrize("slug", ["", "Berlin", "a b", "x" * 61, "-a", "б"])
def test_a_name_that_no_address_can_have_is_refused(client: Client, event: Event, slug: str) -> None:
    assert "lower-case letters" in said(client.follow(client.post(f"{PAGE}series", {"slug": slug})))
    assert stored(SLUG).series.slug == SLUG
