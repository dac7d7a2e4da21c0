"""A host tells how it was, by the link in the mail."""

import io
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from campaign.db import db, unit_of_work
from campaign.domain.edition import Status as EditionStatus
from campaign.domain.report import Status
from campaign.models import Event, Host, Photo, Report
from campaign.pictures import photo as pictures
from campaign.services import editions, events
from campaign.web.errors import SENTENCES
from tests.page import Client, Page
from tests.pictures.photo_files import halves, refused, saved, taken_by_a_telephone
from tests.web.past import YEAR, Past

REFUSED = {name: one for name, one in refused().items() if name != "nothing"}
pytestmark = pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")


@pytest.fixture
def event(past: Past) -> Event:
    """Return an event that is over, to which twelve came as counted at the door."""
    event = past.event()
    past.host(event)
    with unit_of_work():
        event.attended = 12
    return event


@pytest.fixture
def path(event: Event) -> str:
    return f"/h/{event.host.token if event.host else ''}/{YEAR}/evening-in-berlin/report"


def upload(client: Client, path: str, content: bytes, **changes: object) -> Page:
    """Send a photo with its caption and the tick."""
    form = {"photo": (io.BytesIO(content), "../../photo.jpg"), "caption": "The hall", "is_agreed": "y", **changes}
    return client.post(f"{path}/photos", {name: value for name, value in form.items() if value is not None})


def tell(client: Client, path: str, **changes: str) -> Page:
    return client.post(path, {"came": "40", "words": "It was calm.", "language": "az", **changes})


def stored() -> Report:
    db.session.rollback()
    return db.session.scalars(select(Report)).one()


def photos() -> int:
    db.session.rollback()
    return db.session.scalars(select(func.count(Photo.id))).one()


def test_a_host_tells_how_it_was(client: Client, path: str) -> None:
    page = client.get(path)
    assert (page.heading, page.value_of("came")) == ("How it was", "12")
    answer = tell(client, path, words="Sakit keçdi.\n\nSağ olun.")
    assert answer.status == 303
    assert "A coordinator looks at it" in client.follow(answer).text
    report = stored()
    assert (report.came, report.words, report.language, report.status) == (
        40,
        "Sakit keçdi.\n\nSağ olun.",
        "az",
        Status.SENT,
    )
    assert client.get(path).value_of("came") == "40"


def test_the_hosts_page_leads_there(client: Client, path: str) -> None:
    assert path in client.get(path.partition(f"{YEAR}/")[0]).text


def test_how_many_came_is_a_number(client: Client, path: str) -> None:
    for came in ("", "-1", "1.5", "many", "1000001", "٤٠"):
        page = tell(client, path, came=came)
        assert (page.status, bool(page.error_of("came"))) == (422, True)
    assert db.session.scalars(select(Report.id)).all() == []


def test_nobody_came(client: Client, path: str) -> None:
    assert tell(client, path, came="0").status == 303
    assert stored().came == 0
    assert client.get(path).value_of("came") == "0"


def test_words_are_cleaned_and_have_an_end(client: Client, path: str) -> None:
    assert tell(client, path, words="é" * 6001).status == 422
    assert tell(client, path, words="a\u202eb" + "\u0301" * 300).status == 303
    assert stored().words == "ab" + "\u0301" * 6 or len(stored().words) <= 8


def test_a_photo_is_drawn_anew_and_shown_to_its_host(client: Client, path: str) -> None:
    tell(client, path)
    answer = upload(client, path, taken_by_a_telephone(orientation=6))
    assert answer.status == 303
    page = client.follow(answer)
    (image,) = [one for one in page.all("img") if "photos" in (one.get("src") or "")]
    assert (image.get("alt"), image.get("width"), image.get("height")) == ("The hall", "40", "80")
    shown = client.http.get(str(image.get("src")))
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert shown.headers["Cache-Control"] == "no-store"
    assert b"Spying" not in shown.data
    assert stored().photos[0].agreed_at is not None


def test_a_file_that_is_no_photo_gets_a_sentence_and_nothing_is_stored(client: Client, path: str) -> None:
    tell(client, path)
    for name, (content, code) in REFUSED.items():
        page = upload(client, path, content)
        said = page.error_of("photo")
        assert (page.status, bool(said)) == (422, True), name
        assert said.partition(":")[0] == str(SENTENCES[code]).partition(":")[0], name
        assert page.value_of("caption") == "The hall"
    assert photos() == 0


def test_a_photo_of_too_many_bytes(client: Client, path: str) -> None:
    tell(client, path)
    heavy = saved(halves())
    page = upload(client, path, heavy + b"\0" * (pictures.BYTES - len(heavy) + 1))
    assert (page.status, "at most 12 MB" in page.error_of("photo")) == (422, True)
    assert upload(client, path, heavy + b"\0" * (pictures.BYTES + 70_000)).status == 413
    assert photos() == 0


def test_only_whoever_holds_a_hosts_link_may_send_so_much(client: Client, path: str) -> None:
    large = b"\0" * 100_000
    unknown = path.replace(path.split("/")[2], "unknown")
    assert upload(client, unknown, large).status in (404, 413)
    assert client.post(path, {"words": "a" * 100_000}).status == 413


def test_a_photo_needs_a_caption_and_everybodys_consent(client: Client, path: str) -> None:
    tell(client, path)
    for missing in ("photo", "caption", "is_agreed"):
        page = upload(client, path, saved(halves()), **{missing: None})
        assert (page.status, bool(page.error_of(missing))) == (422, True)
    assert photos() == 0


def test_six_photos(client: Client, path: str) -> None:
    tell(client, path)
    for _number in range(6):
        assert upload(client, path, saved(halves())).status == 303
    assert 'name="photo"' not in client.get(path).text
    assert upload(client, path, saved(halves())).status == 422
    assert photos() == 6


def test_a_photo_is_removed_for_good(client: Client, path: str) -> None:
    tell(client, path)
    upload(client, path, saved(halves()))
    name = stored().photos[0].name
    assert client.post(f"{path}/photos/{name}/remove").status == 303
    assert photos() == 0
    assert client.get(f"{path}/photos/{name}.jpg").status == 404


def test_a_photo_before_the_words_has_no_place_yet(client: Client, path: str) -> None:
    assert upload(client, path, saved(halves())).status == 404


def test_nobody_elses_event_and_nobody_elses_photo(client: Client, path: str, past: Past, event: Event) -> None:
    tell(client, path)
    other = past.event(event.edition, name={"en": "Other"})
    report = past.report(other)
    base = path.rpartition("/evening")[0]
    assert client.get(f"{base}/other/report").status == 404
    assert client.get(f"{path}/photos/{report.photos[0].name}.jpg").status == 404
    assert client.post(f"{path}/photos/{report.photos[0].name}/remove").status == 404
    assert photos() == 1


def test_before_the_end_there_is_nothing_to_tell(client: Client, soon: Past, past: Past) -> None:
    event = soon.event()
    host = past.host(event)
    path = f"/h/{host.token}/{event.edition.year}/{event.slug}"
    page = client.get(f"{path}/report")
    assert "The event is not over yet." in page.text
    assert 'name="came"' not in page.text
    assert tell(client, f"{path}/report").status == 409
    assert client.get(f"{path}/certificate.pdf").status == 404


def test_a_cancelled_event_has_no_report(client: Client, path: str, event: Event) -> None:
    with unit_of_work():
        events.cancel(event, reason={}, actor=None, now=datetime.now(UTC))
    assert "was cancelled" in client.get(path).text
    assert tell(client, path).status == 409
    assert client.get(path.replace("/report", "/certificate.pdf")).status == 404


def test_an_archived_year_can_be_read_and_not_changed(client: Client, path: str, event: Event) -> None:
    tell(client, path, language="ar", words="كان هادئا")
    upload(client, path, saved(halves()))
    for status in (EditionStatus.HELD, EditionStatus.ARCHIVED):
        with unit_of_work():
            editions.move(event.edition, status, actor=None, now=datetime.now(UTC))
    page = client.get(path)
    assert "This year is in the archive" in page.text
    assert 'name="came"' not in page.text
    assert 'lang="ar" dir="rtl"' in page.text
    assert tell(client, path).status == 409
    assert upload(client, path, saved(halves())).status == 422
    assert stored().words == "كان هادئا"
    assert client.get(path.partition(f"{YEAR}/")[0]).status == 200


def test_a_certificate_in_a_language_of_choice(client: Client, path: str) -> None:
    for language in ("ar", "xx"):
        answer = client.http.get(path.replace("/report", "/certificate.pdf") + f"?language={language}")
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert answer.data.startswith(b"%PDF-")
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_page_speaks_arabic_from_the_right(client: Client, path: str) -> None:
    tell(client, path)
    upload(client, path, saved(halves()))
    assert client.get(f"{path}?hl=ar").status == 200
    assert db.session.scalars(select(Host)).one().name == "Rena"
