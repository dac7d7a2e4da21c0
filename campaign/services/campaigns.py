"""Creating a campaign, and changing its texts and its rule."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time

from sqlalchemy import select

from campaign.db import db, lock
from campaign.domain.anniversary import AnniversaryRule, RuleException
from campaign.domain.errors import Refused
from campaign.domain.permission import Role
from campaign.models import AnniversaryException, Campaign, Member, User
from campaign.services import audit, consents, entries

RESERVED = frozenset(
    (
        "account api embed feeds h healthz manage metrics r readyz new static robots.txt sitemap.xml accent language"
    ).split()
)
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
COLOUR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True)
class Draft:
    """Everything about a campaign that its owner sets."""

    slug: str
    name: Mapping[str, str]
    rule: AnniversaryRule
    languages: Sequence[str]
    default_language: str
    summary: Mapping[str, str] = field(default_factory=dict)
    story: Mapping[str, str] = field(default_factory=dict)
    sources: Sequence[dict[str, object]] = ()
    since: int | None = None
    colour: str = "#1f4e79"
    contact: str | None = None
    default_start: time | None = None
    default_minutes: int = 120


def create(draft: Draft, *, owner: User | None, now: datetime) -> Campaign:
    """Create a campaign, with its owner as first member.

    Raises Refused("slug-not-usable"), ("slug-taken"), ("colour-not-usable"), ("language-missing"),
    ("year-out-of-range") or ("minutes-out-of-range").
    """
    campaign = Campaign(created_at=now, changed_at=now, head_changed_at=now)
    _apply(campaign, draft)
    db.session.add(campaign)
    if owner:
        member = Member(user=owner, campaign=campaign, role=Role.OWNER, created_at=now)
        db.session.add(member)
    db.session.flush()
    consents.write_first(campaign, now=now)
    audit.record("create", campaign, campaign=campaign, actor=owner, now=now)
    return campaign


def edit(campaign: Campaign, draft: Draft, *, actor: User | None, now: datetime) -> None:
    """Change a campaign's texts, rule and languages; refuses as `create` does."""
    lock(campaign)
    was = _shown_in_entries(campaign)
    _apply(campaign, draft)
    if _shown_in_entries(campaign) != was:
        entries.render_all(campaign, now=now)
    touch(campaign, now=now)
    audit.record("edit", campaign, campaign=campaign, actor=actor, now=now)


def set_exception(campaign: Campaign, exception: RuleException, *, actor: User | None, now: datetime) -> None:
    """Let one year's day differ from the rule, replacing what was said of that year before."""
    lock(campaign)
    row = next((row for row in campaign.exceptions if row.year == exception.year), None)
    if row is None:
        row = AnniversaryException(year=exception.year)
        campaign.exceptions.append(row)
    row.day, row.reason = exception.day, dict(exception.reason)
    audit.record("set-exception", campaign, campaign=campaign, actor=actor, now=now, year=exception.year)


def remove_exception(campaign: Campaign, year: int, *, actor: User | None, now: datetime) -> None:
    """Let the rule hold again in one year."""
    lock(campaign)
    campaign.exceptions = [row for row in campaign.exceptions if row.year != year]
    audit.record("remove-exception", campaign, campaign=campaign, actor=actor, now=now, year=year)


def touch(campaign: Campaign, *, now: datetime) -> None:
    """Let every feed of the campaign know that something public changed."""
    campaign.revision, campaign.changed_at = Campaign.revision + 1, now
    db.session.flush()


def everything() -> list[Campaign]:
    """Return all campaigns, oldest first."""
    return list(db.session.scalars(select(Campaign).order_by(Campaign.id)))


def _apply(campaign: Campaign, draft: Draft) -> None:
    _check(campaign, draft)
    campaign.slug, campaign.colour, campaign.contact = draft.slug, draft.colour, draft.contact
    campaign.name, campaign.summary, campaign.story = dict(draft.name), dict(draft.summary), dict(draft.story)
    campaign.languages, campaign.default_language = list(draft.languages), draft.default_language
    campaign.rule, campaign.since, campaign.sources = draft.rule.to_json(), draft.since, list(draft.sources)
    campaign.default_start, campaign.default_minutes = draft.default_start, draft.default_minutes


def _shown_in_entries(campaign: Campaign) -> tuple[object, ...]:
    """Return what of a campaign stands in the calendar entry of each event."""
    return campaign.slug, campaign.languages, campaign.default_language, campaign.default_minutes


def _check(campaign: Campaign, draft: Draft) -> None:
    if not SLUG.fullmatch(draft.slug) or len(draft.slug) > 60 or draft.slug in RESERVED:
        raise Refused("slug-not-usable")
    if db.session.scalar(select(Campaign.id).where(Campaign.slug == draft.slug, Campaign.id != campaign.id)):
        raise Refused("slug-taken")
    if not COLOUR.fullmatch(draft.colour):
        raise Refused("colour-not-usable")
    if draft.default_language not in draft.languages or not draft.name.get(draft.default_language):
        raise Refused("language-missing")
    if draft.since is not None and not 1 <= draft.since <= 2200:
        raise Refused("year-out-of-range")
    if not 1 <= draft.default_minutes <= 31 * 24 * 60:
        raise Refused("minutes-out-of-range")
