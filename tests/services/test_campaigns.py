"""Creating a campaign and changing it: what is kept, what is refused, what feeds learn of it."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.anniversary import AnniversaryRule, Kind, LeapDay, RuleException
from campaign.domain.errors import Refused
from campaign.domain.permission import Role
from campaign.models import Audit, Campaign, ConsentText, Member
from campaign.services import campaigns
from campaign.services.campaigns import Draft
from tests.make import Maker

LATER = timedelta(hours=3)
FEBRUARY = AnniversaryRule(Kind.FIXED, month=2, day=26)
PLAIN = Draft(slug="khojaly", name={"en": "Justice"}, rule=FEBRUARY, languages=["en"], default_language="en")
FULL = Draft(
    slug="rare-disease-day",
    name={"en": "Rare Disease Day", "ar": "يوم الأمراض النادرة"},
    rule=AnniversaryRule(Kind.FIXED, month=2, day=29, leap_day=LeapDay.MARCH_1, days=3),
    languages=["en", "ar"],
    default_language="ar",
    summary={"en": "A day."},
    story={"en": "# A story"},
    sources=[{"title": "A source", "url": "https://example.org/", "note": {"en": "A note"}}],
    since=2008,
    colour="#7a1f2b",
    contact="hello@example.org",
    default_start=time(18, 30),
    default_minutes=90,
)


def create(draft: Draft, now: datetime) -> Campaign:
    with unit_of_work():
        return campaigns.create(draft, owner=None, now=now)


def test_create(app_on_both: Flask, make: Maker, now: datetime) -> None:
    owner = make.user()
    with unit_of_work():
        campaign = campaigns.create(FULL, owner=owner, now=now)
    db.session.expire_all()
    assert campaign.name == FULL.name
    assert (campaign.languages, campaign.default_language) == (["en", "ar"], "ar")
    assert (campaign.colour, campaign.contact, campaign.since) == ("#7a1f2b", "hello@example.org", 2008)
    assert (campaign.default_start, campaign.default_minutes) == (time(18, 30), 90)
    assert campaign.sources == FULL.sources
    assert campaign.anniversary.rule == FULL.rule
    assert campaign.anniversary.occurrence(2027).first_day == date(2027, 3, 1)
    member = db.session.scalars(select(Member)).one()
    assert (member.user_id, member.role) == (owner.id, Role.OWNER)
    agreed = db.session.scalars(select(ConsentText)).one()
    assert (agreed.version, set(agreed.text)) == (1, {"en", "ar"})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"slug": "Not Usable"}, "slug-not-usable"),
        ({"slug": "-"}, "slug-not-usable"),
        ({"slug": "x" * 61}, "slug-not-usable"),
        ({"slug": "manage"}, "slug-not-usable"),
        ({"slug": "static"}, "slug-not-usable"),
        ({"slug": "taken"}, "slug-taken"),
        ({"colour": "red"}, "colour-not-usable"),
        ({"colour": "#7A1F2B"}, "colour-not-usable"),
        ({"default_language": "az"}, "language-missing"),
        ({"name": {"az": "Ədalət"}}, "language-missing"),
        ({"since": 0}, "year-out-of-range"),
        ({"default_minutes": 0}, "minutes-out-of-range"),
    ],
)
def test_what_cannot_be_is_refused(
    app_on_both: Flask, make: Maker, now: datetime, change: dict[str, object], code: str
) -> None:
    create(replace(PLAIN, slug="taken"), now)
    with pytest.raises(Refused, match=f"^{code}$"):
        create(replace(PLAIN, **change), now)  # type: ignore[arg-type]
    kept = create(PLAIN, now)
    with pytest.raises(Refused, match=f"^{code}$"), unit_of_work():
        campaigns.edit(kept, replace(PLAIN, **change), actor=None, now=now)  # type: ignore[arg-type]
    assert [one.slug for one in campaigns.everything()] == ["taken", "khojaly"]
    assert (kept.name, kept.colour) == ({"en": "Justice"}, PLAIN.colour)


def test_edit_tells_every_feed(app_on_both: Flask, make: Maker, now: datetime) -> None:
    campaign = create(PLAIN, now)
    revision = campaign.revision
    with unit_of_work():
        campaigns.edit(campaign, replace(FULL, slug="khojaly"), actor=None, now=now + LATER)
    assert (campaign.slug, campaign.name, campaign.anniversary.rule) == ("khojaly", FULL.name, FULL.rule)
    assert (campaign.revision, campaign.changed_at) == (revision + 1, now + LATER)


def test_every_first_part_of_an_address_of_ours_is_reserved(app: Flask) -> None:
    first = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}
    ours = {part for part in first if part and not part.startswith(("<", "."))}
    assert ours <= campaigns.RESERVED


def test_a_year_may_have_its_own_day_or_none(app_on_both: Flask, make: Maker, now: datetime) -> None:
    campaign = make.campaign()

    def set_exception(exception: RuleException) -> None:
        campaigns.set_exception(campaign, exception, actor=None, now=now)

    with unit_of_work():
        set_exception(RuleException(2027, date(2027, 2, 27), {"en": "Election day"}))
        set_exception(RuleException(2028, None, {"en": "Not held"}))
    assert campaign.anniversary.occurrence(2027).first_day == date(2027, 2, 27)
    assert campaign.anniversary.occurrence(2027).reason == {"en": "Election day"}
    assert campaign.anniversary.occurrence(2028).first_day is None
    with unit_of_work():
        set_exception(RuleException(2027, date(2027, 3, 1), {"en": "Once more"}))
    assert [one.day for one in campaign.exceptions] == [date(2027, 3, 1), None]
    with unit_of_work():
        campaigns.remove_exception(campaign, 2027, actor=None, now=now)
    assert campaign.anniversary.occurrence(2027).first_day == date(2027, 2, 26)


def test_each_change_is_recorded(app: Flask, make: Maker, now: datetime) -> None:
    owner = make.user()
    campaign = make.campaign(owner=owner)
    with unit_of_work():
        campaigns.edit(campaign, PLAIN, actor=owner, now=now)
        campaigns.set_exception(campaign, RuleException(2027, None, {"en": "Rest"}), actor=owner, now=now)
        campaigns.remove_exception(campaign, 2027, actor=owner, now=now)
    rows = db.session.scalars(select(Audit).where(Audit.subject == "campaign").order_by(Audit.id)).all()
    assert [row.action for row in rows] == ["create", "edit", "set-exception", "remove-exception"]
    assert {row.actor_id for row in rows} == {owner.id}
