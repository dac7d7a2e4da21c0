"""Who is registered for an event, for those whose role includes it; every look is recorded."""

from datetime import UTC, datetime

from flask import Blueprint, render_template, request

from campaign.db import unit_of_work
from campaign.domain.message import failure
from campaign.domain.permission import Permission
from campaign.services import ledger, registrations
from campaign.web import scope
from campaign.web.auth import me, requires

blueprint = Blueprint("manage_registrations", __name__, url_prefix="/manage")


@blueprint.get("/<campaign>/<int:year>/events/<event>/registrations/")
@requires(Permission.VIEW_REGISTRATIONS)
def listing(campaign: str, year: int, event: str) -> str:
    """Show the registrations of an event, or of them those whom the last change did not reach."""
    found = scope.managed_event(year, event)
    is_of_unreached = "unreached" in request.args
    with unit_of_work():
        registrations.note_look(found, actor=me(), now=datetime.now(UTC))
    failures = {one.registration: failure(one.last_error) for one in ledger.unreached(found)} if is_of_unreached else {}
    return render_template(
        "manage/registrations/list.html",
        campaign=found.edition.campaign,
        edition=found.edition,
        event=found,
        registrations=list(failures) if is_of_unreached else registrations.of_event(found),
        is_of_unreached=is_of_unreached,
        failures=failures,
    )
