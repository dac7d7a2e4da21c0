"""One measured number, beside what was asked of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """What was measured, in `unit`; `limit` is the most that was allowed, None where nothing was asked."""

    what: str
    value: float
    unit: str
    limit: float | None = None

    @property
    def holds(self) -> bool | None:
        """Whether it keeps what was asked; None where nothing was."""
        return None if self.limit is None else self.value <= self.limit

    @property
    def written(self) -> str:
        """The number as people read it."""
        return f"{self.value:,.{0 if self.value >= 10 or self.value == int(self.value) else 2}f} {self.unit}"

    @property
    def asked(self) -> str:
        """The limit in words, "" where there is none."""
        return "" if self.limit is None else f"≤ {self.limit:g} {self.unit}"
