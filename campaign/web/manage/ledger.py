"""Telling people again of an event's change, and what the ledger says of those who could not be told."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from campaign.db import unit_of_work
from campaign.domain.event import Change
from campaign.domain.message import Failure
from campaign.domain.permission import Permission
from campaign.services import ledger
from campaign.services.ledger import Telling
from campaign.web import scope
from campaign.web.auth import me, requires

blueprint = Blueprint("manage_ledger", __name__, url_prefix="/manage")


@blueprint.post("/<campaign>/<int:year>/events/<event>/tell-again")
@requires(Permission.EDIT_EVENT)
def tell_again(campaign: str, year: int, event: str) -> ResponseReturnValue:
    """Send the mails about the last change once more to those whom they did not reach."""
    found = scope.managed_event(year, event)
    with unit_of_work():
        count = ledger.try_again(found, actor=me(), now=datetime.now(UTC))
    done = ngettext("%(num)s mail is on its way again.", "%(num)s mails are on their way again.", count)
    flash(done if count else _("There is nobody left to tell."), "message")
    return redirect(f"{url_for('manage_events.show', campaign=campaign, year=year, event=event)}#told", 303)


@blueprint.app_template_filter()
def change_phrase(telling: Telling) -> str:
    """Return what people were told of."""
    if telling.kind == "event-cancelled":
        return _("It is cancelled")
    known: dict[frozenset[str], str] = {
        frozenset({Change.TIME}): _("Another time"),
        frozenset({Change.PLACE}): _("Another place"),
        frozenset({Change.TIME, Change.PLACE}): _("Another time and place"),
        frozenset({Change.STATUS}): _("It takes place after all"),
    }
    return known.get(telling.changes, _("Changed"))


@blueprint.app_template_filter()
def failure_phrase(failure: Failure) -> str:
    """Return why a mail could not be handed over, and who can do something about it."""
    return {
        Failure.NO_SUCH_ADDRESS: _("There is no such mail address, or it takes no mail."),
        Failure.MAILBOX_FULL: _("The mailbox is full."),
        Failure.REFUSED: _("The mail server refused it."),
        Failure.PUT_OFF: _("The mail server put it off until we gave up."),
        Failure.NOT_LET_IN: _("The mail server does not let this site in. Tell whoever runs the site."),
        Failure.NO_CONNECTION: _("The mail server could not be reached."),
        Failure.NOT_WRITTEN: _("The mail could not be written. Tell whoever runs the site."),
    }[failure]
