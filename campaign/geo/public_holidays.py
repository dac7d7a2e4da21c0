"""The public holidays of a country, by the tables and reckonings of the `holidays` library."""

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache

import holidays

ENGLISH = "en"


def on(country: str, day: date, language: str) -> str | None:
    """Return what a country's day off is called, in the language where the library speaks it; None for a workday.

    National ones only. Those that follow the moon are estimates, and say so themselves.
    """
    return of_year(country, day.year, language).get(day)


@lru_cache(4096)
def of_year(country: str, year: int, language: str) -> Mapping[date, str]:
    """Return a country's holidays of a year by their day; none for a country that the library doesn't know."""
    if country not in _codes():
        return {}
    found = holidays.country_holidays(country, years=year, language=_spoken(country, language))
    return {day: "; ".join(found.get_list(day)) for day in found}


@lru_cache(4096)
def _spoken(country: str, language: str) -> str | None:
    """Return the library's name of the language, else of English; None for the one it has."""
    spoken = holidays.country_holidays(country).supported_languages
    for wanted in (language, ENGLISH):
        if found := next((one for one in spoken if one == wanted or one.startswith(f"{wanted}_")), None):
            return found
    return None


@cache
def _codes() -> frozenset[str]:
    return frozenset(holidays.list_supported_countries(include_aliases=False))
