"""A year of a campaign for its organizers: open it, put it into another state, and the view over it."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField

from campaign.db import unit_of_work
from campaign.domain.edition import MOVES, ObservanceKind, Status
from campaign.domain.errors import Refused
from campaign.domain.permission import Permission
from campaign.geo.countries import COUNTRIES
from campaign.models import Edition
from campaign.services import coordinators, editions, proposal_queue
from campaign.services.proposal_queue import Wanted
from campaign.web import filters, scope
from campaign.web.auth import me, requires
from campaign.web.errors import sentence
from campaign.web.fields import DayField, LineField, Needed, NumberField
from campaign.web.manage.choices import countries
from campaign.web.registrations import ActForm

blueprint = Blueprint("manage_editions", __name__, url_prefix="/manage")


class YearForm(FlaskForm):
    """Which year to open."""

    year = NumberField(_l("Year"), low=1900, high=2200, validators=[Needed()])


class ObservanceForm(FlaskForm):
    """How one country keeps the day this year."""

    country = SelectField(_l("Country"))
    kind = SelectField(_l("The day there is"))
    day = DayField(_l("Day"))
    reason = LineField(_l("Reason"), limit=200, validators=[Needed()], description=_l("In the main language."))

    def offer(self) -> None:
        """Offer countries and kinds in the reader's language."""
        self.country.choices = countries()
        self.kind.choices = [
            (ObservanceKind.OTHER_DATE, _("another date")),
            (ObservanceKind.POSTPONED, _("postponed")),
            (ObservanceKind.TO_BE_ANNOUNCED, _("to be announced")),
            (ObservanceKind.NOT_THIS_YEAR, _("not held this year")),
        ]


@blueprint.post("/<campaign>/editions/")
@requires(Permission.EDIT_EDITION)
def open_year(campaign: str) -> ResponseReturnValue:
    """Create the edition of a year."""
    form, found = YearForm(), scope.managed_campaign()
    if not form.validate():
        flash(" ".join(str(error) for error in form.year.errors), "error")
        return redirect(url_for("manage_years.show", campaign=campaign), 303)
    year = int(str(form.year.data))
    try:
        with unit_of_work():
            editions.open_year(found, year, actor=me(), now=datetime.now(UTC))
    except Refused as refused:
        flash(sentence(refused), "error")
        return redirect(url_for("manage_years.show", campaign=campaign), 303)
    flash(_("The year %(year)s is set up. Add its events, then open it to the public.", year=year), "message")
    return redirect(url_for("manage_editions.show", campaign=campaign, year=year), 303)


@blueprint.get("/<campaign>/<int:year>/")
@requires(Permission.VIEW_CAMPAIGN)
def show(campaign: str, year: int) -> str:
    """Show the year: its countries with events by state, registrations, and what is missing."""
    form = ObservanceForm()
    form.offer()
    return _show(scope.managed_edition(year), form)


@blueprint.post("/<campaign>/<int:year>/status/<status>")
@requires(Permission.EDIT_EDITION)
def move(campaign: str, year: int, status: str) -> ResponseReturnValue:
    """Put the edition into another state."""
    found = scope.managed_edition(year)
    if status not in set(Status):
        return redirect(url_for("manage_editions.show", campaign=campaign, year=year), 303)
    try:
        with unit_of_work():
            editions.move(found, Status(status), actor=me(), now=datetime.now(UTC))
    except Refused as refused:
        flash(sentence(refused), "error")
    else:
        flash(_("The state of the year has changed."), "message")
    return redirect(url_for("manage_editions.show", campaign=campaign, year=year), 303)


@blueprint.post("/<campaign>/<int:year>/observances/")
@requires(Permission.EDIT_EDITION)
def observe(campaign: str, year: int) -> ResponseReturnValue:
    """Say how a country keeps the day this year."""
    found, form = scope.managed_edition(year), ObservanceForm()
    form.offer()
    if not form.validate():
        return _show(found, form), 422
    reason = {found.campaign.default_language: str(form.reason.data)}
    try:
        with unit_of_work():
            kind = ObservanceKind(form.kind.data)
            editions.observe(
                found, form.country.data, kind, day=form.day.data, reason=reason, actor=me(), now=datetime.now(UTC)
            )
    except Refused as refused:
        form.day.errors = [sentence(refused)]
        return _show(found, form), 422
    flash(_("Noted for %(country)s.", country=filters.country_name(form.country.data)), "message")
    return redirect(url_for("manage_editions.show", campaign=campaign, year=year), 303)


@blueprint.post("/<campaign>/<int:year>/observances/remove")
@requires(Permission.EDIT_EDITION)
def observe_as_all(campaign: str, year: int) -> ResponseReturnValue:
    """Let a country keep the day as all others do."""
    found, country = scope.managed_edition(year), request.form.get("country", "")
    if country in COUNTRIES:
        with unit_of_work():
            editions.observe_as_all(found, country, actor=me(), now=datetime.now(UTC))
        flash(_("%(country)s keeps the day as all others do.", country=filters.country_name(country)), "message")
    return redirect(url_for("manage_editions.show", campaign=campaign, year=year), 303)


@blueprint.post("/<campaign>/<int:year>/day")
@requires(Permission.EDIT_EDITION)
def follow_rule(campaign: str, year: int) -> ResponseReturnValue:
    """Put the year on the day that rule and exceptions give now."""
    found = scope.managed_edition(year)
    try:
        with unit_of_work():
            editions.follow_rule(found, actor=me(), now=datetime.now(UTC))
    except Refused as refused:
        flash(sentence(refused), "error")
    else:
        flash(_("The year is on its new day. Its events stay where they are; move those that shall follow."), "message")
    return redirect(url_for("manage_years.show", campaign=campaign), 303)


def _show(edition: Edition, form: ObservanceForm) -> str:
    own, covered = scope.own_countries(), coordinators.covered(edition.campaign, today=datetime.now(UTC).date())
    rows = sorted(editions.overview(edition), key=lambda row: filters.country_order(row.code))
    return render_template(
        "manage/editions/show.html",
        campaign=edition.campaign,
        edition=edition,
        rows=rows,
        proposed=proposal_queue.count(edition, Wanted(own)),
        nobodys=proposal_queue.count(edition, Wanted(own, is_nobodys=True, covered=covered)),
        moves=sorted(MOVES[edition.status]),
        form=form,
        act=ActForm(),
    )
