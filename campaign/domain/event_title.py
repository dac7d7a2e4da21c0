"""What an event is called where nobody gave it a name: a campaign's pattern, filled with year, ordinal and city."""

import re

from campaign.domain import mail_text
from campaign.domain.ordinal import ordinal

PLACEHOLDERS = ("year", "ordinal", "city")
_SEPARATORS = " ,;:–—-·|/،؛"
_EMPTY_BRACKETS = re.compile(r"[(\[]\s*[)\]]")
_BEFORE_COMMA = re.compile(r"\s+([,;:،؛])")


def title(pattern: str, *, year: int, number: int | None, city: str | None, language: str) -> str:
    """Return the title in a language; where there is no number or city, what stood between it and the rest goes too.

    The ordinal is that of `domain.ordinal`, as it stands before each language's word for anniversary.
    """
    values = {"year": str(year), "ordinal": ordinal(number, language) if number else "", "city": city or ""}
    filled = mail_text.fill(pattern, values)
    if all(values[gap] for gap in mail_text.gaps(pattern) if gap in values):
        return filled
    bare = _BEFORE_COMMA.sub(r"\1", _EMPTY_BRACKETS.sub("", filled))
    return " ".join(bare.split()).strip(_SEPARATORS)
