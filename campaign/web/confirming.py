"""What the link in our mail about a proposal does: GET only shows it, POST hands it in or takes it away."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.proposal import Status
from campaign.services import proposals
from campaign.web import scope
from campaign.web.auth import public
from campaign.web.errors import sentence
from campaign.web.registrations import ActForm

blueprint = Blueprint("confirming", __name__, url_prefix="/h/<token>")


@blueprint.get("/confirm/<int:year>/<event>/")
@public
def show(token: str, year: int, event: str) -> str:
    """Show what was proposed in the name of this address."""
    found = scope.own_proposal(token, year, event)
    return render_template(
        "hosting/confirm.html",
        proposal=found,
        event=found.event,
        campaign=found.edition.campaign,
        token=token,
        is_unverified=found.status is Status.UNVERIFIED,
        act=ActForm(),
    )


@blueprint.post("/confirm/<int:year>/<event>/")
@public
def confirm(token: str, year: int, event: str) -> ResponseReturnValue:
    """Hand the proposal to the coordinators: the address is the host's own, since the link came by mail."""
    found = scope.own_proposal(token, year, event)
    with unit_of_work():
        proposals.confirm(found, now=datetime.now(UTC))
    if found.status is Status.APPROVED:
        flash(_("Thank you. The event stands in the programme."), "message")
    else:
        flash(_("Thank you. The coordinators look at it now, and write to you."), "message")
    return redirect(url_for("hosts.show", token=token), 303)


@blueprint.post("/disown/<int:year>/<event>/")
@public
def disown(token: str, year: int, event: str) -> ResponseReturnValue:
    """Delete what somebody else proposed in the name of this address."""
    found = scope.own_proposal(token, year, event)
    campaign = found.edition.campaign.slug
    try:
        with unit_of_work():
            proposals.disown(found, now=datetime.now(UTC))
    except Refused as refused:
        flash(sentence(refused), "error")
        return redirect(url_for("hosts.show", token=token), 303)
    flash(_("It is deleted, and nobody has read it."), "message")
    return redirect(url_for("site.campaign", campaign=campaign), 303)
