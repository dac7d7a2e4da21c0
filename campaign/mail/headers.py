"""How the headers of a mail are written: as the library does it, at less cost."""

from email.headerregistry import BaseHeader, HeaderRegistry
from email.policy import SMTP
from functools import lru_cache

OF_FORM = frozenset({"mime-version", "content-type", "content-transfer-encoding", "content-disposition", "content-id"})
"""Say how a mail is written, not what: nearly every mail has the same ones."""


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

    def __call__(self, name: str, value: str) -> BaseHeader:
        """Return a header, parsed; those of form once for all mails, as nothing ever changes in one."""
        return _of_form(self, name, value) if name.lower() in OF_FORM else super().__call__(name, value)


@lru_cache
def _of_form(headers: Headers, name: str, value: str) -> BaseHeader:
    return HeaderRegistry.__call__(headers, name, value)


POLICY = SMTP.clone(header_factory=Headers())
"""Lines and folds as SMTP wants them."""
