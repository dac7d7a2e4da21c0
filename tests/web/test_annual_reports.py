"""The report of a year for everybody, its table and its photos; and an archive that stays readable."""

import csv
import io
from datetime import UTC, datetime

import pytest

from campaign.db import db, unit_of_work
from campaign.domain.edition import Status as EditionStatus
from campaign.models import Event, Report
from campaign.services import annual_reports, editions, reports
from tests.page import Client, words
from tests.web.past import YEAR, Past

PATH = f"/khojaly/{YEAR}/report/"
TABLE = f"/khojaly/{YEAR}/report.csv"


@pytest.fixture
def event(past: Past) -> Event:
    return past.event()


@pytest.fixture
def report(past: Past, event: Event) -> Report:
    """Return what was told of the event, in Arabic, checked and published."""
    report = past.report(event, words="كان المساء هادئا\nوحضر كثيرون", language="ar")
    past.published(report)
    return report


def test_everybody_reads_the_years_report(client: Client, report: Report, past: Past) -> None:
    past.event(report.event.edition, name={"en": "In Bonn"}, city="Bonn")
    page = client.get(PATH)
    assert page.heading == f"Report of the year {YEAR}"
    labels, numbers = ([words(one) for one in page.all(tag)] for tag in ("dt", "dd"))
    figures = dict(zip(labels, numbers, strict=True))
    assert figures == {"Events": "2", "Countries": "1", "Cities": "2", "People who came": "40"}
    assert "How many people came is known of 1 event." in page.text
    told = next(one for one in page.all("div") if one.get("class") == "told")
    assert (told.get("lang"), told.get("dir"), "هادئا" in words(told)) == ("ar", "rtl", True)
    (image,) = [one for one in page.all("img") if "/photos/" in (one.get("src") or "")]
    assert image.get("alt") == "The full hall"
    assert "In Bonn" in page.text
    assert client.get(f"{PATH}?hl=ar").status == 200
    assert PATH in client.get(f"/khojaly/{YEAR}/").text


def test_nobody_reads_it_before_it_is_published_or_after_it_was_taken_back(
    client: Client, past: Past, event: Event
) -> None:
    report = past.report(event)
    photo = f"/photos/{report.photos[0].name}.jpg"
    for path in (PATH, TABLE, photo):
        assert client.get(path).status == 404
    assert PATH not in client.get(f"/khojaly/{YEAR}/").text
    past.published(report)
    assert {client.http.get(path).status_code for path in (PATH, TABLE, photo)} == {200}
    with unit_of_work():
        annual_reports.take_back(event.edition, actor=None, now=past.now)
    for path in (PATH, TABLE, photo):
        assert client.get(path).status == 404


def test_a_photo_may_be_kept_by_caches_and_is_the_same_for_everybody(client: Client, report: Report) -> None:
    path = f"/photos/{report.photos[0].name}.jpg"
    answer = client.http.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"] == "public, max-age=86400, immutable"
    assert "Set-Cookie" not in answer.headers
    assert "Vary" not in answer.headers
    assert b"Spying" not in answer.data
    assert client.get("/photos/unknown.jpg").status == 404
    with unit_of_work():
        reports.leave_out(report.photos[0], is_left_out=True, actor=None, now=datetime.now(UTC))
    assert client.get(path).status == 404
    assert path not in client.get(PATH).text


def test_few_people_are_no_number(client: Client, past: Past, event: Event) -> None:
    past.published(past.report(event, came=4))
    page = client.get(PATH)
    assert "People who came" not in page.text
    assert "person came" not in page.text
    assert "people came" not in page.text
    assert rows(client)[1][4] == ""


def rows(client: Client) -> list[list[str]]:
    text = client.http.get(TABLE).get_data(as_text=True)
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_table_says_the_same_and_computes_nothing(client: Client, past: Past, event: Event) -> None:
    past.published(past.report(event, words='=HYPERLINK("https://evil.example")'))
    answer = client.get(TABLE)
    assert answer.response.headers["Content-Disposition"] == f"attachment; filename=khojaly-{YEAR}-report.csv"
    heads, row = rows(client)
    assert heads == ["Country", "City", "Event", "Day", "People who came", "Words", "Language", "Address"]
    assert row[:3] == ["Germany", "Berlin", "Evening in Berlin"]
    assert row[4:7] == ["40", '\'=HYPERLINK("https://evil.example")', "en"]
    assert row[7].endswith(f"/khojaly/{YEAR}/evening-in-berlin/")


def test_words_are_words_and_no_markup(client: Client, past: Past, event: Event) -> None:
    past.published(past.report(event, words="<script>alert(1)</script> **no**"))
    text = client.get(PATH).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; **no**" in text


def test_a_foreword_in_the_readers_language(client: Client, report: Report, past: Past) -> None:
    with unit_of_work():
        foreword = {"en": "A *quiet* year.", "az": "Sakit il."}
        annual_reports.write_foreword(report.event.edition, foreword, actor=None, now=past.now)
    assert "A <em>quiet</em> year." in client.get(PATH).text
    assert "Sakit il." in client.get(f"{PATH}?hl=az").text
    assert 'lang="en"' in client.get(f"{PATH}?hl=de").text


def test_an_archived_year_stays_readable_and_subscribable(client: Client, report: Report) -> None:
    edition = report.event.edition
    for status in (EditionStatus.HELD, EditionStatus.ARCHIVED):
        with unit_of_work():
            editions.move(edition, status, actor=None, now=datetime.now(UTC))
    base = f"/khojaly/{YEAR}"
    for path in (f"{base}/", f"{base}/evening-in-berlin/", PATH, "/khojaly/", "/khojaly/series/evening-in-berlin/"):
        assert client.get(path).status in (200, 303), path
    year = f"/feeds/khojaly/year-{YEAR}"
    for path in (f"{year}.ics", f"{year}.atom", f"{year}.json", f"{year}/country-de.ics"):
        assert "Evening in Berlin" in client.get(path).text
    assert client.get(f"{base}/evening-in-berlin/event.ics").status == 200
    assert client.http.get(f"/photos/{report.photos[0].name}.jpg").status_code == 200
    db.session.rollback()
    assert edition.status is EditionStatus.ARCHIVED
