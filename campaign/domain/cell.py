"""What the cells of a spreadsheet say: placeholders, numbers, web addresses, words."""

import re
from contextlib import suppress

from campaign.domain.errors import Refused
from campaign.domain.text import slugify
from campaign.domain.url import clean_url

_UNSETTLED = frozenset(
    (
        "tba|tbc|tbd|to be announced|to be confirmed|to be decided|to be defined|not available yet|coming soon|"
        "por definir|por confirmar|a definir|wird noch bekannt gegeben|bientôt|уточняется"
    ).split("|")
)
_EMPTY = frozenset(
    [
        "n/a",
        "na",
        "n.a",
        "n. a",
        "#n/a",
        "none",
        "null",
        "nil",
        "nan",
        "not available",
        "unknown",
        "k.a",
        "k. a",
        "s/d",
        "нет",
    ]
)
TAG_LIMIT, TAGS_LIMIT = 40, 12
LONGEST_PLACEHOLDER = 40
_DEGREES = re.compile(r"[-+]?\d{1,15}(?:[.,]\d{0,20})?", re.ASCII)
_MARKED_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)
_PARTS = re.compile(r"\s+|[,;](?=https?://|www\.)", re.IGNORECASE)


def said(cell: str) -> str:
    """Return the cell, "" for the words by which people leave one open: N/A, none, TBC, a dash."""
    if is_unsettled(cell) or _bare(cell) in _EMPTY or not any(map(str.isalnum, cell)):
        return ""
    return cell


def is_unsettled(cell: str) -> bool:
    """Return whether the cell says that something will be said later."""
    return _bare(cell) in _UNSETTLED


def degrees(cell: str) -> float:
    """Return a number of degrees, however far out; raises Refused("degrees-not-understood", text=…)."""
    text = cell.strip()
    if not _DEGREES.fullmatch(text):
        raise Refused("degrees-not-understood", text=text[:40])
    return float(text.replace(",", "."))


def whole_number(cell: str, *, limit: int) -> int:
    """Return a number from 1 to `limit`; raises Refused("number-not-understood", text=…, limit=…)."""
    text = cell.strip()
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not 1 <= int(text) <= limit:
        raise Refused("number-not-understood", text=text[:40], limit=limit)
    return int(text)


def addresses(cell: str) -> tuple[list[str], list[str]]:
    """Return the web addresses of a cell in canonical form, and the words of it that aren't any.

    Where some begin with http:// or www., only those count: the rest is prose around them.
    """
    parts = [word for part in _PARTS.split(cell) if (word := part.strip(",;.()<>\"'"))]
    marked = [part for part in parts if _MARKED_ADDRESS.match(part)]
    good: dict[str, str] = {}
    for part in marked or parts:
        with suppress(Refused):
            good[part] = clean_url(part)
    return list(dict.fromkeys(good.values())), [part for part in parts if part not in good]


def words(cell: str) -> list[str]:
    """Return what stands between commas, semicolons, bars, slashes and line ends."""
    return [word for part in re.split(r"[,;|/\n]", cell) if (word := part.strip())]


def tags(cell: str) -> tuple[str, ...]:
    """Return the first twelve words of a cell as slugs."""
    slugs = (slugify(word)[:TAG_LIMIT].strip("-") for word in words(cell))
    return tuple(dict.fromkeys(slug for slug in slugs if slug))[:TAGS_LIMIT]


def _bare(cell: str) -> str:
    """Return a short cell in lower case without the signs around it."""
    return cell.lower().strip(" .…()[]-–—?!") if len(cell) <= LONGEST_PLACEHOLDER else ""
