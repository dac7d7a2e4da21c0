"""Asking last year's hosts whether they carry out their event again: what they may answer."""

from enum import StrEnum


class Answer(StrEnum):
    AGAIN = "again"
    """At the same place, as last year."""
    CHANGED = "changed"
    NOT_THIS_YEAR = "not-this-year"
    HANDED_OVER = "handed-over"
    """To somebody else, who is asked in their place."""
