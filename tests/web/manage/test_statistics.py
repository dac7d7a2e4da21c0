"""Numbers and plots: a picture that says in words what it shows, a table of the same, and nobody recognisable."""

import pytest
from flask import Flask

from campaign.db import unit_of_work
from campaign.domain.permission import Role
from campaign.models import Event
from tests.page import Client, Page, words
from tests.web.conftest import YEAR, Soon

SVG = "{http://www.w3.org/2000/svg}"
OF_EVENT = f"/manage/khojaly/{YEAR}/events/evening-in-berlin/statistics/"
OF_YEAR = f"/manage/khojaly/{YEAR}/statistics/"


@pytest.fixture
def event(app: Flask, soon: Soon) -> Event:
    return soon.event(capacity=40)


def register(soon: Soon, event: Event, count: int, language: str) -> None:
    for number in range(count):
        soon.registration(event, f"{language}{number}@example.org", language=language)


def plots(page: Page) -> list[tuple[str, str, list[list[str]]]]:
    """Return title, description and table of each plot."""
    return [
        (
            words(next(figure.iter(f"{SVG}title"))),
            words(next(figure.iter(f"{SVG}desc"))),
            [[words(cell) for cell in row] for row in figure.iter("{http://www.w3.org/1999/xhtml}tr")][1:],
        )
        for figure in page.all("figure")
    ]


def test_each_plot_says_what_it_shows_and_stands_beside_its_numbers(client: Client, event: Event, soon: Soon) -> None:
    register(soon, event, 9, "az")
    register(soon, event, 6, "de")
    with unit_of_work():
        event.attended = 9
    client.sign_in(soon.member(event.edition.campaign, Role.VIEWER))
    page = client.get(OF_EVENT)
    time, languages, places, came = plots(page)
    assert time[0] == "Registrations over time"
    assert time[1].endswith("; 15 by then.")
    assert [row[1] for row in time[2]] == ["15"]
    numbers = [["Azerbaijani", "9"], ["German", "6"]]
    assert languages == ("Registrations by language of our mails", "Azerbaijani: 9; German: 6", numbers)
    assert places[2] == [["Taken", "15"], ["Free", "25"]]
    assert came[2] == [["Came", "9"], ["Did not come", "6"]]
    for svg in page.tree.iter(f"{SVG}svg"):
        if svg.get("role") == "img":
            named = (svg.get("aria-labelledby") or "").split()
            assert [page.by_id(one) is not None for one in named] == [True, True]


def test_a_year_is_told_apart_by_country(client: Client, event: Event, soon: Soon) -> None:
    baku = soon.event(event.edition, name={"en": "Baku"}, country="AZ", city="Baku", capacity=None)
    register(soon, event, 5, "en")
    register(soon, baku, 8, "az")
    client.sign_in(soon.member(event.edition.campaign, Role.VIEWER))
    countries = plots(client.get(OF_YEAR))[1]
    assert countries[2] == [["Azerbaijan", "8"], ["Germany", "5"]]


def test_few_are_hidden(client: Client, event: Event, soon: Soon) -> None:
    client.sign_in(soon.member(event.edition.campaign, Role.VIEWER))
    register(soon, event, 4, "az")
    for path in (OF_EVENT, OF_YEAR):
        assert "Not enough yet" in client.get(path).text
        assert plots(client.get(path)) == []
    register(soon, event, 6, "en")
    languages = plots(client.get(OF_EVENT))[1]
    assert languages[2] == [["English", "fewer than five"], ["Azerbaijani", "fewer than five"]]


def test_plots_run_from_the_right_where_the_language_does(client: Client, event: Event, soon: Soon) -> None:
    register(soon, event, 6, "ar")
    client.sign_in(soon.member(event.edition.campaign, Role.VIEWER))
    page = client.get(f"{OF_EVENT}?hl=ar")
    assert 'dir="rtl"' in page.text
    assert "matrix(-1 0 0 1 600 0)" in page.text


@pytest.mark.parametrize(("role", "status"), [(Role.DOOR, 403), (Role.COORDINATOR, 403)])
def test_who_may_not_see_the_event_sees_no_numbers(
    client: Client, event: Event, soon: Soon, role: Role, status: int
) -> None:
    client.sign_in(soon.member(event.edition.campaign, role, countries=["FR"]))
    assert client.get(OF_EVENT).status == status
