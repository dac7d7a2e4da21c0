"""The doors of a campaign in these days: where whoever has only that role begins."""

from datetime import UTC, datetime

from flask import Blueprint, render_template

from campaign.domain.permission import Permission
from campaign.services import doors
from campaign.web import scope
from campaign.web.auth import requires

blueprint = Blueprint("manage_doors", __name__, url_prefix="/manage")


@blueprint.get("/<campaign>/doors/")
@requires(Permission.CHECK_IN)
def listing(campaign: str) -> str:
    """List the events of yesterday, today and the coming days, each with its door."""
    found = scope.managed_campaign()
    events = doors.events_near(found, now=datetime.now(UTC))
    mine = [event for event in events if scope.may_act_in(event.country)]
    return render_template("checkin/doors.html", campaign=found, events=mine)
