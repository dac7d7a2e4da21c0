"""Which questions seem to ask for what the law protects most (GDPR, Article 9), by the words in them."""

import re
from collections.abc import Iterable
from enum import StrEnum

from campaign.domain.text import fold


class Category(StrEnum):
    RELIGION = "religion"
    HEALTH = "health"
    ETHNICITY = "ethnicity"
    POLITICS = "politics"
    UNION = "union"
    SEXUALITY = "sexuality"
    BIOMETRY = "biometry"


STEMS: dict[Category, str] = {
    Category.RELIGION: (
        "religi, faith, church, mosque, synagogue, muslim, christian, jewish, halal, kosher, dini!, dininiz, mezheb, "
        "inancı, inancınız, mezhep, helal, религи, вероиспов, православ, мусульман, konfession, glaube, koscher, "
        "croyance, musulman, casher, creencia, iglesia, ديان, دينك, الدين, عقيد, مذهب"
    ),
    Category.HEALTH: (
        "health, disab, illness, disease, diagnos, medic, allerg, wheelchair, pregnan, blood type, sağlam, xəstəli, "
        "əlil, dərman, sağlığ, sağlık, hastalı, engelli, alerji, ilaç, hamile, здоров, болезн, заболев, инвалид, "
        "диагноз, аллерг, лекарств, беремен, gesundheit, krank, behinder, rollstuhl, schwanger, santé, maladi, "
        "handicap, médic, enceinte, salud!, enfermed, discapac, alergi, embaraz, صحة, صحية, صحتك, مرض, أمراض, إعاق, "
        "حساسية, أدوية, حامل"
    ),
    Category.ETHNICITY: (
        "ethni, racial, skin colo, milliyyət, irqi, ırkı, ırkınız, etni, этни, национальност, расов, "
        "rasse!, hautfarbe, abstammung, couleur de peau, raza!, عرق, قومية"
    ),
    Category.POLITICS: (
        "political, voted for, siyasi, siyaset!, partiya, политическ, партии!, партия, politisch, "
        "parteizugehör, parteimitglied, opinion politi, opinions politi, parti politi, opiniones políti, "
        "partido políti, ideolog, سياسي, حزب"
    ),
    Category.UNION: (
        "trade union, labor union, labour union, union member, həmkarlar, sendika, профсоюз, gewerkschaft, syndicat, "
        "syndiqu, sindica, نقاب"
    ),
    Category.SEXUALITY: (
        "sexual, sexuel, sexuell, lgbt, gay!, lesbian, homosex, bisex, cinsi yönəlim, cinsel, seksual, сексуал, "
        "гомосекс, schwul, lesbisch, ميول"
    ),
    Category.BIOMETRY: (
        "biometr, fingerprint, genetic, dna!, biyometri, barmaq izi, parmak izi, genetik, биометр, отпечат, генети, "
        "fingerabdr, genetisch, biométr, empreinte digit, génétiq, huella dactil, huellas dactil, genétic, بصم, "
        "بيومتر, وراثي"
    ),
}
"""The beginnings of words and phrases in the eight languages; "!" ends a whole word.

Privacy policies are called politique, siyasət, политика or سياسة: a question about one isn't about opinions.
"""


def _pattern(stems: str) -> re.Pattern[str]:
    words = "|".join(re.escape(fold(stem)).replace("!", r"(?!\w)") for stem in stems.split(", "))
    return re.compile(rf"(?<!\w)و?(?:ال|لل|ب|ل)?(?:{words})")  # Arabic joins "and", "the" and "for" to the word.


PATTERNS = {category: _pattern(stems) for category, stems in STEMS.items()}


def category_of(texts: Iterable[str]) -> Category | None:
    """Return which kind of protected data these texts seem to ask for, None for none.

    It warns somebody who writes a question, and is no proof either way.
    """
    folded = "\n".join(map(fold, texts))
    return next((category for category, pattern in PATTERNS.items() if pattern.search(folded)), None)
