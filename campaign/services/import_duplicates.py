"""Rows that stand in a file twice, and rows that only look as if they did."""

from campaign.domain.errors import Refused
from campaign.domain.text import fold
from campaign.services.import_rows import Reading


class Seen:
    """The rows of the file so far: which identifiers there were, and which events."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._alike: dict[tuple[str, str, str], int] = {}
        self._events: dict[tuple[object, ...], dict[str, int]] = {}

    def key(self, line: int, reading: Reading) -> str:
        """Return the row's key; raises Refused("duplicate", line=…) or ("same-id", line=…) for one that was there.

        Rows of one name, place and time are one event, unless their descriptions differ. Where a file has no
        names, the description stands for them.
        """
        if reading.external_id in self._ids:
            raise Refused("same-id", line=self._ids[reading.external_id])
        alike = fold(reading.name), fold(reading.place), reading.day
        words = " ".join(next(iter(reading.draft.description.values()), "").lower().split())
        others = self._events.setdefault((*alike, reading.draft.starts), {})
        twin = others.get(words)
        if twin is None and reading.name:
            twin = next(iter(others.values()), None) if not words else others.get("")
        if twin is not None:
            raise Refused("duplicate", line=twin)
        if others and reading.name:
            reading.notes.warn("resembles", line=next(iter(others.values())))
        others[words] = line
        if reading.external_id:
            self._ids[reading.external_id] = line
            return reading.key()
        number = self._alike[alike] = self._alike.get(alike, 0) + 1
        return reading.key(number)
