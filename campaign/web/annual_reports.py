"""The report of a year for everybody: as a page, as a table to take along, and its photos."""

from collections.abc import Sequence
from itertools import groupby

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _

from campaign import address
from campaign.domain.event import Status as EventStatus
from campaign.geo import projection
from campaign.models import Edition
from campaign.services import annual_reports
from campaign.services.annual_reports import Told
from campaign.services.programme import Filters
from campaign.sheets import writer
from campaign.sheets.writer import Cell
from campaign.web import filters, scope, site
from campaign.web.auth import public
from campaign.web.headers import share

blueprint = Blueprint("annual_reports", __name__)
A_DAY = "public, max-age=86400, immutable"
"""How long caches keep a photo, which never changes; whoever wants one gone doesn't have to wait longer."""


@blueprint.get("/<campaign>/<int:year>/report/")
@public
def show(campaign: str, year: int) -> str:
    """Show the year in figures, on a map, and by country what the hosts tell."""
    edition = scope.public_report(campaign, year)
    report = annual_reports.of(edition)
    return render_template(
        "site/report.html",
        campaign=edition.campaign,
        edition=edition,
        report=report,
        countries=[(code, list(events)) for code, events in groupby(_in_order(report.events), key=_country)],
        dots=site.map_dots(edition, Filters(statuses={EventStatus.PUBLISHED})),
        map_view_box=projection.VIEW_BOX,
    )


@blueprint.get("/<campaign>/<int:year>/report.csv")
@public
def table(campaign: str, year: int) -> Response:
    """Answer with the year's events as a table."""
    edition = scope.public_report(campaign, year)
    where, told = [_("Country"), _("City"), _("Event"), _("Day")], [_("People who came"), _("Words"), _("Language")]
    heads = [*where, *told, _("Address")]
    answer = Response(writer.csv_chunks(heads, _rows(edition)), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{edition.campaign.slug}-{year}-report.csv")
    return answer


@blueprint.get("/photos/<name>.jpg")
@public
def photo(name: str) -> Response:
    """Answer with a photo of a public report."""
    share()
    found = scope.public_photo(name)
    response = Response(found.body, mimetype="image/jpeg")
    response.headers["Cache-Control"] = A_DAY
    return response


def _in_order(events: Sequence[Told]) -> list[Told]:
    """Return the events by country; those that somebody told of first in each."""
    return sorted(events, key=lambda told: (filters.country_order(told.country), not told.words and not told.photos))


def _country(told: Told) -> str | None:
    return told.country


def _rows(edition: Edition) -> list[list[Cell]]:
    """Return a line for each event; all of them at once, since nothing can be asked while an answer is on its way."""
    return [_row(edition, told) for told in _in_order(annual_reports.of(edition).events)]


def _row(edition: Edition, told: Told) -> list[Cell]:
    return [
        filters.country_name(told.country),
        told.city,
        filters.t_plain(told.name),
        told.day.isoformat() if told.day else None,
        told.came,
        told.words or None,
        told.language,
        address.event_page(edition.campaign.slug, edition.year, told.slug),
    ]
