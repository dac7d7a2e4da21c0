"""Where the lines and bars of a plot are."""

from datetime import date

from campaign.web.plots import Bar, bars, curve

DAY = date(2026, 11, 1)


def test_a_curve_rises_by_steps_from_the_first_day_to_the_last() -> None:
    found = curve([(DAY, 5), (date(2026, 11, 3), 10), (date(2026, 11, 5), 20)])
    assert found is not None
    assert found.line == "M0 200H0.0V150.0H300.0V100.0H600.0V0.0H600"
    assert found.area == f"{found.line}V200H0Z"
    assert (found.first, found.last, found.top) == (DAY, date(2026, 11, 5), 20)


def test_one_day_is_a_whole_block_and_none_is_no_curve() -> None:
    found = curve([(DAY, 7)])
    assert found is not None
    assert found.line == "M0 200H0.0V0.0H600"
    assert curve([]) is None


def test_bars_are_as_long_as_their_share_of_the_longest() -> None:
    assert bars([("a", 20), ("b", 5), ("c", None), ("d", 0)]) == [
        Bar("a", 20, 0, 100.0),
        Bar("b", 5, 40, 25.0),
        Bar("c", None, 80, 0.0),
        Bar("d", 0, 120, 0.0),
    ]
    assert bars([]) == []


def test_parts_are_as_long_as_their_share_of_the_whole_and_never_longer() -> None:
    assert [bar.share for bar in bars([("Taken", 99), ("Free", 121)], whole=220)] == [45.0, 55.0]
    assert [bar.share for bar in bars([("Came", 12), ("Did not come", 0)], whole=10)] == [100.0, 0.0]


def test_what_is_not_to_be_shown_has_no_bar() -> None:
    assert bars([("a", None)])[0].share == 0.0
