"""What a line about a place mentions: countries, regions, cities, and "online"; in any language.

"IISS Giordani, Monte Sant'Angelo, FG, Italy" mentions a city and a country. Nothing is decided here: one name
may be that of many cities, and of a region and a country too.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from campaign.geo.countries import COUNTRIES, country_names
from campaign.geo.gazetteer import City, cities_called, regions
from campaign.geo.spelling import key

LENGTH_LIMIT = 300
"""Characters that are read; what follows is prose."""
WORDS_IN_NAME = 5
SIGNS_IN_NAME = 10
"""The longest name looked for in writing without spaces."""

ONLINE = frozenset(
    key(word)
    for word in (
        "online|on line|onlayn|virtual|virtually|virtuel|virtuelle|virtuell|virtuale|remote|remoto|webinar|"
        "livestream|zoom|youtube|jitsi|twitch|en línea|em linha|en ligne|à distance|in rete|çevrimiçi|uzaktan|"
        "онлайн|виртуально|дистанционно|أونلاين|عبر الإنترنت|افتراضي|عن بعد|オンライン|线上|線上|在线|온라인"
    ).split("|")
)
FILLERS = frozenset(
    (
        "city town village ville ciudad citta cidade stadt municipality municipio comune gemeinde rural sub "
        "metropolitan district distrito province provincia prefecture pref state region regione regiao county "
        "ward regency department departamento area suburb localidad capital shi ku ken cho machi gun si gu of de "
        "du del della di da the la in at or and y et und e only event evento meeting exhibit exhibition conference "
        "workshop 市 県 府 都 道 区 町 村 郡 州 省 시 구 군 도"
    ).split()
)
"""Words beside a name that say what kind of place or event it is, or nothing; never names themselves."""
VENUES = frozenset(
    "hub lab center centre centro campus university universidad universidade universita universite school college "
    "institute office hall library park hotel tower house street avenue road main place location community".split()
)
"""Words in the names of venues, though there are towns called so."""

_KIND = re.compile(
    "^(state|municipality|province) of | (region|province|county|oblast|krai|republic|department|governorate|district)$"
)
_BREAK = re.compile(r"[,;:/|()\[\]{}<>&+\n\t（）＜＞【】「」、，。；：／]| [-–—] |(?<=\w{4})\.")
_WITHOUT_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Meaning(NamedTuple):
    """All that a name may stand for; regions as country code and name."""

    country: str | None
    regions: frozenset[tuple[str, str]]
    cities: tuple[City, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text; it is whole when the words beside it, up to a comma or the like, are understood too."""

    meaning: Meaning
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Text:
    """What a text mentions, in its order; whether it says "online", and whether it says nothing else.

    Of several names written without spaces, as in Japanese, the last and smallest comes first.
    """

    mentions: tuple[Mention, ...]
    says_online: bool
    says_only_online: bool


def read(text: str) -> Text:
    """Return what a line about a place says."""
    found: list[Mention] = []
    says_online, is_understood = False, True
    for part in _parts(text):
        pieces = list(_pieces(part))
        is_whole = all(is_name or _adds_nothing(piece) for piece, is_name in pieces)
        is_understood = is_understood and is_whole
        for name in (piece for piece, is_name in pieces if is_name):
            says_online = says_online or name in ONLINE
            meaning = _meaning(name, part)
            found += [Mention(meaning, is_whole)] if meaning else []
    return Text(tuple(found), says_online, says_online and is_understood and not found)


def _parts(text: str) -> list[str]:
    return _BREAK.split(text[:LENGTH_LIMIT])


def _adds_nothing(piece: str) -> bool:
    return piece in FILLERS or piece.isdigit()


def _pieces(part: str) -> Iterator[tuple[str, bool]]:
    """Yield the longest names in a part of a text, and the words between them; with each whether it is a name."""
    for piece, is_name in _split(key(part).split(), " ", WORDS_IN_NAME, part):
        if is_name or not _WITHOUT_SPACES.search(piece):
            yield piece, is_name
        else:
            yield from reversed(list(_split(piece, "", SIGNS_IN_NAME, part)))


def _split(words: Sequence[str], glue: str, most: int, part: str) -> Iterator[tuple[str, bool]]:
    at = 0
    while at < len(words):
        lengths = range(min(most, len(words) - at), 0, -1)
        names = (length for length in lengths if _is_name(glue.join(words[at : at + length]), part))
        length = next(names, 0)
        yield glue.join(words[at : at + max(1, length)]), length > 0
        at += max(1, length)


def _is_name(phrase: str, part: str) -> bool:
    return phrase in ONLINE or _meaning(phrase, part) is not None


def _meaning(name: str, part: str) -> Meaning | None:
    """Return what a name stands for; one of two letters, such as IN or OR, only in capitals."""
    fills_part = name.upper() == part.strip()
    if len(name) == 1 or name.isdigit() or name in ONLINE or name in VENUES or (name in FILLERS and not fills_part):
        return None
    if len(name) == 2 and name.isascii() and name.upper() not in re.findall(r"\b[A-Z]{2}\b", part):
        return None
    country = country_names().get(name) or (part.strip() if fills_part and part.strip() in COUNTRIES else None)
    meaning = Meaning(country, _region_names().get(name, frozenset()), cities_called(name))
    return meaning if any(meaning) else None


@cache
def _region_names() -> MappingProxyType[str, frozenset[tuple[str, str]]]:
    """Return the regions of each name or postal abbreviation, with and without "County", "Oblast" and the like."""
    names: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for region in regions():
        whole = key(region.name)
        for name in {whole, _KIND.sub("", whole), key(region.short)} - {""}:
            names[name].add((region.country, region.name))
    return MappingProxyType({name: frozenset(found) for name, found in names.items()})
