"""Columns of a file as people choose them: names that differ, examples, and one field for each."""

import pytest

from campaign.domain.columns import EXAMPLE_LIMIT, FIELDS, Row, Table, assigned, distinct, examples, match
from campaign.domain.errors import Refused


def test_names_that_are_there_twice_are_numbered() -> None:
    assert distinct(["Name", "Place", "Name", "Name"]) == ("Name", "Place", "Name (2)", "Name (3)")
    assert distinct(["Name", "Name (2)", "Name"]) == ("Name", "Name (2)", "Name (3)")
    assert distinct(["Name", "", "", "(3)"]) == ("Name", "(2)", "(3)", "(3) (2)")
    assert match(distinct(["Name", "Name", "Place"])) == {"name": 0, "place": 2}


def test_many_of_one_name() -> None:
    assert len(set(distinct(["Name"] * 200))) == 200


def test_assigned() -> None:
    found = assigned(("Was", "Wo", "Rest"), {0: "name", 1: "place", 2: ""})
    assert {field: column for field, column in found.items() if column} == {"name": "Was", "place": "Wo"}
    assert tuple(found) == FIELDS


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({0: "name", 1: "name"}, "field-twice"),
        ({0: "name", 1: "colour"}, "field-unknown"),
        ({0: "name"}, "columns-of-another-file"),
        ({0: "name", 1: "place", 2: ""}, "columns-of-another-file"),
        ({0: "name", 7: "place"}, "columns-of-another-file"),
    ],
)
def test_what_cannot_be_assigned(fields: dict[int, str], code: str) -> None:
    with pytest.raises(Refused) as caught:
        assigned(("A", "B"), fields)
    assert caught.value.code == code


def test_examples_are_few_short_and_different() -> None:
    cells = ["", "Bonn", "Bonn", "Köln\nam Rhein", "x" * 500, "Ulm"]
    table = Table(("Name", "Place"), tuple(Row(line, ("A", cell)) for line, cell in enumerate(cells, 2)))
    first, second, third = examples(table, 1)
    assert (first, second, len(third)) == ("Bonn", "Köln am Rhein", EXAMPLE_LIMIT)
    assert examples(Table(("Name", "Place"), (Row(2, ("A",)),)), 1) == []
