"""What people type: cleaned once at the edge; and the shapes it takes in addresses and in search."""

import re
import unicodedata

from campaign.domain.errors import Refused

MARK_LIMIT = 6
"""Accents and vowel signs on one letter: Hebrew with cantillation needs five, an attack hundreds."""
SLUG_LIMIT = 60

# Left out: controls that aren't white space, soft hyphen, zero-width space, byte order mark, the controls
# that reorder what follows (U+202A to 202E, U+2066 to 2069), invisible operators, annotations, tags outside
# of flags, lone surrogates and noncharacters. Kept: LRM, RLM, ALM, ZWNJ and ZWJ, with which Arabic, Hebrew
# and emoji are written.
_NONCHARACTERS = "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(17))
_UNWANTED = re.compile(
    "(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{2,6}\U000e007f)"  # A flag such as Scotland's.
    "|[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u180e\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    f"\ud800-\udfff\ufdd0-\ufdef\U000e0000-\U000e007f{_NONCHARACTERS}]"
)
_LINE_END = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
_MANY_BLANK_LINES = re.compile("\n{4,}")
_JOINERS = frozenset("\u200c\u200d\u200e\u200f\u061c")
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # Letters and symbols that leave no ink.
_INKLESS = frozenset({"Cc", "Cf", "Me", "Mn", "Zl", "Zp", "Zs"})
_MARKS = frozenset({"Me", "Mn"})

# Letters that Unicode doesn't take apart into a base and an accent. Those that it does become their base: ö
# is o in every language, as Turkish and Azerbaijani readers expect, not oe.
_LATIN = str.maketrans(
    {"ə": "e", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
    | {"ħ": "h", "ŋ": "n", "ŧ": "t", "ĸ": "k"}
)
# Spellings of one letter that readers of Arabic and Persian don't tell apart when they search.
_ARABIC_VARIANTS = str.maketrans({"ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ـ": ""})
# Keys are letters as `fold` leaves them, so й is и; "-" stands for nothing.
_CYRILLIC = dict(
    zip(
        "абвгдежзиклмнопрстуфхцчшщъыьэюяєіґђјљњћџѕәғқңөүұһҝҹ",
        (
            "a b v g d e zh z i k l m n o p r s t u f kh ts ch sh shch - y - e yu ya ye i g dj j lj nj c dz dz e "
            "g q n o u u h g j"
        ).split(),
        strict=True,
    )
)
_ARABIC = dict(
    zip(
        "ابتثجحخدذرزسشصضطظعغفقكلمنهويءپچژگ",
        ("a b t th j h kh d dh r z s sh s d t z a gh f q k l m n h w y - p ch zh g").split(),
        strict=True,
    )
)
_TO_ASCII = str.maketrans({letter: spelling.strip("-") for letter, spelling in (_CYRILLIC | _ARABIC).items()})


def clean_line(value: str, *, limit: int) -> str:
    """Return one clean line of at most `limit` characters; raises Refused("text-too-long", limit=…)."""
    return _within(tidy_line(value), limit)


def clean_text(value: str, *, limit: int) -> str:
    """Return clean lines of at most `limit` characters in all; raises Refused("text-too-long", limit=…)."""
    return _within(tidy_text(value), limit)


def tidy_line(value: str) -> str:
    """Return one line: no controls, white space collapsed, NFC; "" when nothing of it could be seen."""
    return _seen(" ".join(_tidy(value).split()))


def tidy_text(value: str) -> str:
    r"""Return lines that end in \n, at most two blank ones in a row; otherwise as `tidy_line`."""
    lines = _LINE_END.sub("\n", _tidy(value)).replace("\t", "    ").split("\n")
    text = "\n".join(line.rstrip() for line in lines)
    return _seen(_MANY_BLANK_LINES.sub("\n\n\n", text).strip("\n"))


def cut(value: str, *, limit: int) -> str:
    """Return at most `limit` characters, the last of them "…" where some are missing.

    Never parts a letter from its accents, nor an emoji or a flag in the middle (after Unicode Annex 29).
    """
    if len(value) <= limit:
        return value
    last = limit - 1
    end = next((at for at in range(last, max(0, last - 32), -1) if _may_part(value, at)), last)
    return value[:end].rstrip() + "…"


def fold(value: str) -> str:
    """Return what a search compares: no case, accents, vowel points or joiners; ə is e, every Turkish i is i.

    Signs that make another letter, as in Hindi and Japanese, stay: their combining class is below 10.
    """
    if value.isascii():
        return " ".join(value.lower().split())
    apart = unicodedata.normalize("NFKD", value).casefold()
    kept = (char for char in apart if unicodedata.combining(char) < 10 and char not in _JOINERS)
    bare = "".join(_digit(char) for char in kept)
    return " ".join(bare.translate(_LATIN).translate(_ARABIC_VARIANTS).split())


def slugify(value: str) -> str:
    """Return at most 60 characters of a to z, 0 to 9 and single inner hyphens; "" when nothing is left.

    Latin, Cyrillic and Arabic letters are spelt in ASCII; other scripts have no spelling here.
    """
    words = re.findall("[a-z0-9]+", fold(value).translate(_TO_ASCII))
    return "-".join(words)[:SLUG_LIMIT].strip("-")


def _within(value: str, limit: int) -> str:
    if len(value) > limit:
        raise Refused("text-too-long", limit=limit)
    return value


def _tidy(value: str) -> str:
    wanted = _UNWANTED.sub(lambda found: found[1] or "", value)
    # Before normalising, which takes a run of marks quadratic time; and after, since it takes some apart.
    return _limit_marks(unicodedata.normalize("NFC", _limit_marks(wanted)))


def _limit_marks(value: str) -> str:
    """Return the text without the marks beyond MARK_LIMIT on one letter, joiners between them or not."""
    if value.isascii():
        return value
    kept: list[str] = []
    run = 0
    for char in value:
        if unicodedata.category(char) in _MARKS:
            run += 1
        elif char not in _JOINERS:
            run = 0
        if run <= MARK_LIMIT:
            kept.append(char)
    return "".join(kept)


def _seen(value: str) -> str:
    """Return the text, or "" when no character of it leaves ink."""
    visible = any(char not in _BLANK and unicodedata.category(char) not in _INKLESS for char in value)
    return value if visible else ""


def _may_part(value: str, at: int) -> bool:
    """Return whether the text may be cut before its character number `at`."""
    before, after = value[at - 1], value[at]
    if before == "\u200d" or after in _JOINERS or unicodedata.category(after)[0] == "M":
        return False
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return False
    return not (_is_flag_letter(after) and _flag_letters_before(value, at) % 2)


def _flag_letters_before(value: str, at: int) -> int:
    count = 0
    while count < at and _is_flag_letter(value[at - 1 - count]):
        count += 1
    return count


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _digit(char: str) -> str:
    """Return the ASCII digit of a decimal digit in any script, any other character as it is."""
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)
