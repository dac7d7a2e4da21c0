"""A campaign's texts for translators: what they get, and what becomes of what they send back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b

from campaign.db import lock
from campaign.domain import wording as rules
from campaign.domain.errors import Refused
from campaign.domain.phrase import Phrase
from campaign.domain.text import tidy_text
from campaign.models import Campaign, User
from campaign.services import wordings
from campaign.services.wordings import Wording


class Action(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    REFUSED = "refused"


WRITTEN = (Action.NEW, Action.CHANGED)


@dataclass(frozen=True)
class Line:
    """What will become of one phrase of a file."""

    phrase: Phrase
    action: Action
    before: str = ""
    after: str = ""
    reason: Refused | None = None


@dataclass(frozen=True)
class Plan:
    """What a file of translations into one language will change."""

    language: str
    lines: tuple[Line, ...]

    def count(self, action: Action) -> int:
        """Return how many phrases will be treated so."""
        return sum(line.action is action for line in self.lines)

    @property
    def to_do(self) -> int:
        """How many texts will become others."""
        return sum(line.action in WRITTEN for line in self.lines)

    def digest(self) -> str:
        """Return a short text that is the same for the same outcome, to be shown with a preview of it."""
        facts = [(line.phrase.key, line.action.value, line.before, line.after) for line in self.lines]
        return blake2b(repr((self.language, facts)).encode(), digest_size=16).hexdigest()


def languages(campaign: Campaign) -> list[str]:
    """Return the languages that the campaign's texts are translated into."""
    return [code for code in campaign.languages if code != campaign.default_language]


def to_translate(campaign: Campaign, language: str) -> list[Phrase]:
    """Return each text that the main language has, with its translation where there is one."""
    main = campaign.default_language
    return [
        Phrase(one.key, one.texts[main], one.texts.get(language, ""))
        for one in wordings.of_campaign(campaign)
        if one.texts.get(main)
    ]


def plan(campaign: Campaign, language: str, phrases: Sequence[Phrase]) -> Plan:
    """Return what storing these translations will do; raises Refused("language-not-translated")."""
    if language not in languages(campaign):
        raise Refused("language-not-translated")
    known = {one.key: one for one in wordings.of_campaign(campaign)}
    seen = Counter(phrase.key for phrase in phrases)
    return Plan(language, tuple(_line(one, known, seen, language, campaign.default_language) for one in phrases))


def accept(
    campaign: Campaign, language: str, phrases: Sequence[Phrase], *, digest: str, actor: User | None, now: datetime
) -> int:
    """Store what the plan with this digest said; return how many texts changed.

    Raises Refused("plan-changed") when anything of it would come out otherwise by now.
    """
    lock(campaign)
    found = plan(campaign, language, phrases)
    if found.digest() != digest:
        raise Refused("plan-changed")
    texts = {line.phrase.key: {language: line.after} for line in found.lines if line.action in WRITTEN}
    if texts:
        wordings.write(campaign, texts, actor=actor, now=now, language=language)
    return len(texts)


def _line(phrase: Phrase, known: Mapping[str, Wording], seen: Counter[str], language: str, main: str) -> Line:
    try:
        return _compared(phrase, known, seen, language, main)
    except Refused as refused:
        return Line(phrase, Action.REFUSED, reason=refused)


def _compared(phrase: Phrase, known: Mapping[str, Wording], seen: Counter[str], language: str, main: str) -> Line:
    """Compare a phrase with what is stored; raises Refused with the reason that it can't be."""
    wording = known.get(phrase.key)
    source = wording.texts.get(main, "") if wording else ""
    if wording is None or not source:
        raise Refused("phrase-unknown")
    if seen[phrase.key] > 1:
        raise Refused("phrase-twice")
    if tidy_text(phrase.source) != tidy_text(source):
        raise Refused("phrase-stale")
    if not phrase.translation.strip():
        return Line(phrase, Action.EMPTY)
    if phrase.is_unsure:
        raise Refused("phrase-unsure")
    after = rules.clean(phrase.translation, wording.shape)
    rules.check_agrees(source, after, wording.shape)
    if not after:
        return Line(phrase, Action.EMPTY)
    before = wording.texts.get(language, "")
    action = Action.UNCHANGED if after == before else Action.CHANGED if before else Action.NEW
    return Line(phrase, action, before, after)
