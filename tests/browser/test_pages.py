"""Every kind of page in a real browser: accessible, on a phone, right to left, in the dark, alone on its own site."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request

from tests import servers
from tests.browser.conftest import flask

PUBLIC = {
    "home": "/",
    "campaign": "/khojaly/",
    "edition": "/khojaly/2027/",
    "nothing found": "/khojaly/2027/?q=nothing-like-this",
    "event": "/khojaly/2027/evening-of-remembrance-in-baku/",
    "cancelled event": "/khojaly/2027/evening-of-remembrance-in-toronto/",
    "registration form": "/khojaly/2027/evening-of-remembrance-in-baku/register",
    "subscribe": "/khojaly/subscribe/",
    "sign in": "/account/sign-in",
    "forgotten password": "/account/reset",
    "not found": "/khojaly/1999/",
}
ORGANIZERS = {
    "my campaigns": "/manage/",
    "campaign": "/manage/khojaly/",
    "texts and rule": "/manage/khojaly/edit/",
    "year": "/manage/khojaly/2027/",
    "events": "/manage/khojaly/2027/events/",
    "event": "/manage/khojaly/2027/events/evening-of-remembrance-in-baku/",
    "event editor": "/manage/khojaly/2027/events/evening-of-remembrance-in-baku/edit/",
    "registrations": "/manage/khojaly/2027/events/evening-of-remembrance-in-baku/registrations/",
    "import": "/manage/khojaly/2027/import/",
    "passkeys": "/account/wan-register",
}
LOOKS = {
    "English, light, wide": {"locale": "en-GB", "color_scheme": "light", "viewport": {"width": 1200, "height": 900}},
    "Arabic, dark, phone": {"locale": "ar", "color_scheme": "dark", "viewport": {"width": 320, "height": 640}},
}
EDITION_BYTES = 150_000

pytestmark = pytest.mark.xdist_group("pages")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Yield the address of a site with the sample campaigns, and a link that signs their organizer in."""
    folder, port = tmp_path_factory.mktemp("demo"), servers.free_port()
    environment = {
        "INSTANCE_PATH": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'demo.db'}",
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    flask(environment, "db", "upgrade")
    link = flask(environment, "demo").strip().splitlines()[-1].strip()
    with servers.site(environment) as address:
        yield address, link


@pytest.fixture(scope="module")
def organizer(demo: tuple[str, str], browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the cookies of the signed-in organizer."""
    cookies = tmp_path_factory.mktemp("organizer") / "cookies.json"
    context = browser.new_context()
    page = context.new_page()
    page.goto(demo[1])
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/manage/")
    context.storage_state(path=cookies)
    context.close()
    return cookies


@pytest.fixture(params=LOOKS, ids=str)
def look(request: pytest.FixtureRequest) -> dict[str, object]:
    """Return one way to look at pages."""
    return LOOKS[request.param]


@pytest.mark.parametrize("path", PUBLIC.values(), ids=PUBLIC)
def test_public_page(browser: Browser, demo: tuple[str, str], look: dict[str, object], path: str) -> None:
    with _context(browser, look) as context:
        _look_hard(context.new_page(), demo[0] + path)


@pytest.mark.parametrize("path", ORGANIZERS.values(), ids=ORGANIZERS)
def test_organizers_page(
    browser: Browser, demo: tuple[str, str], organizer: Path, look: dict[str, object], path: str
) -> None:
    with _context(browser, {**look, "storage_state": organizer}) as context:
        _look_hard(context.new_page(), demo[0] + path)


def test_edition_page_is_light(browser: Browser, demo: tuple[str, str]) -> None:
    with _context(browser, LOOKS["English, light, wide"]) as context:
        page, sizes = context.new_page(), list[int]()
        page.on("requestfinished", lambda request: sizes.append(_size(request)))
        page.goto(f"{demo[0]}/earth-hour/2027/", wait_until="networkidle")
        assert sum(sizes) < EDITION_BYTES, f"{sum(sizes)} bytes"


def test_register_without_javascript_on_a_phone(browser: Browser, demo: tuple[str, str]) -> None:
    with _context(browser, {**LOOKS["Arabic, dark, phone"], "java_script_enabled": False}) as context:
        page = context.new_page()
        page.goto(f"{demo[0]}/khojaly/2027/an-evening-of-poems-in-new-york/register")
        page.locator("#name").fill("رنا")
        page.locator("form.form-narrow button").click()
        assert page.locator("#email-error").is_visible()
        assert page.locator("#name").input_value() == "رنا"
        page.locator("#email").fill("rena@example.org")
        page.locator("#consent").check()
        page.locator("form.form-narrow button").click()
        assert page.url.endswith("/register/sent")


def test_whole_form_by_keyboard(browser: Browser, demo: tuple[str, str]) -> None:
    with _context(browser, LOOKS["English, light, wide"]) as context:
        page = context.new_page()
        page.goto(f"{demo[0]}/khojaly/2027/an-evening-of-poems-in-new-york/register")
        page.locator("#name").focus()
        for text in ("Rena", "rena2@example.org", "1"):
            page.keyboard.press("ControlOrMeta+a")
            page.keyboard.type(text)
            page.keyboard.press("Tab")
        while page.evaluate("document.activeElement.id") != "consent":
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        page.keyboard.press("Enter")
        page.wait_for_url("**/register/sent")


def _context(browser: Browser, look: dict[str, object]) -> BrowserContext:
    return browser.new_context(**look)  # type: ignore[arg-type]


def _look_hard(page: Page, address: str) -> None:
    errors: list[str] = []
    foreign: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if _is_complaint(said.type, said.text) else None)
    page.on("request", lambda request: foreign.append(request.url) if _is_foreign(request) else None)
    page.goto(address, wait_until="networkidle")
    assert not errors, errors
    assert not foreign, foreign
    width, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= window, f"{width - window} px too wide"
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def _is_complaint(kind: str, text: str) -> bool:
    return kind == "error" and "status of 404" not in text


def _is_foreign(request: Request) -> bool:
    return urlsplit(request.url).hostname not in ("127.0.0.1", None)


def _size(request: Request) -> int:
    sizes = request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]
