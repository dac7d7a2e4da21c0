"""Calendar feeds as programs fetch them: cheap to ask again, the same for everybody, right at once."""

import gzip
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextvars import Context
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import vobject  # type: ignore[import-untyped]  # It has no types.
from flask import Flask
from icalendar import Calendar
from werkzeug.http import http_date
from werkzeug.test import TestResponse

from campaign.db import unit_of_work
from campaign.domain.permission import Role
from campaign.models import Event
from campaign.services import events
from tests.page import Client
from tests.web.conftest import STARTS, YEAR, Soon

WHOLE = "/feeds/khojaly.ics"
GERMANY, AZERBAIJAN = "/feeds/khojaly/country-de.ics", "/feeds/khojaly/country-az.ics"
BAKU = {"name": {"en": "Evening in Baku"}, "country": "AZ", "city": "Baku", "zone": "Asia/Baku", "tags": ("lecture",)}
CACHING = "public, max-age=900, stale-while-revalidate=3600, stale-if-error=604800"

Poll = Callable[..., TestResponse]


@pytest.fixture
def event(app: Flask, soon: Soon) -> Event:
    """Return the event in Berlin, beside which there is one in Baku."""
    event = soon.event(name={"en": "Evening in Berlin", "az": "Berlində axşam"})
    soon.event(event.edition, **BAKU)
    return event


@pytest.fixture
def poll(client: Client, event: Event) -> Poll:
    """Return what asks for a feed as a calendar program does."""

    def _poll(path: str = WHOLE, method: str = "GET", **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Context().run(client.http.open, path, method=method, headers=named)

    return _poll


def edit(event: Event, **changes: object) -> None:
    with unit_of_work():
        draft = replace(events.draft_of(event), **changes)  # type: ignore[arg-type]
        events.edit(event, draft, actor=None, now=datetime.now(UTC))


def summaries(answer: TestResponse) -> list[str]:
    assert answer.status_code == 200
    return [str(one["SUMMARY"]) for one in Calendar.from_ical(answer.data).walk("VEVENT")]


def test_a_feed(poll: Poll, event: Event) -> None:
    answer = poll()
    headers = answer.headers
    assert answer.status_code == 200
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert headers["ETag"].startswith('W/"')
    assert headers["Cache-Control"] == CACHING
    assert headers["Vary"] == "Accept-Encoding"
    assert headers["Content-Disposition"] == 'inline; filename="khojaly.ics"'
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in headers
    assert "Content-Encoding" not in headers
    assert datetime.now(UTC) - timedelta(days=1) < answer.last_modified <= datetime.now(UTC)  # type: ignore[operator]
    assert summaries(answer) == ["Evening in Baku", "Evening in Berlin"]


def test_two_libraries_read_the_same(poll: Poll, event: Event) -> None:
    answer = poll(GERMANY)
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    (one,) = Calendar.from_ical(answer.data).walk("VEVENT")
    other = vobject.readOne(answer.text).vevent
    assert str(one["UID"]) == other.uid.value == event.uid
    assert str(one["SUMMARY"]) == other.summary.value == "Evening in Berlin"
    assert one.decoded("DTSTART").astimezone(UTC) == other.dtstart.value.astimezone(UTC) == event.starts_at
    assert one.decoded("DTEND").astimezone(UTC) == other.dtend.value.astimezone(UTC) == event.ends_at
    assert str(one["LOCATION"]) == other.location.value == "Community hall, Musterstraße 1, Berlin, Germany"
    assert str(one["URL"]) == other.url.value


def test_a_feed_speaks_the_language_of_its_address_and_of_no_header(poll: Poll) -> None:
    assert summaries(poll("/feeds/khojaly/country-de/lang-az.ics", Accept_Language="en")) == ["Berlində axşam"]
    assert summaries(poll(GERMANY, Accept_Language="az", Cookie="language=az")) == ["Evening in Berlin"]
    filename = poll("/feeds/khojaly/country-de/lang-az.ics").headers["Content-Disposition"]
    assert filename == 'inline; filename="khojaly-country-de-lang-az.ics"'


@pytest.mark.parametrize(
    "spelling",
    ["{tag}", "{strong}", '"other", {tag}', 'W/"other",{strong}', "*"],
    ids=lambda one: one.replace('"', "'"),
)
def test_whoever_has_it_gets_nothing_again(poll: Poll, spelling: str) -> None:
    first = poll()
    tag = first.headers["ETag"]
    again = poll(If_None_Match=spelling.format(tag=tag, strong=tag.removeprefix("W/")))
    assert (again.status_code, again.data) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary"):
        assert again.headers[name] == first.headers[name]
    assert "Content-Type" not in again.headers
    assert "Set-Cookie" not in again.headers


def test_whoever_has_another_one_gets_it_whole(poll: Poll) -> None:
    first = poll()
    later = http_date(datetime.now(UTC) + timedelta(days=1))
    for headers in (
        {"If_None_Match": 'W/"other"'},
        {"If_None_Match": '"other"', "If_Modified_Since": later},  # the tag decides
        {"If_Modified_Since": http_date(datetime.now(UTC) - timedelta(days=2))},
        {"If_Modified_Since": "yesterday or so"},
    ):
        again = poll(**headers)
        assert (again.status_code, again.data) == (200, first.data)


def test_whoever_has_only_its_date_gets_nothing_again(poll: Poll) -> None:
    assert poll(If_Modified_Since=poll().headers["Last-Modified"]).status_code == 304


def test_a_change_shows_on_the_next_request_where_it_belongs_and_nowhere_else(poll: Poll, event: Event) -> None:
    paths = (WHOLE, GERMANY, AZERBAIJAN, f"/feeds/khojaly/year-{YEAR}/country-az.ics")
    tags = {path: poll(path).headers["ETag"] for path in paths}
    edit(event, starts=STARTS + timedelta(minutes=30))
    kept = {path: poll(path, If_None_Match=tag).status_code == 304 for path, tag in tags.items()}
    assert list(kept.values()) == [False, False, True, True]
    (one,) = Calendar.from_ical(poll(GERMANY).data).walk("VEVENT")
    assert one.decoded("DTSTART").replace(tzinfo=None) == STARTS + timedelta(minutes=30)


def test_a_cancelled_event_stays_and_says_so(poll: Poll, event: Event) -> None:
    with unit_of_work():
        events.cancel(event, reason={"en": "Storm warning"}, actor=None, now=datetime.now(UTC))
    (one,) = Calendar.from_ical(poll(GERMANY).data).walk("VEVENT")
    assert (one["STATUS"], str(one["SUMMARY"])) == ("CANCELLED", "Cancelled: Evening in Berlin")
    assert vobject.readOne(poll(GERMANY).text).vevent.status.value == "CANCELLED"


def test_what_is_not_public_is_in_no_feed(poll: Poll, event: Event, soon: Soon) -> None:
    secret = {"venue": "Secret house", "latitude": 12.345678, "description": {"en": "Hush"}}
    soon.event(event.edition, is_published=False, name={"en": "A draft"}, **secret)
    soon.event(soon.edition(event.edition.campaign, YEAR + 1, is_open=False), name={"en": "Not open yet"})
    soon.event(event.edition, name={"en": "Hidden venue"}, venue_is_public=False, **secret)
    text = poll().text.replace("\r\n ", "")
    for unwanted in ("A draft", "Not open yet", "Secret house", "12.345678"):
        assert unwanted not in text
    assert "Hidden venue" in text


def test_gzip_only_when_it_is_asked_for(poll: Poll) -> None:
    plain = poll()
    for asked in ("gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.2", "*"):
        zipped = poll(Accept_Encoding=asked)
        assert zipped.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(zipped.data) == plain.data
        assert zipped.headers["ETag"] == plain.headers["ETag"]
        assert zipped.data[4:8] == bytes(4)  # no hour of its making: the same bytes at any time
        assert zipped.headers["Vary"] == "Accept-Encoding"
        assert len(zipped.data) == int(zipped.headers["Content-Length"]) < len(plain.data)
    for asked in ("", "identity", "br, deflate", "gzip;q=0"):
        answer = poll(Accept_Encoding=asked)
        assert answer.data == plain.data
        assert "Content-Encoding" not in answer.headers
    assert poll(Accept_Encoding="gzip", If_None_Match=plain.headers["ETag"]).data == b""


def test_head_says_what_get_would(poll: Poll) -> None:
    whole, head = poll(), poll(method="HEAD")
    assert (head.status_code, head.data) == (200, b"")
    assert dict(head.headers) == dict(whole.headers)
    assert poll(method="HEAD", If_None_Match=whole.headers["ETag"]).status_code == 304


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "PROPFIND"])
def test_other_methods_are_told_which_there_are(poll: Poll, method: str) -> None:
    answer = poll(method=method)
    assert answer.status_code == 405
    assert {one.strip() for one in answer.headers["Allow"].split(",")} == {"GET", "HEAD", "OPTIONS"}
    assert "Set-Cookie" not in answer.headers


def test_an_empty_slice_is_a_whole_calendar(poll: Poll) -> None:
    for path in ("country-fr", "country-fr/city-berlin", "year-2190", "online/lang-az"):
        assert summaries(poll(f"/feeds/khojaly/{path}.ics")) == []


def test_nothing_of_the_asker_changes_the_bytes(client: Client, poll: Poll, event: Event, soon: Soon) -> None:
    anonymous = poll()
    client.sign_in(soon.member(event.edition.campaign, Role.OWNER))
    signed_in = poll(f"{WHOLE}?hl=az", User_Agent="Thunderbird", Cookie="a=b")
    assert signed_in.data == anonymous.data
    assert "Set-Cookie" not in signed_in.headers


def test_another_process_answers_with_the_same_bytes(poll: Poll, environment: Mapping[str, str]) -> None:
    script = (
        "import sys; from campaign.app import create_app; "
        f"answer = create_app().test_client().get('{WHOLE}'); "
        "sys.stdout.buffer.write(answer.headers['ETag'].encode() + b'\\n' + answer.data)"
    )
    command = [sys.executable, "-c", script]
    other = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, check=True)
    tag, _newline, body = other.stdout.partition(b"\n")
    answer = poll()
    assert (tag.decode(), body) == (answer.headers["ETag"], answer.data)


def test_one_event_as_a_file(poll: Poll, event: Event) -> None:
    path = f"/khojaly/{YEAR}/evening-in-berlin/event.ics"
    answer = poll(path)
    assert summaries(answer) == ["Evening in Berlin"]
    assert answer.headers["Content-Disposition"] == 'inline; filename="evening-in-berlin.ics"'
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert "NAME" not in Calendar.from_ical(answer.data)
    assert vobject.readOne(answer.text).vevent.uid.value == event.uid
    assert poll(path, If_None_Match=answer.headers["ETag"]).status_code == 304
    edit(event, venue="Another hall")
    assert "Another hall" in poll(path, If_None_Match=answer.headers["ETag"]).text


def test_a_drafts_file_is_not_found(poll: Poll, event: Event, soon: Soon) -> None:
    draft = soon.event(event.edition, is_published=False, name={"en": "A draft"})
    assert poll(f"/khojaly/{YEAR}/{draft.slug}/event.ics").status_code == 404


KINDS = {"atom": "application/atom+xml", "json": "application/geo+json"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_slice_for_readers_and_maps(poll: Poll, kind: str) -> None:
    path = f"/feeds/khojaly/country-de/lang-az.{kind}"
    answer, of_calendar = poll(path), poll("/feeds/khojaly/country-de/lang-az.ics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == f"{KINDS[kind]}; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'inline; filename="khojaly-country-de-lang-az.{kind}"'
    for name in ("Cache-Control", "Vary", "Last-Modified", "Access-Control-Allow-Origin", "X-Robots-Tag"):
        assert answer.headers[name] == of_calendar.headers[name]
    assert "Set-Cookie" not in answer.headers
    assert "Berlində axşam" in answer.text
    assert poll(path, If_None_Match=answer.headers["ETag"]).status_code == 304
    assert answer.headers["ETag"] != of_calendar.headers["ETag"]
    assert gzip.decompress(poll(path, Accept_Encoding="gzip").data) == answer.data


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_shows_in_the_lists_at_once(poll: Poll, event: Event, kind: str) -> None:
    first = poll(f"/feeds/khojaly/country-de.{kind}")
    edit(event, venue="Another hall")
    assert "Another hall" in poll(f"/feeds/khojaly/country-de.{kind}", If_None_Match=first.headers["ETag"]).text
