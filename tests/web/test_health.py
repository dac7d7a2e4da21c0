"""What machines ask: does it run, can it work, what may robots read."""

from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import text

from campaign.db import db
from tests.page import Client


def test_the_process_answers(client: Client) -> None:
    page = client.get("/healthz")
    assert (page.status, page.text) == (200, "ok\n")
    assert "Set-Cookie" not in page.response.headers


def test_the_site_is_ready_while_its_database_answers(app_on_both: Flask) -> None:
    client = Client(app_on_both)
    assert (client.get("/readyz").status, client.get("/readyz").text) == (200, "ready\n")


def test_without_a_database_the_site_is_not_ready_but_runs(app: Flask) -> None:
    client = Client(app)
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE campaign RENAME TO elsewhere"))
    page = client.get("/readyz")
    assert page.status == 503
    assert page.response.headers["Retry-After"] == "30"
    assert client.get("/healthz").status == 200


def test_robots_may_read_what_is_public(client: Client) -> None:
    page = client.get("/robots.txt")
    assert page.response.mimetype == "text/plain"
    assert {"Disallow: /manage/", "Disallow: /r/", "Disallow: /account/"} < set(page.text.splitlines())
    assert "Disallow: /\n" not in page.text


def test_security_txt_says_where_and_how_long(client: Client) -> None:
    fields = dict(line.split(": ", 1) for line in client.get("/.well-known/security.txt").text.splitlines())
    assert fields["Contact"] == "mailto:security@127.0.0.1"
    ahead = datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC)
    assert timedelta(days=30) < ahead < timedelta(days=365)
