"""Importing events: what a row becomes, what a second import changes, what is refused and why."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

import pytest
from sqlalchemy import select

from campaign.db import Base, db, unit_of_work
from campaign.domain.edition import ObservanceKind
from campaign.domain.errors import Refused
from campaign.domain.event import Draft, Status
from campaign.models import Edition, Event
from campaign.services import editions, events, imports
from campaign.services.import_plan import Action, Options, Plan, PlannedRow
from campaign.sheets.reader import read
from tests.make import Maker

pytestmark = pytest.mark.usefixtures("app")


def content_of(*rows: Sequence[str]) -> bytes:
    """Return a CSV file of these rows, the header first."""
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue().encode()


def rows_of_all_tables() -> dict[str, list[tuple[object, ...]]]:
    """Return everything that is stored."""
    db.session.rollback()
    tables = Base.metadata.sorted_tables
    return {table.name: [tuple(row) for row in db.session.execute(select(table))] for table in tables}


@pytest.fixture
def edition(make: Maker) -> Edition:
    """Return the year 2027 of a campaign whose day is 26 February."""
    return make.edition()


@pytest.fixture
def run(edition: Edition, now: datetime) -> Iterator[object]:
    """Return what imports a file, given by its rows, and what then was planned."""

    def run(*rows: Sequence[str], options: Options | None = None) -> Plan:
        with unit_of_work():
            plan = imports.plan(edition, read(content_of(*rows)), options or Options())
            imports.carry_out(plan, actor=None, now=now)
        return plan

    yield run


def one(plan: Plan) -> PlannedRow:
    """Return the plan's only row."""
    (row,) = plan.rows
    return row


def draft(plan: Plan) -> Draft:
    """Return the event that the plan's only row makes."""
    found = one(plan).draft
    assert found is not None, one(plan).reason
    return found


def derived(plan: Plan) -> dict[str, str]:
    """Return after what each field of the plan's only row was filled in."""
    return {fact.field: fact.source for fact in one(plan).derived}


def warned(plan: Plan) -> list[str]:
    """Return the codes of what is said about the plan's only row."""
    return [str(note.code) for note in one(plan).warnings]


def counts(plan: Plan) -> tuple[int, ...]:
    """Return the numbers of the last line."""
    return tuple(plan.count(action) for action in Action)


def events_of(edition: Edition) -> list[Event]:
    """Return the events stored, in the order in which they were."""
    return list(db.session.scalars(select(Event).where(Event.edition_id == edition.id).order_by(Event.id)))


FULL = {
    "Name": "Evening of songs",
    "Place": "Berlin, Germany",
    "City": "Berlin",
    "Country": "Germany",
    "Latitude": "52.5200066",
    "Longitude": "13.404954",
    "Date": "2027-02-26",
    "Start": "18:30",
    "End": "20:30",
    "Time zone": "Europe/Berlin",
    "Website": "www.example.org",
    "Description": "Songs.\nAnd readings.",
    "Languages": "German, az; русский",
    "Tags": "Concert, Open Data",
    "Capacity": "80",
    "Online URL": "https://example.org/live",
    "Venue": "Hall",
    "Address": "Street 1",
    "ID": "b-1",
}


def test_import(run, edition: Edition) -> None:
    plan = run(list(FULL), list(FULL.values()))
    assert counts(plan) == (1, 0, 0, 0)
    assert (one(plan).derived, one(plan).warnings, one(plan).missing) == ((), (), ())
    (event,) = events_of(edition)
    assert event.status is Status.DRAFT
    assert events.draft_of(event) == Draft(
        name={"en": "Evening of songs"},
        description={"en": "Songs.\nAnd readings."},
        country="DE",
        city="Berlin",
        venue="Hall",
        address="Street 1",
        latitude=52.520007,
        longitude=13.404954,
        online_url="https://example.org/live",
        url="https://www.example.org/",
        zone="Europe/Berlin",
        starts=datetime(2027, 2, 26, 18, 30),
        ends=datetime(2027, 2, 26, 20, 30),
        languages=("az", "de", "ru"),
        tags=("concert", "open-data"),
        capacity=80,
        external_id="b-1",
    )


def test_what_is_missing_is_derived_and_said(run, edition: Edition) -> None:
    plan = run(["Name", "Place"], ["Evening", "Gəncə"])
    found = draft(plan)
    assert (found.country, found.zone, found.is_all_day) == ("AZ", "Asia/Baku", True)
    assert (found.starts, found.ends) == (datetime(2027, 2, 26), datetime(2027, 2, 27))
    assert derived(plan) == {
        "country": "place",
        "city": "place",
        "zone": "city",
        "coordinates": "city",
        "date": "edition",
    }
    assert one(plan).missing == ()


def test_coordinates_alone_are_enough(run) -> None:
    plan = run(["Name", "Latitude", "Longitude"], ["Evening", "52,52", "13,405"])
    assert (draft(plan).country, draft(plan).city, draft(plan).zone) == ("DE", "Berlin", "Europe/Berlin")
    assert derived(plan)["country"] == "coordinates"


def test_the_event_can_be_published(run, edition: Edition, now: datetime) -> None:
    run(["Name", "Place", "Start"], ["Evening", "Berlin", "18:30"])
    with unit_of_work():
        events.publish(events_of(edition)[0], actor=None, now=now)


def test_what_a_place_says_beyond_its_city_is_the_venue(run) -> None:
    plan = run(["Name", "Place"], ["A", "Werk 1, Grafinger Str. 6, 81671 München"])
    assert (draft(plan).city, draft(plan).venue) == ("Munich", "Werk 1, Grafinger Str. 6")
    assert draft(run(["Name", "Place"], ["B", "Köln, NRW, Germany"])).venue is None


def test_an_address_can_stand_for_the_place(run) -> None:
    plan = run(["Name", "Venue", "Address"], ["A", "Hall", "Hauptstraße 1, 10115 Berlin, Germany"])
    assert (draft(plan).city, draft(plan).venue, draft(plan).zone) == ("Berlin", "Hall", "Europe/Berlin")


def test_a_village_that_no_gazetteer_has(run) -> None:
    plan = run(["Name", "Place"], ["A", "Kleinkleckersdorf, Austria"])
    assert (draft(plan).country, draft(plan).city, draft(plan).zone) == ("AT", "Kleinkleckersdorf", "Europe/Vienna")


@pytest.mark.parametrize(
    ("cells", "starts", "ends"),
    [
        ({}, (26, 18, 0), (26, 19, 30)),
        ({"Start": "10:00"}, (26, 10, 0), (26, 11, 30)),
        ({"Start": "10:00-13:00"}, (26, 10, 0), (26, 13, 0)),
        ({"Start": "22:00", "End": "1:00"}, (26, 22, 0), (27, 1, 0)),
        ({"Date": "2027-02-27 9:00"}, (27, 9, 0), (27, 10, 30)),
        ({"Start": "2027-02-27 09:00", "End": "2027-02-28 12:00"}, (27, 9, 0), (28, 12, 0)),
        ({"Start": "9:00", "End": "12:00", "End date": "2027-02-28"}, (26, 9, 0), (28, 12, 0)),
    ],
)
def test_hours(run, make, edition, cells: dict[str, str], starts: tuple[int, ...], ends: tuple[int, ...]) -> None:
    with unit_of_work():
        edition.campaign.default_start, edition.campaign.default_minutes = time(18), 90
    header = ["Name", "Place", "Date", "Start", "End", "End date"]
    plan = run(header, [{"Name": "A", "Place": "Bonn", **cells}.get(name, "") for name in header])
    assert (draft(plan).starts, draft(plan).ends) == (datetime(2027, 2, *starts), datetime(2027, 2, *ends))
    assert not draft(plan).is_all_day


def test_several_days(run) -> None:
    plan = run(["Name", "Place", "Start date", "End date"], ["A", "Bonn", "2027-02-26", "2027-02-28"])
    assert (draft(plan).starts, draft(plan).ends) == (datetime(2027, 2, 26), datetime(2027, 3, 1))


def test_a_start_chosen_for_the_file_goes_before_the_usual(run) -> None:
    plan = run(["Name", "Place"], ["A", "Bonn"], options=Options(start=time(9)))
    assert draft(plan).starts == datetime(2027, 2, 26, 9)


def test_the_day_that_a_country_observes(run, edition: Edition, now: datetime) -> None:
    with unit_of_work():
        editions.observe(
            edition, "DE", ObservanceKind.OTHER_DATE, day=date(2027, 3, 1), reason={"en": "x"}, actor=None, now=now
        )
    assert draft(run(["Name", "Place"], ["A", "Bonn"])).starts == datetime(2027, 3, 1)


def test_a_day_beside_the_editions_is_taken_and_said(run) -> None:
    plan = run(["Name", "Place", "Date"], ["A", "Bonn", "2027-05-10"])
    assert (counts(plan)[0], warned(plan)) == (1, ["not-on-the-day"])


def test_an_hour_that_clocks_skip_is_said(run) -> None:
    plan = run(["Name", "Place", "Date"], ["A", "Bonn", "2027-03-28 02:30"])
    assert "hour-skipped" in warned(plan)


def test_zones(run) -> None:
    header = ["Name", "Place", "Zone"]
    assert draft(run(header, ["A", "Bonn", "Europe/London"])).zone == "Europe/London"
    plan = run(header, ["B", "Bonn", "GMT+25"], options=Options(zone="Asia/Baku"))
    assert (draft(plan).zone, warned(plan)) == ("Europe/Berlin", ["zone-unknown"])
    online = run(header, ["C", "Online", ""], options=Options(zone="Asia/Baku"))
    assert (draft(online).zone, derived(online)["zone"]) == ("Asia/Baku", "option")


def test_the_pin_of_an_online_event(run) -> None:
    header, row = ["Name", "Place", "Latitude", "Longitude"], ["A", "Online", "52.52", "13.4"]
    pinned, chosen = run(header, row), run(header, ["B", *row[1:]], options=Options(zone="Asia/Baku"))
    assert (draft(pinned).zone, draft(pinned).country, draft(pinned).latitude) == ("Europe/Berlin", None, None)
    assert (draft(chosen).zone, warned(pinned)[0]) == ("Asia/Baku", "zone-of-pin")
    assert "zone-of-pin" not in warned(chosen)


def test_online_events(run, edition: Edition) -> None:
    header = ["Name", "Place", "Online URL", "URL"]
    plan = run(header, ["A", "Online", "https://example.org/live", ""])
    assert (draft(plan).country, draft(plan).zone, one(plan).missing) == (None, "UTC", ())
    plan = run(header, ["B", "Zoom", "", "https://example.org/b"])
    assert (draft(plan).online_url, derived(plan)["online_url"]) == ("https://example.org/b", "url")
    plan = run(header, ["C", "Virtual", "", ""])
    assert (one(plan).missing, warned(plan)) == (("place",), ["online-address-missing"])
    plan = run(header, ["D", "", "https://example.org/live", ""])
    assert (draft(plan).country, one(plan).missing) == (None, ())
    plan = run(header, ["F", "Qqqxyzzy", "https://example.org/live", ""])
    assert (draft(plan).country, warned(plan)) == (None, ["place-left"])
    plan = run(header, ["E", "Brisbane/online", "", "https://example.org/e"])
    assert (draft(plan).country, draft(plan).online_url) == ("AU", None)


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("URL", "javascript:alert(1)", "address-not-usable"),
        ("URL", "https://a.org https://b.org", "addresses-left"),
        ("Capacity", "~30", "number-not-understood"),
        ("Capacity", "0", "number-not-understood"),
        ("Languages", "Klingonese", "language-unknown"),
        ("Country", "Atlantis", "country-unknown"),
        ("Latitude", "41°59'23\"28 N", "degrees-not-understood"),
        ("Name", "x" * 400, "name-cut"),
        ("Description", "x" * 6000, "description-cut"),
        ("Description", "x" * 20_000, "cell-cut"),
    ],
)
def test_what_cannot_be_used_is_left_out_and_said(run, column: str, text: str, code: str) -> None:
    cells = {"Name": "A", "Place": "Bonn", column: text}
    plan = run(list(cells), list(cells.values()))
    assert counts(plan) == (1, 0, 0, 0)
    assert code in warned(plan)


def test_a_long_name_is_whole_in_the_description(run) -> None:
    plan = run(["Name", "Place", "Description"], ["long " * 100, "Bonn", "Songs."])
    assert len(draft(plan).name["en"]) <= 160
    assert draft(plan).description["en"].startswith("long " * 99)
    assert draft(plan).description["en"].endswith("\n\nSongs.")


def test_a_file_without_names(run) -> None:
    plan = run(["Place", "Program"], ["Bonn", "Hackathon"])
    assert (draft(plan).name, draft(plan).description) == ({"en": "Justice for Khojaly: Bonn"}, {"en": "Hackathon"})
    assert derived(run(["Name", "Place"], ["TBC", "Köln"]))["name"] == "campaign"


def test_namibia_is_no_placeholder(run) -> None:
    plan = run(["Name", "City", "Country"], ["A", "Windhoek", "NA"])
    assert (draft(plan).country, "country" in derived(plan)) == ("NA", False)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"Name": ""}, "name-missing"),
        ({"Place": ""}, "place-missing"),
        ({"Place": "N/A"}, "place-missing"),
        ({"Place": "Qqqxyzzy"}, "place-unknown"),
        ({"Place": "", "Latitude": "0", "Longitude": "0"}, "place-missing"),
        ({"Place": "", "Latitude": "-40", "Longitude": "-120"}, "point-unknown"),
        ({"Date": "2028-02-26"}, "not-in-year"),
        ({"Date": "evening"}, "day-not-understood"),
        ({"Date": "03/02/2027"}, "day-ambiguous"),
        ({"Start": "25:00"}, "clock-not-understood"),
        ({"Start": "2027-02-26 18:00", "End": "2027-02-26 17:00"}, "ends-before-start"),
        ({"Date": "2027-02-26", "End": "2027-06-26"}, "too-long"),
    ],
)
def test_refused_rows(run, edition: Edition, cells: dict[str, str], code: str) -> None:
    header = ["Name", "Place", "Latitude", "Longitude", "Date", "Start", "End"]
    plan = run(header, [{"Name": "A", "Place": "Bonn", **cells}.get(name, "") for name in header])
    assert one(plan).reason is not None
    assert (one(plan).line, one(plan).reason.code) == (2, code)
    assert events_of(edition) == []


def test_a_row_with_more_cells_than_the_header(run) -> None:
    plan = run(["Name", "Place"], ["A", "Bonn", "what is this"])
    assert one(plan).reason.code == "more-cells-than-header"


def test_one_bad_row_does_not_hold_up_the_others(run, edition: Edition) -> None:
    plan = run(["Name", "Place"], ["A", "Bonn"], ["", "Bonn"], ["C", "Köln"])
    assert counts(plan) == (2, 0, 0, 1)
    assert [event.name["en"] for event in events_of(edition)] == ["A", "C"]


def test_columns_that_cannot_be_matched(edition: Edition) -> None:
    for options, code in [
        (Options(), "columns-not-recognised"),
        (Options({"place": "Wohin"}), "column-unknown"),
        (Options({"place": "Foo"}, zone="Mars/Base"), "zone-unknown"),
    ]:
        with pytest.raises(Refused) as caught:
            imports.plan(edition, read(b"Foo,Bar\nA,B\n"), options)
        assert caught.value.code == code


def test_columns_that_are_chosen(run) -> None:
    options = Options({"name": "Was", "place": "Wo"})
    assert draft(run(["Wo", "Was"], ["Bonn", "Lesung"], options=options)).name == {"en": "Lesung"}
