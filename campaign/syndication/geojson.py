"""A slice of a campaign for maps (RFC 7946)."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime

from campaign.syndication.item import Head, Item


def render(head: Head, items: Iterable[Item]) -> bytes:
    """Return a FeatureCollection as UTF-8; an event without a public position has no geometry."""
    collection = {
        "type": "FeatureCollection",
        "title": head.title,
        "language": head.language,
        "url": head.page,
        "updated": _moment(head.changed_at),
        "features": [_feature(item) for item in items],
    }
    text = json.dumps(collection, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode(errors="replace")  # What a lone surrogate was, nobody knows.


def _feature(item: Item) -> dict[str, object]:
    properties: dict[str, object] = {
        "title": item.title,
        "language": item.language,
        "url": item.url,
        "status": "cancelled" if item.is_cancelled else "published",
        "starts": _wall(item.starts, item.is_all_day),
        "ends": _wall(item.ends, item.is_all_day),
        "zone": item.zone,
        "all_day": item.is_all_day,
        "country": item.country,
        "city": item.city,
        "place": item.place,
        "description": item.description,
        "online_url": item.online_url,
        "tags": list(item.tags),
        "updated": _moment(item.changed_at),
    }
    return {"type": "Feature", "id": item.uid, "geometry": _point(item), "properties": properties}


def _point(item: Item) -> dict[str, object] | None:
    if item.latitude is None or item.longitude is None:
        return None
    if not (abs(item.latitude) <= 90 and abs(item.longitude) <= 180):
        return None
    return {"type": "Point", "coordinates": [round(item.longitude, 6), round(item.latitude, 6)]}


def _wall(at: datetime | None, is_all_day: bool) -> str | None:
    """Return a wall-clock time as ISO 8601 without an offset: its zone stands beside it."""
    if at is None:
        return None
    return date.isoformat(at.date()) if is_all_day else at.strftime("%Y-%m-%dT%H:%M:%S")


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
