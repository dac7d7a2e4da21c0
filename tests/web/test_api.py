"""The JSON API: what everybody may read, and the roll-over in the name of a member."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from campaign.db import db, unit_of_work
from campaign.domain.permission import Role
from campaign.models import ApiToken, Event, Member, User
from campaign.services import api_tokens, members
from tests.make import Maker

STEP = "/api/v1/campaigns/khojaly/editions/2028/roll-over"


def secret(make: Maker, user: User, *, now: datetime | None = None) -> dict[str, str]:
    """Return the header of a program that acts in a member's name."""
    member = db.session.scalars(select(Member).where(Member.user_id == user.id)).one()
    with unit_of_work():
        token = api_tokens.create(member, label="Nightly", actor=user, now=now or make.now)
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def make(now: datetime) -> Maker:
    """Make rows by the real clock, which the API reads, too."""
    return Maker(datetime.now(UTC))


def test_roll_over(app_on_both: Flask, make: Maker) -> None:
    event = make.event()
    editor = make.member(event.edition.campaign, Role.EDITOR)
    headers, client = secret(make, editor), app_on_both.test_client()
    dry = client.post(STEP, json={"dry_run": True}, headers=headers)
    assert (dry.status_code, dry.json["new"], dry.json["events"][0]["starts"]) == (200, 1, "2028-02-26T18:30:00")
    assert count() == 1
    assert client.post(STEP, json={"countries_left_out": ["DE"]}, headers=headers).json["left_out"] == 1
    assert client.post(STEP, headers=headers).json["new"] == 1
    again = client.post(STEP, json={"from_year": 2027}, headers=headers).json
    assert (again["new"], again["already_there"], count()) == (0, 1, 2)


def count() -> int:
    """Return how many events there are."""
    db.session.rollback()
    return db.session.scalars(select(func.count(Event.id))).one()


@pytest.mark.parametrize(
    "body",
    ['{"dry_run": 1}', '{"unknown": true}', "[]", "{", '{"from_year": true}', '{"countries_left_out": ["XX"]}',
     '{"countries_left_out": [{}]}'],
)  # fmt: skip
def test_a_body_that_says_something_else_is_refused(app: Flask, make: Maker, body: str) -> None:
    editor = make.member(make.event().edition.campaign, Role.EDITOR)
    headers = {**secret(make, editor), "Content-Type": "application/json"}
    answer = app.test_client().post(STEP, data=body, headers=headers)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert count() == 1


def test_a_refusal_is_a_problem_in_words(app: Flask, make: Maker) -> None:
    editor = make.member(make.edition().campaign, Role.EDITOR)
    answer = app.test_client().post(STEP, headers=secret(make, editor))
    assert (answer.status_code, answer.json["status"]) == (409, 409)
    assert answer.json["detail"]


def test_who_may_call(app: Flask, make: Maker) -> None:
    campaign, client = make.event().edition.campaign, app.test_client()
    viewer, stranger = make.member(campaign, Role.VIEWER), make.user("stranger@example.org")
    make.campaign("earth-hour", owner=stranger)
    nobody = client.post(STEP)
    assert (nobody.status_code, nobody.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert client.post(STEP, headers={"Authorization": "Bearer unknown"}).status_code == 401
    assert client.post(STEP, headers=secret(make, viewer)).status_code == 403
    assert client.post(STEP, headers=secret(make, stranger)).status_code == 404
    old = secret(make, viewer, now=make.now - api_tokens.LIFE - timedelta(seconds=1))
    assert client.post(STEP, headers=old).status_code == 401
    disabled = secret(make, viewer)
    with unit_of_work():
        viewer.active = False
    assert client.post(STEP, headers=disabled).status_code == 401


def test_a_signed_in_browser_is_no_program(app: Flask, make: Maker) -> None:
    owner = make.user()
    make.campaign(owner=owner)
    assert signed_in(app, owner).post(STEP, json={}).status_code == 401


def test_everybody_may_read(app: Flask, make: Maker) -> None:
    make.event()
    client = app.test_client()
    assert [one["slug"] for one in client.get("/api/v1/campaigns").json["campaigns"]] == ["khojaly"]
    shown = client.get("/api/v1/campaigns/khojaly").json
    assert [(one["year"], one["anniversary"]) for one in shown["editions"]] == [(2027, 35)]
    assert client.get(shown["editions"][0]["geojson"]).json["features"]
    missing = client.get("/api/v1/campaigns/none")
    assert (missing.status_code, missing.mimetype) == (404, "application/problem+json")
    assert client.get("/api/v1/no-such-thing").mimetype == "application/problem+json"


def test_the_description_names_every_route(app: Flask) -> None:
    described = app.test_client().get("/api/v1/openapi.json").json
    rules = [
        rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/") and rule.endpoint != "api.openapi"
    ]
    named = {(path, method.upper()) for path, methods in described["paths"].items() for method in methods}
    plain = {(str(rule.rule).replace("<int:", "{").replace("<", "{").replace(">", "}"), method)
             for rule in rules for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}  # fmt: skip
    assert named == plain


def test_a_secret_is_made_shown_once_and_taken_back(app: Flask, make: Maker) -> None:
    owner = make.user()
    make.campaign(owner=owner)
    browser = signed_in(app, owner)
    made = browser.post("/manage/khojaly/api/", data={"label": "Nightly"})
    assert made.status_code == 200
    row = db.session.scalars(select(ApiToken)).one()
    token = made.text.split('id="token"')[1].split('value="')[1].split('"')[0]
    assert api_tokens.member_of(token, now=datetime.now(UTC)) is not None
    later = browser.get("/manage/khojaly/api/").text
    assert "Nightly" in later and token not in later
    assert browser.post(f"/manage/khojaly/api/{row.id}/revoke").status_code == 303
    db.session.rollback()
    assert api_tokens.member_of(token, now=datetime.now(UTC)) is None


def test_nobody_takes_back_somebody_elses_secret(app: Flask, make: Maker) -> None:
    owner = make.user()
    campaign = make.campaign(owner=owner)
    secret(make, make.member(campaign, Role.EDITOR))
    number = db.session.scalars(select(ApiToken.id)).one()
    assert signed_in(app, owner).post(f"/manage/khojaly/api/{number}/revoke").status_code == 404


def test_a_member_has_so_many_secrets_and_no_more(app: Flask, make: Maker) -> None:
    owner = make.user()
    make.campaign(owner=owner)
    for _number in range(api_tokens.LIMIT):
        secret(make, owner)
    refused = signed_in(app, owner).post("/manage/khojaly/api/", data={"label": "One more"})
    assert refused.status_code == 409
    assert "One more" in refused.text


def signed_in(app: Flask, user: User) -> FlaskClient:
    """Return a browser in which the user has just signed in."""
    browser = app.test_client()
    with unit_of_work():
        link = members.link(user, now=datetime.now(UTC))
    assert browser.post(f"/account/link/{link}/").status_code == 303
    return browser
