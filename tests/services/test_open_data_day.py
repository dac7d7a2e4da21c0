"""Four years of a real campaign's spreadsheets: whole files where they lie beside the repository, else excerpts."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from campaign.db import unit_of_work
from campaign.domain.anniversary import AnniversaryRule, Kind
from campaign.domain.columns import match
from campaign.models import Campaign
from campaign.services import editions, imports
from campaign.services.import_plan import Action, Options, Plan, PlannedRow
from campaign.sheets.reader import read
from tests.make import Maker
from tests.services.test_imports import rows_of_all_tables

pytestmark = pytest.mark.usefixtures("app")

YEARS = (2016, 2019, 2024, 2025)
EXCERPTS = Path(__file__).parent.parent / "data"
WHOLE = Path(__file__).parents[3] / "shared" / "data" / "open-data-day"
DUPLICATES = {2016: 0, 2019: 10, 2024: 0, 2025: 2}
EXPECTED: dict[tuple[int, str], tuple[str | None, str]] = {
    (2016, "Abuja, Nigeria"): ("NG", "Africa/Lagos"),
    (2016, "Addis Ababa, Ethiopia"): ("ET", "Africa/Addis_Ababa"),
    (2016, "Athabasca, Alberta"): ("CA", "America/Edmonton"),
    (2016, "IIS Castigliano, Asti, Italy"): ("IT", "Europe/Rome"),
    (2016, "Oakland,California, USA"): ("US", "America/Los_Angeles"),
    (2016, "rio de Janeiro, Brazil"): ("BR", "America/Sao_Paulo"),
    (2016, "Termoli, Italy"): ("IT", "Europe/Rome"),
    (2016, "Tokyo1, Japan"): ("JP", "Asia/Tokyo"),
    (2016, ""): ("CO", "America/Bogota"),
    (2019, "Kobe, Japan"): ("JP", "Asia/Tokyo"),
    (2019, "La Habana"): ("CU", "America/Havana"),
    (2019, "Nairobi"): ("KE", "Africa/Nairobi"),
    (2019, "Papeete"): ("PF", "Pacific/Tahiti"),
    (2019, "South Africa"): ("ZA", "Africa/Johannesburg"),
    (2019, "Cancún"): ("MX", "America/Cancun"),
    (2024, "Bogotá"): ("CO", "America/Bogota"),
    (2024, "Brisbane/online"): ("AU", "Australia/Brisbane"),
    (2024, "Kaabong District"): ("UG", "Africa/Kampala"),
    (2024, "Lima - Perú (Virtual)"): ("PE", "America/Lima"),
    (2024, "八ヶ岳コモンズ"): ("JP", "Asia/Tokyo"),
    (2025, "FRANCE"): ("FR", "Europe/Paris"),
    (2025, "Muncih"): ("DE", "Europe/Berlin"),
    (2025, "Karachi, Pakistan (Virtual)"): ("PK", "Asia/Karachi"),
    (2025, "東京/オンライン"): ("JP", "Asia/Tokyo"),
}


def contents(year: int) -> list[bytes]:
    """Return the excerpt of a year, and the whole file where it is here."""
    paths = (EXCERPTS / f"open-data-day-{year}.csv", WHOLE / f"events-{year}.csv")
    return [path.read_bytes() for path in paths if path.exists()]


@pytest.fixture
def campaign(make: Maker) -> Campaign:
    """Return a campaign that lasts the first week of March from its Saturday on."""
    rule = AnniversaryRule(Kind.NTH_WEEKDAY, month=3, nth=1, weekday=5, days=7)
    return make.campaign("open-data-day", name={"en": "Open Data Day"}, rule=rule, languages=["en"])


def imported(campaign: Campaign, year: int, content: bytes, now: datetime) -> Plan:
    with unit_of_work():
        found = next((one for one in campaign.editions if one.year == year), None)
        edition = found or editions.open_year(campaign, year, actor=None, now=now)
        plan = imports.plan(edition, read(content), Options())
        imports.carry_out(plan, actor=None, now=now)
    return plan


def place_of(row: PlannedRow) -> str:
    return " ".join(row.place.split())


@pytest.mark.parametrize("year", YEARS)
def test_nearly_every_row_becomes_a_complete_event(campaign: Campaign, year: int, now: datetime) -> None:
    for content in contents(year):
        plan = imported(campaign, year, content, now)
        codes = {row.reason.code for row in plan.rows if row.reason}
        assert codes <= {"duplicate", "place-unknown"}
        complete = sum(row.draft is not None and not row.missing for row in plan.rows)
        duplicates = sum(row.reason is not None and row.reason.code == "duplicate" for row in plan.rows)
        without_address = sum("online-address-missing" in [note.code for note in row.warnings] for row in plan.rows)
        unknown = sum(row.reason is not None and row.reason.code == "place-unknown" for row in plan.rows)
        can_be = len(plan.rows) - duplicates - without_address - unknown
        assert complete >= 0.95 * can_be
        assert unknown <= 2
        if len(plan.rows) > 100:
            assert duplicates == DUPLICATES[year]
            assert complete >= 0.95 * len(plan.rows)


@pytest.mark.parametrize("year", YEARS)
def test_countries_and_zones(campaign: Campaign, year: int, now: datetime) -> None:
    wanted = {place: where for (in_year, place), where in EXPECTED.items() if in_year == year}
    for content in contents(year):
        plan = imported(campaign, year, content, now)
        found = {place_of(row): row.draft for row in plan.rows if row.draft and place_of(row) in wanted}
        assert {place: (draft.country, draft.zone) for place, draft in found.items()} == wanted


@pytest.mark.parametrize("year", YEARS)
def test_once_more_changes_nothing(campaign: Campaign, year: int, now: datetime) -> None:
    for content in contents(year):
        imported(campaign, year, content, now)
        before = rows_of_all_tables()
        plan = imported(campaign, year, content, datetime.now(UTC))
        assert plan.to_do == 0
        assert plan.count(Action.UNCHANGED) + plan.count(Action.REFUSED) == len(plan.rows)
        assert rows_of_all_tables() == before


def test_the_excerpt_is_part_of_the_whole(campaign: Campaign, now: datetime) -> None:
    for year in YEARS:
        excerpt, *whole = contents(year)
        imported(campaign, year, excerpt, now)
        for content in whole:
            plan = imported(campaign, year, content, now)
            known = plan.count(Action.UNCHANGED) + plan.count(Action.CHANGED)
            assert known == sum(
                row.draft is not None for row in imports.plan(plan.edition, read(excerpt), Options()).rows
            )


def test_what_2016_has_instead_of_names(campaign: Campaign, now: datetime) -> None:
    plan = imported(campaign, 2016, contents(2016)[0], now)
    first = plan.rows[0].draft
    assert first is not None
    assert first.name == {"en": "Open Data Day: Abuja, Nigeria"}
    assert first.description["en"].startswith("Master Class on Spreadsheets")
    assert (first.starts, first.is_all_day) == (datetime(2016, 3, 5), True)


def test_expected_participants_are_no_capacity() -> None:
    assert "capacity" not in match(read(contents(2016)[0]).header)


def test_addresses_of_2019(campaign: Campaign, now: datetime) -> None:
    plan = imported(campaign, 2019, contents(2019)[0], now)
    urls = {place_of(row): row.draft.url for row in plan.rows if row.draft}
    assert urls["Wellington"] == "https://data.govt.nz/"
    assert urls["Manila, Philippines"] is None
    assert "https://us04web.zoom.us/meeting/register/7fb51952ffc436d87c24e00bf0acd2b8" in urls.values()
