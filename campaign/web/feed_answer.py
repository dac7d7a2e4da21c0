"""What goes over the wire for a feed: made once, then handed out to everybody who asks."""

import gzip
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from werkzeug.datastructures import Accept
from werkzeug.http import http_date, parse_accept_header, parse_date, parse_etags

from campaign.services.feeds import Feed

Headers = list[tuple[str, str]]
Reply = tuple[str, Headers, bytes]
"""Status line, headers and body."""

TYPES = {"ics": "text/calendar", "atom": "application/atom+xml", "json": "application/geo+json"}
SHARED = "public, max-age=900, stale-while-revalidate=3600, stale-if-error=604800"
OWN = "private, max-age=900"
REPEATED = ("ETag", "Cache-Control", "Vary")
"""What a 304 says again (RFC 9110, section 15.4.5)."""
HEADER_LIMIT = 1000
"""How much of a header is read, and kept with what it means: strangers' headers must not fill the memory."""


class Answer:
    """A feed as HTTP: plain and zipped, with its headers, for GET and HEAD, whole or "not modified"."""

    def __init__(
        self, feed: Feed, *, kind: str, filename: str, everywhere: Mapping[str, str], caching: str = SHARED
    ) -> None:
        self.until = feed.until.timestamp()
        self.plain = feed.body
        self.zipped = gzip.compress(feed.body, 5, mtime=0)
        self.etag = f'W/"{hashlib.sha256(feed.body).hexdigest()[:32]}"'
        self.changed_at = feed.changed_at.astimezone(UTC).replace(microsecond=0)
        self.last_modified = http_date(self.changed_at)
        headers = {
            **everywhere,
            "Content-Type": f"{TYPES[kind]}; charset=utf-8",
            "Cache-Control": caching,
            "ETag": self.etag,
            "Last-Modified": self.last_modified,
            "Vary": "Accept-Encoding",
            "Content-Disposition": f'inline; filename="{filename}"',
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "X-Robots-Tag": "noindex",
        }
        self._plain: Headers = [*headers.items(), ("Content-Length", str(len(self.plain)))]
        zipped = {**headers, "Content-Encoding": "gzip", "Content-Length": str(len(self.zipped))}
        self._zipped: Headers = list(zipped.items())
        kept = {name for name in headers if name in REPEATED or name in everywhere or name.startswith("Access-")}
        self._unchanged: Headers = [(name, headers[name]) for name in headers if name in kept]

    @property
    def size(self) -> int:
        """About how many bytes it takes in memory."""
        return len(self.plain) + len(self.zipped) + 8000

    def reply(self, environ: Mapping[str, Any]) -> Reply:
        """Return what this request gets, by its conditions and the encodings it takes."""
        if self._is_known(environ):
            return "304 NOT MODIFIED", self._unchanged, b""
        if _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")[:HEADER_LIMIT]):
            headers, body = self._zipped, self.zipped
        else:
            headers, body = self._plain, self.plain
        return "200 OK", headers, b"" if environ["REQUEST_METHOD"] == "HEAD" else body

    def _is_known(self, environ: Mapping[str, Any]) -> bool:
        """Return whether the asker has these bytes already; If-None-Match decides alone where it is sent."""
        tags = environ.get("HTTP_IF_NONE_MATCH")
        if tags is not None:
            return tags == self.etag or _names(tags[:HEADER_LIMIT], self.etag)
        since = environ.get("HTTP_IF_MODIFIED_SINCE")
        return since is not None and (since == self.last_modified or _is_since(since, self.changed_at))


@lru_cache(maxsize=512)
def _names(tags: str, etag: str) -> bool:
    """Return whether an If-None-Match names the tag: weakly, in a list, or by `*` (RFC 9110, section 13.1.2)."""
    return parse_etags(tags).contains_weak(etag.removeprefix("W/").strip('"'))


def _is_since(since: str, changed_at: datetime) -> bool:
    try:
        moment = parse_date(since[:HEADER_LIMIT])
    except OverflowError:  # a year or an offset beyond what Python counts
        return False
    return moment is not None and changed_at <= moment


@lru_cache(maxsize=512)
def _takes_gzip(accepted: str) -> bool:
    return parse_accept_header(accepted, Accept).quality("gzip") > 0
