"""One text as translators get it and send it back."""

from dataclasses import dataclass

BYTE_LIMIT = 1_000_000
LINE_LIMIT = 50_000
COUNT_LIMIT = 5_000


@dataclass(frozen=True)
class Phrase:
    """A text in the campaign's main language, and what stands for it in another."""

    key: str
    source: str
    translation: str = ""
    is_unsure: bool = False
    """Whether the translator marked it as not certain yet."""
