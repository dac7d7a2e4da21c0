"""Atom feeds, read by an XML parser and held against RFC 4287."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from xml.etree.ElementTree import Element, fromstring

from hypothesis import example, given
from hypothesis import strategies as st

from campaign.syndication.atom import render
from campaign.syndication.item import Head, Item

ATOM = "{http://www.w3.org/2005/Atom}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
IRI = re.compile(r"https://events\.example\.org/[!-~]*|urn:uuid:[0-9a-f-]{36}")
HOSTILE = "</title><entry/> & \" ' ]]> <![CDATA[ <!-- \x00\x0b\x85\u2028\ud800\ufffe\r\n\t"

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HEAD = Head(
    title="Justice · Germany",
    subtitle="A day of remembrance.",
    feed="https://events.example.org/feeds/khojaly/country-de.atom",
    page="https://events.example.org/khojaly/",
    language="en",
    author="Justice",
    changed_at=NOW,
)
ITEM = Item(
    uid="0b0e6c8e-5c54-4f3a-9d0e-2b2f2c7f1a11@events.example.org",
    title="Evening in Berlin",
    url="https://events.example.org/khojaly/2027/evening-in-berlin/",
    language="en",
    changed_at=NOW,
    published_at=NOW - timedelta(days=1),
    is_cancelled=False,
    starts=datetime(2027, 2, 26, 18, 30),
    ends=datetime(2027, 2, 26, 20, 30),
    zone="Europe/Berlin",
    is_all_day=False,
    when="Friday, 26 February 2027, 18:30 (Central European Time)",
    description="Music and readings.",
    place="Community hall, Berlin",
    country="DE",
    city="Berlin",
    latitude=52.52,
    longitude=13.4,
    tags=("concert", "talk"),
)

texts = st.text(st.characters(exclude_categories=()), max_size=40)


def parse(head: Head, *items: Item) -> Element:
    return fromstring(render(head, items))


def text(parent: Element, name: str) -> str:
    """Return the text of the one child of that name."""
    (found,) = parent.findall(f"{ATOM}{name}")
    return found.text or ""


def check_rules(feed: Element) -> None:
    """Look for what RFC 4287, sections 4.1.1 and 4.1.2, asks of a feed and its entries."""
    entries = feed.findall(f"{ATOM}entry")
    assert text(feed.find(f"{ATOM}author") or feed, "name") or feed.find(f"{ATOM}author") is not None
    for one in (feed, *entries):
        assert IRI.fullmatch(text(one, "id"))
        assert RFC_3339.fullmatch(text(one, "updated"))
        assert len(one.findall(f"{ATOM}title")) == 1
        alternates = [link for link in one.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert len({(link.get("type"), link.get("hreflang")) for link in alternates}) == len(alternates) == 1
        assert all(IRI.fullmatch(link.get("href") or "") for link in one.findall(f"{ATOM}link"))
    assert len({text(one, "id") for one in entries}) == len(entries)
    assert [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"] == [HEAD.feed]


def test_a_feed_and_its_entry() -> None:
    feed = parse(HEAD, ITEM)
    check_rules(feed)
    assert (text(feed, "title"), text(feed, "subtitle")) == ("Justice · Germany", "A day of remembrance.")
    assert (text(feed, "id"), text(feed, "updated"), feed.get(XML_LANG)) == (HEAD.feed, "2026-11-22T12:00:00Z", "en")
    (entry,) = feed.findall(f"{ATOM}entry")
    assert text(entry, "id") == "urn:uuid:0b0e6c8e-5c54-4f3a-9d0e-2b2f2c7f1a11"
    assert (text(entry, "title"), entry.get(XML_LANG)) == ("Evening in Berlin", "en")
    assert (text(entry, "updated"), text(entry, "published")) == ("2026-11-22T12:00:00Z", "2026-11-21T12:00:00Z")
    assert text(entry, "summary") == f"{ITEM.when}\n{ITEM.place}\n{ITEM.description}"
    assert [one.get("term") for one in entry.findall(f"{ATOM}category")] == ["concert", "talk"]


def test_an_empty_feed_is_a_feed() -> None:
    feed = parse(replace(HEAD, subtitle=""))
    check_rules(feed)
    assert feed.find(f"{ATOM}entry") is None
    assert feed.find(f"{ATOM}subtitle") is None


def test_the_order_is_kept_and_the_same_items_are_the_same_bytes() -> None:
    others = [
        replace(ITEM, uid=f"{number}0b0e6c8-5c54-4f3a-9d0e-2b2f2c7f1a11@x", title=str(number)) for number in (3, 1)
    ]
    titles = [text(one, "title") for one in parse(HEAD, *others).findall(f"{ATOM}entry")]
    assert titles == ["3", "1"]
    assert render(HEAD, others) == render(HEAD, iter(others))


def test_an_hour_is_written_in_utc() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=4)))
    assert text(parse(replace(HEAD, changed_at=elsewhere)), "updated") == "2026-11-22T12:00:00Z"


@example(HOSTILE)
@given(texts)
def test_no_text_can_break_out_of_its_element(hostile: str) -> None:
    poisoned = dict.fromkeys(("title", "when", "place", "description", "country", "city", "language"), hostile)
    bare = parse(HEAD, ITEM)
    feed = parse(
        replace(HEAD, title=hostile, subtitle=f"x{hostile}", author=hostile), replace(ITEM, **poisoned, tags=(hostile,))
    )
    assert [one.tag for one in feed] == [one.tag for one in bare]
    (entry,) = feed.findall(f"{ATOM}entry")
    kinds = [one.tag for one in entry if one.tag != f"{ATOM}category"]
    assert kinds == [one.tag for one in bare.findall(f"{ATOM}entry")[0] if one.tag != f"{ATOM}category"]
    assert all(len(one) == 0 for one in entry)
