"""By what an imported event is found again, and what of a changed row reaches it."""

from dataclasses import fields, replace
from datetime import datetime

import pytest

from campaign.domain.event import Draft
from campaign.domain.imported import FIELDS, ID_LIMIT, fingerprint, key, merge

SAID = Draft(
    name={"en": "Evening"},
    country="DE",
    city="Berlin",
    latitude=52.52,
    longitude=13.4,
    zone="Europe/Berlin",
    starts=datetime(2027, 2, 26, 18, 30),
    ends=datetime(2027, 2, 26, 20, 30),
    tags=("concert",),
    external_id="row:1",
)


def test_the_rows_own_identifier_is_the_key() -> None:
    assert key(external_id="odd-7", name="Evening", place="Berlin", day="") == "odd-7"


def test_without_one_name_place_and_day_are() -> None:
    one = key(external_id="", name="Evening", place="Berlin", day="2027-02-26")
    assert one == key(external_id="", name=" EVENING", place="berlin", day="2027-02-26")
    others = [("Morning", "Berlin", "2027-02-26"), ("Evening", "Bonn", "2027-02-26"), ("Evening", "Berlin", "")]
    assert len({one, *(key(external_id="", name=name, place=place, day=day) for name, place, day in others)}) == 4
    assert one != key(external_id="", name="Evening", place="Berlin", day="2027-02-26", number=2)


def test_a_long_identifier_still_fits() -> None:
    long = key(external_id="x" * 500, name="", place="", day="")
    assert len(long) <= ID_LIMIT
    assert long != key(external_id="x" * 501, name="", place="", day="")


def test_the_fingerprint_fits_its_column_and_is_stable() -> None:
    assert len(fingerprint(SAID)) == 56
    assert fingerprint(SAID) == fingerprint(replace(SAID))
    assert fingerprint(SAID) == "9dINSinq88miq6eq82lB82lBzgwB8ns7ld2t82lB82lBSOWThfYO82lB"


@pytest.mark.parametrize("part", FIELDS, ids=str)
def test_every_part_of_a_row_counts(part: tuple[str, ...]) -> None:
    other = Draft(
        name={"en": "x"},
        description={"en": "x"},
        country="FR",
        city="x",
        venue="x",
        address="x",
        latitude=1,
        longitude=1,
        online_url="x",
        url="x",
        zone="UTC",
        starts=datetime(2027, 1, 1),
        ends=datetime(2027, 1, 2),
        is_all_day=True,
        languages=("de",),
        tags=("x",),
        capacity=1,
    )
    changed = replace(SAID, **{field: getattr(other, field) for field in part})
    assert fingerprint(changed) != fingerprint(SAID)
    assert merge(SAID, changed, fingerprint(SAID)) == changed


def test_fields_that_rows_have_none_of_are_left_alone() -> None:
    parts = {field for part in FIELDS for field in part}
    untouched = {field.name for field in fields(Draft)} - parts
    of_registering = {"takes_registrations", "opens", "closes", "opens_before", "closes_before"}
    of_registering |= {"has_waiting_list", "requires_approval"}
    assert untouched == {"venue_is_public", "accessibility", "external_id"} | of_registering


def test_what_people_changed_survives_what_the_row_did_not() -> None:
    edited = replace(SAID, venue="Hall 2", city="Potsdam", name={"en": "Evening of songs", "de": "Liederabend"})
    moved = replace(SAID, starts=datetime(2027, 2, 26, 19), ends=datetime(2027, 2, 26, 21))
    assert merge(edited, moved, fingerprint(SAID)) == replace(edited, starts=moved.starts, ends=moved.ends)


def test_what_the_row_changes_goes_before_what_people_changed() -> None:
    edited = replace(SAID, name={"en": "Evening of songs", "de": "Liederabend"})
    renamed = replace(SAID, name={"en": "Night"})
    assert merge(edited, renamed, fingerprint(SAID)).name == {"en": "Night", "de": "Liederabend"}


def test_what_a_row_takes_back_goes() -> None:
    full = replace(SAID, capacity=10, description={"en": "Songs."})
    edited = replace(full, description={"en": "Songs.", "de": "Lieder."})
    assert merge(edited, SAID, fingerprint(full)) == replace(SAID, description={"de": "Lieder."})


def test_a_first_meeting_leaves_what_the_row_does_not_say() -> None:
    by_hand = Draft(name={"en": "Old"}, venue="Hall", capacity=50, url="https://example.org/")
    merged = merge(by_hand, SAID, None)
    assert (merged.name, merged.venue, merged.capacity, merged.city) == ({"en": "Evening"}, "Hall", 50, "Berlin")
