"""An event: its states and moves, what it needs before the public sees it, which changes matter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from campaign.domain.errors import Refused


class Status(StrEnum):
    PROPOSED = "proposed"
    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


MOVES: dict[Status, frozenset[Status]] = {
    Status.PROPOSED: frozenset({Status.DRAFT, Status.PUBLISHED}),
    Status.DRAFT: frozenset({Status.PUBLISHED}),
    Status.PUBLISHED: frozenset({Status.CANCELLED, Status.DRAFT}),
    Status.CANCELLED: frozenset({Status.PUBLISHED, Status.DRAFT}),
}

PUBLIC = frozenset({Status.PUBLISHED, Status.CANCELLED})
DELETABLE = frozenset({Status.PROPOSED, Status.DRAFT})

ACCESSIBILITY = (
    "step-free",
    "accessible-toilet",
    "hearing-loop",
    "sign-language",
    "captions",
    "quiet-room",
    "livestream",
)
"""What an event may offer, in the order in which it is shown."""

CAPACITY_LIMIT = 100_000
FEW_PLACES = 5
MINUTES_A_DAY = 24 * 60
LEAD_LIMIT = 366 * MINUTES_A_DAY
"""How many minutes before the start registration may open or close."""


@dataclass(frozen=True)
class Draft:
    """Everything about an event that an organizer, an import or the API may set."""

    name: Mapping[str, str]
    description: Mapping[str, str] = field(default_factory=dict)
    country: str | None = None
    city: str | None = None
    venue: str | None = None
    address: str | None = None
    venue_is_public: bool = True
    latitude: float | None = None
    longitude: float | None = None
    online_url: str | None = None
    url: str | None = None
    zone: str | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    is_all_day: bool = False
    languages: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    accessibility: tuple[str, ...] = ()
    capacity: int | None = None
    takes_registrations: bool = True
    opens: datetime | None = None
    """Wall-clock time in the event's zone, as are `closes`, `starts` and `ends`."""
    closes: datetime | None = None
    opens_before: int | None = None
    """Minutes before the start, as `closes_before`; in place of the two times above."""
    closes_before: int | None = None
    has_waiting_list: bool = True
    requires_approval: bool = False
    external_id: str | None = None


class Change(StrEnum):
    """What changed for somebody who means to come."""

    TIME = "time"
    PLACE = "place"
    STATUS = "status"


@dataclass(frozen=True)
class Facts:
    """What decides whether an event can be shown, and whether a change of it matters."""

    status: Status
    has_name: bool
    country: str | None
    city: str | None
    venue: str | None
    address: str | None
    online_url: str | None
    zone: str | None
    starts: datetime | None
    ends: datetime | None
    is_all_day: bool


def check_move(old: Status, new: Status) -> None:
    """Refuse a change of state that isn't in the table ("event-move")."""
    if new not in MOVES[old]:
        raise Refused("event-move", old=old, new=new)


def check_deletable(status: Status) -> None:
    """Refuse to delete what the public has seen ("event-was-public"): it can be cancelled instead."""
    if status not in DELETABLE:
        raise Refused("event-was-public")


def missing(facts: Facts) -> list[str]:
    """Return what an event lacks before it can be published: of name, place, city, zone, end."""

    def gaps() -> Iterator[str]:
        if not facts.has_name:
            yield "name"
        if not facts.country and not facts.online_url:
            yield "place"
        if facts.country and not facts.city:
            yield "city"
        if not facts.zone:
            yield "zone"
        if facts.starts and not facts.ends:
            yield "end"

    return list(gaps())


def check_publishable(facts: Facts) -> None:
    """Refuse to publish an event that lacks something ("event-incomplete", missing=…)."""
    if gaps := missing(facts):
        raise Refused("event-incomplete", missing=gaps)


def material_changes(before: Facts, after: Facts) -> frozenset[Change]:
    """Return what changed that people and calendars must learn of (RFC 5546, section 2.1.4)."""

    def time(facts: Facts) -> tuple[object, ...]:
        return facts.starts, facts.ends, facts.zone, facts.is_all_day

    def place(facts: Facts) -> tuple[object, ...]:
        return facts.country, facts.city, facts.venue, facts.address, facts.online_url

    pairs = (
        (Change.TIME, time(before) != time(after)),
        (Change.PLACE, place(before) != place(after)),
        (Change.STATUS, before.status is not after.status),
    )
    return frozenset(change for change, differs in pairs if differs)


def check_capacity(capacity: int | None, *, seats_taken: int) -> None:
    """Refuse fewer places than people already hold ("capacity-below-taken", taken=…), or none at all."""
    if capacity is None:
        return
    if not 1 <= capacity <= CAPACITY_LIMIT:
        raise Refused("capacity-out-of-range", limit=CAPACITY_LIMIT)
    if capacity < seats_taken:
        raise Refused("capacity-below-taken", taken=seats_taken)


def check_window(draft: Draft) -> None:
    """Refuse an opening or a closing that is said twice ("opens-twice", "closes-twice") or too far from the start."""
    for name, at, minutes in (
        ("opens", draft.opens, draft.opens_before),
        ("closes", draft.closes, draft.closes_before),
    ):
        if minutes is None:
            continue
        if at is not None:
            raise Refused(f"{name}-twice")
        if not 0 <= minutes <= LEAD_LIMIT:
            raise Refused("lead-out-of-range", limit=LEAD_LIMIT // MINUTES_A_DAY)


def location(*, venue: str | None, address: str | None, city: str | None, country: str | None) -> str:
    """Return a place on one line, without a city that the street's line names already."""
    named = city is not None and city.casefold() in (address or "").casefold()
    return ", ".join(part for part in (venue, address, None if named else city, country) if part)


def places_left(*, capacity: int | None, seats_taken: int) -> str:
    """Return "unlimited", "many", "few" or "none": exact numbers would tell strangers who comes."""
    if capacity is None:
        return "unlimited"
    left = capacity - seats_taken
    if left <= 0:
        return "none"
    return "few" if left <= max(FEW_PLACES, capacity // 10) else "many"
