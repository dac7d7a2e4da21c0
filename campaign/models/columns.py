"""The kinds of column that several tables share."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, Enum


def states(of: type[StrEnum]) -> Enum:
    """Return a column type that stores a state as its lower-case word and refuses any other."""
    return Enum(
        of,
        native_enum=False,
        create_constraint=False,
        length=24,
        values_callable=lambda states: [state.value for state in states],
    )


def known_states(column: str, of: type[StrEnum]) -> CheckConstraint:
    """Return the constraint by which the database itself refuses an unknown state."""
    words = ", ".join(f"'{state.value}'" for state in of)
    return CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")
