"""Next year in one afternoon: roll-over, hosts' answers, a stranger's proposal, and the coordinators of two countries.

The events are the real ones of Open Data Day 2024, brought to the year before the coming one.
"""

import csv
import re
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_journey import SHEET, create_campaign, newest_mail, open_year, sign_in

TODAY = datetime.now(UTC).date()
YEAR = TODAY.year + ((TODAY.month, TODAY.day) > (2, 20))
"""The coming edition; its day, in the first week of March, lies ahead."""
BEFORE = YEAR - 1
CAMPAIGN = "open-data-day"
HOSTS = {"Yokohama": "yuki@example.org", "Mogi das Cruzes": "ana@example.org"}


@pytest.mark.xdist_group("browser")
def test_a_year_is_rolled_over_and_filled_by_its_hosts(
    page: Page, browser: Browser, site: str, environment: dict[str, str], tmp_path: Path
) -> None:
    sign_in(page, environment)
    create_campaign(page, site)
    hold_last_year(page, site, sheet_of_last_year(tmp_path))
    before = entries(site, BEFORE)
    slugs = [give_host(page, site, city, address) for city, address in HOSTS.items()]
    roll_over(page, site)
    ask_hosts(page, site)
    answer(browser, environment, HOSTS["Yokohama"], "Yes, at the same place")
    answer(browser, environment, HOSTS["Mogi das Cruzes"], "Not this year")
    publish_renewed(page, site, slugs)
    german, french = (coordinator(page, browser, site, environment, code) for code in ("DE", "FR"))
    take_proposals(page, site)
    propose(browser, site, environment)
    path = look_at_proposals(german, site)
    expect_nothing_to_see(french, site, path)
    approve(german, site, path)
    assert sorted(entries(site, YEAR)) == ["Berlin", "Yokohama"]
    assert entries(site, BEFORE) == before, "the old edition stays as it was"
    expect_coverage(page, site)


def sheet_of_last_year(folder: Path) -> Path:
    """Write the real table with its days in the year before the coming one; a 29 February becomes the 28th."""
    with SHEET.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        day = date.fromisoformat(row["event_date"])
        row["event_date"] = day.replace(year=BEFORE, day=min(day.day, 28) if day.month == 2 else day.day).isoformat()
    sheet = folder / "last-year.csv"
    with sheet.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, rows[0].keys())
        table.writeheader()
        table.writerows(rows)
    return sheet


def hold_last_year(page: Page, site: str, sheet: Path) -> None:
    """Set up last year, import its events, publish them, open it to the public."""
    open_year(page, site, BEFORE)
    page.goto(f"{site}/manage/{CAMPAIGN}/{BEFORE}/import/")
    page.locator("#file").set_input_files(sheet)
    page.get_by_role("button", name="Show what it would do").click()
    page.get_by_role("button", name=re.compile(r"^Import \d+ events$")).click()
    page.get_by_role("button", name="Publish every draft that is complete").click()
    expect(page.get_by_role("status").first).to_contain_text("Published")
    page.goto(f"{site}/manage/{CAMPAIGN}/{BEFORE}/")
    page.get_by_role("button", name="Open it to the public").click()


def entries(site: str, year: int) -> list[str]:
    """Return the cities of a year's calendar, as subscribers get it."""
    with urlopen(f"{site}/feeds/{CAMPAIGN}/year-{year}.ics") as answer:
        body = answer.read().decode().replace("\r\n ", "")
    places = re.findall(r"^LOCATION[^:]*:(.*)\r$", body, re.MULTILINE)
    return [next((city for city in ("Berlin", "Yokohama") if city in place), place) for place in places]


def give_host(page: Page, site: str, city: str, address: str) -> str:
    """Enter who carries out an event of last year; return what its address ends with."""
    page.goto(f"{site}/manage/{CAMPAIGN}/{BEFORE}/events/?q={city}")
    page.locator("main tbody th a, main .card a").first.click()
    expect(page.get_by_text(city).first).to_be_visible()
    slug = page.url.rstrip("/").rpartition("/")[2]
    page.goto(f"{page.url.rstrip('/')}/host/")
    page.locator("#name").fill(f"Host in {city}")
    page.locator("#email").fill(address)
    page.get_by_role("button", name="Save").click()
    return slug


def roll_over(page: Page, site: str) -> None:
    """Look at what would come along, and take it over in one step, which opens the year."""
    page.goto(f"{site}/manage/{CAMPAIGN}/{YEAR}/roll-over/")
    page.locator("#only-country").select_option("JP")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("Yokohama").first).to_be_visible()
    page.get_by_role("button", name=re.compile(r"^Add \d+ drafts$")).first.click()
    expect(page.get_by_role("status").first).to_be_visible()
    page.goto(f"{site}/manage/{CAMPAIGN}/{YEAR}/")
    page.get_by_role("button", name="Open it to the public").click()


def ask_hosts(page: Page, site: str) -> None:
    page.goto(f"{site}/manage/{CAMPAIGN}/{YEAR}/renewal/")
    page.get_by_role("button", name="Ask 2 hosts").click()
    expect(page.get_by_role("status").first).to_be_visible()


def answer(browser: Browser, environment: dict[str, str], to: str, words: str) -> None:
    """Open the link in the mail that asks, without an account, and answer there."""
    own = browser.new_page(locale="en-GB")
    own.goto(host_link(environment, to))
    if words == "Not this year":
        own.locator("summary", has_text=words).click()
    own.get_by_role("button", name=words).click()
    expect(own.get_by_text("Your answer:")).to_be_visible()
    own.close()


def host_link(environment: dict[str, str], to: str, path: str = r"/h/[\w-]+/", subject: str = "") -> str:
    """Return the link in the newest mail to somebody."""
    body = newest_mail(environment, subject, to).get_body(("plain",))
    assert body is not None
    found = re.findall(rf"http://\S+?{path}", body.get_content())
    assert found, body.get_content()
    return str(found[0])


def publish_renewed(page: Page, site: str, slugs: list[str]) -> None:
    """See who answered what, and publish what takes place again."""
    page.goto(f"{site}/manage/{CAMPAIGN}/{YEAR}/renewal/")
    page.get_by_role("button", name=re.compile("Publish 1 event whose host said")).click()
    expect(page.get_by_role("status").first).to_be_visible()
    page.goto(f"{site}/{CAMPAIGN}/series/{slugs[0]}/")
    expect(page).to_have_url(re.compile(f"/{YEAR}/"))


def coordinator(page: Page, browser: Browser, site: str, environment: dict[str, str], country: str) -> Page:
    """Invite somebody to coordinate a country; return the page of their browser, the invitation accepted."""
    address = f"coordinator-{country.lower()}@example.org"
    page.goto(f"{site}/manage/{CAMPAIGN}/members/")
    page.locator("#email").fill(address)
    page.locator("#role").select_option("coordinator")
    page.locator("#countries").fill(country)
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("heading", name="Invited")).to_be_visible()
    own = browser.new_context(locale="en-GB").new_page()
    own.goto(host_link(environment, address, r"/account/invitation/[\w-]+/"))
    own.get_by_role("button", name="Accept").click()
    expect(own.get_by_role("heading", level=1)).to_have_text("Open Data Day")
    return own


def take_proposals(page: Page, site: str) -> None:
    page.goto(f"{site}/manage/{CAMPAIGN}/hosting/")
    page.locator("#takes_proposals").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_be_visible()


def propose(browser: Browser, site: str, environment: dict[str, str]) -> None:
    """Propose an event as a stranger, and confirm from the mail that it is from them."""
    own = browser.new_context(locale="en-GB").new_page()
    own.goto(f"{site}/{CAMPAIGN}/")
    own.get_by_role("link", name="Propose an event").first.click()
    own.locator("#name_en").fill("Open budgets of Berlin")
    own.locator("#starts").fill(f"{YEAR}-03-05T18:30")
    own.locator("#ends").fill(f"{YEAR}-03-05T20:30")
    own.locator("#city").fill("Berlin")
    own.locator("#host_name").fill("Max")
    own.locator("#email").fill("max@example.org")
    own.wait_for_timeout(2500)  # whoever is quicker is taken for a robot
    own.get_by_role("button", name="Send the proposal").click()
    expect(own.get_by_role("heading", level=1)).to_have_text("Look in your mail")
    own.goto(host_link(environment, "max@example.org", r"/h/\S+"))
    own.get_by_role("button", name="Yes, this is from me").click()
    expect(own.get_by_role("status").first).to_be_visible()


def look_at_proposals(own: Page, site: str) -> str:
    """Return the address of the one proposal that waits, as its coordinator finds it."""
    own.goto(f"{site}/manage/{CAMPAIGN}/{YEAR}/proposals/")
    own.get_by_role("link", name="Open budgets of Berlin").click()
    return own.url


def expect_nothing_to_see(own: Page, site: str, path: str) -> None:
    """Be the coordinator of another country."""
    own.goto(f"{site}/manage/{CAMPAIGN}/{YEAR}/proposals/")
    expect(own.get_by_text("Open budgets")).to_have_count(0)
    refused = own.goto(path)
    assert refused is not None and refused.status in (403, 404)


def approve(own: Page, site: str, path: str) -> None:
    own.goto(path)
    own.get_by_role("button", name="Approve and publish").click()
    expect(own.get_by_role("status").first).to_be_visible()


def expect_coverage(page: Page, site: str) -> None:
    """See Yokohama back, Berlin new, and others lost or in preparation."""
    page.goto(f"{site}/manage/{CAMPAIGN}/coverage/?of={YEAR}&with={BEFORE}")
    table = page.get_by_role("region", name="Places by country")
    for country, city in (("Japan", "Yokohama"), ("Germany", "Berlin"), ("Brazil", "Mogi das Cruzes")):
        expect(table.get_by_role("row", name=re.compile(f"^{country}"))).to_contain_text(city)
