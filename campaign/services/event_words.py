"""What a campaign says once for all its events: a name where none is given, and words before each event's own."""

from collections.abc import Mapping
from dataclasses import replace

from campaign.domain.event import Draft
from campaign.domain.event_title import title
from campaign.domain.text import cut
from campaign.i18n import pick, say
from campaign.models import Campaign, Edition

IN_ENTRY = 300
"""Characters that each of the campaign's texts takes in every calendar entry; the whole stands on the event's page."""
NAME_LIMIT = 160


def titles(edition: Edition, *, city: str | None, is_online: bool = False) -> dict[str, str]:
    """Return what an event of a year is called by the campaign's pattern, in each language that has one."""
    named = {}
    for language, pattern in edition.campaign.event_title.items():
        where = city or (say(language, "Online") if is_online else None)
        words = title(pattern, year=edition.year, number=edition.number, city=where, language=language)
        if words:
            named[language] = cut(words, limit=NAME_LIMIT)
    return named


def named(edition: Edition, draft: Draft) -> Draft:
    """Return the draft, by the campaign's pattern named where it has no name."""
    if any(draft.name.values()):
        return draft
    return replace(draft, name=titles(edition, city=draft.city, is_online=draft.online_url is not None))


def described(campaign: Campaign, description: Mapping[str, str], language: str) -> list[str]:
    """Return what a calendar says of an event in a language: the campaign's words, cut, before the event's own."""
    shared = (pick(texts, language, campaign.default_language)[0] for texts in shown(campaign))
    own = pick(description, language, campaign.default_language)[0]
    return [part for part in (*(cut(words, limit=IN_ENTRY) for words in shared), own) if part]


def shown(campaign: Campaign) -> tuple[Mapping[str, str], ...]:
    """Return the campaign's texts that stand before the words of each event, in their order."""
    return campaign.event_description, campaign.safety_note
