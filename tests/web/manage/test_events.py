"""An organizer's events: the form that knows the world's cities, states; nothing typed is lost."""

from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.event import Status
from campaign.domain.permission import Role
from campaign.i18n import LANGUAGES
from campaign.models import Edition, Event, Message
from campaign.services import registrations
from tests.page import Client, Page, words
from tests.web.conftest import STARTS, YEAR, Soon
from tests.web.manage.test_campaigns import filled_in

LIST = f"/manage/khojaly/{YEAR}/events/"
NEW = f"{LIST}new/"
BERLIN = f"{LIST}evening-in-berlin/"
FORM = {
    "name_en": "Evening",
    "city": "Berlin",
    "country": "",
    "zone": "",
    "starts": f"{YEAR}-02-26T18:30",
    "ends": f"{YEAR}-02-26T20:30",
    "venue_is_public": "y",
    "takes_registrations": "y",
}


@pytest.fixture
def edition(app: Flask, client: Client, soon: Soon) -> Edition:
    """Return an open year, whose editor has signed in."""
    edition = soon.edition()
    client.sign_in(soon.member(edition.campaign, Role.EDITOR))
    return edition


def stored(slug: str = "evening") -> Event:
    db.session.rollback()
    return db.session.scalars(select(Event).where(Event.slug == slug)).one()


def count() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Event.id)).all())


def said(page: Page) -> str:
    """Return what the page says of what was just done."""
    return " ".join(words(one) for one in page.all("div") if one.get("role") in ("alert", "status"))


def test_create_publish_edit_cancel_take_up_again(client: Client, edition: Edition) -> None:
    assert client.get(NEW).heading == "New event"
    page = client.follow(client.post(NEW, FORM))
    assert "The event is saved as a draft." in said(page)
    event = stored()
    assert (event.status, event.country, event.zone, event.city) == (Status.DRAFT, "DE", "Europe/Berlin", "Berlin")
    public = f"/khojaly/{YEAR}/evening/"
    assert client.get(public).status == 404

    page = client.follow(client.post(f"{LIST}evening/publish"))
    assert "The event is published." in said(page)
    assert client.get(public).status == 200

    data = filled_in(client.get(f"{LIST}evening/edit/"))
    page = client.follow(client.post(f"{LIST}evening/edit/", {**data, "venue": "Old town hall"}))
    assert "calendars and registrants follow" in said(page)
    assert "Old town hall" in client.get(public).text

    page = client.follow(client.post(f"{LIST}evening/cancel", {"reason": "Storm warning"}))
    assert "The event is cancelled." in said(page)
    assert "Storm warning" in client.get(public).text

    page = client.get(f"{LIST}evening/")
    assert "It takes place after all" in page.text
    client.post(f"{LIST}evening/publish")
    assert (stored().status, stored().cancel_reason) == (Status.PUBLISHED, {})


@pytest.mark.parametrize(
    ("typed", "country", "zone", "latitude", "longitude"),
    [
        ({"city": "Baku"}, "AZ", "Asia/Baku", 40.4, 49.9),
        ({"city": "Berlin"}, "DE", "Europe/Berlin", 52.5, 13.4),
        ({"city": "Bakı"}, "AZ", "Asia/Baku", 40.4, 49.9),
        ({"city": "Баку"}, "AZ", "Asia/Baku", 40.4, 49.9),
        ({"city": "Valencia", "country": "ES"}, "ES", "Europe/Madrid", 39.5, -0.4),
        ({"city": "Berlin", "zone": "Europe/Paris"}, "DE", "Europe/Paris", 52.5, 13.4),
        ({"city": "Berlin", "latitude": "52.6", "longitude": "13.5"}, "DE", "Europe/Berlin", 52.6, 13.5),
        ({"city": "Kleinkleckersdorf", "country": "DE", "zone": "Europe/Berlin"}, "DE", "Europe/Berlin", None, None),
        ({"city": "", "online_url": "https://meet.example.org/x"}, None, "UTC", None, None),
        ({"city": "", "online_url": "meet.example.org", "zone": "Asia/Baku"}, None, "Asia/Baku", None, None),
    ],
)
def test_the_city_gives_the_rest_of_the_place(
    client: Client, edition: Edition, typed: dict[str, str], country: str, zone: str, latitude: float, longitude: float
) -> None:
    assert client.post(NEW, {**FORM, **typed}).status == 303
    event = stored()
    assert (event.country, event.zone) == (country, zone)
    assert event.latitude == (latitude and pytest.approx(latitude, abs=0.15))
    assert event.longitude == (longitude and pytest.approx(longitude, abs=0.15))
    assert event.starts == STARTS
    assert event.starts_at is not None
    assert client.get(f"{LIST}evening/").status == 200


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"name_en": ""}, "name_en", "Please fill this in."),
        ({"name_en": "x" * 161}, "name_en", "at most 160"),
        ({"city": "Valencia"}, "city", "There is a Valencia in several countries: Venezuela"),
        ({"city": "Kleinkleckersdorf"}, "city", "We don't know this city."),
        ({"city": "Kleinkleckersdorf", "country": "DE"}, "city", "We don't know this city."),
        ({"city": "", "country": "DE"}, "city", "Write the city, too."),
        ({"latitude": "52.5"}, "city", "both latitude and longitude"),
        ({"latitude": "95", "longitude": "13"}, "latitude", "from -90 to 90"),
        ({"country": "XX"}, "country", "Not a valid choice"),
        ({"zone": "Mars/Olympus"}, "zone", "Not a valid choice"),
        ({"ends": f"{YEAR}-02-26T18:30"}, "ends", "later than the start"),
        ({"ends": f"{YEAR}-02-25T18:30"}, "ends", "later than the start"),
        ({"ends": f"{YEAR}-04-26T18:30"}, "ends", "31 days"),
        ({"starts": f"{YEAR}-02-30T18:30"}, "starts", "a day that exists"),
        ({"starts": "soon"}, "starts", "a day that exists"),
        ({"online_url": "javascript:alert(1)"}, "online_url", "https://"),
        ({"url": "https://a b"}, "url", "no spaces"),
        ({"languages": "english"}, "languages", "language codes"),
        ({"tags": ",".join(f"tag{n}" for n in range(13))}, "tags", "At most 12"),
        ({"capacity": "0"}, "capacity", "from 1 to"),
        ({"capacity": "100001"}, "capacity", "from 1 to"),
        ({"opens": "yesterday"}, "opens", "a day that exists"),
        ({"accessibility": "flying"}, "accessibility", "not a valid choice"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_lost(
    client: Client, edition: Edition, wrong: dict[str, str], field: str, sentence: str
) -> None:
    typed = {
        **FORM, "venue": "Community hall", "description_en": "Music.", "description_az": "Musiqi.",
        "capacity": "50", "tags": "concert, film", "closes": f"{YEAR}-02-26T12:00", **wrong,
    }  # fmt: skip
    page = client.post(NEW, typed)
    assert page.status == 422
    assert sentence in page.error_of(field)
    for name in ("name_en", "city", "starts", "ends", "venue", "description_az", "capacity", "tags", "closes"):
        assert page.value_of(name) == typed[name], name
    assert count() == 0


def test_times_without_a_zone_ask_for_one(client: Client, edition: Edition) -> None:
    page = client.post(NEW, {**FORM, "city": ""})
    assert page.status == 422
    assert page.error_of("zone") == "Choose a time zone for these times."
    assert client.post(NEW, {"name_en": "Somewhere, sometime", "country": "", "zone": ""}).status == 303
    assert stored("somewhere-sometime").zone is None


def test_a_time_that_the_clocks_skip_moves_forward_with_them(client: Client, edition: Edition) -> None:
    gap = next(day for day in (datetime(YEAR, 3, 31) - timedelta(days=n) for n in range(7)) if day.weekday() == 6)
    times = {"starts": f"{gap:%Y-%m-%d}T02:30", "ends": f"{gap:%Y-%m-%d}T04:30"}
    assert client.post(NEW, {**FORM, **times}).status == 303
    event = stored()
    assert event.starts == datetime.combine(gap, time(2, 30))
    assert event.starts_at == datetime.combine(gap, time(1, 30), UTC)


def test_the_form_suggests_the_campaigns_usual_hour(client: Client, soon: Soon) -> None:
    edition = soon.edition(soon.campaign(default_start=time(20, 30), default_minutes=60))
    client.sign_in(soon.member(edition.campaign, Role.EDITOR))
    page = client.get(NEW)
    assert page.value_of("starts") == f"{YEAR}-02-26T20:30"
    assert page.value_of("ends") == f"{YEAR}-02-26T21:30"


def test_saving_a_form_as_it_stands_changes_nothing(client: Client, edition: Edition, soon: Soon) -> None:
    soon.event(
        edition,
        name={"en": "Evening in Berlin", "az": "Berlində axşam"},
        accessibility=("step-free", "captions"),
        opens=datetime(YEAR, 1, 1, 9),
        zone="Europe/Busingen",  # an older spelling, which the list doesn't offer
        external_id="row-1",
    )
    changed_at = stored("evening-in-berlin").content_changed_at
    page = client.follow(client.post(f"{BERLIN}edit/", filled_in(client.get(f"{BERLIN}edit/"))))
    assert "The change is saved." in said(page)
    event = stored("evening-in-berlin")
    assert (event.content_changed_at, event.sequence) == (changed_at, 0)
    assert (event.zone, event.external_id) == ("Europe/Busingen", "row-1")


def test_a_long_description_in_every_language_fits(client: Client, soon: Soon) -> None:
    edition = soon.edition(soon.campaign(languages=list(LANGUAGES)))
    client.sign_in(soon.member(edition.campaign, Role.EDITOR))
    described = dict.fromkeys(LANGUAGES, "Вечер памяти. " * 350)
    sent = {f"description_{code}": text for code, text in described.items()}
    assert client.post(NEW, {**FORM, **sent}).status == 303
    assert stored().description == {code: text.strip() for code, text in described.items()}


def test_a_refused_change_leaves_the_event_alone(client: Client, edition: Edition, soon: Soon) -> None:
    event = soon.event(edition)
    soon.registration(event, party_size=3)
    data = {**filled_in(client.get(f"{BERLIN}edit/")), "capacity": "2", "venue": "Too small a hall"}
    page = client.post(f"{BERLIN}edit/", data)
    assert page.status == 422
    assert page.error_of("capacity") == "3 places are taken already; the capacity can't be lower."
    assert page.value_of("venue") == "Too small a hall"
    assert (event.capacity, event.venue) == (10, "Community hall")


def test_a_public_event_cannot_lose_its_city(client: Client, edition: Edition, soon: Soon) -> None:
    event = soon.event(edition)
    data = {**filled_in(client.get(f"{BERLIN}edit/")), "city": ""}
    assert client.post(f"{BERLIN}edit/", data).error_of("city") == "Write the city, too."
    assert event.city == "Berlin"


def test_a_change_tells_the_registered(client: Client, edition: Edition, soon: Soon) -> None:
    event = soon.event(edition)
    registration = soon.registration(event)
    with unit_of_work():
        registrations.confirm(registration, now=datetime.now(UTC))
    data = filled_in(client.get(f"{BERLIN}edit/"))
    client.post(f"{BERLIN}edit/", {**data, "starts": f"{YEAR}-02-26T19:00"})
    client.post(f"{BERLIN}cancel", {"reason": "Storm warning"})
    kinds = db.session.scalars(select(Message.kind).order_by(Message.id)).all()
    assert kinds == ["confirm-address", "confirmed", "event-changed", "event-cancelled"]


def test_publish_ready_publishes_what_is_complete(client: Client, edition: Edition, soon: Soon) -> None:
    soon.event(edition, is_published=False)
    soon.event(edition, is_published=False, name={"en": "Half done"}, ends=None)
    page = client.get(LIST)
    assert "needs: an end" in page.text
    assert "Published: 1." in said(client.follow(client.post(f"{LIST}publish-ready")))
    assert (stored("evening-in-berlin").status, stored("half-done").status) == (Status.PUBLISHED, Status.DRAFT)


def test_what_lacks_something_says_what(client: Client, edition: Edition, soon: Soon) -> None:
    soon.event(edition, is_published=False, ends=None, city=None)
    needs = "Before it can be published it needs: a city, an end."
    assert needs in client.get(BERLIN).text
    assert needs in said(client.follow(client.post(f"{BERLIN}publish")))
    assert stored("evening-in-berlin").status is Status.DRAFT


def test_a_draft_can_be_deleted_and_what_was_public_cannot(client: Client, edition: Edition, soon: Soon) -> None:
    soon.event(edition, is_published=False)
    assert "Delete the draft" in client.get(BERLIN).text
    page = client.follow(client.post(f"{BERLIN}delete"))
    assert "The draft is deleted." in said(page)
    assert count() == 0
    soon.event(edition)
    assert "Delete the draft" not in client.get(BERLIN).text
    assert "Cancel it instead" in said(client.follow(client.post(f"{BERLIN}delete")))
    assert count() == 1


def test_a_reason_that_is_too_long_cancels_nothing(client: Client, edition: Edition, soon: Soon) -> None:
    event = soon.event(edition)
    assert "at most 300" in said(client.follow(client.post(f"{BERLIN}cancel", {"reason": "x" * 301})))
    assert event.status is Status.PUBLISHED
    assert "can't go from that state" in said(client.follow(client.post(f"{BERLIN}publish")))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Baku", "Evening in Berlin", "A draft"]),
        ("status=draft", ["A draft"]),
        ("status=nonsense", ["Baku", "Evening in Berlin", "A draft"]),
        ("country=AZ", ["Baku"]),
        ("q=berlin", ["Evening in Berlin", "A draft"]),
        ("q=nothing", []),
        ("page=99", ["Baku", "Evening in Berlin", "A draft"]),
        ("page=x&country=", ["Baku", "Evening in Berlin", "A draft"]),
    ],
)
def test_the_list_can_be_looked_through(
    client: Client, edition: Edition, soon: Soon, query: str, names: list[str]
) -> None:
    soon.event(edition)
    soon.event(edition, name={"en": "Baku"}, country="AZ", city="Baku", venue=None, zone="Asia/Baku")
    soon.event(edition, is_published=False, name={"en": "A draft"}, starts=STARTS + timedelta(minutes=30))
    page = client.get(f"{LIST}?{query}")
    assert page.status == 200
    assert [words(one) for one in page.all("th") if one.get("scope") == "row"] == names


def test_the_city_field_is_helped_with_suggestions(client: Client, edition: Edition) -> None:
    found = client.get("/manage/places.json?q=Bak").response.json
    assert {"city": "Baku", "country": "AZ", "label": "Baku, Azerbaijan", "zone": "Asia/Baku"} in found
    assert client.get("/manage/places.json?q=").response.json == []
