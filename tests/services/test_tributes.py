"""The book of remembrance: writing, reading first, taking back, and what goes by itself."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign import forgetting
from campaign.db import db, unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.tribute import Status
from campaign.models import Audit, Campaign, Tribute, User
from campaign.services import attack_mode, moderation, tributes
from campaign.services.tributes import Draft
from tests.make import Maker

MINUTE = timedelta(minutes=1)


@pytest.fixture
def campaign(app_on_both: Flask, make: Maker) -> Campaign:
    """Return a campaign whose book is open."""
    found = make.campaign()
    with unit_of_work():
        moderation.set_book(found, is_open=True, is_hidden=False, actor=None, now=make.now)
    return found


@pytest.fixture
def moderator(campaign: Campaign, make: Maker) -> User:
    return make.user()


def write(
    campaign: Campaign, text: str = "We remember.", *, language: str = "en", submission: str = "", now: datetime
) -> tuple[Tribute, str]:
    with unit_of_work():
        draft = Draft(text, language, "Rena")
        return tributes.write(campaign, draft, submission=submission or str(uuid.uuid4()), now=now)


def decide(campaign: Campaign, *found: Tribute, status: Status, actor: User, now: datetime) -> int:
    with unit_of_work():
        return moderation.decide(campaign, [one.id for one in found], status, actor=actor, now=now)


def read(campaign: Campaign, **wanted: str | int) -> list[str]:
    return [one.text for one in tributes.shown(campaign, **wanted).items]  # type: ignore[arg-type]  # as it is called


def test_a_tribute_is_shown_once_somebody_has_read_it(campaign: Campaign, moderator: User, now: datetime) -> None:
    tribute, token = write(campaign, now=now)
    assert read(campaign) == []
    assert moderation.counts(campaign, Status.WAITING) == [("en", 1)]
    assert decide(campaign, tribute, status=Status.SHOWN, actor=moderator, now=now) == 1
    assert read(campaign) == ["We remember."]
    assert tributes.by_token(token) is tribute
    assert tributes.by_token("somebody-elses") is None


def test_nothing_stored_leads_to_the_authors_link(campaign: Campaign, now: datetime) -> None:
    tribute, token = write(campaign, now=now)
    stored = {column.name: getattr(tribute, column.name) for column in Tribute.__table__.columns}
    assert token not in map(str, stored.values())
    with unit_of_work():
        _again, other = tributes.write(campaign, Draft("x", "en"), submission=tribute.submission, now=now)
    assert other != token


def test_sent_twice_is_one_tribute_with_one_link(campaign: Campaign, now: datetime) -> None:
    submission = str(uuid.uuid4())
    first, second = (write(campaign, text, submission=submission, now=now) for text in ("Once.", "Twice."))
    assert first == second
    assert db.session.scalars(select(func.count(Tribute.id))).one() == 1


def test_the_newest_stand_first_and_older_ones_on_the_next_page(
    campaign: Campaign, moderator: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tributes, "PAGE_SIZE", 2)
    rows = [write(campaign, text, now=now)[0] for text in ("one", "two", "three")]
    az, _token = write(campaign, "dörd", language="az", now=now)
    decide(campaign, *rows, az, status=Status.SHOWN, actor=moderator, now=now)
    page = tributes.shown(campaign)
    assert [one.text for one in page.items] == ["dörd", "three"]
    assert page.next is not None
    assert read(campaign, before=page.next) == ["two", "one"]
    assert read(campaign, language="az") == ["dörd"]
    assert tributes.languages(campaign) == ["az", "en"]


def test_changed_words_wait_again_and_unchanged_ones_stay(campaign: Campaign, moderator: User, now: datetime) -> None:
    tribute, _token = write(campaign, now=now)
    decide(campaign, tribute, status=Status.SHOWN, actor=moderator, now=now)
    with unit_of_work():
        tributes.edit(tribute, tributes.draft_of(tribute), now=now + MINUTE)
    assert tribute.status is Status.SHOWN
    with unit_of_work():
        tributes.edit(tribute, Draft("Other words.", "en"), now=now + MINUTE)
    assert tribute.status is Status.WAITING
    assert read(campaign) == []
    assert moderation.last(campaign, actor=moderator, now=now + MINUTE) is None


def test_taken_back_nothing_stays(campaign: Campaign, now: datetime) -> None:
    tribute, token = write(campaign, now=now)
    with unit_of_work():
        tributes.delete(tribute)
    assert tributes.by_token(token) is None


def test_in_attack_mode_nothing_is_written_and_all_is_read(campaign: Campaign, moderator: User, now: datetime) -> None:
    tribute, _token = write(campaign, now=now)
    decide(campaign, tribute, status=Status.SHOWN, actor=moderator, now=now)
    with unit_of_work():
        attack_mode.begin(campaign, actor=None, now=now)
    with pytest.raises(Refused, match="tributes-closed"):
        write(campaign, now=now)
    with pytest.raises(Refused, match="tributes-closed"), unit_of_work():
        tributes.edit(tribute, Draft("Other words.", "en"), now=now)
    assert read(campaign) == ["We remember."]


def test_a_closed_book_is_read_while_anything_is_shown(campaign: Campaign, moderator: User, now: datetime) -> None:
    tribute, _token = write(campaign, now=now)
    with unit_of_work():
        moderation.set_book(campaign, is_open=False, is_hidden=False, actor=None, now=now)
    with pytest.raises(Refused, match="tributes-not-taken"):
        write(campaign, now=now)
    assert not tributes.has_book(campaign)
    decide(campaign, tribute, status=Status.SHOWN, actor=moderator, now=now)
    assert tributes.has_book(campaign)


def test_a_moderator_finds_words_whatever_their_accents(campaign: Campaign, now: datetime) -> None:
    for text in ("Gözəl sözlər", "100% of us", "nothing alike"):
        write(campaign, text, now=now)
    assert [one.text for one in moderation.find(campaign, Status.WAITING, words="GOZEL").items] == ["Gözəl sözlər"]
    assert [one.text for one in moderation.find(campaign, Status.WAITING, words="0%").items] == ["100% of us"]
    assert moderation.find(campaign, Status.SHOWN, words="gozel").items == []


def test_the_last_decision_can_be_taken_back_for_a_while(campaign: Campaign, moderator: User, now: datetime) -> None:
    rows = [write(campaign, text, now=now)[0] for text in ("one", "two")]
    decide(campaign, rows[0], status=Status.SHOWN, actor=moderator, now=now)
    decide(campaign, *rows, status=Status.DECLINED, actor=moderator, now=now + MINUTE)
    found = moderation.last(campaign, actor=moderator, now=now + 2 * MINUTE)
    assert found == moderation.Last(Status.DECLINED, 2)
    with unit_of_work():
        assert moderation.undo(campaign, actor=moderator, now=now + 2 * MINUTE) == 2
    assert [one.status for one in rows] == [Status.SHOWN, Status.WAITING]
    with unit_of_work():
        assert moderation.undo(campaign, actor=moderator, now=now + 2 * MINUTE) == 0
    decide(campaign, *rows, status=Status.DECLINED, actor=moderator, now=now + 3 * MINUTE)
    later = now + 3 * MINUTE + moderation.UNDO_LIFE
    assert moderation.last(campaign, actor=moderator, now=later) is None


def test_undo_leaves_what_another_moderator_decided_since(campaign: Campaign, make: Maker, now: datetime) -> None:
    alice, bob = make.user(), make.user("bob@example.org")
    tribute, _token = write(campaign, now=now)
    decide(campaign, tribute, status=Status.SHOWN, actor=alice, now=now)
    decide(campaign, tribute, status=Status.DECLINED, actor=bob, now=now + MINUTE)
    with unit_of_work():
        assert moderation.undo(campaign, actor=alice, now=now + MINUTE) == 0
    assert tribute.status is Status.DECLINED


def test_only_the_campaigns_own_are_decided_and_each_is_recorded(
    campaign: Campaign, moderator: User, make: Maker, now: datetime
) -> None:
    tribute, _token = write(campaign, now=now)
    other = make.campaign("earth-hour")
    assert decide(other, tribute, status=Status.SHOWN, actor=moderator, now=now) == 0
    assert decide(campaign, tribute, status=Status.SHOWN, actor=moderator, now=now) == 1
    assert decide(campaign, tribute, status=Status.SHOWN, actor=moderator, now=now) == 0
    lines = db.session.execute(select(Audit.action, Audit.actor_id).where(Audit.subject == "tribute")).all()
    assert [tuple(line) for line in lines] == [("show", moderator.id)]


def test_declined_ones_go_after_thirty_days(campaign: Campaign, moderator: User) -> None:
    now = datetime.now(UTC)
    rows = [write(campaign, text, now=now)[0] for text in ("declined", "waiting", "put back")]
    ago = now - timedelta(days=30, seconds=1)
    decide(campaign, rows[0], rows[2], status=Status.DECLINED, actor=moderator, now=ago)
    decide(campaign, rows[2], status=Status.WAITING, actor=moderator, now=ago)
    for _count in forgetting.purge(now=now - timedelta(seconds=2)):
        pass
    assert db.session.scalars(select(func.count(Tribute.id))).one() == 3
    for _count in forgetting.purge(now=now):
        pass
    db.session.rollback()
    assert sorted(db.session.scalars(select(Tribute.text))) == ["put back", "waiting"]
