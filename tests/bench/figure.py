"""One measured number, beside what was asked of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """What was measured, in `unit`: `limit` is the most, `least` the least that was allowed, None where nothing was."""

    what: str
    value: float
    unit: str
    limit: float | None = None
    least: float | None = None

    @property
    def holds(self) -> bool | None:
        """Whether it keeps what was asked; None where nothing was."""
        if self.limit is None and self.least is None:
            return None
        return (self.limit is None or self.value <= self.limit) and (self.least is None or self.value >= self.least)

    @property
    def written(self) -> str:
        """The number as people read it."""
        return f"{self.value:,.{0 if self.value >= 10 or self.value == int(self.value) else 2}f} {self.unit}"

    @property
    def asked(self) -> str:
        """The limits in words, "" where there are none."""
        limits = (("≥", self.least), ("≤", self.limit))
        return ", ".join(f"{sign} {one:.4g} {self.unit}" for sign, one in limits if one is not None)
