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
from campaign.models import AnniversaryException, Campaign, FormerCampaignSlug, Member, User
from campaign.services import audit, consents, days, departures, entries, event_words

RESERVED = frozenset(
    (
        "account api door embed feeds h healthz manage metrics mine photos r readyz new t static robots.txt "
        "sitemap.xml accent language"
    ).split()
)
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
KEPT_LIMIT = 365
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
    marks_day: bool = False
    has_discreet_subjects: bool = False
    kept_days: int = 30
    """How long after an event its registrations are kept."""


@dataclass(frozen=True)
class Shown:
    """What calendars show of a campaign: in the entry of each event, as words before its own, in their head."""

    entries: tuple[object, ...]
    words: tuple[object, ...]
    head: tuple[object, ...]


def create(draft: Draft, *, owner: User | None, now: datetime) -> Campaign:
    """Create a campaign, with its owner as first member.

    Raises Refused("slug-not-usable"), ("slug-taken"), ("colour-not-usable"), ("language-missing"),
    ("year-out-of-range"), ("minutes-out-of-range") or ("kept-days-out-of-range").
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
    was, slug = shown(campaign), campaign.slug
    kept_days = campaign.kept_days
    if campaign.marks_day and not draft.marks_day:
        departures.note_days(campaign, now=now)
    _apply(campaign, draft)
    if campaign.slug != slug:
        _keep_address(campaign, slug)
    follow(campaign, was, now=now)
    if campaign.kept_days != kept_days:
        consents.promise(campaign, before=kept_days, actor=actor, now=now)
    audit.record("edit", campaign, campaign=campaign, actor=actor, now=now)


def shown(campaign: Campaign) -> Shown:
    """Return what calendars show of a campaign now, to be compared after a change of it."""
    of_entries = campaign.slug, tuple(campaign.languages), campaign.default_language, campaign.default_minutes
    words = event_words.shown(campaign)
    head = campaign.slug, campaign.name, campaign.summary, campaign.colour, campaign.default_language, words
    return Shown(of_entries, words, head)


def follow(campaign: Campaign, was: Shown, *, now: datetime) -> None:
    """Bring calendars up to date with what a campaign shows now and didn't before."""
    become = shown(campaign)
    if become.head != was.head:
        campaign.head_changed_at = now
    if become.entries != was.entries:
        entries.render_all(campaign, now=now)
    elif become.words != was.words:
        entries.renew_all(campaign, now=now)
    days.render(campaign, now=now)
    touch(campaign, now=now)


def check_named(campaign: Campaign) -> None:
    """Refuse a campaign without a name in its main language ("language-missing")."""
    if not campaign.name.get(campaign.default_language):
        raise Refused("language-missing")


def withdraw(campaign: Campaign, *, actor: User | None, now: datetime) -> None:
    """Take the campaign off the public: its pages and calendars are gone until it is restored."""
    lock(campaign)
    campaign.withdrawn_at = campaign.withdrawn_at or now
    touch(campaign, now=now)
    audit.record("withdraw", campaign, campaign=campaign, actor=actor, now=now)


def restore(campaign: Campaign, *, actor: User | None, now: datetime) -> None:
    """Show a withdrawn campaign to the public again."""
    lock(campaign)
    campaign.withdrawn_at, campaign.head_changed_at = None, now
    touch(campaign, now=now)
    audit.record("restore", campaign, campaign=campaign, actor=actor, now=now)


def by_former_slug(slug: str) -> Campaign | None:
    """Return the campaign that had this address before."""
    former = db.session.get(FormerCampaignSlug, slug)
    return db.session.get(Campaign, former.campaign_id) if former else None


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


def public() -> list[Campaign]:
    """Return the campaigns that the public sees, oldest first."""
    return [campaign for campaign in everything() if campaign.withdrawn_at is None]


def _keep_address(campaign: Campaign, slug: str) -> None:
    """Let a former address lead to the campaign from now on."""
    if again := db.session.get(FormerCampaignSlug, campaign.slug):
        db.session.delete(again)
    db.session.add(FormerCampaignSlug(slug=slug, campaign_id=campaign.id))
    db.session.flush()


def _apply(campaign: Campaign, draft: Draft) -> None:
    _check(campaign, draft)
    campaign.slug, campaign.colour, campaign.contact = draft.slug, draft.colour, draft.contact
    campaign.name, campaign.summary, campaign.story = dict(draft.name), dict(draft.summary), dict(draft.story)
    campaign.languages, campaign.default_language = list(draft.languages), draft.default_language
    campaign.rule, campaign.since, campaign.sources = draft.rule.to_json(), draft.since, list(draft.sources)
    campaign.default_start, campaign.default_minutes = draft.default_start, draft.default_minutes
    campaign.marks_day, campaign.kept_days = draft.marks_day, draft.kept_days
    campaign.has_discreet_subjects = draft.has_discreet_subjects


def _check(campaign: Campaign, draft: Draft) -> None:
    if not SLUG.fullmatch(draft.slug) or len(draft.slug) > 60 or draft.slug in RESERVED:
        raise Refused("slug-not-usable")
    if db.session.scalar(select(Campaign.id).where(Campaign.slug == draft.slug, Campaign.id != campaign.id)):
        raise Refused("slug-taken")
    if (former := by_former_slug(draft.slug)) and former is not campaign:
        raise Refused("slug-taken")  # Calendars that subscribed to it are still led to that campaign.
    if not COLOUR.fullmatch(draft.colour):
        raise Refused("colour-not-usable")
    if draft.default_language not in draft.languages or not draft.name.get(draft.default_language):
        raise Refused("language-missing")
    if draft.since is not None and not 1 <= draft.since <= 2200:
        raise Refused("year-out-of-range")
    if not 1 <= draft.default_minutes <= 31 * 24 * 60:
        raise Refused("minutes-out-of-range")
    if not 1 <= draft.kept_days <= KEPT_LIMIT:
        raise Refused("kept-days-out-of-range", limit=KEPT_LIMIT)
