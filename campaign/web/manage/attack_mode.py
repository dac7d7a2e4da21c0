"""Attack mode for organizers: on and off, and what came in just before, to be set aside and taken back."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign.db import unit_of_work
from campaign.domain.permission import Permission
from campaign.services import attack_mode
from campaign.web import scope
from campaign.web.auth import me, requires

blueprint = Blueprint("manage_attack_mode", __name__, url_prefix="/manage/<campaign>/attack-mode")


@blueprint.get("/")
@requires(Permission.EDIT_CAMPAIGN)
def show(campaign: str) -> str:
    """Show whether it is on, and how many signed up of late."""
    found, hours = scope.managed_campaign(), _hours(request.args.get("hours"))
    return render_template(
        "manage/campaigns/attack_mode.html",
        campaign=found,
        hours=hours,
        choices=attack_mode.HOURS,
        sign_ups=attack_mode.sign_ups(found, since=datetime.now(UTC) - timedelta(hours=hours)),
        set_aside=attack_mode.count_set_aside(found),
    )


@blueprint.post("/begin")
@requires(Permission.EDIT_CAMPAIGN)
def begin(campaign: str) -> ResponseReturnValue:
    """Hold back what strangers do."""
    with unit_of_work():
        attack_mode.begin(scope.managed_campaign(), actor=me(), now=datetime.now(UTC))
    flash(_("Attack mode is on: exact places are hidden, and you let in everybody who registers."), "message")
    return redirect(url_for("manage_attack_mode.show", campaign=campaign), 303)


@blueprint.post("/end")
@requires(Permission.EDIT_CAMPAIGN)
def end(campaign: str) -> ResponseReturnValue:
    """Let things go their usual way again."""
    with unit_of_work():
        attack_mode.end(scope.managed_campaign(), actor=me(), now=datetime.now(UTC))
    flash(_("Attack mode is off: places are shown again, and people come in as each event says."), "message")
    return redirect(url_for("manage_attack_mode.show", campaign=campaign), 303)


@blueprint.post("/set-aside")
@requires(Permission.EDIT_CAMPAIGN)
def set_aside(campaign: str) -> ResponseReturnValue:
    """Let the latest sign-ups wait, and stop their mails."""
    hours, now = _hours(request.form.get("hours")), datetime.now(UTC)
    with unit_of_work():
        since = now - timedelta(hours=hours)
        count = attack_mode.set_aside(scope.managed_campaign(), since=since, actor=me(), now=now)
    flash(ngettext("%(num)s sign-up is set aside.", "%(num)s sign-ups are set aside.", count), "message")
    return redirect(url_for("manage_attack_mode.show", campaign=campaign, hours=hours), 303)


@blueprint.post("/release")
@requires(Permission.EDIT_CAMPAIGN)
def release(campaign: str) -> ResponseReturnValue:
    """Take back what was set aside."""
    with unit_of_work():
        count = attack_mode.release(scope.managed_campaign(), actor=me(), now=datetime.now(UTC))
    said = ngettext("%(num)s sign-up is as it was before.", "%(num)s sign-ups are as they were before.", count)
    rest = _("Where there is no room any more, they are in the queue.")
    flash(f"{said} {rest}", "message")
    return redirect(url_for("manage_attack_mode.show", campaign=campaign), 303)


def _hours(sent: str | None) -> int:
    """Return one of the spans that are offered."""
    return next((hours for hours in attack_mode.HOURS if str(hours) == sent), attack_mode.HOURS[1])
