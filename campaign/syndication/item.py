"""One event as Atom and GeoJSON show it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Item:
    """What a reader learns of one event, in one language; hidden places are left out before."""

    uid: str
    title: str
    url: str
    language: str
    """Of the title, which may have fallen back to another one than was asked for."""
    changed_at: datetime
    published_at: datetime
    is_cancelled: bool
    starts: datetime | None
    """Wall-clock time in `zone`."""
    ends: datetime | None
    zone: str | None
    is_all_day: bool
    when: str = ""
    """The same in words."""
    description: str = ""
    place: str = ""
    country: str | None = None
    city: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    online_url: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Head:
    """What a list says of itself; `feed` is its own address, `page` the one for people."""

    title: str
    subtitle: str
    feed: str
    page: str
    language: str
    author: str
    changed_at: datetime
