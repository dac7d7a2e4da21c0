"""Which time zone a calendar means, by whatever name."""

import pytest
from babel.core import get_global
from hypothesis import given
from hypothesis import strategies as st

from campaign.calendar.components import Component
from campaign.calendar.content_lines import ContentLine
from campaign.calendar.windows_zones import IANA_NAMES
from campaign.calendar.zone_names import ZoneNames, iana_name
from campaign.domain.moment import zones


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (' "Europe/Berlin" ', "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Azerbaijan Standard Time", "Asia/Baku"),
        ("/mozilla.org/20050126_1/Europe/Berlin", "Europe/Berlin"),
        ("/freeassociation.sourceforge.net/Tzfile/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("/citadel.org/20190914_1/Asia/Baku", "Asia/Baku"),
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
        ("GMT", "UTC"),
        ("Etc/GMT-4", "Etc/GMT-4"),
        ("", None),
        ("/", None),
        ("Europe", None),
        ("localtime", None),
        ("posixrules", None),
        ("Factory", None),
        ("../../etc/passwd", None),
        ("/etc/localtime", None),
        ("Custom Time", None),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", None),
        ("x" * 1_000_000, None),
    ],
)
def test_names(name: str, expected: str | None) -> None:
    assert iana_name(name) == expected


@given(st.text())
def test_any_name_is_a_zone_that_is_listed_or_none(name: str) -> None:
    assert iana_name(name) in zones() | {None}


def test_the_names_of_windows_are_those_of_unicode() -> None:
    assert {windows.casefold(): iana for windows, iana in get_global("windows_zone_mapping").items()} == IANA_NAMES
    assert set(IANA_NAMES.values()) <= zones()


def component(name: str, *lines: tuple[str, str]) -> Component:
    """Return a component with these properties."""
    return Component(name, 1, [ContentLine(1, key, {}, value) for key, value in lines])


def test_a_zone_that_says_where_it_is() -> None:
    own = "(UTC+01:00) Amsterdam, Berlin"
    calendar = component("VCALENDAR", ("X-WR-TIMEZONE", "Asia/Baku"))
    calendar.children.append(
        component("VTIMEZONE", ("TZID", own.replace(",", "\\,")), ("X-LIC-LOCATION", "Europe/Rome"))
    )
    calendar.children.append(component("VTIMEZONE", ("TZID", "Mine"), ("X-LIC-LOCATION", "../Europe")))
    names = ZoneNames(calendar)
    assert (names.find(own), names.find("Mine"), names.find("")) == ("Europe/Rome", "Mine", "Asia/Baku")
