"""The grammar of feed addresses, both ways: `year-2027/country-de/lang-az` is one slice of a campaign."""

import re
from dataclasses import dataclass, replace

from campaign.domain.text import slugify

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SPELT = frozenset({"city", "series", "tag"})
"""The parts that people may have spelt as they speak them."""
_WORDS = re.compile(r"[^\W_]+(?:[- ][^\W_]+)*")
ORDER = ("year", "country", "city", "series", "tag", "online", "lang")


@dataclass(frozen=True)
class Slice:
    """Which of a campaign's events a feed holds, and the language it speaks; None means any."""

    year: int | None = None
    country: str | None = None
    """ISO 3166-1 alpha-2, upper case."""
    city: str | None = None
    series: str | None = None
    tag: str | None = None
    is_online: bool = False
    language: str | None = None

    @property
    def is_of_all(self) -> bool:
        """Whether it takes the events of a year or of all years, wherever and of whatever kind they are."""
        return replace(self, year=None, language=None) == Slice()

    @property
    def path(self) -> str:
        """The canonical spelling, "" for the whole campaign."""
        values = {
            "year": self.year,
            "country": self.country and self.country.lower(),
            "city": self.city,
            "series": self.series,
            "tag": self.tag,
            "lang": self.language,
        }
        parts = (f"{name}-{values[name]}" for name in ORDER if name != "online" and values[name] is not None)
        ordered = [*parts, *(["online"] if self.is_online else [])]
        return "/".join(sorted(ordered, key=lambda part: ORDER.index(part.partition("-")[0])))


def parse(path: str) -> Slice | None:
    """Return the slice that a path spells in any order and case, None for one that spells nothing."""
    found: dict[str, str] = {}
    for part in path.lower().split("/") if path else []:
        name, _, value = part.partition("-")
        if name not in ORDER or name in found or (name == "online") != (not value):
            return None
        if name in SPELT and _WORDS.fullmatch(value):
            value = slugify(value)
        if name != "online" and not SLUG.fullmatch(value):
            return None
        found[name] = value
    return _slice(found)


def _slice(found: dict[str, str]) -> Slice | None:
    year, country = found.get("year"), found.get("country")
    if year is not None and not re.fullmatch(r"(?:19|20|21)\d\d|2200", year):
        return None
    if country is not None and not re.fullmatch(r"[a-z]{2}", country):
        return None
    return Slice(
        year=int(year) if year else None,
        country=country.upper() if country else None,
        city=found.get("city"),
        series=found.get("series"),
        tag=found.get("tag"),
        is_online="online" in found,
        language=found.get("lang"),
    )
