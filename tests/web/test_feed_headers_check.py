"""Asking for feeds as programs do: nothing to say of our own answers, and each spoilt one is told apart."""

import gzip
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from flask import Flask

from campaign import address
from campaign.domain.slice import Slice
from campaign.web.feed_headers_check import WANTED, check_answers
from tests import servers
from tests.make import Maker

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BODY = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
GOOD = {
    **WANTED,
    "Content-Type": "text/calendar; charset=utf-8",
    "ETag": 'W/"1"',
    "Last-Modified": "Sun, 22 Nov 2026 12:00:00 GMT",
    "Content-Disposition": 'inline; filename="khojaly.ics"',
}
Reply = tuple[str, dict[str, str], bytes]


class Silent(WSGIRequestHandler):
    """Writes no log."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serve(application: "WSGIApplication", port: int) -> Iterator[str]:
    """Answer on a port from a thread of its own; yield the address."""
    with make_server("127.0.0.1", port, application, handler_class=Silent) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}/feeds/khojaly.ics"
        finally:
            server.shutdown()
            thread.join()


def reply(environ: "WSGIEnvironment") -> Reply:
    """Return what a good server answers."""
    if environ["REQUEST_METHOD"] == "POST":
        return "405 Method Not Allowed", {"Allow": "GET, HEAD"}, b""
    if environ.get("HTTP_IF_NONE_MATCH"):
        return "304 Not Modified", {name: GOOD[name] for name in ("ETag", "Cache-Control", "Vary")}, b""
    if environ.get("HTTP_ACCEPT_ENCODING") == "gzip":
        return "200 OK", {**GOOD, "Content-Encoding": "gzip"}, gzip.compress(BODY)
    return "200 OK", dict(GOOD), b"" if environ["REQUEST_METHOD"] == "HEAD" else BODY


def spoilt(spoil: Callable[["WSGIEnvironment", Reply], Reply]) -> "WSGIApplication":
    """Return a server whose answers are changed on the way out."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        status, headers, body = spoil(environ, reply(environ))
        start_response(status, list(headers.items()))
        return [body]

    return answer


def header(name: str, value: str) -> Callable[["WSGIEnvironment", Reply], Reply]:
    """Return what gives every answer but a refusal another header."""
    return lambda _environ, said: (said[0], said[1] if said[0][0] == "4" else {**said[1], name: value}, said[2])


def when(name: str, value: str, instead: Reply) -> Callable[["WSGIEnvironment", Reply], Reply]:
    """Return what answers requests of a kind by something else."""
    return lambda environ, said: instead if environ.get(name, "").startswith(value) else said


SPOILT = [
    ("http-status", lambda _environ, _said: ("503 Service Unavailable", {}, b"")),
    ("http-status", when("PATH_INFO", "/feeds/khojaly", ("302 Found", {"Location": "/elsewhere.ics"}, b""))),
    ("http-type", header("Content-Type", "text/plain")),
    ("http-cookie", header("Set-Cookie", "session=1")),
    ("http-header", header("Cache-Control", "no-cache")),
    ("http-header", header("Vary", "Accept-Encoding, Cookie")),
    ("http-header", header("ETag", '"1"')),
    ("http-header", header("Last-Modified", "")),
    ("http-header", header("Content-Disposition", "attachment")),
    ("http-zip", when("HTTP_ACCEPT_ENCODING", "gzip", ("200 OK", dict(GOOD), BODY))),
    ("http-zip", when("HTTP_ACCEPT_ENCODING", "gzip", ("200 OK", {**GOOD, "Content-Encoding": "gzip"}, b"\x1f\x8b"))),
    ("http-head", when("REQUEST_METHOD", "HEAD", ("200 OK", {**GOOD, "ETag": 'W/"2"'}, b""))),
    ("http-not-304", when("HTTP_IF_NONE_MATCH", "W/", ("200 OK", dict(GOOD), BODY))),
    ("http-304-forgets", when("HTTP_IF_NONE_MATCH", "W/", ("304 Not Modified", {"ETag": GOOD["ETag"]}, b""))),
    ("http-method", when("REQUEST_METHOD", "POST", ("200 OK", dict(GOOD), BODY))),
]


def test_our_own_answers(app: Flask, make: Maker) -> None:
    edition = make.event().edition
    with serve(app, app.config["SETTINGS"].port):
        for slice_ in (Slice(), Slice(country="DE", language="az"), Slice(year=edition.year)):
            assert check_answers(address.feed(edition.campaign.slug, slice_.path)) == []


def test_good_answers() -> None:
    with serve(spoilt(lambda _environ, said: said), servers.free_port()) as feed:
        assert check_answers(feed) == []


@pytest.mark.parametrize(("code", "spoil"), SPOILT)
def test_each_bad_answer(code: str, spoil: Callable[["WSGIEnvironment", Reply], Reply]) -> None:
    with serve(spoilt(spoil), servers.free_port()) as feed:
        assert [one.code for one in check_answers(feed)] == [code]


def test_nobody_there() -> None:
    (found,) = check_answers(f"http://127.0.0.1:{servers.free_port()}/feeds/khojaly.ics")
    assert (found.code, "refused" in str(found.facts["reason"])) == ("http-unreachable", True)
