"""A campaign's texts: how long each may be, which gaps it has, and what a translation of it must keep."""

from collections.abc import Mapping
from dataclasses import dataclass

from campaign.domain import mail_text
from campaign.domain.errors import Refused
from campaign.domain.event_title import PLACEHOLDERS
from campaign.domain.text import clean_line, clean_text


@dataclass(frozen=True)
class Shape:
    """What a text may be; without `gaps`, braces in it are nothing but braces."""

    limit: int
    is_line: bool = False
    gaps: tuple[str, ...] | None = None


OF_CAMPAIGN: Mapping[str, Shape] = {
    "name": Shape(120, is_line=True),
    "summary": Shape(400),
    "story": Shape(20_000),
    "event_title": Shape(120, is_line=True, gaps=PLACEHOLDERS),
    "event_description": Shape(1_500),
    "safety_note": Shape(600),
    "host_rules": Shape(5_000),
}
"""The campaign's own texts, by the name of their column."""
IN_MAIL: Mapping[str, Shape] = {
    "subject": Shape(mail_text.SUBJECT_LIMIT, is_line=True, gaps=mail_text.IN_SUBJECT),
    "body": Shape(mail_text.BODY_LIMIT, gaps=mail_text.PLACEHOLDERS),
}


def clean(text: str, shape: Shape) -> str:
    """Return a text as it may be stored.

    Raises Refused("text-too-long", limit=…), ("placeholder-unknown", placeholder=…) or ("placeholder-not-in-subject").
    """
    kept = (clean_line if shape.is_line else clean_text)(text, limit=shape.limit)
    if shape.gaps is not None:
        mail_text.check(kept, shape.gaps)
    return kept


def check_agrees(source: str, translation: str, shape: Shape) -> None:
    """Refuse a translation that lost a gap of its source, or has one more ("placeholders-differ", placeholders=…)."""
    if shape.gaps is None:
        return
    differing = mail_text.gaps(source) ^ mail_text.gaps(translation)
    if differing:
        raise Refused("placeholders-differ", placeholders=", ".join(sorted(f"{{{gap}}}" for gap in differing)))
