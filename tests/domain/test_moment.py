"""Wall-clock times in real zones, at the moments where clocks jump, stand still or skip a day."""

import os
import subprocess
import sys
import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.domain.errors import Refused
from campaign.domain.moment import (
    Shown,
    everywhere,
    instant,
    shown,
    span,
    wall_clock,
    zone,
    zone_choices,
    zones,
)

ROOT = Path(__file__).parents[2]
WALL = st.datetimes(datetime(1900, 1, 1), datetime(2200, 12, 31)).map(lambda wall: wall.replace(microsecond=0))
ZONE = st.sampled_from(sorted(zones()))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_instant() -> None:
    assert instant(wall("2027-02-26T18:00"), "Asia/Baku") == utc("2027-02-26T14:00")
    assert wall_clock(utc("2027-02-26T14:00"), "Europe/Berlin") == wall("2027-02-26T15:00")


# Known changes: wall time, zone, instant, what clocks then show, how often they show the wall time.
CHANGES = [
    ("2025-03-30T02:30", "Europe/Berlin", "2025-03-30T01:30", "2025-03-30T03:30", Shown.NEVER),
    ("2025-10-26T02:30", "Europe/Berlin", "2025-10-26T00:30", "2025-10-26T02:30", Shown.TWICE),
    # Dublin's law calls winter the exception, an hour behind its standard time.
    ("2025-03-30T01:30", "Europe/Dublin", "2025-03-30T01:30", "2025-03-30T02:30", Shown.NEVER),
    ("2025-10-26T01:30", "Europe/Dublin", "2025-10-26T00:30", "2025-10-26T01:30", Shown.TWICE),
    ("2025-01-15T12:00", "Europe/Dublin", "2025-01-15T12:00", "2025-01-15T12:00", Shown.ONCE),
    # Morocco set its clocks back for Ramadan.
    ("2023-03-19T02:30", "Africa/Casablanca", "2023-03-19T01:30", "2023-03-19T02:30", Shown.TWICE),
    ("2023-04-01T20:00", "Africa/Casablanca", "2023-04-01T20:00", "2023-04-01T20:00", Shown.ONCE),
    ("2023-04-23T02:30", "Africa/Casablanca", "2023-04-23T02:30", "2023-04-23T03:30", Shown.NEVER),
    # In Brazil and Iran summer began at midnight, which then did not exist.
    ("2018-11-04T00:00", "America/Sao_Paulo", "2018-11-04T03:00", "2018-11-04T01:00", Shown.NEVER),
    ("2018-02-17T23:30", "America/Sao_Paulo", "2018-02-18T01:30", "2018-02-17T23:30", Shown.TWICE),
    ("2022-03-22T00:30", "Asia/Tehran", "2022-03-21T21:00", "2022-03-22T01:30", Shown.NEVER),
    ("2023-03-22T00:30", "Asia/Tehran", "2023-03-21T21:00", "2023-03-22T00:30", Shown.ONCE),
    # Half an hour on Lord Howe Island, two hours at the Norwegian station Troll.
    ("2024-10-06T02:15", "Australia/Lord_Howe", "2024-10-05T15:45", "2024-10-06T02:45", Shown.NEVER),
    ("2024-04-07T01:45", "Australia/Lord_Howe", "2024-04-06T14:45", "2024-04-07T01:45", Shown.TWICE),
    ("2024-03-31T02:30", "Antarctica/Troll", "2024-03-31T02:30", "2024-03-31T04:30", Shown.NEVER),
    ("2024-10-27T01:30", "Antarctica/Troll", "2024-10-26T23:30", "2024-10-27T01:30", Shown.TWICE),
    # Samoa crossed the date line and left out a day.
    ("2011-12-30T10:00", "Pacific/Apia", "2011-12-30T20:00", "2011-12-31T10:00", Shown.NEVER),
    ("2011-12-29T23:59", "Pacific/Apia", "2011-12-30T09:59", "2011-12-29T23:59", Shown.ONCE),
    ("2011-12-31T00:00", "Pacific/Apia", "2011-12-30T10:00", "2011-12-31T00:00", Shown.ONCE),
]


@pytest.mark.parametrize(("typed", "name", "at", "seen", "times"), CHANGES)
def test_clocks_change(typed: str, name: str, at: str, seen: str, times: Shown) -> None:
    assert instant(wall(typed), name) == utc(at)
    assert wall_clock(utc(at), name) == wall(seen)
    assert shown(wall(typed), name) is times


@given(WALL, ZONE)
def test_what_was_typed_is_what_clocks_show_unless_they_skip_it(typed: datetime, name: str) -> None:
    seen = wall_clock(instant(typed, name), name)
    if shown(typed, name) is Shown.NEVER:
        assert seen > typed
    else:
        assert seen == typed


def test_span_of_an_evening_through_the_change() -> None:
    starts_at, ends_at = span(wall("2025-10-25T20:00"), wall("2025-10-26T04:00"), "Europe/Berlin")
    assert ends_at - starts_at == timedelta(hours=9)


def test_span_of_days() -> None:
    assert span(date(2027, 2, 26), date(2027, 2, 27), "Asia/Baku") == (
        utc("2027-02-25T20:00"),
        utc("2027-02-26T20:00"),
    )
    starts_at, ends_at = span(date(2018, 11, 4), date(2018, 11, 5), "America/Sao_Paulo")
    assert ends_at - starts_at == timedelta(hours=23)


@pytest.mark.parametrize(
    ("start", "end", "name", "code"),
    [
        (wall("2027-02-26T18:00"), wall("2027-02-26T18:00"), "Asia/Baku", "ends-before-start"),
        (wall("2027-02-26T18:00"), wall("2027-02-26T17:00"), "Asia/Baku", "ends-before-start"),
        (wall("2025-03-30T02:30"), wall("2025-03-30T03:15"), "Europe/Berlin", "ends-before-start"),
        (date(2027, 2, 26), date(2027, 2, 26), "Asia/Baku", "ends-before-start"),
        (date(2011, 12, 30), date(2011, 12, 31), "Pacific/Apia", "ends-before-start"),
        (date(2027, 3, 1), date(2027, 4, 2), "Europe/Berlin", "too-long"),
        (wall("2027-03-01T00:00"), wall("2027-04-01T00:01"), "Europe/Berlin", "too-long"),
        (date(1899, 12, 31), date(1900, 1, 1), "Europe/Berlin", "year-out-of-range"),
        (date(2200, 12, 31), date(2201, 1, 1), "Europe/Berlin", "year-out-of-range"),
        (date(1, 1, 1), date(9999, 12, 31), "Europe/Berlin", "year-out-of-range"),
        (date(2027, 2, 26), date(2027, 2, 27), "Europe/Xocali", "zone-unknown"),
    ],
)
def test_no_such_span(start: date, end: date, name: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        span(start, end, name)
    assert refusal.value.code == code


def test_the_longest_span_is_31_days_of_the_wall_clock() -> None:
    assert span(date(2027, 3, 1), date(2027, 4, 1), "Europe/Berlin")


def test_earth_hour_is_the_same_wall_clock_time_everywhere() -> None:
    names = ["Pacific/Apia", "Asia/Kathmandu", "Europe/London", "Pacific/Honolulu"]
    hours = everywhere(date(2025, 3, 22), time(20, 30), names)
    assert hours == {
        "Pacific/Apia": utc("2025-03-22T07:30"),
        "Asia/Kathmandu": utc("2025-03-22T14:45"),
        "Europe/London": utc("2025-03-22T20:30"),
        "Pacific/Honolulu": utc("2025-03-23T06:30"),
    }


def test_a_wall_clock_time_has_no_zone_and_an_instant_has_one() -> None:
    with pytest.raises(ValueError, match="no zone"):
        instant(utc("2027-02-26T18:00"), "Asia/Baku")
    with pytest.raises(ValueError, match="needs a zone"):
        wall_clock(wall("2027-02-26T18:00"), "Asia/Baku")


@pytest.mark.parametrize("name", ["UTC", "Asia/Calcutta", "US/Eastern", "EST5EDT", "Turkey", "Etc/GMT+5"])
def test_older_names_are_read(name: str) -> None:
    assert zone(name).key == name


@pytest.mark.parametrize(
    "name",
    ("|Europe|Europe/|Factory|localtime|posixrules|posix/UTC|right/UTC|utc|europe/berlin").split("|")
    + [
        "../../etc/passwd",
        "/etc/localtime",
        "Europe/../Europe/Berlin",
        "Europe/Berlin\x00",
        "Europe/Berlin\n",
    ]
    + ["tzdata.zi", "zone.tab", "\ud800", "A" * 9999],
)
def test_hostile_names_open_no_file(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    zones()

    def refuse(key: str) -> None:
        raise AssertionError(f"looked for {key}")

    monkeypatch.setattr("campaign.domain.moment.ZoneInfo", refuse)
    with pytest.raises(Refused) as refusal:
        zone(name)
    assert (refusal.value.code, refusal.value.facts) == ("zone-unknown", {"zone": name})


def test_every_zone_that_is_read_exists() -> None:
    assert all(zoneinfo.ZoneInfo(name) for name in zones())
    assert len(zones()) > 500


def test_choices_are_todays_names_only() -> None:
    choices = zone_choices()
    assert {"Europe/Kyiv", "Asia/Kolkata", "America/Argentina/Buenos_Aires", "Asia/Baku"} <= set(choices)
    assert not {"Europe/Kiev", "Asia/Calcutta", "America/Buenos_Aires", "US/Eastern", "Etc/GMT+5"} & set(choices)
    assert choices[-1] == "UTC"
    assert all("/" in name for name in choices[:-1])
    assert list(choices[:-1]) == sorted(set(choices[:-1]))
    assert set(choices) <= zones()


NEWEST = """
import zoneinfo
from campaign.domain.moment import use_newest_zone_data, zone_choices, zone_release
zoneinfo.reset_tzpath(to=(%r,)) if %r else None
use_newest_zone_data()
print(zone_release(), len(zoneinfo.TZPATH), len(zone_choices()) > 300)
"""


def newest(folder: str, **environment: str) -> list[str]:
    """Return the release of the zone data in use, the number of folders searched, whether it has choices."""
    code = NEWEST % (folder, folder)
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONTZPATH"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_the_newer_zone_data_are_used(tmp_path: Path) -> None:
    packaged, _, _ = newest("", PYTHONTZPATH="")
    (tmp_path / "tzdata.zi").write_text("# version 1999a\n")
    assert newest(str(tmp_path)) == [packaged, "0", "True"]
    (tmp_path / "tzdata.zi").write_text("# version 2999z\n")
    assert newest(str(tmp_path)) == ["2999z", "1", "True"]


def test_a_chosen_folder_decides_alone(tmp_path: Path) -> None:
    (tmp_path / "tzdata.zi").write_text("# version 1999a\n")
    assert newest("", PYTHONTZPATH=str(tmp_path)) == ["1999a", "1", "True"]
