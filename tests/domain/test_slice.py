"""Feed addresses: every slice has one spelling, every spelling at most one slice."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.domain.slice import ORDER, Slice, parse

SLUGS = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}", fullmatch=True)
SLICES = st.builds(
    Slice,
    year=st.none() | st.integers(1900, 2200),
    country=st.none() | st.from_regex(r"[A-Z]{2}", fullmatch=True),
    city=st.none() | SLUGS,
    series=st.none() | SLUGS,
    tag=st.none() | SLUGS,
    is_online=st.booleans(),
    language=st.none() | st.sampled_from(["az", "en", "ar"]),
)
ALL = Slice(
    year=2027, country="DE", city="berlin", series="evening-berlin", tag="concert", is_online=True, language="az"
)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("", Slice(), id="the whole campaign"),
        pytest.param("year-2027", Slice(year=2027), id="a year"),
        pytest.param("year-1900", Slice(year=1900), id="the first year"),
        pytest.param("year-2200", Slice(year=2200), id="the last year"),
        pytest.param("country-de", Slice(country="DE"), id="a country"),
        pytest.param("city-new-york", Slice(city="new-york"), id="a city with a hyphen"),
        pytest.param("series-evening-berlin", Slice(series="evening-berlin"), id="a series"),
        pytest.param("tag-concert", Slice(tag="concert"), id="a tag"),
        pytest.param("online", Slice(is_online=True), id="online"),
        pytest.param("lang-az", Slice(language="az"), id="a language"),
        pytest.param(
            "year-2027/country-de/city-berlin/series-evening-berlin/tag-concert/online/lang-az", ALL, id="everything"
        ),
    ],
)
def test_both_ways(path: str, expected: Slice) -> None:
    assert parse(path) == expected
    assert expected.path == path


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("country-de/country-fr", id="the same part twice"),
        pytest.param("month-2", id="a part that doesn't exist"),
        pytest.param("country", id="a part without a value"),
        pytest.param("country-", id="a part with an empty value"),
        pytest.param("online-yes", id="a value where none belongs"),
        pytest.param("country-deu", id="a country of three letters"),
        pytest.param("country-d1", id="a country with a digit"),
        pytest.param("year-27", id="a short year"),
        pytest.param("year-1899", id="a year too early"),
        pytest.param("year-2201", id="a year too late"),
        pytest.param("year-02027", id="a year with a zero before it"),
        pytest.param("year-٢٠٢٧", id="a year in other digits"),
        pytest.param("/", id="nothing on either side"),
        pytest.param("country-de/", id="nothing at the end"),
        pytest.param("/country-de", id="nothing at the start"),
        pytest.param("country-de//lang-az", id="nothing in between"),
        pytest.param("tag--x", id="a hyphen first"),
        pytest.param("tag-x-", id="a hyphen last"),
        pytest.param("tag-x--y", id="two hyphens"),
        pytest.param("tag-x.ics", id="a dot"),
        pytest.param("tag-../../etc", id="a way up"),
        pytest.param("city-x\n", id="a line end"),
        pytest.param("tag-x\x00", id="a NUL"),
    ],
)
def test_what_spells_nothing(path: str) -> None:
    assert parse(path) is None


def test_parts_in_any_order_and_case_mean_the_same() -> None:
    parts = ["Year-2027", "COUNTRY-de", "Online", "lang-AZ"]
    expected = Slice(year=2027, country="DE", is_online=True, language="az")
    assert {parse("/".join(order)) for order in permutations(parts)} == {expected}
    assert expected.path == "year-2027/country-de/online/lang-az"


@given(SLICES)
def test_every_slice_is_found_again_by_its_path(slice_: Slice) -> None:
    assert parse(slice_.path) == slice_


@given(SLICES, st.randoms())
def test_a_path_is_canonical_once_it_was_read(slice_: Slice, random: object) -> None:
    parts = slice_.path.upper().split("/")
    random.shuffle(parts)  # type: ignore[attr-defined]
    found = parse("/".join(part for part in parts if part))
    assert found == slice_
    assert found.path == slice_.path
    assert [ORDER.index(part.partition("-")[0]) for part in found.path.split("/") if part] == sorted(
        ORDER.index(part.partition("-")[0]) for part in found.path.split("/") if part
    )


@given(st.text(max_size=40))
def test_anything_else_is_read_without_harm(path: str) -> None:
    found = parse(path)
    if found is not None:
        assert found.path.isascii()
        assert parse(found.path) == found


def test_a_city_may_be_spelt_as_people_spell_it() -> None:
    assert parse("city-Zürich") == parse("city-zurich") == Slice(city="zurich")
    assert parse("city-São Paulo") == Slice(city="sao-paulo")
    assert parse("tag-müzik") == Slice(tag="muzik")
