"""An event's public page, and its one calendar entry."""

from datetime import UTC, datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from campaign.domain.event import places_left
from campaign.services import feeds, programme, registrations
from campaign.web import scope, subscribing
from campaign.web.auth import public
from campaign.web.feeds import calendar_response

blueprint = Blueprint("events", __name__)


@blueprint.get("/<campaign>/<int:year>/<event>/")
@public
def show(campaign: str, year: int, event: str) -> str:
    """Show one event: when, where, how to come, how to keep it."""
    found = scope.public_event(campaign, year, event)
    return render_template(
        "events/event.html",
        campaign=found.edition.campaign,
        edition=found.edition,
        event=found,
        places_left=places_left(capacity=found.capacity, seats_taken=found.seats_taken),
        registration_state=registrations.window(found, now=datetime.now(UTC)),
        opens_at=found.opens_at,
        add_links=subscribing.one_event(found),
        series_events=programme.siblings(found),
    )


@blueprint.get("/<campaign>/<int:year>/<event>/event.ics")
@public
def ics(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Return the event's one entry, in the campaign's main language."""
    found = scope.public_event(campaign, year, event)
    return calendar_response(feeds.single(found), filename=f"{found.slug}.ics")
