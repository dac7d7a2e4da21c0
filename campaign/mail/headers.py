"""How the headers of a mail are written: as the library does it, at less cost."""

from email.headerregistry import BaseHeader, HeaderRegistry
from email.policy import SMTP


class Headers(HeaderRegistry):
    """Makes a class for each name of a header once; the library's own makes another for every header it writes."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, type[BaseHeader]] = {}

    def __getitem__(self, name: str) -> type[BaseHeader]:
        """Return the class of a header."""
        key = name.lower()
        if key not in self._made:
            self._made[key] = super().__getitem__(name)
        return self._made[key]


POLICY = SMTP.clone(header_factory=Headers())
"""Lines and folds as SMTP wants them."""
