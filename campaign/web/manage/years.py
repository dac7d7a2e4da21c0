"""A campaign's years ahead: when they fall, what else falls on them, and the years that differ."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from campaign.db import unit_of_work
from campaign.domain.anniversary import AnniversaryRule, RuleException
from campaign.domain.errors import Refused
from campaign.domain.permission import Permission
from campaign.models import Campaign
from campaign.services import campaigns, years
from campaign.web import language, rules, scope
from campaign.web.auth import me, requires
from campaign.web.errors import sentence
from campaign.web.fields import DayField, LineField, Needed, NumberField

blueprint = Blueprint("manage_years", __name__, url_prefix="/manage/<campaign>")


class ExceptionForm(FlaskForm):
    """One year whose day differs from the rule."""

    year = NumberField(_l("Year"), low=1900, high=2200, validators=[Needed()])
    day = DayField(_l("Day"), description=_l("Empty: not held in that year."))
    reason = LineField(_l("Reason"), limit=200, validators=[Needed()], description=_l("In the main language."))


@blueprint.get("/years/")
@requires(Permission.VIEW_CAMPAIGN)
def show(campaign: str) -> str:
    """Show the next ten years, each with its weekday, holidays and clashes."""
    return _show(scope.managed_campaign(), ExceptionForm())


@blueprint.post("/exceptions/")
@requires(Permission.EDIT_CAMPAIGN)
def set_exception(campaign: str) -> ResponseReturnValue:
    """Let one year's day differ from the rule."""
    found, form = scope.managed_campaign(), ExceptionForm()
    if not form.validate():
        return _show(found, form), 422
    year, reason = int(str(form.year.data)), {found.default_language: str(form.reason.data)}
    try:
        with unit_of_work():
            campaigns.set_exception(
                found, RuleException(year, form.day.data, reason), actor=me(), now=datetime.now(UTC)
            )
    except Refused as refused:
        form.day.errors = [sentence(refused)]
        return _show(found, form), 422
    flash(_("The year %(year)s now has its own day.", year=year), "message")
    return redirect(url_for("manage_years.show", campaign=campaign), 303)


@blueprint.post("/exceptions/<int:year>/remove")
@requires(Permission.EDIT_CAMPAIGN)
def remove_exception(campaign: str, year: int) -> ResponseReturnValue:
    """Let the rule hold again in one year."""
    with unit_of_work():
        campaigns.remove_exception(scope.managed_campaign(), year, actor=me(), now=datetime.now(UTC))
    flash(_("The rule holds again in %(year)s.", year=year), "message")
    return redirect(url_for("manage_years.show", campaign=campaign), 303)


def _show(campaign: Campaign, form: ExceptionForm) -> str:
    now = datetime.now(UTC)
    return render_template(
        "manage/years/show.html",
        campaign=campaign,
        years=years.ahead(campaign, reader=me(), today=now.date(), language=language.current()),
        rule_phrase=rules.phrase(AnniversaryRule.from_json(campaign.rule)),
        form=form,
    )
