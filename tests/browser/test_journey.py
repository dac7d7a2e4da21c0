"""The whole way in a real browser: from an empty installation to a confirmed registration."""

import email
import re
import time
from email.policy import default
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import flask
from tests.browser.subscriber import Subscriber
from tests.servers import wait_for

SHEET = Path(__file__).parent.parent / "data" / "events-2024.csv"
DAY = {"month": "3", "nth": "1", "weekday": "5", "days": "7"}


@pytest.mark.xdist_group("browser")
def test_from_empty_installation_to_confirmed_registration(
    page: Page, site: str, environment: dict[str, str], readers: Path, tmp_path: Path
) -> None:
    sign_in(page, environment)
    create_campaign(page, site)
    import_last_editions_events(page, site)
    subscribe_with_a_real_client(site, readers, tmp_path)
    add_event_in_baku(page, site)
    register_and_confirm(page, site, environment)
    expect_count_of_registered(page, site, "2")


def sign_in(page: Page, environment: dict[str, str]) -> None:
    link = flask(environment, "user", "create", "owner@example.org").strip()
    page.goto(link)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My campaigns")


def create_campaign(page: Page, site: str) -> None:
    page.get_by_role("link", name="New campaign").click()
    page.locator("#name_en").fill("Open Data Day")
    page.locator("#slug").fill("open-data-day")
    page.locator("#summary_en").fill("A week for open data, everywhere.")
    page.locator("#since").fill("2010")
    page.locator("#kind").select_option("nth-weekday")
    page.locator("#nth").select_option(DAY["nth"])
    page.locator("#weekday").select_option(DAY["weekday"])
    page.locator("#month").fill(DAY["month"])
    page.locator("#days").fill(DAY["days"])
    page.get_by_role("button", name="Create the campaign").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Open Data Day")
    page.goto(f"{site}/manage/open-data-day/years/")
    expect(page.get_by_text("6 March 2027")).to_be_visible()


def import_last_editions_events(page: Page, site: str) -> None:
    """Open the edition of 2024, import its real table, look at the preview, accept and publish."""
    open_year(page, site, 2024)
    page.get_by_role("link", name="Import").click()
    page.locator("#file").set_input_files(SHEET)
    page.get_by_role("button", name="Show what it would do").click()
    expect(page.get_by_text("Yokohama").filter(visible=True).first).to_be_visible()
    page.get_by_role("button", name=re.compile(r"^Import \d+ events$")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Events 2024")
    page.get_by_role("button", name="Publish every draft that is complete").click()
    expect(page.get_by_role("status").first).to_contain_text("Published")
    page.goto(f"{site}/manage/open-data-day/2024/")
    page.get_by_role("button", name="Open it to the public").click()
    page.goto(f"{site}/open-data-day/2024/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Open Data Day 2024")


def subscribe_with_a_real_client(site: str, readers: Path, tmp_path: Path) -> None:
    feed = f"{site}/feeds/open-data-day/year-2024.ics"
    with urlopen(feed) as answer:
        entries = answer.read().count(b"BEGIN:VEVENT")
    assert entries > 280
    subscriber = Subscriber(readers, tmp_path / "subscriber", feed)
    assert len(subscriber.sync()) == entries
    assert subscriber.sync() == [], "the second look rewrites nothing"
    assert "Yokohama" in subscriber.list("2024-03-02", 1)


def add_event_in_baku(page: Page, site: str) -> None:
    """Plan an event by its city alone, be told what is wrong, keep what was typed, publish."""
    open_year(page, site, 2027)
    page.get_by_role("button", name="Open it to the public").click()
    page.goto(f"{site}/manage/open-data-day/2027/events/new/")
    page.locator("#name_en").fill("Open maps of Baku")
    page.locator("#city").fill("Baku")
    page.locator("#starts").fill("2027-03-06T18:30")
    page.locator("#ends").fill("2027-03-06T17:30")
    page.locator("#capacity").fill("2")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#ends-error")).to_have_text("The end must be later than the start.")
    expect(page.locator("#name_en")).to_have_value("Open maps of Baku")
    page.locator("#ends").fill("2027-03-06T20:30")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("(Baku time)")).to_be_visible()
    page.get_by_role("button", name="Publish", exact=True).click()
    with urlopen(f"{site}/feeds/open-data-day/country-az.ics") as answer:
        assert b"DTSTART;TZID=Asia/Baku:20270306T183000" in answer.read()


def register_and_confirm(page: Page, site: str, environment: dict[str, str]) -> None:
    """Register for two, confirm from the mail that the worker wrote, get the ticket."""
    page.goto(f"{site}/open-data-day/2027/open-maps-of-baku/register")
    page.locator("#name").fill("Rena")
    page.locator("#email").fill("rena@example.org")
    page.locator("#party_size").fill("2")
    page.locator("#consent").check()
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("mail")
    page.goto(link_in_mail(environment, "Please confirm"))
    page.get_by_role("button", name="Confirm my registration").click()
    expect(page.get_by_role("status").first).to_contain_text("Your place is confirmed.")
    expect(page.get_by_role("img", name="Code to show at the door")).to_be_visible()
    ticket = newest_mail(environment, "Your ticket")
    kinds = [part.get_content_type() for part in ticket.walk()]
    assert {"text/plain", "text/html", "text/calendar", "image/png"} <= set(kinds)


def expect_count_of_registered(page: Page, site: str, count: str) -> None:
    page.goto(f"{site}/manage/open-data-day/2027/")
    figure = page.locator(".figures div", has_text="People registered").locator("dd")
    expect(figure).to_have_text(count)
    page.goto(f"{site}/open-data-day/2027/open-maps-of-baku/")
    expect(page.get_by_role("link", name="Register")).to_have_count(0)


def open_year(page: Page, site: str, year: int) -> None:
    """Set up a year: the coming one by its button, another through the form's address."""
    page.goto(f"{site}/manage/open-data-day/years/")
    button = page.get_by_role("button", name=f"Set up {year}")
    if button.count():
        button.click()
    else:
        page.locator("#open-year").fill(str(year))
        page.get_by_role("button", name="Set up this year").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Open Data Day {year}")


def newest_mail(environment: dict[str, str], subject: str, to: str = "") -> email.message.EmailMessage:
    """Wait for the worker to write a mail, to somebody, whose subject starts so; return it."""
    folder = Path(environment["INSTANCE_PATH"]) / "mail"

    def found() -> list[email.message.EmailMessage]:
        files = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime)
        mails = [email.message_from_bytes(path.read_bytes(), policy=default) for path in files]
        return [mail for mail in mails if str(mail["Subject"]).startswith(subject) and to in str(mail["To"])]

    started = time.monotonic()
    wait_for(lambda: bool(found()), what=f"the mail {subject!r}")
    assert time.monotonic() - started < 15
    return found()[-1]


def link_in_mail(environment: dict[str, str], subject: str, to: str = "") -> str:
    """Return the registrant's own address from a mail's text."""
    body = newest_mail(environment, subject, to).get_body(("plain",))
    assert body is not None
    address = re.search(r"http://\S+/r/\S+/", body.get_content())
    assert address is not None
    return address[0]
