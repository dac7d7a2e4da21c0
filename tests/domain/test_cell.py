"""What people write into cells."""

import pytest

from campaign.domain import cell
from campaign.domain.errors import Refused


@pytest.mark.parametrize(
    "text", ["", "-", "—", "N/A", "n/a ", "(TBD)", "TBC.", "none", "#N/A", "Coming soon", "🤫", "?"]
)
def test_placeholders_say_nothing(text: str) -> None:
    assert cell.said(text) == ""


@pytest.mark.parametrize("text", ["Nantes", "555", "None of us", "Əli", "TBC hall"])
def test_anything_else_says_something(text: str) -> None:
    assert cell.said(text) == text


@pytest.mark.parametrize(("text", "degrees"), [("40.4093", 40.4093), ("-7,5", -7.5), ("135", 135.0), ("+1.", 1.0)])
def test_degrees(text: str, degrees: float) -> None:
    assert cell.degrees(text) == degrees


@pytest.mark.parametrize("text", ["44.900.878", "41°59'23\"28 N", "1e5", "nan", "inf", "١٢", "1_0", "9" * 400])
def test_no_degrees(text: str) -> None:
    with pytest.raises(Refused, match="degrees-not-understood"):
        cell.degrees(text)


@pytest.mark.parametrize("text", ["0", "-1", "~30", "20-50", "1_000", "١٢", "1.5", "101", "9" * 400])
def test_no_whole_number(text: str) -> None:
    with pytest.raises(Refused, match="number-not-understood"):
        cell.whole_number(text, limit=100)


def test_a_whole_number() -> None:
    assert cell.whole_number(" 100 ", limit=100) == 100


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ("https://example.org/a,b", ["https://example.org/a,b"], []),
        ("data.govt.nz", ["https://data.govt.nz/"], []),
        ("http://a.org, http://b.org", ["http://a.org/", "http://b.org/"], []),
        ("http://a.org,http://b.org;www.c.org", ["http://a.org/", "http://b.org/", "https://www.c.org/"], []),
        ("@somebody, www.a.org", ["https://www.a.org/"], ["@somebody"]),
        ("Hi all.\nRegister at (https://a.org/x). See you", ["https://a.org/x"], None),
        ("javascript:alert(1)", [], ["javascript:alert(1"]),
        ("https://127.0.0.1/", [], ["https://127.0.0.1/"]),
        ("Dati musicali", [], ["Dati", "musicali"]),
        ("", [], []),
    ],
)
def test_addresses(text: str, good: list[str], bad: list[str] | None) -> None:
    found, left = cell.addresses(text)
    assert found == good
    assert bad is None or left == bad


def test_tags_are_slugs_and_twelve_at_most() -> None:
    assert cell.tags("Open Data; Karten | <script>,open data") == ("open-data", "karten", "script")
    assert len(cell.tags(",".join(f"tag {number}" for number in range(50)))) == cell.TAGS_LIMIT
    assert all(len(tag) <= cell.TAG_LIMIT for tag in cell.tags("x" * 500))
