"""Feeds answered before Flask: while a campaign stands still, a poll costs one indexed read.

A calendar that was made for one poll is kept and handed to the next, as long as its campaign has the revision that it
was made from. When the database is away, the last good copy is handed out rather than an error.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from campaign.revision import Revisions, Unreachable
from campaign.web import poll_counter
from campaign.web.feed_answer import Answer, Headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CACHE_BYTES = 48 * 1024 * 1024
PREFIX = "/feeds/"
GOOD, GONE = ("200", "304"), ("308", "404", "410")
log = logging.getLogger(__name__)


class Kept(NamedTuple):
    """An answer, and the revision of the campaign that it holds for."""

    answer: Answer
    campaign_id: int
    revision: int
    feed: str
    """How its polls are counted: the slice's path with its ending."""

    def is_of(self, campaign_id: int, revision: int | None) -> bool:
        """Return whether it was made from this revision of the campaign, and time alone hasn't changed it since."""
        return (self.campaign_id, self.revision) == (campaign_id, revision) and time.time() < self.answer.until


class Shelf:
    """The answers that one process keeps, those asked for longest ago going first when there are too many bytes."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        self.limit = limit
        self.making = threading.Lock()
        """Held while a calendar is made, so that a rush after a change makes it once."""
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def __contains__(self, path: str) -> bool:
        return path in self._kept

    def get(self, path: str) -> Kept | None:
        """Return what is kept for a path, whether or not it still holds."""
        kept = self._kept.get(path)
        if kept is not None:
            try:  # noqa: SIM105  # contextlib.suppress costs more than the rest of this function
                self._kept.move_to_end(path)
            except KeyError:  # it went at this very moment
                pass
        return kept

    def put(self, path: str, kept: Kept) -> None:
        """Keep an answer in the place of the one before."""
        with self._lock:
            before = self._kept.pop(path, None)
            self._size += kept.answer.size - (before.answer.size if before else 0)
            self._kept[path] = kept
            while self._size > self.limit and len(self._kept) > 1:
                self._size -= self._kept.popitem(last=False)[1].answer.size

    def drop(self, path: str) -> None:
        """Keep an answer no longer: its calendar is gone, or went elsewhere."""
        with self._lock:
            if before := self._kept.pop(path, None):
                self._size -= before.answer.size

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._size = 0


class FeedLayer:
    """The WSGI application in front of Flask's."""

    def __init__(self, app: "WSGIApplication", shelf: Shelf, revisions: Revisions, host: str) -> None:
        self.app, self.shelf, self.revisions, self.host = app, shelf, revisions, host

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a poll from what is kept; hand everything else on."""
        path: str = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX):
            return self.app(environ, start_response)
        kept = self.shelf.get(path) if environ["REQUEST_METHOD"] in ("GET", "HEAD") else None
        if kept is not None and self._holds(kept):
            return _hand_out(kept, environ, start_response)
        environ["HTTP_HOST"] = self.host  # a feed is the same under whatever name it was asked for
        environ["QUERY_STRING"] = ""  # and whatever stands behind its address
        return self._ask(kept, environ, start_response)

    def _holds(self, kept: Kept) -> bool:
        """Return whether the answer is still right, or the best there is while the database is away."""
        try:
            return kept.is_of(kept.campaign_id, self.revisions.of(kept.campaign_id))
        except Unreachable:
            return True

    def _ask(self, kept: Kept | None, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Let Flask answer; where it fails, hand out the last good copy, if there is one."""
        if kept is None:
            return self.app(environ, start_response)
        said, body = self._try(environ)
        if said.status[:3] in GONE:
            self.shelf.drop(environ["PATH_INFO"])  # Else it would come back when the database goes away.
        elif said.status[:3] not in GOOD:
            log.warning("a feed can't be made; its last good copy is handed out")
            return _hand_out(kept, environ, start_response)
        start_response(said.status, said.headers)
        return (body,)

    def _try(self, environ: "WSGIEnvironment") -> "tuple[_Said, bytes]":
        """Return what Flask says; whatever it fails of is an error like any other."""
        said = _Said()
        try:
            answer = self.app(environ, said)
            body = b"".join(answer)
            if hasattr(answer, "close"):
                answer.close()
        except Exception:
            log.exception("a feed can't be made")
            return _Said(), b""
        return said, body


class _Said:
    """What an application said of its answer, kept back until it is known to be good."""

    status = "500"
    headers: Headers = []

    def __call__(self, status: str, headers: Headers, exc_info: object = None) -> Callable[[bytes], object]:
        self.status, self.headers = status, headers
        return lambda data: None


def _hand_out(kept: Kept, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    status, headers, body = kept.answer.reply(environ)
    poll_counter.count(kept.campaign_id, kept.feed, environ.get("HTTP_USER_AGENT", ""), int(status[:3]))
    start_response(status, headers[:])
    return (body,)
