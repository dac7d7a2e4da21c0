"""Taking last year's events over, on the page: the look, the boxes over many pages, the step, the way back."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.permission import Role
from campaign.models import Edition, Event, RollOver
from campaign.services import events
from campaign.web.manage import roll_over_form
from tests.page import HTML, Client, Page, words
from tests.web.conftest import YEAR, Soon

NEXT = YEAR + 1
PAGE = f"/manage/khojaly/{NEXT}/roll-over/"
LOOK, UNDO = f"{PAGE}preview", f"{PAGE}undo"
BAKU = {"name": {"en": "Baku"}, "country": "AZ", "city": "Baku", "zone": "Asia/Baku"}


@pytest.fixture
def last(app: Flask, client: Client, soon: Soon) -> Edition:
    """Return a year with an event in Berlin and one in Baku, whose editor has signed in."""
    edition = soon.edition()
    soon.event(edition)
    soon.event(edition, **BAKU)
    client.sign_in(soon.member(edition.campaign, Role.EDITOR))
    return edition


def sent(page: Page, /, **changes: object) -> dict[str, object]:
    """Return what the page's form would send, with these changes."""
    (form,) = (form for form in page.all("form") if form.get("action") == PAGE)
    data: dict[str, object] = {}
    boxes: dict[str, list[str]] = {}
    for one in form.iter(f"{HTML}input"):
        name, value = str(one.get("name")), str(one.get("value"))
        if one.get("type") == "hidden":
            data[name] = value
        elif one.get("checked") is not None:
            boxes.setdefault(name, []).append(value)
    for one in form.iter(f"{HTML}select"):
        data[str(one.get("name"))] = next(
            (str(option.get("value")) for option in one if option.get("selected") is not None), ""
        )
    return {**data, **boxes, **changes}


def came() -> list[str]:
    db.session.rollback()
    rows = select(Event.slug).join(Edition).where(Edition.year == NEXT).order_by(Event.id)
    return list(db.session.scalars(rows))


def figures(page: Page) -> tuple[str, ...]:
    (found,) = (one for one in page.all("dl") if one.get("class") == "figures")
    return tuple(words(one) for one in found.iter(f"{HTML}dd"))


def test_roll_over(client: Client, last: Edition) -> None:
    page = client.get(PAGE)
    assert figures(page) == ("2", "0", "0")
    assert "The year isn't set up yet; this step does it." in page.text
    assert f"26 Feb {NEXT}, 18:30" in page.text
    done = client.follow(client.post(PAGE, sent(page)))
    assert "2 drafts are added. Already there: 0. Left out: 0." in done.text
    assert figures(done) == ("0", "2", "0")
    assert "editor-khojaly@example.org" in done.text
    assert sorted(came()) == ["baku", "evening-in-berlin"]
    again = client.follow(client.post(PAGE, sent(done)))
    assert "0 drafts are added. Already there: 2." in again.text
    assert len(came()) == 2


def test_a_country_and_a_single_event_stay_behind(client: Client, last: Edition, soon: Soon) -> None:
    soon.event(last, name={"en": "Second"})
    page = client.get(PAGE)
    number = id_of("second")
    ticked = [one for one in boxes_of(page) if one != number]
    page = client.post(LOOK, sent(page, country=["DE"], event=ticked))
    assert page.status == 200
    assert figures(page) == ("1", "0", "2")
    assert "Left out: its country stays behind" in page.text
    assert "Left out: not chosen" in page.text
    assert came() == [], "looking stores nothing"
    client.post(PAGE, sent(page))
    assert came() == ["evening-in-berlin"]


def id_of(slug: str) -> str:
    db.session.rollback()
    return str(db.session.scalars(select(Event.id).where(Event.slug == slug)).one())


def boxes_of(page: Page) -> list[str]:
    return [str(one.get("value")) for one in page.all("input") if one.get("name") == "event"]


def test_what_is_ticked_on_one_page_is_kept_on_the_next(
    client: Client, last: Edition, soon: Soon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roll_over_form, "PAGE_SIZE", 1)
    draft = soon.event(last, name={"en": "Draft"}, is_published=False, country="FR", city="Paris")
    first = client.get(PAGE)
    assert boxes_of(first) == [id_of("baku")]
    second = client.post(LOOK, sent(first, event=[], page="2"))
    assert (boxes_of(second), figures(second)) == ([str(draft.id)], ("1", "0", "2"))
    third = client.post(LOOK, sent(second, event=[str(draft.id)], page="3"))
    assert (boxes_of(third), figures(third)) == ([id_of("evening-in-berlin")], ("2", "0", "1"))
    back = client.post(LOOK, sent(third, page="1"))
    assert figures(back) == ("2", "0", "1")
    assert figures(client.post(LOOK, sent(back, event=boxes_of(back)))) == ("3", "0", "0")
    client.post(PAGE, sent(back))
    assert sorted(came()) == ["draft", "evening-in-berlin"]


def test_parts_that_stay_behind(client: Client, last: Edition) -> None:
    client.post(PAGE, sent(client.get(PAGE), part=["tags"]))
    db.session.rollback()
    event = db.session.scalars(select(Event).where(Event.roll_over_id.is_not(None)).limit(1)).one()
    assert (event.tags, event.venue, event.description) == (["concert"], None, {})


def test_the_list_shows_what_there_is_to_look_at(client: Client, last: Edition) -> None:
    page = client.post(LOOK, sent(client.get(PAGE), only="no-host", only_country="AZ"))
    assert boxes_of(page) == [id_of("baku")]
    assert "Nobody to ask" in page.text
    for only, count in (("to-look-at", 2), ("left out", 0), ("already there", 0), ("nonsense", 0), ("", 2)):
        assert len(boxes_of(client.post(LOOK, sent(page, only=only, only_country="")))) == count


def test_undo(client: Client, last: Edition, soon: Soon) -> None:
    client.post(PAGE, sent(client.get(PAGE)))
    with unit_of_work():
        event = db.session.scalars(select(Event).where(Event.roll_over_id.is_not(None)).limit(1)).one()
        events.edit(event, events.draft_of(event), actor=None, now=soon.now)
    page = client.get(PAGE)
    assert "Also those that were changed" in page.text
    step = str(db.session.scalars(select(RollOver.id)).one())
    assert "1 draft is deleted." in client.follow(client.post(UNDO, {"step": step})).text
    assert len(came()) == 1
    again = client.follow(client.post(UNDO, {"step": step}))
    assert "This step was taken back already." in again.text
    assert "Taken back on" in again.text


def test_a_step_of_another_year_or_none_is_not_undone(client: Client, last: Edition) -> None:
    client.post(PAGE, sent(client.get(PAGE)))
    step = str(db.session.scalars(select(RollOver.id)).one())
    assert client.post(f"/manage/khojaly/{YEAR}/roll-over/undo", {"step": step}).status == 303
    for wrong in ("", "x", "٧", "9" * 30, "-1"):
        assert client.post(UNDO, {"step": wrong}).status == 303
    assert len(came()) == 2
    assert client.post(UNDO, {"step": step}).status == 303
    assert came() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"left": "x ٣ -1 " + "9" * 40, "ticked": "'\"<", "from": "0" * 9},
        {"countries": "DE AZ XX", "country": ["ZZ"], "part": ["nothing"]},
        {"page": "999999999999", "only_country": "??"},
        {"from": "1492"},
    ],
)
def test_nonsense_is_not_stored_and_breaks_nothing(client: Client, last: Edition, wrong: dict[str, object]) -> None:
    page = client.post(LOOK, sent(client.get(PAGE), **wrong))
    assert page.status == 200
    assert came() == []


def test_ten_thousand_events_that_stay_behind_fit_into_the_form(client: Client, last: Edition) -> None:
    left = " ".join(str(number) for number in range(1_000_000, 1_010_000))
    page = client.post(LOOK, sent(client.get(PAGE), left=left))
    assert page.status == 200
    assert client.post(PAGE, sent(page)).status == 303


def test_nothing_to_take_over(client: Client, last: Edition) -> None:
    page = client.get(f"/manage/khojaly/{YEAR}/roll-over/")
    assert f"No year before {YEAR} has events that could be taken over." in page.text
    refused = client.follow(client.post(f"/manage/khojaly/{YEAR}/roll-over/"))
    assert "No year before" in refused.text
    assert client.get(f"/manage/khojaly/{YEAR}/roll-over/?from=junk&hl=ar").status == 200
    for year in ("1899", "2201", "9" * 30):
        assert client.get(f"/manage/khojaly/{year}/roll-over/").status == 404


def test_a_coordinator_takes_nothing_over(client: Client, last: Edition, soon: Soon) -> None:
    other = Client(client.app)
    other.sign_in(soon.member(last.campaign, Role.COORDINATOR, countries=["DE"]))
    assert other.get(PAGE).status == 403
    assert other.post(PAGE).status == 403
    assert "roll-over" not in re.sub(r"<title>.*?</title>", "", other.get(f"/manage/khojaly/{YEAR}/").text)
