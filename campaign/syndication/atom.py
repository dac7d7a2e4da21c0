"""A slice of a campaign for news readers (RFC 4287)."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from campaign.domain.text import tidy_text
from campaign.syndication.item import Head, Item

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 can't hold, escaped or not (section 2.2)."""


def render(head: Head, items: Iterable[Item]) -> bytes:
    """Return the feed as UTF-8, one entry an event, in the order given."""
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={_quoted(head.language)}>',
        f"<id>{_text(head.feed)}</id>",
        f"<title>{_text(head.title)}</title>",
        *([f"<subtitle>{_text(head.subtitle)}</subtitle>"] if head.subtitle else []),
        f"<updated>{_moment(head.changed_at)}</updated>",
        f"<author><name>{_text(head.author)}</name></author>",
        f'<link rel="self" type="application/atom+xml" href={_quoted(head.feed)}/>',
        f'<link rel="alternate" type="text/html" href={_quoted(head.page)}/>',
        *map(_entry, items),
        "</feed>",
    ]
    return ("\n".join(parts) + "\n").encode()


def _entry(item: Item) -> str:
    lines = [
        f"<entry xml:lang={_quoted(item.language)}>",
        f"<id>urn:uuid:{_text(item.uid.partition('@')[0])}</id>",
        f"<title>{_text(item.title)}</title>",
        f"<updated>{_moment(item.changed_at)}</updated>",
        f"<published>{_moment(item.published_at)}</published>",
        f'<link rel="alternate" type="text/html" href={_quoted(item.url)}/>',
        *(f"<category term={_quoted(tag)}/>" for tag in item.tags),
        f"<summary>{_text(_summary(item))}</summary>",
        "</entry>",
    ]
    return "\n".join(lines)


def _summary(item: Item) -> str:
    return "\n".join(part for part in (item.when, item.place, item.description) if part)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(value: str) -> str:
    return escape(_NOT_XML.sub("", tidy_text(value)))


def _quoted(value: str) -> str:
    return quoteattr(_NOT_XML.sub("", tidy_text(value)))
