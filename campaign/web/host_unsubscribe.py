"""Stopping the yearly question by one click from a mail (RFC 8058): GET asks, POST acts."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.db import unit_of_work
from campaign.models import Host
from campaign.services import renewals
from campaign.web import scope
from campaign.web.auth import public
from campaign.web.registrations import ActForm

blueprint = Blueprint("host_unsubscribe", __name__, url_prefix="/h/<token>/unsubscribe")


@blueprint.get("")
@public
def ask(token: str) -> str:
    """Ask whether to stop, with a button; opening the link changes nothing."""
    return _page(scope.own_host(token))


@blueprint.post("")
@public
def stop(token: str) -> str:
    """Stop it, also for a mail program that was asked to: without a cookie, a form's token or a redirect."""
    host = scope.own_host(token)
    page = _page(host, is_stopped=True)
    with unit_of_work():
        renewals.stop(host, now=datetime.now(UTC))
    return page


@blueprint.post("/resume")
@public
def resume(token: str) -> ResponseReturnValue:
    """Ask them again."""
    host = scope.own_host(token)
    with unit_of_work():
        renewals.resume(host, now=datetime.now(UTC))
    flash(_("We ask you again next time."), "message")
    return redirect(url_for("hosts.show", token=token), 303)


@blueprint.record_once
def _exempt(state: BlueprintSetupState) -> None:
    """Let `stop` be sent from outside, as `unsubscribe` does: all it can do is stop what `resume` brings back."""
    state.app.extensions["csrf"].exempt(stop)


def _page(host: Host, *, is_stopped: bool = False) -> str:
    return render_template(
        "hosts/unsubscribe.html",
        host=host,
        campaign=host.campaign,
        token=host.token,
        is_stopped=is_stopped or not host.wants_asking,
        act=ActForm(),
    )
