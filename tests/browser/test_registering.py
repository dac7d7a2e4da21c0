"""From the form to a place on a phone: Rena with scripts, then Ali without, who waits and is offered her place."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from campaign import config
from campaign.app import create_app
from campaign.db import db, unit_of_work
from campaign.domain.question import Draft, Kind
from campaign.models import Event
from campaign.services import questions
from tests import servers
from tests.browser.conftest import flask
from tests.browser.test_journey import link_in_mail
from tests.web.conftest import STARTS, YEAR, Soon

PHONE = {"viewport": {"width": 320, "height": 640}, "locale": "en-GB"}
PATH = f"/khojaly/{YEAR}/evening-in-berlin/register"

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def form(environment: dict[str, str]) -> Iterator[str]:
    """Yield the address of the form of an evening with one place, on the day after a film."""
    flask(environment, "db", "upgrade")
    with create_app(config.read(environment)).app_context():
        soon = Soon(datetime.now(UTC))
        event = soon.event(capacity=1)
        times = {"starts": STARTS - timedelta(days=1), "ends": STARTS - timedelta(hours=22)}
        film = soon.event(event.edition, name={"en": "Film"}, **times)
        ask(event, film)
        db.session.remove()
        db.engine.dispose()
    with servers.site(environment) as site:
        yield f"{site}{PATH}"


def ask(event: Event, film: Event) -> None:
    now = datetime.now(UTC)
    with unit_of_work():
        options = ({"en": "Soup"}, {"en": "Bread"})
        meal = questions.add(event, Draft(Kind.ONE_CHOICE, {"en": "Meal?"}, options=options), actor=None, now=now)
        which = Draft(Kind.TEXT, {"en": "Which soup?"}, is_required=True, shown_if=meal.id, shown_if_options=(0,))
        questions.add(event, which, actor=None, now=now)
        questions.add(film, Draft(Kind.TEXT, {"en": "Which seat?"}, is_required=True), actor=None, now=now)


def test_a_place_goes_from_one_to_the_next(form: str, browser: Browser, environment: dict[str, str]) -> None:
    rena = browser.new_context(**PHONE).new_page()
    ali = browser.new_context(**PHONE, java_script_enabled=False).new_page()
    with_scripts_only_what_is_asked_is_shown(rena, form)
    confirm(rena, environment, "rena@example.org")
    expect(rena.get_by_role("img", name="Code to show at the door")).to_be_visible()

    without_scripts_it_is_said_who_is_asked(ali, form)
    confirm(ali, environment, "ali@example.org")
    expect(ali.get_by_text("You are next.")).to_be_visible()

    rena.get_by_role("button", name="Cancel my registration").click()
    expect(rena.get_by_role("status").first).to_contain_text("Your registration is cancelled.")
    ali.goto(link_in_mail(environment, "A place has come free: Evening"))
    ali.get_by_role("button", name="Take the place").click()
    expect(ali.get_by_role("status").first).to_contain_text("The place is yours.")
    expect(ali.get_by_role("img", name="Code to show at the door")).to_be_visible()


def with_scripts_only_what_is_asked_is_shown(page: Page, form: str) -> None:
    """Register for both evenings: what hangs on an answer, or on a box, comes and goes with it."""
    page.goto(form)
    fits(page)
    fill_in(page, "rena")
    for question, deciding in (
        ("Which soup?", page.get_by_label("Soup", exact=True)),
        ("Which seat?", page.get_by_label("Film")),
    ):
        expect(page.get_by_label(question)).to_be_hidden()
        deciding.check()
        expect(page.get_by_label(question)).to_be_visible()
    page.get_by_label("Bread").check()
    expect(page.get_by_label("Which soup?")).to_be_hidden()
    page.get_by_label("Which seat?").fill("At the aisle")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look in your mail")


def without_scripts_it_is_said_who_is_asked(page: Page, form: str) -> None:
    """Be told what is missing, lose nothing, and wait."""
    page.goto(form)
    fits(page)
    expect(page.get_by_text("All places are taken; you can wait for one.").first).to_be_visible()
    expect(page.get_by_text("Only if “Meal?” is: Soup")).to_be_visible()
    expect(page.get_by_text("Only if you come to “Film”")).to_be_visible()
    fill_in(page, "ali")
    page.get_by_label("Soup", exact=True).check()
    page.get_by_role("button", name="Wait for a place").click()
    expect(page.get_by_label("Which soup?")).to_have_accessible_description("This question needs an answer.")
    expect(page.get_by_label("Name", exact=True)).to_have_value("ali")
    page.get_by_label("Bread").check()
    page.get_by_role("button", name="Wait for a place").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look in your mail")


def confirm(page: Page, environment: dict[str, str], address: str) -> None:
    page.goto(link_in_mail(environment, "Please confirm: Evening", address))
    page.get_by_role("button", name="Confirm my registration").click()
    expect(page.get_by_role("status").first).to_contain_text("confirmed")


def fill_in(page: Page, name: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Mail address", exact=True).fill(f"{name}@example.org")
    page.get_by_label("I agree that").check()


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it needs scrolling sideways"
