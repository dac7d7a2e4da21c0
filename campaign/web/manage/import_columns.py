"""Which column of a file fills which field, as a page asks it: a select beside each column's name and first cells."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from campaign.domain.columns import Table, assigned, examples

PREFIX = "column-"
NUMBER = re.compile("[0-9]{1,6}")


@dataclass(frozen=True)
class Shown:
    """One column as the page shows it; `field` is "" where it fills none."""

    number: int
    name: str
    examples: list[str]
    field: str

    @property
    def id(self) -> str:
        """What its select is called."""
        return f"{PREFIX}{self.number}"


def chosen(form: Mapping[str, str], table: Table) -> dict[str, str]:
    """Return every field's column as a page was sent, nothing from one that didn't ask; raises as `assigned` does."""
    sent = _sent(form)
    return assigned(table.header, sent) if sent else {}


def shown(form: Mapping[str, str], table: Table, columns: Mapping[str, int]) -> list[Shown]:
    """Return the columns with what was sent for them, else with the fields that they fill."""
    sent = _sent(form)
    filled = {number: field for field, number in columns.items()}
    return [
        Shown(number, name, examples(table, number), (sent if sent else filled).get(number, ""))
        for number, name in enumerate(table.header)
    ]


def _sent(form: Mapping[str, str]) -> dict[int, str]:
    numbers = {name: name.removeprefix(PREFIX) for name in form if name.startswith(PREFIX)}
    return {int(text): form[name] for name, text in numbers.items() if NUMBER.fullmatch(text)}
