"""How names of places are compared: one key for every spelling that a reader takes for the same."""

import unicodedata

from campaign.domain.text import fold

_APOSTROPHES = dict.fromkeys(map(ord, "'`\u00b4\u02b9\u02bb\u02bc\u2018\u2019\u2032"))


def key(name: str) -> str:
    """Return the words of a name as they are compared: folded, without apostrophes, with single spaces.

    L’Aquila is "laquila", Aix-en-Provence "aix en provence", Bakı "baki"; "" when there is no letter or digit.
    """
    whole = unicodedata.normalize("NFC", fold(name.translate(_APOSTROPHES)))
    return " ".join("".join(char if _belongs_to_word(char) else " " for char in whole).split())


def _belongs_to_word(char: str) -> bool:
    # Vowel signs of Indic scripts are marks, not letters, and yet part of the word.
    return char.isalnum() or unicodedata.category(char)[0] == "M"
