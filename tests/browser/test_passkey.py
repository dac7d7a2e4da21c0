"""Signing in with a passkey, by Chromium's own virtual authenticator."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import flask


@pytest.mark.xdist_group("browser")
def test_add_a_passkey_then_sign_in_with_it(page: Page, site: str, environment: dict[str, str]) -> None:
    site = site.replace("127.0.0.1", "localhost")  # passkeys are bound to names
    authenticator = page.context.new_cdp_session(page)
    authenticator.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    authenticator.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    link = flask(environment, "user", "create", "owner@example.org").strip()
    page.goto(link.replace("127.0.0.1", "localhost"))
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.goto(f"{site}/account/wan-register")
    page.locator("#name").fill("This computer")
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_text("The passkey This computer is added.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{site}/account/wan-signin")
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url("**/manage/")
    expect(page.get_by_role("heading", level=1)).to_have_text("My campaigns")
