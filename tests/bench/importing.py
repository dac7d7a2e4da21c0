"""How long a large table takes: to be understood, to be stored, to be the same once more, to be shown on the page."""

import csv
import io
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path

from flask import Flask

from campaign.db import db, unit_of_work
from campaign.domain.anniversary import AnniversaryRule, Kind
from campaign.domain.columns import match
from campaign.domain.permission import Role
from campaign.models import Edition
from campaign.services import imports
from campaign.services.import_plan import Action, Options
from campaign.sheets.reader import read
from tests import servers
from tests.bench.figure import Figure
from tests.make import Maker
from tests.page import Client

ROWS = 5_000
YEAR = 2027
LIMIT = 10
YEARS = (2016, 2019, 2024, 2025)
EXCERPTS = servers.ROOT / "tests" / "data"
WHOLE = servers.ROOT.parent / "shared" / "data" / "open-data-day"
COLUMNS = ("external_id", "name", "place", "latitude", "longitude", "date", "description", "url")


def figures(app: Flask, *, rows: int = ROWS) -> list[Figure]:
    """Return the seconds of processor time of a first import and of a second one, and of both pages together."""
    app.config["WTF_CSRF_ENABLED"] = False  # as in the tests, whose client sends the forms
    content = _content(rows)
    with app.app_context():
        first, again = _edition("import-command"), _edition("import-page")
        new = _timed(first, content, expected=Action.NEW)
        same = _timed(first, content, expected=Action.UNCHANGED)
        page = _on_the_page(app, again, content)
        db.session.remove()
    return [
        Figure(f"import of {rows:,} rows", new, "s", LIMIT),
        Figure(f"import of the same {rows:,} rows once more", same, "s", LIMIT),
        Figure(f"import of {rows:,} rows on the page: preview and acceptance", page, "s", LIMIT),
    ]


def _timed(edition: Edition, content: bytes, *, expected: Action) -> float:
    begun = time.process_time()
    with unit_of_work():
        plan = imports.plan(edition, read(content), Options())
        imports.carry_out(plan, actor=None, now=datetime.now(UTC))
    assert plan.count(expected) > 0.9 * len(plan.rows), "the rows were not understood"
    return time.process_time() - begun


def _on_the_page(app: Flask, edition: Edition, content: bytes) -> float:
    path = f"/manage/{edition.campaign.slug}/{edition.year}/import/"
    browser = Client(app)
    browser.sign_in(Maker(datetime.now(UTC)).member(edition.campaign, Role.OWNER))
    http, begun = browser.http, time.process_time()
    shown = http.post(path, data={"file": (io.BytesIO(content), "events.csv")}, content_type="multipart/form-data")
    spent, fields = time.process_time() - begun, _fields(shown.get_data(as_text=True))
    begun = time.process_time()
    stored = http.post(f"{path}accept", data=fields, content_type="multipart/form-data")
    assert stored.status_code == 303, stored.status_code
    return spent + time.process_time() - begun


def _fields(page: str) -> dict[str, str]:
    """Return what the preview's form sends: the file, what it promised, and the columns as their names say."""
    hidden = {name: page.split(f'name="{name}"')[1].split('value="')[1].split('"')[0] for name in ("content", "digest")}
    found = {column: field for field, column in match(COLUMNS).items()}
    return hidden | {f"column-{number}": found.get(number, "") for number in range(len(COLUMNS))}


def _edition(slug: str) -> Edition:
    make = Maker(datetime.now(UTC))
    rule = AnniversaryRule(Kind.NTH_WEEKDAY, month=3, nth=1, weekday=5, days=7)
    return make.edition(make.campaign(slug, rule=rule), YEAR)


def _content(rows: int) -> bytes:
    """Return so many rows of a real campaign's files of four years, as of one year, again and again under new names."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    writer.writerows(islice(_rows(), rows))
    return file.getvalue().encode()


def _rows() -> Iterator[tuple[str, ...]]:
    number = count(1)
    for again in count(1):
        for year in YEARS:
            for cells in _cells(year):
                yield f"id-{next(number)}", f"{cells[0][:120]} {again}", *cells[1:]


def _cells(year: int) -> list[tuple[str, ...]]:
    """Return name, place, coordinates, day, description and address of each of a year's events."""
    table = read(_file(year).read_bytes())
    columns = match(table.header)
    wanted = [columns.get(field) for field in ("place", "latitude", "longitude", "description", "url")]
    names, days = columns.get("name"), table.header.index("event_date") if "event_date" in table.header else None

    def cell(row: tuple[str, ...], number: int | None) -> str:
        return row[number] if number is not None and number < len(row) else ""

    found = []
    for row in (row.cells for row in table.rows):
        place, latitude, longitude, description, url = (cell(row, number) for number in wanted)
        day = cell(row, days).replace(str(year), str(YEAR))
        found.append((cell(row, names) or place, place, latitude, longitude, day, description, url))
    return found


def _file(year: int) -> Path:
    whole = WHOLE / f"events-{year}.csv"
    return whole if whole.exists() else EXCERPTS / f"open-data-day-{year}.csv"
