"""Two years' places beside each other."""

from collections.abc import Sequence

import pytest

from campaign.domain.coverage import Open, Place, Standing, compare, kilometres

BERLIN, POTSDAM, HAMBURG = (52.52, 13.4), (52.4, 13.06), (53.55, 9.99)


def first_letters(key: str, others: Sequence[str]) -> list[int]:
    """Find names that begin alike."""
    return [index for index, other in enumerate(others) if other[:3] == key[:3]]


def standings(before: list[Place], after: list[Place], still: Open | None = None) -> dict[str, Standing]:
    return {line.city: line.standing for line in compare(before, after, still or Open(), alike=first_letters)}


def place(city: str, country: str = "DE", series: int = 0, point: tuple[float, float] | None = None) -> Place:
    return Place(country, city.lower(), city, 1, frozenset({series} - {0}), point)


def test_compare() -> None:
    found = standings([place("Berlin"), place("Bonn")], [place("Berlin"), place("Kiel")])
    assert found == {"Berlin": Standing.BACK, "Bonn": Standing.LOST, "Kiel": Standing.NEW}


def test_the_same_name_in_another_country_is_another_place() -> None:
    found = compare([place("Valencia", "ES")], [place("Valencia", "VE")], Open(), alike=first_letters)
    assert {(line.country, line.standing) for line in found} == {("ES", Standing.LOST), ("VE", Standing.NEW)}


def test_a_series_that_goes_on_is_the_same_place_under_its_new_name() -> None:
    assert standings([place("Köln-Deutz", series=7)], [place("Cologne", series=7)]) == {"Cologne": Standing.BACK}
    apart = compare([place("Köln", series=7)], [place("Wien", "AT", series=7)], Open(), alike=first_letters)
    assert {line.standing for line in apart} == {Standing.NEW, Standing.LOST}


@pytest.mark.parametrize(
    ("point", "standing"), [(POTSDAM, Standing.BACK), (None, Standing.BACK), (HAMBURG, Standing.NEW)]
)
def test_another_spelling_is_the_same_place_where_it_is_not_far(
    point: tuple[float, float] | None, standing: Standing
) -> None:
    found = standings([place("Berlinn", point=BERLIN)], [place("Berlin", point=point)])
    assert found["Berlin"] is standing


def test_each_place_has_one_counterpart() -> None:
    found = compare([place("Berlin"), place("Berlln")], [place("Berlin")], Open(), alike=first_letters)
    assert [(line.city, line.standing) for line in found] == [("Berlin", Standing.BACK), ("Berlln", Standing.LOST)]


def test_who_has_not_answered_and_what_is_prepared_is_not_lost() -> None:
    still = Open(unanswered={("DE", "berlin")}, prepared={("DE", "berlin"), ("DE", "bonn")}, prepared_series={7})
    found = standings([place("Berlin"), place("Bonn"), place("Kiel", series=7), place("Ulm")], [], still)
    assert found == {
        "Berlin": Standing.UNANSWERED,
        "Bonn": Standing.PREPARED,
        "Kiel": Standing.PREPARED,
        "Ulm": Standing.LOST,
    }


def test_kilometres() -> None:
    assert kilometres(BERLIN, BERLIN) == 0
    assert kilometres(BERLIN, HAMBURG) == pytest.approx(255, abs=3)
