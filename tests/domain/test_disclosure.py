"""Counts of few people are not shown, and can't be worked out from those that are."""

import pytest

from campaign.domain.disclosure import broken_down, shown_count


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, None), (4, None), (5, 5), (5000, 5000)])
def test_a_count_of_fewer_than_five_is_hidden(count: int, shown: int | None) -> None:
    assert shown_count(count) == shown


def test_a_list_of_fewer_than_five_is_never_broken_down() -> None:
    assert broken_down({"DE": 2, "FR": 2}) == {}
    assert broken_down({"DE": 4}) == {}
    assert broken_down({}) == {}
    assert broken_down({"DE": 5}) == {"DE": 5}


def test_several_small_counts_hide_each_other() -> None:
    assert broken_down({"DE": 20, "FR": 3, "IT": 0, "ES": 4}) == {"DE": 20, "FR": None, "IT": 0, "ES": None}


def test_a_single_small_count_cannot_be_told_from_the_sum() -> None:
    assert broken_down({"DE": 20, "FR": 3, "IT": 7}) == {"DE": 20, "FR": None, "IT": None}
    assert broken_down({"DE": 9, "FR": 1}) == {"DE": None, "FR": None}
    assert broken_down({"DE": 20, "FR": 7}) == {"DE": 20, "FR": 7}
