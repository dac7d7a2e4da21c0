"""Ordinal numbers as each language of the interface writes them before its word for anniversary."""

from campaign.domain.errors import Refused

AZERBAIJANI_UNITS = ("", "ci", "ci", "cü", "cü", "ci", "cı", "ci", "ci", "cu")
AZERBAIJANI_TENS = ("", "cu", "ci", "cu", "cı", "ci", "cı", "ci", "ci", "cı")

ARABIC_UNITS = (
    "",
    *["الأولى", "الثانية", "الثالثة", "الرابعة", "الخامسة", "السادسة", "السابعة", "الثامنة", "التاسعة", "العاشرة"],
)
ARABIC_TENS = ("", "", *["العشرون", "الثلاثون", "الأربعون", "الخمسون", "الستون", "السبعون", "الثمانون", "التسعون"])


def ordinal(n: int, language: str) -> str:
    """Return the ordinal of n in a language of the interface; in English for any other.

    Agrees with the word it stands beside: masculine aniversario and anniversaire, feminine годовщина and
    الذكرى (in words up to 199, then as رقم with digits; nominative). Refused with
    ordinal-out-of-range unless 1 <= n < 1,000,000.
    """
    if not 1 <= n < 1_000_000:
        raise Refused("ordinal-out-of-range", first=1, last=999_999)
    match language:
        case "az":
            return f"{n}-{_azerbaijani_suffix(n)}"
        case "tr" | "de":
            return f"{n}."
        case "ru":
            return f"{n}-я"
        case "fr":
            return "1er" if n == 1 else f"{n}e"
        case "es":
            return _spanish(n)
        case "ar":
            return _arabic(n)
    return _english(n)


def _english(n: int) -> str:
    is_teen = n % 100 in (11, 12, 13)
    suffix = "th" if is_teen else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{suffix}"


def _spanish(n: int) -> str:
    """Shorten primero and tercero as before a masculine noun: 1.er, 13.er, 23.er; but undécimo is 11.º."""
    is_shortened = n % 10 == 3 or (n % 10 == 1 and n % 100 != 11)
    return f"{n}.er" if is_shortened else f"{n}.º"


def _azerbaijani_suffix(n: int) -> str:
    """Return the suffix whose vowel follows the last word of the number as it is spoken."""
    units, tens = n % 10, n // 10 % 10
    if units or tens:
        return AZERBAIJANI_UNITS[units] or AZERBAIJANI_TENS[tens]
    is_whole_thousands = n % 1000 == 0
    return "ci" if is_whole_thousands else "cü"


def _arabic(n: int) -> str:
    if n > 199:
        return f"رقم {n}"
    if n == 100:
        return "المئة"
    if n > 100:
        return f"{_arabic(n - 100)} بعد المئة"
    tens, units = divmod(n, 10)
    if n <= 10:
        return ARABIC_UNITS[n]
    unit = "الحادية" if units == 1 else ARABIC_UNITS[units]
    if tens == 1:
        return f"{unit} عشرة"
    return f"{unit} و{ARABIC_TENS[tens]}" if units else ARABIC_TENS[tens]
