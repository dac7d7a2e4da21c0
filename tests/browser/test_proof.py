"""A campaign under attack: Chromium solves the form's task while it is filled in; without scripts, time does."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from campaign import config
from campaign.app import create_app
from campaign.db import db, unit_of_work
from campaign.services import attack_mode
from tests import servers
from tests.browser.conftest import flask
from tests.web.conftest import YEAR, Soon

PATH = f"/khojaly/{YEAR}/evening-in-berlin/register"
SENT = re.compile(r"/register/sent$")

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def form(environment: dict[str, str]) -> Iterator[str]:
    """Yield the address of the form of an event whose campaign is under attack."""
    flask(environment, "db", "upgrade")
    app = create_app(config.read(environment))
    with app.app_context():
        campaign = Soon(datetime.now(UTC)).event().edition.campaign
        with unit_of_work():
            attack_mode.begin(campaign, actor=None, now=datetime.now(UTC))
        db.session.remove()
        db.engine.dispose()
    with servers.site(environment) as site:
        yield f"{site}{PATH}"


def test_with_scripts_the_browser_works_while_the_person_writes(page: Page, form: str) -> None:
    it_works_and_asks_nobody_else(page, form)
    who_is_quicker_waits_and_is_sent(page, form)
    who_cannot_work_reads_what_to_do(page, form)


def it_works_and_asks_nobody_else(page: Page, form: str) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(form)
    fill_in(page, "rena@example.org")
    expect(page.get_by_role("status")).to_have_text("Done: you can send the form whenever you like.")
    register(page)
    expect(page).to_have_url(SENT)
    assert said == []
    assert all(url.startswith(form.partition("/khojaly")[0]) for url in asked)


def who_is_quicker_waits_and_is_sent(page: Page, form: str) -> None:
    def slow(route: Route) -> None:
        answer = route.fetch()
        late = "{ await new Promise((done) => setTimeout(done, 2000)); self.postMessage"
        route.fulfill(response=answer, body=answer.text().replace("{ self.postMessage", late))

    page.route("**/js/proof.js*", slow)
    page.goto(form)
    fill_in(page, "ali@example.org")
    register(page)
    expect(page.get_by_role("status")).to_have_text("One moment: the form is sent as soon as the work is done.")
    expect(page).to_have_url(SENT)
    page.unroute("**/js/proof.js*")


def who_cannot_work_reads_what_to_do(page: Page, form: str) -> None:
    page.route("**/js/proof.js*", lambda route: route.abort())
    page.goto(form)
    expect(page.get_by_role("status")).to_contain_text("wait half a minute")


def test_without_scripts_half_a_minute_does(browser: Browser, form: str) -> None:
    page = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 700}).new_page()
    page.goto(form)
    expect(page.get_by_role("status")).to_contain_text("wait half a minute")
    fill_in(page, "rena@example.org")
    register(page)
    expect(page.get_by_role("alert")).to_contain_text("Please wait half a minute")
    assert page.locator("#email").input_value() == "rena@example.org"
    page.wait_for_timeout(31_000)
    register(page)
    expect(page).to_have_url(SENT)


def fill_in(page: Page, email: str) -> None:
    page.locator("#name").fill("Rena")
    page.locator("#email").fill(email)
    page.locator("#consent").check()


def register(page: Page) -> None:
    page.get_by_role("button", name="Register").click()
