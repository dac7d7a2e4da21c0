"""When events may be proposed, which states follow each other, and what a change of a draft is kept as."""

import json
from dataclasses import replace
from datetime import date, datetime

import pytest

from campaign.domain import draft_changes
from campaign.domain.edition import Status as EditionStatus
from campaign.domain.errors import Refused
from campaign.domain.proposal import MOVES, Status, Terms, Window, check_move, check_window, window
from tests.make import BERLIN

DAY = date(2027, 2, 26)
TERMS = Terms(True, False, EditionStatus.OPEN, DAY, None, None)


@pytest.mark.parametrize(
    ("changes", "today", "expected"),
    [
        ({}, DAY, Window.OPEN),
        ({"status": EditionStatus.PLANNED}, DAY, Window.OPEN),
        ({"status": EditionStatus.HELD}, DAY, Window.NONE),
        ({"takes_proposals": False}, DAY, Window.NONE),
        ({}, date(2027, 2, 27), Window.OVER),
        ({"last": date(2027, 1, 31)}, date(2027, 1, 31), Window.OPEN),
        ({"last": date(2027, 1, 31)}, date(2027, 2, 1), Window.OVER),
        ({"last": date(2027, 3, 31)}, date(2027, 2, 27), Window.OVER),
        ({"first": date(2027, 1, 2)}, date(2027, 1, 1), Window.NOT_YET),
        ({"first": date(2027, 1, 2)}, date(2027, 1, 2), Window.OPEN),
        ({"is_attacked": True}, DAY, Window.PAUSED),
        ({"is_attacked": True}, date(2027, 2, 27), Window.OVER),
    ],
)
def test_window(changes: dict[str, object], today: date, expected: Window) -> None:
    assert window(replace(TERMS, **changes), today) is expected  # type: ignore[arg-type]


def test_a_window_ends_after_it_begins() -> None:
    check_window(DAY, DAY)
    check_window(None, DAY)
    with pytest.raises(Refused, match="window-reversed"):
        check_window(DAY, date(2027, 2, 25))


def test_what_was_approved_or_withdrawn_stays_so() -> None:
    for old in (Status.APPROVED, Status.WITHDRAWN):
        for new in Status:
            with pytest.raises(Refused, match="proposal-move"):
                check_move(old, new)
    assert set(MOVES) == set(Status)


def test_a_change_survives_being_kept_as_json() -> None:
    after = replace(
        BERLIN, name={"az": "Axşam"}, starts=datetime(2027, 2, 26, 19), tags=(), capacity=None, venue_is_public=False
    )
    kept = json.loads(json.dumps(draft_changes.between(BERLIN, after)))
    assert set(kept) == {"name", "starts", "tags", "capacity", "venue_is_public"}
    assert draft_changes.applied(BERLIN, kept) == after
    assert draft_changes.between(BERLIN, BERLIN) == {}


def test_fields_that_are_gone_are_left_out() -> None:
    assert draft_changes.applied(BERLIN, {"colour": "red"}) == BERLIN


def test_differences_name_the_language_of_a_text() -> None:
    after = replace(BERLIN, name={**BERLIN.name, "az": "Axşam"}, city="Potsdam")
    found = [(one.field, one.language, one.before, one.after) for one in draft_changes.differences(BERLIN, after)]
    assert found == [("name", "az", None, "Axşam"), ("city", None, "Berlin", "Potsdam")]
