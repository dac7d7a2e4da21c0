"""How long organizers wait for the page on which twenty editions of a thousand events stand beside each other."""

import statistics
import time
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import insert, select

from campaign.db import db, unit_of_work
from campaign.domain.permission import Role
from campaign.models import Event, Series
from campaign.services import members
from tests.bench.figure import Figure
from tests.make import Maker

EDITIONS, EVENTS = 20, 1_000
COUNTRIES = "AR AT AU AZ BD BE BR CA CH CL CO CZ DE DK EG ES FI FR GB GH GR HU ID IE IN IT JP KE KR MX".split()
SLUG, LAST = "coverage", 2027
RETURNING = 5
"""Of five cities, one gives way to another each year."""
TIMES = 9


def figures(app: Flask, *, editions: int = EDITIONS, events: int = EVENTS) -> list[Figure]:
    """Return how long the page takes in this process, the slower of halves left aside."""
    with app.app_context():
        owner = _lay(editions, events)
        with unit_of_work():
            link = members.link(owner, now=datetime.now(UTC))
        db.session.remove()
    browser = app.test_client()
    headers = {"Host": app.config["SETTINGS"].host}
    base = app.config["SETTINGS"].public_url
    token = _form_token(browser.get(f"/account/link/{link}/", base_url=base).text)
    sent = {"csrf_token": token, "Referer": base}
    browser.post(f"/account/link/{link}/", base_url=base, data=sent, headers={**headers, "Referer": f"{base}/"})
    took = [_seconds(browser, base) for _time in range(TIMES)]
    what = f"coverage page of {editions} editions with {events:,} events each"
    return [Figure(what, statistics.median(took) * 1000, "ms", 200)]


def _form_token(page: str) -> str:
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]


def _seconds(browser: object, base: str) -> float:
    begun = time.perf_counter()
    answer = browser.get(f"/manage/{SLUG}/coverage/", base_url=base)  # type: ignore[attr-defined]  # Flask's own client
    took = time.perf_counter() - begun
    assert answer.status_code == 200, answer.status_code
    assert "New" in answer.text
    return took


def _lay(editions: int, events: int) -> object:
    now = datetime.now(UTC)
    make = Maker(now)
    owner = make.user("coverage@example.org")
    campaign = make.campaign(SLUG)
    with unit_of_work():
        members.grant(owner, campaign, Role.OWNER, countries=None, actor=None, now=now)
    years = [make.edition(campaign, LAST - number) for number in range(editions)]
    first = make.event(years[0])
    kept = {column.key: getattr(first, column.key) for column in Event.__table__.columns}
    with unit_of_work():
        names = [{"campaign_id": campaign.id, "slug": f"place-{number}"} for number in range(events * 2)]
        db.session.execute(insert(Series), names)
        series = list(db.session.scalars(select(Series.id).where(Series.slug.startswith("place-")).order_by(Series.id)))
        for number, edition in enumerate(years):
            rows = [_row(kept, edition.id, number, place, series) for place in range(events)]
            db.session.execute(insert(Event), rows)
    return owner


def _row(kept: dict[str, object], edition: int, year: int, place: int, series: list[int]) -> dict[str, object]:
    """Return the event of a place in a year; every fifth city is another one each year."""
    is_another = place % RETURNING == 0
    city = f"{'New ' * is_another}City {place} {year * is_another}"
    own = {
        "edition_id": edition,
        "series_id": series[place],
        "uid": f"{year}-{place}@example.org",
        "slug": f"event-{place}",
        "country": COUNTRIES[place % len(COUNTRIES)],
        "city": city,
        "city_slug": city.lower().strip().replace(" ", "-"),
        "latitude": place % 120 - 60.0,
        "longitude": place % 300 - 150.0,
        "starts_at": datetime(LAST - year, 2, 26, 18, tzinfo=UTC) + timedelta(minutes=place),
    }
    return {key: value for key, value in {**kept, **own}.items() if key != "id"}
