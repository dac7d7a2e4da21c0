"""The name of an event by its campaign's pattern, also where there is no city or number."""

import pytest

from campaign.domain.event_title import title


@pytest.mark.parametrize(
    ("pattern", "language", "expected"),
    [
        ("{ordinal} evening in {city}, {year}", "en", "35th evening in Berlin, 2027"),
        ("{city}: {ordinal} ildönümü", "az", "Berlin: 35-ci ildönümü"),
        ("{ordinal} годовщина", "ru", "35-я годовщина"),
        ("الذكرى {ordinal}، {city}", "ar", "الذكرى الخامسة والثلاثون، Berlin"),
        ("No gaps", "en", "No gaps"),
        ("{other} {city}", "en", "{other} Berlin"),
    ],
)
def test_title(pattern: str, language: str, expected: str) -> None:
    assert title(pattern, year=2027, number=35, city="Berlin", language=language) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("Open Data Day, {city}", "Open Data Day"),
        ("{city}: Open Data Day {year}", "Open Data Day 2027"),
        ("Open Data Day ({city}) {year}", "Open Data Day 2027"),
        ("Open Data Day {city}, {year}", "Open Data Day, 2027"),
        ("{ordinal} – {city}", ""),
    ],
)
def test_what_is_missing_leaves_no_trace(pattern: str, expected: str) -> None:
    assert title(pattern, year=2027, number=None, city=None, language="en") == expected


def test_braces_in_a_city_stay_what_they_are() -> None:
    assert title("{city} {year}", year=2027, number=None, city="{year}", language="en") == "{year} 2027"
