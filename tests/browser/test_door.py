"""The door on phones: the camera reads a ticket, a device goes on without a network, two agree in the end."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import segno
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, expect

from campaign import config
from campaign.app import create_app
from campaign.db import db, unit_of_work
from campaign.domain import checkin
from campaign.domain.text import slugify
from campaign.models import DoorLink, Registration
from campaign.services import doors, registrations
from tests import servers
from tests.browser.conftest import flask
from tests.browser.line import Line
from tests.conftest import settings
from tests.domain.test_checkin import NAMES, SPELLINGS
from tests.make import Maker
from tests.servers import wait_for

PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "en-GB"}
WIDTH, HEIGHT = 640, 480

pytestmark = pytest.mark.xdist_group("browser")


class Evening:
    """An event of this hour with three confirmed registrants, and a link to its door."""

    def __init__(self) -> None:
        self.make = Maker(datetime.now(UTC))
        start = datetime.now(UTC).replace(tzinfo=None) + timedelta(hours=1)
        edition = self.make.edition(self.make.campaign(f"campaign-{uuid4().hex[:8]}"), year=start.year + 1)
        self.event = self.make.event(edition, starts=start, ends=start + timedelta(hours=2), zone="UTC")
        self.rena, self.gulshan, self.anna = (
            self.confirmed(name, party) for name, party in (("Rena", 1), ("Gülşən Əliyeva", 3), ("Анна", 1))
        )
        with unit_of_work():
            self.link, self.pin = doors.create(
                self.event, day=datetime.now(UTC).date(), actor=None, now=datetime.now(UTC)
            )

    def confirmed(self, name: str, party: int) -> Registration:
        address = f"{slugify(name)}@example.org"
        registration = self.make.registration(self.event, address, name=name, party_size=party)
        with unit_of_work():
            registrations.confirm(registration, now=self.make.now)
        return registration

    def attended(self, registration: Registration) -> int:
        """Return how many of a party the server knows to be here."""
        db.session.rollback()
        return db.session.get_one(Registration, registration.id).attended_size


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return settings for one installation for all of these tests: each has a campaign of its own."""
    found = settings(tmp_path_factory.mktemp("door"))
    return {**found, "PUBLIC_URL": f"http://127.0.0.1:{servers.free_port()}"}


@pytest.fixture(scope="module")
def site(environment: dict[str, str]) -> Iterator[str]:
    """Yield the address of the running site, at the near end of its line."""
    flask(environment, "db", "upgrade")
    with servers.site(environment):
        yield environment["PUBLIC_URL"]


@pytest.fixture
def line(site: str, environment: dict[str, str]) -> Iterator[Line]:
    """Yield the network between phones and the site."""
    found = Line(int(site.rpartition(":")[2]), int(environment["PORT"]))
    found.mend()
    yield found
    found.cut()


@pytest.fixture(scope="module")
def app(site: str, environment: dict[str, str]) -> Flask:
    """Return what reaches the running site's database."""
    return create_app(config.read(environment))


@pytest.fixture
def evening(app: Flask, line: Line) -> Iterator[Evening]:
    """Yield an event on the running site's database."""
    with app.app_context():
        yield Evening()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def camera(
    browser_type: BrowserType, browser_type_launch_args: dict[str, object], evening: Evening, tmp_path: Path
) -> Iterator[Browser]:
    """Yield a browser whose camera sees Rena's ticket and nothing else."""
    film = tmp_path / "ticket.y4m"
    film.write_bytes(y4m(evening.rena.ticket))
    fake = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    arguments = [*browser_type_launch_args["args"], *fake, f"--use-file-for-fake-video-capture={film}"]  # type: ignore[misc]
    browser = browser_type.launch(executable_path=str(browser_type_launch_args["executable_path"]), args=arguments)
    yield browser
    browser.close()


def y4m(text: str) -> bytes:
    """Return a film of one picture: a QR code as our tickets have it, dark on light."""
    matrix = [list(row) for row in segno.make(text, error="m", micro=False).matrix_iter(scale=8, border=4)]
    top, left = (HEIGHT - len(matrix)) // 2, (WIDTH - len(matrix)) // 2
    light = bytearray(b"\xeb" * WIDTH * HEIGHT)
    for y, row in enumerate(matrix):
        for x, is_dark in enumerate(row):
            if is_dark:
                light[(top + y) * WIDTH + left + x] = 16
    colour = b"\x80" * (WIDTH * HEIGHT // 2)
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    return head + (b"FRAME\n" + bytes(light) + colour) * 10


def open_door(context: BrowserContext, site: str, evening: Evening) -> Page:
    """Open the link on a phone, type the PIN, and wait until the phone has all it needs."""
    page = context.new_page()
    page.goto(f"{site}/door/{evening.link.token}/")
    page.get_by_label("PIN").fill(evening.pin)
    page.get_by_role("button", name="Open the door").click()
    expect(page.locator("[data-said=ready]")).to_be_visible(timeout=20_000)
    return page


def find(page: Page, words: str) -> None:
    page.get_by_label("Code or name").fill(words)
    page.get_by_role("button", name="Search").click()


def says(page: Page, name: str, words: str | re.Pattern[str]) -> None:
    """Expect a sentence of the door, by its name and words."""
    expect(page.locator(f"[data-said={name}]").first).to_contain_text(words)


def test_the_camera_reads_a_ticket_and_a_device_goes_on_without_a_network(
    site: str, evening: Evening, line: Line, camera: Browser
) -> None:
    context = camera.new_context(**PHONE)  # type: ignore[arg-type]
    page = open_door(context, site, evening)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="Scan a ticket").click()
    expect(page.get_by_role("heading", name="Rena")).to_be_visible(timeout=20_000)
    says(page, "may-come-in", "Confirmed. Not here yet.")
    page.get_by_role("button", name="1 in", exact=True).click()
    says(page, "let-in", "Let in. 1 of 1 are here.")
    wait_for(lambda: evening.attended(evening.rena) == 1, what="the scanned ticket's coming in")
    page.get_by_role("button", name="Stop the camera").click()
    assert all(url.startswith((site, "blob:", "data:")) for url in asked), asked

    line.cut()
    find(page, str(evening.gulshan.code).lower().replace("-", ""))
    page.get_by_role("button", name="All 3 in").click()
    says(page, "let-in", "Let in. 3 of 3 are here.")
    says(page, "offline", "waiting to be sent: 1")
    address = page.url
    page.close()
    page = context.new_page()
    page.goto(address)
    says(page, "offline", "waiting to be sent: 1")
    find(page, "gulsen")
    says(page, "already-here", re.compile(r"Already here since \d\d:\d\d\."))
    assert evening.attended(evening.gulshan) == 0

    line.mend()
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_for(lambda: evening.attended(evening.gulshan) == 3, what="the kept showing's coming")
    expect(page.locator("[data-said=online], [data-said=ready]")).to_be_visible()

    other = open_door(camera.new_context(**PHONE), site, evening)  # type: ignore[arg-type]
    find(other, "Əliyeva")
    says(other, "already-here", "Already here since")
    expect(other.locator("[data-here]")).to_have_text("4")


def test_two_devices_without_a_network_agree_in_the_end(site: str, evening: Evening, browser: Browser) -> None:
    contexts = [browser.new_context(**PHONE) for _door in range(2)]  # type: ignore[arg-type]
    one, two = (open_door(context, site, evening) for context in contexts)
    for context, page in zip(contexts, (one, two), strict=True):
        context.set_offline(True)
        find(page, "анна")
        page.get_by_role("button", name="1 in", exact=True).click()
        says(page, "let-in", "Let in.")
    for context, page in zip(contexts, (one, two), strict=True):
        context.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(page.locator("[data-said=online], [data-said=ready]")).to_be_visible()
    says(two, "conflict", re.compile(r"Анна: already checked in at the other door at \d\d:\d\d\."))
    expect(one.locator("[data-said=conflict]")).to_have_count(0)
    assert evening.attended(evening.anna) == 1
    find(one, "rena")
    one.get_by_role("button", name="1 in", exact=True).click()
    one.get_by_role("button", name="Take the last one back").click()
    says(one, "taken-back", "Taken back. 0 of 1 are here.")
    expect(one.locator("[data-said=online], [data-said=ready]")).to_be_visible()
    assert evening.attended(evening.rena) == 0


def test_names_are_sealed_and_go_when_the_link_is_closed(site: str, evening: Evening, browser: Browser) -> None:
    context = browser.new_context(**PHONE)  # type: ignore[arg-type]
    page = open_door(context, site, evening)
    assert "Rena" not in kept(page)
    find(page, "rena")
    expect(page.get_by_role("heading", name="Rena")).to_be_visible()
    with unit_of_work():
        doors.revoke(db.session.get_one(DoorLink, evening.link.id), actor=None, now=datetime.now(UTC))
    page.evaluate("dispatchEvent(new Event('online'))")
    says(page, "closed", "This door is closed.")
    expect(page.get_by_role("heading", name="Rena")).to_have_count(0)
    wait_for(lambda: page.evaluate("caches.keys()") == [], what="the kept page's going")
    assert kept(page) == "[]"
    assert not [cookie for cookie in context.cookies() if cookie.get("name") == "door-key"]


def test_a_phone_that_is_given_back_holds_nothing_any_more(
    site: str, evening: Evening, line: Line, browser: Browser
) -> None:
    context = browser.new_context(**PHONE)  # type: ignore[arg-type]
    page = open_door(context, site, evening)
    line.cut()
    find(page, "nobody of that name")
    says(page, "not-on-device", "no network to ask")
    find(page, "rena")
    page.get_by_role("button", name="1 in", exact=True).click()
    page.get_by_text("What this device keeps").click()
    page.get_by_role("button", name="Finish on this device").click()
    says(page, "unsent", "Not sent yet: 1.")
    assert evening.attended(evening.rena) == 0
    line.mend()
    page.get_by_role("button", name="Finish on this device").click()
    expect(page.get_by_label("PIN")).to_be_visible()
    assert evening.attended(evening.rena) == 1
    assert kept(page, f"/door/{evening.link.token}/") == "[]"
    assert page.evaluate("caches.keys()") == []
    assert not [cookie for cookie in context.cookies() if str(cookie.get("name")).startswith("door")]


def kept(page: Page, path: str = "") -> str:
    """Return everything in the device's store for the page's or another path, as text."""
    script = """async (path) => {
      const opened = await new Promise((done) => {
        const asked = indexedDB.open(`door ${path || location.pathname}`);
        asked.onsuccess = () => done(asked.result);
      });
      const all = (name) => new Promise((done) => {
        const asked = opened.transaction(name).objectStore(name).getAll();
        asked.onsuccess = () => done(asked.result);
      });
      const rows = [...(await all("kept")), ...(await all("waiting"))];
      const plain = (key, value) => value instanceof ArrayBuffer ? new TextDecoder("latin1").decode(value) : value;
      return JSON.stringify(rows, plain);
    }"""
    return str(page.evaluate(script, path))


def test_a_phone_has_no_sideways_scrolling_and_large_buttons(site: str, evening: Evening, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = open_door(context, site, evening)
    find(page, "gulsen")
    button = page.get_by_role("button", name="All 3 in")
    box = button.bounding_box()
    assert box
    assert box["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_device_reads_names_and_codes_as_the_server_does(site: str, evening: Evening, browser: Browser) -> None:
    page = open_door(browser.new_context(**PHONE), site, evening)  # type: ignore[arg-type]
    address = page.locator("[data-door]").get_attribute("data-tickets")
    named = "async ([path, name, words]) => (await import(path)).named([{ name }], words).length === 1"
    for name, words, expected in (*NAMES, ("Γιώργος", "ΓΙΩΡΓΟΣ", True), ("İsmayıl Ağaoğlu", "ismayil agaoglu", True)):
        assert page.evaluate(named, [address, name, words]) is expected, (name, words)
    key = "async ([path, typed, alike]) => (await import(path)).codeKey(typed, alike)"
    for typed in SPELLINGS:
        assert page.evaluate(key, [address, typed, checkin.ALIKE]) == checkin.code_key("K7PM-2QXA"), typed


def test_without_scripts(site: str, evening: Evening, browser: Browser) -> None:
    page = browser.new_context(java_script_enabled=False, locale="en-GB").new_page()
    page.goto(f"{site}/door/{evening.link.token}/")
    page.get_by_label("PIN").fill(evening.pin)
    page.get_by_role("button", name="Open the door").click()
    find(page, "gulsen")
    page.get_by_role("button", name="All 3 in").click()
    expect(page.get_by_role("status").first).to_contain_text("Let in. 3 of 3 are here.")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("status").first).to_contain_text("Taken back. 0 of 3 are here.")
