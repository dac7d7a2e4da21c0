"""Who is registered for an event, for those whose role includes it; every look is recorded."""

from datetime import UTC, datetime

from flask import Blueprint, render_template

from campaign.db import unit_of_work
from campaign.domain.permission import Permission
from campaign.services import registrations
from campaign.web import scope
from campaign.web.auth import me, requires

blueprint = Blueprint("manage_registrations", __name__, url_prefix="/manage")


@blueprint.get("/<campaign>/<int:year>/events/<event>/registrations/")
@requires(Permission.VIEW_REGISTRATIONS)
def listing(campaign: str, year: int, event: str) -> str:
    """Show the registrations of an event."""
    found = scope.managed_event(year, event)
    with unit_of_work():
        registrations.note_look(found, actor=me(), now=datetime.now(UTC))
    return render_template(
        "manage/registrations/list.html",
        campaign=found.edition.campaign,
        edition=found.edition,
        event=found,
        registrations=registrations.of_event(found),
    )
