"""The layer before Flask: the same answers as the route's, right on the very next request, whoever asks how."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import Context
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import NamedTuple

import pytest
from flask import Flask, has_app_context
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.http import http_date
from werkzeug.test import EnvironBuilder, run_wsgi_app

from campaign.db import db, unit_of_work
from campaign.models import Event, FeedPoll
from campaign.services import events
from campaign.services.feeds import Feed
from campaign.web import poll_counter
from campaign.web.feed_answer import Answer
from campaign.web.feed_layer import FeedLayer, Kept, Shelf
from tests import servers
from tests.page import Client
from tests.web.conftest import Soon

PATH = "/feeds/khojaly.ics"
TAG = "TAG"
"""Stands for the calendar's own tag."""
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Reply(NamedTuple):
    """What came over the wire."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return dict(self.headers).get(name)


Ask = Callable[..., Reply]


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what the other database can't do otherwise."""


@pytest.fixture
def event(app_on_both: Flask, soon: Soon) -> Event:
    """Return a public event of the campaign whose calendar is asked for."""
    return soon.event()


@pytest.fixture
def app(app_on_both: Flask) -> Flask:
    """Return the application on either database."""
    return app_on_both


@pytest.fixture
def layer(app: Flask) -> FeedLayer:
    """Return the application's own layer."""
    assert isinstance(app.wsgi_app, FeedLayer)
    return app.wsgi_app


@pytest.fixture
def ask(app: Flask, event: Event) -> Ask:
    """Return what asks the layer, or the application behind it."""

    def _ask(path: str = PATH, *, of: object = None, method: str = "GET", **environ: str) -> Reply:
        if has_app_context():  # what the test holds stands in nobody's way
            db.session.rollback()
        request = EnvironBuilder(path=path, method=method).get_environ() | environ
        chunks, status, headers = Context().run(run_wsgi_app, of or app.wsgi_app, request)
        return Reply(status, sorted(headers), b"".join(chunks))

    return _ask


def edit(event: Event, **changes: object) -> None:
    with unit_of_work():
        draft = replace(events.draft_of(event), **changes)  # type: ignore[arg-type]
        events.edit(event, draft, actor=None, now=datetime.now(UTC))


def nobody(environ: object, start_response: object) -> list[bytes]:
    """Stand where Flask does, and never be asked."""
    raise AssertionError("the application was asked")


DAY_AGO, DAY_AHEAD = (http_date(datetime.now(UTC) + sign * timedelta(days=1)) for sign in (-1, 1))
ASKED = {
    "plainly": {},
    "gzip": {"HTTP_ACCEPT_ENCODING": "gzip, br"},
    "no gzip": {"HTTP_ACCEPT_ENCODING": "gzip;q=0, *"},
    "the tag": {"HTTP_IF_NONE_MATCH": f'W/"{TAG}"'},
    "the tag, strong": {"HTTP_IF_NONE_MATCH": f'"{TAG}"'},
    "the tag in a list": {"HTTP_IF_NONE_MATCH": f'"a", W/"{TAG}" , "b"'},
    "any tag": {"HTTP_IF_NONE_MATCH": "*"},
    "another tag": {"HTTP_IF_NONE_MATCH": 'W/"other"'},
    "no tag": {"HTTP_IF_NONE_MATCH": ""},
    "since its date": {"HTTP_IF_MODIFIED_SINCE": "DATE"},
    "since later": {"HTTP_IF_MODIFIED_SINCE": DAY_AHEAD},
    "since before": {"HTTP_IF_MODIFIED_SINCE": DAY_AGO},
    "since nonsense": {"HTTP_IF_MODIFIED_SINCE": "last week"},
    "another tag, since later": {"HTTP_IF_NONE_MATCH": '"other"', "HTTP_IF_MODIFIED_SINCE": DAY_AHEAD},
    "no tag, since later": {"HTTP_IF_NONE_MATCH": "", "HTTP_IF_MODIFIED_SINCE": DAY_AHEAD},
    "the tag, since before": {"HTTP_IF_NONE_MATCH": f'"{TAG}"', "HTTP_IF_MODIFIED_SINCE": DAY_AGO},
}
UNCHANGED = {
    "the tag", "the tag, strong", "the tag in a list", "any tag", "since its date", "since later",
    "the tag, since before",
}  # fmt: skip


@on_sqlite
def test_every_answer_is_the_routes_own_header_for_header(ask: Ask, layer: FeedLayer) -> None:
    first = ask()
    alone = FeedLayer(nobody, layer.shelf, layer.revisions, layer.host)
    tag, date = (first.header("ETag") or "").strip('W/"'), first.header("Last-Modified") or ""
    for name, headers in ASKED.items():
        sent = {key: value.replace(TAG, tag).replace("DATE", date) for key, value in headers.items()}
        for method in ("GET", "HEAD"):
            by_layer, by_route = (ask(of=one, method=method, **sent) for one in (alone, layer.app))
            assert by_layer == by_route, f"{method} {name}"
            assert by_layer.status == ("304 NOT MODIFIED" if name in UNCHANGED else "200 OK"), f"{method} {name}"


HOSTILE = [
    {"HTTP_HOST": "evil.example.org"},
    {"HTTP_HOST": "a b\x00<script>"},
    {"HTTP_X_FORWARDED_HOST": "evil.example.org", "HTTP_X_FORWARDED_PROTO": "gopher", "HTTP_X_FORWARDED_FOR": "::x"},
    {"HTTP_X_FORWARDED_PREFIX": "/evil", "HTTP_FORWARDED": "host=evil", "HTTP_X_ORIGINAL_URL": "/manage/"},
    {"HTTP_ACCEPT": "text/html;q=nan", "HTTP_ACCEPT_LANGUAGE": "az, *;q=x", "HTTP_ACCEPT_CHARSET": "utf-7"},
    {"HTTP_COOKIE": "session=eyJ.x.y; language=az; =; " + "a=b; " * 2000},
    {"HTTP_RANGE": "bytes=0-10", "HTTP_IF_RANGE": '"x"'},
    {"HTTP_IF_MODIFIED_SINCE": "Mon, 01 Jan 99999999999999 00:00:00 GMT"},
    {"HTTP_IF_MODIFIED_SINCE": "Mon, 01 Jan 2020 00:00:00 +99999999999999999999"},
    {"HTTP_IF_MODIFIED_SINCE": "x" * 100_000},
    {"HTTP_IF_NONE_MATCH": '"' * 100_000},
    {"HTTP_IF_NONE_MATCH": "W/" * 50_000},
    {"HTTP_ACCEPT_ENCODING": "br;q=;;=," * 10_000 + "\xff"},
    {"HTTP_ACCEPT_ENCODING": "identity;q=0, br;q=1e999, x*=utf-9''%zz"},
    {"HTTP_USER_AGENT": "\x00\r\n\xff" * 10_000},
    {"HTTP_AUTHORIZATION": "Basic \xff", "HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE", "HTTP_EXPECT": "what"},
    {"CONTENT_LENGTH": "-1", "CONTENT_TYPE": "multipart/form-data; boundary=\x00"},
    {"CONTENT_LENGTH": "9" * 5000, "HTTP_TRANSFER_ENCODING": "chunked"},
    {"QUERY_STRING": "hl=az&lang=az&%00=%00&=%ff&" + "a" * 100_000},
]


@on_sqlite
def test_nothing_that_anybody_sends_changes_a_byte(ask: Ask, layer: FeedLayer) -> None:
    whole = ask()
    for sent in HOSTILE:
        kept = ask(**sent)
        layer.shelf.clear()
        made = ask(**sent)
        assert kept == made == whole, f"{str(sent)[:80]}"


@given(*[st.text(st.characters(max_codepoint=255), max_size=60)] * 3)
def test_no_header_makes_an_answer_fail(tags: str, since: str, encodings: str) -> None:
    answer = Answer(Feed(b"BEGIN:VCALENDAR\r\n", NOW, NOW, 0), kind="ics", filename="x.ics", everywhere={})
    environ = {"HTTP_IF_NONE_MATCH": tags, "HTTP_IF_MODIFIED_SINCE": since, "HTTP_ACCEPT_ENCODING": encodings}
    for left_out in environ:
        sent = {name: value for name, value in environ.items() if name != left_out}
        status, _headers, body = answer.reply({"REQUEST_METHOD": "GET", **sent})
        assert (status, body) in (
            ("200 OK", answer.plain),
            ("200 OK", answer.zipped),
            ("304 NOT MODIFIED", b""),
        )


@on_sqlite
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "PROPFIND"])
def test_other_methods_are_refused_also_where_forms_are_guarded(app: Flask, ask: Ask, method: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    for _kept in (False, True):
        answer = ask(method=method)
        assert answer.status == "405 METHOD NOT ALLOWED"
        assert {one.strip() for one in (answer.header("Allow") or "").split(",")} == {"GET", "HEAD", "OPTIONS"}
        assert answer.header("Set-Cookie") is None
        ask()


@contextmanager
def beside(environment: Mapping[str, str], app: Flask) -> Iterator[Callable[[str], None]]:
    """Run a process beside this one; yield what lets it do something and waits until it is done."""
    names = {**os.environ, **environment, "DATABASE_URL": app.config["SETTINGS"].database_url}
    command = [sys.executable, "-m", "tests.web.beside"]
    with subprocess.Popen(command, cwd=servers.ROOT, env=names, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        told, tells = other.stdin, other.stdout
        assert told and tells

        def say(line: str) -> None:
            told.write(f"{line}\n".encode())
            told.flush()
            assert tells.readline() == b"done\n"

        assert tells.readline() == b"ready\n"
        yield say
        told.close()


def test_what_another_process_does_is_seen_by_the_very_next_request(
    environment: Mapping[str, str], app: Flask, ask: Ask
) -> None:
    first = ask()
    with beside(environment, app) as say:
        say("venue Another hall")
        assert b"Another hall" in ask(HTTP_IF_NONE_MATCH=first.header("ETag")).body
        say("rename khojaly-day")
        moved = ask()
        assert moved.status.startswith("308")
        assert (moved.header("Location") or "").endswith("/feeds/khojaly-day.ics")
        present = "/feeds/khojaly-day.ics"
        assert ask(present).status == "200 OK"
        say("withdraw")
        assert [ask(path).status[:3] for path in (present, PATH)] == ["410", "410"]
        say("restore")
        assert ask(present).status == "200 OK"
        say("delete")
        assert [ask(path).status[:3] for path in (present, PATH)] == ["404", "404"]


@on_sqlite
def test_time_alone_changes_a_calendar_on_time(ask: Ask, event: Event) -> None:
    """A cancelled event leaves when it would have ended, though nobody does anything at that moment."""
    ends = datetime.now(UTC) + timedelta(seconds=1.2)
    edit(event, zone="UTC", starts=ends.replace(tzinfo=None) - timedelta(hours=1), ends=ends.replace(tzinfo=None))
    with unit_of_work():
        events.cancel(event, reason={}, actor=None, now=datetime.now(UTC))
    first = ask()
    assert b"STATUS:CANCELLED" in first.body
    assert ask(HTTP_IF_NONE_MATCH=first.header("ETag")).status == "304 NOT MODIFIED"
    time.sleep(1.3)
    assert b"VEVENT" not in ask(HTTP_IF_NONE_MATCH=first.header("ETag")).body


def answer_of(size: int) -> Answer:
    return Answer(Feed(bytes(size), NOW, NOW, 0), kind="ics", filename="x.ics", everywhere={})


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 60_000)), max_size=40))
def test_a_shelf_never_holds_more_than_it_may_and_drops_what_was_asked_for_longest_ago(
    puts: list[tuple[int, int]],
) -> None:
    shelf, held = Shelf(limit=150_000), dict[str, int]()
    for number, size in puts:
        path, answer = str(number), answer_of(size)
        shelf.put(path, Kept(answer, 1, 1, ".ics"))
        held.pop(path, None)
        held[path] = answer.size
        while sum(held.values()) > shelf.limit:
            del held[next(iter(held))]
        assert [one for one in map(str, range(10)) if one in shelf] == sorted(held)


def test_a_shelf_keeps_what_is_asked_for() -> None:
    shelf = Shelf(limit=3 * answer_of(20_000).size)
    for path in ("first", "second", "third"):
        shelf.put(path, Kept(answer_of(20_000), 1, 1, ".ics"))
    assert shelf.get("first")
    shelf.put("fourth", Kept(answer_of(20_000), 1, 1, ".ics"))
    assert [path in shelf for path in ("first", "second", "third", "fourth")] == [True, False, True, True]
    shelf.drop("third")
    shelf.drop("nothing")
    assert "third" not in shelf
    shelf.clear()
    assert shelf.get("first") is None


class Counting(Shelf):
    """A shelf that counts what is put on it."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def put(self, path: str, kept: Kept) -> None:
        """Count, and keep."""
        self.count += 1
        super().put(path, kept)


def test_a_rush_after_a_change_makes_the_calendar_once(app: Flask, ask: Ask, layer: FeedLayer, event: Event) -> None:
    shelf = layer.shelf = app.extensions["feeds"] = Counting()
    ask()
    for round_ in range(1, 4):
        edit(event, venue=f"Hall {round_}")
        db.session.rollback()
        together = Barrier(16)

        def come(_number: int, together: Barrier = together) -> Reply:
            together.wait()
            return ask()

        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(come, range(16)))
        assert len({one.body for one in answers}) == 1
        assert f"Hall {round_}".encode() in answers[0].body
        assert shelf.count == 1 + round_


@on_sqlite
def test_every_poll_is_counted_once_whoever_answers(app: Flask, ask: Ask) -> None:
    first = ask(HTTP_USER_AGENT="Thunderbird/128")
    ask(HTTP_USER_AGENT="Thunderbird/128")
    ask(HTTP_USER_AGENT="Thunderbird/128", HTTP_IF_NONE_MATCH=first.header("ETag"))
    ask("/feeds/khojaly/country-de.json", method="HEAD", HTTP_USER_AGENT="Thunderbird/128")
    ask("/feeds/khojaly/country-de.json", method="HEAD", HTTP_USER_AGENT="Thunderbird/128")
    ask("/feeds/khojaly/city-nowhere.ics")
    poll_counter.store()
    db.session.rollback()
    counted = db.session.execute(select(FeedPoll.feed, FeedPoll.client, FeedPoll.status, FeedPoll.count)).all()
    client = counted[0].client
    assert {tuple(row) for row in counted} == {
        (".ics", client, 200, 2),
        (".ics", client, 304, 1),
        ("country-de.json", client, 200, 2),
    }


def test_a_copy_is_of_one_revision_of_one_campaign_and_of_its_time() -> None:
    hour = timedelta(hours=1)
    fresh, stale = (
        Kept(Answer(Feed(b"", NOW, until, 0), kind="ics", filename="x.ics", everywhere={}), 1, 7, ".ics")
        for until in (datetime.now(UTC) + hour, datetime.now(UTC) - hour)
    )
    assert [fresh.is_of(*one) for one in ((1, 7), (1, 8), (1, 6), (2, 7), (1, None))] == [True] + [False] * 4
    assert not stale.is_of(1, 7)


def failing(status: str) -> Callable[..., list[bytes]]:
    def app(environ: object, start_response: Callable[..., object]) -> list[bytes]:
        if status == "raise":
            raise RuntimeError("broken")
        start_response(status, [])
        return [b"a page that says so"]

    return app


@on_sqlite
@pytest.mark.parametrize("status", ["raise", "500 X", "503 X", "400 X", "409 X", "429 X"])
def test_an_answer_that_fails_is_the_last_good_copy(ask: Ask, layer: FeedLayer, event: Event, status: str) -> None:
    first = ask()
    edit(event, venue="Another hall")
    broken = FeedLayer(failing(status), layer.shelf, layer.revisions, layer.host)
    assert ask(of=broken) == first
    assert ask(of=broken, HTTP_IF_NONE_MATCH=first.header("ETag")).status == "304 NOT MODIFIED"
    assert b"Another hall" in ask().body


@on_sqlite
@pytest.mark.parametrize("status", ["410 GONE", "404 NOT FOUND", "308 PERMANENT REDIRECT"])
def test_what_is_gone_does_not_come_back_when_something_breaks(
    ask: Ask, layer: FeedLayer, event: Event, status: str
) -> None:
    ask()
    edit(event, venue="Another hall")
    layers = [FeedLayer(failing(one), layer.shelf, layer.revisions, layer.host) for one in (status, "503 X")]
    assert [ask(of=one).status for one in layers] == [status, "503 X"]


@on_sqlite
def test_only_feeds_are_touched(app: Flask, client: Client, layer: FeedLayer) -> None:
    assert client.get("/", headers={"Host": "evil.example.org"}).status == 400
