"""A year of a campaign: which state follows which, who sees it, and how a country may differ."""

from datetime import date
from itertools import product

import pytest

from campaign.domain.edition import MOVES, SHOWN, ObservanceKind, Status, check_move, check_observance
from campaign.domain.errors import Refused

FORWARD = {("planned", "open"), ("open", "held"), ("held", "archived")}
DAY = date(2027, 2, 27)


@pytest.mark.parametrize(("old", "new"), sorted(product(Status, Status)))
def test_a_year_goes_one_step_at_a_time_both_ways(old: Status, new: Status) -> None:
    if {(old, new), (new, old)} & FORWARD:
        check_move(old, new)
    else:
        with pytest.raises(Refused, match="edition-move") as refused:
            check_move(old, new)
        assert refused.value.facts == {"old": old, "new": new}


def test_every_state_has_its_moves() -> None:
    assert set(MOVES) == set(Status)


def test_the_public_sees_every_state_but_planned() -> None:
    assert set(Status) - SHOWN == {Status.PLANNED}


@pytest.mark.parametrize(
    ("kind", "day", "code"),
    [
        pytest.param("other-date", DAY, None, id="another date, given"),
        pytest.param("other-date", None, "observance-day-missing", id="another date, not given"),
        pytest.param("postponed", None, None, id="postponed"),
        pytest.param("postponed", DAY, "observance-day-unexpected", id="postponed to a day"),
        pytest.param("to-be-announced", None, None, id="to be announced"),
        pytest.param("to-be-announced", DAY, "observance-day-unexpected", id="to be announced, with a day"),
        pytest.param("not-this-year", None, None, id="not this year"),
        pytest.param("not-this-year", DAY, "observance-day-unexpected", id="not this year, with a day"),
    ],
)
def test_only_another_date_has_a_day(kind: str, day: date | None, code: str | None) -> None:
    if code is None:
        check_observance(ObservanceKind(kind), day)
    else:
        with pytest.raises(Refused, match=code):
            check_observance(ObservanceKind(kind), day)
