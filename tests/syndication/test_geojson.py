"""GeoJSON lists, read by a JSON parser and held against RFC 7946."""

import json
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaign.syndication.geojson import render
from campaign.syndication.item import Item
from tests.syndication.test_atom import HEAD, HOSTILE, ITEM, texts

Json = dict[str, object]


def no_constant(name: str) -> None:
    """Refuse NaN and Infinity, which JSON doesn't have."""
    raise AssertionError(name)


def collection(*items: Item) -> dict[str, list[dict[str, Json]]]:
    """Return the list as a strict reader sees it."""
    found: dict[str, list[dict[str, Json]]] = json.loads(
        render(HEAD, items).decode("utf-8"), parse_constant=no_constant
    )
    return found


def feature(item: Item) -> dict[str, Json]:
    (found,) = collection(item)["features"]
    return found


def test_a_collection_and_its_feature() -> None:
    assert {**collection(), "features": None} == {
        "type": "FeatureCollection",
        "title": "Justice · Germany",
        "language": "en",
        "url": "https://events.example.org/khojaly/",
        "updated": "2026-11-22T12:00:00Z",
        "features": None,
    }
    found = feature(ITEM)
    assert set(found) == {"type", "id", "geometry", "properties"}
    assert (found["type"], found["id"]) == ("Feature", ITEM.uid)
    assert found["geometry"] == {"type": "Point", "coordinates": [13.4, 52.52]}  # longitude first (section 3.1.1)
    assert found["properties"] == {
        "title": "Evening in Berlin",
        "language": "en",
        "url": ITEM.url,
        "status": "published",
        "starts": "2027-02-26T18:30:00",
        "ends": "2027-02-26T20:30:00",
        "zone": "Europe/Berlin",
        "all_day": False,
        "country": "DE",
        "city": "Berlin",
        "place": "Community hall, Berlin",
        "description": "Music and readings.",
        "online_url": None,
        "tags": ["concert", "talk"],
        "updated": "2026-11-22T12:00:00Z",
    }


def test_whole_days_and_events_without_a_time() -> None:
    days = feature(replace(ITEM, is_all_day=True, starts=datetime(2027, 2, 26), ends=datetime(2027, 2, 28)))
    assert (days["properties"]["starts"], days["properties"]["ends"]) == ("2027-02-26", "2027-02-28")
    undated = feature(replace(ITEM, starts=None, ends=None, is_cancelled=True))["properties"]
    assert (undated["starts"], undated["ends"], undated["status"]) == (None, None, "cancelled")


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(None, None), (52.5, None), (float("nan"), 13.4), (52.5, float("inf")), (91.0, 13.4), (52.5, -180.5)],
)
def test_no_position_or_an_impossible_one_is_no_geometry(latitude: float | None, longitude: float | None) -> None:
    assert feature(replace(ITEM, latitude=latitude, longitude=longitude))["geometry"] is None


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_positions_have_six_decimals(latitude: float, longitude: float) -> None:
    point = feature(replace(ITEM, latitude=latitude, longitude=longitude))["geometry"]
    assert point == {"type": "Point", "coordinates": [round(longitude, 6), round(latitude, 6)]}


@example(HOSTILE)
@given(texts)
def test_no_text_breaks_the_list(hostile: str) -> None:
    poisoned = replace(ITEM, title=hostile, place=hostile, description=hostile, tags=(hostile,))
    found = collection(poisoned, ITEM)["features"]
    assert len(found) == 2
    assert found[1] == feature(ITEM)
    written = hostile.encode(errors="replace").decode()
    assert found[0]["properties"]["title"] == written
    assert found[0]["properties"]["tags"] == [written]


def test_the_same_items_are_the_same_bytes_and_nothing_is_spent_on_spaces() -> None:
    body = render(HEAD, [ITEM, ITEM])
    assert body == render(HEAD, iter([ITEM, ITEM]))
    assert b'": ' not in body
    assert "·".encode() in body
