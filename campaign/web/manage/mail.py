"""What became of the mails to registrants, and sending one again."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.message import Failure, Status, failure
from campaign.domain.permission import Permission
from campaign.models import Message
from campaign.services import mail_log
from campaign.web import scope
from campaign.web.auth import can, me, requires
from campaign.web.errors import sentence
from campaign.web.registrations import ActForm

blueprint = Blueprint("manage_mail", __name__, url_prefix="/manage")


@blueprint.get("/<campaign>/<int:year>/events/<event>/mail/")
@requires(Permission.VIEW_EVENT)
def of_event(campaign: str, year: int, event: str) -> str:
    """Show the mails about an event; on request with their addresses, which is recorded."""
    found = scope.managed_event(year, event)
    shows_addresses = "addresses" in request.args and can(Permission.VIEW_REGISTRATIONS)
    if shows_addresses:
        with unit_of_work():
            mail_log.note_look(found, actor=me(), now=datetime.now(UTC))
    return render_template(
        "manage/mail/log.html",
        campaign=found.edition.campaign,
        edition=found.edition,
        event=found,
        page=mail_log.of_event(found, status=_status(), before=_before()),
        status=_status(),
        statuses=list(Status),
        counts=mail_log.counts(found),
        shows_addresses=shows_addresses,
        here=partial(_here, "manage_mail.of_event", {"year": year, "event": event}, shows_addresses),
        act=ActForm(),
    )


@blueprint.get("/<campaign>/<int:year>/mail/")
@requires(Permission.VIEW_EVENT)
def of_edition(campaign: str, year: int) -> str:
    """Show the mails about a year's events, a coordinator's only in their countries."""
    edition = scope.managed_edition(year)
    return render_template(
        "manage/mail/log.html",
        campaign=edition.campaign,
        edition=edition,
        event=None,
        page=mail_log.of_edition(edition, scope.own_countries(), status=_status(), before=_before()),
        status=_status(),
        statuses=list(Status),
        shows_addresses=False,
        here=partial(_here, "manage_mail.of_edition", {"year": year}, False),
    )


@blueprint.post("/<campaign>/<int:year>/events/<event>/mail/<int(max=2147483647):message>/resend")
@requires(Permission.WRITE_TO_REGISTRANTS)
def resend(campaign: str, year: int, event: str, message: int) -> ResponseReturnValue:
    """Send a mail again."""
    found = scope.managed_event(year, event)
    try:
        with unit_of_work():
            mail_log.resend(scope.managed_message(found, message), found, actor=me(), now=datetime.now(UTC))
    except Refused as refused:
        flash(sentence(refused), "error")
    else:
        flash(_("The mail is on its way again."), "message")
    return redirect(url_for("manage_mail.of_event", campaign=campaign, year=year, event=event), 303)


@blueprint.app_template_filter()
def why_not(message: Message) -> Failure | None:
    """Return what the last attempt failed at, None where none did."""
    return failure(message.last_error) if message.last_error else None


def _here(endpoint: str, where: Mapping[str, object], shows_addresses: bool, **query: object) -> str:
    """Return the log's address with other words behind the question mark."""
    shown = {"addresses": 1 if shows_addresses else None, **query}
    here = url_for(endpoint, campaign=scope.managed_campaign().slug, **where)  # type: ignore[arg-type]  # a year, a slug
    asked = urlencode({name: value for name, value in shown.items() if value is not None})
    return f"{here}?{asked}" if asked else here


def _status() -> Status | None:
    asked = request.args.get("status", "")
    return Status(asked) if asked in set(Status) else None


def _before() -> int | None:
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
