"""Choosing what to subscribe to in a real browser: at once with JavaScript, by the button without."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests import servers
from tests.browser.conftest import flask

pytestmark = pytest.mark.xdist_group("subscribe")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a site with the sample campaigns."""
    folder, port = tmp_path_factory.mktemp("subscribe"), servers.free_port()
    environment = {
        "INSTANCE_PATH": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'demo.db'}",
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    flask(environment, "db", "upgrade")
    flask(environment, "demo")
    with servers.site(environment) as address:
        yield address


def expect_feed(page: Page, site: str, slice_: str) -> None:
    """Look for the slice in the address to copy and behind a button."""
    feed = f"{site}/feeds/khojaly/{slice_}.ics"
    expect(page.locator("#feed-address")).to_have_value(feed)
    webcal = f"webcal://{feed.partition('://')[2]}"
    expect(page.get_by_role("link", name="Apple Calendar")).to_have_attribute("href", webcal)


def test_a_choice_shows_at_once_and_keeps_the_focus(page: Page, demo: str) -> None:
    page.goto(f"{demo}/khojaly/subscribe/?lang=en")
    everything = page.locator("#found").inner_text()
    page.evaluate("window.isStillHere = true")
    page.locator("#country").focus()
    page.locator("#country").select_option("TR")
    expect_feed(page, demo, "country-tr")
    expect(page.locator("#found")).not_to_have_text(everything)
    expect(page.locator("#country")).to_be_focused()
    assert page.locator("#city option").all_inner_texts() == ["All cities", "Ankara", "Istanbul"]
    page.locator("#city").focus()
    page.locator("#city").select_option("ankara")
    expect_feed(page, demo, "country-tr/city-ankara")
    expect(page.get_by_role("list", name="What comes next")).to_contain_text("Ankara")
    expect(page.locator("#city")).to_be_focused()
    expect(page.locator("#city")).to_have_value("ankara")
    page.locator("#country").select_option("AZ")
    expect_feed(page, demo, "country-az")
    expect(page.locator("#city")).to_have_count(0)
    assert page.evaluate("window.isStillHere"), "the page was loaded anew"
    expect(page.get_by_role("button", name="Copy")).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_same_by_the_button_without_javascript(browser: Browser, demo: str) -> None:
    with browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640}) as context:
        page = context.new_page()
        page.goto(f"{demo}/khojaly/subscribe/")
        everything = page.locator("#found").inner_text()
        page.locator("#country").select_option("TR")
        page.get_by_text("More choices").click()
        page.locator("#year").select_option("2027")
        page.get_by_role("button", name="Show").click()
        expect_feed(page, demo, "year-2027/country-tr")
        expect(page.locator("#found")).not_to_have_text(everything)
        expect(page.locator("#country")).to_have_value("TR")
        expect(page.locator("#year")).to_be_visible()
        expect(page.get_by_role("button", name="Copy")).to_have_count(0)


def test_what_lies_below_opens_on_a_phone_without_scrolling_sideways(browser: Browser, demo: str) -> None:
    phone = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
    with browser.new_context(**phone, locale="ar", color_scheme="dark") as context:  # type: ignore[arg-type]  # a phone
        page = context.new_page()
        page.goto(f"{demo}/earth-hour/subscribe/?tag=stars#take")
        width, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width <= window
        expect(page.locator("#take-heading")).to_be_in_viewport()
        expect(page.locator("#country")).not_to_be_in_viewport()
        expect(page.locator(".ticket-code")).to_be_hidden()
