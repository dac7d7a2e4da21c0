"""Loading the sample campaigns, through the same services that people use."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TypedDict

from campaign.domain.anniversary import AnniversaryRule, RuleException
from campaign.domain.edition import ObservanceKind
from campaign.domain.edition import Status as EditionStatus
from campaign.domain.event import Draft, Status
from campaign.domain.question import Kind
from campaign.domain.registration import PARTY_LIMIT
from campaign.models import Campaign, Edition, Event, Question, Series, User
from campaign.services import campaigns, editions, events, questions, registrations
from campaign.services.submissions import Submission

FOLDER = Path(__file__).parent
FILES = ("khojaly.json", "rare-disease-day.json", "earth-hour.json")
TREES = (
    "Acacia Alder Aspen Birch Cedar Cherry Elm Hazel Holly Juniper Larch Linden Maple Oak Olive Pine Plane Rowan"
).split()
PARTIES = (1, 1, 2, 1, 3, 1, 1, 2, 1, 1)
LANGUAGES_MIXED = (0, 0, 1, 0, 2, 1, 0, 3, 0, 1, 2)
SINCE = timedelta(days=45)
"""How long ago the first registered."""
Texts = dict[str, str]


class SampleQuestion(TypedDict):
    """A question of a sample event's form."""

    kind: str
    label: Texts
    help: Texts
    required: bool
    options: list[Texts]


class SampleEvent(TypedDict):
    """An event as the sample files have it."""

    series: str
    name: Texts
    description: Texts
    city: str
    country: str
    zone: str
    latitude: float | None
    longitude: float | None
    venue: str | None
    address: str | None
    venue_is_public: bool
    starts: str | None
    ends: str | None
    all_day: bool
    languages: list[str]
    tags: list[str]
    accessibility: list[str]
    capacity: int | None
    online_url: str | None
    status: str
    cancel_reason: Texts | None
    moved_from: Mapping[str, str] | None
    questions: list[SampleQuestion]
    sample_registrations: int


class SampleObservance(TypedDict):
    """A country that differs in one year."""

    country: str
    kind: str
    day: str | None
    reason: Texts


class SampleEdition(TypedDict):
    """A year of a sample campaign."""

    year: int
    status: str
    observances: list[SampleObservance]
    events: list[SampleEvent]


class SampleException(TypedDict):
    """A year off the rule."""

    year: int
    day: str | None
    reason: Texts


class Sample(TypedDict):
    """A whole sample file."""

    slug: str
    default_language: str
    languages: list[str]
    colour: str
    since: int
    rule: dict[str, object]
    exceptions: list[SampleException]
    default_start: str | None
    default_minutes: int
    name: Texts
    summary: Texts
    story: Texts
    sources: list[dict[str, object]]
    contact: str
    editions: list[SampleEdition]


def samples() -> Iterator[Sample]:
    """Return the sample campaigns."""
    for name in FILES:
        yield json.loads((FOLDER / name).read_text(encoding="utf-8"))


def load(sample: Sample, *, owner: User, now: datetime) -> Campaign:
    """Create one sample campaign with its editions, events and a few registrations under pseudonyms."""
    campaign = campaigns.create(_campaign(sample), owner=owner, now=now)
    for exception in sample["exceptions"]:
        day = date.fromisoformat(exception["day"]) if exception["day"] else None
        campaigns.set_exception(
            campaign, RuleException(exception["year"], day, exception["reason"]), actor=owner, now=now
        )
    series: dict[str, Series] = {}
    for year in sample["editions"]:
        _edition(campaign, year, series, owner=owner, now=now)
    return campaign


def _campaign(sample: Sample) -> campaigns.Draft:
    start = sample["default_start"]
    return campaigns.Draft(
        slug=sample["slug"],
        name=sample["name"],
        summary=sample["summary"],
        story=sample["story"],
        sources=sample["sources"],
        rule=AnniversaryRule.from_json(sample["rule"]),
        languages=sample["languages"],
        default_language=sample["default_language"],
        since=sample["since"],
        colour=sample["colour"],
        contact=sample["contact"],
        default_start=time.fromisoformat(start) if start else None,
        default_minutes=sample["default_minutes"],
    )


def _edition(campaign: Campaign, year: SampleEdition, series: dict[str, Series], *, owner: User, now: datetime) -> None:
    edition = editions.open_year(campaign, year["year"], actor=owner, now=now)
    editions.move(edition, EditionStatus.OPEN, actor=owner, now=now)
    for row in year.get("observances", []):
        day = date.fromisoformat(row["day"]) if row["day"] else None
        kind = ObservanceKind(row["kind"])
        editions.observe(edition, row["country"], kind, day=day, reason=row["reason"], actor=owner, now=now)
    for sample in year["events"]:
        event = _event(edition, sample, series.get(sample["series"]), owner=owner, now=now)
        event.series.slug = sample["series"]
        series[sample["series"]] = event.series
    if year["status"] == EditionStatus.HELD:
        editions.move(edition, EditionStatus.HELD, actor=owner, now=now)


def _event(edition: Edition, sample: SampleEvent, series: Series | None, *, owner: User, now: datetime) -> Event:
    """Create the event as it was first announced, then do to it what its organizer did."""
    draft, first = _draft(sample), _first_announced(sample)
    event = events.create(edition, first, series=series, actor=owner, now=now)
    if sample["questions"]:
        questions.ask(event, [_question(one) for one in sample["questions"]], actor=owner, now=now)
    if sample["status"] == Status.DRAFT:
        return event
    events.publish(event, actor=owner, now=now)
    if first != draft:
        events.edit(event, draft, actor=owner, now=now)
    if sample["status"] == Status.CANCELLED:
        events.cancel(event, reason=sample["cancel_reason"] or {}, actor=owner, now=now)
    elif edition.last_day >= now.date():
        _register(event, sample["sample_registrations"], now=now)
    return event


def _draft(sample: SampleEvent) -> Draft:
    return Draft(
        name=sample["name"],
        description=sample["description"],
        country=sample["country"],
        city=sample["city"],
        venue=sample["venue"],
        address=sample["address"],
        venue_is_public=sample["venue_is_public"],
        latitude=sample["latitude"],
        longitude=sample["longitude"],
        online_url=sample["online_url"],
        zone=sample["zone"],
        starts=_wall(sample["starts"]),
        ends=_wall(sample["ends"]),
        is_all_day=sample["all_day"],
        languages=tuple(sample["languages"]),
        tags=tuple(sample["tags"]),
        accessibility=tuple(sample["accessibility"]),
        capacity=sample["capacity"],
    )


def _first_announced(sample: SampleEvent) -> Draft:
    draft, moved = _draft(sample), sample["moved_from"]
    if not moved or draft.starts is None or draft.ends is None:
        return draft
    was = datetime.fromisoformat(moved["starts"])
    return replace(draft, starts=was, ends=was + (draft.ends - draft.starts))


def _wall(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _question(sample: SampleQuestion) -> Question:
    return Question(
        kind=Kind(sample["kind"]),
        label=sample["label"],
        help=sample["help"],
        is_required=sample["required"],
        options=sample["options"],
    )


def _register(event: Event, count: int, *, now: datetime) -> None:
    """Enter people under the names of trees, more of them of late, answering only what must be answered."""
    required = {one.id: ["0" if one.options else "1"] for one in event.questions if one.is_required}
    languages = event.edition.campaign.languages
    for number in range(count):
        given = Submission(
            name=f"{TREES[number % len(TREES)]} {number // len(TREES) + 1}",
            email=f"person-{event.id}-{number}@example.org",
            language=languages[LANGUAGES_MIXED[number % len(LANGUAGES_MIXED)] % len(languages)],
            party_size=_party(event, number, still_to_come=count - number - 1),
            answers=required,
        )
        registrations.enter(event, given, actor=None, now=now - SINCE * (1 - number / count) ** 2)


def _party(event: Event, number: int, *, still_to_come: int) -> int:
    """Return how many come together, so that there is a place for each who registers after them."""
    left = PARTY_LIMIT if event.capacity is None else event.capacity - event.seats_taken - still_to_come
    return max(1, min(PARTIES[number % len(PARTIES)], left))
