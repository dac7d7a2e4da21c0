"""Stopping reminders, thanks and letters by one click from a mail (RFC 8058): GET asks, POST acts."""

from datetime import UTC, datetime
from hmac import compare_digest

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.db import unit_of_work
from campaign.keys import derived_token
from campaign.models import Registration
from campaign.services import reminders
from campaign.services.mail_texts import STOP
from campaign.web import scope
from campaign.web.auth import public
from campaign.web.registrations import ActForm

blueprint = Blueprint("unsubscribe", __name__, url_prefix="/r/<token>/unsubscribe/<purpose>")


@blueprint.get("")
@public
def ask(token: str, purpose: str) -> str:
    """Ask whether to stop, with a button; opening the link changes nothing."""
    return _page(scope.own_registration(token), purpose)


@blueprint.post("")
@public
def stop(token: str, purpose: str) -> str:
    """Stop them, also for a mail program that was asked to: without a cookie, a form's token or a redirect."""
    registration = scope.own_registration(token)
    page = _page(registration, purpose, is_stopped=True)
    with unit_of_work():
        reminders.stop(registration, now=datetime.now(UTC))
    return page


@blueprint.post("/resume")
@public
def resume(token: str, purpose: str) -> ResponseReturnValue:
    """Send them again."""
    registration = scope.own_registration(token)
    _check(registration, purpose)
    with unit_of_work():
        reminders.resume(registration, now=datetime.now(UTC))
    flash(_("We write to you again."), "message")
    return redirect(url_for("unsubscribe.ask", token=token, purpose=purpose), 303)


@blueprint.record_once
def _exempt(state: BlueprintSetupState) -> None:
    """Let `stop` be sent from outside: mail programs have no form's token, and RFC 8058 forbids asking for more.

    The address itself, which only the mail holds, is the proof; and all it can do is stop what `resume` brings back.
    """
    state.app.extensions["csrf"].exempt(stop)


def _check(registration: Registration, purpose: str) -> None:
    if not compare_digest(derived_token(registration.token, STOP).encode(), purpose.encode()):
        abort(404)


def _page(registration: Registration, purpose: str, *, is_stopped: bool = False) -> str:
    _check(registration, purpose)
    edition = registration.event.edition
    return render_template(
        "registrations/unsubscribe.html",
        registration=registration,
        event=registration.event,
        edition=edition,
        campaign=edition.campaign,
        is_stopped=is_stopped or not registration.wants_reminders,
        purpose=purpose,
        token=registration.token,
        resume_form=ActForm(),
    )
