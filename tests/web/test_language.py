"""In which language a page is: its address says, else the cookie, else the browser."""

from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from campaign.i18n import LANGUAGES, OWN_NAMES, direction
from campaign.web import language
from tests.page import Client, Page
from tests.web.conftest import YEAR, Soon


def language_of(page: Page) -> str:
    return str(page.all("html")[0].get("lang"))


def menu(page: Page) -> dict[str, str]:
    """Return the language menu: where each language leads."""
    return {str(one.get("hreflang")): str(one.get("href")) for one in page.all("a") if one.get("hreflang")}


def test_the_address_then_the_cookie_then_the_browser(client: Client) -> None:
    assert language_of(client.get("/")) == "en"
    assert language_of(client.get("/", headers={"Accept-Language": "sv, de;q=0.8, fr;q=0.5"})) == "de"
    assert language_of(client.get("/?hl=az", headers={"Accept-Language": "de"})) == "az"
    assert language_of(client.get("/", headers={"Accept-Language": "de"})) == "az"  # it was remembered
    assert language_of(client.get("/?hl=ru")) == "ru"


@pytest.mark.parametrize("unknown", ["xx", "", "EN", "en-GB", "../de", "<script>"])
def test_an_unknown_language_counts_as_none(client: Client, unknown: str) -> None:
    page = client.get("/", query_string={"hl": unknown}, headers={"Accept-Language": "fr"})
    assert language_of(page) == "fr"
    assert not any(cookie.startswith("language=") for cookie in page.response.headers.getlist("Set-Cookie"))


def test_the_cookie_says_the_language_and_nothing_else(client: Client) -> None:
    (cookie,) = client.get("/?hl=tr").response.headers.getlist("Set-Cookie")
    assert cookie.startswith("language=tr;")
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert client.get("/?hl=tr").response.headers.getlist("Set-Cookie") == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_page_opens_in_each_language(client: Client, soon: Soon, code: str) -> None:
    event = soon.event(is_all_day=False, accessibility=("step-free",))
    registration = soon.registration(event)
    year = f"/khojaly/{YEAR}/"
    paths = ["/khojaly/", year, f"{year}evening-in-berlin/", f"{year}evening-in-berlin/register"]
    paths += ["/khojaly/subscribe/", f"/r/{registration.token}/", "/account/sign-in"]
    for path in paths:
        page = client.get(path, headers={"Accept-Language": code})
        assert (page.status, language_of(page)) == (200, code)
        assert page.all("html")[0].get("dir") == direction(code)


def test_the_menu_leads_to_this_page_in_every_language(client: Client, soon: Soon) -> None:
    soon.event()
    page = client.get(f"/khojaly/{YEAR}/?country=DE&q=a+b&q=ö&hl=de")
    links = menu(page)
    assert list(links) == list(LANGUAGES)
    for code, href in links.items():
        parts = urlsplit(href)
        assert parts.path == f"/khojaly/{YEAR}/"
        assert parse_qs(parts.query) == {"country": ["DE"], "q": ["a b", "ö"], "hl": [code]}
        assert OWN_NAMES[code] in page.text
    assert language_of(client.get(links["ar"])) == "ar"


@pytest.mark.parametrize(
    "query",
    [
        "endpoint=x",
        "_external=1&_scheme=javascript",
        "_anchor=x",
        "_method=x",
        "campaign=x&year=y",
        "values=x",
        "page=2",
    ],
)
def test_nothing_behind_the_question_mark_changes_where_the_menu_leads(client: Client, soon: Soon, query: str) -> None:
    soon.event()
    for path in ("/khojaly/", f"/khojaly/{YEAR}/", "/khojaly/subscribe/"):
        page = client.get(f"{path}?{query}")
        assert page.status == 200
        assert {urlsplit(href)._replace(query="").geturl() for href in menu(page).values()} == {path}


def test_an_error_page_has_a_menu_too(client: Client) -> None:
    assert menu(client.get("/nowhere/"))["az"] == "/nowhere/?hl=az"
    assert menu(client.get("/no/such/page/at/all"))["az"] == "/?hl=az"


def test_without_a_request_texts_are_english(app: Flask) -> None:
    assert language.current() == "en"
