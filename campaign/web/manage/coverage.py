"""A campaign's editions beside each other: which places came back, are new, were lost, have not answered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import InputRequired

from campaign.db import unit_of_work
from campaign.domain.coverage import Standing
from campaign.domain.permission import Permission
from campaign.geo import projection
from campaign.models import Campaign, Edition
from campaign.services import coverage, goals
from campaign.services.coverage import Country
from campaign.web import filters, scope
from campaign.web.auth import can, me, requires
from campaign.web.fields import NumberField
from campaign.web.manage.choices import countries

blueprint = Blueprint("manage_coverage", __name__, url_prefix="/manage")
GOAL_LIMIT = 10_000
SHAPES = {
    Standing.BACK: "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0",
    Standing.NEW: "m0-4l4 7h-8z",
    Standing.PREPARED: "m-3-3h6v6h-6z",
    Standing.UNANSWERED: "m0-4l4 4l-4 4l-4-4z",
    Standing.LOST: "m-3-3l6 6m0-6l-6 6",
}
"""Each kind of place by a shape of its own, drawn around its point on the map."""


class GoalForm(FlaskForm):
    """How many events are hoped for in one country."""

    country = SelectField(_l("Country"), validators=[InputRequired()])
    events = NumberField(_l("Events hoped for"), low=1, high=GOAL_LIMIT, description=_l("Empty takes the goal away."))

    def __init__(self) -> None:
        super().__init__()
        own = scope.own_countries()
        self.country.choices = [one for one in countries() if own is None or one[0] in own]


@dataclass(frozen=True)
class Cell:
    """How many events a country had in a year, and what changed since the edition before."""

    events: int
    change: str
    """"new", "lost" or ""."""


@blueprint.get("/<campaign>/coverage/")
@requires(Permission.VIEW_CAMPAIGN)
def show(campaign: str) -> str:
    """Show two editions beside each other, by default the two newest, and all of them country by country."""
    found = scope.managed_campaign()
    by_year = {edition.year: edition for edition in found.editions}
    edition, other = _pair(by_year)
    return _page(found, edition, other, GoalForm())


@blueprint.post("/<campaign>/coverage/<int:year>/goals")
@requires(Permission.EDIT_EVENT)
def set_goal(campaign: str, year: int) -> ResponseReturnValue:
    """Say how many events are hoped for in a country."""
    edition, form = scope.managed_edition(year), GoalForm()
    if form.country.data and not scope.may_act_in(form.country.data):
        scope.check_country(form.country.data)
    if not form.validate():
        by_year = {one.year: one for one in edition.campaign.editions}
        return _page(edition.campaign, edition, _before(by_year, year), form), 422
    with unit_of_work():
        goals.put(edition, form.country.data, form.events.data, actor=me(), now=datetime.now(UTC))
    flash(_("Noted for %(country)s.", country=filters.country_name(form.country.data)), "message")
    return redirect(url_for("manage_coverage.show", campaign=campaign, of=year), 303)


def _pair(by_year: Mapping[int, Edition]) -> tuple[Edition | None, Edition | None]:
    """Return the two editions that the address names; what it doesn't, is the newest and the one before."""
    of = _asked("of", by_year) or max(by_year, default=None)
    if of is None:
        return None, None
    with_ = _asked("with", by_year)
    return by_year[of], by_year[with_] if with_ and with_ != of else _before(by_year, of)


def _asked(name: str, by_year: Mapping[int, Edition]) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 and int(text) in by_year else None


def _before(by_year: Mapping[int, Edition], of: int) -> Edition | None:
    """Return the edition before one, else the nearest after it."""
    others = sorted((year for year in by_year if year != of), key=lambda year: (year > of, abs(year - of)))
    return by_year[others[0]] if others else None


def _page(campaign: Campaign, edition: Edition | None, other: Edition | None, form: GoalForm) -> str:
    compared = coverage.compare(edition, other) if edition and other else []
    rows = sorted(compared, key=lambda row: filters.country_order(row.code))
    years = [one.year for one in campaign.editions]
    return render_template(
        "manage/coverage/show.html",
        campaign=campaign,
        edition=edition,
        other=other,
        years=years,
        rows=rows,
        totals={standing: sum(len(row.of(standing)) for row in rows) for standing in Standing},
        names=_names(),
        marks=_marks(rows),
        shapes=SHAPES,
        map_view_box=projection.VIEW_BOX,
        history=_history(campaign, years),
        form=form,
        may_set_goals=can(Permission.EDIT_EVENT) and edition is not None,
    )


def _names() -> dict[Standing, str]:
    """Return what each kind of place is called."""
    return {
        Standing.BACK: _("Back"),
        Standing.NEW: _("New"),
        Standing.PREPARED: _("In preparation"),
        Standing.UNANSWERED: _("Not answered"),
        Standing.LOST: _("Lost"),
    }


def _marks(rows: Iterable[Country]) -> dict[Standing, str]:
    """Return one SVG path for the places of each kind."""
    paths: dict[Standing, list[str]] = {standing: [] for standing in Standing}
    for row in rows:
        for line in row.lines:
            if line.point:
                x, y = projection.project(*line.point)
                paths[line.standing].append(f"M{x} {y}{SHAPES[line.standing]}")
    return {standing: "".join(path) for standing, path in paths.items() if path}


def _history(campaign: Campaign, years: Sequence[int]) -> list[tuple[str, list[Cell]]]:
    """Return each country's name with a cell for every year, in the order of `years`, which is newest first."""
    found = coverage.history(campaign)
    codes = sorted(found, key=filters.country_order)
    return [(filters.country_name(code), _cells([found[code].get(year, 0) for year in years])) for code in codes]


def _cells(counts: Sequence[int]) -> list[Cell]:
    earlier = [*counts[1:], None]
    return [Cell(count, _change(count, before)) for count, before in zip(counts, earlier, strict=True)]


def _change(count: int, before: int | None) -> str:
    if before is None or bool(count) == bool(before):
        return ""
    return "new" if count else "lost"
