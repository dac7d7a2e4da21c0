"""What people type to break something: it is refused with a sentence or stored clean, and breaks nothing."""

import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from campaign.db import db, unit_of_work
from campaign.domain.permission import Role
from campaign.domain.question import Kind
from campaign.mail.compose import compose
from campaign.models import Event, Message, Registration
from campaign.services import registrations
from tests.make import Maker
from tests.page import HTML, Client, Page

YEAR = datetime.now(UTC).year + 1
EVENTS = f"/manage/khojaly/{YEAR}/events"
FORM = f"/khojaly/{YEAR}/evening-in-berlin/register"
URLENCODED = "application/x-www-form-urlencoded"

EVENT = {
    "name_en": "Evening in Bonn",
    "city": "Bonn",
    "country": "DE",
    "zone": "Europe/Berlin",
    "latitude": "50.7",
    "longitude": "7.1",
    "starts": f"{YEAR}-02-26T18:00",
    "ends": f"{YEAR}-02-26T20:00",
    "venue_is_public": "y",
    "takes_registrations": "y",
}
PERSON = {"name": "Rena", "email": "rena@example.org", "party_size": "1", "language": "en", "consent": "y"}

# NUL, escape, C1, line and paragraph separators, byte order mark, reordering, a lone surrogate, a noncharacter.
NASTY = "\x00\x07\x1b\x7f\x85\x9f\u2028\u2029\ufeff\u202e\u2066\ud800\udfff\ufffe\U0001ffff\r\n"
BREAKS_A_ROW = {"Cc", "Cs", "Zl", "Zp"}
REORDERS = "\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.fixture
def client(app: Flask, make: Maker) -> Client:
    """Return the browser of an editor of a campaign with one open event."""
    campaign = make.campaign()
    edition = make.edition(campaign, YEAR)
    times = {"starts": datetime(YEAR, 2, 26, 18), "ends": datetime(YEAR, 2, 26, 20)}
    make.question(make.event(edition, **times), Kind.LONG_TEXT)
    editor = make.member(campaign, Role.EDITOR)
    client = Client(app)
    client.sign_in(editor)
    return client


def send(client: Client, path: str, data: dict[str, str]) -> Page:
    """Send a form whose values may hold what no browser would send."""
    body = "&".join(f"{name}={quote(value, safe='', errors='surrogatepass')}" for name, value in data.items())
    return client.post(path, body, content_type=URLENCODED)


def stored() -> Iterator[str]:
    """Return every text in the database, also those inside of JSON and those that are encrypted."""
    db.session.rollback()
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(select(*(column for column in table.columns if column.name != "transports"))):
            for value in row:
                yield from texts_in(value)
    db.session.rollback()


def texts_in(value: object) -> Iterator[str]:
    """Return the texts in a column's value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for one in pair for text in texts_in(one))
    elif isinstance(value, list):
        yield from (text for one in value for text in texts_in(one))


def is_clean(text: str) -> bool:
    """Return whether nothing in a text breaks or reorders a row."""
    bare = text.replace("\n", "")
    return not any(unicodedata.category(char) in BREAKS_A_ROW or char in REORDERS for char in bare)


def pairs(table: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Return each field with each of the values to type into it."""
    for field, values in table.items():
        yield from ((field, value) for value in values)


def found_event(slug: str) -> Event:
    """Return an event as it is stored now."""
    db.session.rollback()
    return db.session.scalars(select(Event).where(Event.slug == slug)).one()


def check_all_that_is_made_of_it(client: Client, slug: str) -> None:
    """Open whatever shows the event, and read it as programs do."""
    for path in (f"/khojaly/{YEAR}/", f"/khojaly/{YEAR}/{slug}/", f"{EVENTS}/", f"{EVENTS}/{slug}/"):
        page = client.get(path)
        assert page.status == 200
        assert is_clean(page.text.replace("\r\n", "\n"))
        assert not any(one.get("src", "").startswith(("x", "data:")) for one in page.all("img"))
    for path in ("/feeds/khojaly.ics", f"/khojaly/{YEAR}/{slug}/event.ics"):
        feed = client.get(path).response.data
        assert is_clean(feed.decode().replace("\r\n", "\n"))
        entries = Calendar.from_ical(feed).events
        assert slug in {urlsplit(str(entry["URL"])).path.split("/")[-2] for entry in entries}
        assert not any(entry.errors or entry.alarms.times or "ATTENDEE" in entry for entry in entries)


@pytest.mark.parametrize("field", ["name_en", "name_az", "description_en", "city", "venue", "address", "tags"])
def test_no_text_of_an_event_breaks_anything(client: Client, field: str) -> None:
    typed = f'Be{NASTY}fore\r\nBEGIN:VALARM\r\nATTENDEE:mailto:x <b>"after" {{{{7*7}}}}'
    page = send(client, f"{EVENTS}/new/", {**EVENT, field: typed})
    assert page.status == 303, page.text
    slug = page.location.split("/")[-2]
    assert client.post(f"{EVENTS}/{slug}/publish").status == 303
    assert [text for text in stored() if not is_clean(text)] == []
    assert any("fore" in text for text in stored())
    check_all_that_is_made_of_it(client, slug)


def test_nor_does_its_cancellation(client: Client) -> None:
    page = send(client, f"{EVENTS}/evening-in-berlin/cancel", {"reason": f"Storm{NASTY} <script>"})
    assert page.status == 303
    reason = found_event("evening-in-berlin").cancel_reason["en"]
    assert reason.startswith("Storm")
    assert is_clean(reason)
    check_all_that_is_made_of_it(client, "evening-in-berlin")


@pytest.mark.parametrize("field", ["name", "answer"])
@pytest.mark.parametrize("encoding", [URLENCODED, "multipart/form-data"])
def test_no_text_of_a_registrant_breaks_anything(client: Client, field: str, encoding: str) -> None:
    names = {"answer": f"question-{found_event('evening-in-berlin').questions[0].id}"}
    data = {**PERSON, names.get(field, field): f'Be{NASTY}fore <b>"after"'}
    if encoding == URLENCODED:
        page = send(client, FORM, data)
    else:
        sent = {name: value.encode("utf-8", "replace").decode() for name, value in data.items()}
        page = client.post(FORM, sent, content_type=encoding)
    assert page.status == 303, page.text
    assert [text for text in stored() if not is_clean(text)] == []
    check_last_mail()
    registration = db.session.scalars(select(Registration)).one()
    token = registration.token
    with unit_of_work():
        registrations.confirm(registration, now=datetime.now(UTC))
    check_last_mail()
    for path in (f"/r/{token}/", f"{EVENTS}/evening-in-berlin/registrations/"):
        assert "fore &lt;b&gt;" in client.get(path).text or field == "answer"


def check_last_mail() -> None:
    """Compose the newest message and read it as a mail program does."""
    message = db.session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
    mail = message_from_bytes(compose(message).as_bytes(), policy=policy.default)
    assert not list(mail.defects)
    assert is_clean(str(mail.get_body(("plain",))).replace("\r", ""))


def test_a_name_adds_no_header_and_stands_in_none(client: Client) -> None:
    page = send(client, FORM, {**PERSON, "name": "Rena\r\nX-Evil: yes\r\n\r\nBody"})
    assert page.status == 303
    message = db.session.scalars(select(Message)).one()
    mail = message_from_bytes(compose(message).as_bytes(), policy=policy.default)
    assert not any("Evil" in name or "Rena" in str(value) for name, value in mail.items())
    assert mail["To"] == "rena@example.org"


def test_neither_does_the_name_of_an_event_or_a_campaign(client: Client) -> None:
    page = send(client, f"{EVENTS}/new/", {**EVENT, "name_en": "Bonn\r\nBcc: victim@example.org\u2028X: y"})
    slug = page.location.split("/")[-2]
    client.post(f"{EVENTS}/{slug}/publish")
    send(client, f"/khojaly/{YEAR}/{slug}/register", PERSON)
    mail = message_from_bytes(compose(db.session.scalars(select(Message)).one()).as_bytes(), policy=policy.default)
    assert "Bcc" not in mail
    assert "X" not in mail
    assert str(mail["Subject"]).endswith("Bonn Bcc: victim@example.org X: y")


NO_REGISTRATION = {
    "name": [
        "https://evil.example",
        "Win at HTTP://evil.example/x",
        "www.evil.example",
        "evil.example/win",
        "write to me@evil.example",
        "evil.exa\u200bmple/win",
        "ftp://evil",
        "Rena\x00 https:\x00//evil.example",
        "\u200b\u2060",
        "x" * 81,
    ],
    "email": [
        "rena@example.org\r\nBcc: victim@example.org",
        "rena@example.org, victim@example.org",
        "Rena <rena@example.org>",
        '"a\r\nb"@example.org',
        "rena@localhost",
        "rena@127.0.0.1",
        "rena@[127.0.0.1]",
        "rena@exam\x00ple.org",
        "@example.org",
        "rena@@example.org",
        f"rena@{'x' * 250}.org",
    ],
    "party_size": ["١", "1_0", "1e0", "+1", "1.0", "0x1", "２", "1" * 25, "-1", "0", "11", "1 2", "1\x00", "NaN", ""],
    "language": ["xx", "en\x00", "EN"],
    "consent": [""],
}


def test_what_no_registration_takes_is_said_beside_the_field(client: Client) -> None:
    for field, value in pairs(NO_REGISTRATION):
        page = send(client, FORM, {**PERSON, field: value})
        assert page.status == 422, (field, value)
        assert page.error_of(field), (field, value)
    assert db.session.scalar(select(Registration)) is None


NO_EVENT = {
    "capacity": ["١٢", "1_000", "9" * 24, "0", "100001"],
    "latitude": ["٤٠", "90.1", "nan", "inf"],
    "longitude": ["1e2", "-180.5"],
    "starts": [
        "0001-01-01T00:00",
        "9999-12-31T23:59",
        "1899-12-31T12:00",
        "2201-01-01T12:00",
        f"{YEAR}-02-30T18:00",
        f"{YEAR}-02-26T24:00",
        f"{YEAR}-02-26",
        "٢٠٢٧-٠٢-٢٦T18:00",
        f"{YEAR}-02-26T18:00Z",
        f"{YEAR}-02-26T18:00\x00",
    ],
    "ends": [f"{YEAR}-02-26T17:00", f"{YEAR}-12-26T17:00"],
    "opens": ["0001-01-01T00:00"],
    "zone": [
        "Europe",
        "../../etc/passwd",
        "/etc/passwd",
        "localtime",
        "posixrules",
        "right/UTC",
        "posix/Europe/Berlin",
        "europe/berlin",
        "Europe/Berlin\x00",
        "tzdata.zi",
        "Factory",
    ],
    "url": [
        "javascript:alert(1)",
        "https://example.org/\njavascript:alert(1)",
        "https://user:password@example.org/",
        "https://127.1/",
        "https://①②⑦.0.0.1/",
        "data:text/html,x",
        "https://exa mple.org/",
    ],
    "online_url": ["//evil.example", "https://[::1]/"],
    "country": ["XX", "de"],
    "accessibility": ["<script>"],
    "languages": ["en, <b>", "zz"],
    "name_en": ["x" * 161, "\u200b\u2060"],
    "description_en": ["x" * 5001],
}


def test_what_no_event_takes_is_said_beside_the_field(client: Client) -> None:
    for field, value in pairs(NO_EVENT):
        page = send(client, f"{EVENTS}/new/", {**EVENT, field: value})
        assert page.status == 422, (field, value)
        assert page.error_of(field), (field, value)
    db.session.rollback()
    assert [event.slug for event in db.session.scalars(select(Event))] == ["evening-in-berlin"]


def test_years_are_1900_to_2200(client: Client) -> None:
    for year in ("1", "9999", "1899", "2201", "٢٠٢٨", "2_028", "2028.0", "2" * 30, "9" * 5000, "-2028"):
        page = client.follow(send(client, "/manage/khojaly/editions/", {"year": year}))
        assert page.status == 200
        assert send(client, "/manage/khojaly/exceptions/", {"year": year, "reason": "Storm"}).status == 422
        for path in (f"/khojaly/{quote(year)}/", f"/manage/khojaly/{quote(year)}/", f"/feeds/khojaly/year-{year}.ics"):
            assert client.get(path).status == 404, path


QUERIED = ("q", "country", "city", "lang", "tag", "page", "hl", "status", "campaign", "year", "series")
NAMED = (
    "/{0}/ /{0}/2027/ /khojaly/2027/{0}/ /khojaly/2027/{0}/register /khojaly/series/{0}/ /feeds/{0}.ics /r/{0}/ "
    "/manage/{0}/ /manage/khojaly/2027/events/{0}/ /accent/{0}.css"
).split()


def test_whatever_is_looked_for_the_page_comes(app_on_both: Flask, make: Maker) -> None:
    event = make.event()
    editor = make.member(event.edition.campaign, Role.EDITOR)
    client = Client(app_on_both)
    client.sign_in(editor)
    for text in ("\x01", "%", "_", "\\", "'", '"', "\ud800", "\u2028", "٢", "-1", "9" * 30, "x" * 3000, "<b>", "\x00"):
        word = quote(text, safe="", errors="surrogatepass")
        query = "&".join(f"{name}={word}" for name in (*QUERIED, word))
        for path in ("/khojaly/2027/", "/khojaly/subscribe/", "/manage/khojaly/2027/events/", "/manage/places.json"):
            assert client.get(f"{path}?{query}").status == (400 if text == "\x00" else 200), (path, text)
        for path in NAMED:
            assert client.get(path.format(word)).status == 404, (path, text)
        assert client.get(f"/feeds/khojaly/tag-{word}.ics").status in (200, 400, 404), text


STORIES = [
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "![x](https://evil.example/pixel.png)",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<iframe src=https://evil.example></iframe>",
    "<a href='javascript:x' onclick=x style='x'>x</a>",
    "<style>*{display:none}</style>",
    "<svg/onload=alert(1)>",
    "<h1>Mine</h1>\n\n# Mine",
    '[x](https://example.org/ "onmouseover=alert(1)")',
    "x\n\n<!-- -->\n<base href=https://evil.example/>",
]


def test_no_story_runs_or_loads_anything(app: Flask, make: Maker) -> None:
    for number, story in enumerate(STORIES):
        make.campaign(f"cause-{number}", story={"en": f"Before.\n\n{story}\n\nAfter."})
        page = Client(app).get(f"/cause-{number}/")
        section = next(one for one in page.all("section") if one.get("aria-labelledby") == "story")
        told = next(one for one in section.iter(f"{HTML}div") if one.get("lang") == "en")
        assert "After." in "".join(told.itertext())
        for one in told.iter():
            assert one.tag.removeprefix(HTML) in {"div", "p", "a", "h2"}, story
            assert set(one.attrib) <= {"href", "rel", "lang", "dir", "title"}, story
            if one.tag == f"{HTML}a":
                assert urlsplit(one.get("href") or "").scheme in {"http", "https", "mailto", ""}, story
                assert one.get("rel") == "noopener nofollow"


def test_html_in_a_story_is_shown_as_it_was_typed(app: Flask, make: Maker) -> None:
    make.campaign(story={"en": "Before <em>Mine</em> after"})
    assert "Before &lt;em&gt;Mine&lt;/em&gt; after" in Client(app).get("/khojaly/").text
