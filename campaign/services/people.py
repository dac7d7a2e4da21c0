"""Finding registrations: of an event, a year or a campaign, page by page; the last page costs as much as the first."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload, selectinload

from campaign.db import db
from campaign.domain.collation import sort_key
from campaign.domain.registration import Status
from campaign.domain.text import fold
from campaign.keys import address_hash
from campaign.models import Edition, Event, Registration, RegistrationTag, User
from campaign.services import registrations

PAGE_SIZE = 50
TAGS_LIMIT = 200
COUNT_LIMIT = 50_000
"""Up to how many of a state are counted, lest a very large year make its list slow."""
LARGEST_ID = 2**31 - 1
ORDER = (
    Status.WAITING,
    Status.OFFERED,
    Status.PENDING,
    Status.CONFIRMED,
    Status.ATTENDED,
    Status.CANCELLED,
    Status.EXPIRED,
)
"""The states as organizers look for them: first those for whom there may be something to do."""


class Sort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    NAME = "name"
    STATE = "state"


@dataclass(frozen=True)
class Among:
    """The events whose registrations are looked at; names can be sorted and searched within one alone."""

    events: ColumnElement[bool]
    is_one: bool = False


@dataclass(frozen=True)
class Wanted:
    """What to look for; None or "" is anything."""

    words: str = ""
    """A part of a name or a ticket's code within one event; a whole mail address anywhere."""
    status: Status | None = None
    tag: str | None = None
    sort: Sort = Sort.NEWEST
    language: str = "en"
    """Whose alphabet names are sorted by."""

    @property
    def is_address(self) -> bool:
        """Whether the words are a mail address."""
        return "@" in self.words


Key = tuple[int | str, int]
"""Where a registration stands in a list: the rank of its state or its name, whichever it is sorted by, and its id."""


@dataclass(frozen=True)
class Place:
    """A place between two rows of a list, from which one reads on, or back."""

    key: Key
    is_back: bool = False


@dataclass(frozen=True)
class Page:
    """Some registrations of a list, by their ids, and from where to read the ones before and after them."""

    ids: Sequence[int]
    before: Place | None
    after: Place | None

    @cached_property
    def items(self) -> Sequence[Registration]:
        """The registrations, read when they are first asked for: best after the look at them was recorded."""
        return _rows(self.ids)


def of_event(event: Event) -> Among:
    """Return the one event to look at."""
    return Among(Event.id == event.id, is_one=True)


def of_edition(edition: Edition, *, countries: Collection[str] | None = None) -> Among:
    """Return a year's events, or those of some countries."""
    return Among((Event.edition_id == edition.id) & _within(countries))


def of_campaign(campaign_id: int, *, countries: Collection[str] | None = None) -> Among:
    """Return the events of all years of a campaign, or those of some countries."""
    years = select(Edition.id).where(Edition.campaign_id == campaign_id)
    return Among(Event.edition_id.in_(years) & _within(countries))


def find(among: Among, wanted: Wanted, *, place: Place | None = None) -> Page:
    """Return the page of a list that begins, or ends, at a place in it."""
    listed = wanted.words or (wanted.sort is Sort.NAME and among.is_one)
    keys = _from_list(among, wanted, place) if listed else _from_index(among, wanted, place)
    is_back = place is not None and place.is_back
    has_more, keys = len(keys) > PAGE_SIZE, keys[:PAGE_SIZE]
    if is_back:
        keys.reverse()
    has_before, has_after = (has_more, bool(keys)) if is_back else (place is not None and bool(keys), has_more)
    return Page(
        [number for _rank, number in keys],
        Place(keys[0], is_back=True) if has_before else None,
        Place(keys[-1]) if has_after else None,
    )


def counts(among: Among) -> Counter[Status]:
    """Return how many registrations there are in each state; no more than COUNT_LIMIT are counted."""
    of_event = select(Registration.id).join(Event, Event.id == Registration.event_id).where(among.events)
    some = [of_event.where(Registration.status == state).limit(COUNT_LIMIT).subquery() for state in ORDER]
    row = db.session.execute(select(*(select(func.count()).select_from(one).scalar_subquery() for one in some))).one()
    return Counter({state: count for state, count in zip(ORDER, row, strict=True) if count})


def tags(among: Among) -> list[str]:
    """Return the tags in use, by alphabet."""
    used = select(RegistrationTag.tag).join(Event, Event.id == RegistrationTag.event_id).where(among.events)
    return list(db.session.scalars(used.distinct().order_by(RegistrationTag.tag).limit(TAGS_LIMIT)))


def note_looks(page: Page, *, actor: User, now: datetime) -> None:
    """Record that an organizer sees these names, once for each of their events."""
    seen = select(Registration.event_id).where(Registration.id.in_(page.ids))
    for event in db.session.scalars(select(Event).where(Event.id.in_(seen)).order_by(Event.id)):
        registrations.note_look(event, actor=actor, now=now)


def _within(countries: Collection[str] | None) -> ColumnElement[bool]:
    return Event.country.in_(countries) if countries is not None else Event.id.is_not(None)


def _rows(ids: Sequence[int]) -> list[Registration]:
    """Return the registrations of these ids, in their order."""
    event = joinedload(Registration.event)
    found = db.session.scalars(
        select(Registration)
        .where(Registration.id.in_(ids))
        .options(event.joinedload(Event.edition), event.lazyload(Event.language_rows), event.lazyload(Event.tag_rows))
        .options(selectinload(Registration.tag_rows))
    )
    by_id = {row.id: row for row in found}
    return [by_id[number] for number in ids]


def _from_index(among: Among, wanted: Wanted, place: Place | None) -> list[Key]:
    """Return one key more than a page holds, read along an index: state by state where that is the order."""
    is_back = place is not None and place.is_back
    by_state = wanted.sort is Sort.STATE
    runs: list[tuple[int, Status | None]] = [(0, wanted.status)]
    if by_state:
        runs = [(rank, state) for rank, state in enumerate(ORDER) if wanted.status in (None, state)]
    found: list[Key] = []
    for rank, state in runs[::-1] if is_back else runs:
        start = place.key[1] if place and place.key[0] == rank else None
        if place and by_state and start is None and (rank < int(place.key[0])) is not is_back:
            continue
        descends = (wanted.sort is Sort.NEWEST) is not is_back
        room = PAGE_SIZE + 1 - len(found)
        ids = _run(among, state, wanted.tag, start=start, descends=descends, limit=room)
        found += [(rank, number) for number in ids]
        if len(found) > PAGE_SIZE:
            break
    return found


def _run(
    among: Among, state: Status | None, tag: str | None, *, start: int | None, descends: bool, limit: int
) -> Sequence[int]:
    """Return the next ids of one state, or of all.

    No event gives more than `limit` of them, so each is read that far along its index and no further: what a page
    costs depends on the number of events, not on how many people came before.
    """
    column = RegistrationTag.registration_id if tag else Registration.id
    rows = select(column).join(Event, Event.id == (RegistrationTag if tag else Registration).event_id)
    rows = rows.where(among.events).order_by(column.desc() if descends else column).limit(limit)
    if tag:
        rows = rows.where(RegistrationTag.tag == tag)
        rows = rows.where(Registration.id == column, Registration.status == state) if state else rows
        return db.session.scalars(rows.where(*_past(column, start, descends=descends))).all()
    other = aliased(Registration)
    last = select(other.id).where(other.event_id == Event.id, *_past(other.id, start, descends=descends))
    last = last.where(other.status == state) if state else last
    last = last.order_by(other.id.desc() if descends else other.id).offset(limit - 1).limit(1)
    bound = func.coalesce(last.scalar_subquery(), 0 if descends else LARGEST_ID)
    rows = rows.where(Registration.status == state) if state else rows
    rows = rows.where(column >= bound if descends else column <= bound)
    return db.session.scalars(rows.where(*_past(column, start, descends=descends))).all()


def _past(column: InstrumentedAttribute[int], start: int | None, *, descends: bool) -> list[ColumnElement[bool]]:
    return [] if start is None else [column < start if descends else column > start]


def _from_list(among: Among, wanted: Wanted, place: Place | None) -> list[Key]:
    """Return one key more than a page holds, out of a list that is decrypted, searched and sorted here."""
    keys = sorted(_keys(among, wanted), key=lambda key: _order(key, wanted))
    if place is None:
        return keys[: PAGE_SIZE + 1]
    order = [_order(key, wanted) for key in keys]
    here = _order(place.key, wanted)
    if place.is_back:
        return keys[: bisect_left(order, here)][-PAGE_SIZE - 1 :][::-1]
    return keys[bisect_right(order, here) :][: PAGE_SIZE + 1]


def _order(key: Key, wanted: Wanted) -> tuple[object, int]:
    rank, number = key
    if isinstance(rank, str):
        return sort_key(rank, wanted.language), number
    return rank, -number if wanted.sort is Sort.NEWEST else number


def _keys(among: Among, wanted: Wanted) -> list[Key]:
    """Return the key of each registration that the words and filters mean."""
    named = (Registration.id, Registration.status, Registration.code, Registration.name)
    rows = select(*named).join(Event, Event.id == Registration.event_id).where(among.events)
    if wanted.status:
        rows = rows.where(Registration.status == wanted.status)
    if wanted.tag:
        rows = rows.where(Registration.tag_rows.any(RegistrationTag.tag == wanted.tag))
    if wanted.is_address:
        rows = rows.where(Registration.email_hash == address_hash(wanted.words))
    elif not among.is_one:
        return []
    words = [] if wanted.is_address else fold(wanted.words).split()
    code = wanted.words.strip().upper()
    return [
        (_rank(name, status, wanted), number)
        for number, status, its_code, name in db.session.execute(rows)
        if its_code == code or not words or _holds(fold(name), words)
    ]


def _holds(name: str, words: Sequence[str]) -> bool:
    return all(word in name for word in words)


def _rank(name: str, status: Status, wanted: Wanted) -> int | str:
    if wanted.sort is Sort.NAME:
        return name
    return ORDER.index(status) if wanted.sort is Sort.STATE else 0
