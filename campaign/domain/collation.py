"""The order in which a language's readers look for a name."""

import unicodedata
from functools import lru_cache

from campaign.domain.text import fold

LATIN = "abcdefghijklmnopqrstuvwxyz"
CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
ALPHABETS = {
    "az": "abcçdeəfgğhxıijkqlmnoöprsştuüvyz",
    "tr": "abcçdefgğhıijklmnoöprsştuüvyz",
    "es": "abcdefghijklmnñopqrstuvwxyz",
    "ru": CYRILLIC,
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
}
"""The letters that have a place of their own; others stand with the letter they are made from, as é with e."""
Place = tuple[int, int, str]


def sort_key(name: str, language: str) -> tuple[list[Place], str]:
    """Return what names are sorted by: the language's own alphabet first, then other letters in Unicode's order."""
    alphabet = ALPHABETS.get(language, LATIN)
    lowered = _lower(unicodedata.normalize("NFC", name), language)
    return [place for letter in lowered for place in _places(letter, alphabet)], name


@lru_cache(4096)
def _places(letter: str, alphabet: str) -> list[Place]:
    if letter in alphabet:
        return [(1, alphabet.index(letter), "")]
    if not letter.isalnum():
        return [(0, 0, "")] if letter.isspace() or letter == "-" else []
    return [(1, alphabet.index(base), "") if base in alphabet else (2, 0, base) for base in fold(letter)]


def _lower(name: str, language: str) -> str:
    """Return the name in small letters, with the two kinds of i where a language has them."""
    if language in ("az", "tr"):
        name = name.replace("I", "ı").replace("İ", "i")
    return name.lower()
