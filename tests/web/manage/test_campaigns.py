"""An organizer's campaign: created with each kind of rule, corrected beside its fields, given its own days."""

from datetime import date, time

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db
from campaign.domain.anniversary import AnniversaryRule, Kind, LeapDay
from campaign.domain.permission import Role
from campaign.i18n import LANGUAGES
from campaign.models import Campaign, Member
from campaign.services import campaigns
from tests.page import HTML, Client, Page, words
from tests.web.conftest import Soon

NEW = "/manage/new/"
EDIT = "/manage/khojaly/edit/"
FORM = {
    "slug": "khojaly",
    "name_en": "Justice for Khojaly",
    "languages": ["en", "az"],
    "default_language": "en",
    "colour": "#7a1f2b",
    "kind": "fixed",
    "month": "2",
    "day": "26",
    "nth": "-1",
    "weekday": "5",
    "leap_day": "february-28",
    "days": "1",
    "since": "1992",
    "default_minutes": "120",
}

RULES = {
    "fixed": ({"kind": "fixed", "month": "2", "day": "26"}, AnniversaryRule(Kind.FIXED, month=2, day=26)),
    "leap day": (
        {"kind": "fixed", "month": "2", "day": "29", "leap_day": "march-1"},
        AnniversaryRule(Kind.FIXED, month=2, day=29, leap_day=LeapDay.MARCH_1),
    ),
    "last day": ({"kind": "last-day", "month": "2", "day": ""}, AnniversaryRule(Kind.LAST_DAY, month=2)),
    "last Saturday": (
        {"kind": "nth-weekday", "month": "3", "day": "", "nth": "-1", "weekday": "5"},
        AnniversaryRule(Kind.NTH_WEEKDAY, month=3, nth=-1, weekday=5),
    ),
    "a week": (
        {"kind": "nth-weekday", "month": "3", "day": "", "nth": "1", "weekday": "0", "days": "7"},
        AnniversaryRule(Kind.NTH_WEEKDAY, month=3, nth=1, weekday=0, days=7),
    ),
    "Easter": ({"kind": "easter", "offset": "-2", "month": "", "day": ""}, AnniversaryRule(Kind.EASTER, offset=-2)),
    "Orthodox Easter": ({"kind": "orthodox-easter", "offset": "0"}, AnniversaryRule(Kind.ORTHODOX_EASTER, offset=0)),
    "Hebrew": ({"kind": "hebrew", "month": "1", "day": "27"}, AnniversaryRule(Kind.HEBREW, month=1, day=27)),
    "Islamic": ({"kind": "islamic", "month": "1", "day": "10"}, AnniversaryRule(Kind.ISLAMIC, month=1, day=10)),
    "Persian": ({"kind": "persian", "month": "1", "day": "1"}, AnniversaryRule(Kind.PERSIAN, month=1, day=1)),
    "Chinese": ({"kind": "chinese", "month": "5", "day": "5"}, AnniversaryRule(Kind.CHINESE, month=5, day=5)),
}


@pytest.fixture
def creator(app: Flask, client: Client, soon: Soon) -> Client:
    """Return the browser of somebody who may create campaigns."""
    client.sign_in(soon.user(creator=True))
    return client


@pytest.fixture
def owner(app: Flask, client: Client, soon: Soon) -> Client:
    """Return the browser of a campaign's owner."""
    alice = soon.user()
    soon.campaign(owner=alice)
    client.sign_in(alice)
    return client


def stored(slug: str = "khojaly") -> Campaign:
    db.session.rollback()
    return db.session.scalars(select(Campaign).where(Campaign.slug == slug)).one()


def filled_in(page: Page) -> dict[str, str | list[str]]:
    """Return what the page's main form would send as it stands."""
    data: dict[str, str | list[str]] = {}
    form = next(one for one in page.all("form") if one.find(f".//{HTML}textarea") is not None)
    for tag in ("input", "textarea", "select"):
        for one in form.iter(f"{HTML}{tag}"):
            name, kind = str(one.get("name")), one.get("type")
            if tag == "select":
                chosen = next((o for o in one.iter(f"{HTML}option") if "selected" in o.attrib), None)
                chosen = chosen if chosen is not None else next(one.iter(f"{HTML}option"))
                data[name] = str(chosen.get("value"))
            elif tag == "textarea":
                data[name] = "".join(one.itertext()).removeprefix("\n")
            elif kind != "checkbox":
                data[name] = str(one.get("value") or "")
            elif "checked" in one.attrib:
                data[name] = [*data.get(name, []), str(one.get("value"))]
    return data


def test_create(creator: Client) -> None:
    empty = creator.get("/manage/")
    assert "No campaign yet" in empty.text
    page = creator.get(NEW)
    assert page.heading == "New campaign"
    sent = creator.post(
        NEW, {**FORM, "summary_az": "Anma günü", "contact": "hello@example.org", "default_start": "18:30"}
    )
    assert (sent.status, sent.location) == (303, "/manage/khojaly/")
    assert "Open its first year next" in creator.follow(sent).text
    campaign = stored()
    assert (campaign.name, campaign.summary) == ({"en": "Justice for Khojaly"}, {"az": "Anma günü"})
    assert (campaign.languages, campaign.colour) == (["en", "az"], "#7a1f2b")
    assert (campaign.default_start, campaign.contact) == (time(18, 30), "hello@example.org")
    assert db.session.scalars(select(Member.role)).all() == [Role.OWNER]
    assert "Justice for Khojaly" in creator.get("/manage/").text


@pytest.mark.parametrize("name", RULES)
def test_each_kind_of_day_is_kept_and_shown_again(creator: Client, name: str) -> None:
    typed, rule = RULES[name]
    assert creator.post(NEW, {**FORM, **typed}).status == 303
    assert stored().anniversary.rule == rule
    page = creator.get("/manage/khojaly/years/")
    days = [one.get("datetime") for one in page.all("time")]
    coming = stored().anniversary.coming(date.today(), 10)  # noqa: DTZ011  # near enough
    assert str(coming[1].first_day) in days
    assert words(next(one for one in page.all("p") if one.get("class") == "lede")).startswith("Every year")
    again = creator.get(EDIT)
    assert creator.post(EDIT, filled_in(again)).status == 303
    assert stored().anniversary.rule == rule


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"slug": ""}, "slug", "Please fill this in."),
        ({"slug": "Not Usable"}, "slug", "lower-case letters"),
        ({"slug": "manage"}, "slug", "lower-case letters"),
        ({"slug": "taken"}, "slug", "taken already"),
        ({"name_en": ""}, "default_language", "main language"),
        ({"default_language": "de"}, "default_language", "main language"),
        ({"colour": "red"}, "colour", "#7a1f2b"),
        ({"contact": "nobody"}, "contact", "mail address"),
        ({"since": "0"}, "since", "from 1 to 2200"),
        ({"month": "13"}, "month", "from 1 to 12"),
        ({"month": ""}, "month", "needs this, too"),
        ({"day": "30"}, "day", "its last is 29"),
        ({"day": "x"}, "day", "from 1 to 31"),
        ({"kind": "easter", "offset": ""}, "offset", "needs this, too"),
        ({"kind": "easter", "offset": "121"}, "offset", "from -120 to 120"),
        ({"days": "32"}, "days", "from 1 to 31"),
        ({"default_start": "25:00"}, "default_start", "time of day"),
        ({"default_minutes": "0"}, "default_minutes", "from 1 to"),
        ({"name_az": "x" * 121}, "name_az", "at most 120"),
        ({"story_en": "x" * 20_001}, "story_en", "at most 20000"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_lost(
    creator: Client, soon: Soon, wrong: dict[str, str], field: str, sentence: str
) -> None:
    soon.campaign("taken")
    typed = {**FORM, "summary_en": "A day of remembrance", "offset": "3", **wrong}
    page = creator.post(NEW, typed)
    assert page.status == 422
    assert sentence in page.error_of(field)
    for name in {"slug", "name_en", "summary_en", "colour", "month", "day", "since"}:
        assert page.value_of(name) == typed[name]
    assert [one.slug for one in campaigns.everything()] == ["taken"]


def test_saving_a_form_as_it_stands_changes_nothing(owner: Client) -> None:
    campaign = stored()
    was = {column.key: getattr(campaign, column.key) for column in Campaign.__table__.columns}
    assert owner.post(EDIT, filled_in(owner.get(EDIT))).status == 303
    now = {column.key: getattr(stored(), column.key) for column in Campaign.__table__.columns}
    changed = {name for name in was if was[name] != now[name]}
    assert changed <= {"revision", "changed_at", "lock_version"}


def test_a_long_story_in_every_language_fits(owner: Client) -> None:
    story = "Слово о памяти. " * 1200
    data = filled_in(owner.get(EDIT))
    data |= {"languages": list(LANGUAGES), **{f"story_{code}": story for code in LANGUAGES}}
    assert owner.post(EDIT, data).status == 303
    assert stored().story == dict.fromkeys(LANGUAGES, story.strip())


def test_those_without_the_right_create_nothing(client: Client, soon: Soon) -> None:
    client.sign_in(soon.user())
    assert "Ask its owner" in client.get("/manage/").text
    assert client.get(NEW).status == 403
    assert client.post(NEW, FORM).status == 403
    assert campaigns.everything() == []
