"""A whole feed, checked byte by byte against what we promise and what calendar programs take.

Pure: bytes in, findings out. It reads by itself and knows nothing of how the feed was written.
"""

from collections.abc import Iterator
from dataclasses import replace

from campaign.calendar.check_entry import check_entry
from campaign.calendar.check_head import check_head
from campaign.calendar.check_lines import Component, read
from campaign.calendar.check_properties import text
from campaign.calendar.check_zones import check_zones
from campaign.calendar.finding import Finding, finding

BYTE_LIMIT = 500_000
ENTRY_LIMIT = 1000


def check(body: bytes) -> list[Finding]:
    """Return everything that is wrong with a feed, by line."""
    root, found = read(body)
    if len(body) >= BYTE_LIMIT:
        found.append(finding("feed-too-large", size=len(body), limit=BYTE_LIMIT))
    if [one.name for one in root.components] != ["VCALENDAR"] or root.properties:
        found.append(finding("calendar-not-one", line=1))
    for calendar in root.below("VCALENDAR"):
        found += _check_calendar(calendar)
    return sorted(found, key=lambda one: one.line or 0)


def check_stored(body: bytes, *, uid: str, base: str) -> list[Finding]:
    """Return what is wrong with the stored bytes of one entry, whose address lies below `base`."""
    root, found = read(body)
    if found or [one.name for one in root.components] != ["VEVENT"] or root.properties:
        return [finding("entry-not-whole", uid=uid)]
    given, link = root.components[0].first("UID"), root.components[0].first("URL")
    if given is None or text(given.value) != uid:
        return [finding("entry-of-another", uid=uid, other=text(given.value) if given else "")]
    if link is None or not link.value.startswith(f"{base}/"):
        return [finding("address-elsewhere", uid=uid, value=link.value if link else "", base=base)]
    return []


def _check_calendar(calendar: Component) -> Iterator[Finding]:
    yield from check_head(calendar)
    yield from check_zones(calendar)
    entries = calendar.below("VEVENT")
    if len(entries) > ENTRY_LIMIT:
        yield finding("entries-too-many", count=len(entries), limit=ENTRY_LIMIT)
    for inner in calendar.components:
        if inner.name not in ("VEVENT", "VTIMEZONE"):
            yield finding("component-unexpected", line=inner.line, name=inner.name)
    seen: set[str | None] = set()
    for entry in entries:
        given = entry.first("UID")
        uid = text(given.value) if given else None
        yield from (replace(one, uid=uid) for one in check_entry(entry))
        if given and uid in seen:
            yield finding("uid-repeated", line=given.line, uid=uid)
        seen.add(uid)
