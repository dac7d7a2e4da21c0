"""Taking last year's events over into a year: a look at what would come, one step, and the way back."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.permission import Permission
from campaign.domain.roll_over import Outcome, Part
from campaign.services import roll_over, undoing
from campaign.web import filters, language, roll_over_words, scope
from campaign.web.auth import me, requires
from campaign.web.errors import sentence
from campaign.web.limits import room_for_organizers
from campaign.web.manage import roll_over_form
from campaign.web.manage.roll_over_form import Sent

REQUEST_BYTES = 1_000_000
"""Room for a hundred thousand events that stay behind."""
blueprint = Blueprint("manage_roll_over", __name__, url_prefix="/manage/<campaign>/<int:year>/roll-over")
blueprint.url_value_preprocessor(room_for_organizers(REQUEST_BYTES))


@blueprint.get("/")
@requires(Permission.EDIT_EDITION)
def show(campaign: str, year: int) -> str:
    """Show what would come along, and what came before."""
    return _page(year, roll_over_form.read(request.args))


@blueprint.post("/preview")
@requires(Permission.EDIT_EDITION)
def look(campaign: str, year: int) -> str:
    """Show the same after a change of what is chosen; nothing is stored."""
    return _page(year, roll_over_form.read(request.form))


@blueprint.post("/")
@requires(Permission.EDIT_EDITION)
def carry_out(campaign: str, year: int) -> ResponseReturnValue:
    """Add what is chosen, as drafts."""
    sent, _edition = roll_over_form.read(request.form), scope.managed_year(year)
    try:
        with unit_of_work():
            done = roll_over.carry_out(
                scope.managed_campaign(),
                year,
                sent.choice,
                from_year=sent.from_year,
                actor=me(),
                now=datetime.now(UTC),
            )
            new, there, left = (done.count(outcome) for outcome in Outcome)
    except Refused as refused:
        flash(sentence(refused), "error")
    else:
        words = ngettext("%(num)s draft is added.", "%(num)s drafts are added.", new)
        counts = {"there": filters.number(there), "left": filters.number(left)}
        rest = _("Already there: %(there)s. Left out: %(left)s.", **counts)
        flash(f"{words} {rest}", "message")
    return redirect(url_for("manage_roll_over.show", campaign=campaign, year=year), 303)


@blueprint.post("/undo")
@requires(Permission.EDIT_EDITION)
def undo(campaign: str, year: int) -> ResponseReturnValue:
    """Delete the drafts that one step added."""
    step = undoing.by_number(scope.managed_edition(year), roll_over_form.number_of(request.form.get("step")))
    if step is None:
        return redirect(url_for("manage_roll_over.show", campaign=campaign, year=year), 303)
    try:
        with unit_of_work():
            count = undoing.undo(step, with_changed="with_changed" in request.form, actor=me(), now=datetime.now(UTC))
    except Refused as refused:
        flash(sentence(refused), "error")
    else:
        flash(ngettext("%(num)s draft is deleted.", "%(num)s drafts are deleted.", count), "message")
    return redirect(url_for("manage_roll_over.show", campaign=campaign, year=year), 303)


def _page(year: int, sent: Sent) -> str:
    campaign = scope.managed_campaign()
    edition = scope.managed_year(year)
    plan, problem = None, ""
    try:
        plan = roll_over.plan(campaign, year, sent.choice, from_year=sent.from_year, language=language.current())
    except Refused as refused:
        problem = sentence(refused)
    return render_template(
        "manage/roll_over/show.html",
        campaign=campaign,
        edition=edition,
        year=year,
        plan=plan,
        problem=problem,
        sent=sent,
        shown=roll_over_form.shown(plan, sent) if plan else None,
        countries=roll_over_form.countries(plan) if plan else [],
        notes=roll_over_form.notes(plan) if plan else [],
        years=roll_over.years_before(campaign, year),
        steps=undoing.steps(edition) if edition else [],
        parts=list(Part),
        form=roll_over_form,
        words=roll_over_words,
    )
