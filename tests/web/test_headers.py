"""What every answer carries, whatever it is: a page, a file, a feed, a redirect or an error."""

from dataclasses import replace
from io import BytesIO
from itertools import product

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from campaign import config
from campaign.app import create_app
from campaign.domain.permission import Role
from campaign.services import campaigns
from campaign.web.headers import POLICY
from tests.make import Maker
from tests.page import Client
from tests.web.apart import Apart

ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
LARGE = b"x=" + b"y" * 70_000
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def event_page(app: Flask, make: Maker) -> str:
    """Put one event on the site; return its page."""
    app.test_client_class = Apart
    app.config["PROPAGATE_EXCEPTIONS"] = False
    event = make.event()
    return f"/khojaly/{event.edition.year}/{event.slug}/"


def check(response: TestResponse, *, shared: bool = False) -> None:
    """Look for the headers that nothing goes without; what other sites may load is `shared`."""
    found = {name: response.headers.get(name) for name in ALWAYS}
    assert found == ALWAYS
    resource = response.headers["Cross-Origin-Resource-Policy"]
    assert resource == ("cross-origin" if shared else "same-origin")
    assert "camera=()" in response.headers["Permissions-Policy"]


ANSWERS = [
    ("GET", "/khojaly/", 200, "a page"),
    ("HEAD", "/khojaly/", 200, "a page's head"),
    ("OPTIONS", "/khojaly/", 200, "what a page can do"),
    ("GET", "/", 302, "a redirect"),
    ("GET", "/khojaly", 308, "a redirect to the address with a slash"),
    ("GET", "/manage/", 302, "a redirect to sign in"),
    ("GET", "/no/such/page", 404, "no page"),
    ("GET", "/static/css/base.css", 200, "a file"),
    ("GET", "/static/no.css", 404, "no file"),
    ("GET", "/static/../wsgi.py", 404, "a way up"),
    ("GET", "/account/fs-static/js/webauthn.js", 200, "the library's file"),
    ("GET", "/account/sign-in", 200, "the library's page"),
    ("GET", "/healthz", 200, "health"),
    ("GET", "/feeds/khojaly/LANG-az.ics", 308, "a redirect to a feed's canonical address"),
    ("GET", "/feeds/khojaly/month-2.ics", 404, "no feed"),
    ("POST", "/khojaly/", 405, "not that way"),
    ("DELETE", "/manage/khojaly/", 405, "not that way, either"),
]


def test_every_answer_has_the_headers(app: Flask) -> None:
    for method, path, status, what in ANSWERS:
        response = app.test_client().open(path, method=method)
        assert response.status_code == status, what
        check(response)


def test_feeds_have_them_and_are_for_everybody(app: Flask, event_page: str) -> None:
    browser = app.test_client()
    browser.get("/khojaly/?hl=az")
    paths = ("/feeds/khojaly.ics", "/feeds/khojaly.ics?hl=az", f"{event_page}event.ics")
    for path, headers in product(paths, ({}, {"Accept-Encoding": "gzip"})):
        response = browser.get(path, headers=headers)
        check(response, shared=True)
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Set-Cookie" not in response.headers
        assert response.vary.as_set() == {"accept-encoding"}
        again = browser.get(path, headers={**headers, "If-None-Match": response.headers["ETag"]})
        assert again.status_code == 304
        check(again, shared=True)
        assert "Set-Cookie" not in again.headers


def test_a_feed_is_the_same_for_whoever_is_signed_in(app: Flask, make: Maker) -> None:
    client = Client(app)
    client.sign_in(make.user("somebody@example.org"))
    response = client.get("/feeds/khojaly.ics").response
    assert "Set-Cookie" not in response.headers
    assert "cookie" not in response.vary


def test_a_file_is_the_same_for_everybody(app: Flask) -> None:
    browser = app.test_client()
    browser.get("/account/sign-in")
    response = browser.get("/static/css/base.css?hl=az")
    assert "Set-Cookie" not in response.headers
    assert "cookie" not in response.vary


def test_a_pages_copy_is_for_one_reader(app: Flask, event_page: str) -> None:
    response = app.test_client().get(event_page)
    assert {"cookie", "accept-language"} <= response.vary.as_set()
    assert response.headers["Cache-Control"] == "no-cache"


def test_a_wrong_method_says_which_are_right(app: Flask) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        page = Client(app)._open(method, "/khojaly/")
        assert page.status == 405
        assert set(page.response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
        assert page.heading == "Not that way"


def test_a_body_over_64_kb_is_refused_on_a_page(app: Flask, event_page: str) -> None:
    for content_type in (FORM, "multipart/form-data; boundary=x", "text/plain"):
        page = Client(app).post(f"{event_page}register", LARGE, content_type=content_type)
        assert page.status == 413, content_type
        assert page.heading == "That is too much at once"
        check(page.response)
    for path in ("/account/sign-in", "/account/link/x/", "/r/x/confirm", "/manage/khojaly/edit/"):
        answer = app.test_client().post(path, data=LARGE, content_type=FORM)
        assert answer.status_code == 413, path
        check(answer)


def test_a_body_that_does_not_say_its_length_is_read_no_further(app: Flask) -> None:
    body = BytesIO(LARGE * 20)
    # What a server hands on of a chunked request.
    environ = {"wsgi.input": body, "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    app.test_client().post("/account/sign-in", content_type=FORM, environ_overrides={**environ, "CONTENT_LENGTH": ""})
    assert 0 < body.tell() <= 64 * 1024


def test_the_import_takes_more_from_organizers_alone(app: Flask, make: Maker) -> None:
    where = "/manage/khojaly/2027/import/"
    assert app.test_client().post(where, data=LARGE, content_type=FORM).status_code == 413
    client = Client(app)
    client.sign_in(make.user("somebody@example.org"))
    assert client.post(where, LARGE, content_type=FORM).status == 404
    assert client.post("/khojaly/2027/evening-in-berlin/register", LARGE, content_type=FORM).status == 413


def test_a_broken_page_tells_nothing_but_that_it_broke(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(campaigns, "everything", fail)
    page = Client(app).get("/")
    assert page.status == 500
    assert page.heading == "Something broke on our side"
    assert "secret" not in page.text
    check(page.response)


def test_a_database_that_is_away_says_when_to_come_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    monkeypatch.setattr(campaigns, "everything", fail)
    page = Client(app).get("/")
    assert page.status == 503
    assert page.response.headers["Retry-After"] == "30"
    assert "locked" not in page.text
    check(page.response)


def test_personal_pages_are_kept_by_nobody(app: Flask, make: Maker) -> None:
    client = Client(app)
    campaign = make.campaign("another")
    token = make.registration(make.event(make.edition(campaign))).token
    client.sign_in(make.member(campaign, Role.OWNER))
    for path in (f"/r/{token}/", "/r/unknown/", "/manage/", "/manage/another/", "/account/sign-in", "/account/link/x/"):
        headers = client.get(path).response.headers
        assert headers["Cache-Control"] == "no-store", path
        assert headers["X-Robots-Tag"] == "noindex", path


def test_over_https_cookies_and_browser_are_held_to_it(environment: dict[str, str]) -> None:
    settings = config.read({**environment, "PUBLIC_URL": "https://events.example.org"})
    app = create_app(replace(settings, trusted_proxies=1))
    proxy = {"X-Forwarded-Proto": "https", "Host": "events.example.org"}
    response = app.test_client().get("/account/sign-in?hl=de", headers=proxy)
    assert response.status_code == 200
    assert response.headers["Strict-Transport-Security"].startswith("max-age=")
    cookies = {cookie.partition("=")[0]: cookie for cookie in response.headers.getlist("Set-Cookie")}
    assert cookies.keys() == {"__Host-session", "language"}
    for cookie in cookies.values():
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


def test_over_plain_http_nothing_promises_https(app: Flask) -> None:
    response = app.test_client().get("/account/sign-in")
    assert "Strict-Transport-Security" not in response.headers
    assert response.headers["Set-Cookie"].startswith("session=")
