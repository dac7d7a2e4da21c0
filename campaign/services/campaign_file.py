"""A campaign as a file: its texts, rule, years and events, and nobody's data; and such a file as a campaign again."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError

from campaign.db import db
from campaign.domain.anniversary import AnniversaryRule, RuleException
from campaign.domain.edition import ObservanceKind
from campaign.domain.edition import Status as EditionStatus
from campaign.domain.errors import Refused
from campaign.domain.event import Status
from campaign.models import Campaign, Edition, Event, MailText, User
from campaign.services import campaigns, consents, editions, event_file, mail_texts
from campaign.services.event_file import Object, objects, texts, words
from campaign.services.mail_texts import Words

VERSION = 1
TEXTS = ("name", "summary", "story")
OWN_TEXTS = ("host_rules", "event_title", "event_description", "safety_note")
"""Texts that are set beside a campaign's form."""
PLAIN = (
    "slug languages default_language rule sources since colour default_minutes marks_day has_discreet_subjects "
    "kept_days"
).split()
T = TypeVar("T")
WAY = (EditionStatus.PLANNED, EditionStatus.OPEN, EditionStatus.HELD, EditionStatus.ARCHIVED)


def export(campaign: Campaign) -> Object:
    """Return the campaign as a JSON object, without registrations, members, hosts and what was only proposed."""
    kept = select(MailText).where(MailText.campaign_id == campaign.id).order_by(MailText.kind, MailText.language)
    return {
        "version": VERSION,
        "campaign": _of_campaign(campaign),
        "consent": consents.current(campaign).text,
        "mail_texts": [
            {"kind": one.kind, "language": one.language, "subject": one.subject, "body": one.body}
            for one in db.session.scalars(kept)
        ],
        "exceptions": [
            {"year": one.year, "day": _iso(one.day), "reason": one.reason}
            for one in sorted(campaign.exceptions, key=lambda one: one.year)
        ],
        "editions": [_of_edition(one) for one in sorted(campaign.editions, key=lambda one: one.year)],
    }


def load(data: object, *, actor: User | None, now: datetime, tell: Callable[[], None] = lambda: None) -> Counter[str]:
    """Bring a campaign to what a file says, made anew where its slug is free; return its events by what was done.

    What the file doesn't name stays. A file that says what is stored changes nothing. `tell` is called after each
    event. Raises Refused("campaign-file-version", version=…), ("campaign-file-broken") and as the services do.
    """
    if not isinstance(data, dict) or "version" not in data:
        raise Refused("campaign-file-broken")
    if isinstance(data["version"], bool) or data["version"] != VERSION:
        raise Refused("campaign-file-version", version=words(str(data["version"]))[:40])
    done: Counter[str] = Counter()
    try:
        campaign = _load_campaign(data, actor=actor, now=now)
        _load_texts(campaign, data, actor=actor, now=now)
        for one in objects(data["editions"]):
            edition = _load_edition(campaign, one, actor=actor, now=now)
            for event in objects(one["events"]):
                done[event_file.load(edition, event, actor=actor, now=now)] += 1
                tell()
        db.session.flush()
    except (KeyError, TypeError, ValueError, AttributeError, DataError, IntegrityError) as error:
        raise Refused("campaign-file-broken") from error
    return done


def count_events(data: object) -> int:
    """Return how many events a file holds, 0 for one that can't be read."""
    try:
        (whole,) = objects([data])
        return sum(len(objects(one["events"])) for one in objects(whole["editions"]))
    except (KeyError, TypeError):
        return 0


def _of_campaign(campaign: Campaign) -> Object:
    start = campaign.default_start
    return {
        **{name: getattr(campaign, name) for name in (*PLAIN, *TEXTS, *OWN_TEXTS)},
        "default_start": start.isoformat("minutes") if start else None,
    }


def _of_edition(edition: Edition) -> Object:
    rows = select(Event).where(Event.edition_id == edition.id, Event.status != Status.PROPOSED).order_by(Event.slug)
    return {
        "year": edition.year,
        "status": edition.status.value,
        "first_day": _iso(edition.first_day),
        "last_day": _iso(edition.last_day),
        "reason": edition.reason,
        "observances": [
            {"country": one.country, "kind": one.kind.value, "day": _iso(one.day), "reason": one.reason}
            for one in sorted(edition.observances, key=lambda one: one.country)
        ],
        "events": [event_file.of(event) for event in db.session.scalars(rows)],
    }


def _load_campaign(data: Object, *, actor: User | None, now: datetime) -> Campaign:
    (said,) = objects([data["campaign"]])
    found = db.session.scalar(select(Campaign).where(Campaign.slug == str(said["slug"])))
    draft = _draft(said, contact=found.contact if found else None)
    if found is None:
        found = campaigns.create(draft, owner=actor, now=now)
    elif any(_of_campaign(found)[name] != said[name] for name in (*PLAIN, *TEXTS, "default_start")):
        campaigns.edit(found, draft, actor=actor, now=now)
    own = {name: texts(said[name]) for name in OWN_TEXTS}
    if any(getattr(found, name) != text for name, text in own.items()):
        was = campaigns.shown(found)
        for name, text in own.items():
            setattr(found, name, text)
        campaigns.follow(found, was, now=now)
    for one in objects(data["exceptions"]):
        exception = RuleException(_year(one), _day(one["day"]), texts(one["reason"]))
        if exception not in _exceptions(found):
            campaigns.set_exception(found, exception, actor=actor, now=now)
    return found


def _exceptions(campaign: Campaign) -> list[RuleException]:
    return [RuleException(one.year, one.day, one.reason) for one in campaign.exceptions]


def _draft(said: Object, *, contact: str | None) -> campaigns.Draft:
    start = said["default_start"]
    return campaigns.Draft(
        slug=words(said["slug"]),
        name=texts(said["name"]),
        summary=texts(said["summary"]),
        story=texts(said["story"]),
        rule=AnniversaryRule.from_json(objects([said["rule"]])[0]),
        languages=[words(one) for one in _is(list, said["languages"])],
        default_language=words(said["default_language"]),
        sources=[{str(name): words(text) for name, text in one.items()} for one in objects(said["sources"])],
        since=None if said["since"] is None else _is(int, said["since"]),
        colour=words(said["colour"]),
        contact=contact,
        default_start=time.fromisoformat(words(start)) if start else None,
        default_minutes=_is(int, said["default_minutes"]),
        marks_day=_is(bool, said["marks_day"]),
        has_discreet_subjects=_is(bool, said["has_discreet_subjects"]),
        kept_days=_is(int, said["kept_days"]),
    )


def _load_texts(campaign: Campaign, data: Object, *, actor: User | None, now: datetime) -> None:
    consent = texts(data["consent"])
    if consent != consents.current(campaign).text:
        consents.write_next(campaign, consent, actor=actor, now=now)
    by_kind: dict[str, dict[str, Words]] = {}
    for one in objects(data["mail_texts"]):
        own = Words(words(one["subject"]), words(one["body"]), words(one["language"]))
        by_kind.setdefault(words(one["kind"]), {})[own.language] = own
    for kind, own_words in by_kind.items():
        if own_words != mail_texts.of_kind(campaign, kind):
            mail_texts.save(campaign, kind, own_words, actor=actor, now=now)


def _load_edition(campaign: Campaign, said: Object, *, actor: User | None, now: datetime) -> Edition:
    year = _year(said)
    edition = next((one for one in campaign.editions if one.year == year), None)
    if edition is None:
        edition = editions.open_year(campaign, year, actor=actor, now=now)
        edition.first_day, edition.last_day = (
            date.fromisoformat(words(said[name])) for name in ("first_day", "last_day")
        )
        edition.reason = texts(said["reason"])
        for status in WAY[1 : WAY.index(EditionStatus(words(said["status"]))) + 1]:
            editions.move(edition, status, actor=actor, now=now)
    there = {(one.country, one.kind, one.day): one.reason for one in edition.observances}
    for one in objects(said["observances"]):
        country, kind, day = words(one["country"]), ObservanceKind(words(one["kind"])), _day(one["day"])
        if there.get((country, kind, day)) != (reason := texts(one["reason"])):
            editions.observe(edition, country, kind, day=day, reason=reason, actor=actor, now=now)
    return edition


def _year(said: Object) -> int:
    return _is(int, said["year"])


def _day(value: object) -> date | None:
    return None if value is None else date.fromisoformat(words(value))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _is(kind: type[T], value: object) -> T:
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value
