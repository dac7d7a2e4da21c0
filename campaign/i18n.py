"""Languages: which there are, which one a reader gets, and texts in them. Knows Babel, not Flask."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_timezone, get_timezone_name
from babel.support import NullTranslations, Translations

LANGUAGES = ("en", "az", "tr", "ru", "de", "fr", "es", "ar")
OWN_NAMES = {
    "en": "English",
    "az": "Azərbaycanca",
    "tr": "Türkçe",
    "ru": "Русский",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "ar": "العربية",
}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "ckb", "sd", "ug", "yi"})
CATALOGUES = Path(__file__).parent / "translations"


def direction(language: str) -> str:
    """Return "rtl" or "ltr"."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def pick(texts: Mapping[str, str], language: str, fallback: str = "en") -> tuple[str, str]:
    """Return a text and its language: the wanted one, else the fallback's, else any, else ("", language)."""
    for choice in (language, fallback, "en", *texts):
        if texts.get(choice):
            return texts[choice], choice
    return "", language


@lru_cache
def translations(language: str) -> NullTranslations:
    """Return the catalogue of one language."""
    return Translations.load(CATALOGUES, [language])


def say(language: str, message: str, **facts: object) -> str:
    """Return an interface text in a given language, outside of any request."""
    text = translations(language).gettext(message)
    return text % facts if facts else text


@lru_cache
def locale(language: str) -> Locale:
    """Return Babel's locale for a language code, English for one it doesn't know.

    English is that of Britain, whose order of day and month and whose hours most of the world shares.
    """
    try:
        return Locale.parse("en_GB" if language == "en" else language)
    except (ValueError, UnknownLocaleError):
        return Locale.parse("en_GB")


def country_name(code: str, language: str) -> str:
    """Return a country's name, the bare code where none is known."""
    return str(locale(language).territories.get(code, code))


def language_name(code: str, language: str) -> str:
    """Return a language's name, the bare code where none is known."""
    return str(locale(language).languages.get(code, code))


def day(value: date, language: str) -> str:
    """Return "Friday, 26 February 2027"."""
    return format_date(value, "full", locale=locale(language))


def when(starts: datetime, zone: str, *, is_all_day: bool, language: str) -> str:
    """Return a day, or a day, its hour and the zone's name, of a wall-clock time in a zone."""
    day = format_date(starts, "full", locale=locale(language))
    if is_all_day:
        return day
    clock = format_time(starts.time(), "short", locale=locale(language))
    return f"{day}, {clock} ({get_timezone_name(get_timezone(zone), locale=locale(language), return_zone=False)})"
