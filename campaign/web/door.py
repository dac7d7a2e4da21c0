"""A door for whoever has its link and PIN: no account, one event, one day."""

from datetime import UTC, datetime

from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, URLSafeTimedSerializer
from wtforms import StringField

from campaign.db import unit_of_work
from campaign.domain.errors import Refused
from campaign.domain.limit import PINS_FROM_NETWORK
from campaign.domain.text import fold
from campaign.models import DoorLink
from campaign.services import doors
from campaign.web import checkin, limits, scope
from campaign.web.auth import public
from campaign.web.checkin import Door
from campaign.web.checkin_sync import sync as sync_door
from campaign.web.errors import sentence

blueprint = Blueprint("door", __name__, url_prefix="/door/<token>")
COOKIE = "door"
SHIFT = 54 * 3600
"""Seconds for which the PIN holds on a device: a day, its night, and the day on which a late device may tell."""


class PinForm(FlaskForm):
    """Six digits."""

    pin = StringField()


@blueprint.get("/")
@public
def show(token: str) -> ResponseReturnValue:
    """Show the door, or ask for the PIN."""
    return _inside(token) or checkin.show(_door(token))


@blueprint.get("/pin/")
@public
def ask(token: str) -> ResponseReturnValue:
    """Ask for the PIN."""
    return _pin_page(scope.own_door(token))


@blueprint.post("/pin/")
@public
def enter(token: str) -> ResponseReturnValue:
    """Let a device in that knows the PIN."""
    link = scope.own_door(token)
    typed = fold(request.form.get("pin", "")[:40]).replace(" ", "")
    try:
        limits.check_network(PINS_FROM_NETWORK)
        with unit_of_work():
            is_right = doors.enter(link, typed, now=datetime.now(UTC))
    except Refused as refused:
        return _pin_page(link, error=sentence(refused)), *limits.status(refused)
    if not is_right:
        return _pin_page(link, error=_("That is not the PIN of this door.")), 422
    response = make_response(redirect(url_for("door.show", token=token), 303))
    response.set_cookie(
        COOKIE,
        _seal().dumps(link.id),
        max_age=SHIFT,
        path=url_for("door.show", token=token),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


@blueprint.post("/find")
@public
def find(token: str) -> ResponseReturnValue:
    """Look for a code or a name."""
    return _inside(token) or checkin.find(_door(token))


@blueprint.get("/found/")
@public
def found(token: str) -> ResponseReturnValue:
    """Show whom the words mean."""
    return _inside(token) or checkin.found(_door(token))


@blueprint.post("/let-in")
@public
def let_in(token: str) -> ResponseReturnValue:
    """Let so many of a party in."""
    return _inside(token) or checkin.let_in(_door(token))


@blueprint.post("/undo")
@public
def undo(token: str) -> ResponseReturnValue:
    """Take the last showing back."""
    return _inside(token) or checkin.undo(_door(token))


@blueprint.post("/sync")
@public
def sync(token: str) -> ResponseReturnValue:
    """Take what a device kept, and tell it the news; after the day only take, and only for another day."""
    link = scope.own_door(token)
    if not doors.takes_late(link, now=datetime.now(UTC)):
        abort(404)
    if not _knows_pin(link):
        return {"needs": "pin"}, 401
    return sync_door(_door(token), with_people=_is_open(link))


@blueprint.post("/leave")
@public
def leave(token: str) -> Response:
    """Take the door away from this device: from now on it needs the PIN again."""
    scope.own_door(token)
    response = checkin.leave(url_for("door.ask", token=token))
    response.delete_cookie(COOKIE, path=url_for("door.show", token=token))
    return response


@blueprint.get("/worker.js")
@public
def worker(token: str) -> Response:
    """Answer with the script that keeps the page for when there is no network."""
    scope.own_door(token)
    return checkin.worker()


def _door(token: str) -> Door:
    link = scope.own_door(token)
    return Door(link.event, "door", {"token": token}, link=link)


def _inside(token: str) -> ResponseReturnValue | None:
    """Lead to the page of the PIN whoever hasn't typed it, or comes on another day."""
    link = scope.own_door(token)
    is_in = _knows_pin(link) and _is_open(link)
    return None if is_in else redirect(url_for("door.ask", token=token), 303)


def _is_open(link: DoorLink) -> bool:
    try:
        doors.check_open(link, now=datetime.now(UTC))
    except Refused:
        return False
    return True


def _knows_pin(link: DoorLink) -> bool:
    try:
        return bool(_seal().loads(request.cookies.get(COOKIE, ""), max_age=SHIFT) == link.id)
    except BadSignature:
        return False


def _seal() -> URLSafeTimedSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return URLSafeTimedSerializer(keys, salt="door")


def _pin_page(link: DoorLink, *, error: str = "") -> str:
    closed = ""
    try:
        doors.check_open(link, now=datetime.now(UTC))
    except Refused as refused:
        closed = sentence(refused)
    return render_template(
        "checkin/pin.html",
        form=PinForm(),
        link=link,
        event=link.event,
        edition=link.event.edition,
        campaign=link.event.edition.campaign,
        error="" if closed else error,
        closed=closed,
    )
